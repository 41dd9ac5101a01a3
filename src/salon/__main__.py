"""`python -m salon`: the command line."""

import sys

from salon.cli import main

if __name__ == "__main__":
    sys.exit(main())

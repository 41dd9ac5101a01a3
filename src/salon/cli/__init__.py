"""The command line: `salon VERB [EVENT]`. What was asked for goes to stdout, talk to stderr.

Exit 0: done; 1: could not; 2: wrong use. Each verb loads only what it needs.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence

from salon.cli.arguments import parser
from salon.errors import Mistakes, SalonError

__all__ = ["main", "parser"]


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    given = sys.argv[1:] if argv is None else list(argv)
    args = parser(given[0] if given else "").parse_args(given)
    verb: Callable[[argparse.Namespace], int] = args.verb
    try:
        return verb(args)
    except Mistakes as error:
        # Each line names its file.
        print(error, file=sys.stderr)
        return error.exit_code
    except SalonError as error:
        print(f"salon: {' '.join(str(error).split())}", file=sys.stderr)
        return error.exit_code
    except PermissionError as error:
        print(f"salon: {error.filename}: {error.strerror}; choose a place that may be written to", file=sys.stderr)
        return 1
    except BrokenPipeError:
        # The reader has gone (`salon journal | head`): nobody is left to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        print(f"salon: {error.filename or error}: {error.strerror}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130

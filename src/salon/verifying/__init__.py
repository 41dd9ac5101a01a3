"""A report that was written, checked against what was said: by its file alone, whoever wrote it and whenever."""

from salon.verifying.check import Told, Verdict, check_file, drafted_beside

__all__ = ["Told", "Verdict", "check_file", "drafted_beside"]

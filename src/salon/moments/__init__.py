"""The moments of the week: each may be run again at any time, and does what is still undone."""

from salon.moments.run import MomentOutcome, run

__all__ = ["MomentOutcome", "run"]

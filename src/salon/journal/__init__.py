"""One append-only journal per event: everything shown is folded from it."""

from salon.journal.journal import Journal, store_at
from salon.journal.live import Live
from salon.journal.store import Store

__all__ = ["Journal", "Live", "Store", "store_at"]

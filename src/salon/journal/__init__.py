"""One append-only journal per event: everything shown is folded from it."""

from salon.journal.journal import Behind, Journal, store_at
from salon.journal.live import Live
from salon.journal.store import Store
from salon.journal.writer import Ask

__all__ = ["Ask", "Behind", "Journal", "Live", "Store", "store_at"]

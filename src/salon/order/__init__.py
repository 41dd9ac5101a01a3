"""Words and links that wait for the host before the room sees them: advertising, gambling, porn, drugs.

Pure: lists and a text in, reasons out. What people talk *about* is free; held is what offers, lures, or leads there.
"""

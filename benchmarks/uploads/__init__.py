"""Uploads of group codes, simulated: what owners send, and how many of them are read."""

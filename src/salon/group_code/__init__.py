"""Group codes of other platforms: read from a screenshot, looked at, and drawn anew. The upload is never shown.

`read.read_code` → what it says; `kinds.platforms().check` → whether that is a group; `draw.draw` → a clean picture.
"""

"""A wave of one announcement to many groups over six channels whose platforms fail: `python -m benchmarks.wave`."""

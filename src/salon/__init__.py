"""Salon (沙龙): the weekly KOL discussion, from warm-up to report."""

__version__ = "0.1.0"

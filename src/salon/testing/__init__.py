"""Helpers for tests of Salon and of what is built on it: a golden evening, hand clocks, channels that remember."""

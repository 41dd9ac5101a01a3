"""Discussions held elsewhere: exports of many tools, told apart by their content."""

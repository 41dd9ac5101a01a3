"""Where the files that Salon ships with are: templates, flows, examples."""

from __future__ import annotations

from pathlib import Path


def shipped(name: str = "") -> Path:
    """Path of *name* (`templates`, `flows`, `examples/thursday.zh.toml`) in a checkout or an installed wheel."""
    package = Path(__file__).resolve().parent
    inside = package / "_shipped"
    root = inside if inside.is_dir() else package.parent.parent
    return root / name if name else root

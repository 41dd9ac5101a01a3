"""Where the files that Salon ships with are: templates, flows, examples."""

from __future__ import annotations

import os
from pathlib import Path

#: Names an owner's own templates folder (`salon.settings`, which says so when it is none).
OWN_TEMPLATES = "SALON_TEMPLATES"


def shipped(name: str = "") -> Path:
    """Path of *name* (`templates`, `flows`, `examples/thursday.zh.toml`) in a checkout or an installed wheel."""
    package = Path(__file__).resolve().parent
    inside = package / "_shipped"
    root = inside if inside.is_dir() else package.parent.parent
    return root / name if name else root


def own_templates() -> Path | None:
    """The owner's own templates folder, as the environment names it; None: there is none."""
    own = os.environ.get(OWN_TEMPLATES)
    return Path(own).absolute() if own else None


def template(name: str) -> Path:
    """Path of template *name* (`rooms/platforms.toml`): the owner's own where there is one, else the shipped one."""
    own = own_templates()
    return own / name if own and (own / name).is_file() else shipped(f"templates/{name}")

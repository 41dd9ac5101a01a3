"""The owner's own limits: `channels.toml` in the home folder, a table per channel, before the shipped ones."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from salon.errors import WrongUse


def own_limits(home: Path) -> Mapping[str, Mapping[str, Any]]:
    """Channel → its own keys; nothing where there is no file. Raises `WrongUse` naming the file and the line."""
    path = home / "channels.toml"
    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as broken:
        raise WrongUse(f"{path}: {broken}; write tables like [telegram] with pace = [[20, 60]]") from broken
    for name, keys in table.items():
        if not isinstance(keys, dict):
            raise WrongUse(f"{path}: {name}: write a table, [{name}], with its limits below it")
    return table

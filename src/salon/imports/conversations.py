"""One chat of several in an export: a report is about one."""

from __future__ import annotations

from collections.abc import Sequence

from salon.errors import Mistakes


def pick(names: Sequence[str], wanted: str, where: str) -> int:
    """The place in *names* of the chat that is *wanted*; of the only one when nothing is.

    Raises `Mistakes` when there are several and none is wanted, or none or several of that name.
    """
    fitting = [place for place, name in enumerate(names) if not wanted or name == wanted]
    if len(fitting) == 1:
        return fitting[0]
    if not wanted:
        raise Mistakes([f"{where}: there are {_listed(names)}; write --conversation NAME to say which"])
    if not fitting:
        raise Mistakes([f"{where}: no chat is named {wanted!r}; there are {_listed(names)}"])
    raise Mistakes([f"{where}: {len(fitting)} chats are named {wanted!r}; export the one that is meant alone"])


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(f'"{name}"' for name in names[:20])
    return f"{len(names)} chats in it: {shown}{', …' if len(names) > 20 else ''}"

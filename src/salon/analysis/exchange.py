"""Who answers whom: the platform's reply ids first, then whoever a line addresses by name."""

from __future__ import annotations

from collections.abc import Mapping

from salon.analysis.log import Log
from salon.analysis.questions import addressee

#: Lines back within which somebody addressed by name said what is answered.
_BACK = 12


def targets(log: Log) -> Mapping[int, int]:
    """Index of a line → index of the earlier line, by somebody else, that it answers; only where one is named."""
    places = {line.message.id: k for k, line in enumerate(log.lines)}
    latest: dict[str, int] = {}
    found: dict[int, int] = {}
    for k, line in enumerate(log.lines):
        at = places.get(line.message.reply_to) if line.message.reply_to else latest.get(addressee(line, latest))
        near = at is not None and (bool(line.message.reply_to) or k - at <= _BACK)
        if at is not None and near and at < k and log.lines[at].message.author != line.message.author:
            found[k] = at
        latest[line.message.name.casefold()] = k
    return found

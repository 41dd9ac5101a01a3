"""What is worth reading again: messages, best first."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from salon.analysis.likeness import Vector, centroid, cosine
from salon.analysis.log import Log
from salon.analysis.stretches import Stretch

#: Words with which people decide, sum up or count off. General lists, not taken from any discussion.
_CUES = re.compile(
    r"\b(?:decid|agree|consensus|conclu|propos|should|must|need to|will|action|todo|next step|in summary|the point|"
    r"important|because|the reason|issue|problem|plan)\w*"
    r"|第[一二三四五六七八九十]|首先|其次|最后|总之|总结|所以|因此|关键|核心|重要|本质|必须|需要|应该|建议|决定|同意|共识|"
    r"问题|原因|因为|未来|趋势|价值",
    re.I,
)


def highlights(log: Log, cut: Sequence[Stretch], aims: Sequence[Vector]) -> tuple[int, ...]:
    """Indices of the lines that say something, best first; greetings, thanks and commands are left out."""
    worth: dict[int, float] = {}
    for stretch in cut:
        span = range(stretch.first, stretch.last)
        middle = centroid(log.lines[k].vector for k in span)
        aim = aims[stretch.point] if stretch.point is not None else {}
        worth.update({k: _worth(log, k, aim, middle) for k in span if log.lines[k].is_talk})
    return tuple(sorted(worth, key=lambda k: (-worth[k], k)))


def _worth(log: Log, k: int, aim: Vector, middle: Vector) -> float:
    line = log.lines[k]
    length = min(1.0, math.log1p(len(line.words)) / math.log(30))
    cues = min(2, len(_CUES.findall(line.message.text)))
    like = cosine(aim, line.vector) + 0.7 * cosine(middle, line.vector)
    return like + 0.6 * length + 0.15 * cues - (0.3 if line.is_question else 0)

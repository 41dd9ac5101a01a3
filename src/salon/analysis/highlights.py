"""What is worth reading again: messages, best first.

A weighted sum of plain features. The weights were fitted once by ridge regression on 34 Chinese round tables and
rounded; `docs/reports.md` says how to fit and measure them again.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from salon.analysis.likeness import Vector, centroid, cosine
from salon.analysis.links import addresses
from salon.analysis.log import Line, Log
from salon.analysis.stretches import Stretch

#: Counting off: what follows is one of the speaker's main points.
_COUNTS = re.compile(r"第[一二三四五六七八九十]|首先|其次|再次|最后|一是|二是|三是|一方面|\b(?:first|second|third|finally)(?:ly)?\b", re.I)
#: Deciding, weighing, summing up.
_WEIGHS = re.compile(
    r"关键|核心|重要|本质|根本|必须|需要|最大|主要|基础|趋势|未来|价值|意味着|实际上|所以|因此|总之|决定|同意|建议"
    r"|\b(?:decid|agree|consensus|conclu|propos|should|must|need|will|action|todo|next|summar|important|because"
    r"|reason|issue|problem|plan|we'll|i'll|release|vote|milestone)\w*",
    re.I,
)
#: Leading through the evening: welcoming, thanking, giving the floor.
_HOSTS = re.compile(
    r"谢谢|感谢|有请|请.{0,8}(?:分享|谈|讲|聊)|大家好|掌声|主持|各位|介绍一下"
    r"|\b(?:thanks|thank you|welcome|let's move on|next question|any questions)\b",
    re.I,
)
_STRESSES = re.compile(r"非常|特别|真正|最|更|\b(?:very|really|most)\b", re.I)
_COMMA = re.compile(r"[,，、]")
#: A sentence of 40 Chinese characters is as long as one of 120 Latin letters.
_LATIN_LETTERS = 3


def highlights(log: Log, cut: Sequence[Stretch], aims: Sequence[Vector]) -> tuple[int, ...]:
    """Indices of the lines that say something, best first; greetings, thanks and commands are left out."""
    turn = _turns(log)
    worth: dict[int, float] = {}
    for stretch in cut:
        span = range(stretch.first, stretch.last)
        middle = centroid(log.lines[k].vector for k in span)
        off = 0.073 if stretch.point is None and len(cut) > 1 else 0.0
        for k in span:
            if is_telling(log.lines[k]):
                worth[k] = _likeness(log, k, aims, middle, turn[k]) + _manner(log, log.lines[k]) - off
    return tuple(sorted(worth, key=lambda k: (-worth[k], k)))


def is_telling(line: Line) -> bool:
    """False for greetings, thanks, commands and single words; an address tells by itself."""
    return line.is_talk or bool(addresses(line.message.text))


def _turns(log: Log) -> list[Vector]:
    """For each line what its author's turn, up to the next speaker, is about."""
    turns: list[Vector] = []
    first = 0
    for k in range(1, len(log.lines) + 1):
        if k == len(log.lines) or log.lines[k].message.author != log.lines[first].message.author:
            turns += [centroid(line.vector for line in log.lines[first:k])] * (k - first)
            first = k
    return turns


def _likeness(log: Log, k: int, aims: Sequence[Vector], middle: Vector, turn: Vector) -> float:
    """To the likest point of the outline, to its stretch, to its speaker's turn."""
    said = log.lines[k].vector
    aim = max((cosine(aim, said) for aim in aims), default=0.0)
    return 0.54 * aim + 0.22 * cosine(middle, said) + 0.03 * cosine(turn, said)


def _manner(log: Log, line: Line) -> float:
    """How it is said: at good length, dense, in words of the evening, deciding or counting off; with an address."""
    text = line.message.text
    size = len(text) / (1 if _is_chinese(text) else _LATIN_LETTERS)
    rarity = math.fsum(log.space.weight(word) for word in line.words) / max(1, len(line.words))
    return (
        0.116 * min(size, 40) / 40
        - 0.072 * min(size, 100) / 100
        + 0.38 * len(line.words) / max(1.0, size)
        - 0.027 * rarity
        - 0.028 * len(_COMMA.findall(text)) / max(1.0, size / 20)
        + 0.06 * bool(_COUNTS.search(text))
        + 0.03 * min(3, len(_WEIGHS.findall(text)))
        + 0.012 * bool(_STRESSES.search(text))
        - 0.035 * bool(_HOSTS.search(text))
        - 0.03 * line.is_question
        + LINK * min(2, len(addresses(text)))
    )


#: Minutes that people write consist of decisions and addresses.
LINK = 0.25


def _is_chinese(text: str) -> bool:
    return any("\u4e00" <= c <= "\u9fff" for c in text)

"""What is worth reading again: messages, best first.

A weighted sum of plain features. The weights were fitted once by ridge regression on 34 Chinese round tables and
rounded ("late" was set by hand, to what helped in both halves of them); `docs/reports.md` says what each contributes.
"""

from __future__ import annotations

import math
import re
from collections.abc import Container, Iterator, Mapping, Sequence
from operator import mul

from salon.analysis.cue import Cue, Pattern
from salon.analysis.likeness import Vector, centroid
from salon.analysis.links import addresses
from salon.analysis.log import Line, Log, likenesses
from salon.analysis.speech import kinds_of_all
from salon.analysis.stretches import Stretch

#: Words that tell how something is said, in (Chinese, English): general lists, none from the discussions measured.
#: Counting off: what follows is one of the speaker's main points.
_COUNTS = (
    Cue(
        Pattern(r"第[一二三四五六七八九十]|首先|其次|再次|最后|一是|二是|三是|一个是|另外|一方面"),
        *("第", "首先", "其次", "再次", "最后", "一是", "二是", "三是", "一个是", "另外", "一方面"),
    ),
    Cue(Pattern(r"\b(?:first|second|third|final)(?:ly)?\b"), "first", "second", "third", "final"),
)
#: Deciding, weighing, summing up.
_WEIGHS = (
    Cue(
        Pattern(
            r"关键|核心|重要|本质|根本|必须|需要|最大|主要|基础|趋势|未来|价值|意味着|实际上|一定|就是|所以|因此|总之|决定|同意|建议"
        ),
        *("关键", "核心", "重要", "本质", "根本", "必须", "需要", "最大", "主要", "基础", "趋势", "未来", "价值"),
        *("意味着", "实际上", "一定", "就是", "所以", "因此", "总之", "决定", "同意", "建议"),
    ),
    Cue(
        Pattern(
            r"\b(?:decid|agree|consensus|conclu|propos|should|must|need|will|action|todo|next|summar|important|because"
            r"|reason|issue|problem|plan|we'll|i'll|vote)"
        ),
        *(
            "decid",
            "agree",
            "consensus",
            "conclu",
            "propos",
            "problem",
            "should",
            "must",
            "need",
            "will",
            "action",
            "todo",
            "next",
            "summar",
        ),
        *("important", "because", "reason", "issue", "plan", "'ll", "vote"),
    ),
)
#: Leading through the evening: welcoming, thanking, giving the floor.
_HOSTS = (
    Cue(
        Pattern(r"谢谢|感谢|有请|请.{0,8}(?:分享|谈|讲|聊)|大家好|掌声|主持|嘉宾|各位|问题|介绍"),
        *("谢谢", "感谢", "请", "大家好", "掌声", "主持", "嘉宾", "各位", "问题", "介绍"),
    ),
    Cue(
        Pattern(r"\b(?:thanks|thank you|welcome|let's move on|next question|any questions)\b"),
        *("thank", "welcome", "let's", "question"),
    ),
)
_CONTRASTS = (
    Cue(Pattern(r"不是.{1,20}是|而是"), "不是", "而是"),
    Cue(Pattern(r"\b(?:rather than|instead of)\b"), "rather", "inst"),
)
_STRESSES = (
    Cue(Pattern(r"非常|特别|真正|最|更"), "非常", "特别", "真正", "最", "更"),
    Cue(Pattern(r"\b(?:very|really|most)\b"), "very", "real", "most"),
)
#: Feature → its cues, and up to how many matches count.
_CUES = {
    "counts": (_COUNTS, 1),
    "weighs": (_WEIGHS, 3),
    "contrasts": (_CONTRASTS, 1),
    "stresses": (_STRESSES, 1),
    "hosts": (_HOSTS, 1),
}
_CHINESE = re.compile("[\u4e00-\u9fff]")
#: Feature → weight. The likenesses and the place come first, then the manner.
WEIGHTS = {
    "outline": 0.237,  # likeness to the likest point of the outline
    "own": 0.257,  # likeness to the point of the stretch it stands in
    "stretch": 0.147,  # likeness to that stretch
    "prologue": -0.057,  # said before the first point was taken up
    "late": 0.04,  # where in the stretch of its point, 0 to 1: people come to the point
    "hour": -0.025,  # where in an evening without an outline, 0 to 1: people grow tired
    "sentence": 0.098,  # length, up to 40 characters
    "long": -0.068,  # length, up to 100 characters
    "dense": 0.083,  # words that carry a topic, per character
    "rare": -0.094,  # mean rarity of these words
    "commas": -0.028,  # commas per 20 characters: running on
    "counts": 0.07,
    "weighs": 0.035,  # per word, up to three
    "contrasts": -0.058,
    "stresses": 0.011,
    "hosts": -0.028,
    "asks": -0.018,
    "link": 0.15,  # per address, up to two: minutes that people write consist of decisions and addresses
}
#: Kind of word (`speech.kinds_of`) → weight of its share; of Chinese only, so that "chinese" makes their mean nothing.
KINDS = {
    "n": 0.285, "v": 0.231, "vn": 0.592, "r": 0.041, "d": -0.034, "u": -0.098, "c": 0.115, "m": 0.021, "a": 0.426,
    "p": 0.256, "y": -0.409, "eng": -0.013, "i": 0.088, "l": 0.316, "nr": -0.195, "ns": 0.039, "q": -0.731,
    "t": -0.178, "f": -0.318, "links": 0.512, "fillers": -0.017, "chinese": -0.147,
}  # fmt: skip
WEIGHTS |= KINDS
#: A sentence of 40 Chinese characters is as long as one of 120 Latin letters.
_LATIN_LETTERS = 3


def worths(log: Log, cut: Sequence[Stretch], aims: Sequence[Vector]) -> dict[int, float]:
    """Index of each line that says something → what it is worth; greetings, thanks and commands are left out."""
    liked, manners, worth = [likenesses(log, aim) for aim in aims], _manners(log), dict[int, float]()
    to_outline, is_cut = _likest(liked), len(cut) > 1
    for stretch in cut:
        own = liked[stretch.point] if stretch.point is not None else {}
        for k, place in _places(log, stretch, is_cut):
            if k in manners:
                place += [WEIGHTS["outline"] * to_outline.get(k, 0.0), WEIGHTS["own"] * own.get(k, 0.0)]
                worth[k] = math.fsum(manners[k] + place)
    return worth


def best_first(worth: Mapping[int, float]) -> tuple[int, ...]:
    """The indices of *worth*, best first."""
    return tuple(sorted(worth, key=lambda k: (-worth[k], k)))


def is_telling(line: Line) -> bool:
    """False for greetings, thanks, commands and single words; an address tells by itself."""
    return line.is_talk or bool(addresses(line.message.text))


def _likest(liked: Sequence[Mapping[int, float]]) -> dict[int, float]:
    """Index of a line → its likeness to the likest point."""
    best: dict[int, float] = {}
    for likes in liked:
        for k, like in likes.items():
            if like > best.get(k, 0.0):
                best[k] = like
    return best


def _places(log: Log, stretch: Stretch, is_cut: bool) -> Iterator[tuple[int, list[float]]]:
    """Index of each line of *stretch*, and what its place in it is worth, feature by feature.

    *is_cut*: the talk has more stretches than this one.
    """
    span, weigh, has_point = range(stretch.first, stretch.last), WEIGHTS, stretch.point is not None
    middle = centroid(log.lines[k].vector for k in span)
    before = weigh["prologue"] * (is_cut and not has_point)
    late = weigh["late" if is_cut or has_point else "hour"]
    like, of = weigh["stretch"], middle.__getitem__
    for k in span:
        vector = log.lines[k].vector
        # Every word of a line is one of its stretch.
        close = math.fsum(map(mul, vector.values(), map(of, vector)))
        yield k, [before, late * ((k - stretch.first) / len(span)), like * close]


#: For Chinese and for English: (weight, pattern, matches that count at most, lines in which there may be one).
_Near = Sequence[Sequence[tuple[float, re.Pattern[str], int, Container[int]]]]


def _near(log: Log) -> _Near:
    return [
        [
            (WEIGHTS[name], cues[tongue].pattern.compiled, most, places)
            for name, (cues, most) in _CUES.items()
            if (places := log.texts.near(cues[tongue]))
        ]
        for tongue in (0, 1)
    ]


def _manners(log: Log) -> dict[int, list[float]]:
    """Index of each telling line → what its manner is worth, feature by feature: the sum is left to the caller, for
    only all of it at once is exact in any order."""
    telling = [k for k, line in enumerate(log.lines) if is_telling(line)]
    near = _near(log)
    chinese = [k for k in telling if _is_partly_chinese(log.lines[k].message.text)]
    manners = dict.fromkeys(telling, _NOTHING)
    for k, kinds in zip(chinese, kinds_of_all(log.lines[k].message.text for k in chinese), strict=True):
        weighed = map(mul, map(WEIGHTS.__getitem__, kinds), kinds.values())
        manners[k] = [WEIGHTS["chinese"], *weighed]
    for k, so_far in manners.items():
        manners[k] = [*_manner(log, k, near, is_latin=not so_far), *so_far]
    return manners


_NOTHING: list[float] = []


def _is_partly_chinese(text: str) -> bool:
    return not text.isascii() and bool(_CHINESE.search(text))


def _manner(log: Log, k: int, near: _Near, *, is_latin: bool) -> Iterator[float]:
    line, weigh = log.lines[k], WEIGHTS
    text, said = line.message.text, line.words
    size, low = len(text) / (_LATIN_LETTERS if is_latin else 1), text.lower() if is_latin else text
    yield weigh["sentence"] * (min(size, 40) / 40)
    yield weigh["long"] * (min(size, 100) / 100)
    yield weigh["dense"] * (len(said) / max(1.0, size))
    yield weigh["rare"] * (math.fsum(map(log.space.weight, said)) / (len(said) or 1))
    yield weigh["commas"] * ((text.count(",") + text.count("，") + text.count("、")) / max(1.0, size / 20))
    if line.is_question:
        yield weigh["asks"]
    if "://" in text:
        yield weigh["link"] * min(2, len(addresses(text)))
    for weight, pattern, most, places in near[is_latin]:
        if k in places:
            yield weight * min(most, len(pattern.findall(low)))

"""Generated evenings that are hard to set, and what may be wrong with the picture of one.

Topics of 1 to 120 characters in Chinese, English, both, and with emoji; long names, scripts from all over, no portrait
or a wide one, none to twenty sections. The same seed gives the same cases.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from salon.model import Event, Group, Kol, Section
from salon.poster.lines import breaks
from salon.poster.sheet import Sheet
from salon.testing.golden import golden_event

_ZH = [
    "小团队",
    "独立开发者",
    "编程助手",
    "私域运营",
    "产品经理",
    "增长",
    "账本",
    "真正",
    "日常",
    "复盘",
    "用户",
    "慢",
    "就是",
    "快",
    "怎样",
    "什么",
    "为什么",
    "三个人",
    "九个月",
    "二十万",
    "的",
    "把",
    "用",
    "做",
    "与",
    "和",
    "在",
    "从",
    "到",
    "（OPC）",
    "「第二大脑」",
    "《小而美》",
    "社群",
    "内容",
    "复购",
    "城市",
    "书店",
    "旧房子",
    "老手艺",
    "第一次",
]
_EN = [
    "small",
    "teams",
    "make",
    "slow",
    "work",
    "pay",
    "when",
    "nobody",
    "watches",
    "AI",
    "assistants",
    "the",
    "habit",
    "of",
    "writing",
    "things",
    "down",
    "Notion-like",
    "product-market",
    "growth",
    "(really)",
    "2026",
    "30%",
    "v1.2",
    "what-if",
    "community",
    "bookshops",
    "internationalisation",
]
_EMOJI = ("🚀", "🍵", "👩‍💻", "❤️", "🌟", "👍🏽")
_JOINTS = ("", "", "", " ", "，", "：", "、", "——", "？", "！", "……", "。")
_NAMES = (
    *("林若溪", "欧阳喆堃 🌟", "阿卜杜拉·买买提江·吐尔逊", "Ruth Lindqvist", "Zoë Müller-Łukasiewicz", "สมชาย ใจดี"),
    *(
        "محمد بن عبد الله",
        "अनन्या शर्मा",
        "Wolfeschlegelsteinhausenbergerdorff-Montgomery-Featherstonehaugh",
        "张 3",
        "李",
    ),
)
_GROUPS = (
    *("产品经理读书会", "北京 AI 创业者 2 群", "设计师茶水间 🍵", "The Designers’ Tea Room 🍵", "กลุ่มนักออกแบบ", "قراء"),
    "华东区产品经理与独立开发者互助交流学习成长一群（满员请加二群）",
    "International Association of Independent Product Makers, Chapter 42",
)
#: A line that begins or ends with one of these is a fault of typesetting.
NEVER_FIRST = tuple("，。、：；？！）」』》】…—%,.;:?!)·")
NEVER_LAST = tuple("（「『《【([")


def cases(many: int, seed: int = 20261126) -> Iterator[tuple[Event, Group]]:
    """*many* evenings, each with a group that hears of it; lengths of topics go evenly from 1 to 120."""
    rng = random.Random(seed)
    for k in range(many):
        language = "en" if k % 4 == 1 else "zh"
        length = 1 + round(119 * k / max(1, many - 1))
        base = golden_event(language)
        yield (
            replace(
                base,
                topic=_text(rng, length, k % 4),
                series_name=_text(rng, rng.choice((4, 8, 14, 30)), k % 4).replace("…", "") or "夜谈",
                number=rng.choice((1, 12, 345)),
                summary=_text(rng, rng.choice((0, 40, 200)), k % 4),
                outline=tuple(
                    Section(title=_text(rng, rng.choice((4, 12, 24, 60)), k % 3), minutes=5)
                    for _ in range(rng.choice((0, 1, 3, 4, 6, 7, 20)))
                ),
                kol=Kol(
                    name=rng.choice(_NAMES),
                    title=_text(rng, rng.choice((0, 10, 30, 80)), k % 3),
                    bio=_text(rng, rng.choice((0, 60)), k % 4),
                ),
                timezone=rng.choice(("Asia/Shanghai", "Europe/London", "America/Argentina/ComodRivadavia")),
            ),
            Group(id=f"g{k}", name=rng.choice(_GROUPS)),
        )


def _text(rng: random.Random, length: int, mix: int) -> str:
    """*length* characters: 0 Chinese, 1 English, 2 both, 3 both with emoji."""
    text = ""
    while len(text) < length:
        if mix == 1:
            text += rng.choice(_EN) + " "
        else:
            text += rng.choice(_ZH if mix == 0 or rng.random() < 0.7 else _EN) + rng.choice(_JOINTS)
            text += rng.choice(_EMOJI) if mix == 3 and rng.random() < 0.2 else ""
    cut = text[:length].strip(" \u200d") or ("慢" if length else "")
    return "慢" + cut[1:] if cut.startswith(NEVER_FIRST) else cut


def faults_in(sheet: Sheet, event: Event) -> list[str]:
    """What is wrong with the lines on *sheet*, a sentence each. That nothing overlaps is checked where it is drawn."""
    found = []
    for mark in sheet.marks:
        if mark["what"] != "text":
            continue
        found += [f"{mark['name']}: {fault}" for fault in _faults(mark)]
        if mark["name"] == "topic":
            found += _topic_faults(mark, event)
    names = {mark.get("name") for mark in sheet.marks}
    found += [f"no {name}" for name in ("topic", "name", "hours", "date") if name not in names]
    return found


def _faults(mark: Any) -> Iterator[str]:
    lines = [line["text"] for line in mark["lines"]]
    if any(line["w"] > mark["w"] + 1 for line in mark["lines"]):
        yield f"wider than its room: {lines}"
    if any(line.startswith(NEVER_FIRST) for line in lines[1:]):
        yield f"begins with a mark that may not stand there: {lines}"
    if any(line.endswith(NEVER_LAST) for line in lines[:-1]):
        yield f"ends with a mark that may not stand there: {lines}"
    if mark["size"] < 19:
        yield f"too small to read: {mark['size']}"


def _topic_faults(mark: Any, event: Event) -> Iterator[str]:
    lines = [line["text"] for line in mark["lines"]]
    topic = " ".join(event.topic.replace("\ufe0f", "").split())
    if mark["cut"] or "".join(lines).replace(" ", "") != topic.replace(" ", ""):
        yield f"topic: not all of it: {lines}"
        return
    at, ends = 0, set(breaks(topic))
    for line in lines[:-1]:
        at = topic.index(line, at) + len(line)
        seam = at + (topic[at : at + 1] == " ")
        if seam not in ends:
            yield f"topic: a phrase or word is cut after {line!r}"
    if len(lines) > 1 and len(lines[-1].strip("，。？！…—🚀🍵🌟")) < 2:
        yield f"topic: a scrap is left for the last line: {lines}"

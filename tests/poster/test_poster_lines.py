"""Where lines of a picture may end, and where they do: measured in what the typesetter made."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.poster.hard_cases import NEVER_FIRST, cases, faults_in

from salon.poster import base_picture, draw_group, formats, themes
from salon.poster.lines import breaks, told
from salon.testing.golden import golden_event


@pytest.mark.parametrize("format", formats())
def test_nothing_overflows_or_breaks_badly_on_generated_evenings(format: str) -> None:
    names = themes()
    for k, (event, _) in enumerate(cases(12)):
        base = base_picture(event, names[k % len(names)], format=format)
        assert faults_in(base.sheet, event) == [], event.topic


@pytest.mark.parametrize(
    ("text", "together"),
    [
        ("三个人的小团队，怎样把 AI 编程助手真正用进日常？", ["编程助手", "小团队", "日常"]),
        ("县城青年的返乡创业与乡村振兴观察", ["县城", "返乡", "创业", "振兴"]),
        ("大模型时代产品经理的核心竞争力到底是什么", ["大模型", "竞争力", "到底", "什么"]),
    ],
)
def test_chinese_phrases_stay_together(text: str, together: list[str]) -> None:
    ends = set(breaks(text))
    for phrase in together:
        start = text.index(phrase)
        assert not ends & set(range(start + 1, start + len(phrase))), phrase


def test_no_line_begins_with_a_clinging_particle_or_a_dash() -> None:
    text = "省下的时间——你拿去做了什么呢"
    assert all(text[end] not in "的了呢—" for end in breaks(text) if end < len(text))


def test_pieces_are_the_whole_text_and_none_begins_with_a_closing_mark() -> None:
    for event, _ in cases(60):
        for pieces in (told(event.topic)["phrases"], told(event.topic)["units"]):
            assert "".join(pieces["parts"]) == event.topic
            assert len(pieces["after"]) == len(pieces["parts"])
            assert not any(part.startswith(NEVER_FIRST) for part in pieces["parts"][1:])


def _topic(text: str, format: str = "portrait") -> list[str]:
    mark = next(m for m in base_picture(replace(golden_event("zh"), topic=text), format=format).sheet.marks
                if m.get("name") == "topic")  # fmt: skip
    return [line["text"] for line in mark["lines"]]


def test_lines_are_few_and_even() -> None:
    assert _topic("三个人的小团队，怎样把 AI 编程助手真正用进日常？") == [
        "三个人的小团队，",
        "怎样把 AI 编程助手",
        "真正用进日常？",
    ]


def test_a_word_wider_than_the_line_is_made_smaller_before_it_is_cut() -> None:
    assert _topic("Donaudampfschifffahrtsgesellschaft") == ["Donaudampfschifffahrtsgesellschaft"]
    endless = _topic("a" * 120)
    assert len(endless) > 1
    assert "".join(endless) == "a" * 120


def test_a_group_name_far_too_long_ends_inside_its_place() -> None:
    base = base_picture(golden_event("zh"))
    plain = draw_group(base, "短", "https://s.cn/c/x")
    long = draw_group(base, "华东区产品经理与独立开发者互助交流学习成长一群（满员请加二群）" * 2, "https://s.cn/c/x")
    mark = base.sheet.place("group")
    assert mark is not None
    inside = (round(mark["x"]), round(mark["y"]) - base.band_top, round(mark["x"] + mark["w"]), base.code_box[3])
    for picture in (plain, long):
        picture.paste("white", (inside[0], inside[1], inside[2], inside[3] - base.band_top))
    assert plain.tobytes() == long.tobytes()

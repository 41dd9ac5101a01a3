"""One golden evening goes through every announcement template, in both languages."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from salon.markup import DIALECTS, render
from salon.model import Event, PollResult
from salon.phrases import facts_of, results_of
from salon.rules.ending import RECAP_LISTS
from salon.shipped import shipped
from salon.testing.golden import golden_event
from salon.wording import BadTemplate, Wording

MOMENTS = ("brief", "warm_up", "open_room", "remind", "host", "disband")
#: A full text for every group, and two shorter ones.
GROUP = ("group", "group.short", "group.three")
#: Report documents are another matter; announcements are `NAME.LANGUAGE.md` of these names.
NAMES = {
    "brief": ("kol", "owner_unconfirmed"),
    "host": (*GROUP, "precautions", "wrap_up", "recap"),
    "open_room": (*GROUP, "owner_code_due", "owner_code_missing", "owner_code_gone"),
    "disband": (*GROUP, "farewell"),
}
TEMPLATES = [f"{m}/{name}.{lang}.md" for m in MOMENTS for name in NAMES.get(m, GROUP) for lang in ("zh", "en")]
LINK = "https://salon.example.org/c/k3x9"
_NEEDS = re.compile(r"\{# needs: facts \(salon\.phrases\.facts_of\)(?:, (.+))? #\}")


def _values(event: Event, language: str) -> dict[str, Any]:
    """What the moments add to the facts."""
    polls = [
        PollResult(id=p.id, question=p.question, options=p.options, votes=(3,) * len(p.options)) for p in event.polls
    ]
    return {
        "link": LINK,
        "confirm_link": f"{LINK}/confirm",
        "host_link": f"{LINK}/host",
        "report_link": LINK,
        "room_link": f"{LINK}/room",
        "seats_left": "23",
        "minutes_left": "15",
        "seats_taken": "100",
        "messages": "321",
        "results": results_of(polls, language),
        "top": {"name": "Ann", "text": "Less, but every day."},
        **{kind: [{"name": "Bob", "text": "Less."}] for kind in RECAP_LISTS},
    }


def _promised(template: str) -> list[str]:
    first = (shipped("templates") / template).read_text(encoding="utf-8").splitlines()[0]
    found = _NEEDS.fullmatch(first)
    assert found, first
    return re.sub(r" \([^)]*\)", "", found[1] or "").split(", ") if found[1] else []


def _filled(template: str, event: Event | None = None, **changes: Any) -> str:
    """*template* given the facts and exactly what its first line asks for, as it is read."""
    language = template.rsplit(".", 2)[1]
    event = event or golden_event(language)
    values = {key: value for key, value in _values(event, language).items() if key in _promised(template)}
    text = Wording().fill(template, **facts_of(event, language), **{**values, **changes})
    # What a leader copies; only texts to groups are written in the subset.
    return render(text, "plain") if "/group" in template else text


@pytest.mark.parametrize("template", TEMPLATES)
def test_the_golden_evening_fills_every_template_by_what_its_first_line_says(template: str) -> None:
    text = _filled(template)
    assert not text.startswith("\n")
    assert text.endswith("\n")
    assert "\n\n\n" not in text
    assert not re.search(r"\{[{%#]|None|\[\]|[ \t]\n", text)


@pytest.mark.parametrize("template", TEMPLATES)
def test_links_stand_on_their_own_lines_so_that_they_survive_copy_and_paste(template: str) -> None:
    lines = [line for line in _filled(template).splitlines() if "http" in line]
    assert all(re.fullmatch(r"https://\S+", line) for line in lines)
    assert len(lines) == sum(name.endswith("link") for name in _promised(template))


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_plain_text_has_no_markup(template: str) -> None:
    assert not re.search(r"\*\*|^#+ |<[a-z/]|\]\(", _filled(template), re.MULTILINE)


@pytest.mark.parametrize("template", [t for t in TEMPLATES if _promised(t)])
def test_a_value_that_is_missing_is_an_error_with_its_name(template: str) -> None:
    language = template.rsplit(".", 2)[1]
    with pytest.raises(BadTemplate, match=f"templates/{re.escape(template)}:.*is undefined"):
        Wording().fill(template, **facts_of(golden_event(language)))


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_bare_event_fills_every_template_too(template: str) -> None:
    event = golden_event(template.rsplit(".", 2)[1])
    kol = replace(event.kol, title="", bio="")
    bare = replace(event, kol=kol, outline=(), polls=(), precautions=(), summary="")
    nothing = {"top": None, **{key: [] for key in ("results", *RECAP_LISTS)}}
    empty = {key: value for key, value in nothing.items() if key in _promised(template)}
    text = _filled(template, bare, **empty)
    assert "\n\n\n" not in text
    assert not re.search(r"None|^【[^】]*】\n\n|^[A-Z ]{6,}\n\n|\[\]", text, re.MULTILINE)


@pytest.mark.parametrize("template", TEMPLATES)
def test_what_people_typed_cannot_add_lines_or_turn_the_text_around(template: str) -> None:
    event = golden_event(template.rsplit(".", 2)[1])
    evil = "x\nhttps://evil.example\u202e\u200b\r\n\x1b[2J"
    hostile = replace(
        event,
        topic=evil,
        summary=evil,
        series_name=evil,
        precautions=(evil,),
        kol=replace(event.kol, name=evil, title=evil, bio=evil),
        outline=tuple(replace(s, title=evil, questions=(evil,), prompts=(evil,)) for s in event.outline),
        polls=tuple(replace(p, question=evil, options=(evil, evil)) for p in event.polls),
    )
    said = {"name": evil, "text": evil}
    changes = {"top": said, **{name: [said] for name in RECAP_LISTS}}
    text = _filled(template, hostile, **{k: v for k, v in changes.items() if k in _promised(template)})
    assert not set(text) & set("\u202e\u200b\r\x1b")
    assert not re.search(r"^https://evil", text, re.MULTILINE)


@pytest.mark.parametrize("moment", MOMENTS)
def test_both_languages_have_the_same_templates_with_the_same_needs(moment: str) -> None:
    for name in NAMES.get(moment, GROUP):
        assert _promised(f"{moment}/{name}.zh.md") == _promised(f"{moment}/{name}.en.md")


def test_the_guest_reads_the_clock_the_time_it_takes_and_both_links() -> None:
    text = _filled("brief/kol.zh.md")
    for part in (
        "12 分钟",
        "20:25–20:55  2. 哪些活可以交出去",
        "注意事项",
        f"{LINK}/confirm",
        f"{LINK}/host",
        "11月25日 周三 12:00",
    ):
        assert part in text


def test_the_warm_up_has_no_link_and_says_when_the_code_comes() -> None:
    assert "11月26日 周四 12:00 发入场码" in _filled("warm_up/group.zh.md")
    assert "comes to this group on Thu 26 Nov, 12:00" in _filled("warm_up/group.en.md")


def test_members_never_read_an_operators_word() -> None:
    for template in TEMPLATES:
        if template.endswith("zh.md") and not template.startswith("brief/"):
            assert not re.search("防封|阈值|意向|KOL|转发", _filled(template)), template


def test_an_owner_may_edit_the_texts(tmp_path: Path) -> None:
    (tmp_path / "remind").mkdir()
    (tmp_path / "remind" / "group.zh.md").write_text("还有 {{ seats_left }} 席\n", encoding="utf-8")
    assert Wording(tmp_path).fill("remind/group.zh.md", seats_left="3") == "还有 3 席\n"


@pytest.mark.parametrize("template", [t for t in TEMPLATES if ".three." in t])
def test_three_lines_are_three_lines(template: str) -> None:
    assert len(_filled(template).splitlines()) == 3


#: What would be acted on, by dialect.
ACTED_ON = {
    "telegram": r"<at |href=.https://evil|<@|<!",
    "matrix": r"<at |href=.https://evil|<@|<!",
    "html": r"<at |href=.https://evil|<@|<!",
    "discord": r"(?<!\\)\*\*x|(?<!\\)\]\(|@everyone|<@|~~(?<!\\)",
    "wecom": r"\*\*x|\]\(https://evil|<@|<at ",
    "dingtalk": r"\*\*x|\]\(https://evil|<@|<at |~~",
    "feishu": r"\*\*x|\]\(https://evil|<@|<at |~~",
    "slack": r"\*\*x|<@|<!|<https://evil|~~|`z",
}


@pytest.mark.parametrize("template", [t for t in TEMPLATES if "/group." in t])
def test_nothing_that_people_typed_is_acted_on_by_any_platform(template: str) -> None:
    language = template.rsplit(".", 2)[1]
    event = golden_event(language)
    evil = "**x** _y_ `z` [a](https://evil.example) <@everyone> @everyone <!here> <at user_id=all> # 1. ~~"
    hostile = replace(event, topic=evil, series_name=evil, kol=replace(event.kol, name=evil))
    values = {key: value for key, value in _values(event, language).items() if key in _promised(template)}
    text = Wording().fill(template, **facts_of(hostile, language), **values)
    for dialect, pattern in ACTED_ON.items():
        assert not re.search(pattern, render(text, dialect)), dialect
        # The presence of what is looked for.
        assert dialect in DIALECTS
    assert evil in render(text, "plain")

"""Every mistake of a programme has its line, and all come at once."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from tests.programmes import GOOD, SECOND, changed, lines_about, mistakes, read, written

from salon.errors import Mistakes
from salon.programme import MOST_BYTES, read_programme

#: (text in GOOD, what stands there instead, the line that says so)
MISTAKES = [
    (case["old"], case["new"], case["line"])
    for case in tomllib.loads(Path(__file__).with_name("programme_mistakes.toml").read_text("utf-8"))["mistake"]
]


@pytest.mark.parametrize(("old", "new", "line"), MISTAKES, ids=[line.split(":")[0] for *_, line in MISTAKES])
def test_each_mistake_has_its_line(tmp_path: Path, old: str, new: str, line: str) -> None:
    assert f"tea.toml: {line}" in mistakes(tmp_path, changed(old, new))


@pytest.mark.parametrize(("old", "new", "line"), MISTAKES, ids=[line.split(":")[0] for *_, line in MISTAKES])
def test_one_mistake_is_not_told_as_five(tmp_path: Path, old: str, new: str, line: str) -> None:
    # What is required and misspelt is missing as well, and a misspelt table lacks all its keys.
    most = {"[series]": 5, 'topic = "Spring tea"': 2}.get(old, 1)
    assert len(mistakes(tmp_path, changed(old, new))) == most


def test_all_mistakes_come_at_once(tmp_path: Path) -> None:
    text = changed('"Asia/Shanghai"', '"Mars"').replace("minutes = 60", "minutes = -5").replace('"East"', "7")
    text = text.replace('["Hot", "Cold"]', '["Hot"]').replace('topic = "Spring tea"\n', "")
    keys = [line.split(": ")[1] for line in mistakes(tmp_path, text)]
    assert keys == [
        "series.timezone",
        "groups[1].name",
        "events[1].outline[1].minutes",
        "events[1].topic",
        "events[1].polls[1].options",
    ]


def test_two_events_of_one_day_are_one_mistake(tmp_path: Path) -> None:
    assert mistakes(tmp_path, GOOD + SECOND.format(day="04", more="")) == (
        "tea.toml: events[2].date: 2027-03-04 is already that of events[1]; write another",
    )


def test_two_events_may_not_share_a_number_or_an_id(tmp_path: Path) -> None:
    more = 'number = 1\nid = "tea-2027-03-04"\n'
    assert mistakes(tmp_path, GOOD + SECOND.format(day="11", more=more)) == (
        "tea.toml: events[2].number: 1 is already that of events[1]; write another",
        'tea.toml: events[2].id: "tea-2027-03-04" is already that of events[1]; write another',
    )


@pytest.mark.parametrize(
    ("make", "what"),
    [
        (lambda path: path.write_bytes(b"GIF89a"), "is not a whole PNG, JPEG or WebP picture"),
        (lambda path: Image.new("RGB", (80, 80)).save(path, "GIF"), "is not a whole PNG, JPEG or WebP picture"),
        (lambda path: Image.new("RGB", (20, 80)).save(path, "PNG"), "is 20 × 80 pixels"),
        (lambda path: Image.new("1", (9000, 80)).save(path, "PNG"), "is 9000 × 80 pixels"),
        (lambda path: path.write_bytes(b"\0" * 10_000_001), "is larger than 10 MB"),
    ],
)
def test_a_portrait_that_would_spoil_the_poster_is_refused(tmp_path: Path, make: Any, what: str) -> None:
    make(tmp_path / "chen.png")
    text = changed('name = "Chen"', 'name = "Chen"\nportrait = "chen.png"')
    assert what in mistakes(tmp_path, text)[0]


def test_half_a_picture_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "chen.png"
    Image.effect_noise((300, 300), 90).save(path)
    text = changed('name = "Chen"', 'name = "Chen"\nportrait = "chen.png"')
    assert read(tmp_path, text).events[0].kol.portrait
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert "is not a whole" in mistakes(tmp_path, text)[0]


def test_broken_toml_says_its_line(tmp_path: Path) -> None:
    assert mistakes(tmp_path, changed("minutes = 60", "minutes = "))[0].startswith("tea.toml: line 22: ")
    assert mistakes(tmp_path, changed("[[groups]]", "[[groups"))[0].startswith("tea.toml: line 8: ")
    assert mistakes(tmp_path, '[series]\nname = """never ends\n')[0].startswith("tea.toml: line 2: ")
    assert mistakes(tmp_path, f"x = {'[' * 5000}")[0].startswith("tea.toml: ")
    assert mistakes(tmp_path, f"x = {'9' * 5000}")[0].startswith("tea.toml: ")


def test_a_file_that_is_not_utf8_says_its_line(tmp_path: Path) -> None:
    path = tmp_path / "tea.toml"
    path.write_bytes(b"[series]\nname = " + '"茶"'.encode("gbk"))
    with pytest.raises(Mistakes, match=r"^tea\.toml: line 2: is not UTF-8; save the file with the encoding UTF-8$"):
        read_programme(path)


def test_what_is_no_file_is_said_plainly(tmp_path: Path) -> None:
    with pytest.raises(Mistakes, match=r"^no\.toml: there is no such file"):
        read_programme(tmp_path / "no.toml")
    with pytest.raises(Mistakes, match="is a folder; name the programme"):
        read_programme(tmp_path)
    with pytest.raises(Mistakes, match="is larger than"):
        read(tmp_path, "#" * (MOST_BYTES + 1))


_LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False),
    st.dates(),
    st.text(max_size=5),
    st.just("folder"),
)


_KEYS = st.sampled_from([
    "series", "id", "name", "timezone", "weekday", "moments", "disband", "remind", "groups", "events", "date", "kol",
    "outline", "minutes", "polls", "options", "section", "portrait", "channel", "seats", "\u202e", "a b",
])  # fmt: skip


_TREES = st.recursive(_LEAVES, lambda t: st.lists(t, max_size=3) | st.dictionaries(_KEYS, t, max_size=4), max_leaves=12)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tree=st.dictionaries(_KEYS, _TREES, max_size=5))
def test_whatever_the_file_holds_the_answer_is_a_list_of_lines(
    tmp_path: Path, tree: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path, "")
    parsed = {**tomllib.loads(GOOD), **tree}
    with monkeypatch.context() as patch:
        # The tree stands for what a TOML file says; writing TOML is not what is tested.
        patch.setattr(tomllib, "loads", lambda text: parsed)
        lines = lines_about(path)
    assert all(line.startswith("tea.toml: ") and line.isprintable() for line in lines)

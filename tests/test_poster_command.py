"""`salon poster`: what an owner types, and what lies on the disk afterwards."""

from __future__ import annotations

import asyncio
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from tests.command import Done
from tests.command import salon as run

from salon.clock import HandClock
from salon.entries import Rule
from salon.gallery import CARDS
from salon.house import open_house
from salon.poster import EVENING, formats
from salon.programme import read_programme
from salon.rules.polls import cast_vote, open_poll
from salon.rules.seats import take_seat
from salon.rules.talk import Line, post_message
from salon.rules.week import open_room, shut_room
from salon.settings import Settings
from salon.shipped import shipped

EVENT, PROGRAMME = "bookshop-thursday-2027-03-04", "examples/thursday.zh.toml"
Salon = Callable[..., Done]


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of an installation with the shipped example planned."""
    home = tmp_path_factory.mktemp("planned") / "home"
    assert call(home, home.parent, "plan", shipped(PROGRAMME), "--apply").returncode == 0
    return home


@pytest.fixture(scope="module")
def links(planned: Path, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What the codes of all groups' posters say."""
    folder = tmp_path_factory.mktemp("plain")
    return codes(call(planned, folder, "poster", EVENT).stdout.splitlines(), folder)


@pytest.fixture
def salon(planned: Path, tmp_path: Path) -> Salon:
    """Runs `salon …` in an empty folder."""
    return lambda *args: call(planned, tmp_path, *args)


def call(home: Path, folder: Path, *args: object) -> Done:
    """One command of the installation at *home*, in *folder*."""
    return run(*args, env={"SALON_HOME": str(home), "SALON_PUBLIC_URL": "https://salon.example.org"}, folder=folder)


def codes(paths: list[str], folder: Path) -> list[str]:
    """What the codes of the pictures say."""
    return [zxingcpp.read_barcodes(Image.open(folder / path))[0].text for path in paths]


def size(path: Path) -> tuple[int, int]:
    """Width and height of a picture."""
    with Image.open(path) as opened:
        return opened.size


def test_every_group_gets_its_own_code_and_a_second_run_makes_nothing_anew(
    salon: Salon, links: list[str], tmp_path: Path
) -> None:
    first = salon("poster", EVENT)
    assert (first.returncode, first.stderr) == (0, "")
    paths = first.stdout.splitlines()
    assert all(path.startswith(f"posters/{EVENT}/") for path in paths)
    said = codes(paths, tmp_path)
    assert said == links
    assert len(set(said)) == len(paths) > 1
    assert all(link.startswith("https://salon.example.org/c/") for link in said)
    assert all((tmp_path / path).with_suffix(".txt").is_file() for path in paths)
    before = [(tmp_path / path).stat().st_mtime_ns for path in paths]
    assert salon("poster").stdout == first.stdout
    assert [(tmp_path / path).stat().st_mtime_ns for path in paths] == before


def test_one_group_in_another_shape_and_theme_lies_beside_the_others(salon: Salon, tmp_path: Path) -> None:
    group = "east"
    salon("poster", EVENT, "--group", group, "--out", "out")
    args = ("--group", group, "--format", "square", "--theme", "paper", "--out", "out", "--zip")
    told = salon("poster", EVENT, *args).stdout.splitlines()
    assert told == [f"out/{group}.square.png", f"out/{EVENT}.square.zip"]
    assert size(tmp_path / told[0]) == (1080, 1080)
    assert size(tmp_path / "out" / f"{group}.png") == (1080, 1920)
    with zipfile.ZipFile(tmp_path / told[1]) as parcel:
        assert parcel.namelist() == ["index.csv", f"{group}.square.png", f"{group}.square.txt"]


@pytest.mark.parametrize("kind", ["few", "full"])
def test_reminders_carry_the_same_code(salon: Salon, links: list[str], tmp_path: Path, kind: str) -> None:
    other = salon("poster", EVENT, "--kind", kind)
    assert other.returncode == 0, other.stderr
    assert all(path.endswith(f".{kind}.png") for path in other.stdout.splitlines())
    assert codes(other.stdout.splitlines(), tmp_path) == links


def test_a_teaser_has_no_code(salon: Salon, tmp_path: Path) -> None:
    told = salon("poster", EVENT, "--kind", "teaser")
    assert told.returncode == 0, told.stderr
    for path in told.stdout.splitlines():
        with Image.open(tmp_path / path) as opened:
            assert zxingcpp.read_barcodes(opened.convert("L")) == []


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (("nowhere",), f"planned are: {EVENT}"),
        ((EVENT, "--group", "nobody"), "the groups are: "),
        ((EVENT, "--theme", "pink"), "night"),
        ((EVENT, "--format", "round"), "portrait"),
        ((EVENT, "--kind", "song"), "poster, teaser, few, full, share, cover, vote, quote"),
        ((EVENT, "--kind", "quote"), "nobody has said anything yet; make the quote picture after the evening"),
        ((EVENT, "--kind", "cover"), "nobody has said anything yet; make the cover picture after the evening"),
        ((EVENT, "--kind", "share"), "nobody has said anything yet; make the share picture after the evening"),
        ((EVENT, "--kind", "vote"), "no poll with votes has been closed yet"),
        ((EVENT, "--kind", "share", "--format", "wide"), "choose one of: portrait, three-four"),
        ((EVENT, "--kind", "cover", "--group", "readers"), "leave out --group and --zip"),
        ((EVENT, "--kind", "teaser", "--zip"), "leave out"),
        ((EVENT, "--theme", "../night"), "choose one of"),
    ],
)
def test_wrong_use_is_one_sentence_that_lists_what_there_is(
    salon: Salon, tmp_path: Path, args: tuple[str, ...], says: str
) -> None:
    answer = salon("poster", *args)
    assert (answer.returncode, answer.stdout) == (2, "")
    assert says in answer.stderr
    assert len(answer.stderr.strip().splitlines()) == 1
    assert not (tmp_path / "posters").exists()


def test_help_names_every_kind_and_format(salon: Salon) -> None:
    said = " ".join(salon("poster", "--help").stdout.split())
    assert [word for word in (*EVENING, *CARDS, *formats()) if word not in said] == []


def test_after_the_evening_there_are_cards_of_what_came_of_it(tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert call(home, tmp_path, "plan", shipped(PROGRAMME), "--apply").returncode == 0
    asyncio.run(play_an_evening(home))
    for kind, expected in (
        ("vote", ["vote-1.zh.png", "vote-1.en.png"]),
        ("quote", ["quote-1.zh.png", "quote-1.en.png"]),
        ("share", ["share.zh.png", "share.en.png"]),
        ("cover", ["cover.zh.png", "cover.en.png"]),
    ):
        told = call(home, tmp_path, "poster", EVENT, "--kind", kind, "--theme", "paper")
        assert told.returncode == 0, told.stderr
        paths = [Path(line) for line in told.stdout.splitlines()]
        assert [path.name for path in paths] == expected
        assert [size(tmp_path / path) for path in paths] == [(1080, 1440)] * len(paths)
    shown = call(home, tmp_path, "poster", EVENT, "--kind", "quote", "--out", "x").stdout.split()
    with Image.open(tmp_path / shown[0]) as opened:
        assert SAID in opened.info["Description"]


SAID = "我们书店靠读书会的门票就付了一半房租，这是去年的账。"


async def play_an_evening(home: Path) -> None:
    """A talk with one vote and one sentence worth quoting, then the close."""
    settings = Settings.from_env({"SALON_HOME": str(home)})
    async with open_house(settings, HandClock(read_programme(shipped(PROGRAMME)).events[0].times.opens_at)) as house:
        event = await house.event(EVENT)
        poll = event.polls[0]
        rules: list[Rule] = [
            open_room(event, by="clock"),
            take_seat(event, "one", source="readers", name="小林"),
            post_message(event, "one", Line(text=SAID, client_id="1")),
            post_message(event, "one", Line(text="#quote " + SAID, client_id="2")),
            open_poll(event, poll, by="host"),
            cast_vote(event, "one", poll.id, 0),
            shut_room(by="clock"),
        ]
        for rule in rules:
            await house.journal.decide(EVENT, rule)


def test_a_bar_is_drawn_for_people_and_for_nobody_else(capsys: pytest.CaptureFixture[str]) -> None:
    from salon.cli.bar import bar

    class Terminal:
        text = ""

        def isatty(self) -> bool:
            return True

        def write(self, text: str) -> None:
            self.text += text

        def flush(self) -> None: ...

    terminal = Terminal()
    with bar("posters", terminal) as progress:  # type: ignore[arg-type]
        assert progress
        progress(1, 2)
    assert terminal.text == "\rposters [################................] 1/2\n"
    with bar("posters", sys.stdout) as progress:
        assert progress is None
    assert capsys.readouterr().out == ""

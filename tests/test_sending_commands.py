"""`salon channels`, `wave` and `correct` as an owner meets them; addresses that are secrets."""

from __future__ import annotations

import json
import shutil
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

import pytest

from salon import channels
from salon.channels import Channel, Context
from salon.channels.ability import Ability
from salon.cli import main
from salon.clock import HandClock
from salon.errors import Mistakes, WrongUse
from salon.house import open_house
from salon.model import Programme
from salon.planbook import PLAN
from salon.planning import apply_plan
from salon.programme import read_programme
from salon.settings import Settings
from salon.shipped import shipped
from salon.testing.channels import Remembering

EVENT = "bookshop-thursday-2027-03-04"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SALON_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def _planned(tmp_path: Path, **groups: str) -> None:
    """Plan the shipped example, with lines added to single groups."""
    folder = Path(shutil.copytree(shipped("examples"), tmp_path / "examples"))
    file = folder / "thursday.zh.toml"
    text = file.read_text("utf-8")
    for group, lines in groups.items():
        text = text.replace(f'id = "{group}"\n', f'id = "{group}"\n{lines}\n')
    file.write_text(text, "utf-8")
    assert main(["plan", str(file), "--apply"]) == 0


def test_the_list_says_who_acts_and_how_it_was_tried(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["channels"]) == 0
    shown = capsys.readouterr().out
    assert "relay      sent by the leader; text, picture, edit" in shown
    assert main(["channels", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["relay"]["who"] == "leader"


def test_a_wave_is_shown_with_its_last_minute_before_anything_is_sent(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _planned(tmp_path, east='quiet = "19:00-20:30"', south='quiet = "19:00-11:00"')
    capsys.readouterr()
    assert main(["wave", "warm_up", EVENT]) == 0
    shown = capsys.readouterr().out
    assert f"warm_up of {EVENT}: 9 groups still to hear it" in shown
    assert "last group" in shown
    assert "2027-03-04 11:00:00" in shown
    assert not (home / "outbox").exists()


def test_what_cannot_fit_is_named_and_the_exit_code_says_so(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _planned(tmp_path, east='quiet = "19:00-18:59"')
    capsys.readouterr()
    assert main(["wave", "remind-1", EVENT, "--json"]) == 1
    rows = json.loads(capsys.readouterr().out)["groups"]
    assert {row["group"] for row in rows if row["why"]} == {"east"}


def test_an_unknown_announcement_lists_the_known_ones(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _planned(tmp_path)
    assert main(["wave", "remind-9", EVENT]) == 2
    assert "there are: warm_up, open_room, remind-1" in capsys.readouterr().err


def test_a_probe_sends_one_real_message_and_keeps_the_answer(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _planned(tmp_path)
    assert main(["channels", "probe", "east"]) == 0
    assert capsys.readouterr().out.endswith(f"{home}/outbox/probe/east/{_probe(home)}\n")
    assert "测试消息" in next((home / "outbox").rglob("text.txt")).read_text("utf-8")
    assert main(["channels"]) == 0
    listed = capsys.readouterr().out
    assert f"a real message arrived on {datetime.now(UTC):%Y-%m-%d}" in listed
    assert listed.count("contract-tested") == 7, "of the others nothing is known"
    assert main(["channels", "probe", "nobody"]) == 2
    assert "group 'nobody' does not hear of" in capsys.readouterr().err
    assert main(["channels", "probe"]) == 2


def _probe(home: Path) -> str:
    return next((home / "outbox").rglob("probe?*")).name


def test_the_next_evening_is_half_filled_and_reads_as_a_programme(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _planned(tmp_path)
    capsys.readouterr()
    assert main(["next"]) == 0
    told = capsys.readouterr()
    assert "date = 2027-03-18" in told.out
    assert told.err.strip() == "then: 2027-03-25, 2027-04-01, 2027-04-08"
    file = tmp_path / "examples" / "thursday.zh.toml"
    file.write_text(file.read_text("utf-8") + "\n" + told.out, "utf-8")
    assert main(["plan", str(file), "--apply"]) == 0
    assert main(["next", "nobodys"]) == 2


def test_there_is_nothing_to_correct_before_anybody_heard(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _planned(tmp_path)
    assert main(["correct", EVENT, "--send"]) == 0
    assert "nothing to correct" in capsys.readouterr().err


class _Hook(ModuleType):
    """A channel whose address is a key."""

    @staticmethod
    def channel(context: Context) -> Channel:
        return Remembering(name="hook", ability=Ability(is_address_secret=True))

    @staticmethod
    def read_address(text: str) -> str:
        if not text.startswith("key-"):
            raise WrongUse("write the hook's key, key-…")
        return text


@pytest.fixture
def hook(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setitem(sys.modules, "salon.channels.hook", _Hook("salon.channels.hook"))
    monkeypatch.setattr(channels, "known_channels", lambda: ("folder", "hook", "relay"))
    return "hook"


def _with_hook(address: str) -> Programme:
    programme = read_programme(shipped("examples/thursday.zh.toml"))
    first, *rest = programme.groups
    return replace(programme, groups=(replace(first, channel="hook", address=address), *rest))


def _first_moment():  # type: ignore[no-untyped-def]
    return read_programme(shipped("examples/thursday.zh.toml")).events[0].times.brief_at


async def test_a_secret_address_is_written_down_encrypted_and_opened_for_the_call_only(home: Path, hook: str) -> None:
    settings = Settings.from_env({"SALON_HOME": str(home)})
    async with open_house(settings, HandClock(_first_moment())) as house:
        await apply_plan(house, _with_hook("key-4711-secret"))
        group = (await house.plan()).programmes()[0].groups[0]
        assert group.address.startswith("hidden:")
        assert house.opened(group).address == "key-4711-secret"
        assert not any("4711" in str(entry.data) for entry in await house.journal.entries(PLAN))
        assert await apply_plan(house, _with_hook("key-4711-secret")) == 0
        assert await apply_plan(house, _with_hook("key-4712-secret")) == 1
    assert b"4711-secret" not in (home / "salon.db").read_bytes()


async def test_the_owner_is_not_told_through_a_groups_hook(home: Path, hook: str) -> None:
    programme = read_programme(shipped("examples/thursday.zh.toml"))
    owned = replace(programme, series=replace(programme.series, owner_channel="hook", owner_address="key-1"))
    async with open_house(Settings.from_env({"SALON_HOME": str(home)}), HandClock(_first_moment())) as house:
        with pytest.raises(Mistakes, match=r"series\.owner_channel: hook speaks to a group"):
            await apply_plan(house, owned)


async def test_a_secret_address_that_makes_no_sense_is_not_repeated(home: Path, hook: str) -> None:
    settings = Settings.from_env({"SALON_HOME": str(home)})
    async with open_house(settings, HandClock(_first_moment())) as house:
        with pytest.raises(Mistakes) as wrong:
            await apply_plan(house, _with_hook("https://example.org/hook/4711"))
        assert str(wrong.value) == "groups[1].address: write the hook's key, key-…"
        assert not (await house.plan()).programmes()

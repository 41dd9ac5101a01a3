"""`salon groups`: list and import, on a real installation, in this process."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from tests.programmes import GOOD, written

from salon.cli import main


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation with one series and one group."""
    monkeypatch.setenv("SALON_HOME", str(tmp_path / "house"))
    assert main(["plan", str(written(tmp_path, GOOD)), "--apply"]) == 0
    return tmp_path


def test_a_list_is_shown_first_and_taken_over_on_demand(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = home / "list.csv"
    path.write_bytes("群名,负责人,人数\nEast,Wu,\n西区读书会,陈玥,很多\n南区读书会,老周,300\n".encode("gb18030"))
    capsys.readouterr()
    assert main(["groups", "import", str(path)]) == 1
    said = capsys.readouterr()
    assert said.out.splitlines()[1:] == ["~ line 2: East: leader: 'Lin' → 'Wu'"]
    assert "list.csv: line 3: Members: is no number that fits: 很多" in said.err
    assert "1 new, 1 changed, 0 the same, 1 wrong" in said.err
    assert main(["groups", "import", str(path), "--apply", "--series", "tea"]) == 1
    capsys.readouterr()
    assert main(["groups", "list", "--as", "toml"]) == 0
    groups = tomllib.loads(capsys.readouterr().out)["groups"]
    assert [(group["name"], group["leader"]) for group in groups] == [("East", "Wu"), ("南区读书会", "老周")]
    assert main(["groups", "import", str(path), "--apply"]) == 1
    assert "0 new, 0 changed, 2 the same, 1 wrong" in capsys.readouterr().err


def test_no_export_tells_a_key_or_a_mailbox(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = "群名,渠道,地址\n机器人群,wecom,planted-key\n信箱群,email,ann@planted.example\n"
    (home / "list.csv").write_text(text, encoding="utf-8")
    assert main(["groups", "import", str(home / "list.csv"), "--apply"]) == 0
    for form in ("json", "csv", "toml", "text"):
        assert main(["groups", "list", *(["--as", form] if form != "text" else [])]) == 0
        said = capsys.readouterr().out
        assert "机器人群" in said
        assert "planted" not in said
        assert "hidden:" not in said or form == "toml"


def test_what_is_not_there_is_said_in_one_sentence(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["groups", "list", "--series", "nothing"]) == 2
    assert "there are: tea" in capsys.readouterr().err
    assert main(["groups", "import", str(home / "gone.csv")]) == 1
    assert "gone.csv" in capsys.readouterr().err


def test_the_export_of_the_register_can_follow_in_the_file(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What the screen shows is put into the programme's file: the plan then changes nothing."""
    (home / "list.txt").write_text("南区读书会 老周\n", encoding="utf-8")
    assert main(["groups", "import", str(home / "list.txt"), "--apply"]) == 0
    capsys.readouterr()
    main(["groups", "list", "--as", "toml"])
    groups = capsys.readouterr().out
    head, _, rest = GOOD.partition("[[groups]]")
    written(home, f"{head}{groups}\n[[events]]{rest.partition('[[events]]')[2]}")
    assert main(["plan", str(home / "tea.toml")]) == 0
    assert "nothing changes" in capsys.readouterr().err

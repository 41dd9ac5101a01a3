"""`salon verify`: a report that was written, checked against what was said, by its file alone."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.evening import evening

from salon.cli import main
from salon.documents import as_json, documents
from salon.errors import Mistakes
from salon.report import report_of
from salon.verifying import Told, check_file
from salon.wording import Wording

TALK = evening()
TOLD = Told(report=report_of(TALK), discussion=TALK, wording=Wording())


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the evening's report."""
    folder = tmp_path_factory.mktemp("report")
    for name, content in documents(report_of(TALK), TALK, Wording()).items():
        (folder / name).write_bytes(content)
    return folder


@pytest.mark.parametrize("name", ["report.json", "report.html"])
def test_a_report_as_it_was_written_is_proven(written: Path, name: str) -> None:
    verdict = check_file(written / name, TOLD)
    assert verdict.wrong == ()
    assert verdict.quotes > 5
    assert verdict.facts > 100
    assert verdict.messages == len(TALK.messages)


def first_quote(data: dict[str, Any]) -> dict[str, Any]:
    """The first quote on a point."""
    return next(quote for point in data["sections"] for quote in point["quotes"])


def said_otherwise(data: dict[str, Any]) -> None:
    first_quote(data)["text"] += "！"


def said_by_another(data: dict[str, Any]) -> None:
    first_quote(data)["name"] = "老周"


def said_elsewhere(data: dict[str, Any]) -> None:
    first_quote(data)["message_ids"] = ["2"]


def said_nowhere(data: dict[str, Any]) -> None:
    first_quote(data)["message_ids"] = ["999"]


def one_more_message(data: dict[str, Any]) -> None:
    data["messages"] += 1


def one_more_vote(data: dict[str, Any]) -> None:
    data["polls"][0]["votes"][0] += 1


def one_more_voice(data: dict[str, Any]) -> None:
    data["speakers"] += 1


def another_link(data: dict[str, Any]) -> None:
    data["links"][0]["url"] = "https://evil.example/laoke"


def another_mark(data: dict[str, Any]) -> None:
    data["minutes"][0]["text"] = "先发券"


@pytest.mark.parametrize(
    "change",
    [said_otherwise, said_by_another, said_elsewhere, said_nowhere, one_more_message, one_more_vote, one_more_voice,
     another_link, another_mark],
)  # fmt: skip
def test_whatever_was_changed_in_the_json_is_found(
    written: Path, tmp_path: Path, change: Callable[[dict[str, Any]], None]
) -> None:
    data = json.loads((written / "report.json").read_bytes())
    change(data)
    changed = tmp_path / "report.json"
    changed.write_text(json.dumps(data), "utf-8")
    assert check_file(changed, TOLD).wrong != ()


def another_topic(data: dict[str, Any]) -> None:
    data["topic"] = "另一个话题"


def another_point(data: dict[str, Any]) -> None:
    data["sections"][0]["title"] += "？"


def longer_point(data: dict[str, Any]) -> None:
    data["sections"][0]["messages"] += 1


def another_name(data: dict[str, Any]) -> None:
    data["voices"][0]["name"] = "老周"


def another_guest(data: dict[str, Any]) -> None:
    data["kols"] = ["老周"]


def another_who_leads(data: dict[str, Any]) -> None:
    data["voices"][1]["is_kol"] = True


@pytest.mark.parametrize(
    "change", [another_topic, another_point, longer_point, another_name, another_guest, another_who_leads]
)
def test_what_the_messages_alone_do_not_prove_is_compared_with_the_plan(
    written: Path, tmp_path: Path, change: Callable[[dict[str, Any]], None]
) -> None:
    data = json.loads((written / "report.json").read_bytes())
    copy = tmp_path / "forwarded.json"
    copy.write_text(json.dumps(data), "utf-8")
    assert check_file(copy, TOLD).wrong == ()
    change(data)
    copy.write_text(json.dumps(data), "utf-8")
    assert check_file(copy, TOLD).wrong != ()


def test_the_owners_own_json_is_proven_with_its_candidates(tmp_path: Path) -> None:
    own = tmp_path / "own.json"
    own.write_text(as_json(TOLD.report), "utf-8")
    assert check_file(own, TOLD).wrong == ()


@pytest.mark.parametrize("text", ["", "{}", "[]", "<p>hello</p>", '{"topic": 3}', "{" * 10_000])
def test_what_is_no_report_is_said(tmp_path: Path, text: str) -> None:
    other = tmp_path / "other.json"
    other.write_text(text, "utf-8")
    with pytest.raises(Mistakes, match=r"other\.json: is no report of Salon"):
        check_file(other, TOLD)


CHAT = """林嘉: 第一个问题：老客为什么会走？
店长小北: 我们店去年走了三成老客，回访下来最大的原因不是价格，而是没人记得他们上次买了什么。
老周: 价格还是重要的，隔壁开了折扣店以后我的复购直接掉了15%。
林嘉: 第一步不是发券，是把每位老客最近三次的购买记下来。
"""


def test_the_command_says_what_is_proven_and_what_is_not(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    chat, out = tmp_path / "chat.txt", tmp_path / "out.json"
    chat.write_text(CHAT, "utf-8")
    asked = ["--chat", str(chat), "--kol", "林嘉"]
    assert main(["report", *asked, "--json", str(out)]) == 0
    assert main(["verify", str(out), *asked]) == 0
    assert "all proven by" in capsys.readouterr().out
    chat.write_text(CHAT.replace("15%", "50%"), "utf-8")
    assert main(["verify", str(out), *asked]) == 1
    assert "are not proven by" in capsys.readouterr().err
    assert main(["verify", str(tmp_path / "none.json"), *asked]) == 2
    assert "cannot be read" in capsys.readouterr().err


def test_a_journal_that_is_none_is_said(tmp_path: Path, written: Path, capsys: pytest.CaptureFixture[str]) -> None:
    journal = tmp_path / "journal.jsonl"
    journal.write_text('{"seq": 1}\n', "utf-8")
    assert main(["verify", str(written / "report.json"), "--journal", str(journal)]) == 2
    assert "is no journal" in capsys.readouterr().err

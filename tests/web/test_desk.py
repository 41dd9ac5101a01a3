"""The owner's desk: a draft edited by two, approved once, told once, recalled, corrected; nobody else sees it."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from tests.command import salon
from tests.web.house import PROGRAM, Evening, Web, at_once, until

from salon.model import Programme
from salon.planning import apply_plan
from salon.rules.editions import approve_report
from salon.rules.polls import open_poll
from salon.testing.golden import golden_groups

QUOTE = "我们每周省下三个小时，都花在写测试和查日志上，写测试最先交出去。"
SAID = {
    "zh": (
        QUOTE,
        "现在靠什么把关？我们是两个人互相看，出过一次事故以后就这样。",
        "哪些数字骗了我们？提交次数，翻了一倍，上线的却没有多。",
        "#共识 先让它写测试，再让它改代码",
        "我也想问一句：三个人的小团队，出过什么事故以后才开始互相看？",
        "还有一件：查日志也交出去了，省下的时间拿去和用户打电话，这才是真正值钱的时间。",
    ),
    "en": (
        "We save three hours a week, all of it on tests and reading logs, and tests were the first to go.",
        "Who checks now, and how? Two of us read everything, ever since one release went wrong.",
        "Which numbers fooled us? Commits: they doubled, and what we shipped did not grow at all.",
        "#agreed let it write tests first, then change code",
        "May I ask: what went wrong in a team of three before you began to read each other's code?",
        "One more: reading logs is handed over too, and the saved time goes into calls with customers.",
    ),
}


class Desk:
    """The owner at the desk of one evening."""

    #: Who said *quote* there.
    member: httpx.Client
    quote: str

    def __init__(self, evening: Evening) -> None:
        web = evening.web
        self.evening, self.path = evening, f"{urlsplit(web.house.links.desk(evening.event.id)).path}"
        self.phone = web.phone()

    def look(self) -> dict[str, Any]:
        """The desk for programs."""
        found: dict[str, Any] = self.phone.get(self.path, headers=PROGRAM).json()
        return found

    def post(self, verb: str, **fields: object) -> httpx.Response:
        """One button."""
        return self.phone.post(f"{self.path}/{verb}", json=fields, headers=PROGRAM)

    def edit(self, base: int, *operations: dict[str, object]) -> httpx.Response:
        """Operations as a program sends them."""
        return self.post("edit", base=base, operations=json.dumps(operations))

    def report(self) -> httpx.Response:
        """What everybody reads."""
        return self.evening.web.phone().get(f"/report/{self.evening.event.id}")

    def heard(self, group: str = "readers") -> list[str]:
        """Announcements of the report that a group received."""
        folder = self.evening.web.settings.outbox / self.evening.event.id
        found = [path.parent.name for path in folder.glob(f"{group}/*/text.txt")]
        return sorted(name for name in found if name.startswith("report"))


def at_desk(web: Web, mode: str = "approve", language: str = "zh", *, polls: bool = False) -> Desk:
    """An evening whose report moment has run, in a series that publishes as *mode* says; with two *polls* or none."""
    evening, said = web.evening(language=language), SAID[language]
    series = web.run(web.house.plan()).programme(evening.event.series)
    assert series is not None
    changed = Programme(
        series=replace(series.series, report=mode), groups=golden_groups(language), events=(evening.event,)
    )
    web.run(apply_plan(web.house, changed))
    member, other = evening.member("小林"), evening.member("Bob")
    for k, line in enumerate(said):
        evening.say((member, other)[k % 2], line)
    for poll in evening.event.polls[: 2 * polls]:
        evening.decide(open_poll(evening.event, poll, by="host"))
        until(lambda poll=poll: evening.vote(member, poll.id, 1).status_code == 200)  # type: ignore[misc]
    web.turn_to(evening.event.times.reports_at)
    evening.moment("report")
    desk = Desk(evening)
    desk.member, desk.quote = member, said[0]
    until(lambda: desk.phone.get(desk.path).status_code == 200)
    return desk


def kinds(desk: Desk) -> list[str]:
    return [entry.kind for entry in desk.evening.entries() if entry.kind.startswith(("report_", "correction"))]


def test_a_draft_waits_for_the_owner_who_hears_of_it_once(web: Web) -> None:
    desk = at_desk(web)
    assert desk.report().status_code == 404
    assert desk.heard() == []
    assert desk.heard("_owner") == ["report-draft"]
    text = next((web.settings.outbox / desk.evening.event.id / "_owner" / "report-draft").glob("text.txt")).read_text()
    assert desk.path in text
    desk.evening.moment("report")
    assert desk.heard("_owner") == ["report-draft"]
    assert not (web.settings.reports / desk.evening.event.id).exists()
    assert kinds(desk) == ["report_drafted"]


def test_approving_tells_every_group_within_seconds_and_once(web: Web) -> None:
    desk = at_desk(web)
    answers = at_once([lambda: desk.post("approve", version=1).status_code] * 2)
    assert answers == [200, 200]
    assert QUOTE in desk.report().text
    until(lambda: desk.heard() == ["report"])
    until(lambda: desk.heard("_kol") == ["report-letter"])
    until(lambda: desk.heard("_owner") == ["report-draft", "report-team"])
    until(lambda: not desk.look()["is_owed"])
    assert kinds(desk).count("report_published") == 1
    began = [e.data["group"] for e in desk.evening.entries("announcement_begun") if e.data["announcement"] == "report"]
    assert sorted(began) == ["builders-2", "readers", "tea-room"]


def test_a_series_that_publishes_by_itself_needs_nobody(web: Web) -> None:
    desk = at_desk(web, "publish")
    assert desk.report().status_code == 200
    assert desk.heard() == ["report"]
    assert desk.heard("_owner") == ["report-team"]
    assert kinds(desk) == ["report_drafted", "report_published", "report_written"]


def test_whoever_kills_the_web_room_after_the_approval_loses_nothing(web: Web) -> None:
    desk = at_desk(web)
    # As if the process had been killed right after its entry was written.
    desk.evening.decide(approve_report(1))
    assert desk.heard() == []
    web.kill()
    web.start()
    # Nobody looks at the desk, and no flow runs.
    until(lambda: desk.heard() == ["report"], seconds=30)
    until(lambda: not desk.look()["is_owed"], seconds=30)
    began = [e.data["group"] for e in desk.evening.entries("announcement_begun") if e.data["announcement"] == "report"]
    assert sorted(began) == ["builders-2", "readers", "tea-room"]
    again = at_desk(web)
    again.evening.decide(approve_report(1))
    again.evening.moment("report")
    assert again.heard() == ["report"]


def test_an_edit_is_seen_in_the_preview_and_by_nobody_else_until_it_is_approved(web: Web) -> None:
    desk = at_desk(web, "publish")
    assert desk.edit(1, {"do": "title", "key": "", "text": "改过的题目"}).json() == {"version": 2, "published": 1}
    preview = desk.phone.get(f"{desk.path}/preview")
    assert ("改过的题目" in preview.text, "改过的题目" in desk.report().text) == (True, False)
    assert "改过的题目" not in desk.phone.get(f"{desk.path}/preview?version=1").text
    desk.post("approve", version=2)
    assert "改过的题目" in desk.report().text
    written = web.settings.reports / desk.evening.event.id / "report.md"
    until(lambda: "改过的题目" in written.read_text())
    assert desk.heard() == ["report"]


def test_the_groups_hear_of_a_correction_only_when_asked_and_once(web: Web) -> None:
    desk = at_desk(web, "publish")
    assert desk.post("tell", version=1).status_code == 400
    desk.edit(1, {"do": "title", "key": "", "text": "改过的题目"})
    desk.post("approve", version=2)
    assert desk.look()["can_correct"] is True
    for _ in range(2):
        assert desk.post("tell", version=2).status_code == 200
    until(lambda: desk.heard() == ["report", "report-correction-2"])
    until(lambda: not desk.look()["is_owed"])
    assert kinds(desk).count("correction_asked") == 1


def test_a_recalled_report_says_so_and_its_files_are_gone(web: Web) -> None:
    desk = at_desk(web, "publish")
    folder = web.settings.reports / desk.evening.event.id
    assert list(folder.iterdir())
    assert desk.post("recall").status_code == 200
    answer = desk.report()
    assert (answer.status_code, "已撤回" in answer.text, QUOTE in answer.text) == (410, True, False)
    until(lambda: not list(folder.iterdir()))
    desk.evening.moment("report")
    assert desk.report().status_code == 410
    assert desk.post("publish", version=1).status_code == 200
    assert QUOTE in desk.report().text
    until(lambda: len(list(folder.glob("[!.]*"))) >= 3)
    assert desk.heard() == ["report"]


def test_the_second_of_two_editors_loses_nothing(web: Web) -> None:
    desk = at_desk(web)
    desk.phone.post(f"{desk.path}/editor", data={"editor": "梅"})
    desk.edit(1, {"do": "title", "key": "", "text": "第一个人的题目"})
    second = web.phone()
    sent = {"base": "1", "act": "note", "place": "top", "note": "n-1", "text": "第二个人写了很久的一句话"}
    answer = second.post(f"{desk.path}/edit", data=sent)
    assert answer.status_code == 409
    assert all(text in answer.text for text in ("刚才有人先改了", "梅", "第二个人写了很久的一句话"))
    again = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', answer.text))
    assert second.post(f"{desk.path}/edit", data={**again, "text": sent["text"]}).status_code == 303
    preview = second.get(f"{desk.path}/preview").text
    assert ("第一个人的题目" in preview, "第二个人写了很久的一句话" in preview) == (True, True)
    assert [v["editor"] for v in desk.look()["versions"]] == ["", "梅", ""]


def test_every_button_of_the_page_works_as_a_plain_form(web: Web) -> None:
    desk = at_desk(web)
    done = 0
    for act in ("up", "down", "first", "lead", "drop", "restore", "merge"):
        page = desk.phone.get(desk.path).text
        forms = re.findall(
            rf'<form [^>]*action="([^"]+/edit)"[^>]*>((?:(?!</form>).)*value="{act}".*?)</form>', page, re.S
        )
        if not forms:
            continue
        action, inside = forms[0]
        fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', inside))
        assert desk.phone.post(action, data={**fields, "act": act}).status_code == 303, act
        done += 1
    assert done >= 6
    look = desk.look()
    assert (look["latest"], look["skipped"]) == (done + 1, [])
    assert desk.phone.post(f"{desk.path}/back", data={"base": str(done + 1), "version": "1"}).status_code == 303
    assert desk.look()["points"] == Desk(desk.evening).look()["points"]


def test_an_editors_sentence_is_printed_as_such_in_every_form(web: Web) -> None:
    desk = at_desk(web, "publish")
    point = desk.look()["points"][0]["key"]
    text = "后来核实：<b>三小时</b> 是自己估的。"
    places = ("top", "polls", "questions", "notable", "end", point)
    notes = [
        {"do": "note", "key": f"n-{k}", "place": place, "text": f"{k} {text}", "by": "梅"}
        for k, place in enumerate(places)
    ]
    desk.edit(1, *notes)
    desk.post("approve", version=2)
    until(lambda: "核实" in desk.report().text)
    for form in ("report.html", "report.md", "article.html", "team.html", "team.md"):
        body = desk.phone.get(f"{desk.path}/preview/{form}").text
        assert body.count("编者") >= 3, form
        assert "<b>三小时</b>" not in body, form
    assert desk.report().text.count("核实") == len(places)
    assert [note["by"] for note in json.loads(desk.phone.get(f"{desk.path}/preview/report.json").text)["notes"]] == [
        "梅"
    ] * 6


@pytest.mark.parametrize(
    "operations",
    [
        "{}",
        "not json",
        "[1]",
        json.dumps([{"do": "drop", "key": "x"}] * 10_000),
        json.dumps([{"do": "drop", "key": "x"}] * 3_000),
        json.dumps([{"do": "burn", "key": "x"}]),
        json.dumps([{"do": "note", "key": "n", "place": "top", "text": "x" * 5_000, "by": ""}]),
        json.dumps([{"do": "note", "key": "n", "place": "top", "text": {"a": 1}, "by": ""}]),
        json.dumps([{"do": "drop", "key": {"a": 1}}]),
        "[]",
    ],
)
def test_hostile_edits_are_refused_and_change_nothing(desk: Desk, operations: str) -> None:
    assert desk.post("edit", base=1, operations=operations).status_code in (400, 413)
    assert desk.look()["latest"] == 1


@pytest.fixture(scope="module")
def desk(web: Web) -> Desk:
    """A desk that only refusals are tried on."""
    return at_desk(web)


def test_wrong_versions_and_links_open_nothing(desk: Desk) -> None:
    for base in ("99", "0", "-1", "x", "9" * 30, ""):
        assert desk.post("edit", base=base, operations='[{"do": "drop", "key": "x"}]').status_code in (400, 409)
        assert desk.post("approve", version=base).status_code in (400, 409)
    assert desk.post("publish", version=9).status_code == 404
    assert desk.phone.get(f"{desk.path}/preview?version=9").status_code == 404
    assert desk.phone.get(f"{desk.path}/preview/secret.md").status_code == 404
    wrong = re.sub(r"/owner/[a-z2-7]+", "/owner/abcdefgh", desk.path)
    for path in (wrong, f"{wrong}/preview", f"{wrong}/words", f"{wrong}/preview/team.html"):
        assert desk.phone.get(path).status_code == 403
    for verb in ("edit", "back", "approve", "publish", "recall", "tell", "editor", "words"):
        assert desk.phone.post(f"{wrong}/{verb}", json={}).status_code == 403
    assert desk.look()["published"] == 0
    for form in ("team.html", "letter.html", "team.md"):
        assert desk.phone.get(f"/report/{desk.evening.event.id}/{form}").status_code == 404


def test_an_unknown_piece_is_passed_over_and_said(web: Web) -> None:
    desk = at_desk(web)
    assert desk.edit(1, {"do": "drop", "key": "q-gone"}).status_code == 200
    assert [skip["do"] for skip in desk.look()["skipped"]] == ["drop"]
    assert "1 处改动的对象已经不在" in desk.phone.get(desk.path).text


def test_there_is_no_desk_before_the_draft(web: Web) -> None:
    evening = web.evening()
    desk = Desk(evening)
    assert desk.phone.get(desk.path).status_code == 404
    assert desk.edit(0, {"do": "drop", "key": "x"}).status_code == 404
    assert desk.post("approve", version=0).status_code == 404


def test_the_desk_has_the_texts_of_every_group_as_the_public_reads_them(web: Web) -> None:
    desk = at_desk(web, "publish")
    sent = (web.settings.outbox / desk.evening.event.id / "readers" / "report" / "text.txt").read_text()
    desk.edit(1, {"do": "title", "key": "", "text": "还没有发布的题目"})
    texts = desk.look()["texts"]
    assert (texts["version"], texts["total"], len(texts["rows"])) == (1, 3, 3)
    (readers,) = (row for row in texts["rows"] if row["id"] == "readers")
    assert [text["length"] for text in readers["texts"]] == ["full", "short", "three"]
    assert readers["length"] == "short"
    assert readers["texts"][1]["text"] == sent
    desk.post("approve", version=2)
    assert "还没有发布的题目" in desk.look()["texts"]["rows"][0]["texts"][2]["text"]


def test_a_draft_s_texts_are_those_of_its_newest_version(web: Web) -> None:
    desk = at_desk(web)
    desk.edit(1, {"do": "title", "key": "", "text": "改过的题目"})
    texts = desk.look()["texts"]
    assert texts["version"] == 2
    assert all("改过的题目" in text["text"] for row in texts["rows"] for text in row["texts"])
    assert "要等批准以后才打得开" in desk.phone.get(desk.path).text


def test_all_groups_are_on_a_page_of_their_own_which_finds_one(web: Web) -> None:
    desk = at_desk(web)
    page = desk.phone.get(f"{desk.path}/texts", params={"q": "读书"}).text
    assert ("g-readers" in page, "g-tea-room" in page) == (True, False)
    assert desk.phone.get(f"{desk.path}/texts", params={"from": "2"}).text.count('class="group"') == 2
    for wrong in ("0", "-1", "x", "99999999999", "9999999"):
        assert desk.phone.get(f"{desk.path}/texts", params={"from": wrong}).status_code == 200
    assert web.phone().get(desk.path.replace(desk.path.split("/")[2], "wrong") + "/texts").status_code == 403


def test_a_poll_is_moved_and_left_out_and_the_report_is_still_proven(web: Web) -> None:
    desk = at_desk(web, "publish", polls=True)
    first, second = desk.look()["polls"]
    assert [option["votes"] for option in first["options"]][:2] == [0, 1]
    desk.edit(1, {"do": "move", "key": second["key"], "before": first["key"]}, {"do": "drop", "key": first["key"]})
    assert desk.look()["polls"][1]["is_dropped"] is True
    desk.post("approve", version=2)
    until(lambda: first["text"] not in desk.report().text)
    assert second["text"] in desk.report().text
    written = web.settings.reports / desk.evening.event.id / "report.json"
    until(lambda: first["text"] not in written.read_text())
    done = salon("verify", written, env=web.settings.as_env())
    assert done.returncode == 0, done.stderr

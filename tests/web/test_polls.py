"""Polls over real HTTP: every kind, whoever may not know a result finds it nowhere, rounds, polls made on the spot."""

from __future__ import annotations

import re
from functools import partial

import httpx
import pytest
from tests.web.house import PROGRAM, Evening, Web, at_once, listen, until

from salon.model import Poll
from salon.rules.polls import scale

OPTIONS = ("红", "绿", "蓝")
POLLS = tuple(Poll(id=f"p-{results}", question=f"Q {results}", options=OPTIONS, results=results)
              for results in ("always", "voted", "closed", "host"))  # fmt: skip
MULTIPLE = Poll(id="m", question="哪些？", options=OPTIONS, kind="multiple", choices=2)
SCALE = Poll(id="s", question="几分？", options=scale(1, 5), kind="scale", ends=("不会", "一定会"))
RANK = Poll(id="r", question="怎么排？", options=OPTIONS, kind="rank")
NAMED = Poll(id="n", question="谁？", options=OPTIONS, is_named=True, results="host")


@pytest.fixture
def evening(web: Web) -> Evening:
    """An open evening with a poll of each kind and each way to show results, all open."""
    polls = (*POLLS, MULTIPLE, SCALE, RANK, NAMED)
    evening = web.evening(polls=polls)
    for poll in polls:
        assert evening.host(f"polls/{poll.id}/open").status_code == 200
    return evening


@pytest.fixture
def voters(evening: Evening) -> list[httpx.Client]:
    """Five members who voted 红 红 红 蓝 蓝 in the four polls of one option."""
    voters = [evening.member(f"V{k}") for k in range(5)]
    for member, option in zip(voters, (0, 0, 0, 2, 2), strict=True):
        for poll in POLLS:
            assert evening.vote(member, poll.id, option).status_code == 201
    return voters


def part(evening: Evening, reader: httpx.Client, base: str = "") -> dict[str, str]:
    """Poll's id → its piece of the page, as *reader* gets it."""
    html = reader.get(f"{base or evening.room}/parts/polls").text
    return {
        found[1]: found[0]
        for found in re.finditer(r'<section class="poll" id="poll-([a-z-]+)".*?</section>', html, re.S)
    }


def told(html: str) -> list[int] | None:
    """The numbers in a poll's piece of the page; None: not one, nor a bar, nor a total."""
    numbers = [int(n) for n in re.findall(r"<b>(\d+)</b>", html)]
    if numbers:
        return numbers
    assert "meter" not in html
    assert "total" not in html
    assert "票数" not in html
    return None


def known(evening: Evening, reader: httpx.Client) -> dict[str, list[int] | None]:
    """What every way into the room tells *reader* of the four polls; all of them must agree."""
    asked = reader.get(evening.room, headers=PROGRAM).json()
    page, pieces = reader.get(evening.room).text, part(evening, reader)
    found: dict[str, list[int] | None] = {}
    for poll in asked["polls"]:
        id = poll["poll"]
        if id not in {p.id for p in POLLS}:
            continue
        assert ("votes" in poll) is ("voters" in poll) is ("whole" in poll)
        found[id] = poll.get("votes")
        assert told(pieces[id]) == found[id]
        if phase_is_open(asked):
            assert pieces[id] in page
    for counts in (asked["counts"], reader.get(f"{evening.room}/entries").json()["counts"]):
        assert {id for id in counts["polls"] if id.startswith("p-")} == {id for id in found if in_counts(asked, id)}
    return found


def phase_is_open(asked: dict[str, object]) -> bool:
    return asked["phase"] == "open"


def in_counts(asked: dict[str, object], id: str) -> bool:
    """Whether the numbers are for all: these alone are in the frames that all get."""
    (poll,) = (p for p in asked["polls"] if p["poll"] == id)  # type: ignore[attr-defined]
    return poll["results"] == "always" or (poll["results"] != "host" and not poll["is_open"])


def test_whoever_may_not_know_a_result_finds_it_nowhere(evening: Evening, voters: list[httpx.Client]) -> None:
    quiet, three_two = evening.member(), [3, 0, 2]
    nothing = {"p-always": three_two, "p-voted": None, "p-closed": None, "p-host": None}
    assert known(evening, quiet) == nothing
    assert known(evening, voters[0]) == {**nothing, "p-voted": three_two}
    for role in ("host", "kol"):
        pieces = part(evening, evening.web.phone(), evening.private(role))
        assert [told(pieces[poll.id]) for poll in POLLS] == [three_two] * 4
    for poll in POLLS:
        evening.host(f"polls/{poll.id}/close")
    assert known(evening, quiet) == {**dict.fromkeys(nothing, three_two), "p-host": None}


def test_the_answer_to_a_vote_tells_no_more_than_the_page(evening: Evening, voters: list[httpx.Client]) -> None:
    answers = {poll.id: evening.vote(voters[0], poll.id, 2).json() for poll in POLLS}
    assert {id: answer.get("votes") for id, answer in answers.items()} == {
        "p-always": [2, 0, 3],
        "p-voted": [2, 0, 3],
        "p-closed": None,
        "p-host": None,
    }
    assert all(answer["mine"] == [2] for answer in answers.values())
    assert "voters" not in answers["p-closed"]
    assert "whole" not in answers["p-host"]


def everything_asked(evening: Evening, member: httpx.Client) -> tuple[object, ...]:
    """What *member* gets by asking for the room in every way, but for the hour and ids that are never the same."""
    room, page = member.get(evening.room, headers=PROGRAM).json(), member.get(evening.room).text
    frames = member.get(f"{evening.room}/entries?after=0").json()
    page = re.sub(r'data-now="[^"]*"|[0-9a-f]{16}', "", page)
    return {**room, "now": ""}, frames, page, frames["cursor"] == frames["frames"][-1]["seq"]


def test_the_line_is_silent_about_votes_that_members_may_not_know(web: Web, evening: Evening) -> None:
    member, other, phone = evening.member(), evening.member(), web.phone()
    line, hosts = listen(web, f"{evening.room}/stream", member), listen(web, f"{evening.private('host')}/stream", phone)
    evening.say(other, "之前")
    until(lambda: "message" in line.names())
    asked = everything_asked(evening, member)
    evening.vote(other, "p-closed", 0)
    evening.vote(other, "p-host", 1)
    # Members would have heard of it in the same moment.
    until(lambda: hosts.heard[-1][2].get("polls", {}).get("p-host") == [0, 1, 0])
    assert everything_asked(evening, member) == asked, "nor does who asks again and again see that anything was written"
    evening.say(other, "之后")
    until(lambda: line.names().count("message") == 2)
    before = len(line.heard)
    evening.vote(other, "p-always", 0)
    until(lambda: any(name == "counts" for name, _, _ in line.heard[before:]))
    counts = [frame for name, _, frame in line.heard if name == "counts"]
    assert [frame["polls"]["p-always"] for frame in counts] == [[0, 0, 0], [1, 0, 0]], "only one vote was told"
    assert "pulse" not in line.names(), "nor does anything else say that there was a vote"
    assert not [frame for frame in counts if {"p-closed", "p-host", "p-voted"} & frame["polls"].keys()]


def test_of_a_result_for_voters_the_line_tells_only_that_there_is_something_new(web: Web, evening: Evening) -> None:
    member, other = evening.member(), evening.member()
    line = listen(web, f"{evening.room}/stream", member)
    evening.vote(other, "p-voted", 0)
    until(lambda: any(frame.get("stirred") for name, _, frame in line.heard if name == "counts"))
    (sign,) = {frame["stirred"] for name, _, frame in line.heard if "stirred" in frame}
    assert "p-voted" not in line.heard[-1][2]["polls"]
    assert "data-stirred" not in part(evening, member)["p-voted"]
    assert f'data-stirred="{sign}"' in part(evening, other)["p-voted"], "the voter's page looks again, once"


def test_those_who_lead_hear_every_number_at_once(web: Web, evening: Evening) -> None:
    line = listen(web, f"{evening.private('host')}/stream", web.phone())
    evening.vote(evening.member(), "p-host", 1)
    until(lambda: line.heard[-1][2].get("polls", {}).get("p-host") == [0, 1, 0])


def test_results_for_after_the_close_come_with_the_clock(evening: Evening, voters: list[httpx.Client]) -> None:
    evening.web.turn_to(evening.event.times.disbands_at)
    try:
        polls = {poll["poll"]: poll for poll in voters[0].get(evening.room, headers=PROGRAM).json()["polls"]}
        assert {id: polls[id].get("votes") for id in ("p-voted", "p-closed", "p-host")} == {
            "p-voted": [3, 0, 2],
            "p-closed": [3, 0, 2],
            "p-host": None,
        }
        assert not any(poll["is_open"] for poll in polls.values())
        assert evening.entries("room_disbanded", "poll_closed") == []
        assert evening.vote(voters[0], "p-closed", 1).status_code == 410
    finally:
        evening.web.turn_to(evening.event.times.opens_at)


def test_what_is_for_the_host_only_is_in_the_teams_report_and_in_no_other(web: Web) -> None:
    secret = Poll(id="secret", question="内部问题", options=("暗一", "暗二"), results="host")
    shown = Poll(id="shown", question="公开问题", options=("明一", "明二"))
    evening = web.evening(polls=(secret, shown))
    members = [evening.member(f"M{k}") for k in range(3)]
    for poll in (secret, shown):
        evening.host(f"polls/{poll.id}/open")
    for member in members:
        evening.say(member, "我觉得老客最看重的是有人记得他，而不是打折。")
        evening.vote(member, "secret", 1)
    evening.vote(members[0], "shown", 1)
    now = web.now
    web.turn_to(evening.event.times.disbands_at)
    evening.moment("disband")
    web.turn_to(evening.event.times.reports_at)
    evening.moment("report")
    web.turn_to(now)
    folder = web.settings.reports / evening.event.id
    files = {
        path.name: path.read_text("utf-8")
        for path in folder.rglob("*")
        if path.suffix in (".html", ".md", ".json", ".txt")
    }
    team = {name for name, text in files.items() if "内部问题" in text or "暗二" in text}
    assert team == {"team.html", "team.md"}
    assert "公开问题" in files["report.html"]
    assert "公开问题" in files["report.json"]
    (share,) = __import__("json").loads(files["report.json"])["shares"]
    assert share["voters"] == 1, "nor does it say how many took part"
    for name in ("report.html", "report.json", "article.html"):
        page = web.phone().get(f"/report/{evening.event.id}/{name}")
        assert page.status_code == 200
        assert "内部问题" not in page.text
    assert web.phone().get(f"/report/{evening.event.id}/team.html").status_code == 404
    said = "".join(str(entry.data) for entry in evening.entries("recap_posted"))
    assert "内部问题" not in said


def test_several_options_count_voters_once(evening: Evening) -> None:
    one, two = evening.member(), evening.member()
    assert evening.vote(one, "m", [2, 0]).json()["votes"] == [1, 0, 1]
    assert evening.vote(one, "m", "0,2").status_code == 200
    assert evening.vote(one, "m", "1").json()["votes"] == [0, 1, 0]
    answer = evening.vote(two, "m", "1,2").json()
    assert (answer["votes"], answer["voters"], answer["whole"]) == ([0, 2, 1], 2, 2)
    counts = one.get(evening.room, headers=PROGRAM).json()["counts"]
    assert counts["whole"]["m"] == [2, 2, ""]
    assert [evening.vote(two, "m", said).json()["reason"] for said in ("0,1,2", "", "0,0")] == [
        "vote_too_many",
        "vote_empty",
        "vote_twice",
    ]
    assert evening.vote(two, "m", "x,1").status_code == 400
    assert len(evening.entries("vote_cast", "vote_changed")) == 3


def test_a_score_is_told_with_its_mean(evening: Evening) -> None:
    one, two = evening.member(), evening.member()
    evening.vote(one, "s", 5)
    answer = evening.vote(two, "s", 2).json()
    assert (answer["votes"], answer["mean"], answer["mine"]) == ([0, 1, 0, 0, 1], "3.5", [1])
    assert '<span class="mean">3.5</span>' in part(evening, one)["s"]
    assert evening.vote(one, "s", 0).status_code == 400


def test_by_plain_forms_every_kind_can_be_voted_in_and_a_mistake_is_said(evening: Evening) -> None:
    phone = evening.member()
    page = part(evening, phone)

    def send(poll: str, *options: int | str) -> httpx.Response:
        fields = "&".join(["round=1", *(f"option={option}" for option in options)])
        return phone.post(
            f"{evening.room}/polls/{poll}/vote",
            content=fields,
            headers={"Content-Type": "application/x-www-form-urlencoded"},
        )

    assert page["m"].count('type="checkbox"') == 3
    assert page["r"].count("<select") == 3
    doubled = send("r", 1, 1, 0)
    assert (doubled.status_code, "同一项选了两次" in doubled.text) == (400, True)
    assert "还没有排完" in send("r", 1, "", 0).text
    assert [send(*vote).headers.get("location") for vote in (("r", 1, 2, 0), ("m", 0, 2), ("s", 4))] == [
        f"{evening.room}#poll-{poll}" for poll in "rms"
    ]
    drawn = part(evening, phone)
    assert [told(drawn[poll]) for poll in "rms"] == [[1, 3, 2], [1, 0, 1], [0, 0, 0, 1, 0]]
    assert drawn["m"].count(" checked") == 2
    assert re.findall(r'value="(\d)" selected', drawn["r"]) == ["1", "2", "0"]


def test_a_reset_keeps_the_old_round_for_the_host_and_the_report(evening: Evening, voters: list[httpx.Client]) -> None:
    assert evening.host("polls/p-always/reset", round="1").json()["changed"] is True
    assert evening.host("polls/p-always/reset", round="1").json()["changed"] is False
    assert told(part(evening, voters[0])["p-always"]) == [0, 0, 0]
    assert "data-asks" in part(evening, voters[0])["p-always"], "the page asks for a vote again"
    old = voters[0].post(f"{evening.room}/polls/p-always/vote", json={"option": 1, "round": 1}, headers=PROGRAM)
    assert (old.status_code, old.json()["reason"]) == (409, "poll_begun_anew")
    assert evening.vote(voters[0], "p-always", 1).json()["votes"] == [0, 1, 0]
    host = part(evening, evening.web.phone(), evening.private("host"))["p-always"]
    assert "第 1 轮" in host
    assert re.search(r"红</bdi>|红</span> 3", host)
    assert "第 1 轮" not in part(evening, voters[0])["p-always"]
    from salon.discussion import results_in

    state = evening.web.run(evening.web.house.journal.refresh(evening.event.id)).state
    rounds = [(p.round, p.rounds, p.votes) for p in results_in(state) if p.id.startswith("p-always")]
    assert rounds == [(1, 2, (3, 0, 2)), (2, 2, (0, 1, 0))]


def test_who_chose_what_is_shown_to_those_who_lead_where_members_were_told(evening: Evening) -> None:
    member = evening.member("小鹿")
    assert "记名投票" in part(evening, member)["n"]
    assert "记名" not in part(evening, member)["p-always"]
    evening.vote(member, "n", 1)
    evening.vote(member, "p-host", 1)
    for role in ("host", "kol"):
        pieces = part(evening, evening.web.phone(), evening.private(role))
        assert re.search(r"小鹿</b>\s*<span[^>]*>绿", pieces["n"])
        assert "小鹿" not in pieces["p-host"], "an anonymous vote has no name for anybody"
    assert "小鹿" not in part(evening, evening.member("别人"))["n"]


def test_the_host_asks_something_that_is_in_no_plan(evening: Evening) -> None:
    fields = {
        "question": "加餐吗？",
        "options": "要\r\n不要\r\n\r\n",
        "kind": "single",
        "results": "closed",
        "client_id": "c1",
    }
    assert [evening.host("polls", **fields).status_code for _ in range(2)] == [201, 200]
    member = evening.member()
    assert evening.vote(member, "own-c1", 0).status_code == 201
    (poll,) = (p for p in member.get(evening.room, headers=PROGRAM).json()["polls"] if p["poll"] == "own-c1")
    assert (poll["options"], poll["results"], "votes" in poll) == (["要", "不要"], "closed", False)
    assert [f["text"] for f in evening.frames(member) if f["kind"] == "poll"][-1] == "加餐吗？"
    for bad in ({"question": ""}, {"options": "一个"}, {"options": "a\na"}, {"kind": "guess"}, {"results": "all"}):
        refused = evening.host("polls", **{**fields, "client_id": "c2", **bad})
        assert (refused.status_code, refused.json()["reason"]) == (422, "bad_poll"), bad
    assert evening.host("polls", question="几分？", kind="scale", options="低\n高", client_id="c3").status_code == 201
    assert evening.vote(member, "own-c3", 5).status_code == 201
    stranger = evening.web.phone().post(f"/host/{evening.event.id}/aaaa/polls", json=fields, headers=PROGRAM)
    assert stranger.status_code == 403


@pytest.mark.parametrize("poll", ["m", "r", "s"])
def test_a_hundred_seats_in_the_same_instant_count_a_hundred_and_one_seat_counts_once(web: Web, poll: str) -> None:
    evening = web.evening(polls=(MULTIPLE, SCALE, RANK))
    evening.host(f"polls/{poll}/open")
    said = {"m": "0,1", "r": "0,1,2", "s": "4"}[poll]
    phones = at_once([evening.member] * 100)
    assert {
        answer.status_code for answer in at_once([partial(evening.vote, phone, poll, said) for phone in phones])
    } == {201}
    assert evening.vote(phones[0], poll, said).json()["voters"] == 100
    copies = [web.phone() for _ in range(200)]
    for copy in copies:
        copy.cookies = phones[0].cookies
    other = {"m": "2", "r": "2,1,0", "s": "1"}[poll]
    at_once([partial(evening.vote, copy, poll, other) for copy in copies])
    assert evening.vote(phones[0], poll, other).json()["voters"] == 100
    assert len(evening.entries("vote_cast")) == 100
    assert len(evening.entries("vote_changed")) == 1

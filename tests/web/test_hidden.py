"""Results that members may not know: no page, answer, line, export or feed has them, whichever way somebody asks."""

from __future__ import annotations

import asyncio
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

import httpx
import pytest
from pypdf import PdfReader
from tests.web.house import PROGRAM, Evening, Web, listen, until
from tests.web.test_moderation import named

from salon.entries import Rule
from salon.model import MULTIPLE, SCALE, TEXT, Item, Poll, Questionnaire
from salon.rules.cards import answer_form, open_form
from salon.rules.polls import cast_vote, open_poll, reset_poll, scale
from salon.rules.seats import take_seat
from salon.state import State
from salon.web.app import ROUTES
from salon.web.parts import PARTS
from salon.web.site import STATIC

OPTIONS = ("红", "绿", "蓝")
HIDDEN = (
    *(Poll(id=f"h-{results}", question=results, options=OPTIONS, results=results)
      for results in ("voted", "closed", "host")),
    Poll(id="h-named", question="谁", options=OPTIONS, results="host", is_named=True),
    Poll(id="h-multiple", question="哪些", options=OPTIONS, kind="multiple", results="closed"),
    Poll(id="h-scale", question="几分", options=scale(1, 5), kind="scale", results="closed"),
    Poll(id="h-rank", question="怎么排", options=OPTIONS, kind="rank", results="closed"),
    Poll(id="h-reset", question="再来一次", options=OPTIONS, results="host"),
)  # fmt: skip
#: Everybody may know this one: where it is not found, nothing would be.
SHOWN = Poll(id="shown", question="公开的", options=OPTIONS)
SECRET_WORDS = "只有主持人读得到的话"
FORM = Questionnaire(
    id="form",
    title="问卷",
    items=(
        Item(question="选一个", options=OPTIONS),
        Item(question="选几个", kind=MULTIPLE, options=OPTIONS),
        Item(question="几分", kind=SCALE, options=("1", "2", "3")),
        Item(question="说说看", kind=TEXT),
    ),
)
#: Seats taken. Every telling number is above a hundred, and no seat that speaks, nor a visible entry, has such a one.
PEOPLE = 150


@pytest.fixture(scope="module")
def evening(web: Web) -> Evening:
    """An evening in which many have voted in every way that may be hidden, and nobody has closed anything."""
    evening = web.evening(seats=200, polls=(*HIDDEN, SHOWN), questionnaires=(FORM,))
    event, guests = evening.event, [f"g{k}" for k in range(PEOPLE)]

    def all_at_once(rules: Iterator[Rule]) -> None:
        async def decide() -> None:
            await asyncio.gather(*(web.house.journal.decide(event.id, rule) for rule in rules))

        web.run(decide())

    all_at_once(take_seat(event, guest, source="readers", name=guest) for guest in guests)
    all_at_once(open_poll(event, poll, by="host") for poll in (*HIDDEN, SHOWN))
    evening.decide(open_form(event, FORM, by="host"))
    for k, poll in enumerate(HIDDEN):
        # 101 and more for the second option, 20 for the first: no two polls have the same numbers.
        yes, no = (
            ((1, 0, 2), (0, 1, 2)) if poll.kind == "rank" else ((2,), (1,)) if poll.kind == "scale" else ((1,), (0,))
        )
        choices = [*[yes] * (101 + k), *[no] * 20]
        all_at_once(cast_vote(event, g, poll.id, said) for g, said in zip(guests, choices, strict=False))
    all_at_once(cast_vote(event, guests[k], "shown", (int(k < 131),)) for k in range(139))
    given = [((1,), (1, 2), (2,), SECRET_WORDS)] * 117
    all_at_once(answer_form(event, g, "form", said) for g, said in zip(guests, given, strict=False))
    evening.decide(reset_poll(event, "h-reset", round=1, by="host"))
    return evening


@dataclass
class Numbers:
    """What must not be told: the telling numbers of each poll, and of the questionnaire."""

    by_poll: dict[str, set[str]]
    form: set[str]

    @classmethod
    def of(cls, state: State) -> Numbers:
        """All tallies, totals and shares of every round, as a page would write them."""
        by_poll: dict[str, set[str]] = {}
        for id, poll in state.polls.items():
            for round in poll.rounds:
                by_poll.setdefault(id, set()).update(_told(round.tally(), len(round.votes), round.whole()))
        form = state.cards.forms["form"]
        told = (_told(form.tally(k), form.voters(k), form.voters(k)) for k in range(3))
        return cls(by_poll, {SECRET_WORDS}.union(*told))

    def hidden(self, *seen: str) -> set[str]:
        """Of every poll but *seen* and the public one, and of the questionnaire."""
        polls = (told for id, told in self.by_poll.items() if id not in (*seen, "shown"))
        return self.form.union(*polls) - self.by_poll["shown"]


def _told(votes: list[int], voters: int, whole: int) -> Iterator[str]:
    yield from (str(number) for number in (*votes, voters, whole) if number > 100)
    yield from (f"{round(100 * number / whole)}%" for number in votes if 100 < number < whole)


def places(evening: Evening, message: int) -> list[str]:
    """A path for every GET route, private ones with a token that somebody made up."""
    room, code, event = evening.room, evening.door(), evening.event.id
    private = [f"/{role}/{event}/aaaa" for role in ("host", "kol")]
    owner = f"/owner/aaaa/{event}"
    paths = [
        *("/", "/health", "/openapi.json", "/archive", "/archive/feed.xml", f"/archive/{evening.event.series}"),
        *(f"/archive/{evening.event.series}/feed.xml", *(f"/static/{name}" for name in STATIC)),
        *(code, f"{code}/seat", f"{code}/salon.ics", f"{code}/open.ics", f"/portrait/{event}"),
        *(room, f"{room}?all", f"{room}/entries?after=0", f"{room}/code.png"),
        *(f"{base}/parts/{name}" for name in PARTS for base in (room, *private)),
        *(f"{base}/messages/{message}" for base in (room, *private)),
        *(f"{base}/cards/book/{what}" for base in (room, *private) for what in ("go", "picture")),
        *(path for base in private for path in (base, f"{base}/entries", f"{base}/stream", f"{base}/recap")),
        *(f"/kol/{event}/aaaa/{what}" for what in ("words", "posters", "posters/poster.portrait.night.zh.png")),
        *("/owner/aaaa", f"{owner}/room", f"{owner}/room/1.png", f"{owner}/codes", f"{owner}/leaders"),
        *(f"{owner}/report{what}" for what in ("", "/preview", "/preview/team.html", "/texts", "/words")),
        *(f"{owner}/posters", f"{owner}/posters/poster.portrait.night.zh.png"),
        *(f"{owner}/{what}" for what in ("board", "board/version", "board/nudges", "sending")),
        "/owner/aaaa/lint",
        *(f"/owner/aaaa/groups{what}" for what in ("", f"/{event}/groups.csv", f"/{event}/groups.toml", f"/{event}/g")),
        *(f"/l/{event}/aaaa{what}" for what in ("", "/training", "/0123456789ab.png")),
        *(f"/report/{event}{what}" for what in ("", "/report.html", "/report.md", "/report.json", "/article.html")),
        *(f"/report/{event}/{what}" for what in ("transcript.html", "words", "pictures", "report.pdf", "long-1.png")),
    ]  # fmt: skip
    return paths


def everything(evening: Evening, reader: httpx.Client, message: int) -> str:
    """All that *reader* gets by asking for everything there is, as a page and as a program, and by listening."""
    found = []
    for path in places(evening, message):
        for headers in ({}, PROGRAM):
            answer = reader.get(path, headers=headers, follow_redirects=path.startswith(evening.room))
            assert answer.status_code < 500, path
            if "aaaa" in path:
                assert answer.status_code in (403, 404), path
            # Of what is searched anyway, the length tells nothing.
            kept = {name: value for name, value in answer.headers.items() if name != "content-length"}
            found.append(f"{path}\n{kept}\n{_text_of(answer)}")
    # Its own address has a telling number in it.
    return "\n".join(found).replace("127.0.0.1", "here")


def _text_of(answer: httpx.Response) -> str:
    kind = answer.headers.get("content-type", "")
    if kind == "application/pdf":
        return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)
    return "" if kind.startswith("image/") else answer.text


def told(text: str, numbers: set[str]) -> set[str]:
    """Which of *numbers* stand in *text* by themselves."""
    return {n for n in numbers if re.search(rf"(?<![0-9A-Za-z]){re.escape(n)}(?![0-9A-Za-z])", text)}


def test_every_way_to_ask_is_asked(evening: Evening) -> None:
    paths = [path.partition("?")[0] for path in (*places(evening, 1), f"{evening.room}/stream")]
    for method, pattern, _ in ROUTES:
        assert method != "GET" or any(map(pattern.fullmatch, paths)), f"add a path of {pattern.pattern} to `places`"


@pytest.fixture(scope="module")
def people(evening: Evening) -> dict[str, httpx.Client]:
    """Who is not to know: on a seat without a vote, on one with, who left, who was sent out, who never had a seat."""
    found = {name: evening.member(name) for name in ("quiet", "left", "sent-out", "voter")}
    for poll in HIDDEN:
        for name in ("left", "sent-out", "voter"):
            said = {"rank": "1,0,2", "scale": "3"}.get(poll.kind, "2")
            assert evening.vote(found[name], poll.id, said).status_code == 201
    rude = evening.say(found["sent-out"], "粗话").json()["seq"]
    for verb in ("warn", "mute", "remove"):
        assert evening.host(f"messages/{rude}", do=verb, reason="骂人").status_code == 200
    found["left"].post(f"{evening.room}/leave")
    found["guest"], found["stranger"] = evening.web.phone(), evening.web.phone()
    found["guest"].get(evening.door())
    return found


@pytest.fixture
def numbers(evening: Evening, people: dict[str, httpx.Client]) -> Numbers:
    """The numbers of the evening as they are, once everybody has voted."""
    found = Numbers.of(evening.web.run(evening.web.house.journal.refresh(evening.event.id)).state)
    assert {"101", "124", "81%"} == found.by_poll["h-voted"]
    assert {"108", "128", "84%"} <= found.by_poll["h-reset"], "of the round before"
    assert SECRET_WORDS in found.form
    assert len(found.form) > 1
    assert {"131", "139", "94%"} == found.by_poll["shown"]
    return found


def may_see(name: str) -> tuple[str, ...]:
    """Which hidden poll a reader may know all the same."""
    return ("h-voted",) if name == "voter" else ()


@pytest.mark.parametrize("name", ["quiet", "voter", "left", "sent-out", "guest", "stranger"])
def test_during_the_evening_nobody_finds_what_is_hidden(
    evening: Evening, people: dict[str, httpx.Client], numbers: Numbers, name: str
) -> None:
    seen = everything(evening, people[name], message=_any_message(evening))
    assert told(seen, numbers.hidden(*may_see(name))) == set()
    # What everybody in the room may know is found in the same heap, so the search is one.
    assert bool(told(seen, {"131"})) is (name in ("quiet", "voter"))


def _any_message(evening: Evening) -> int:
    return evening.entries("message_posted")[0].seq


def test_who_listens_hears_nothing_of_it(
    web: Web, evening: Evening, people: dict[str, httpx.Client], numbers: Numbers
) -> None:
    line = listen(web, f"{evening.room}/stream?after=0", people["quiet"])
    evening.vote(people["voter"], "h-closed", 1)
    answer = {"q0": "1", "q3": "我自己写的"}
    assert people["voter"].post(f"{evening.room}/questionnaires/form", json=answer, headers=PROGRAM).is_success
    seq = evening.say(people["voter"], "说完了").json()["seq"]
    until(lambda: seq in line.numbers())
    line.hang_up()
    assert told(str(line.heard), numbers.hidden()) == set()
    assert told(str(line.heard), {"131"}) == {"131"}
    for path in ("stream", "entries"):
        for phone in (people["sent-out"], people["left"], people["guest"], people["stranger"]):
            assert phone.get(f"{evening.room}/{path}").status_code == 403


def test_those_who_lead_find_all_of_it(evening: Evening, numbers: Numbers) -> None:
    phone, base = evening.web.phone(), evening.private("host")
    seen = "".join(phone.get(f"{base}{path}").text for path in ("", "/entries?after=0", "/parts/cards"))
    for poll in HIDDEN:
        assert told(seen, numbers.by_poll[poll.id]) != set(), poll.id
    hidden = numbers.by_poll["h-host"] | numbers.by_poll["h-closed"] | {SECRET_WORDS}
    assert told(seen, hidden) >= {number for number in hidden if not number.endswith("%")}


def look(phone: httpx.Client, base: str) -> str:
    """All that a page shows and its script asks for, but for what is another each time: a form's key, the hour.

    And the sign for those who have voted that others have as well (`test_polls`): that comes when it comes.
    """
    parts = (f"/parts/{name}" for name in PARTS)
    paths = ("", "?all", "/entries?after=0", "/entries?after=999999", "/recap", *parts)
    return re.sub(
        r"[0-9a-f]{16}|data-now=\S+|data-stirred=\S+|,\"stirred\":\"\w+\"",
        "",
        "\n".join(phone.get(f"{base}{path}").text for path in paths),
    )


def test_neither_a_member_nor_a_note_taker_can_tell_that_somebody_has_voted_or_answered(
    web: Web, evening: Evening, people: dict[str, httpx.Client], numbers: Numbers
) -> None:
    note, phone, voter = named(evening, "小记", "note_taker"), evening.web.phone(), people["voter"]
    until(lambda: phone.get(note).status_code == 200)
    line = listen(web, f"{note}/stream?after=0", phone)
    before = look(phone, note), look(people["quiet"], evening.room)
    # They lead, and are told no more than members are: by the polls, only guest and host are.
    assert [told(seen, numbers.hidden()) for seen in before] == [set(), set()]
    assert [told(seen, {"131"}) for seen in before] == [{"131"}, {"131"}]
    for k in (0, 1):
        # In the end as it was.
        said = {"rank": ("2,1,0", "1,0,2"), "scale": ("1", "3")}
        polls = (poll for poll in HIDDEN if poll.results != "voted")
        votes = [evening.vote(voter, poll.id, said.get(poll.kind, ("0", "2"))[k]).status_code for poll in polls]
        assert set(votes) == {201}
        answer = {"q0": str(k), "q3": f"又是秘密{k}"}
        assert voter.post(f"{evening.room}/questionnaires/form", json=answer, headers=PROGRAM).is_success
    assert (look(phone, note), look(people["quiet"], evening.room)) == before

    seq = evening.say(voter, "说完了").json()["seq"]
    assert phone.post(f"{note}/console", json={"do": "mark-point", "message": seq}, headers=PROGRAM).is_success
    # What a note taker works with is told at once.
    until(lambda: "console" in [frame.get("part") for _, number, frame in line.heard if number > seq])
    line.hang_up()
    assert told(str(line.heard), numbers.hidden()) == set()
    assert "cards" not in [frame["part"] for _, _, frame in line.heard if frame.get("kind") == "changed"]


def _at(evening: Evening, at: timedelta, do: Callable[[], None]) -> None:
    now = evening.web.now
    evening.web.turn_to(evening.event.times.disbands_at + at)
    try:
        do()
    finally:
        evening.web.turn_to(now)


def test_neither_recap_nor_catch_up_tells_it_while_the_polls_are_open(
    evening: Evening, people: dict[str, httpx.Client], numbers: Numbers
) -> None:
    assert evening.host("console", do="section", section="1").status_code == 200
    # A vote belongs to its seat: on those that were given up, somebody may have voted.
    _, _, late = (evening.member(f"late-{k}") for k in range(3))
    until(lambda: 'id="catchup"' in late.get(evening.room).text)

    def look() -> None:
        evening.moment("host")
        assert evening.entries("recap_posted")
        until(lambda: "recap" in str(evening.frames(late)))
        for name, reader in (("late", late), ("voter", people["voter"])):
            seen = everything(evening, reader, message=_any_message(evening))
            assert told(seen, numbers.hidden(*may_see(name))) == set(), name
        assert "94%" in late.get(evening.room).text, "what all may know is told"

    _at(evening, timedelta(minutes=-4), look)


def test_after_the_report_what_was_for_the_host_alone_is_still_nowhere(
    evening: Evening, people: dict[str, httpx.Client], numbers: Numbers
) -> None:
    def look() -> None:
        evening.moment("disband")
        _at(evening, evening.event.times.reports_at - evening.event.times.disbands_at, report)

    def report() -> None:
        evening.moment("report")
        until(lambda: people["quiet"].get(f"/report/{evening.event.id}").status_code == 200)
        # Closed by now, and everybody's: polls for after the close, and the questionnaire but for its words.
        open_now = ("h-voted", "h-closed", "h-multiple", "h-scale", "h-rank")
        secret = (numbers.hidden(*open_now) - numbers.form).union({SECRET_WORDS})
        secret -= {n for id in open_now for n in numbers.by_poll[id]}
        for name in ("voter", "left", "stranger"):
            seen = everything(evening, people[name], message=_any_message(evening))
            assert told(seen, secret) == set(), name
        assert told(seen, {"131"}) == {"131"}, "a stranger reads the report"

    _at(evening, timedelta(), look)

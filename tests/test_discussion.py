"""From the journal of our own room to the report, with names that members know and no key."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from tests.evenings import Evening
from tests.programmes import GOOD, read

from salon.discussion import discussion_of
from salon.documents import documents
from salon.model import Coming, Discussion, Event, Group, Poll
from salon.report import report_of, verify
from salon.rules.landing import count_views
from salon.rules.polls import cast_vote, open_poll
from salon.rules.seats import leave_seat, take_seat
from salon.rules.talk import Line, post_as, post_message
from salon.wording import Wording

KEYS = ("k3xq9guestkeyone", "k3xq9guestkeytwo")
GROUPS = (Group(id="east-7f3a", name="East Street"), Group(id="west-7f3a", name="West End"))


def _evening(tmp_path: Path) -> tuple[Event, Evening]:
    """Two members of two groups, of whom one leaves and comes back under another name; the host changes theirs."""
    event = read(tmp_path, GOOD).events[0]
    evening = Evening.opened(event)
    for key, group, name in zip(KEYS, GROUPS, ("Ning", "Bei"), strict=True):
        evening.ask(take_seat(event, key, source=group.id, name=name))
    evening.now = event.times.starts_at + timedelta(minutes=1)
    said = iter(range(100))

    def say(text: str, key: str = "", role: str = "", name: str = "") -> None:
        evening.now += timedelta(seconds=10)
        line = Line(client_id=f"c{next(said)}", text=text)
        evening.ask(post_message(event, key, line) if key else post_as(event, role, name, line))

    say("Welcome all of you, which leaf do you brew in spring, and why that leaf?", role="kol", name="Chen")
    say("I brew the first green leaf of the west slope because it is never bitter.", KEYS[0])
    evening.ask(leave_seat(event, KEYS[0]))
    evening.ask(take_seat(event, KEYS[0], source="", name="Ning of the hill"))
    say("The second green leaf of the slope wants cooler water than the first leaf does.", KEYS[0])
    say("Which water do you take for the green leaf of the slope?", KEYS[1])
    say("Take soft spring water for the green leaf, Bei asked me this before the evening.", role="host", name="Lin")
    say("Soft water for green leaf, and throw the first brew of the leaf away.", role="host", name="Lin (East)")
    return event, evening


def _told(tmp_path: Path) -> Discussion:
    event, evening = _evening(tmp_path)
    return discussion_of(event, GROUPS, evening.state)


def test_no_document_holds_a_key_of_a_guest(tmp_path: Path) -> None:
    said = _told(tmp_path)
    assert {m.author for m in said.messages} >= set(KEYS)
    made = documents(report_of(said), said, Wording())
    assert set(made) >= {"report.html", "report.json", "report.md", "letter.md", "team.html"}
    for name, content in made.items():
        assert not [key for key in KEYS if key.encode() in content], name
        assert b'"author"' not in content


def test_two_names_of_one_author_are_told_and_proven(tmp_path: Path) -> None:
    said = _told(tmp_path)
    report = report_of(said)
    verify(report, said)
    assert [m.name for m in said.messages if m.author == KEYS[0]] == ["Ning", "Ning of the hill"]
    assert {"Ning", "Ning of the hill"} <= {quote.name for point in report.sections for quote in point.quotes}
    assert report.speakers == 4


def test_groups_are_told_by_name_with_their_seats_and_what_they_said(tmp_path: Path) -> None:
    report = report_of(_told(tmp_path))
    assert [(s.name, s.seats, s.speakers, s.messages) for s in report.sources] == [
        ("East Street", 1, 1, 2),
        ("West End", 1, 1, 1),
    ]


def test_every_group_has_its_share_of_the_evening(tmp_path: Path) -> None:
    event, evening = _evening(tmp_path)
    evening.ask(count_views({"east-7f3a": 7, "west-7f3a": 2, "no-such-group": 9}))
    report = report_of(discussion_of(event, GROUPS, evening.state))
    assert [(s.name, s.views, s.seats, s.speakers, s.messages) for s in report.shares] == [
        ("East Street", 7, 1, 1, 2),
        ("West End", 2, 1, 1, 1),
    ]
    assert sum(share.questions for share in report.shares) == len(report.questions)


def test_how_opinions_moved_is_told(tmp_path: Path) -> None:
    event, evening = _evening(tmp_path)
    poll = Poll(id="leaf", question="Which leaf?", options=("west", "east"))
    evening.ask(open_poll(event, poll, by="host"))
    for key, option in ((KEYS[0], 0), (KEYS[1], 0), (KEYS[1], 1), (KEYS[0], 1), (KEYS[0], 0)):
        evening.ask(cast_vote(event, key, "leaf", option))
    told = report_of(discussion_of(event, GROUPS, evening.state))
    assert [(p.first_votes, p.votes, p.changed) for p in told.polls] == [((2, 0), (1, 1), 1)]
    assert [(s.name, s.voters) for s in told.shares] == [("East Street", 1), ("West End", 1)]


def test_the_next_evening_is_carried_through(tmp_path: Path) -> None:
    said = _told(tmp_path)
    coming = Coming(topic="Water", kol="Lin", starts_at=said.messages[-1].at, number=2)
    assert report_of(replace(said, coming=coming)).coming == coming

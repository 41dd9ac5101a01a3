"""Where a printed code leads: before the hour, recalled, moved to another evening; and who came by which code."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

import httpx
import icalendar
import pytest
from tests.web.house import PROGRAM, Evening, Web, until

from salon import moments
from salon.announce import NotAllHeard
from salon.rules.landing import move_codes, recall, restore
from salon.rules.week import open_room


def owner(evening: Evening, path: str) -> str:
    """Path of an owner's page of the evening."""
    return f"{urlsplit(evening.web.house.links.owner()).path}/{evening.event.id}/{path}"


def ask_owner(evening: Evening, path: str, **fields: str) -> httpx.Response:
    """Do something as the owner's page does."""
    return evening.web.phone().post(owner(evening, path), data=fields, headers=PROGRAM)


def rows(evening: Evening) -> dict[str, dict[str, object]]:
    """Group → what its code brought."""
    found = evening.web.phone().get(owner(evening, "codes"), headers=PROGRAM).json()["groups"]
    return {row["group"]: row for row in found}


def test_before_the_hour_the_evening_goes_into_the_phones_calendar(web: Web) -> None:
    evening = web.evening(is_open=False)
    assert f"{evening.door()}/salon.ics" in web.phone().get(evening.door()).text
    answer = web.phone().get(f"{evening.door()}/salon.ics")
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    (entry,) = icalendar.Calendar.from_ical(answer.text).walk("VEVENT")
    assert entry.decoded("dtstart") == evening.event.times.starts_at
    assert entry.decoded("dtend") == evening.event.times.disbands_at
    assert evening.event.topic in str(entry["summary"])
    assert str(entry["url"]).endswith(evening.door())
    (alarm,) = entry.walk("VALARM")
    assert alarm.decoded("trigger") == -timedelta(minutes=30)


def test_the_calendar_file_is_at_the_open_door_and_in_the_room_until_the_evening_begins(web: Web) -> None:
    evening = web.evening(seats=1)
    door = evening.door("tea-room")
    member, waits = evening.member(group="tea-room"), evening.member(group="tea-room")
    pages = [(web.phone(), door), (member, door), (member, evening.room), (waits, door)]
    # A seat is taken hours before: whoever has one is in the room, and never looks at the door again.
    assert [path for phone, path in pages if f'href="{door}/salon.ics"' not in phone.get(path).text] == []
    now = web.now
    web.turn_to(evening.event.times.starts_at)
    assert [path for phone, path in pages if "salon.ics" in phone.get(path).text] == []
    web.turn_to(now)


def test_a_hostile_topic_stays_a_topic_in_the_calendar_file(web: Web) -> None:
    evening = web.evening(is_open=False, topic="A\r\nATTENDEE:mailto:x@example.org; B, C\\n<b>")
    text = web.phone().get(f"{evening.door()}/salon.ics").text
    (entry,) = icalendar.Calendar.from_ical(text).walk("VEVENT")
    assert "attendee" not in entry
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))


def test_the_opening_rings_by_the_phones_own_calendar_because_we_cannot(web: Web) -> None:
    evening = web.evening(is_open=False)
    text = web.phone("en").get(f"{evening.door()}/open.ics").text
    (entry,) = icalendar.Calendar.from_ical(text).walk("VEVENT")
    assert entry.decoded("dtstart") == evening.event.times.opens_at
    assert str(entry["summary"]) == f"Take a seat: {evening.event.topic}"
    assert str(entry["url"]).endswith(evening.door())
    (alarm,) = entry.walk("VALARM")
    assert alarm.decoded("trigger") == -timedelta(minutes=2)
    other = icalendar.Calendar.from_ical(web.phone().get(f"{evening.door()}/salon.ics").text)
    assert other.walk("VEVENT")[0]["uid"] != entry["uid"], "one does not replace the other"


@pytest.mark.parametrize(
    ("language", "promise", "ways"),
    [
        ("zh", "我们不发短信，也不推送消息。", ("加到手机日历", "到点会自动变成领席页")),
        ("en", "We send no message to your phone.", ("Let my calendar ring", "it turns into the door by itself")),
    ],
)
def test_the_page_says_plainly_what_will_happen_to_who_wants_to_be_told(
    web: Web, language: str, promise: str, ways: tuple[str, str]
) -> None:
    evening, phone = web.evening(is_open=False), web.phone(language)
    before = phone.get(evening.door())
    assert promise in before.text
    assert before.headers["refresh"] == "60"
    for _ in range(2):
        phone.post(f"{evening.door()}/reminder")
    page = phone.get(evening.door())
    assert [way for way in ways if way not in page.text] == []
    assert f"{evening.door()}/open.ics" in page.text
    assert page.headers["refresh"] == "20"
    assert len(evening.entries("reminder_wished")) == 1
    phone.post(f"{evening.door()}/reminder", data={"stop": "yes"})
    assert promise in phone.get(evening.door()).text


def test_a_page_that_was_kept_says_in_its_title_that_it_is_open_now(web: Web) -> None:
    evening, phone = web.evening(is_open=False), web.phone()
    phone.post(f"{evening.door()}/reminder")
    evening.decide(open_room(evening.event, by="clock"))
    assert "<title>开门了 · " in phone.get(evening.door()).text
    assert "<title>开门了" not in web.phone().get(evening.door()).text


def test_a_door_that_is_late_says_so_and_promises_no_hour(web: Web) -> None:
    """The opening waits for the group's code: the planned hour has passed, and nothing rings any more."""
    evening = web.evening(is_open=False, room="by_hand")
    web.turn_to(evening.event.times.opens_at + timedelta(minutes=1))
    page = web.phone("en").get(evening.door()).text
    assert "Opening any minute" in page
    assert ".ics" not in page


def test_what_another_process_wrote_shows_at_once(web: Web) -> None:
    """No waiting: this process writes, the web process is asked in the same breath, fifty times."""
    evening, phone = web.evening(), web.phone()
    for k in range(25):
        evening.decide(recall(f"稍等 {k}", by="owner"))
        assert f"稍等 {k}" in phone.get(evening.door()).text
        evening.decide(restore(by="owner"))
        assert f"稍等 {k}" not in phone.get(evening.door()).text


def test_nobody_waits_for_a_door_that_is_open(evening: Evening) -> None:
    refused = evening.web.phone().post(f"{evening.door()}/reminder", headers=PROGRAM)
    assert (refused.status_code, refused.json()["reason"]) == (409, "open_already")


def test_views_are_told_by_group_and_take_no_seat(evening: Evening) -> None:
    phone = evening.web.phone()
    for _ in range(7):
        phone.get(evening.door("readers"))
    phone.head(evening.door("readers"))
    evening.member("甲", group="builders-2")
    until(lambda: rows(evening)["readers"]["views"])
    assert rows(evening)["readers"]["views"] == 7
    assert (rows(evening)["readers"]["seats"], rows(evening)["builders-2"]["seats"]) == (0, 1)
    assert '<span class="number">99</span>' in phone.get(evening.door()).text


def test_views_outlive_a_web_process_that_is_stopped(evening: Evening) -> None:
    for _ in range(3):
        evening.web.phone().get(evening.door())
    evening.web.stop()
    try:
        assert sum(entry.data["views"]["readers"] for entry in evening.entries("door_seen")) == 3
    finally:
        evening.web.start()


def test_a_recall_swaps_every_page_at_once_and_can_be_taken_back(evening: Evening) -> None:
    phone = evening.web.phone()
    assert ask_owner(evening, "recall", text="时间有误，<b>请稍后</b>再扫。").status_code == 200
    for group in ("readers", "builders-2"):
        page = phone.get(evening.door(group))
        assert "时间有误，&lt;b&gt;请稍后&lt;/b&gt;再扫。" in page.text
        assert page.headers["cache-control"] == "no-store"
    refused = phone.post(f"{evening.door()}/seat", headers=PROGRAM)
    assert (refused.status_code, refused.json()["reason"]) == (410, "recalled")
    assert ask_owner(evening, "restore").status_code == 200
    assert phone.post(f"{evening.door()}/seat", headers=PROGRAM).status_code == 201


def test_nothing_is_sent_while_an_event_is_recalled_and_all_of_it_afterwards(web: Web) -> None:
    evening = web.evening()
    web.turn_to(evening.event.times.reminds_at[0])
    evening.decide(recall("请稍等", by="owner"))
    with pytest.raises(NotAllHeard, match="recalled"):
        web.run(moments.run(web.house, evening.event.id, "remind", 1))
    assert evening.entries("announcement_begun") == []
    evening.decide(restore(by="owner"))
    outcome = web.run(moments.run(web.house, evening.event.id, "remind", 1))
    assert outcome.outcome == "done"
    assert len(evening.entries("announcement_delivered")) == len(web.run(web.house.groups(evening.event)))


def test_a_recall_without_a_text_is_refused(evening: Evening) -> None:
    assert ask_owner(evening, "recall", text="  ").status_code == 422
    assert ask_owner(evening, "recall", text="长" * 501).status_code == 422
    assert evening.entries("door_recalled") == []


def test_codes_lead_only_to_another_evening_of_the_series(web: Web, evening: Evening) -> None:
    other = web.evening()
    for target in (other.event.id, evening.event.id, "no-such-evening"):
        assert ask_owner(evening, "move", to=target).status_code == 404
    assert evening.entries("door_moved") == []


def test_a_moved_code_leads_to_the_same_groups_door_there(web: Web) -> None:
    """A series with one evening cannot move; so two are planned, and the first is pointed at the second."""
    first, second = web.two_evenings()
    first.decide(move_codes(second.event.id, by="owner"))
    until(lambda: web.phone().get(first.door("builders-2")).status_code == 303)
    answer = web.phone().get(first.door("builders-2"))
    assert (answer.status_code, answer.headers["location"]) == (303, second.door("builders-2"))
    assert second.event.topic in web.phone().get(answer.headers["location"]).text
    first.decide(move_codes("", by="owner"))
    until(lambda: web.phone().get(first.door("builders-2")).status_code == 200)


def test_the_owners_page_of_codes_is_nobody_elses(evening: Evening) -> None:
    path = owner(evening, "codes").replace("/owner/", "/owner/a")
    assert evening.web.phone().get(path).status_code == 403
    page = evening.web.phone("en").get(owner(evening, "codes"))
    assert "Recall everything" in page.text

"""WhatsApp: both kinds of telephone, many languages, and what the program says in people's names."""

from __future__ import annotations

import zipfile
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from salon.errors import Mistakes
from salon.imports import Reading, read_chat


def read(tmp_path: Path, text: str, **said: object) -> Reading:
    file = tmp_path / "chat.txt"
    file.write_text(text, encoding="utf-8")
    return read_chat(file, **said)  # type: ignore[arg-type]


def told(reading: Reading) -> list[tuple[str, str, str]]:
    """Part, name and text of each message."""
    return [(m.role, m.name, m.text) for m in reading.messages]


GROUP = """\
14/03/2026, 19:58 - Messages and calls are end-to-end encrypted. No one outside of this chat can read them.
14/03/2026, 19:58 - Ines created group "Drums: the small ones"
14/03/2026, 19:59 - Ines added Rhys
14/03/2026, 20:00 - Ines: Welcome: tonight it is about drums
second line

fourth line
14/03/2026, 20:01 - Rhys: <Media omitted>
14/03/2026, 20:01 - Rhys: IMG-20260314-WA0001.jpg (file attached)
14/03/2026, 20:02 - Rhys: IMG-20260314-WA0002.jpg (file attached)
this is the drum
14/03/2026, 20:02 - Rhys: This message was deleted
14/03/2026, 20:03 - ~ Bao: I moved mine <This message was edited>
14/03/2026, 20:04 - Ines changed the group name from "Drums: the small ones" to "Drums"
14/03/2026, 20:04 - Rhys:.
14/03/2026, 20:05 - Ines: null
"""


def test_a_group_of_another_telephone_is_read_line_by_line(tmp_path: Path) -> None:
    said = read(tmp_path, GROUP)
    assert told(said) == [
        (
            "system",
            "WhatsApp",
            "Messages and calls are end-to-end encrypted. No one outside of this chat can read them.",
        ),
        ("system", "WhatsApp", 'Ines created group "Drums: the small ones"'),
        ("system", "WhatsApp", "Ines added Rhys"),
        ("member", "Ines", "Welcome: tonight it is about drums\nsecond line\n\nfourth line"),
        ("system", "Rhys", "<Media omitted>"),
        ("system", "Rhys", "IMG-20260314-WA0001.jpg (file attached)"),
        ("member", "Rhys", "this is the drum"),
        ("system", "Rhys", "This message was deleted"),
        ("member", "Bao", "I moved mine"),
        ("system", "WhatsApp", 'Ines changed the group name from "Drums: the small ones" to "Drums"'),
        ("member", "Rhys", "."),
        ("system", "Ines", "null"),
    ]
    assert (said.format, said.people, said.unread, said.is_floating) == ("whatsapp", 3, [], True)


APPLE = """\
[14.03.26, 20:00:01] Drums: \u200eNachrichten und Anrufe sind Ende-zu-Ende-verschlüsselt.
[14.03.26, 20:00:01] Drums: \u200eInes hat die Gruppe erstellt.
[14.03.26, 20:00:05] Ines: Guten Abend
und willkommen
\u200e[14.03.26, 20:01:00] Rhys: \u200eBild weggelassen
\u200e[14.03.26, 20:01:30] Rhys: \u200e<Anhang: 00000012-PHOTO-2026-03-14.jpg>
\u200e[14.03.26, 20:01:40] Rhys: so sieht sie aus \u200e<Anhang: 00000013-PHOTO-2026-03-14.jpg>
[14.03.26, 20:02:00] Rhys: \u200eDiese Nachricht wurde gelöscht.
[14.03.26, 20:02:10] Rhys: @\u2068Ines\u2069 danke \u200e<Diese Nachricht wurde bearbeitet.>
"""


def test_what_an_apple_telephone_marks_as_its_own_is_nobodys_word(tmp_path: Path) -> None:
    said = read(tmp_path, APPLE)
    assert [text for role, _, text in told(said) if role == "member"] == [
        "Guten Abend\nund willkommen", "so sieht sie aus", "@Ines danke",
    ]  # fmt: skip
    assert len(said.messages) == 8
    assert said.messages[2].at == datetime(2026, 3, 14, 20, 0, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("line", "hour"),
    [
        ("3/14/26, 9:41 PM - Ann: hi", 21),
        ("3/14/26, 9:41\u202fPM - Ann: hi", 21),
        ("14/3/26, 9:41 p. m. - Ann: hi", 21),
        ("14/3/26 9:41\u00a0a.\u00a0m. - Ann: hi", 9),
        ("[14/03/2026, 12:41:03 AM] Ann: hi", 0),
        ("[14/03/2026, 12:41:03 PM] Ann: hi", 12),
        ("\u200e[2026/3/14 下午9:41:03] Ann: hi", 21),
        ("2026/3/14 上午9:41 - Ann: hi", 9),
        ("2026/3/14 凌晨12:41 - Ann: hi", 0),
        ("2026/3/14 中午12:41 - Ann: hi", 12),
        ("2026/03/14, 21:41 - Ann: hi", 21),
        ("2026-03-14 21:41 - Ann: hi", 21),
        ("14-03-2026 21:41 - Ann: hi", 21),
        ("14.03.26, 21:41 - Ann: hi", 21),
        ("14.3.2026 klo 21.41 - Ann: hi", 21),
        ("14/03/2026 à 21:41 - Ann: hi", 21),
        ("2026. 3. 14. 오후 9:41 - Ann: hi", 21),
        ("[2026. 3. 14. 오후 9:41:03] Ann: hi", 21),
        ("١٤\u200f/٣\u200f/٢٠٢٦، ٩:٤١ م - Ann: hi", 21),
        ("14/3/2569 21:41 - Ann: hi", 21),
    ],
)
def test_dates_and_hours_of_many_countries(tmp_path: Path, line: str, hour: int) -> None:
    (m,) = read(tmp_path, line + "\n").messages
    assert (m.name, m.text, m.at.date().isoformat(), m.at.hour, m.at.minute) == ("Ann", "hi", "2026-03-14", hour, 41)


@pytest.mark.parametrize(
    "news",
    [
        "Ines hat den Betreff zu „Drums: neu“ geändert",
        "Ines a changé le sujet pour « Drums: neuf »",
        "Ines 将群组名称改为“鼓: 新”",
    ],
)
def test_a_colon_in_a_groups_new_name_makes_nobody_speak(tmp_path: Path, news: str) -> None:
    said = read(tmp_path, f'14/03/2026, 20:00 - {news}\n14/03/2026, 20:01 - Dwayne "The Drum" J: hi\n')
    assert [(m.role, m.name) for m in said.messages] == [("system", "WhatsApp"), ("member", 'Dwayne "The Drum" J')]


def test_a_poll_is_its_question_and_its_votes_are_kept(tmp_path: Path) -> None:
    options = "\u200eOPTION: Friday (3 votes)\n\u200eOPTION: Sunday (1 vote)\n"
    said = read(tmp_path, f"[14.03.26, 20:00:01] Ann: \u200ePOLL:\nWhich day?\n{options}")
    assert told(said) == [("member", "Ann", "Which day?")]
    assert [(p.question, p.options, p.votes) for p in said.polls] == [("Which day?", ("Friday", "Sunday"), (3, 1))]


def test_a_pasted_line_in_another_style_stays_inside_its_message(tmp_path: Path) -> None:
    chat = (
        "14/03/2026, 20:00 - Ann: he wrote\n[14.03.26, 19:00:00] Bob: I never said this\n14/03/2026, 20:01 - Bob: yes\n"
    )
    said = told(read(tmp_path, chat))
    assert said == [
        ("member", "Ann", "he wrote\n[14.03.26, 19:00:00] Bob: I never said this"),
        ("member", "Bob", "yes"),
    ]


def test_what_follows_a_date_that_does_not_exist_goes_to_nobody_else(tmp_path: Path) -> None:
    said = read(
        tmp_path,
        "13/03/2026, 20:00 - Ann: one\n31/02/2026, 20:00 - Bob: lost\nlost too\n14/03/2026, 20:01 - Ann: two\n",
    )
    assert [text for _, _, text in told(said)] == ["one", "two"]
    assert [line.rsplit("chat.txt:", 1)[1][:2] for line in said.unread] == ["2:", "3:"]


def test_lines_before_the_first_message_are_counted(tmp_path: Path) -> None:
    said = read(tmp_path, "exported by hand\n14/03/2026, 20:00 - Ann: one\n14/03/2026, 20:01 - Ann: two\n")
    assert (len(said.messages), len(said.unread)) == (2, 1)


def test_a_contact_and_a_stranger_of_one_name_are_two_authors(tmp_path: Path) -> None:
    said = read(
        tmp_path, "14/03/2026, 20:00 - Ann: one\n14/03/2026, 20:01 - ~ Ann: two\n14/03/2026, 20:02 - Ann: three\n"
    )
    assert [m.name for m in said.messages] == ["Ann"] * 3
    assert (said.people, said.messages[0].author) == (2, said.messages[2].author)


AMBIGUOUS = "03/04/2026, 20:00 - Ann: one\n04/05/2026, 20:00 - Ann: two\n"


def test_days_that_may_be_months_are_refused_with_what_to_write(tmp_path: Path) -> None:
    with pytest.raises(Mistakes, match=r"03/04/2026 may be 03 April or 04 March.*--day-first or --month-first"):
        read(tmp_path, AMBIGUOUS)
    assert read(tmp_path, AMBIGUOUS, is_day_first=True).messages[0].at.month == 4
    assert read(tmp_path, AMBIGUOUS, is_day_first=False).messages[0].at.month == 3


@pytest.mark.parametrize(
    ("more", "month"),
    [
        ("25/05/2026, 20:00 - Ann: x\n", 4),
        ("05/25/2026, 20:00 - Ann: x\n", 3),
        # Only one of the two ways goes forward in time.
        ("01/06/2026, 20:00 - Ann: x\n", 4),
        ("05/01/2026, 20:00 - Ann: x\n", 3),
    ],
)
def test_one_line_anywhere_in_the_file_settles_it(tmp_path: Path, more: str, month: int) -> None:
    assert read(tmp_path, AMBIGUOUS + more).messages[0].at.month == month


def test_one_evening_is_read_and_said_to_be_unsure(tmp_path: Path) -> None:
    said = read(tmp_path, "03/04/2026, 20:00 - Ann: one\n03/04/2026, 20:01 - Ann: two\n")
    assert said.messages[0].at.month == 4
    assert "--month-first" in said.notes[0]


def test_the_zone_that_the_owner_says_is_the_zone(tmp_path: Path) -> None:
    said = read(tmp_path, "14/03/2026, 20:00 - Ann: one\n", zone=ZoneInfo("Asia/Shanghai"))
    assert (said.messages[0].at, said.is_floating) == (datetime(2026, 3, 14, 12, tzinfo=UTC), False)


def test_a_zip_with_pictures_is_the_text_in_it(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "c.zip", "w") as archive:
        archive.writestr("00000012-PHOTO.jpg", b"\xff\xd8")
        archive.writestr("_chat.txt", APPLE)
    assert len(read_chat(tmp_path / "c.zip").messages) == 8


def test_ids_and_order_are_the_same_each_time_and_when_the_chat_has_grown(tmp_path: Path) -> None:
    short = [(m.id, m.text) for m in read(tmp_path, GROUP).messages]
    longer = [(m.id, m.text) for m in read(tmp_path, GROUP + "14/03/2026, 20:09 - Bao: more\n").messages]
    assert longer[:-1] == short
    assert len({id for id, _ in longer}) == len(longer)

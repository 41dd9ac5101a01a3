"""A meeting led by command, from its log to every form: minutes, motions, refusals, and nothing twice."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from pypdf import PdfReader

from salon.documents import as_json, documents, group_texts
from salon.elsewhere import read_discussion
from salon.model import Discussion
from salon.paper import long_pictures, report_pdf
from salon.report import NotProven, report_of, verify
from salon.report_view.meeting import pieces_of
from salon.shipped import shipped
from salon.verifying.check import Told, check_file
from salon.wording import Wording

LOG = """\
20:00:01 <anna> #startmeeting Garden club
20:00:02 <MeetBot> Meeting started Thu Nov 19 20:00:01 2026 UTC.  The chair is anna.
20:00:05 <bo> #info thirty beds are let
20:00:10 <anna> #topic Water for the summer
20:00:40 <bo> I think the old well gives enough water for all of the beds until August
20:01:10 <cleo> the well was dry for two weeks last summer, we need a second barrel
20:01:30 <bo> #idea a barrel for every four beds, see ftp://example.org/plan_2 and mailto://club@example.org.
20:01:40 <dan> #topic Something else
20:02:00 <anna> #motion two barrels from the common box
20:02:05 <bo> #second
20:02:10 <bo> #vote +1
20:02:12 <cleo> #vote +1
20:02:15 <dan> #vote -1
20:02:30 <anna> #close
20:02:40 <anna> #agreed two barrels
20:02:50 <anna> #action bo and cleo buy the barrels before Friday
20:03:00 <anna> #info a slip of the tongue
20:03:05 <anna> #undo
20:04:00 <anna> #topic Key of the shed
20:04:10 <cleo> the shed stood open again on Sunday, so we need a lock with numbers
20:04:50 <anna> #rejected a camera on the shed
20:05:00 <dan> #help who knows a locksmith?
20:05:02 <dan> #vote +1 for <b>me</b>
20:05:05 <anna> #motion a lock with numbers
20:05:06 <anna> #close
20:05:10 <bo> #endmeeting
20:05:20 <anna> #startmeeting again
20:05:30 <anna> #unchair bo
20:05:40 <bo> #agreed
20:05:50 <anna> #unchar bo
"""
TEMPLATES = shipped("templates")


@pytest.fixture
def chat(tmp_path: Path) -> Path:
    """The log as a file."""
    path = tmp_path / "garden.log"
    path.write_text(LOG, encoding="utf-8")
    return path


@pytest.fixture
def discussion(chat: Path) -> Discussion:
    """The log as it is read without an outline."""
    return read_discussion(chat, None)


def made_of(discussion: Discussion) -> dict[str, str]:
    """Name → content of every text form."""
    report = report_of(discussion)
    verify(report, discussion)
    return {name: text.decode() for name, text in documents(report, discussion, Wording()).items()}


def body(page: str) -> str:
    """What is read of a page: no tags, styles or scripts, and no transcript."""
    page = re.sub(r"<style.*?</style>|<script.*?</script>|<details class=\"log\".*?</details>", "", page, flags=re.S)
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_the_minutes_stand_in_every_form(discussion: Discussion) -> None:
    made = made_of(discussion)
    report = report_of(discussion)
    pdf = PdfReader(io.BytesIO(report_pdf(report, discussion, TEMPLATES)))
    read = {name: body(text) for name, text in made.items() if name.endswith("html") and "letter" not in name}
    read |= {"report.md": made["report.md"], "team.md": made["team.md"]}
    read["report.pdf"] = " ".join("\n".join(page.extract_text() for page in pdf.pages).split())
    for form, text in read.items():
        for part in (
            "Chaired by anna", "nobody ended it", "Before the first topic", "thirty beds are let", "Key of the shed",
            "bo, cleo will do it", "Accepted", "In favour 2", "Opposed 1", "Rejected", "a camera on the shed",
            "Help wanted", "Never closed",
        ):  # fmt: skip
            assert part in text, (form, part)
    assert long_pictures(report, discussion, TEMPLATES)


def test_what_was_turned_down_is_not_told_as_disputed(discussion: Discussion) -> None:
    report = report_of(discussion)
    assert [(f.kind, f.quote.text) for f in report.findings if "camera" in f.quote.text] == [
        ("rejected", "a camera on the shed")
    ]
    assert "Disagreements" not in made_of(discussion)["report.md"]


def test_nothing_that_was_marked_is_printed_twice(discussion: Discussion) -> None:
    made = made_of(discussion)
    assert body(made["report.html"]).count("bo and cleo buy the barrels") == 1
    assert made["report.md"].count("bo and cleo buy the barrels") == 1
    assert "a camera on the shed" in group_texts(report_of(discussion), discussion, Wording(), "x")["full"]


def test_marks_without_a_meeting_are_told_as_findings_only(tmp_path: Path) -> None:
    path = tmp_path / "tags.txt"
    path.write_text("林嘉: 大家好今晚聊老客\n老周: #共识 先记住一百位老客\n林嘉: 好的就这样\n", encoding="utf-8")
    discussion = read_discussion(path, None, "林嘉")
    made = made_of(discussion)
    assert report_of(discussion).meeting is None
    assert "meeting" not in json.loads(made["report.json"])
    assert "会议纪要" not in made["report.md"]
    assert made["report.md"].count("> 先记住一百位老客") == 1


def test_without_an_outline_the_topics_are_one_and_begin_where_they_were_set(discussion: Discussion) -> None:
    sections = report_of(discussion).sections
    said = {m.id: m.text for m in discussion.messages}
    assert [said[s.message_id or ""] for s in sections] == ["#topic Water for the summer", "#topic Key of the shed"]
    assert all("#topic" not in quote.text for s in sections for quote in s.quotes)
    assert {quote.name for quote in sections[0].quotes} == {"bo", "cleo"}


def test_an_outline_of_the_owner_goes_before_the_topics(chat: Path, tmp_path: Path) -> None:
    (tmp_path / "o.md").write_text("# Garden\n- How much water do we need?\n", encoding="utf-8")
    discussion = read_discussion(chat, tmp_path / "o.md")
    report = report_of(discussion)
    assert [section.title for section in report.sections] == ["How much water do we need?"]
    assert report.meeting is not None
    assert [topic.title for topic in report.meeting.topics] == ["Water for the summer", "Key of the shed"]


def test_a_motion_with_votes_is_a_vote_and_one_without_is_none(discussion: Discussion) -> None:
    assert [(p.question, p.votes) for p in report_of(discussion).polls] == [
        ("two barrels from the common box", (2, 1, 0))
    ]
    assert "In favour: 2 votes, 67%" in made_of(discussion)["report.md"]


def test_what_was_refused_is_the_teams_business(discussion: Discussion) -> None:
    made = made_of(discussion)
    for form in ("team.html", "team.md"):
        for part in (
            "Something else",
            "only a chair may",
            "it had started already",
            "nobody had voted",
            "nothing was being voted on",
        ):
            assert part in (body(made[form]) if form.endswith("html") else made[form]), (form, part)
    for form in ("report.md", "article.html"):
        assert "only a chair may" not in made[form]
    told = json.loads(made["report.json"])
    assert told["meeting"]["refusals"] == []
    assert json.loads(as_json(report_of(discussion)))["meeting"]["refusals"]


def test_what_was_undone_is_in_the_record_only(discussion: Discussion) -> None:
    made = made_of(discussion)
    assert "a slip of the tongue" in made["report.html"]
    assert "a slip of the tongue" not in body(made["report.html"])
    assert "a slip of the tongue" not in made["report.md"] + made["report.json"] + made["article.html"]


def test_addresses_lead_where_they_say(discussion: Discussion) -> None:
    page = made_of(discussion)["report.html"]
    assert 'href="ftp://example.org/plan_2"' in page
    assert 'see <a href="ftp://example.org/plan_2"' in page
    assert (
        'href="mailto:club@example.org" rel="nofollow noopener noreferrer">mailto://club@example.org</a>.</p>' in page
    )


def test_every_line_names_its_message(discussion: Discussion) -> None:
    page = made_of(discussion)["report.html"]
    meeting = page[page.index('id="meeting"') : page.index('id="polls"')]
    lines = re.findall(r'<blockquote data-m="(m-\w+)"', meeting)
    assert len(lines) == 8
    assert all(f'href="#{line}"' in meeting and f'<p id="{line}"' in page for line in lines)
    assert len(re.findall(r'<div class="soft"><b>(?:In favour|Opposed).*?<a href="#m-', meeting)) == 2


@pytest.mark.parametrize("change", ["outcome", "text", "chair", "vote", "owner", "refusal"])
def test_whatever_is_changed_in_the_minutes_is_caught(discussion: Discussion, change: str) -> None:
    report = report_of(discussion)
    meeting = report.meeting
    assert meeting is not None
    motion, others = meeting.motions[0], meeting.motions[1:]
    topic, item = meeting.topics[0], meeting.topics[0].items[-1]
    changed = {
        "outcome": replace(meeting, motions=(replace(motion, outcome="unanimous"), *others)),
        "text": replace(meeting, prologue=(replace(meeting.prologue[0], text="thirty beds"),)),
        "chair": replace(meeting, chairs=("bo",)),
        "vote": replace(meeting, motions=(replace(motion, votes=motion.votes[:2]), *others)),
        "owner": replace(
            meeting,
            topics=(replace(topic, items=(*topic.items[:-1], replace(item, owners=("dan",)))), *meeting.topics[1:]),
        ),
        "refusal": replace(meeting, refusals=meeting.refusals[:1]),
    }[change]
    with pytest.raises(NotProven, match="meeting"):
        verify(replace(report, meeting=changed), discussion)


def test_the_written_minutes_are_checked_too(discussion: Discussion, tmp_path: Path) -> None:
    path, told = tmp_path / "report.json", Told(report=report_of(discussion), discussion=discussion, wording=Wording())
    good = made_of(discussion)["report.json"]
    path.write_text(good, encoding="utf-8")
    assert check_file(path, told).wrong == ()
    path.write_text(good.replace('"outcome": "accepted"', '"outcome": "failed"'), encoding="utf-8")
    assert any("meeting" in line for line in check_file(path, told).wrong)


def test_a_withdrawn_message_leaves_the_minutes(discussion: Discussion) -> None:
    left = replace(discussion, messages=tuple(m for m in discussion.messages if "camera" not in m.text))
    made = made_of(left)
    assert all("camera" not in text for text in made.values())


def test_the_same_log_gives_the_same_bytes(chat: Path) -> None:
    assert made_of(read_discussion(chat, None)) == made_of(read_discussion(chat, None))


SCRIPT = """\
#startmeeting
#info before any topic
#topic     üáç€ 字
#info
#info\u0020
#agreed all of it
#accepted this too
#rejected that not
#halp with the boxes
#help with the chairs
#idea <script>alert(1)</script> "quoted" *bold* `code`
#link http://example.org/x_(y). javascript:alert(1)
#action chair does it
#chair somebody
#nick other
#undo
#unchar nobody
#meetingtopic A script
#motion split it
#vote +1
#vote -1
"""


def test_a_bare_script_of_commands_goes_through_every_form(tmp_path: Path) -> None:
    path = tmp_path / "script.txt"
    path.write_text(SCRIPT, encoding="utf-8")
    discussion = read_discussion(path, None)
    made = made_of(discussion)
    report = report_of(discussion)
    assert report.topic == "A script"
    assert report.meeting is not None
    assert [(item.kind, item.text) for item in report.meeting.topics[0].items][:4] == [
        ("agreement", "all of it"), ("agreement", "this too"), ("rejected", "that not"),
        ("open_question", "with the boxes"),
    ]  # fmt: skip
    assert "chair does it" not in made["report.md"]
    assert "<script>alert" not in made["report.html"] + made["article.html"] + made["team.html"]
    assert 'href="http://example.org/x_(y)"' in made["report.html"]
    assert 'href="javascript' not in made["report.html"] + made["team.html"]
    assert report_pdf(report, discussion, TEMPLATES)
    assert long_pictures(report, discussion, TEMPLATES)


@pytest.mark.parametrize(
    ("text", "links", "pieces"),
    [
        ("see http://a.b/x, then", ["http://a.b/x"], ["see", " http://a.b/x", ", then"]),
        ("mailto://a@b.c", ["mailto:a@b.c"], ["mailto://a@b.c"]),
        ("http://a.b/x http://a.b", ["http://a.b", "http://a.b/x"], ["http://a.b/x", " http://a.b"]),
        ("nothing", [], ["nothing"]),
    ],
)
def test_a_text_is_cut_at_its_addresses_and_keeps_every_letter(text: str, links: list[str], pieces: list[str]) -> None:
    found = pieces_of(text, links)
    assert [" " * piece["is_apart"] + piece["text"] for piece in found] == pieces


def test_a_long_meeting_fits_the_article(tmp_path: Path) -> None:
    lines = ["<anna> #startmeeting Long"]
    for number in range(40):
        lines += [
            f"<anna> #topic Topic number {number}",
            *(f"<bo> #info line {k} of {number} {'word ' * 40}" for k in range(20)),
        ]
    (tmp_path / "long.log").write_text("\n".join(lines), encoding="utf-8")
    article = made_of(read_discussion(tmp_path / "long.log", None))["article.html"]
    assert len(article) <= 20_000
    assert re.search(r"\d+ more topics on the page", article)


def forms_of(log: str, tmp_path: Path) -> dict[str, str]:
    chat = tmp_path / "club.log"
    chat.write_text(log, encoding="utf-8")
    said = read_discussion(chat, None, "-", None, say=lambda line: None)
    report = report_of(said)
    verify(report, said)
    made = {name: text.decode() for name, text in documents(report, said, Wording()).items()}
    return made | group_texts(report, said, Wording(), "")


def test_nothing_is_headed_that_has_nothing_below(tmp_path: Path) -> None:
    only_begun = "\n".join(line for line in LOG.splitlines() if "#" not in line or "meeting" in line)
    made = forms_of(only_begun, tmp_path)
    assert "Minutes of the meeting" not in made["report.md"] + made["report.html"] + made["article.html"]
    made = forms_of(LOG.replace("<dan> #topic", "<anna> #topic"), tmp_path)
    assert "Minutes of the meeting" in made["report.md"]
    # A topic on which nobody said more stands in the minutes, and nowhere else.
    assert made["report.md"].count("Something else") == 1
    assert 'id="p-1"' in made["report.html"]
    assert 'p-2"' not in made["report.html"]
    assert "points of the outline" not in made["report.md"]


def test_a_text_for_groups_calls_one_action_an_action(tmp_path: Path) -> None:
    assert "· Action: bo and cleo buy the barrels before Friday" in forms_of(LOG, tmp_path)["full"]

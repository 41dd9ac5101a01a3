"""What anybody types is text and nothing else, on every page and in every form that anybody may read.

One evening in which everything that can be typed is the same cruel text; then every page, part, line, report and
export that there is, as a member, a host, the KOL and the owner, is read as a browser or a program reads it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urlsplit
from xml.etree import ElementTree

import httpx
import pytest
from tests.web.house import PROGRAM, Evening, Web, listen, until

from salon.model import TEXT, Item, Questionnaire
from salon.rules.cards import open_form
from salon.web.lines import clean
from salon.web.parts import PARTS

#: A tag and an attribute that no page of ours has: one that a browser would take for real is seen at once.
TAG = "evil-tag"
CRUEL = (
    f'<{TAG} onevil="1">"><{TAG}>\'><{TAG}></textarea></title></script></style><{TAG}>--><{TAG}>]]><{TAG}>'
    f"{{{{7*191}}}}{{% evil %}}&lt;{TAG}&gt;[x](javascript:evil())![x](javascript:evil())`<{TAG}>`\u202e\u2066\u200f"
    "👩‍👩‍👧‍👦🏴‍☠️ e\u0301\u0316\u0317 \x00\x01\x08\x0b\x0c\x1b[31m\x7f\x85\x9b\u2028\u2029\ufeff\ufffe"
    "\r\n\r\nevent: counts\r\ndata: {}\r\n\r\nSet-Cookie: evil=1\r\n"
)
#: The same for names, which have thirty characters.
NAMES = (f'"><{TAG}>\x00\u202e{{{{7*191}}}}', f"<{TAG} onevil=1>\r\n👩‍👩‍👧", f"</b><{TAG}>'\">&amp;")
#: 7 times 191: nothing else here comes to that.
PRODUCT = "1337"
#: What no page, line or file may carry: they spoil terminals and XML, or are no characters at all.
CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]|[\ud800-\udfff]")


@dataclass
class Cruel:
    """The evening, and who is in it."""

    evening: Evening
    members: list[httpx.Client]
    form: str

    @property
    def owner(self) -> str:
        """Path of the owner's page."""
        return urlsplit(self.evening.web.house.links.owner()).path


def send(phone: httpx.Client, path: str, *statuses: int, **fields: object) -> httpx.Response:
    """Send *fields* as a program does; the answer has one of *statuses*, usually that it was taken."""
    answer = phone.post(path, json=fields, headers=PROGRAM)
    assert answer.status_code in (statuses or (200, 201, 202)), (path, answer.text)
    return answer


@pytest.fixture(scope="module")
def cruel(web: Web) -> Cruel:
    """An evening in which nobody types anything else."""
    text = Questionnaire(id="week", title=CRUEL[:200], items=(Item(question=CRUEL[:200], kind=TEXT),))
    evening = web.evening()
    room, host, phone = evening.room, evening.private("host"), web.phone()
    members = []
    for name in NAMES:
        member = web.phone()
        member.get(evening.door())
        send(member, f"{evening.door()}/seat", name=name, question=CRUEL[:180], anonymous="yes")
        members.append(member)
    first, second, third = members
    said = send(first, f"{room}/messages", text=f"#共识 {CRUEL}", client_id="1").json()["seq"]
    send(second, f"{room}/messages", text=CRUEL * 20, reply_to=str(said))
    send(third, f"{room}/messages", text=f"{'长' * 9_000} {CRUEL}？", reply_to=f'{said}" onclick="x')
    held = send(third, f"{room}/messages", text=f"百家乐 加微信 abc88866 {CRUEL}")
    assert held.status_code == 202, "or nothing of the queue is looked at"
    send(second, f"{room}/messages/{said}/report", reason="abuse", note=CRUEL[:200])
    send(second, f"{room}/questions", text=CRUEL[:200])
    evening.decide(open_form(evening.event, text, by="host"))
    until(lambda: "form-week" in first.get(f"{room}/parts/cards").text)
    send(first, f"{room}/questionnaires/week", q0=CRUEL[:400])
    poll = send(phone, f"{host}/polls", question=CRUEL[:200], options=[CRUEL[:90], "2"], kind="single").json()["poll"]
    send(first, f"{room}/polls/{poll}/vote", option=0)
    send(phone, f"{host}/questionnaires", title=CRUEL[:200], questions=f"{_line(CRUEL[:90])} | a | b", client_id="c1")
    send(phone, f"{host}/prompts", text=CRUEL[:400], client_id="c2")
    send(phone, f"{host}/messages", text=CRUEL, name=NAMES[0])
    send(phone, f"{evening.private('kol')}/messages", text=CRUEL)
    send(phone, f"{host}/console", do="mark-agreement", message=said)
    send(phone, f"{host}/console", do="park", message=said)
    send(phone, f"{host}/messages/{said}", do="warn", reason=_line(CRUEL[:150]))
    send(phone, f"{host}/recap", agreements=CRUEL[:90], points=_line(CRUEL[:90]))
    owner = urlsplit(web.house.links.owner()).path
    send(phone, f"{owner}/{evening.event.id}/leaders", name=NAMES[0], role="host")
    return Cruel(evening, members, poll)


def _line(text: str) -> str:
    return " ".join(re.sub("[\x00-\x1f|\uff5c]", "", text).split())


#: Tags without an end.
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


class Live(HTMLParser):
    """Collects what a browser would make of the cruel text: nothing, if it is inert."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        #: Tags that are open, and whether each keeps the direction of its text to itself.
        self._open: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag or an attribute of ours that is none of ours, and addresses that are code."""
        bad = [name for name, value in attrs if name.startswith("on") or (value or "").startswith("javascript:")]
        self.found += [f"<{tag} {name}>" for name in bad]
        if tag == TAG:
            self.found.append(f"<{tag}>")
        if tag not in VOID:
            self._open.append((tag, tag in ("bdi", "textarea", "title") or "dir" in dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        """Close what was opened, and what was left open within it."""
        if any(name == tag for name, _ in self._open):
            while self._open.pop()[0] != tag:
                pass

    def handle_data(self, data: str) -> None:
        """Note a mark that turns the direction of the page, where nothing keeps it in."""
        if "\u202e" in data and not any(keeps for _, keeps in self._open):
            self.found.append(f"direction: {[name for name, _ in self._open][-3:]}")


def live(html: str) -> list[str]:
    """What is alive in *html*."""
    parser = Live()
    parser.feed(html)
    parser.close()
    return parser.found


def problems(path: str, answer: httpx.Response) -> Iterator[str]:
    """What is not as it should be about one answer, whatever its kind."""
    kind, text = answer.headers.get("content-type", ""), answer.text
    if answer.status_code >= 500:
        yield f"{path}: {answer.status_code}"
    if "evil" in str([value for name, value in answer.headers.items() if name not in ("location",)]):
        yield f"{path}: a header"
    if kind.startswith(("image/", "application/pdf")):
        return
    if CONTROLS.search(text):
        yield f"{path}: control characters {CONTROLS.findall(text)[:3]!r}"
    if re.search(rf"(?<![0-9a-f]){PRODUCT}(?![0-9a-f])", text):
        yield f"{path}: a template was filled in"
    if kind.startswith("text/html"):
        yield from (f"{path}: {one}" for one in live(text))
    if kind.startswith("application/json"):
        answer.json()
    if "xml" in kind:
        ElementTree.fromstring(answer.content)


def pages(cruel: Cruel) -> Iterator[tuple[httpx.Client, str]]:
    """Everything that somebody may read during the evening: (who, path)."""
    evening, web = cruel.evening, cruel.evening.web
    bases = [(cruel.members[0], evening.room), (cruel.members[2], evening.room)]
    bases += [(web.phone(), evening.private(role)) for role in ("host", "kol")]
    numbers = [entry.seq for entry in evening.entries("message_posted", "message_held", "question_asked")]
    for phone, base in bases:
        for path in ("", "?all", "/entries?after=0", *(f"/parts/{name}" for name in PARTS)):
            yield phone, f"{base}{path}"
        yield from ((phone, f"{base}/messages/{number}") for number in numbers)
    yield web.phone(), f"{evening.private('host')}/recap"
    owner, event = cruel.owner, evening.event.id
    yield web.phone(), owner
    yield from ((web.phone(), f"{owner}/{event}/{what}") for what in ("codes", "leaders", "room", "posters"))
    yield cruel.members[0], evening.door()


def test_nothing_that_was_typed_is_alive_on_any_page_of_the_evening(cruel: Cruel) -> None:
    seen, found = 0, []
    for phone, path in pages(cruel):
        for headers in ({}, PROGRAM):
            answer = phone.get(path, headers=headers)
            found += problems(path, answer)
            seen += TAG in answer.text
    assert found == []
    assert seen > 20, "or nothing of it was looked at"


def test_nobody_adds_a_line_to_the_stream(web: Web, cruel: Cruel) -> None:
    for phone, base in ((cruel.members[1], cruel.evening.room), (web.phone(), cruel.evening.private("host"))):
        line = listen(web, f"{base}/stream?after=0", phone)
        number = send(cruel.members[1], f"{cruel.evening.room}/messages", text=CRUEL).json()["seq"]
        until(lambda line=line, number=number: number in line.numbers())  # type: ignore[misc]
        line.hang_up()
        assert line.numbers() == sorted(set(line.numbers()))
        assert not CONTROLS.search("".join(str(frame.get("text", "")) for _, _, frame in line.heard))
        assert set(line.names()) <= {
            *("counts", "opened", "message", "question", "form", "poll", "prompt", "changed", "removed", "stirred"),
        }  # fmt: skip


@pytest.mark.parametrize("bad", ['"\\ud800"', '"\\udfff x"', '"a\\u0000b"', '"\ud7ff"', '"' + "x" * 70_000 + '"'])
def test_what_is_no_text_breaks_nothing_wherever_it_is_sent(cruel: Cruel, bad: str) -> None:
    evening, phone, member = cruel.evening, cruel.evening.web.phone(), cruel.members[0]
    host, name = evening.private("host"), "client_id"
    for who, path, field in (
        (member, f"{evening.room}/messages", "text"),
        (member, f"{evening.room}/messages", name),
        (member, f"{evening.room}/messages", "reply_to"),
        (member, f"{evening.room}/questions", "text"),
        (member, f"{evening.room}/polls/{cruel.form}/vote", "option"),
        (member, f"{evening.room}/questionnaires/week", "q0"),
        (evening.web.phone(), f"{evening.door()}/seat", "name"),
        (evening.web.phone(), f"{evening.door()}/seat", "question"),
        (phone, f"{host}/prompts", "text"),
        (phone, f"{host}/prompts", "step"),
        (phone, f"{host}/polls", "question"),
        (phone, f"{host}/questionnaires", "title"),
        (phone, f"{host}/console", "do"),
        (phone, f"{host}/recap", "points"),
        (phone, f"{cruel.owner}/{evening.event.id}/recall", "texts"),
    ):
        body = f'{{"{field}": {bad}}}'.encode("utf-8", "surrogatepass")
        answer = who.post(path, content=body, headers={**PROGRAM, "Content-Type": "application/json"})
        assert answer.status_code < 500, (path, field, answer.text)
        assert answer.status_code == 400 or not bad.startswith('"\\ud'), (path, field)


@pytest.mark.parametrize(
    "mark", ["\u0300", "\u0e47", "\u0489", "\u20dd", "\u3099", "\ufe0f", "\U000e0100", "\u0301\u200d"]
)
def test_marks_on_one_letter_are_no_tower_and_what_people_write_is_left_as_it_is(mark: str) -> None:
    assert len(clean(f"Z{mark * 100}a")) <= 2 + 5 + mark.count("\u200d") * 100
    assert clean(f"Z{mark * 3}a{mark * 3}b") == f"Z{mark * 3}a{mark * 3}b"


@pytest.mark.parametrize(
    "text",
    [
        "👩‍👩‍👧‍👦🏴‍☠️👍🏽",
        "Tiếng Việt",
        "\u05e9\u05b4\u05c1\u0591\u05d9",
        "སྐུ་མཁྱེན",
        "กิ่งก้าน",
        "क्षत्रिय",
        "が" * 20,
        "1️⃣2️⃣",
        "大" * 9_000,
    ],
)
def test_scripts_of_many_marks_are_kept_whole(text: str) -> None:
    assert clean(unicodedata.normalize("NFD", text)) == unicodedata.normalize("NFD", text)


def test_a_key_that_no_database_can_hold_is_refused_before_it_gets_there(cruel: Cruel) -> None:
    host, phone = cruel.evening.private("host"), cruel.evening.web.phone()
    for path in ("prompts", "polls", "questionnaires", "messages"):
        fields = {"text": "t", "question": "q", "options": "a\nb", "title": "t", "questions": "q"}
        for key in ("a\x00b", "x" * 200, "</a>", "a b"):
            answer = phone.post(f"{host}/{path}", json={**fields, "client_id": key}, headers=PROGRAM)
            assert answer.status_code in (400, 422), (path, key, answer.text)


def test_report_archive_feed_and_the_owners_desk_are_as_inert(cruel: Cruel) -> None:
    evening, web, now = cruel.evening, cruel.evening.web, cruel.evening.web.now
    event, found, seen = evening.event, list[str](), 0
    try:
        web.turn_to(event.times.disbands_at)
        evening.moment("host")
        evening.moment("disband")
        member = cruel.members[0]
        send(member, f"{evening.room}/candidacy", topic=_line(CRUEL[:100]))
        web.turn_to(event.times.reports_at)
        evening.moment("report")
        until(lambda: member.get(f"/report/{event.id}").status_code == 200)
        desk = f"{cruel.owner}/{event.id}/report"
        reports = ("", "/report.md", "/report.json", "/article.html", "/transcript.html", "/words", "/report.pdf")
        paths = [*(f"/report/{event.id}{name}" for name in reports), "/archive", "/archive/feed.xml"]
        paths += [
            f"/archive?q={TAG}",
            evening.room,
            desk,
            *(f"{desk}/{name}" for name in ("preview", "texts", "words")),
        ]
        paths += [f"{desk}/preview/{name}" for name in ("team.html", "team.md", "letter.html", "transcript.html")]
        for path in paths:
            answer = member.get(path)
            found += problems(path, answer)
            seen += TAG in answer.text
        files = [*(web.settings.reports / event.id).rglob("*"), *web.settings.outbox.rglob("*")]
        for file in files:
            if file.suffix in (".html", ".md", ".json", ".txt", ".ics", ".csv", ".xml"):
                text = file.read_text("utf-8")
                found += [f"{file.name}: control characters"] * bool(CONTROLS.search(text))
                found += [f"{file.name}: {one}" for one in live(text)] if file.suffix == ".html" else []
    finally:
        web.turn_to(now)
    assert found == []
    assert seen >= 5

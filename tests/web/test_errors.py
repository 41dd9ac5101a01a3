"""Whatever is asked, the answer is a clear one: never a broken page, never something half done."""

from __future__ import annotations

import asyncio
import re
import socket
import time
from pathlib import Path
from urllib.parse import quote, urlencode

import httpx
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as trying
from hypothesis import strategies as st
from tests.web.house import PROGRAM, Evening, Web

from salon.house import open_house
from salon.settings import Settings
from salon.web.app import App
from salon.web.site import STATIC
from salon.wording import Wording

FORM = "application/x-www-form-urlencoded"


def raw(web: Web, request: bytes) -> bytes:
    """The answer to *request*, which asks for the line to be closed, as it stands on the wire."""
    with socket.create_connection(("127.0.0.1", web.port), timeout=10) as line:
        line.sendall(request)
        return b"".join(iter(lambda: line.recv(65536), b""))


@pytest.mark.parametrize("body", [b"{", b"[1]", b'"x"', b"null", b"\xff\xfe", b'{"text": "\\ud800"}', b"{" * 5000])
def test_bad_json_is_said_to_be_bad(evening: Evening, body: bytes) -> None:
    headers = {**PROGRAM, "Content-Type": "application/json"}
    answer = evening.member().post(f"{evening.room}/messages", content=body, headers=headers)
    assert (answer.status_code, answer.json()["reason"]) == (400, "WrongUse")


@pytest.mark.parametrize("kind", ["form", "json", "nothing"])
def test_a_huge_body_is_refused_in_the_members_language(evening: Evening, kind: str) -> None:
    member = evening.member()
    types = {"form": {"Content-Type": FORM}, "json": {"Content-Type": "application/json"}, "nothing": {}}
    answer = member.post(f"{evening.room}/messages", content=b"text=" + b"x" * 1_000_000, headers=types[kind])
    assert (answer.status_code, "内容太长" in answer.text) == (413, True)
    assert evening.say(member, "小的可以").status_code == 201


def test_who_speaks_another_language_is_refused_in_the_evenings(web: Web) -> None:
    evening = web.evening(language="en")
    phone = web.phone(**{"Accept-Language": "de-DE,de;q=0.9"})
    phone.post(f"{evening.door()}/seat")
    page, program = (phone.post(f"{evening.room}/messages", data={"text": ""}, headers=h) for h in ({}, PROGRAM))
    assert '<html lang="en">' in phone.get(evening.room).text
    assert ('<html lang="en">' in page.text, "Your words were not sent" in page.text) == (True, True)
    assert program.json()["say"].startswith("Your words were not sent: ")


def test_from_what_is_gone_there_is_a_way_back(evening: Evening) -> None:
    member = evening.member()
    gone = member.get(f"{evening.room}/messages/99999")
    assert (gone.status_code, f'<a class="button plain" href="{evening.room}">' in gone.text) == (404, True)


def test_half_a_body_is_never_taken_for_a_whole_one(web: Web, evening: Evening) -> None:
    cookie = evening.member().cookies["guest"]
    head = f"POST {evening.room}/messages HTTP/1.1\r\nHost: x\r\nCookie: guest={cookie}\r\nContent-Type: {FORM}\r\n"
    with socket.create_connection(("127.0.0.1", web.port), timeout=10) as line:
        line.sendall(f"{head}Content-Length: 100\r\n\r\ntext=half".encode())
        time.sleep(0.3)
    raw(web, f"{head}Content-Length: 10\r\nConnection: close\r\n\r\ntext=whole".encode())
    assert [entry.data["text"] for entry in evening.entries("message_posted")] == ["whole"]


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("POST", "/c/{code}", "GET, HEAD"),
        ("DELETE", "/c/{code}/seat", "GET, HEAD, POST"),
        ("GET", "/room/{event}/messages", "POST"),
        ("PUT", "/room/{event}/seat", "DELETE"),
        ("OPTIONS", "/room/{event}", "GET, HEAD"),
        ("PATCH", "/", "GET, HEAD"),
    ],
)
def test_a_wrong_method_is_told_the_right_ones(evening: Evening, method: str, path: str, allowed: str) -> None:
    there = path.format(code=evening.door().removeprefix("/c/"), event=evening.event.id)
    answer = evening.web.phone().request(method, there)
    assert (answer.status_code, answer.headers["allow"]) == (405, allowed)
    assert "这一步没有成功" in answer.text
    assert "json" in evening.web.phone().request(method, there, headers=PROGRAM).headers["content-type"]


def test_head_is_get_without_the_body(evening: Evening) -> None:
    member = evening.member()
    for path in (evening.door(), evening.room, "/health", "/openapi.json", "/c/none", evening.private("host")):
        head, get = member.head(path), member.get(path)
        assert (head.status_code, head.content) == (get.status_code, b""), path
        assert head.headers["content-type"] == get.headers["content-type"]


@pytest.mark.parametrize(
    "path",
    [
        "/%00",
        "/c/%00",
        "/c/..%2f..%2fsecret",
        "/static/../../../etc/passwd",
        "/static/%2e%2e/room.js",
        "/portrait/..",
        "/c/" + "a" * 6000,
        "/room/%E4%BD%A0%E5%A5%BD",
        "/room/%ff%fe",
        "/report/x/report.pdf",
        "//c/x",
        "/room/evening-1/",
        "/c/x\n".replace("\n", "%0A"),
        "/host/evening-1/%F0%9F%8D%B5",
        "/?lang=%ff&after=%00",
    ],
)
def test_an_odd_path_is_a_page_that_is_not_there(web: Web, path: str) -> None:
    answer = raw(web, f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    status = int(answer.split(b" ", 2)[1])
    assert status in ((200,) if path.startswith("/?") else (404,))
    assert b"<h1>" in answer


@pytest.mark.parametrize("path", [b"/c/\xe4\xbd\xa0", b"/\xff", b"*", b"http://other.example/c/x"])
def test_a_path_that_is_no_path_breaks_nothing(web: Web, path: bytes) -> None:
    answer = raw(web, b"GET " + path + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert answer.split(b" ", 2)[1] in (b"400", b"404")
    assert web.phone().get("/health").status_code == 200


@pytest.mark.parametrize("kind", ["", "text/plain", "multipart/form-data; boundary=x", "application/x-yaml", "\u00ff"])
def test_an_odd_content_type_is_read_as_a_form_and_says_nothing(evening: Evening, kind: str) -> None:
    headers = {**PROGRAM, "Content-Type": kind.encode("latin-1").decode("latin-1")}
    request = httpx.Request("POST", f"{evening.web.url}{evening.room}/messages", content=b"{}", headers=PROGRAM)
    request.headers.raw.append((b"content-type", headers["Content-Type"].encode("latin-1")))
    member = evening.member()
    answer = member.send(request)
    assert answer.status_code in (403, 422)


def test_a_form_that_is_not_utf_8_is_read_as_far_as_it_can_be(evening: Evening) -> None:
    member = evening.member()
    answer = member.post(f"{evening.room}/messages", content=b"text=%ff%fe+ok\xff", headers={"Content-Type": FORM})
    assert answer.status_code == 303
    assert evening.entries("message_posted")[0].data["text"] == "\ufffd\ufffd ok\ufffd"


def test_a_socket_that_wants_more_than_http_is_answered_as_http(web: Web) -> None:
    upgrade = (
        b"Connection: Upgrade, close\r\nUpgrade: websocket\r\nSec-WebSocket-Key: eA==\r\nSec-WebSocket-Version: 13"
    )
    answer = raw(web, b"GET / HTTP/1.1\r\nHost: x\r\n" + upgrade + b"\r\n\r\n")
    assert answer.split(b" ", 2)[1] in (b"200", b"400", b"404")


def test_every_answer_keeps_other_sites_out(web: Web, evening: Evening) -> None:
    for path in (evening.door(), "/c/none", "/health", "/openapi.json"):
        headers = web.phone().get(path).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer", "a private link is told to nobody"
        assert headers["cache-control"] == "no-store"


def test_no_page_names_another_site(web: Web, evening: Evening) -> None:
    member = evening.member()
    owner = f"/owner/{web.house.links.token('owner', '')}"
    for path in (evening.door(), evening.room, evening.private("host"), evening.private("kol"), owner, "/"):
        page = member.get(path).text.replace(web.url, "")
        assert re.findall(r"//[^\s<]+", page) == [], path


ODD = st.text(max_size=30) | st.sampled_from(["", "0", "-1", "\x00", "%", "../", "🍵", "a" * 200])
PATHS = (
    "/c/{}",
    "/c/{}/seat",
    "/room/{}",
    "/room/{}/stream",
    "/room/{}/entries",
    "/room/{}/messages",
    "/room/{}/polls/{}/vote",
    "/host/{}/{}",
    "/kol/{}/{}/confirm",
    "/owner/{}",
    "/report/{}",
    "/static/{}",
    "/{}",
)


@trying(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    method=st.sampled_from(["GET", "POST", "HEAD", "DELETE"]),
    path=st.sampled_from(PATHS),
    parts=st.tuples(ODD, ODD),
    fields=st.dictionaries(st.sampled_from(["name", "text", "option", "client_id", "reply_to", "step", "after"]), ODD),
    cookie=st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=126), max_size=40),
)
def test_nothing_that_anybody_sends_breaks_the_server(
    web: Web, method: str, path: str, parts: tuple[str, str], fields: dict[str, str], cookie: str
) -> None:
    where = path.format(*(quote(part, safe="", errors="replace") for part in parts))
    body = urlencode(fields, errors="replace").encode()
    headers = {"Cookie": f"guest={cookie}; lang={cookie}".rstrip(), "Content-Type": FORM}
    answer = _PHONES.setdefault(web.url, web.phone()).request(method, where, content=body, headers=headers)
    assert answer.status_code in (200, 303, 400, 403, 404, 405), (answer.status_code, where)


@trying(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    fields=st.dictionaries(
        st.sampled_from(["text", "client_id", "reply_to", "option"]), ODD | st.integers() | st.none()
    )
)
def test_nothing_that_a_member_sends_breaks_the_server(web: Web, fields: dict[str, object]) -> None:
    if web.url not in _MEMBERS:
        _MEMBERS[web.url] = evening = web.evening(), web.evening().member()
        evening[0].host("polls/daily/open")
        evening[1].post(f"{evening[0].door()}/seat")
    evening_, member = _MEMBERS[web.url]
    for path in ("messages", "polls/daily/vote"):
        answer = member.post(f"{evening_.room}/{path}", json=fields, headers=PROGRAM)
        assert answer.status_code in (200, 201, 400, 422), (answer.status_code, answer.text)


_PHONES: dict[str, httpx.Client] = {}
_MEMBERS: dict[str, tuple[Evening, httpx.Client]] = {}


def test_nothing_in_this_file_made_the_server_complain(web: Web) -> None:
    assert "Traceback" not in web.log.read_text()


def test_a_template_that_an_owner_broke_is_said_in_one_line(tmp_path: Path) -> None:
    home = Settings.from_env({"SALON_HOME": str(tmp_path)})
    (tmp_path / "templates" / "web").mkdir(parents=True)
    for name in ("words.zh.toml", "words.en.toml", *STATIC):
        (tmp_path / "templates" / "web" / name).write_text("", encoding="utf-8")
    sent: list[dict[str, object]] = []

    async def ask() -> None:
        async def send(message: object) -> None:
            sent.append(dict(message))  # type: ignore[call-overload]

        async with open_house(home) as house:
            house.wording = Wording(tmp_path / "templates")
            scope = {"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": []}
            await App(house)(scope, None, send)  # type: ignore[arg-type]

    asyncio.run(ask())
    assert sent[0]["status"] == 500
    assert b"there is no such template" in sent[1]["body"]  # type: ignore[operator]

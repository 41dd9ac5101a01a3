"""One evening from the door to the rating, as members, host, KOL and note taker meet it on phones: every part in turn.

In Chinese the whole is driven by taps; in English every page is looked at in the state that it is in by then.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.browser import NEEDS_BROWSER, Phones, check, shot
from tests.web.house import PROGRAM, ROOT, Evening, Web, until
from tests.web.test_browser import say
from tests.web.test_console import follow
from tests.web.test_hard_times import database, full_disk

from salon.model import Item, Poll, Promotion, Questionnaire
from salon.rules.polls import scale
from salon.rules.week import open_room, shut_room
from salon.testing.golden import golden_event

pytestmark = NEEDS_BROWSER

OPTIONS = ("写测试 tests", "改文案 wording", "查日志 logs")
POLLS = (
    Poll(id="one", question="最先交出去的是？", options=OPTIONS, results="voted", section=4),
    Poll(id="some", question="还有哪些？", options=OPTIONS, kind="multiple", section=4),
    Poll(id="sure", question="有多放心？", options=scale(1, 5), kind="scale", ends=("完全不", "完全"), section=4),
    Poll(id="first", question="先解决哪个？", options=OPTIONS, kind="rank", results="closed", section=4),
)
FORM = Questionnaire(
    id="week",
    title="这一周 / Your week",
    items=(Item(question="A?", options=("A1", "A2")), Item(question="B?", kind="text")),
    section=4,
)
CARD = Promotion(id="boat", title="纸舟日历", link="https://example.org/boat", text="一本会自己留白的日历。", section=4)
AD = "百家乐 加微信 abc88866"
PORTRAIT = ROOT / "examples" / "portraits" / "shen-mancang.png"


@pytest.fixture(params=["zh"])
def evening(web: Web, request: pytest.FixtureRequest) -> Iterator[Evening]:
    """An evening of four seats, whose room is not open yet; the clock goes back afterwards."""
    before, kol = web.now, replace(golden_event(request.param).kol, portrait=str(PORTRAIT))
    more = {"polls": POLLS, "questionnaires": (FORM,), "promotions": (CARD,)}
    yield web.evening(language=request.param, seats=4, is_open=False, kol=kol, **more)
    web.turn_to(before)


def begin(evening: Evening) -> None:
    """The room opens, and the first section is on."""
    evening.web.turn_to(evening.event.times.opens_at)
    evening.decide(open_room(evening.event, by="clock"))
    follow(evening, evening.event.times.starts_at + timedelta(minutes=2))


def take_seat(page: Page, evening: Evening, name: str, question: str = "") -> None:
    """From the door into the room, or onto the waiting list, with a question where there is one."""
    page.goto(evening.door())
    page.fill("#name", name)
    if question:
        page.locator("#ask summary").tap()
        page.fill("#question", question)
    page.check("[name=agree]")
    page.locator("button.button").tap()


def test_the_whole_evening_on_phones(web: Web, phones: Phones, evening: Evening) -> None:
    lin, ning, late, host = phones(), phones(), phones(), phones()
    lin.goto(evening.door())
    check(lin, "door-before")
    begin(evening)
    lin.goto(evening.door())
    lin.locator("button.button").tap()
    # Who has not ticked the precautions stays at the door.
    assert lin.evaluate("document.querySelector('[name=agree]').validity.valueMissing")
    take_seat(lin, evening, "小林", "老项目没有测试，从哪里开始？")
    expect(lin.locator(".bar")).to_contain_text("席位 1")
    take_seat(ning, evening, "阿宁")
    expect(ning.locator(".bar")).to_contain_text("席位 2")
    others = [evening.member(name) for name in ("豆豆妈", "老周")]
    take_seat(late, evening, "Momo")
    expect(late.locator(".act .number")).to_have_text("1")
    check(late, "door-waiting")

    _talk(lin, ning)
    _steer(evening, host)
    _vote(evening, lin, ning, host)
    _ask(evening, lin, ning)
    _answer(evening, lin, ning, host)
    check(lin, "room")
    _keep_order(evening, lin, ning, host)
    _drop_the_line(evening, lin, others)
    _pass_the_seat_on(evening, ning, late)
    check(late, "room-late")
    flow = _take_over(evening, phones(), lin, host)
    _end(evening, lin, host)
    assert flow.result(60).outcome == "done"


def _talk(lin: Page, ning: Page) -> None:
    say(lin, "先把测试交出去，再谈别的")
    ning.locator(".said .reply").last.tap()
    expect(ning.locator("#note")).to_contain_text("先把测试交出去")
    # Tapped by mistake: nobody replies who does not want to.
    ning.locator("#unreply").tap()
    expect(ning.locator("#note")).to_be_empty()
    expect(ning.locator("#unreply")).to_be_hidden()
    ning.locator(".said .reply").last.tap()
    say(ning, "同意")
    expect(lin.locator("#log .said .text").last).to_have_text("↳ 小林 同意")


def _steer(evening: Evening, host: Page) -> None:
    host.goto(evening.private("host"))
    host.locator("#next-prompt").tap()
    expect(host.locator("#log .prompt")).to_have_count(2)
    host.locator("#next-section").tap()
    expect(host.locator(".now .title")).to_have_text(evening.event.outline[1].title)
    expect(host.locator(".drift")).to_contain_text("快 23 分钟")
    host.locator("#scale").tap()
    expect(host.locator(".drift")).to_contain_text("准时")
    host.locator(".said .mark").first.tap()
    host.locator("#mark").get_by_role("button", name="共识", exact=True).tap()
    expect(host.locator("#marks")).to_contain_text("先把测试交出去")


def _vote(evening: Evening, lin: Page, ning: Page, host: Page) -> None:
    # A poll that opens takes its row away, so the first that is left is always the next.
    for poll in POLLS:
        host.locator("#polls-planned li", has_text=poll.question).get_by_role("button").tap()
        expect(host.locator(f"#poll-{poll.id}")).to_be_visible()
    expect(lin.locator("#poll-first")).to_be_visible()
    expect(lin.locator("#poll-one b, #poll-one meter, #poll-first b")).to_have_count(0)
    for k, told in ((1, ["0", "1", "0"]), (2, ["0", "0", "1"])):
        lin.locator("#poll-one .option").nth(k).tap()
        expect(lin.locator("#poll-one .option b")).to_have_text(told)
    for k in (0, 2):
        lin.locator("#poll-some [type=checkbox]").nth(k).check()
    lin.locator("#poll-some .button").tap()
    expect(ning.locator("#poll-some .option b")).to_have_text(["1", "0", "1"])
    lin.locator("#poll-sure [value='4']").tap()
    expect(lin.locator("#poll-sure .mean")).to_have_text("4.0")
    for place, option in enumerate((2, 1, 3)):
        lin.locator("#poll-first select").nth(place).select_option(index=option)
    lin.locator("#poll-first .button").tap()
    expect(host.locator("#poll-first .option b")).to_have_text(["2", "3", "1"])
    expect(lin.locator("#poll-first b")).to_have_count(0)
    evening.host("polls/first/close")
    expect(ning.locator("#poll-first .option b")).to_have_text(["2", "3", "1"])


def _ask(evening: Evening, lin: Page, ning: Page) -> None:
    ning.locator("[data-of=questions]").tap()
    ning.locator("#questions .up").first.tap()
    expect(lin.locator("#questions .up").first).to_have_text("▲ 2")
    lin.locator("#questions #ask summary").tap()
    lin.fill("#questions #question", "要不要专门有人管？")
    lin.check("#anonymous")
    lin.locator("#questions #ask button").tap()
    expect(ning.locator("#questions li").last).to_contain_text("匿名")
    evening.host(f"questions/{evening.entries('question_asked')[0].seq}", do="answer", text="从最小的一个开始。")
    expect(lin.locator("#answered summary")).to_be_visible()


def _answer(evening: Evening, lin: Page, ning: Page, host: Page) -> None:
    host.locator("#cards-planned > summary").tap()
    for title in (FORM.title, CARD.title):
        host.locator("#cards-planned li", has_text=title).get_by_role("button").tap()
        expect(host.locator("#part-cards section", has_text=title)).to_be_visible()
    lin.locator("[data-of=cards]").tap()
    lin.locator("#form-week-0-1").check()
    lin.fill("#form-week-1", "还没写完")
    # A page that is thrown away and loaded anew has what was half filled in.
    lin.fill("#text", "也还没说完")
    lin.reload()
    expect(lin.locator("#form-week-0-1")).to_be_checked()
    expect(lin.locator("#form-week-1")).to_have_value("还没写完")
    expect(lin.locator("#text")).to_have_value("也还没说完")
    lin.fill("#text", "")
    lin.locator("#form-week-send").tap()
    expect(lin.locator("#form-week [role=status]")).to_be_visible()
    lin.reload()
    expect(lin.locator("#form-week [role=status]")).to_be_visible()
    expect(ning.locator("#card-boat")).to_contain_text("推广")
    assert ning.locator("#card-boat a").get_attribute("href") == f"{evening.room}/cards/boat/go"


def _keep_order(evening: Evening, lin: Page, ning: Page, host: Page) -> None:
    said = ning.locator(".said", has_text="先把测试").first
    said.locator(".flag").tap()
    expect(ning.locator("legend")).to_be_visible()
    check(ning, "report")
    ning.get_by_role("radio").last.check()
    ning.locator("button.button").tap()
    ning.locator("a.button").tap()
    say(ning, AD)
    # What concerns one member alone is told where they type, and no longer than it is so.
    expect(ning.locator("#standing")).to_contain_text("等主持人看")
    expect(ning.locator("#standing")).to_be_in_viewport()
    expect(host.locator("[data-of=queue] b")).to_have_text("2")
    check(host, "host")
    host.locator("#queue li", has_text=AD).locator("summary").tap()
    host.locator("#queue li", has_text=AD).locator("input[name=reason]").fill("不发广告")
    host.locator("#queue button[value=reject]").tap()
    expect(ning.locator("#standing")).to_contain_text("不发广告")
    expect(ning.locator("#note")).to_have_text("")
    host.locator("#queue").get_by_role("button", name="没有问题").tap()
    expect(host.locator("[data-of=queue] b")).to_have_text("")
    expect(lin.locator(".said", has_text=AD)).to_have_count(0)


def _drop_the_line(evening: Evening, lin: Page, others: list[object]) -> None:
    lin.locator(".tabs a").last.tap()
    lin.context.set_offline(True)
    say(lin, "断线时说的")
    expect(lin.locator(".waiting .said")).to_be_in_viewport()
    evening.say(others[0], "线上的人说")  # type: ignore[arg-type]
    lin.context.set_offline(False)
    expect(lin.locator("#log .said .text").last).to_have_text("断线时说的")
    expect(lin.locator("#log .said", has_text="线上的人说")).to_have_count(1)
    expect(lin.locator(".waiting .said")).to_have_count(0)


def _pass_the_seat_on(evening: Evening, ning: Page, late: Page) -> None:
    ning.locator(".leave summary").tap()
    ning.locator(".leave button").tap()
    expect(ning.locator("h1")).to_have_text("席位已让出")
    check(ning, "left")
    late.goto(evening.door())
    expect(late.locator("h2").first).to_have_text("轮到你了，有一个席位给你留着")
    check(late, "door-offer")
    # The kept seat is no one else's: whoever scans now waits.
    until(lambda: evening.web.phone().get(f"{evening.door()}/seat").json()["seats_left"] == 0)
    late.locator("form[action$='/seat'] button").tap()
    expect(late.locator(".bar")).to_contain_text("席位 2")


def _take_over(evening: Evening, kol: Page, lin: Page, host: Page) -> Future[Any]:
    """A quarter of an hour before the end the flow says so; the host has been silent, so the KOL takes over."""
    evening.web.turn_to(evening.event.times.disbands_at - timedelta(minutes=15))
    flow = evening.begin_moment("host")
    expect(lin.locator("#log .notice").last).to_contain_text("还有 15 分钟")
    kol.goto(evening.private("kol"))
    expect(kol.locator(".standing .alarm")).to_be_visible()
    check(kol, "kol-silent-host")
    kol.locator("#take").tap()
    kol.locator(".standing a.button").tap()
    expect(kol.locator(".bar")).to_contain_text(evening.event.kol.name)
    expect(kol.locator("#next-section, #longer")).not_to_have_count(0)
    check(kol, "kol-as-host")
    # The host is back, and takes it in hand again.
    host.locator("#take").tap()
    expect(host.locator("#take")).to_have_count(0)
    return flow


def _end(evening: Evening, lin: Page, host: Page) -> None:
    web, ends = evening.web, evening.event.times.disbands_at
    web.turn_to(ends - timedelta(minutes=9))
    host.goto(evening.private("host"))
    host.locator("#edit-recap").tap()
    expect(host.locator("#agreements")).to_be_visible()
    check(host, "recap")
    host.fill("#agreements", "先把测试交出去")
    host.locator("form .button").tap()
    expect(host.locator(".card.recap")).to_contain_text("先把测试交出去")
    host.goto(evening.private("host"))
    host.fill("#extend-name", "苏青")
    host.locator("#gate button[name=minutes]").first.tap()
    expect(lin.locator("#log .notice").last).to_contain_text("苏青")
    # Five minutes before the hour that holds now: the last call, and the recap as it was edited.
    web.turn_to(ends + timedelta(minutes=5))
    expect(lin.locator("#log .notice").last).to_contain_text("还有 5 分钟")
    expect(lin.locator("#log .recap")).to_contain_text("先把测试交出去")
    check(lin, "room-recap")
    host.locator(".leave summary").tap()
    host.check("[name=sure]")
    host.locator(".leave button").tap()
    expect(lin.locator("#rating-4")).to_be_visible(timeout=15_000)
    check(lin, "after")
    lin.locator("#rating-4").tap()
    expect(lin.locator("#rating-4")).to_have_attribute("aria-pressed", "true")
    lin.locator("#lead").tap()
    lin.fill("#lead-topic", "小团队怎么招人")
    lin.locator("#lead-save").tap()
    expect(lin.locator("#lead-topic")).to_have_value("小团队怎么招人")
    web.turn_to(evening.event.times.reports_at + timedelta(minutes=10))
    evening.moment("report")
    expect(lin).to_have_url(f"{web.url}/report/{evening.event.id}")


@pytest.mark.parametrize("evening", ["en"], indirect=True)
def test_every_page_of_the_evening_in_english(web: Web, phones: Phones, evening: Evening) -> None:
    page, out = phones("en"), phones("en")
    host, kol = evening.private("host"), evening.private("kol")
    owner = f"/owner/{web.house.links.token('owner', '')}"

    def look(*pages: tuple[str, str]) -> None:
        for name, path in pages:
            page.goto(path)
            check(page, f"en-{name}")

    look(("door-before", evening.door()), ("host-before", host), ("kol-before", kol))
    begin(evening)
    members = [evening.member(name, language="en") for name in ("Ning", "Doudou", "Zhou")]
    look(("door-open", evening.door()))
    take_seat(page, evening, "Lin", "Where do we start?")
    expect(page.locator(".bar")).to_contain_text("Seat 4")
    look(("door-seat", evening.door()))
    take_seat(out, evening, "Momo")
    expect(out.locator(".act .number")).to_have_text("1")
    check(out, "en-door-waiting")
    evening.say(members[0], AD)
    evening.say(members[1], "W" * 60 + " hand over the tests first")
    seq = evening.entries("message_posted")[0].seq
    members[0].post(f"{evening.room}/messages/{seq}/report", data={"reason": "other"})
    for path in (*(f"polls/{poll.id}/open" for poll in POLLS), "questionnaires/week/open", "cards/boat/show"):
        evening.host(path)
    evening.host("console", do="mark-agreement", message=str(seq))
    until(lambda: "card-boat" in members[0].get(evening.room).text)
    look(("room", evening.room), ("report", f"{evening.room}/messages/{seq}"))
    look(
        ("host", host),
        ("act", f"{host}/messages/{seq}"),
        ("kol", kol),
        ("leaders", f"{owner}/{evening.event.id}/leaders"),
    )
    page.fill("#name", "Notes")
    page.select_option("#role", value="note_taker")
    page.locator("button.button").tap()
    link = page.locator("section", has_text="Notes").locator("a").get_attribute("href") or ""
    look(("note-taker", f"/host/{link.partition('/host/')[2]}"), ("owner", owner))
    web.turn_to(evening.event.times.disbands_at - timedelta(minutes=9))
    look(("recap", f"{host}/recap"), ("host-ending", host))
    web.turn_to(evening.event.times.disbands_at - timedelta(minutes=4))
    evening.moment("host")
    until(lambda: 'class="card recap"' in members[0].get(evening.room).text)
    look(("room-ending", evening.room), ("kol-ending", kol))
    # A page that is open when the room closes loads itself anew, in the middle of being looked at.
    page.goto("about:blank")
    evening.decide(shut_room(by="clock"))
    until(lambda: 'id="rating-title"' in members[0].get(evening.room).text)
    look(
        ("after", evening.room),
        ("host-closed", host),
        ("kol-closed", kol),
        ("words", f"/report/{evening.event.id}/words"),
    )


HARD = {"zh": "稍等一下", "en": "One moment"}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_that_hides_something_or_says_no(web: Web, phones: Phones, language: str) -> None:
    """Results that a member may not know, and each refusal, look as good as everything else."""
    hidden = tuple(replace(POLLS[0], id=f"h-{kind}", results=kind) for kind in ("voted", "closed", "host"))
    evening = web.evening(language=language, polls=hidden)
    page, plain, voter = phones(language), phones(language, has_script=False), evening.member("Ning")

    def look(name: str, path: str, status: int) -> None:
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == status, name
        check(page, f"{language}-{name}")

    look("no-seat", evening.room, 403)
    for poll in hidden:
        evening.host(f"polls/{poll.id}/open")
        evening.vote(voter, poll.id, 1)
    for phone in (page, plain):
        take_seat(phone, evening, "Lin")
    expect(page.locator(".poll meter")).to_have_count(0)
    check(page, f"{language}-hidden")
    page.locator("#poll-h-host .option").first.tap()
    expect(page.locator("#poll-h-host .mine")).to_be_visible()
    for poll in hidden:
        evening.host(f"polls/{poll.id}/close")
    expect(page.locator("#poll-h-closed b")).to_have_text(["0", "1", "0"])
    expect(page.locator("#poll-h-host meter")).to_have_count(0)
    check(page, f"{language}-hidden-closed")
    host = phones(language)
    host.goto(evening.private("host"))
    host.locator("#bar summary").tap()
    host.locator("#bar-door").tap()
    expect(host.locator("#bar-door[value=unbar]")).to_be_visible()
    check(host, f"{language}-host-barred")
    stranger = phones(language)
    stranger.goto(evening.door())
    check(stranger, f"{language}-door-barred")
    look("none", "/c/none", 404)
    look("no-link", "/host/x/y", 403)
    look("no-report", f"/report/{evening.event.id}", 404)
    _hard_times(web, evening, page, plain, language)
    evening.host("end", sure="yes")
    until(lambda: voter.get(evening.room, headers=PROGRAM).json()["phase"] == "closed")
    stranger.goto(evening.room)
    check(stranger, f"{language}-closed")
    stranger.goto(evening.door())
    check(stranger, f"{language}-door-closed")


def _hard_times(web: Web, evening: Evening, page: Page, plain: Page, language: str) -> None:
    """A lost database at the door, a full disk for who has just typed something."""
    says, path = HARD[language], database(web)
    path.rename(path.with_name("away"))
    try:
        page.goto(evening.door())
        expect(page.locator("h1")).to_have_text(says)
        check(page, f"{language}-lost")
    finally:
        path.with_name("away").rename(path)
    with full_disk(web, most=0):
        plain.fill("#text", "…")
        plain.locator("#say .button").tap()
        expect(plain.locator("h1")).to_have_text(says)
        shot(plain, f"{language}-full")
    plain.locator("main a.button").tap()
    expect(plain.locator("h1")).to_have_text(evening.event.topic)


def test_a_picture_of_a_code_lies_bare_on_a_page_that_may_be_zoomed(web: Web, phones: Phones) -> None:
    """A long press in WeChat reads an `<img>` with a normal address, and nothing that lies over it or listens to it."""
    evening = web.evening(kol=replace(golden_event("zh").kol, portrait=str(PORTRAIT)))
    page = phones()
    for path in (evening.door(), f"{evening.private('kol')}/posters"):
        # Twenty pictures are drawn on this page; where they lie is known before.
        page.goto(path, wait_until="domcontentloaded")
        viewport = page.locator("meta[name=viewport]").get_attribute("content")
        assert viewport == "width=device-width, initial-scale=1"
        for picture in page.locator("img").all():
            picture.scroll_into_view_if_needed()
            assert picture.evaluate(BARE) == "", path
        assert page.locator("img").count() > 0


#: What keeps a picture from being kept by a long press; an empty text: nothing does.
BARE = """(picture) => {
    const box = picture.getBoundingClientRect(), address = picture.getAttribute("src");
    const top = document.elementFromPoint(box.x + box.width / 2, box.y + Math.min(box.height, innerHeight - box.y) / 2);
    if (!/^\\/[^/]/.test(address)) return "address " + address;
    if (top !== picture) return "under " + (top && top.outerHTML.slice(0, 80));
    for (let node = picture; node.style; node = node.parentNode) {
        const seen = getComputedStyle(node);
        const isFree = seen.touchAction === "auto" && seen.userSelect !== "none" && seen.transform === "none";
        if (!isFree) return "held by " + node.outerHTML.slice(0, 80);
    }
    return "";
}"""

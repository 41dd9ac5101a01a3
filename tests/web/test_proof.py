"""Scan proof: a person who comes by the group's own code proves it, once and cheaply; programs and leaders do not."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from tests.web.leading import BROWSER, Command, command

from salon import moments
from salon.moments.texts import door_links, report_links
from salon.rules.landing import recall


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Command]:
    """One task for each group."""
    async with command(tmp_path) as running:
        await running.lay("open_room")
        await running.train("陈玥", "老周")
        yield running


async def proofs(desk: Command) -> list[tuple[str, str]]:
    """(announcement, group) of everything that is proved."""
    return [(one.data["announcement"], one.data["group"]) for one in await desk.entries("posting_proved")]


async def test_the_first_scan_of_a_groups_own_code_proves_its_post_before_any_tick(desk: Command) -> None:
    for _ in range(3):
        assert (await desk.phone().get(await desk.door())).status_code == 200
    assert await proofs(desk) == [("open_room", "readers")]
    assert (await desk.tasks("陈玥"))["open_room", "readers"]["standing"] == "proved"
    assert (await desk.tasks("陈玥"))["open_room", "tea-room"]["standing"] == "waiting"
    assert (await desk.phone().get(await desk.door("aside"))).status_code == 200
    assert await proofs(desk) == [("open_room", "readers")], "what a channel said by itself needs no proof"


async def test_a_link_proves_the_announcement_that_it_stood_in(desk: Command) -> None:
    desk.clock.turn_to(desk.event.times.reminds_at[0])
    await desk.lay("remind-1")
    for mark in ("warm_up", "remind-2", "x", "%00", "a" * 500):
        await desk.phone().get(await desk.door(mark=mark))
    assert await proofs(desk) == []
    await desk.phone().get(await desk.door(mark="remind-1"))
    assert await proofs(desk) == [("remind-1", "readers")]
    await desk.phone().get(await desk.door(mark="open_room"))
    assert await proofs(desk) == [("remind-1", "readers"), ("open_room", "readers")]


async def test_an_old_poster_in_the_group_does_not_prove_a_later_one_of_which_nobody_spoke(desk: Command) -> None:
    await desk.phone().get(await desk.door())
    desk.clock.turn_to(desk.event.times.reminds_at[0])
    await desk.lay("remind-1")
    await desk.phone().get(await desk.door())
    assert await proofs(desk) == [("open_room", "readers")]
    await desk.do("陈玥", "posted", "remind-1")
    await desk.phone().get(await desk.door())
    assert await proofs(desk) == [("open_room", "readers"), ("remind-1", "readers")]


@pytest.mark.parametrize(
    "headers",
    [
        {"User-Agent": "facebookexternalhit/1.1"},
        {"User-Agent": "TelegramBot (like TwitterBot)"},
        {"User-Agent": "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)"},
        {"User-Agent": "Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)"},
        {"User-Agent": "Synapse/1.163 (bot; +https://github.com/element-hq/synapse)"},
        {"User-Agent": "Mozilla/5.0 (compatible; Baiduspider/2.0)"},
        {"Accept": "*/*"},
        {"Accept": "image/avif,image/webp,*/*"},
        {"Sec-Purpose": "prefetch;prerender"},
        {"X-Purpose": "preview"},
    ],
)
async def test_a_program_that_draws_a_preview_proves_nothing(desk: Command, headers: dict[str, str]) -> None:
    assert (await desk.phone(**headers).get(await desk.door())).status_code == 200
    assert await proofs(desk) == []


@pytest.mark.parametrize("agent", ["", "CUBOT X18 Mozilla/5.0 (Linux; Android 8)", BROWSER["User-Agent"]])
async def test_any_phone_proves_it_whatever_its_maker_is_called(desk: Command, agent: str) -> None:
    await desk.phone(**{"User-Agent": agent}).get(await desk.door())
    assert await proofs(desk) == [("open_room", "readers")]


async def test_who_was_here_before_is_a_person_whatever_their_browser_accepts(desk: Command) -> None:
    phone = desk.phone(Accept="*/*")
    await phone.get(await desk.door())
    assert await proofs(desk) == []
    await phone.get(await desk.door())
    assert await proofs(desk) == [("open_room", "readers")]


async def test_a_head_request_proves_nothing(desk: Command) -> None:
    assert (await desk.phone().head(await desk.door())).status_code == 200
    assert await proofs(desk) == []


async def test_the_leaders_own_browser_proves_nothing_and_a_forged_cookie_hides_nobody(desk: Command) -> None:
    leader = desk.phone()
    await leader.get(desk.page("陈玥"))
    for group in ("readers", "builders"):
        await leader.get(await desk.door(group))
    assert await proofs(desk) == []
    await desk.phone(Cookie="leads=leads.forged").get(await desk.door())
    assert await proofs(desk) == [("open_room", "readers")]


async def test_who_runs_the_evening_proves_nothing_by_looking(desk: Command) -> None:
    links = desk.house.links
    for page in (f"{links.owner()}/{desk.event.id}/codes", links.host(desk.event.id), links.kol(desk.event)):
        phone = desk.phone()
        assert (await phone.get(urlsplit(page).path)).status_code == 200
        await phone.get(await desk.door())
        assert await proofs(desk) == []
    # Who guesses at their links is nobody.
    stranger = desk.phone()
    assert (await stranger.get("/owner/aaaa")).status_code == 403
    await stranger.get(await desk.door())
    assert await proofs(desk) == [("open_room", "readers")]


async def test_two_hundred_scans_at_once_are_one_question_to_the_journal(desk: Command) -> None:
    door, asked, decide = await desk.door(), [], desk.house.journal.decide

    async def counted(event: str, rule: object) -> object:
        asked.append(event)
        return await decide(event, rule)  # type: ignore[arg-type]

    desk.house.journal.decide = counted  # type: ignore[method-assign, assignment]
    phones = [desk.phone() for _ in range(200)]
    answers = await asyncio.gather(*(phone.get(door) for phone in phones))
    assert {answer.status_code for answer in answers} == {200}
    assert len(asked) == 1
    assert await proofs(desk) == [("open_room", "readers")]
    assert desk.app.site.views[desk.event.id]["readers"] == 200, "views are counted apart, and are not seats"
    assert await desk.entries("seat_taken") == []


async def test_while_recalled_a_scan_still_tells_that_the_old_poster_hangs_there(desk: Command) -> None:
    await desk.decide(recall("改期。", by="owner"))
    await desk.phone().get(await desk.door())
    assert await proofs(desk) == [("open_room", "readers")]


async def test_texts_that_leaders_post_carry_a_mark_and_posters_and_other_texts_none(desk: Command) -> None:
    marked, plain = await door_links(desk.house, desk.event, "remind-1"), await door_links(desk.house, desk.event)
    assert marked == {id: link if id == "aside" else f"{link}?m=remind-1" for id, link in plain.items()}
    report = await report_links(desk.house, desk.event, "report")
    assert report == {id: f"{link}?m=report" for id, link in plain.items()} | {
        "aside": desk.house.links.report(desk.event.id)
    }
    desk.clock.turn_to(desk.event.times.disbands_at)
    await moments.run(desk.house, desk.event.id, "disband")
    outbox = desk.house.settings.outbox / desk.event.id
    texts = {id: (outbox / id / "disband" / "text.txt").read_text("utf-8") for id in plain}
    assert all(f"{link}{'' if id == 'aside' else '?m=disband'}\n" in texts[id] for id, link in plain.items())

"""Speaks into Slack channels, over the Web API with an app's bot token.

`SALON_SLACK_TOKEN` is the bot's token (`xoxb-…`); a group's address is a channel's id (`C0123456789`).
A call that went wrong is an answer 200 with `ok: false`. Source: Slack platform docs, read 2026-11-22.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from salon.channels import POSTER, Announcement, Channel, Context, Outcome, Result, in_parts
from salon.channels.ability import Ability, ability_of
from salon.channels.http import AWAY, NAMELESS, Reply, call, refused, too_many
from salon.channels.picture import PNG
from salon.errors import WrongUse
from salon.model import Group

HOST, FILES = "https://slack.com", "files.slack.com"
#: `error` of an answer: nothing was done, and later it may be; it may have been done; it was done before.
PASSING = ("service_unavailable", "request_timeout", "team_added_to_org")
DOUBTFUL = ("internal_error", "fatal_error")
DONE = ("message_not_found", "file_not_found", "file_deleted", "already_pinned")
_ADDRESS = re.compile(r"[CGD][A-Z0-9]{8,20}")
_RECEIPT = re.compile(r"text:(\d{1,12}\.\d{1,8})|file:(F[A-Z0-9]{5,20})")


class Slack:
    """The Slack channel. It documents no keys, so nothing is said twice on its own."""

    name = "slack"
    is_repeatable = False
    sends_pictures = True

    def __init__(self, host: str, token: str, ability: Ability) -> None:
        self._host, self._token, self.ability = host, token, ability

    def parts(self, announcement: Announcement) -> tuple[str, ...]:
        """Picture and text are two messages."""
        return in_parts(announcement)

    def credential(self, group: Group) -> str:
        """All channels share the app's allowance."""
        return self.name

    async def say(self, group: Group, announcement: Announcement) -> Outcome:
        """Send one part."""
        try:
            place = read_address(group.address)
        except WrongUse as wrong:
            return Outcome(result=Result.REFUSED, detail=str(wrong))
        if announcement.part == POSTER:
            return await self._picture(place, announcement)
        text = {"channel": place, "text": announcement.text, "unfurl_links": False, "unfurl_media": False}
        reply = await self._ask("chat.postMessage", json=text)
        return _done(reply, receipt=f"text:{_field(reply, 'ts')}")

    async def edit(self, group: Group, announcement: Announcement, receipt: str) -> Outcome:
        """Change the text that *receipt* names. May be run again."""
        ts, _ = _named(receipt)
        if not ts:
            return NAMELESS
        fields = {"channel": group.address, "ts": ts, "text": announcement.text}
        return _done(await self._ask("chat.update", is_repeatable=True, json=fields), receipt=receipt)

    async def recall(self, group: Group, receipt: str) -> Outcome:
        """Delete what *receipt* names. May be run again."""
        ts, file = _named(receipt)
        if not (ts or file):
            return NAMELESS
        if file:
            return _done(await self._ask("files.delete", is_repeatable=True, json={"file": file}), is_again=True)
        fields = {"channel": group.address, "ts": ts}
        return _done(await self._ask("chat.delete", is_repeatable=True, json=fields), is_again=True)

    async def pin(self, group: Group, receipt: str) -> Outcome:
        """Pin the text that *receipt* names. May be run again."""
        ts, _ = _named(receipt)
        if not ts:
            return NAMELESS
        fields = {"channel": group.address, "timestamp": ts}
        return _done(await self._ask("pins.add", is_repeatable=True, json=fields), is_again=True)

    async def greet(self, group: Group) -> Outcome:
        """Check the token and that the app is in the channel. Nobody hears anything."""
        try:
            place = read_address(group.address)
        except WrongUse as wrong:
            return Outcome(result=Result.REFUSED, detail=str(wrong))
        # Methods that read take forms only.
        reply = await self._ask("conversations.info", is_repeatable=True, data={"channel": place})
        done = _done(reply)
        found = _field(reply, "channel")
        if done.result is Result.DELIVERED and isinstance(found, dict) and not found.get("is_member"):
            return Outcome(result=Result.REFUSED, detail="not_in_channel: invite the app into the channel")
        return done

    async def _picture(self, place: str, announcement: Announcement) -> Outcome:
        """Upload and share a poster; until the last of three calls nobody sees anything."""
        poster = announcement.poster or b""
        asked = {"filename": "poster.png", "length": str(len(poster))}
        reply = await self._ask("files.getUploadURLExternal", is_repeatable=True, data=asked)
        url, file = str(_field(reply, "upload_url")), str(_field(reply, "file_id"))
        done = _done(reply)
        if done.result is not Result.DELIVERED:
            return done
        if not self._is_upload(url):
            return Outcome(result=Result.REFUSED, detail="the upload would not go to Slack")
        sent = await call(
            "POST", url, timeout=self.ability.timeout, is_repeatable=True, content=poster, headers={"Content-Type": PNG}
        )
        if isinstance(sent, Outcome):
            return sent
        if sent.status != 200:
            return refused(sent)
        # Of all that a title can be, the file's own name is the least like words.
        files = [{"id": file, "title": announcement.title or "poster.png"}]
        shared = {"files": files, "channel_id": place}
        return _done(await self._ask("files.completeUploadExternal", json=shared), receipt=f"file:{file}")

    def _is_upload(self, url: str) -> bool:
        """Whether pictures may go there: to Slack's own host, never to one that an answer names."""
        if self._host != HOST:
            return urlsplit(url).netloc == urlsplit(self._host).netloc
        parts = urlsplit(url)
        return parts.scheme == "https" and parts.netloc == FILES

    async def _ask(self, method: str, **what: Any) -> Reply | Outcome:
        headers = {"Authorization": f"Bearer {self._token}"}
        return await call("POST", f"{self._host}/api/{method}", timeout=self.ability.timeout, headers=headers, **what)


def channel(context: Context) -> Channel:
    """The Slack channel. Raises `WrongUse` naming the secret that is missing or makes no sense."""
    token = context.secrets.need("slack-token")
    if not re.fullmatch(r"[A-Za-z0-9-]+", token):
        raise WrongUse("SALON_SLACK_TOKEN is no bot token; write the Bot User OAuth Token, xoxb-…")
    ability = ability_of(
        Path(__file__).parent,
        context.limits.get("slack", {}),
        dialect="slack",
        can_picture=True,
        can_pin=True,
        can_edit=True,
        can_recall=True,
    )
    return Slack(context.hosts.get("slack", HOST), token, ability)


def read_address(text: str) -> str:
    """*text* as a channel's id. Raises `WrongUse` with what to write."""
    address = text.strip()
    if not _ADDRESS.fullmatch(address):
        raise WrongUse(f"slack: {address!r} is no channel; write its id from the channel's details, like C0123456789")
    return address


def _named(receipt: str) -> tuple[str, str]:
    found = _RECEIPT.fullmatch(receipt)
    return ("", "") if found is None else (found[1] or "", found[2] or "")


def _field(reply: Reply | Outcome, name: str) -> Any:
    return reply.data.get(name, "") if isinstance(reply, Reply) else ""


def _done(reply: Reply | Outcome, *, receipt: str = "", is_again: bool = False) -> Outcome:
    """What an answer means: `ok`, else the word in `error`."""
    if isinstance(reply, Outcome):
        return reply
    error = str(reply.data.get("error", ""))
    if reply.data.get("ok") is True or (is_again and error in DONE):
        return Outcome(result=Result.DELIVERED, receipt=receipt)
    if error in ("ratelimited", "rate_limited"):
        return too_many(reply)
    if error in PASSING:
        return Outcome(result=Result.RETRY, detail=error, wait=reply.wait or AWAY)
    if error in DOUBTFUL:
        return Outcome(result=Result.UNKNOWN, detail=error)
    return refused(reply, error or "no Slack answered there")

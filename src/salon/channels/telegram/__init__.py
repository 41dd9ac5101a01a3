"""Speaks into Telegram groups and channels, over the Bot API.

`SALON_TELEGRAM_TOKEN` is the bot's token; a group's address is its id (`-1001234567890`) or its public name
(`@readers`). Source: Telegram Bot API 9.x, read 2026-11-22.
"""

from __future__ import annotations

import html
import re
from collections import OrderedDict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from salon.channels import POSTER, WHOLE, Announcement, Channel, Context, Outcome, Result, in_parts
from salon.channels.ability import Ability, ability_of
from salon.channels.http import NAMELESS, Reply, call, field_of, refused, too_many
from salon.channels.picture import PNG, digest_of
from salon.errors import WrongUse
from salon.markup import length
from salon.model import Group

HOST = "https://api.telegram.org"
#: So many uploaded pictures are remembered.
PICTURES = 500
#: So much of a title stands below a picture.
TITLE = 200
_ADDRESS = re.compile(r"-?[1-9]\d{0,15}|@[A-Za-z][A-Za-z0-9_]{3,31}")
_RECEIPT = re.compile(r"(text|photo):(-?\d+):(\d+)")


class Telegram:
    """The Telegram channel. It knows no keys, so nothing is said twice on its own."""

    name = "telegram"
    is_repeatable = False
    sends_pictures = True

    def __init__(self, host: str, token: str, ability: Ability) -> None:
        self._host, self._token, self.ability = host, token, ability
        #: Picture → how Telegram calls it, so that it travels once.
        self._pictures: OrderedDict[str, str] = OrderedDict()

    def parts(self, announcement: Announcement) -> tuple[str, ...]:
        """Picture with the text below it; a text that is too long for that follows it."""
        if announcement.poster is None or self._is_caption(announcement.text):
            return (WHOLE,)
        return in_parts(announcement)

    def credential(self, group: Group) -> str:
        """All groups share the bot's allowance."""
        return self.name

    async def say(self, group: Group, announcement: Announcement) -> Outcome:
        """Send one part. A group that has become a supergroup is followed once, and its new id is told."""
        try:
            chat = read_address(group.address)
        except WrongUse as wrong:
            return Outcome(result=Result.REFUSED, detail=str(wrong))
        reply = await self._part(chat, announcement)
        moved = _parameter(reply, "migrate_to_chat_id")
        if moved is None:
            return _done(reply)
        done = _done(await self._part(str(moved), announcement))
        return Outcome(
            result=done.result,
            detail=f"the group's id is now {moved}: write that into its address. {done.detail}".strip(),
            wait=done.wait,
            receipt=done.receipt,
        )

    async def edit(self, group: Group, announcement: Announcement, receipt: str) -> Outcome:
        """Change the text, or the one below the picture, of what *receipt* names. May be run again."""
        kind, what = _named(receipt)
        if not what:
            return NAMELESS
        text = announcement.text if self.parts(announcement) == (WHOLE,) else _title(announcement)
        if kind == "photo":
            return _done(await self._ask("editMessageCaption", {**what, "caption": text, "parse_mode": "HTML"}))
        return _done(await self._ask("editMessageText", {**what, **_text(announcement)}))

    async def recall(self, group: Group, receipt: str) -> Outcome:
        """Delete what *receipt* names. May be run again; after 48 hours the bot has to be an administrator."""
        _, what = _named(receipt)
        return _done(await self._ask("deleteMessage", what)) if what else NAMELESS

    async def pin(self, group: Group, receipt: str) -> Outcome:
        """Pin what *receipt* names, without a sound. May be run again; the bot needs the right."""
        _, what = _named(receipt)
        return _done(await self._ask("pinChatMessage", {**what, "disable_notification": True})) if what else NAMELESS

    async def greet(self, group: Group) -> Outcome:
        """Check the token and that the bot sees the group. Nobody hears anything."""
        try:
            return _done(await self._ask("getChat", {"chat_id": read_address(group.address)}))
        except WrongUse as wrong:
            return Outcome(result=Result.REFUSED, detail=str(wrong))

    async def _part(self, chat: str, announcement: Announcement) -> Reply | Outcome:
        if announcement.poster is None or announcement.part not in (WHOLE, POSTER):
            return await self._ask("sendMessage", {"chat_id": chat, **_text(announcement)})
        caption = announcement.text if announcement.part == WHOLE else _title(announcement)
        fields = {"chat_id": chat, "caption": caption, "parse_mode": "HTML"}
        digest = digest_of(announcement.poster)
        if digest in self._pictures:
            reply = await self._ask("sendPhoto", {**fields, "photo": self._pictures[digest]})
            if not (isinstance(reply, Reply) and "file identifier" in str(reply.data.get("description"))):
                return reply
            # Another bot's, or too old: it said no, so nothing was sent.
            del self._pictures[digest]
        photo = {"photo": ("poster.png", announcement.poster, PNG)}
        reply = await self._call("sendPhoto", data=fields, files=photo)
        self._remember(digest, reply)
        return reply

    def _remember(self, digest: str, reply: Reply | Outcome) -> None:
        sizes = field_of(reply.data.get("result") if isinstance(reply, Reply) else None, "photo")
        largest = sizes[-1] if isinstance(sizes, list) and sizes else None
        if isinstance(name := field_of(largest, "file_id"), str):
            self._pictures[digest] = name
            while len(self._pictures) > PICTURES:
                self._pictures.popitem(last=False)

    def _is_caption(self, text: str) -> bool:
        """Whether *text* fits below a picture: tags do not count, nor does how a character is escaped."""
        seen = html.unescape(re.sub(r"<[^<>]*>", "", text))
        return length(seen, self.ability.unit) <= self.ability.longest_caption

    async def _ask(self, method: str, fields: Mapping[str, Any]) -> Reply | Outcome:
        return await self._call(method, json=fields)

    async def _call(self, method: str, **what: Any) -> Reply | Outcome:
        url = f"{self._host}/bot{self._token}/{method}"
        return await call("POST", url, timeout=self.ability.timeout, reads=(429,), **what)


def channel(context: Context) -> Channel:
    """The Telegram channel. Raises `WrongUse` naming the secret that is missing or makes no sense."""
    token = context.secrets.need("telegram-token")
    if not re.fullmatch(r"[A-Za-z0-9:_-]+", token):
        raise WrongUse("SALON_TELEGRAM_TOKEN is no bot token; write it as BotFather gave it: 123456:ABC…")
    folder, own = Path(__file__).parent, context.limits.get("telegram", {})
    abilities = {"can_picture": True, "can_pin": True, "can_edit": True, "can_recall": True}
    ability = ability_of(folder, own, dialect="telegram", **abilities)
    return Telegram(context.hosts.get("telegram", HOST), token, ability)


def read_address(text: str) -> str:
    """*text* as a chat. Raises `WrongUse` with what to write."""
    address = text.strip()
    if not _ADDRESS.fullmatch(address):
        raise WrongUse(f"telegram: {address!r} is no chat; write its id (-1001234567890) or its name (@readers)")
    return address


def _text(announcement: Announcement) -> dict[str, Any]:
    # The poster is the picture; a preview of the link would be a second one.
    return {"text": announcement.text, "parse_mode": "HTML", "link_preview_options": {"is_disabled": True}}


def _title(announcement: Announcement) -> str:
    return html.escape(announcement.title[:TITLE], quote=False)


def _named(receipt: str) -> tuple[str, dict[str, Any]]:
    found = _RECEIPT.fullmatch(receipt)
    if found is None:
        return "", {}
    return found[1], {"chat_id": int(found[2]), "message_id": int(found[3])}


def _parameter(reply: Reply | Outcome, name: str) -> Any:
    """A field of `ResponseParameters`, or None."""
    parameters = reply.data.get("parameters") if isinstance(reply, Reply) else None
    return parameters.get(name) if isinstance(parameters, dict) else None


def _done(reply: Reply | Outcome) -> Outcome:
    """What an answer means: `ok`, else `description`, `error_code` and `parameters`."""
    if isinstance(reply, Outcome):
        return reply
    if reply.status == 429:
        return too_many(reply, _parameter(reply, "retry_after"))
    why = str(reply.data.get("description", ""))
    if reply.data.get("ok") is True:
        return Outcome(result=Result.DELIVERED, receipt=_receipt(reply.data.get("result")))
    if "message is not modified" in why or "message to delete not found" in why:
        # Done before.
        return Outcome(result=Result.DELIVERED)
    return refused(reply, why or "no Bot API answered there")


def _receipt(message: Any) -> str:
    chat, number = field_of(field_of(message, "chat"), "id"), field_of(message, "message_id")
    if chat is None or number is None:
        return ""
    return f"{'photo' if 'photo' in message else 'text'}:{chat}:{number}"

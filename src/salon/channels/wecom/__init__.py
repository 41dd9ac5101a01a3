"""Speaks into a WeCom (企业微信) group by the webhook of its robot; the key of the webhook is the group's address."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from salon.channels import POSTER, Announcement, Channel, Context, Outcome, Result, in_parts
from salon.channels.ability import Ability, ability_of
from salon.channels.hooks import answered, hook_address, hook_credential
from salon.channels.http import AWAY, call
from salon.errors import WrongUse
from salon.markup.inert import wide
from salon.model import Group

HOST = "https://qyapi.weixin.qq.com"
_PATH = "/cgi-bin/webhook/send?key="
_WHAT = f"write the key of the robot's webhook, or paste all of it: {HOST}{_PATH}…"
#: Codes after which nothing was said and may be tried again: busy, too many at once, too often (document 90313).
_BUSY, _AT_ONCE, _OFTEN = -1, 45033, 45009


class Wecom:
    """The WeCom channel: picture and text are two messages, and none of them can be taken back."""

    name = "wecom"
    is_repeatable = False
    sends_pictures = True

    def __init__(self, ability: Ability, host: str = HOST) -> None:
        self.ability, self._host = ability, host

    def parts(self, announcement: Announcement) -> tuple[str, ...]:
        """The picture, then the text."""
        return in_parts(announcement)

    def credential(self, group: Group) -> str:
        """Each robot has its own pace."""
        return hook_credential(self.name, group.address)

    async def say(self, group: Group, announcement: Announcement) -> Outcome:
        """Send one message. Code 45009 (too often) waits for as long as the platform counts."""
        try:
            key = read_address(group.address)
        except WrongUse as wrong:
            return Outcome(result=Result.REFUSED, detail=str(wrong))
        body = self._picture(announcement) if announcement.part == POSTER else self._text(announcement)
        reply = await call("POST", f"{self._host}{_PATH}{key}", timeout=self.ability.timeout, json=body)
        if isinstance(reply, Outcome):
            return reply
        window = max((limit.seconds for limit in self.ability.pace), default=60.0)
        return answered(reply, "errcode", "errmsg", {_BUSY: AWAY, _AT_ONCE: AWAY, _OFTEN: window})

    def _text(self, announcement: Announcement) -> Mapping[str, Any]:
        text = announcement.text.strip("\n")
        if self.ability.dialect == "plain":
            # There too `<@userid>` calls somebody.
            return {"msgtype": "text", "text": {"content": text.replace("<@", wide("<") + "@")}}
        return {"msgtype": "markdown", "markdown": {"content": text}}

    def _picture(self, announcement: Announcement) -> Mapping[str, Any]:
        poster = announcement.poster or b""
        sum_ = hashlib.md5(poster, usedforsecurity=False).hexdigest()
        return {"msgtype": "image", "image": {"base64": base64.b64encode(poster).decode(), "md5": sum_}}


def read_address(text: str) -> str:
    """The robot's key out of *text*: the key, or its whole webhook. Raises `WrongUse` saying what to write."""
    return hook_address(text, urls={f"{HOST}{_PATH}": ""}, what=_WHAT, has_secret=False)


def channel(context: Context) -> Channel:
    """The WeCom channel; it needs no secret of its own."""
    own = context.limits.get("wecom", {})
    ability = ability_of(Path(__file__).parent, own, can_picture=True, is_address_secret=True)
    return Wecom(ability, context.hosts.get("wecom", HOST))

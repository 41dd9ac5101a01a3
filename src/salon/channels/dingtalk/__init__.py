"""Speaks into a DingTalk (钉钉) group by the webhook of its custom robot, signed where the robot asks for it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

from salon.channels import WHOLE, Announcement, Channel, Context, Outcome, Result
from salon.channels.ability import Ability, ability_of
from salon.channels.hooks import answered, hook_address, hook_credential
from salon.channels.http import AWAY, call
from salon.errors import WrongUse
from salon.model import Group

HOST = "https://oapi.dingtalk.com"
_PATH = "/robot/send?access_token="
_WHAT = f"write the robot's access_token, or paste its webhook ({HOST}{_PATH}…); then a space and its SEC… if it signs"
#: Codes after which nothing was said and may be tried again: busy; twice "too fast".
_BUSY, _FAST = -1, (130101, 410100)
#: A robot that was too fast is blocked for so many seconds.
_BLOCKED = 600.0
#: Longest title, in characters; it shows in the list of chats only.
_TITLE = 60


class Dingtalk:
    """The DingTalk channel: Markdown without the picture, for a webhook takes no upload."""

    name = "dingtalk"
    is_repeatable = False
    sends_pictures = False

    def __init__(self, ability: Ability, host: str = HOST, now: Callable[[], float] = time.time) -> None:
        self.ability, self._host, self._now = ability, host, now

    def parts(self, announcement: Announcement) -> tuple[str, ...]:
        """All at once."""
        return (WHOLE,)

    def credential(self, group: Group) -> str:
        """Each robot has its own pace."""
        return hook_credential(self.name, group.address)

    async def say(self, group: Group, announcement: Announcement) -> Outcome:
        """Send one message. "Too fast" waits out the ten minutes for which the robot is blocked."""
        try:
            token, _, secret = read_address(group.address).partition(":")
        except WrongUse as wrong:
            return Outcome(result=Result.REFUSED, detail=str(wrong))
        url = f"{self._host}{_PATH}{token}{signature(secret, int(self._now() * 1000)) if secret else ''}"
        reply = await call("POST", url, timeout=self.ability.timeout, json=_body(announcement))
        if isinstance(reply, Outcome):
            return reply
        return answered(reply, "errcode", "errmsg", {_BUSY: AWAY, **dict.fromkeys(_FAST, _BLOCKED)})


def signature(secret: str, at: int) -> str:
    """What signs a call at *at* (milliseconds since 1970), as the end of its address.

    HMAC-SHA256 with the secret as key over time, line break and secret; Base64, then percent-encoded
    (open.dingtalk.com "自定义机器人安全设置", read in November 2026). Feishu's is the other way round.
    """
    digest = hmac.new(secret.encode(), f"{at}\n{secret}".encode(), hashlib.sha256).digest()
    return f"&timestamp={at}&sign={quote_plus(base64.b64encode(digest))}"


def read_address(text: str) -> str:
    """ "TOKEN" or "TOKEN:SECRET" out of *text*: that, or the whole webhook, a space and the secret.

    Raises `WrongUse` saying what to write.
    """
    return hook_address(text, urls={f"{HOST}{_PATH}": ""}, what=_WHAT, has_secret=True)


def channel(context: Context) -> Channel:
    """The DingTalk channel; it needs no secret of its own."""
    own = context.limits.get("dingtalk", {})
    ability = ability_of(Path(__file__).parent, own, dialect="dingtalk", is_address_secret=True)
    return Dingtalk(ability, context.hosts.get("dingtalk", HOST))


def _body(announcement: Announcement) -> Mapping[str, Any]:
    text = announcement.text.strip("\n")
    title = (announcement.title or text.split("\n")[0]).strip(" #*")[:_TITLE]
    # Nobody is called by name, whatever the text says.
    at = {"isAtAll": False, "atMobiles": [], "atUserIds": []}
    return {"msgtype": "markdown", "markdown": {"title": title or "…", "text": text}, "at": at}

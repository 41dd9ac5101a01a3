"""Speaks into a Feishu (飞书) or Lark group by the webhook of its custom robot, signed where the robot asks for it.

A picture has to be uploaded by an app of the same organisation (SALON_FEISHU_APP_ID, SALON_FEISHU_APP_SECRET);
without one only the text is sent.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from salon.channels import POSTER, Announcement, Channel, Context, Outcome, Result, in_parts
from salon.channels.ability import Ability, ability_of
from salon.channels.feishu.upload import Uploads
from salon.channels.hooks import answered, hook_address, hook_credential
from salon.channels.http import AWAY, call
from salon.errors import WrongUse
from salon.model import Group

#: What stands before the key in an address → the host that it means.
HOSTS = {"": "https://open.feishu.cn", "lark/": "https://open.larksuite.com"}
_PATH = "/open-apis/bot/v2/hook/"
_WHAT = f"write the key of the robot's webhook, or paste all of it ({HOSTS['']}{_PATH}…); then a space and its secret"
#: Codes after which nothing was said and may be tried again: too often, by robot and by app.
_OFTEN = (11232, 99991400)


class Feishu:
    """The Feishu channel: a card for the text, and the picture before it where an app may upload it."""

    name = "feishu"
    is_repeatable = False

    def __init__(
        self, ability: Ability, uploads: Uploads | None, host: str = "", now: Callable[[], float] = time.time
    ) -> None:
        self.ability, self._uploads, self._host, self._now = ability, uploads, host, now

    @property
    def sends_pictures(self) -> bool:
        """Whether there is an app that may upload them."""
        return self._uploads is not None

    def parts(self, announcement: Announcement) -> tuple[str, ...]:
        """The picture, then the text."""
        return in_parts(announcement)

    def credential(self, group: Group) -> str:
        """Each robot has its own pace."""
        return hook_credential(self.name, group.address)

    async def say(self, group: Group, announcement: Announcement) -> Outcome:
        """Send one message; a picture is uploaded once, for all groups that see the same."""
        try:
            hook, _, secret = read_address(group.address).partition(":")
        except WrongUse as wrong:
            return Outcome(result=Result.REFUSED, detail=str(wrong))
        region, _, key = hook.rpartition("/")
        host = self._host or HOSTS[f"{region}/" if region else ""]
        message = await self._message(announcement, host)
        if isinstance(message, Outcome):
            return message
        signed = signature(secret, int(self._now())) if secret else {}
        url = f"{host}{_PATH}{key}"
        reply = await call("POST", url, timeout=self.ability.timeout, json={**signed, **message})
        if isinstance(reply, Outcome):
            return reply
        # A robot of before 2021 answers with StatusCode.
        return answered(reply, "code" if "code" in reply.data else "StatusCode", "msg", dict.fromkeys(_OFTEN, AWAY))

    async def _message(self, announcement: Announcement, host: str) -> Mapping[str, Any] | Outcome:
        if announcement.part != POSTER:
            text = {"tag": "lark_md", "content": announcement.text.strip("\n")}
            card = {"config": {"wide_screen_mode": True}, "elements": [{"tag": "div", "text": text}]}
            return {"msg_type": "interactive", "card": card}
        if self._uploads is None or announcement.poster is None:
            return Outcome(
                result=Result.REFUSED, detail="no app that may upload a picture; see docs/channels/feishu.md"
            )
        image = await self._uploads.key_of(announcement.poster, host, self.ability.timeout, self._now())
        return image if isinstance(image, Outcome) else {"msg_type": "image", "content": {"image_key": image}}


def signature(secret: str, at: int) -> Mapping[str, str]:
    """What signs a call at *at* (seconds since 1970), as fields of its body.

    HMAC-SHA256 with time, line break and secret as key over nothing; Base64 (open.feishu.cn "自定义机器人使用指南",
    read in November 2026). DingTalk's is the other way round.
    """
    digest = hmac.new(f"{at}\n{secret}".encode(), b"", hashlib.sha256).digest()
    return {"timestamp": str(at), "sign": base64.b64encode(digest).decode()}


def read_address(text: str) -> str:
    """ "KEY" or "KEY:SECRET" (Lark's: "lark/KEY") out of *text*: that, or the whole webhook, a space and the secret.

    Raises `WrongUse` saying what to write.
    """
    urls = {f"{host}{_PATH}": prefix for prefix, host in HOSTS.items()}
    return hook_address(text, urls=urls, what=_WHAT, has_secret=True)


def channel(context: Context) -> Channel:
    """The Feishu channel; with an app's id and secret it sends pictures too."""
    app, secret = context.secrets.get("feishu-app-id"), context.secrets.get("feishu-app-secret")
    uploads = Uploads(app, secret) if app and secret else None
    ability = ability_of(
        Path(__file__).parent,
        context.limits.get("feishu", {}),
        dialect="feishu",
        can_picture=uploads is not None,
        is_address_secret=True,
    )
    return Feishu(ability, uploads, context.hosts.get("feishu", ""))

"""Uploads pictures to Feishu by an app, which a robot cannot do itself; each picture once."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from salon.channels import Outcome, Result
from salon.channels.hooks import answered
from salon.channels.http import AWAY, Reply, call, seconds_of

_TOKEN, _IMAGES = "/open-apis/auth/v3/tenant_access_token/internal", "/open-apis/im/v1/images"
#: Codes of a passing reason: too often; the token has just ended (two of them).
_OFTEN, _ENDED = 99991400, (99991661, 99991663)
#: Seconds before its end at which a token is asked for anew.
_EARLY = 300.0
#: Keys of so many pictures are remembered.
_MOST = 5000


class Uploads:
    """An app that may upload; nothing of it can be printed. An upload tells nobody anything: it may be repeated."""

    def __init__(self, app: str, secret: str) -> None:
        self._app, self._secret = app, secret
        self._token, self._ends_at = "", 0.0
        self._keys: dict[str, str] = {}
        self._turn = asyncio.Lock()

    def __repr__(self) -> str:
        return "Uploads()"

    async def key_of(self, picture: bytes, host: str, timeout: float, now: float) -> str | Outcome:
        """The key by which a message may show *picture*, uploading it when nobody has yet; or why not."""
        name = f"{host} {hashlib.sha256(picture).hexdigest()}"
        async with self._turn:
            if name in self._keys:
                return self._keys[name]
            token = await self._fresh_token(host, timeout, now)
            if isinstance(token, Outcome):
                return token
            key = await self._uploaded(picture, host, timeout, token)
            if not isinstance(key, Outcome):
                if len(self._keys) >= _MOST:
                    self._keys.pop(next(iter(self._keys)))
                self._keys[name] = key
            return key

    async def _fresh_token(self, host: str, timeout: float, now: float) -> str | Outcome:
        if self._token and now < self._ends_at - _EARLY:
            return self._token
        asked = {"app_id": self._app, "app_secret": self._secret}
        answer = _read(await call("POST", host + _TOKEN, timeout=timeout, is_repeatable=True, json=asked))
        if isinstance(answer, Outcome):
            return answer
        self._token = str(answer.get("tenant_access_token", ""))
        self._ends_at = now + seconds_of(answer.get("expire"))
        return self._token

    async def _uploaded(self, picture: bytes, host: str, timeout: float, token: str) -> str | Outcome:
        reply = await call(
            "POST",
            host + _IMAGES,
            timeout=timeout,
            is_repeatable=True,
            headers={"Authorization": f"Bearer {token}"},
            data={"image_type": "message"},
            files={"image": ("poster.png", picture, "image/png")},
        )
        answer = _read(reply)
        if isinstance(answer, Outcome):
            if answer.result is Result.RETRY:
                # It may be the token that has ended.
                self._token = ""
            return answer
        data = answer.get("data")
        key = data.get("image_key") if isinstance(data, dict) else None
        return str(key) if key else Outcome(result=Result.REFUSED, detail="the upload gave no key")


def _read(reply: Reply | Outcome) -> Mapping[str, Any] | Outcome:
    """What the platform gave, or why there is nothing to go on with."""
    if isinstance(reply, Outcome):
        return reply
    if "code" in reply.data:
        # Its own words tell more than the status: a token that has ended comes with 400.
        reply = replace(reply, status=200)
    said = answered(reply, "code", "msg", {_OFTEN: AWAY, **dict.fromkeys(_ENDED, AWAY)})
    if said.result is Result.UNKNOWN:
        # Nothing was said to anybody.
        return replace(said, result=Result.RETRY, wait=AWAY)
    return reply.data if said.result is Result.DELIVERED else said

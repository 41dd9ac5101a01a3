"""Slack's Web API: messages, the three steps of an upload, pins; as documented on 2026-11-22."""

from __future__ import annotations

import re
from typing import Any

from tests.channels.doubles.answering import Answer, Call, Double, wrong_fields

TOKEN = "xoxb-1-test"
PLACE, OUTSIDE, ARCHIVED = "C0123456789", "C0OUTSIDE00", "C0ARCHIVED0"


def _is_place(value: Any) -> bool:
    return bool(re.fullmatch(r"[CGD][A-Z0-9]{8,}", str(value)))


def _are_files(value: Any) -> bool:
    return bool(value) and all(
        not wrong_fields(one, {"id": str}, {"title": str, "highlight_type": str}) for one in value
    )


#: Method → (needed, may have, whether it takes JSON).
FIELDS: dict[str, tuple[dict[str, Any], dict[str, Any], bool]] = {
    "chat.postMessage": (
        {"channel": _is_place, "text": str},
        {"unfurl_links": bool, "unfurl_media": bool, "mrkdwn": bool, "blocks": list, "metadata": dict, "parse": str},
        True,
    ),
    "chat.update": ({"channel": _is_place, "ts": str, "text": str}, {"blocks": list, "parse": str}, True),
    "chat.delete": ({"channel": _is_place, "ts": str}, {}, True),
    "pins.add": ({"channel": _is_place, "timestamp": str}, {}, True),
    "files.getUploadURLExternal": ({"filename": str, "length": str.isdigit}, {"alt_txt": str}, False),
    "files.completeUploadExternal": (
        {"files": _are_files},
        {"channel_id": _is_place, "initial_comment": str, "thread_ts": str},
        True,
    ),
    "files.delete": ({"file": str}, {}, True),
    "conversations.info": ({"channel": _is_place}, {}, False),
}


class SlackDouble(Double):
    """One app in one channel."""

    def __init__(self) -> None:
        super().__init__()
        #: ts → text.
        self.messages: dict[str, str] = {}
        #: Id → (length that was announced, content, channel it was shared in).
        self.files: dict[str, tuple[int, bytes, str]] = {}
        self.pinned: list[str] = []
        self._uploads = 0
        self.upload_host = ""
        #: Channel → why it takes nothing; empty: it does.
        self.places = {PLACE: "", OUTSIDE: "not_in_channel", ARCHIVED: "is_archived"}

    def answer(self, call: Call) -> Answer:
        if call.path.startswith("/upload/v1/"):
            return self._uploaded(call)
        method = call.path.removeprefix("/api/")
        if method not in FIELDS:
            return _no("unknown_method")
        if call.headers.get("authorization") != f"Bearer {TOKEN}":
            return _no("invalid_auth")
        needed, may, takes_json = FIELDS[method]
        if call.headers["content-type"].startswith("application/json") and not takes_json:
            return _no("invalid_arguments")
        if wrong_fields(call.fields, needed, may):
            return _no("invalid_arguments")
        place = call.fields.get("channel") or call.fields.get("channel_id") or PLACE
        if error := self.places.get(place, "channel_not_found"):
            return _no(error) if method != "conversations.info" else _yes(channel={"id": place, "is_member": False})
        act = getattr(self, "_" + method.replace(".", "_"))
        answer: Answer = act(call.fields)
        return answer

    def _chat_postMessage(self, fields: dict[str, Any]) -> Answer:
        if len(fields["text"]) > 40_000:
            return _no("msg_too_long")
        if not fields["text"]:
            return _no("no_text")
        ts = f"1700000000.{len(self.heard):06}"
        self.messages[ts] = fields["text"]
        self.heard.append({"channel": fields["channel"], "text": fields["text"]})
        return _yes(channel=fields["channel"], ts=ts, message={"text": fields["text"]})

    def _chat_update(self, fields: dict[str, Any]) -> Answer:
        if fields["ts"] not in self.messages:
            return _no("message_not_found")
        self.messages[fields["ts"]] = fields["text"]
        return _yes(channel=PLACE, ts=fields["ts"], text=fields["text"])

    def _chat_delete(self, fields: dict[str, Any]) -> Answer:
        return _no("message_not_found") if self.messages.pop(fields["ts"], None) is None else _yes(ts=fields["ts"])

    def _pins_add(self, fields: dict[str, Any]) -> Answer:
        if fields["timestamp"] in self.pinned:
            return _no("already_pinned")
        self.pinned.append(fields["timestamp"])
        return _yes()

    def _files_getUploadURLExternal(self, fields: dict[str, Any]) -> Answer:
        self._uploads += 1
        id = f"F{self._uploads:08}"
        self.files[id] = (int(fields["length"]), b"", "")
        return _yes(upload_url=f"{self.upload_host or self.url}/upload/v1/{id}", file_id=id)

    def _uploaded(self, call: Call) -> Answer:
        id = call.path.rpartition("/")[2]
        length, _, place = self.files[id]
        if length != len(call.body) or "authorization" in call.headers:
            return Answer(status=400, data="length mismatch")
        self.files[id] = (length, call.body, place)
        return Answer(data="OK")

    def _files_completeUploadExternal(self, fields: dict[str, Any]) -> Answer:
        for one in fields["files"]:
            if one["id"] not in self.files:
                return _no("file_not_found")
            length, content, _ = self.files[one["id"]]
            self.files[one["id"]] = (length, content, fields.get("channel_id", ""))
            self.heard.append({"channel": fields.get("channel_id", ""), "file": one["id"]})
        return _yes(files=fields["files"])

    def _files_delete(self, fields: dict[str, Any]) -> Answer:
        return _no("file_not_found") if self.files.pop(fields["file"], None) is None else _yes()

    def _conversations_info(self, fields: dict[str, Any]) -> Answer:
        return _yes(channel={"id": fields["channel"], "is_member": True})


def _yes(**what: Any) -> Answer:
    return Answer(data={"ok": True, **what})


def _no(error: str) -> Answer:
    return Answer(data={"ok": False, "error": error})


def too_many(seconds: int) -> Answer:
    """Rate limited."""
    return Answer(status=429, data={"ok": False, "error": "ratelimited"}, headers={"Retry-After": str(seconds)})

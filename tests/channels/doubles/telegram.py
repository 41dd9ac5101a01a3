"""Telegram's Bot API: sendMessage, sendPhoto, edits, deletion, pins, getChat; as documented on 2026-11-22."""

from __future__ import annotations

import html
import re
from typing import Any

from tests.channels.doubles.answering import Answer, Call, Double, wrong_fields

TOKEN = "123456:test-token"
CHAT, MOVED, SUPERGROUP, KICKED = -1001, -2002, -1002002, -3003


def _is_chat(value: Any) -> bool:
    return bool(re.fullmatch(r"-?\d+|@\w+", str(value)))


def _is_html(value: Any) -> bool:
    return value == "HTML"


#: Method → (needed, may have); of what we could ever send, without those that a bot of ours has no use for.
FIELDS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "sendMessage": (
        {"chat_id": _is_chat, "text": str},
        {"parse_mode": _is_html, "link_preview_options": dict, "disable_notification": bool, "protect_content": bool},
    ),
    "sendPhoto": ({"chat_id": _is_chat}, {"photo": str, "caption": str, "parse_mode": _is_html}),
    "editMessageText": (
        {"chat_id": _is_chat, "message_id": int, "text": str},
        {"parse_mode": _is_html, "link_preview_options": dict},
    ),
    "editMessageCaption": (
        {"chat_id": _is_chat, "message_id": int},
        {"caption": str, "parse_mode": _is_html},
    ),
    "deleteMessage": ({"chat_id": _is_chat, "message_id": int}, {}),
    "pinChatMessage": ({"chat_id": _is_chat, "message_id": int}, {"disable_notification": bool}),
    "getChat": ({"chat_id": _is_chat}, {}),
}
TAGS = re.compile(r"</?(b|strong|i|em|u|s|code|pre|blockquote|a)( href=\"[^\"<>]*\")?>")


class TelegramDouble(Double):
    """One bot in four chats."""

    def __init__(self) -> None:
        super().__init__()
        #: Message → what stands there: text or caption, and the picture's name.
        self.messages: dict[int, dict[str, Any]] = {}
        self.pinned: list[int] = []
        self.chats = {CHAT, SUPERGROUP}
        self._ids = 0

    def answer(self, call: Call) -> Answer:
        bot, _, method = call.path.removeprefix("/bot").partition("/")
        if bot != TOKEN:
            return _no(401, "Unauthorized")
        if method not in FIELDS:
            return _no(404, "Not Found")
        wrong = wrong_fields(call.fields, *FIELDS[method])
        if wrong:
            return _no(400, f"Bad Request: wrong field {wrong}")
        chat = int(call.fields["chat_id"]) if not str(call.fields["chat_id"]).startswith("@") else CHAT
        if chat == KICKED:
            return _no(403, "Forbidden: bot was kicked from the supergroup chat")
        if chat == MOVED:
            more = {"parameters": {"migrate_to_chat_id": SUPERGROUP}}
            return _no(400, "Bad Request: group chat was upgraded to a supergroup chat", more)
        if chat not in self.chats:
            return _no(400, "Bad Request: chat not found")
        act = getattr(self, f"_{method}")
        answer: Answer = act(chat, call)
        return answer

    def _sendMessage(self, chat: int, call: Call) -> Answer:
        return _bad_text(call.fields["text"], 4096, "message is too long") or self._add(chat, text=call.fields["text"])

    def _sendPhoto(self, chat: int, call: Call) -> Answer:
        if bad := _bad_text(call.fields.get("caption", ""), 1024, "message caption is too long", is_empty_well=True):
            return bad
        if "photo" in call.files:
            name, kind, content = call.files["photo"]
            assert (name, kind) == ("poster.png", "image/png")
            if len(content) > 10_000_000:
                return _no(400, "Bad Request: file is too big")
            file = f"AgAC{len(content)}"
        else:
            file = call.fields.get("photo", "")
            if not file.startswith("AgAC"):
                return _no(400, "Bad Request: wrong file identifier/HTTP URL specified")
        sizes = [{"file_id": "small", "width": 9, "height": 9}, {"file_id": file, "width": 90, "height": 90}]
        return self._add(chat, caption=call.fields.get("caption", ""), photo=sizes)

    def _editMessageText(self, chat: int, call: Call) -> Answer:
        return self._changed(call, "text", 4096)

    def _editMessageCaption(self, chat: int, call: Call) -> Answer:
        return self._changed(call, "caption", 1024)

    def _deleteMessage(self, chat: int, call: Call) -> Answer:
        if self.messages.pop(call.fields["message_id"], None) is None:
            return _no(400, "Bad Request: message to delete not found")
        return Answer(data={"ok": True, "result": True})

    def _pinChatMessage(self, chat: int, call: Call) -> Answer:
        self.pinned.append(call.fields["message_id"])
        return Answer(data={"ok": True, "result": True})

    def _getChat(self, chat: int, call: Call) -> Answer:
        return Answer(data={"ok": True, "result": {"id": chat, "type": "supergroup"}})

    def _changed(self, call: Call, name: str, longest: int) -> Answer:
        found = self.messages.get(call.fields["message_id"])
        if found is None or name not in found:
            return _no(400, "Bad Request: message to edit not found")
        if bad := _bad_text(call.fields[name], longest, "MESSAGE_TOO_LONG"):
            return bad
        if found[name] == call.fields[name]:
            return _no(400, "Bad Request: message is not modified: specified new message content is the same")
        found[name] = call.fields[name]
        return Answer(data={"ok": True, "result": found})

    def _add(self, chat: int, **what: Any) -> Answer:
        self._ids += 1
        message = {"message_id": self._ids, "date": 0, "chat": {"id": chat, "type": "supergroup"}, **what}
        self.messages[self._ids] = message
        self.heard.append({"chat": chat, **what})
        return Answer(data={"ok": True, "result": message})


def _bad_text(text: str, longest: int, why: str, *, is_empty_well: bool = False) -> Answer | None:
    plain = TAGS.sub("", text)
    if "<" in plain or re.search(r"&(?!lt;|gt;|amp;|quot;|#\d+;)", plain):
        return _no(400, "Bad Request: can't parse entities: Unsupported start tag")
    seen = html.unescape(plain)
    if len(seen.encode("utf-16-le")) // 2 > longest:
        return _no(400, f"Bad Request: {why}")
    return None if seen.strip() or is_empty_well else _no(400, "Bad Request: message text is empty")


def _no(code: int, why: str, more: dict[str, Any] | None = None) -> Answer:
    return Answer(status=code, data={"ok": False, "error_code": code, "description": why, **(more or {})})


def too_many(seconds: int) -> Answer:
    """Flood control."""
    return _no(429, f"Too Many Requests: retry after {seconds}", {"parameters": {"retry_after": seconds}})

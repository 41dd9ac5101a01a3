"""What Chinese messengers write besides what people say: media without words, joins and leaves, recalls, quotes."""

from __future__ import annotations

import re
from collections.abc import Container

#: Alone in a message these are media; with words beside them the message is its words.
_MEDIA = (
    "图片|照片|表情|动画表情|自定义表情|表情包|语音|视频|闪照|语音通话|视频通话|拍一拍|戳一戳|未知消息"
    "|Photo|Image|Sticker|Animated Sticker|Voice|Audio|Video|Emoji"
)
#: What stands behind these was filled in by the program, or by another.
_CARDS = (
    "文件|位置|地理位置|实时共享位置|红包|微信红包|QQ红包|转账|微信转账|名片|个人名片|聊天记录|合并转发|小程序|视频号|卡片消息|收款|礼物"
    "|File|Location|Red Packet|Transfer|Contact Card|Chat History|Mini Program"
)
_ONLY_MEDIA = re.compile(
    rf"(?:\s*(?:\[(?:{_MEDIA})[^\]\n]{{0,20}}\]|【(?:{_MEDIA})】|<(?:image|img|voice|video|emoji)[^<>\n]{{0,200}}/?>)"
    r"\s*(?:\d{1,3}\s*(?:\"|″|''|秒|s)|\(\d{1,3}(?:\"|″|秒)\))?\s*)+",
    re.I,
)
_CARD = re.compile(rf"\s*\[(?:{_CARDS})[^\]\n]{{0,20}}\](?!\S*\n)[^\n]*", re.I)
_WHO = r"[\"“「]?(?P<who>[^\"”」\n]{1,40}?)[\"”」]?"
_RECALL = re.compile(
    rf"{_WHO}\s*(?:撤回了|已撤回|recalled)\s*(?:一条)?(?:成员|群成员|a)?(?:的)?(?:消息|message)?[。.]?"
)
_NOTICE = re.compile(
    rf"{_WHO}\s*(?:(?:(?:邀请|通过|扫描|与).{{0,100}})?(?:已)?加入了?(?:群聊|本群)|(?:已)?(?:退出|离开)了?(?:群聊|本群|了该群)"
    r"|(?:被|将).{1,60}移出了?(?:群聊|本群)|修改(?:了)?群名(?:称)?(?:为)?.{0,80}|(?:已)?成为(?:新)?群主|拍了拍.{1,60}"
    r"|发起了.{0,20}(?:通话|接龙|投票)|(?:开启|关闭)了.{0,20}|领取了.{0,60}红包|将群主转让给.{1,60})[。.!！]?",
    re.S,
)
#: None of them can be without one of these: most lines need no closer look.
_HINT = re.compile("加入|退出|离开|移出|群名|群主|拍了拍|发起|开启了|关闭了|领取|撤回|recalled|红包|转账|消息|群公告")
_PROGRAM = re.compile(
    r"(?:收到|发出)红包，请在手机上查看|(?:收到|发起)转账，请在手机上查看|以下为新消息|以上是打招呼的内容|你已添加了.{1,60}现在可以开始聊天了。?"
    r"|消息已发出，但被对方拒收了。?|\[?(?:收到|不支持)(?:一条)?.{0,20}(?:类型|消息).{0,20}请在手机.{0,10}查看\]?|群公告|查看更多消息",
    re.S,
)
_YOU = {"你", "您", "我", "You", "you"}
_CUT = re.compile(r"[-—\uff0d\s]{5,}")
_QUOTE_FIRST = re.compile(
    r"「(?P<who>[^\n：:」]{1,40})\s?[：:]\s?(?P<what>.{0,2000}?)」\s*\n\s*(?:[-—\uff0d]\s?){5,}\n?(?P<said>.*)", re.S
)
_QUOTE_LAST = re.compile(
    r"(?P<said>.*\S)\s*\n\s*(?:引用|回复)?\s*[：:]?\s*[「『](?P<who>[^\n：:」』]{1,40})\s?[：:]\s?(?P<what>.{0,2000}?)[」』]\s*",
    re.S,
)
#: As exporters write it: `[引用 小安：大家好] 好`, `[回复 小安: 大家好]`; a face may stand in what is quoted.
_QUOTE_IN_BRACKETS = re.compile(
    r"\[(?:引用|回复) ?(?P<who>[^\n：:\[\]]{1,40}?)(?: ?的消息)? ?[：:] ?"
    r"(?P<what>(?:[^\[\]]|\[[^\[\]\n]{0,20}\]){0,2000})\]\s*(?P<said>.*)",
    re.S,
)
#: Longest line that a program writes of itself.
_LONGEST = 300


def is_media(text: str) -> bool:
    """Whether *text* stands for pictures, voices, files, red packets, and says nothing itself."""
    if "[" not in text and "<" not in text and "【" not in text:
        return False
    return len(text) < 4 * _LONGEST and bool(_ONLY_MEDIA.fullmatch(text) or _CARD.fullmatch(text))


def is_notice(text: str, names: Container[str]) -> bool:
    """Whether *text* is the program's own: a join, a leave, a recall, a nudge.

    Whoever it is about must be one of *names*, or "you", or stand in quotation marks: else a member may have said it.
    """
    if len(text) > _LONGEST or not _HINT.search(text):
        return False
    text = text.strip()
    found = _RECALL.fullmatch(text) or _NOTICE.fullmatch(text)
    if found:
        return found["who"].strip() in _YOU or text[0] in '"“「' or found["who"].strip() in names
    return bool(_PROGRAM.fullmatch(text))


def is_recall(text: str, name: str) -> bool:
    """Whether *text*, a message of *name*'s, only says that one was recalled."""
    text = text.strip()
    if len(text) > _LONGEST or not ("撤回" in text or "recalled" in text):
        return False
    found = _RECALL.fullmatch(text)
    is_own = found is not None and (found["who"].strip() in {*_YOU, name} or text[0] in '"“「')
    return is_own or text.strip("[]") in ("撤回了一条消息", "此消息已撤回", "消息已撤回", "该消息已撤回", "已撤回")


def quote_in(text: str) -> tuple[str, str, str]:
    """Who is quoted, what of them, and what the message says itself; without a quote: empty, empty, *text*."""
    found = _QUOTE_FIRST.fullmatch(text) if text.startswith("「") else None
    if found is None and text.rstrip()[-1:] in ("」", "』") and "\n" in text:
        found = _QUOTE_LAST.fullmatch(text)
    if found is None and text.startswith(("[引用", "[回复")):
        found = _QUOTE_IN_BRACKETS.fullmatch(text)
    return (found["who"].strip(), found["what"].strip(), found["said"].strip()) if found else ("", "", text)

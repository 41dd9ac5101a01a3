"""Sharing as a condition (诱导分享): words that no announcement has, on any platform.

Source: weixin.qq.com "微信外部链接内容管理规范", 诱导分享, read in November 2026.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

_WHO = r"(?:好友|朋友|\d+ ?个?[人群]|[一两三四五六十]个?[人群])"
#: Somebody who tells how a thing is done shares in the other sense of the word.
_TEACHES = r"如何|怎么|怎样|方法|经验|心得"
_TO = rf"(?:(?!{_TEACHES})[^。！？!?]){{0,8}}?(?:到|至|给).{{0,4}}?(?:朋友圈|微信群|社群|群里|[本各]群|{_WHO})"
_THING = r"(?:本|此|这|该)?.{0,2}?(?:朋友圈|海报|链接|文章|本文|此文|此图|本页|图片|消息)"
#: 领 is also the beginning of 领域 and 领导.
_GET = r"领(?![导域袖先略会悟土])"
_GAIN = (
    rf"(?:{_GET}|得|送|抽奖?|解锁|免费|返现|红包|福利|奖|有礼|入场|入群|进群|查看|看全文|看回放|即可|才能|才可|可获|换)"
)
#: The rest of the sentence.
_ON = r"[^。！？!?]"
_CONDITION, _INVITING, _LIKE = "sharing as a condition", "a price for inviting", "a price for a like"
#: Words of one's own are shared to be talked about.
_OWN = r"(?! (?:your|what|how|why|his|her|their|my|our|some)\b(?! (?:link|post|poster|code|invite|invitation)))"
_SHARE_EN = rf"(?<!will )(?<!'ll )(?<!can )(?<!to )\b(?:share|sharing|forward|forwarding|post|repost|retweet)\b{_OWN}"
_GAIN_EN = r"\b(?:get|win|unlock|claim|receive|enter|earn|redeem)\b"
#: Pattern → what it is.
_WORDS = tuple(
    (re.compile(pattern, re.IGNORECASE), what)
    for pattern, what in (
        (rf"(?:转发|分享|转){_TO}(?:(?!{_TEACHES}){_ON}){{0,16}}?{_GAIN}", _CONDITION),
        (rf"(?:转发|分享){_THING}[，,后就即可再并]{{0,3}}{_GAIN}", _CONDITION),
        (rf"(?:转发|分享)(?:之?后|一下|就|即|才)[^。！？!?的]{{0,10}}?{_GAIN}", _CONDITION),
        (rf"扩散.{{0,4}}?{_GAIN}|朋友圈(?:转发|分享){_ON}{{0,12}}?{_GAIN}", _CONDITION),
        (rf"(?:转发|分享)(?:{_GET}|抽奖|赢取|赢奖|换取|换购|得(?:红包|奖|礼|席位|资料|券))", _CONDITION),
        (r"(?:转发|分享)有[礼奖]|转发抽奖|集[满齐够]?\d* ?个?赞|求转发|求扩散|必须转发|不转不是|必转", _CONDITION),
        (rf"(?:邀请|推荐|拉|带)(?![了过到]){_ON}{{0,4}}?{_WHO}{_ON}{{0,12}}?{_GAIN}", _INVITING),
        (r"助力[^。！？!?]{0,6}?(?:领|得|解锁|免费)|砍一刀|帮我砍", _INVITING),
        (rf"点赞{_ON}{{0,8}}?{_GAIN}", _LIKE),
        (rf"(?:朋友圈|转发|分享).{{0,6}}截图{_ON}{{0,12}}?{_GAIN}", "a screenshot as a proof of sharing"),
        (rf"\bwho (?:share|forward|repost)\b[^.!?]{{0,20}}?{_GAIN_EN}", _CONDITION),
        (
            rf"{_SHARE_EN}[^.!?]{{0,30}}?\b(?:friends?|groups?|people|moments|timeline)\b ?[,:;]"
            rf"[^.!?]{{0,12}}?{_GAIN_EN}",
            _CONDITION,
        ),
        (rf"{_SHARE_EN}(?:(?!\b(?:how|ways?)\b)[^.!?]){{0,60}}?\b(?:to|and)\b[^.!?]{{0,12}}?{_GAIN_EN}", _CONDITION),
        (
            r"\b(?:invite|refer|tag|bring)\b[^.!?]{0,30}?\b(?:friends?|people|persons?|others)\b[^.!?]{0,20}?"
            rf"(?:{_GAIN_EN}|\bfree\b)",
            _INVITING,
        ),
        (r"\blike (?:and|&) (?:share|repost)\b|\bcollect(?:ing)? (?:\d+ )?likes\b", _LIKE),
    )
)
_NOT = re.compile(
    r"(?:不用|无需|不必|不需要|无须|不要求|不要|no need to|without|not have to|don't have to|need not|never)"
    r"[^，,。.！!？?]{0,6}$",
    re.IGNORECASE,
)
_NOW = "say what the evening gives to everybody and leave sharing free: 欢迎告诉朋友; tell a friend if you like"


#: The traditional forms of what the patterns are made of.
_SIMPLE = str.maketrans(
    "轉發後領請個贊讚獎紅圖鏈觀鎖進點獲滿齊禮費幫與給羣擴當換閱還讓誰們張場滾裡裏複製複",
    "转发后领请个赞赞奖红图链观锁进点获满齐礼费帮与给群扩当换阅还让谁们张场滚里里复制复",
)
_SPACED_OUT = re.compile(r"(?<![\u4e00-\u9fff])(?:[\u4e00-\u9fff]\s){3,}[\u4e00-\u9fff](?![\u4e00-\u9fff])")


def _plainly(line: str) -> str:
    """*line* as it is read: of one width, in simplified letters, with nothing invisible or spaced out in it."""
    if line.isascii():
        return line
    seen = "".join(one for one in unicodedata.normalize("NFKC", line) if unicodedata.category(one) != "Cf")
    return _SPACED_OUT.sub(lambda run: "".join(run[0].split()), seen.translate(_SIMPLE))


def forced_sharing(text: str) -> Iterator[tuple[int, str, str]]:
    """(line, what, what now) for each line of *text* that makes sharing a condition."""
    for number, line in enumerate(map(_plainly, text.split("\n")), 1):
        for pattern, what in _WORDS:
            found = next((one for one in pattern.finditer(line) if not _NOT.search(line[: one.start()])), None)
            if found:
                yield number, f"{found[0]!r}: {what} is not allowed", _NOW
                break

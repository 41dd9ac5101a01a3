"""Who and what leads through an evening: opening, giving the floor, the next question. None of it is a contribution."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable

from salon.analysis.cue import Cue, Pattern, is_any
from salon.analysis.likeness import Vector
from salon.analysis.log import Log, likenesses

#: What whoever leads says: written from how people host, not from any discussion that is measured.
_LEADS = (
    Cue(
        Pattern(
            r"有请|掌声|接下来|自我介绍|打(?:一)?(?:个)?招呼|落座|先(?:来)?(?:邀请|介绍)|(?:第[一二三四五六]|最后一)位(?:嘉宾)?(?:是|来自)"
            r"|(?:下|最后)一(?:个|位|轮|道)|(?:进入|来到|回到|先聊|来聊|来看)(?:一下)?(?:第|下|正题|提纲"
            r"|主题)"
            r"|(?:大家|各位|哪位|谁)(?:都|先|来|也|可以|愿意|还|能|有没有|要不要){0,3}"
            r"(?:说说|聊聊|谈谈|讲讲|说一|聊一|谈一|讲一|分享|补充|介绍|怎么看|怎么想|怎么做|试试|举手|报名)"
            r"|请.{0,8}(?:说说|聊聊|谈谈|讲讲|分享|介绍|回答|发言|补充|先说|先讲)"
            r"|时间(?:关系|到了|差不多|有限)|(?:今晚|今天)(?:就(?:先)?(?:到|聊到)|的(?:主题|话题|嘉宾))|欢迎(?:来到|大家"
            r"|各位)",
        ),
        *(
            "有请",
            "掌声",
            "接下来",
            "自我介绍",
            "招呼",
            "落座",
            "邀请",
            "介绍",
            "位",
            "下一",
            "最后一",
            "进入",
            "来到",
            "回到",
            "先聊",
            "来聊",
            "来看",
        ),
        *("大家", "各位", "哪位", "谁", "请", "时间", "今", "欢迎"),
    ),
    Cue(
        Pattern(
            r"\b(?:welcome (?:to|back|everyone|everybody|all)\b|next (?:question|topic|point|up|one)\b|moving on\b"
            r"|over to\b"
            r"|(?:first|second|third|fourth|fifth|last|final) (?:question|topic|point)\b[^.]{0,3}[:,]|tell us\b"
            r"|let(?:'s|’s| us) (?:move|start|begin|get|go|talk|turn|hear|switch|wrap|dive|kick|jump|say hi)\b"
            r"|wrap(?:ping)? up\b"
            r"|(?:who wants|who would|who'd like|anyone (?:else|want)|feel free)\b|share (?:your|with us)\b"
            r"|what do (?:you|we)(?: all)? think\b|time(?:'s|’s| is) up\b|we have \w+ minutes\b"
            r"|before we (?:start|close|move)\b)",
            re.I,
        ),
        *("welcome", "next", "moving", "over to", "tell us", "let'", "let’", "let us"),
        *("first", "second", "third", "fourth", "fifth", "last ", "final", "wrap", "who wants", "who would", "who'd"),
        *("anyone", "feel free", "share your", "share with", "what do", "time's", "time’s"),
        *("time is", "we have", "before we"),
    ),
)
_HOST = Pattern(r"主持|小助手|管理员|\b(?:host|moderator|chair)\b", re.I)
#: Lines from which on somebody may be the host by what they say; likeness to a point or prompt that repeats it.
_LINES, _REPEATED = 4, 0.75


def leads(text: str) -> bool:
    """Whether *text* leads through the evening rather than says something on the matter."""
    return is_any(_LEADS, text)


def is_host(name: str) -> bool:
    """Whether a shown name says that its person hosts."""
    return _HOST.is_in(name)


def hosting(log: Log, kols: Collection[str], places: Collection[int], asked: Iterable[Vector]) -> frozenset[int]:
    """Indices of the lines that lead: all of a host's, of others those that take up a point, lead, or repeat a prompt.

    *kols*: authors who are the KOL, and so no host; *places*: lines in which points were taken up; *asked*: the
    points and the prompts.
    """
    aims = [aim for aim in asked if aim]
    leading = {k for k in log.texts.near(*_LEADS) if leads(log.lines[k].message.text)} | set(places)
    leading |= {k for aim in aims for k, like in likenesses(log, aim).items() if like >= _REPEATED}
    hosts = _hosts(log, kols, places, leading)
    theirs = {k for k, line in enumerate(log.lines) if line.message.author in hosts} if hosts else ()
    return frozenset(leading.union(theirs))


def _hosts(log: Log, kols: Collection[str], places: Collection[int], leading: Collection[int]) -> frozenset[str]:
    """Authors who are no KOL and host: by their name, or since they take up points and mostly ask or lead."""
    takes_up = {log.lines[k].message.author for k in places}
    lines, led = Counter[str](), Counter[str]()
    for k, line in enumerate(log.lines):
        if line.is_talk and line.message.author in takes_up:
            lines[line.message.author] += 1
            led[line.message.author] += k in leading or line.is_question
    # Each name once, not once a line.
    people = {(line.message.author, line.message.name) for line in log.lines}
    named = {author for author, name in people if is_host(name)}
    by_words = {a for a in takes_up if lines[a] >= _LINES and 2 * led[a] > lines[a]}
    return frozenset((named | by_words) - set(kols))

"""How people say that they agree, object, take something on, or propose something: Chinese and English.

Written from how people talk, not from any discussion that is measured. A sentence counts only where nothing in it
takes it back: a "not", an "if", a quotation. What is unsure is left out.
"""

from __future__ import annotations

import re

from salon.analysis.cue import Cue, Pattern, is_any
from salon.analysis.words import sentences

#: What somebody else said or might say: not this speaker's word.
_BORROWED = re.compile(r"[“「『][^”」』]{0,300}[”」』]|\"[^\"\n]{0,300}\"|`[^`\n]{0,300}`|^\s*(?:>|&gt;).*$", re.M)
#: Characters of a message that are looked at: a hostile one must not cost seconds.
_LONGEST = 2000
_ADDRESS = re.compile(r"^\s*@?[^\s:,，：+]{1,40}(?:[:,，]\s+|：\s*)|^\s*@\S+\s+")
_SUPPOSED = Pattern(
    r"如果|要是|假如|假设|万一|除非|是否|能否|会不会|是不是|有没有人"
    r"|\b(?:if|unless|whether|suppose|assuming|until|would have|could have|imagine)\b",
    re.I,
)
_BUT = Pattern(r"但|不过|只是|然而|\b(?:but|however|except|although|though)\b", re.I)
_NOT = Pattern(
    r"没有?(?:能)?(?:达成|形成|决定|定)|未(?:能)?(?:达成|决定)|还没|尚未|难以|希望|没法|不能|不一定|不算"
    r"|\b(?:not|never|no|nobody|don't|didn't|haven't|hasn't|isn't|can't|couldn't|won't|hope|should have)\b",
    re.I,
)
#: What is looked for in all messages at once; only those in which a word of it stands need the functions below.
SETTLED = (
    Cue(
        Pattern(
            r"(?:我们|大家|咱们)(?:就|也|已经|今天|刚才)*(?:都|一致)(?:同意|决定|赞成)"
            r"|(?:我们|大家|咱们)(?:就|都|已经|也|今天|刚才|一致)*(?:约定|说好|说定|定下来|达成了?(?:一个|一点)?共识)"
            r"|(?:^|(?<=[。？！.?!\n]))\s*(?:好[的吧]?[，,\s]*|那么?|所以|最后)*(?:我们|咱们|大家)(?:就|今天|最后)*决定(?!.{0,30}时候)"
            r"|大家一致(?:同意|认为|决定|通过)|(?:就|那就)这么(?:定|办)了?(?:吧)?(?=[。！，,!\s]|$)"
            r"|(?:我们|大家|咱们|今天)的?(?:共识|结论)(?:就)?是",
        ),
        *("同意", "决定", "赞成", "约定", "说好", "说定", "定下来", "共识", "一致", "这么", "结论"),
    ),
    Cue(
        Pattern(
            r"\b(?:we(?:'ve| have)? (?:all )?agreed? (?:that|to|on)\b"
            r"|we(?:'ve| have) (?:all )?decided (?:that|to|on|against)\b"
            r"|(?:everyone|everybody|we all) (?:seems? to )?agrees?\b|let's (?:go with|adopt|settle on)\b"
            r"|we(?:'ll| will) go with\b|(?:the|our|rough) consensus (?:is|was|seems)\b"
            r"|(?:it's|that's) (?:decided|settled)\b"
            r"|sounds like (?:we|everyone|everybody)(?:'re| are|'s| is)? (?:agree|in agreement|on board))"
            r"|(?:^|(?<=[。？！.?!\n]))\s*(?:consensus|decision|agreed|resolved|conclusion)\s*:",
            re.I,
        ),
        *("agree", "decid", "let's", "we'll", "will", "consensus", "decision", "resolved", "conclusion", "settled"),
        "sounds",
    ),
)
ASSENT = Cue(
    Pattern(
        r"^\s*(?:我)?(?:也|完全|非常|很|都|十分|举双手)*(?:同意|赞同|赞成|认同)(?!吗|不)|^\s*[+\uff0b]1(?!\d)"
        r"|^\s*(?:说|讲)得(?:太|很)?(?:对|好|有道理)|^\s*没错"
        r"|^\s*i (?:fully |totally |completely |strongly |also )?agree\b|^\s*agreed?\b(?! (?:that|to|on)\b)"
        r"|^\s*(?:seconded|same here|exactly|well said)\b",
        re.I,
    ),
    # No word with a space: where a quotation is left out, one comes about.
    *("同意", "赞同", "赞成", "认同", "1", "得", "没错", "agree", "seconded", "same", "exactly", "well"),
)
OBJECTION = Cue(
    Pattern(
        r"我(?:个人)?(?:还是)?(?:不同意|不太同意|不赞成|不太赞成|不认同|不太认同|反对|持保留(?:意见|态度))|不敢苟同"
        r"|我(?:倒)?有(?:点|些|一个)?不同(?:的)?(?:看法|意见)|我(?:的)?(?:看法|意见)(?:正好|恰恰)?相反"
        r"|\bi(?: (?:strongly |respectfully |have to )?disagree\b| (?:don't|do not|can't) (?:really |quite )?agree\b"
        r"|(?:'m| am) (?:against|opposed to|not convinced)\b| object\b"
        r"| don't think (?:so\b|that's (?:true|right|a good idea)|we should\b)|(?:'d| would) push back\b)"
        r"|^\s*(?:nack\b|-1(?![\d.]))",
        re.I,
    ),
    *("同意", "赞成", "认同", "反对", "保留", "苟同", "不同", "相反"),
    *("agree", "against", "opposed", "convinced", "object", "nack", "-1", "think", "push"),
)
_DOES = (
    r"(?:整理|写|负责|联系|跟进|准备|安排|统计|收集|起草|汇总|组织|建|拉|约|改|补(?!充)|发|查|确认|更新|翻译|提交"
    r"|公布|上传)"
)
_DAY = r"(?:会后|散会后|会议结束后|回头|今晚|明天|明早|后天|这周|本周|下周|下个月|月底前?|周[一二三四五六日末天])"
PROMISE = (
    Cue(
        Pattern(
            rf"我(?:可以)?来{_DOES}(?!的)|我负责{_DOES}|由我(?:来)?{_DOES}|交给我(?=[吧了，。！,!\s]|$)"
            rf"|我{_DAY}[^，。！？,\n]{{0,8}}?(?:{_DOES}|做|问|试|分享|带)",
        ),
        *("我",),
    ),
    Cue(
        Pattern(
            r"\bi(?:'ll| will|'m going to| volunteer to) (?:try to |also |then |go and |just )*"
            r"(?:write|open|file|send|draft|prepare|look into|follow up|take care of|take (?:that|this|it) on|create"
            r"|update|ping|fix|review|organi[sz]e|set up|schedule|submit|investigate|document|email|contact|reach out"
            r"|put together|work on|publish|upload|rebase|squash|report back)\b",
            re.I,
        ),
        *("i'll", "will", "i'm", "volunteer"),
    ),
)
PROPOSAL = (
    Cue(
        Pattern(
            r"我(?:有|提)(?:一?个|点|几个)?(?:建议|提议|想法|主意)|我(?:建议|提议)|(?:^|(?<=[。？！.?!\n]))\s*建议(?:大家|我们|以后|下次|可以)"
            r"|(?:^|[，,；;。？！.?!\n])\s*(?:要不|不如)(?:我们|咱们|下次|大家)(?!的)|(?:^|[，,；;。？！.?!\n])\s*下次(?:可以|不妨)",
        ),
        *("建议", "提议", "想法", "主意", "要不", "不如", "下次"),
    ),
    Cue(
        Pattern(
            r"\b(?:what if we\b|how about we\b|i(?:'d| would)? (?:suggest|propose)\b"
            r"|my (?:suggestion|proposal) (?:is|would)\b|i have an idea\b|maybe we (?:should|could)\b)",
            re.I,
        ),
        *("what if", "how about", "suggest", "propos", "suggestion", "have an idea", "maybe"),
    ),
)


def is_settled(text: str) -> bool:
    """Whether *text* says that those present have agreed or decided."""
    return is_any(SETTLED, _plain(text)) and any(
        is_any(SETTLED, part) and not _NOT.is_in(_besides(part)) and not _is_supposed(part) for part in _own(text)
    )


def _besides(part: str) -> str:
    """*part* without the words that say that something is settled."""
    for cue in SETTLED:
        part = cue.pattern.compiled.sub("", part)
    return part


def assents(text: str) -> bool:
    """Whether *text* begins by agreeing, with no "but" after it."""
    if not ASSENT.is_near(text):
        return False
    parts = _own(text)
    return bool(parts) and ASSENT.pattern.is_in(_spoken(parts[0])) and not _BUT.is_in(text)


def objects(text: str) -> bool:
    """Whether *text* says that its author does not agree."""
    return OBJECTION.is_near(_plain(text)) and any(
        OBJECTION.is_in(_spoken(part)) and not _is_supposed(part) for part in _own(text)
    )


def promises(text: str) -> bool:
    """Whether the author of *text* takes something on."""
    # The whole first: of a hundred messages ninety-nine have no such word, and need not be cut into sentences.
    return is_any(PROMISE, _plain(text)) and any(
        is_any(PROMISE, part) and not _is_supposed(part) for part in _own(text)
    )


def proposes(text: str) -> bool:
    """Whether the author of *text* proposes something; a proposal may be a question."""
    return is_any(PROPOSAL, _plain(text)) and any(is_any(PROPOSAL, part) for part in _own(text)) and not assents(text)


def _own(text: str) -> list[str]:
    """Sentences of *text* without what it borrows from others."""
    return sentences(_BORROWED.sub(" ", _plain(text)))


def _plain(text: str) -> str:
    """The beginning of *text*, with one kind of apostrophe."""
    return text[:_LONGEST].replace("’", "'")


def _spoken(text: str) -> str:
    """*text* without the name that it is addressed to."""
    return _ADDRESS.sub("", text, count=1)


def _is_supposed(sentence: str) -> bool:
    return _SUPPOSED.is_in(sentence) or sentence.rstrip().endswith(("?", "？", "吗", "吗。"))

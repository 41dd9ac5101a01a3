"""Sentences that a reader understands who knows nothing of what was said before: for the lines that open a report.

Only whole sentences of one message, letter for letter. What is unsure is left out: there are always other lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from salon.analysis.cue import Pattern
from salon.analysis.hosting import leads
from salon.analysis.words import is_chinese

#: A sentence's end, with the marks that close after it. An abbreviation is none.
_END = re.compile(r"[。！？!?]+[”」』）)\"’]*|(?<!\be\.g)(?<!\bi\.e)(?<!\betc)(?<!\bvs)(?<!\bcf)\.[)\"”’]*(?=\s|$)|\n+")
_TAG = re.compile(r"^\s*(?:[#\uff03][^\W\d]\w*\s+)+")
_ADDRESSED = re.compile(r"^\s*(?:@[^\s:：,，]+[\s:：,，]*)+")
_NAMED = re.compile(r"^\s*([^\s:：,，。]{1,40}?)\s*([:：,，])\s*")
#: Answers to what came before: a sentence that begins so is not taken.
_REACTS = Pattern(
    r"^(?:对|嗯|是|行|好|不|没|可以|可能|当然|同意|确实)(?:的|啊|呀|吧|错|了|嘛|对|是)*[，。！,!、~～ ]"
    r"|^(?:是的|是啊|没错|同意|赞同|赞成|不同意|哈+|嘿|哦|噢|呃|哎|谢|感谢|多谢|辛苦|收到|明白|懂了|有道理|说得|讲得"
    r"|问得|好问题"
    r"|我也(?:是|觉得|同意|有|这)|[+\uff0b]1|大家好|各位|你好|您好|晚上好|欢迎|不好意思|抱歉|接着|回答|回应|回复|楼上"
    r"|刚才|刚刚"
    r"|前面|补充|来了|晚安|再见)"
    r"|^(?:yes|yea|yeah|yep|yup|nope|nah|ok|okay|exactly|agreed?|indeed|lol|haha|hm+|mm+|ah+|oh+|wow|thanks|thank|thx|sorry"
    r"|hi|hello"
    r"|hey|welcome|please|me too|of course|not (?:really|sure|yet|quite)|good (?:point|question|idea|catch|evening"
    r"|morning|one)"
    r"|(?:great|nice) (?:point|question|idea|catch|one)|i (?:agree|see\b(?! that)|think so|guess so|meant)|fair"
    r"|same here|seconded)\b"
    r"|^(?:no|right|sure|true|same|great|nice|cool|good|well|maybe|correct|actually|btw|still)\b\s*[,.!:;\-—]"
    r"|^(?:that's|that’s|that is) (?:right|true|it)\b|^\+1",
    re.I,
)
#: Goes on with what came before, or points at it.
_GOES_ON = Pattern(
    r"^(?:但|可是|不过|然而|所以|因此|而|并且|还有|另外|然后|那|于是|因为|比如|例如|譬如|再就是|再者|其次"
    r"|第[二三四五]|[二三四]是|也(?!许)"
    r"|就是|或者|以及|甚至|尤其|包括|反而|否则|同样|同时|此外|其中|总之|当时|这|它|他|她|其(?!实)|此|该|你|您|上述"
    r"|以上|我(?:补充|回答|的意思|说的|刚)"
    r"|后来|结果|像(?!素)|毕竟|一方面|是说|就是|比方|我(?:觉得|想|认为|看|猜)(?:这|那|它|他|她|是|对|可以|行|不|还"
    r"|也))"
    r"|^(?:\.\.+|…|[-=]+>|\^|[,;:)])|^(?:(?:looks?|sounds?|seems?) like|and|or|but|so|bc|because|then|which|also|plus"
    r"|though|although|however|therefore|otherwise|instead|except|too"
    r"|like|e\.g|i\.e"
    r"|for (?:example|instance)|it|its|it's|it’s|that|this|these|those|they|them|their|he|she|his|him|there|here|such"
    r"|both|neither"
    r"|either|another|the (?:same|former|latter|other|others)|i (?:think|believe|guess|hope|doubt|know"
    r"|would say)(?: that)? (?:it|that|this|so|they|he|she|not)|in (?:this|that) case|you|your|you're|as (?:you|i)\b"
    r"|what (?:you|i) )\b",
    re.I,
)
#: Asks without a question mark.
_ASKS = Pattern(
    r"[?？]|[吗呢][。！]?$|^(?:does|did|do (?:you|we)|is (?:it|there|that)|are (?:there|you|we)|can (?:you|we|i)"
    r"|could (?:you|we|i)|would you"
    r"|should we|has (?:anyone|anybody)|have you|any(?:one|body) (?:have|has|know|tried|here)|any idea|how (?:do|does"
    r"|did|would|about)"
    r"|why (?:do|does|did|is|are|not)|what(?:'s|’s| is| are| do| does| if| about))\b"
    r"|^(?:有没有|是不是|能不能|请问|想问|怎么(?!样?都|也))",
    re.I,
)
_LOOSE_END = Pattern(
    r"[,，、:：;；(（\-—…]$|(?:\.\.|\b(?:and|or|but|the|a|an|to|of|for|with|because|that|if|so|in|on|is|are))$", re.I
)
_OVER = Pattern(
    r"你们|您|https?://|(?<![\w.])@\w|`{3}|楼上|上面(?:说|那|的)|刚才(?:说|讲|那)"
    r"|\b(?:see above|as you said|you said)\b",
    re.I,
)
#: Whole, and yet no reason to read on: an aside, a start that points back, a question without its mark, an offer.
_STUMBLES = Pattern(
    r"^[(（].*[)）][。.!！]?$|^就?(?:所有|刚刚|刚才)(?:的|说|讲|提)*(?:这|那)"
    r"|(?:^|[.!;]\s+)any (?:idea|reason|chance|thoughts?)\b"
    r"|^i (?:might|can|could|may) (?:also )?(?:be able to )?(?:help|try|look|do)\b"
    r"|^i(?:['’]m| am|['’]d be| would be) (?:happy|glad) to\b"
    r"|^(?:the )?(?:first|second|third|next|last) (?:item|topic|point)\b",
    re.I | re.S,
)
#: What its own author is not sure of, or does not mean.
_HEDGES = Pattern(
    r"\b(?:(?:i['’]m |i am )?not (?:really |quite )?sure(?: (?:if|why|how|what|whether|about)\b|[.!]?$)"
    r"|i (?:don['’]t|do not) (?:know|understand|remember)\b|no idea\b"
    r"|(?:^|[.!?]\s+)i (?:guess|would (?:think|guess))\b)"
    r"|我(?:也)?(?:不太|不)(?:确定|清楚|知道|懂)|不好说|没想好"
    r"|(?:^|\s)[:;]-?[)dp(](?=[\s.,!]|$)|\b(?:lol|haha)|哈哈|\U0001f602|\U0001f923",
    re.I,
)
#: Speech as it falls: a word said twice in a row, one filler after another.
_STAMMERS = re.compile(
    r"([\u4e00-\u9fff]{2,4})\1|(?:(?:就是|然后|这个|那个|的话|觉得说|对吧|呃|嗯).{0,12}){3}|就是[跟就让把对]"
    r"|\b(\w+) \2\b",
    re.I,
)
_CLOSED = re.compile(r"[。！!.][”」』）)\"’]*$")
_PAIRS = ("“”", "「」", "『』", "（）", "()", "《》", "[]")
#: How heavy a passage is at least, and is when it says enough: letters, of which a Chinese character counts three.
_LEAST, _ENOUGH = 42, 75
#: A first sentence is heavier than this: "我去。", "I agree."
_FIRST = 18


class Passage(NamedTuple):
    """A piece of a message, and how much stands against it: 0 nothing, 5 a good deal."""

    text: str
    doubt: int


def passage(text: str, names: Iterable[str], longest: int) -> Passage | None:
    """The piece of *text* that is best understood alone: whole sentences, of *longest* letters at most; None: no such.

    *names*: who spoke that evening; whoever is addressed is left away.
    """
    known = _folded(frozenset(names))
    return min(_passages(text, known, longest), key=lambda one: one.doubt, default=None)


def is_whole(text: str, names: Iterable[str]) -> bool:
    """Whether *text* as it stands is understood alone: it addresses nobody, and begins with such a sentence."""
    text = text.strip()
    known = frozenset(name.casefold() for name in names)
    if _addressed(text, known) or _trips(text):
        return False
    begin, end = next(_sentences(text, 0), (0, 0))
    return _can_begin(text[begin:end])


def statement(text: str, names: Iterable[str], longest: int) -> str:
    """The beginning of *text* without whom it addresses, in whole sentences; empty where the first is too long."""
    start = _addressed(text, _folded(frozenset(names)))
    ends = [end for begin, end in _sentences(text, start) if end - start <= longest and "\n" not in text[start:end]]
    return text[start : ends[-1]].strip() if ends else ""


@lru_cache(8)
def _folded(names: frozenset[str]) -> frozenset[str]:
    """The same for every message of an evening."""
    return frozenset(name.casefold() for name in names)


def weight(text: str) -> int:
    """How much *text* says: its letters, of which a Chinese character counts three."""
    return len(text) + 2 * sum("\u3400" <= char <= "\u9fff" for char in text)


def _passages(text: str, known: frozenset[str], longest: int) -> Iterator[Passage]:
    start = _addressed(text, known)
    cut = list(_sentences(text, start))
    for k, (begin, end) in enumerate(cut):
        if not _can_begin(text[begin:end]):
            continue
        for following_begin, following_end in cut[k + 1 :]:
            joined, more = text[begin:following_end], text[following_begin:following_end]
            if weight(text[begin:end]) >= _ENOUGH or len(joined) > longest or "\n" in joined or not _is_plain(more):
                break
            end = following_end
        said = text[begin:end].strip()
        if len(said) <= longest and weight(said) >= _LEAST and _is_plain(said) and not _trips(said):
            yield Passage(said, _doubt(said, k > 0 or start > 0, known))


def _trips(said: str) -> bool:
    return _STUMBLES.is_in(said) or _HEDGES.is_in(said) or leads(said)


def _addressed(text: str, known: frozenset[str]) -> int:
    """Where *text* begins once tags and whoever is addressed are left away."""
    at = 0
    while True:
        rest = text[at:]
        named = _NAMED.match(rest)
        found = _TAG.match(rest) or _ADDRESSED.match(rest) or (named if named and _is_name(named[1], known) else None)
        if not found or not found.end():
            return at
        at += found.end()


def _is_name(word: str, known: frozenset[str]) -> bool:
    """Whether *word* is somebody's name, or its beginning, or one with a title: `林老师`."""
    word = word.casefold().removeprefix("@")
    short = re.sub(r"(?:老师|总|哥|姐|兄|同学)$", "", word)
    return word in known or any(
        len(w) > (2 if w.isascii() else 0) and n.startswith(w) for n in known for w in (word, short)
    )


def _sentences(text: str, start: int) -> Iterator[tuple[int, int]]:
    """(begin, end) of each sentence of *text* from *start* on, blank ones left out."""
    for found in _END.finditer(text, start):
        if text[start : found.end()].strip():
            yield start, found.end()
        start = found.end()
    if text[start:].strip():
        yield start, len(text)


def _can_begin(sentence: str) -> bool:
    sentence = sentence.strip().lstrip("“「\"'")
    return (
        weight(sentence) >= _FIRST
        and _is_plain(sentence)
        and not _REACTS.is_in(sentence)
        and not _GOES_ON.is_in(sentence)
    )


def _is_plain(sentence: str) -> bool:
    """Whether *sentence* states something and is whole."""
    sentence = sentence.strip()
    broken = any(sentence.count(pair[0]) != sentence.count(pair[1]) for pair in _PAIRS) or sentence.count('"') % 2
    return not (broken or _ASKS.is_in(sentence) or _LOOSE_END.is_in(sentence) or _OVER.is_in(sentence))


def _doubt(said: str, is_inner: bool, known: frozenset[str]) -> int:
    """How much stands against *said*: small signs that it hangs on something before or after; stammering is two."""
    first = re.split(r"[\s,，:：的说]", said, maxsplit=1)[0].casefold()
    signs = (
        is_inner,
        not is_chinese(said) and said[:1].islower(),
        not _CLOSED.search(said),
        len(first) > 1 and first in known,
        weight(said) < _ENOUGH,
    )
    return sum(signs) + 2 * bool(_STAMMERS.search(said))

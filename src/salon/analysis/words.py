"""Words of mixed Chinese and English text, as they are compared: lower case, roughly stemmed, without fillers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache, lru_cache
from itertools import chain, islice

#: What `_RUN` takes for a word in a text of ASCII alone, anything else a space: to cut there costs a third.
_ASCII = "".join(c if c.isalnum() or c in "_'" else " " for c in map(chr, range(128)))
_RUN = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_'’]*|[\u3400-\u4dbf\u4e00-\u9fff]+")
_SENTENCE = re.compile(r"(?<=[.?!])\s+|(?<=[。？！])")
_URL = re.compile(r"(?:https?|ftp)://\S+", re.I)
_CAMEL = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[0-9]+")
#: behaviour, colour: one word with behavior, color.
_BRITISH = re.compile(r"\b([a-z]{3,})our(?=\b|s\b|ed\b|ing\b)")
#: Endings, the longest first, and how much of the word must be left.
_ENDINGS = (
    ("ations", 4), ("ation", 4), ("ments", 4), ("ment", 4), ("ings", 3), ("ions", 4), ("able", 4), ("ing", 3),
    ("ion", 4), ("ies", 3), ("ed", 3), ("er", 4), ("es", 4), ("ly", 4), ("s", 3),
)  # fmt: skip
#: The same by their last letter: most words have none.
_BY_LAST = {last: [pair for pair in _ENDINGS if pair[0][-1] == last] for last in {e[-1] for e, _ in _ENDINGS}}
#: Texts whose Chinese is cut at once.
_TOGETHER = 500
#: Longest run that is cut into words; nobody types a longer one, and a hostile one must not cost seconds.
_LONGEST_RUN = 400


@cache
def _cutter() -> Callable[[str], list[str]]:
    """The Chinese word cutter, loaded when the first Chinese text comes; pairs of characters where it is missing."""
    try:
        from rjieba import cut
    except ImportError:
        return _pairs
    return cut


def _pairs(text: str) -> list[str]:
    found = list[str]()
    for run in text.split("\n"):
        found += ["\n", *(run[k : k + 2] for k in range(max(1, len(run) - 1)))]
    return found[1:]


def _stem(word: str) -> str:
    """The beginning that forms of a word share: evict, evicted, evictions. Roughly: it is only ever compared."""
    if "our" in word:
        word = _BRITISH.sub(r"\1or", word)
    for ending, least in _BY_LAST.get(word[-1:], ()):
        if word.endswith(ending) and len(word) - len(ending) >= least:
            word = word[: -len(ending)]
            break
    return word[:-1] if len(word) > 4 and word[-1] == "e" else word


#: Words that carry no topic. General lists, nothing in them comes from the discussions we measure on.
_ENGLISH = """
    a an the and or but if then than that this these those there here it its i me my we us our you your he she they them
    his her their is are was were be been being am do does did done have has had having will would can could should
    shall may might must of to in on at by for from with without into onto about as so not no nor just also too very
    what which who whom whose when where why how any some all each both more most much many such only own same other
    another again once up down out over under off s t d ll re ve m don doesn didn isn aren wasn won wouldn couldn
    shouldn let get got go going gone one ok okay yes yeah yep hi hello hey thanks thank please well now
"""
_CHINESE = """
    的 了 是 在 和 与 及 或 也 都 就 还 又 而 但 但是 因为 所以 如果 那么 那 这 这个 那个 这些 那些 一个 一些
    什么 怎么 怎样 如何 为什么 哪些 哪 谁 我 我们 你 你们 您 他 她 它 他们 它们 大家 自己 咱们 有 没有 没 不
    不是 会 能 可以 要 想 说 讲 看 来 去 上 下 里 中 对 把 被 给 让 从 到 向 跟 比 等 呢 吗 吧 啊 呀 哦 嗯 哈 嘛
    啦 其实 就是 然后 这样 那样 这种 那种 这块 非常 很 比较 可能 应该 觉得 认为 现在 今天 已经 一下 一点 时候
    东西 事情 包括 以及 之 其 以 于 为 个 种 次 还是 这里 那边 一样 一种 是不是 有没有 当然 对于 关于 通过 进行
    做 用 最 更 好 谢谢
"""
FILLERS = frozenset(_stem(word) for word in (_ENGLISH + _CHINESE).split())


def _latin(run: str) -> tuple[str, ...]:
    """The run itself and, of a name in code, its parts: `m_recent_txs` is also about `recent` and `txs`."""
    if run.isalpha() and run.islower():
        # As most are: nothing to take off, no parts.
        return (_stem(run),)
    if run.isdecimal():
        return (run,)
    whole = run.lower().strip("_'’").replace("’", "'").removesuffix("'s")
    parts = _CAMEL.findall(run) if "_" in run or not (run.islower() or run.isupper() or run.istitle()) else []
    stems = (_stem(part.lower()) for part in parts if len(part) > 1)
    return tuple(stem for stem in (_stem(whole), *(stems if len(parts) > 1 else ())) if stem)


@lru_cache(1 << 16)
def _telling(run: str) -> tuple[str, ...]:
    """The same without fillers."""
    return tuple(piece for piece in _latin(run) if piece not in FILLERS)


def words(text: str) -> tuple[str, ...]:
    """Words of *text* in order, fillers and addresses left out. `MapRelay` also gives `map` and `relay`."""
    if text.isascii():
        return tuple(chain.from_iterable(map(_telling, _runs(text))))
    found: list[str] = []
    for run in _runs(text):
        found += _telling(run) if run[0] <= "z" else [piece for piece in _cutter()(run) if piece not in FILLERS]
    return tuple(found)


def words_of_all(texts: Iterable[str]) -> list[tuple[str, ...]]:
    """The words of each of *texts*; quicker than asking for each, for the Chinese in many is cut at once."""
    texts, found = iter(texts), list[tuple[str, ...]]()
    while some := [*islice(texts, _TOGETHER)]:
        runs_of = [_runs(text) for text in some]
        chinese = dict.fromkeys(run for runs in runs_of for run in runs if run[0] > "z")
        known = dict(zip(chinese, _cut_all(chinese), strict=True)) if chinese else {}
        found += [tuple(chain.from_iterable(known[r] if r in known else _telling(r) for r in runs)) for runs in runs_of]
    return found


def _cut_all(runs: Iterable[str]) -> Iterator[list[str]]:
    """The words of each of *runs*, which are all Chinese, without fillers."""
    words = list[str]()
    for piece in [*_cutter()("\n".join(runs)), "\n"]:
        if piece == "\n":
            yield words
            words = []
        elif piece not in FILLERS:
            words.append(piece)


def pieces(text: str) -> tuple[str, ...]:
    """All words of *text* in order, fillers included: for telling whether one sentence repeats another."""
    found: list[str] = []
    for run in _runs(text):
        found += _latin(run) if run[0] <= "z" else _cutter()(run)
    return tuple(found)


def _runs(text: str) -> list[str]:
    """Runs of Latin letters and digits, and of Chinese characters; some of apostrophes alone, which are no word."""
    if "://" in text:
        text = _URL.sub(" ", text)
    if len(text) > _LONGEST_RUN:
        return [run[:_LONGEST_RUN] for run in _RUN.findall(text)]
    return text.translate(_ASCII).split() if text.isascii() else _RUN.findall(text)


def sentences(text: str) -> list[str]:
    """*text* cut after its sentence ends; itself when it has none."""
    return [part for part in _SENTENCE.split(text) if part.strip()] or [text]


def is_chinese(text: str) -> bool:
    """Whether *text* is mainly Chinese: one Chinese character says about as much as one English word."""
    chinese = len(re.findall(r"[\u3400-\u4dbf\u4e00-\u9fff]", text))
    return chinese > len(re.findall(r"[A-Za-z]+", text))

"""Patterns that are searched for only where one of their words stands."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from types import ModuleType
from typing import Any

import pytest

from salon.analysis import alone, cues, highlights, hosting, log, picks, questions
from salon.analysis.cue import Cue, Pattern, Texts

# Python's own parser of patterns has no public name.
_parse = re._parser.parse  # type: ignore[attr-defined]


def cues_of(*modules: ModuleType) -> Iterator[tuple[str, Cue]]:
    for module in modules:
        for name, value in vars(module).items():
            for number, one in enumerate(value if isinstance(value, tuple) else (value,)):
                if isinstance(one, Cue):
                    yield f"{module.__name__}.{name}.{number}", one


CUES = dict(cues_of(cues, highlights, hosting))


def branches(pattern: Iterable[Any]) -> list[list[Any]]:
    """The alternatives that *pattern* consists of; itself where it is one."""
    items = list(pattern)
    for at, (kind, value) in enumerate(items):
        inner = value if str(kind) == "BRANCH" else None
        if str(kind) == "SUBPATTERN" and len(value[-1]) == 1 and str(value[-1][0][0]) == "BRANCH":
            inner = value[-1][0][1]
        if inner is not None:
            return [way for one in inner[1] for way in branches([*items[:at], *one, *items[at + 1 :]])]
    return [items]


@pytest.mark.parametrize("name", CUES)
def test_no_match_is_without_one_of_the_words(name: str) -> None:
    """Whoever adds to a pattern adds a word to its cue: else the new part would never be found."""
    cue = CUES[name]
    assert all(word == word.casefold() for word in cue.words)
    for way in branches(_parse(cue.pattern.source, cue.pattern.flags)):
        texts = runs_of_letters(way)
        assert any(word in text.casefold() for text in texts for word in cue.words), f"no word for {texts}"


PATTERNS = {
    f"{module.__name__}.{name}": value
    for module in (alone, cues, highlights, hosting, log, picks, questions)
    for name, value in vars(module).items()
    if isinstance(value, Pattern)
} | {name: cue.pattern for name, cue in CUES.items()}


@pytest.mark.parametrize("name", PATTERNS)
def test_a_pattern_that_is_blind_to_case_finds_what_it_says_in_any_letters(name: str) -> None:
    """It searches in small letters: none of its own is a capital, and the few odd ones that Python takes for ASCII's
    (the Turkish i, the long s, the sign of kelvin) are found by it as well."""
    pattern = PATTERNS[name]
    assert not re.search(r"(?<!\\)[A-Z]", pattern.source) or not pattern.flags & re.I
    found = re.compile(pattern.source, pattern.flags)
    for word in re.findall(r"[a-z]{2,}(?: [a-z]+)*", pattern.source):
        for text in (
            word.upper(),
            f"“{word.title()}”",
            *(word.replace(a, b) for a, b in ("i\u0131", "i\u0130", "s\u017f", "k\u212a")),
        ):
            assert pattern.is_in(text) == bool(found.search(text)), text


def runs_of_letters(way: Iterable[Any]) -> list[str]:
    """Texts that every match of *way* has."""
    texts = [""]
    for kind, value in way:
        if str(kind) == "LITERAL":
            texts[-1] += chr(value)
        else:
            texts.append("")
    return texts


def test_a_cue_finds_what_its_pattern_finds_and_looks_no_further_than_its_words() -> None:
    cue = Cue(Pattern(r"\bvery \w+", re.I), "very")
    assert cue.is_in("It is VERY good")
    assert cue.findall("very good, very bad") == ["very good", "very bad"]
    assert not cue.is_in("every good")
    assert not cue.is_in("good")
    assert not Cue(Pattern("good"), "very").is_in("good")


def test_of_many_texts_those_are_near_a_cue_in_which_a_word_of_it_stands() -> None:
    texts = Texts(["It is VERY\ngood", "ve", "ry", "", "let’s go, it is very, very late", "那就下次"])
    assert texts.near(Cue(Pattern("x"), "very")) == {0, 4}
    assert texts.near(Cue(Pattern("x"), "very good")) == {0}
    assert texts.near(Cue(Pattern("x"), "let's"), Cue(Pattern("x"), "下次")) == {4, 5}
    assert texts.near(Cue(Pattern("x"), "let’s")) == {4}
    assert not Texts([]).near(Cue(Pattern("x"), "very"))


def test_no_text_with_a_match_is_passed_over() -> None:
    said = ["Well, LET’S settle on it", "I’ll draft it", "NEXT question: why?", "我来整理，最后是第一", "nothing", "ok"]
    texts = Texts(said)
    for name, cue in CUES.items():
        found = {k for k, text in enumerate(said) if cue.pattern.is_in(text) or cue.is_in(text.replace("’", "'"))}
        assert found <= texts.near(cue), name

"""The lists of an owner, read: what waits for the host, line by line.

A line is one of these; what stands after `#` is passed over:

    澳门新葡京                 this phrase waits
    裸聊 + @contact           these two near each other wait; @contact: a way to reach somebody, or a link
    - 澳门新葡京               in an owner's own file: takes this line of the shipped list off

Lines of `links.txt` begin with their kind: `gambling bet365.com` (and what is under it), `porn *.xxx` (an ending),
`gambling ~casino` (a part of the name), `advertising t.me/+` (an address that begins so). `public who.int` is a page to
read: no way to reach anybody. `allow.txt` holds phrases and domains that never wait.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from salon.errors import Mistakes
from salon.order.plain import folded, soft, squashed

PORN, GAMBLING, DRUGS, ADVERTISING = KINDS = ("porn", "gambling", "drugs", "advertising")
#: Kind of links to pages that are there to be read: they are no `CONTACT`.
PUBLIC = "public"
#: In a line: a way to reach somebody.
CONTACT = "@contact"
#: Letters between which signs may stand → the digits and signs that are used for them.
_ALSO = {"a": "a4@", "b": "b8", "e": "e3", "g": "g9", "i": "i1l!|", "l": "l1i|", "o": "o0", "s": "s5$", "t": "t7+"}


@dataclass(frozen=True, kw_only=True)
class Phrase:
    """One phrase to look for: its letters in the squashed text, and where it is Latin its pattern in the soft one."""

    written: str
    letters: str
    pattern: re.Pattern[str] | None = None


@dataclass(frozen=True, kw_only=True)
class Term:
    """One line: all its phrases near each other, and, where *wants_contact*, a way to reach somebody."""

    kind: str
    written: str
    phrases: tuple[Phrase, ...]
    wants_contact: bool = False


@dataclass(frozen=True, kw_only=True)
class Links:
    """Known bad links of one kind."""

    kind: str
    domains: frozenset[str] = frozenset()
    endings: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    starts: tuple[str, ...] = ()

    @cached_property
    def folded_domains(self) -> frozenset[str]:
        """The domains with digits read as letters."""
        return frozenset(map(folded, self.domains))

    @cached_property
    def folded_parts(self) -> tuple[str, ...]:
        """The parts with digits read as letters."""
        return tuple(map(folded, self.parts))


@dataclass(frozen=True, kw_only=True)
class Lists:
    """Everything that an installation holds back, and what it never does."""

    terms: tuple[Term, ...] = ()
    links: tuple[Links, ...] = ()
    allowed: tuple[Phrase, ...] = ()
    allowed_domains: frozenset[str] = field(default_factory=frozenset)

    @cached_property
    def firsts(self) -> tuple[tuple[Phrase, Term], ...]:
        """The first phrase of each line, and the line: where it is missing, the rest need not be looked for."""
        return tuple((term.phrases[0], term) for term in self.terms)

    @cached_property
    def by_pair(self) -> Mapping[str, Sequence[int]]:
        """Two letters → the places in `firsts` of the phrases that begin with them."""
        found: dict[str, list[int]] = {}
        for place, (first, _) in enumerate(self.firsts):
            found.setdefault(first.letters[:2], []).append(place)
        return found


def lists_of(words: Mapping[str, Iterable[str]], links: Iterable[str], allowed: Iterable[str]) -> Lists:
    """The lists that *words* (kind → lines), *links* and *allowed* (lines) make. Raises `Mistakes` naming each."""
    wrong: list[str] = []
    terms = [term for kind, lines in words.items() for line in lines if (term := _term(kind, line, wrong))]
    sorted_links = _links(links, wrong)
    if wrong:
        raise Mistakes(wrong)
    plain = [line for line in allowed if not _DOMAIN.fullmatch(line)]
    domains = frozenset(line.casefold() for line in allowed if _DOMAIN.fullmatch(line))
    return Lists(terms=tuple(terms), links=sorted_links, allowed=tuple(map(phrase, plain)), allowed_domains=domains)


def lines_of(text: str) -> list[str]:
    """The lines of one list that say something."""
    lines = (line.partition("#")[0].strip() for line in text.removeprefix("\ufeff").splitlines())
    return [line for line in lines if line]


def together(shipped: Sequence[str], own: Sequence[str]) -> list[str]:
    """*shipped* lines with an owner's *own*: added, or, behind a `-`, taken off."""
    off = {line[1:].strip() for line in own if line.startswith("-")}
    added = [line for line in own if not line.startswith("-")]
    return [line for line in dict.fromkeys([*shipped, *added]) if line not in off]


def phrase(written: str) -> Phrase:
    """What finds *written* in a text, however it is spaced or spelt."""
    plain = soft(written)
    if plain.isascii():
        return Phrase(written=written, pattern=re.compile(_spelt(plain)), letters=folded(squashed(plain)))
    return Phrase(written=written, letters=folded(squashed(plain)))


def _spelt(plain: str) -> str:
    words = re.findall(r"[a-z0-9]+", plain)
    spelt = (r"[\W_]{0,2}".join(f"[{re.escape(_ALSO.get(c, c))}]" for c in word) for word in words)
    return r"(?<![a-z0-9])" + r"[\W_]{0,4}".join(spelt) + r"(?![a-z0-9])"


def _term(kind: str, line: str, wrong: list[str]) -> Term | None:
    parts = [part.strip() for part in line.split(" + ")]
    plain = [part for part in parts if part != CONTACT]
    # One letter would hold half of all that is said.
    if not plain or any(len(squashed(soft(part))) < 2 for part in plain):
        wrong.append(f"order/{kind}: {line!r} is not a line; write a phrase of two letters or more")
        return None
    phrases = tuple(map(phrase, plain))
    return Term(kind=kind, written=line, phrases=phrases, wants_contact=len(plain) < len(parts))


def _links(lines: Iterable[str], wrong: list[str]) -> tuple[Links, ...]:
    found: dict[str, dict[str, list[str]]] = {}
    for line in lines:
        kind, _, what = line.casefold().partition(" ")
        what = what.strip()
        if kind not in (*KINDS, PUBLIC) or len(what) < 3:
            kinds = ", ".join((*KINDS, PUBLIC))
            wrong.append(f"order/links: {line!r} is not a line; write a kind ({kinds}) and a domain")
            continue
        where = "endings" if what.startswith("*.") else "parts" if what.startswith("~") else ""
        where = where or ("starts" if "/" in what else "domains")
        found.setdefault(kind, {}).setdefault(where, []).append(what.lstrip("*~"))
    return tuple(
        Links(
            kind=kind,
            domains=frozenset(by.get("domains", ())),
            endings=tuple(by.get("endings", ())),
            parts=tuple(by.get("parts", ())),
            starts=tuple(by.get("starts", ())),
        )
        for kind, by in found.items()
    )


_DOMAIN = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+", re.IGNORECASE)

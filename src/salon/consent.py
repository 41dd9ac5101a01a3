"""What members allow of their own words: what they withdrew is left out, who asked for it goes without a name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from salon.model import Sentence
from salon.repeated import TakenBack
from salon.state import Said, State

#: How somebody without a name is told of; and somebody meant by a name that two of them have.
_ALIAS = {"zh": "成员 {}", "en": "Member {}"}
#: What stands where a name would, of words that were given without one.
NAMELESS = {"zh": "匿名", "en": "Anonymous"}
_SOMEBODY = {"zh": "一位成员", "en": "a member"}
#: A name said by others more often than this, in messages and as a share of all, is taken for an ordinary word.
_OFTEN, _SHARE = 5, 0.1
_ADDRESSED = re.compile(r"[\s:：,，]")
_ASCII = re.compile(r"[A-Za-z0-9]")


def alias(number: int, language: str) -> str:
    """What the report calls the member who asked as the *number*-th not to be named: `成员 3`, `Member 3`."""
    return _ALIAS["zh" if language == "zh" else "en"].format(number)


def consented(state: State, language: str) -> list[Said]:
    """The messages that may be shown, in order: neither hidden nor withdrawn; authors who asked for it unnamed.

    Where somebody else calls an unnamed author by name, that piece of the text is replaced too. Names that others
    share, or that are ordinary words of the evening, are replaced only where somebody is addressed by them. Whoever
    repeated what was withdrawn keeps the rest of what they said, with a mark in it, and is not quoted with it.
    """
    shown = _withheld(state, language)
    if not state.editions.anonymous:
        return shown
    return list(_Veil.of(state, shown, language).over(shown))


def veiled(text: str, state: State, language: str) -> str:
    """*text* that the house has written of the evening, with the alias of whoever asked not to be named."""
    if not state.editions.anonymous:
        return text
    return _Veil.of(state, _withheld(state, language), language).of_text(text)


def taken_back(state: State, language: str) -> TakenBack:
    """What members withdrew, to be found where others repeated it."""
    withdrawn = {seq: state.messages[seq].text for seq in state.editions.withdrawn}
    shown = {seq: said.text for seq, said in state.messages.items() if not said.is_hidden} if withdrawn else {}
    return TakenBack(withdrawn, shown, language)


def _withheld(state: State, language: str) -> list[Said]:
    taken = taken_back(state, language)
    shown = []
    for said in state.messages.values():
        if not said.is_hidden:
            text = taken.over(said.text)
            shown.append(said if text == said.text else replace(said, text=text, is_withheld=True))
    return shown


def unnamed(state: State) -> frozenset[str]:
    """Authors who asked not to be named, or took something back: nobody proposes them for anything."""
    taken = {state.messages[seq].author for seq in state.editions.withdrawn}
    return frozenset(taken | set(state.editions.anonymous))


def sentences(state: State) -> tuple[Sentence, ...]:
    """What a language model wrote, without sentences that call somebody by name who asked not to be named, and
    without those that say what was taken back.

    Those that rest on words taken back are left out where the report is made: their messages are not there any more.
    """
    anonymous = {name.casefold() for author, name in _names(state) if author in state.editions.anonymous}
    taken = taken_back(state, "en")
    return tuple(
        sentence
        for sentence in state.editions.sentences or ()
        if taken.over(sentence.text) == sentence.text
        and not any(name in sentence.text.casefold() for name in anonymous)
    )


def may_be_alias(number: int, state: State) -> bool:
    """Whether nobody in the room calls themselves so already."""
    taken = {said.name.casefold() for said in state.messages.values()}
    taken |= {guest.name.casefold() for guest in state.guests.values()}
    return taken.isdisjoint(alias(number, language).casefold() for language in _ALIAS)


@dataclass(frozen=True, kw_only=True)
class _Veil:
    """What is put over an evening's messages."""

    #: Author → what they are called now.
    aliases: Mapping[str, str]
    #: Name in lower case → what stands there instead; names that stay are in it as themselves.
    instead: Mapping[str, str]
    #: Names that are replaced wherever they stand.
    rare: frozenset[str]
    names: re.Pattern[str]

    @classmethod
    def of(cls, state: State, shown: Sequence[Said], language: str) -> _Veil:
        numbers = state.editions.anonymous
        aliases = {guest: alias(number, language) for guest, number in numbers.items()}
        hidden, kept = dict[str, str](), set[str]()
        for author, name in _names(state):
            if author not in aliases:
                kept.add(name.casefold())
            elif hidden.setdefault(name.casefold(), aliases[author]) != aliases[author]:
                hidden[name.casefold()] = _SOMEBODY["zh" if language == "zh" else "en"]
        going = {name: new for name, new in hidden.items() if name not in kept}
        return cls(
            aliases=aliases,
            instead=going,
            rare=frozenset(name for name in going if _is_rare(name, state, shown)),
            # Names that stay are found first where they are longer: 小北京 is not 小北.
            names=_pattern([*going, *kept]),
        )

    def over(self, shown: Iterable[Said]) -> Iterator[Said]:
        """*shown* under the veil."""
        for said in shown:
            # What was asked without a name belongs to no alias either.
            name = said.name if said.is_anonymous else self.aliases.get(said.author, said.name)
            yield replace(said, name=name, text=self.of_text(said.text))

    def of_text(self, text: str) -> str:
        """*text* under the veil."""
        return self.names.sub(self._instead, text)

    def _instead(self, found: re.Match[str]) -> str:
        name, text = found["name"].casefold(), found.string
        new = self.instead.get(name)
        is_first = not text[: found.start()].strip()
        is_addressed = bool(found["at"]) or (is_first and bool(_ADDRESSED.match(text[found.end() :])))
        if new is None or not (is_addressed or name in self.rare):
            return found[0]
        return found["at"] + new


def _names(state: State) -> Iterator[tuple[str, str]]:
    """(author, name) of everybody, under every name that they had; the KOL's by the plan too."""
    for said in state.messages.values():
        if not said.is_anonymous:
            yield said.author, said.name
    for key, guest in state.guests.items():
        if guest.name:
            yield key, guest.name
    if state.plan is not None:
        yield "kol", state.plan["event"]["kol"]["name"]


def _is_rare(name: str, state: State, shown: Sequence[Said]) -> bool:
    """Whether *name* can only mean a person: long enough, not of the plan, and not on everybody's lips."""
    if len(name) < 2 or not any(sign.isalpha() for sign in name) or name in _plan_text(state):
        return False
    often = sum(name in said.text.casefold() for said in shown)
    return often <= max(_OFTEN, _SHARE * len(shown))


def _plan_text(state: State) -> str:
    event = state.plan["event"] if state.plan else {}
    told = {key: event.get(key) for key in ("topic", "summary", "outline", "polls")}
    return str(told).casefold()


def _pattern(names: Iterable[str]) -> re.Pattern[str]:
    """Finds any of *names*, the longest first, with the sign before it by which people are addressed."""
    found = "|".join(_edged(name) for name in sorted(filter(None, names), key=len, reverse=True))
    return re.compile(rf"(?P<at>[@\uff20]\s?|)(?P<name>{found})", re.I) if found else re.compile(r"(?!)")


def _edged(name: str) -> str:
    """*name* as a pattern that does not begin or end within an English word."""
    before = r"(?<![A-Za-z0-9])" if _ASCII.match(name[0]) else ""
    after = r"(?![A-Za-z0-9])" if _ASCII.match(name[-1]) else ""
    return f"{before}{re.escape(name)}{after}"

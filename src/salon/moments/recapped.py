"""The recap that was posted, as it may stand now: without what has been hidden or taken back since."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from salon.consent import alias, taken_back, veiled
from salon.model import Event
from salon.moments.recap import tellings
from salon.phrases import language_of
from salon.repeated import MARK
from salon.state import Said, State

#: Kinds of entries after which what the recap may say is another.
CHANGES = frozenset({"message_hidden", "words_withdrawn", "words_returned", "anonymity_asked", "anonymity_ended"})
#: A text of so many characters is found by chance in others: only where it is all that a line says.
_SHORT = 5
#: What may stand before the words in a line, and close after them.
_BEFORE, _CLOSING = '·•- \t“"「『', '”"」』'
_AFTER = ("", "（", "(", *_CLOSING)


def retold(frame: Mapping[str, Any], event: Event, state: State) -> dict[str, Any]:
    """*frame* of the posted recap with its text as it may stand now; any other frame as it is.

    Whose words were taken away is not named beside the mark either. What somebody else said in the same words, and
    stands by, stays theirs. A pure function of the journal: words that are given back stand there again.
    """
    return {**frame, "text": _retold(frame["text"], event, state)} if frame["kind"] == "recap" else {**frame}


def _retold(text: str, event: Event, state: State) -> str:
    gone = [(said, tellings(said.text)) for said in state.messages.values() if said.is_hidden]
    if not gone and not state.editions.anonymous:
        return text
    language = language_of(event)
    over = taken_back(state, language).over
    lines = [over(_without(line, gone, state, MARK[language])) for line in text.split("\n")]
    return veiled("\n".join(_unnamed(line, state, language) for line in lines), state, language)


def _without(line: str, gone: Sequence[tuple[Said, frozenset[str]]], state: State, mark: str) -> str:
    """*line* with *mark* in the place of what somebody *gone* is told to have said."""
    for said, ways in gone:
        # The longest first: one is the beginning of another.
        for told in sorted(ways, key=len, reverse=True):
            at = line.find(told)
            rest = line[at + len(told) :]
            is_part = bool(line[:at].strip(_BEFORE)) or rest.strip()[:1] not in _AFTER
            if at < 0 or (len(told) <= _SHORT and is_part) or _is_another(told, rest, said, state):
                continue
            # The name of whoever said it goes too.
            named = said.name and said.name[:_NAMED] in rest
            return line[:at] + mark + ("".join(sign for sign in rest[:1] if sign in _CLOSING) if named else rest)
    return line


#: Letters of a name by which it is known again: the recap cuts longer ones.
_NAMED = 12


def _is_another(told: str, rest: str, gone: Said, state: State) -> bool:
    """Whether the line is somebody else's, who said the same and stands by it: their name follows."""
    others = {m.name for m in state.messages.values() if not m.is_hidden and told in tellings(m.text)}
    return any(name and name != gone.name and name[:_NAMED] in rest for name in others)


def _unnamed(line: str, state: State, language: str) -> str:
    """*line* with the alias of whoever asked for one, where it names them at its end."""
    for name, number in _anonymous(state):
        for opening, closing in (("（", "）"), ("(", ")"), ("——", "")):
            if line.endswith(f"{opening}{name}{closing}"):
                return line.removesuffix(f"{name}{closing}") + alias(number, language) + closing
    return line


def _anonymous(state: State) -> Iterator[tuple[str, int]]:
    """(name, number of the alias) of everybody who asked not to be named, under every name that they had."""
    for guest, number in state.editions.anonymous.items():
        names = {m.name for m in state.messages.values() if m.author == guest and not m.is_anonymous}
        if guest in state.guests:
            names.add(state.guests[guest].name)
        yield from ((name, number) for name in sorted(filter(None, names)))

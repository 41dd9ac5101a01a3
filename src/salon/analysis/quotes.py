"""What was said on a point, in the members' own words: exact pieces of messages, and whose they are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from salon.analysis.log import Line
from salon.model import Message

#: A piece longer than this is cut at the end of a sentence, and says so with an ellipsis.
LONGEST = 420
#: Fewer letters are no sentence worth a line of its own.
_SENTENCE = 30
#: An abbreviation ends no sentence.
_SENTENCE_END = re.compile(r"(?<!\be\.g)(?<!\bi\.e)(?<!\bvs)(?<!\betc)[.!?](?=\s)|[。！？；\n]")


@dataclass(frozen=True, kw_only=True)
class Quote:
    """Exact pieces of what one person said.

    Pieces are joined by a line break, or end in an ellipsis where the message goes on; each stands, letter
    for letter, in one of the messages that *message_ids* name.
    """

    text: str
    name: str
    message_ids: tuple[str, ...]

    @property
    def pieces(self) -> tuple[str, ...]:
        """What must be found in the messages."""
        return tuple(piece.strip() for piece in re.split(r"…|\n", self.text) if piece.strip())


def faults(quote: Quote, by_id: Mapping[str, Message]) -> list[str]:
    """Pieces of *quote* that its person did not write in the messages it names; an empty piece where it has none."""
    named = [by_id[id] for id in quote.message_ids if id in by_id and by_id[id].name == quote.name]
    named = [message for message in named if not message.is_withheld]
    return [piece for piece in quote.pieces or ("",) if not piece or not any(piece in m.text for m in named)]


def can_join(line: Line, following: Line) -> bool:
    """Whether one quote may hold both: one author under one name. A person may come back under another name, and
    all of a quote stands under one."""
    before, after = line.message, following.message
    return before.author == after.author and before.name == after.name


def quote_of(lines: Sequence[Line], longest: int = LONGEST) -> Quote:
    """One quote from adjacent *lines*, of which each `can_join` the next."""
    room, pieces, ids = longest, list[str](), list[str]()
    for line in lines:
        text = line.message.text.strip()
        # Of what no longer fits only whole sentences: a quote that breaks off in the middle tells nobody anything.
        piece = _piece(text, room) if not pieces else whole_sentences(text, room)
        if not piece:
            break
        pieces.append(piece)
        ids.append(line.message.id)
        room -= len(piece)
    return Quote(text="\n".join(pieces), name=lines[0].message.name, message_ids=tuple(ids))


def _piece(text: str, longest: int) -> str:
    """*text*, or its beginning up to the end of a sentence, a word, or at worst *longest*."""
    if len(text) <= longest:
        return text
    ends = [found.end() for found in _SENTENCE_END.finditer(text, longest // 3, longest)]
    spaces = [found.start() for found in re.finditer(r"\s", text[longest // 2 : longest])]
    cut = ends[-1] if ends else longest // 2 + spaces[-1] if spaces else longest
    return text[:cut].rstrip() + "…"


def whole_sentences(text: str, longest: int) -> str:
    """*text*, or as many of its sentences as *longest* holds; empty where the first is too long."""
    if len(text) <= longest:
        return text
    ends = [found.end() for found in _SENTENCE_END.finditer(text, 0, max(0, longest))]
    told = text[: ends[-1]].rstrip() if ends else ""
    # A Chinese character says as much as three letters.
    return f"{told}…" if len(told) + 2 * sum("\u3400" <= sign <= "\u9fff" for sign in told) >= _SENTENCE else ""


def runs(lines: Sequence[Line], picked: Iterable[int]) -> list[list[int]]:
    """*picked* indices in order, those of one author under one name that stand side by side together."""
    together: list[list[int]] = []
    for k in sorted(set(picked)):
        before = together[-1][-1] if together else None
        if before == k - 1 and can_join(lines[before], lines[k]):
            together[-1].append(k)
        else:
            together.append([k])
    return together

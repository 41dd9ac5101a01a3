"""What the pages of one room hear, in order: each frame encoded once for all, those for one reader kept apart."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

import orjson

from salon.entries import Entry
from salon.model import Event
from salon.moments.recapped import CHANGES, retold
from salon.public import LEADS, NOTES, Frame, audience_of, frame_of, is_for_notes, queue_frame
from salon.state import State
from salon.web.followers import Piece

#: What a page has missed is sent in pieces of about so many bytes, so that a slow line costs little memory.
PIECE_BYTES = 64 * 1024


class Reel:
    """The frames of one room. A place is counted from 0; *reader* is a member's key, or what `salon.public` names."""

    def __init__(self, event: Event) -> None:
        self._event, self._zone = event, event.times.disbands_at.tzinfo
        #: The recap, once it is posted: what it may say changes when words are hidden or taken back.
        self._recap: Entry | None = None
        self._seqs: list[int] = []
        self._frames: list[bytes] = []
        self._place: dict[int, int] = {}
        #: Places in the list whose frame is not for everybody, in order → by whom it is for, the frame.
        self._special: list[int] = []
        self._private: dict[int, dict[str, bytes]] = {}
        #: Place and length of the list for which a piece lies ready for everybody, and that piece.
        self._shared_by, self._shared = (-1, -1), Piece.of(b"", 0, True)

    def __len__(self) -> int:
        return len(self._frames)

    def place_after(self, seq: int) -> int:
        """The place of the first frame past entry *seq*."""
        return bisect_right(self._seqs, seq)

    def last_for(self, reader: str) -> int:
        """Number of the last entry that *reader* was told of, or 0."""
        at = len(self._frames)
        while at and not self._seen_by(reader, at - 1, at)[0]:
            at -= 1
        return self._seqs[at - 1] if at else 0

    def shared(self, start: int) -> bytes | None:
        """Everything from place *start* on, where it is the same for all; None: some of it is not."""
        is_same = bisect_left(self._special, start) == len(self._special)
        return b"".join(self._frames[start:]) if is_same else None

    def piece(self, start: int, reader: str) -> Piece:
        """See `salon.web.followers.Source.piece`: what all may see is put together once for all at the same place."""
        if self._shared_by == (start, len(self._frames)):
            return self._shared
        found, end = b"", start
        while not found and end < len(self._frames):
            place, end = end, self._end_of_piece(end)
            found = b"".join(self._seen_by(reader, place, end))
        piece = Piece.of(found, end, end == len(self._frames))
        if bisect_left(self._special, start) == len(self._special):
            self._shared_by, self._shared = (start, len(self._frames)), piece
        return piece

    def _end_of_piece(self, start: int) -> int:
        size, end = len(self._frames[start]), start + 1
        while end < len(self._frames) and (size := size + len(self._frames[end])) <= PIECE_BYTES:
            end += 1
        return end

    def json_after(self, after: int, reader: str) -> list[bytes]:
        """JSON of every frame past entry *after*, for pages that ask instead of listening."""
        found = self._seen_by(reader, self.place_after(after), len(self._frames))
        return [_json_of(frame) for frame in found if frame]

    def _seen_by(self, reader: str, start: int, end: int) -> list[bytes]:
        """The frames from place *start* to *end*, with those that are for *reader* alone."""
        found = self._frames[start:end]
        for k in range(bisect_left(self._special, start), len(self._special)):
            place = self._special[k]
            if place >= end:
                break
            found[place - start] = self._private[place].get(reader, b"")
        return found

    def take(self, entries: Sequence[Entry], state: State) -> bool:
        """Add what is told of *entries*, the last of which *state* has taken in; whether any page hears of it."""
        before = len(self._frames)
        self._recap = next((entry for entry in entries if entry.kind == "recap_posted"), self._recap)
        recap = self._recap_now(state) if any(entry.kind in CHANGES for entry in entries) else None
        for entry in entries:
            frame = frame_of(entry, self._zone)
            if frame is None:
                continue
            if recap is not None and frame["kind"] == "hidden":
                # Pages that show the recap already put this in its place.
                frame |= {"recap": recap["seq"], "text": recap["text"]}
            if entry.kind in ("message_hidden", "words_withdrawn"):
                # Who comes or resumes later must not receive what was hidden.
                self._frames[self._place[entry.data["message"]]] = b""
            place, packed = len(self._frames), encoded("", entry.seq, frame)
            if audience := audience_of(entry):
                self._special.append(place)
                self._private[place], packed = {audience: packed}, b""
                if told := queue_frame(entry):
                    self._private[place][LEADS] = encoded("", entry.seq, told)
                if is_for_notes(entry):
                    self._private[place][NOTES] = self._private[place][LEADS]
            self._place[entry.seq] = place
            self._seqs.append(entry.seq)
            self._frames.append(packed)
        if recap is not None:
            self._frames[self._place[recap["seq"]]] = encoded("", recap["seq"], recap)
        return len(self._frames) > before

    def _recap_now(self, state: State) -> Frame | None:
        frame = frame_of(self._recap, self._zone) if self._recap is not None else None
        return retold(frame, self._event, state) if frame else None


def encoded(name: str, seq: int, frame: object) -> bytes:
    """*frame* as a server-sent event, with its *name* and the number of its entry where there are any."""
    head = b"event: %s\n" % name.encode() if name else b""
    number = b"id: %d\n" % seq if seq else b""
    data = orjson.dumps(frame)
    for mark, escaped in _LINE_ENDS:
        data = data.replace(mark, escaped)
    return head + number + b"data: " + data + b"\n\n"


#: Only a line feed ends a line of a stream, but many readers know these as well.
_LINE_ENDS = (("\u2028".encode(), b"\\u2028"), ("\u2029".encode(), b"\\u2029"), ("\x85".encode(), b"\\u0085"))


def _json_of(frame: bytes) -> bytes:
    """The JSON within an `encoded` frame."""
    return frame.partition(b"data: ")[2].rstrip()

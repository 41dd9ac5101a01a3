"""The folder channel: whole directories, one per group, never touched twice."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from salon.channels import Announcement, Outcome, Result
from salon.channels.folder import Folder
from salon.model import Group

HOSTILE = (
    "..",
    "../x",
    "../../etc",
    "/etc",
    ".",
    "",
    "a\0b",
    "🍵",
    "🍵🍵",
    "x" * 300,
    "x" * 301,
    "群" * 100,
    "Readers",
    "con.",
    "a/b",
    "a\\b",
    "a\nb",
    "readers~",
    "\udcff",
)


def _said(
    text: str = "今晚见", poster: bytes | None = b"PNG", name: str = "warm_up", event: str = "e1"
) -> Announcement:
    return Announcement(event=event, name=name, text=text, poster=poster)


def _say(channel: Folder, group: Group, announcement: Announcement) -> Outcome:
    return asyncio.run(channel.say(group, announcement))


def _files(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_text_and_poster_lie_ready_to_send(tmp_path: Path) -> None:
    outcome = _say(Folder(tmp_path / "outbox"), Group(id="readers", name="读书会"), _said())
    place = tmp_path / "outbox" / "e1" / "readers" / "warm_up"
    assert outcome == Outcome(result=Result.DELIVERED, detail=str(place))
    assert _files(tmp_path) == {
        "outbox/e1/readers/warm_up/poster.png": b"PNG",
        "outbox/e1/readers/warm_up/text.txt": "今晚见\n".encode(),
    }


def test_without_a_poster_there_is_only_the_text(tmp_path: Path) -> None:
    _say(Folder(tmp_path), Group(id="readers", name="读书会"), _said(poster=None))
    assert list(_files(tmp_path)) == ["e1/readers/warm_up/text.txt"]


def test_said_again_the_first_copy_stays_and_is_the_only_one(tmp_path: Path) -> None:
    channel, group = Folder(tmp_path), Group(id="readers", name="读书会")
    _say(channel, group, _said("first"))
    before = _files(tmp_path)
    assert _say(channel, group, _said("second", poster=None)).result is Result.DELIVERED
    assert _files(tmp_path) == before
    assert before["e1/readers/warm_up/text.txt"] == b"first\n"
    assert channel.is_repeatable


def test_next_weeks_warm_up_is_another_one(tmp_path: Path) -> None:
    channel, group = Folder(tmp_path), Group(id="readers", name="读书会")
    for event in ("e1", "e2"):
        _say(channel, group, _said(event, event=event))
    assert _files(tmp_path)["e2/readers/warm_up/text.txt"] == b"e2\n"


def test_what_a_killed_try_left_behind_is_cleared(tmp_path: Path) -> None:
    channel, group = Folder(tmp_path), Group(id="readers", name="读书会")
    left = tmp_path / "e1" / "readers" / ".warm_up.abc"
    other = tmp_path / "e1" / "readers" / ".remind-1.abc"
    for draft in (left, other):
        draft.mkdir(parents=True)
        (draft / "text.txt").write_text("half")
    _say(channel, group, _said())
    assert not left.exists()
    assert other.exists()


def test_many_at_once_leave_one_whole_copy(tmp_path: Path) -> None:
    channel, group = Folder(tmp_path), Group(id="readers", name="读书会")

    async def all_at_once() -> list[Outcome]:
        return await asyncio.gather(*(channel.say(group, _said(f"text {k}")) for k in range(20)))

    assert {outcome.result for outcome in asyncio.run(all_at_once())} == {Result.DELIVERED}
    assert sorted(_files(tmp_path)) == ["e1/readers/warm_up/poster.png", "e1/readers/warm_up/text.txt"]


def test_hostile_ids_stay_inside_and_no_two_share_a_directory(tmp_path: Path) -> None:
    outbox = tmp_path / "a" / "outbox"
    channel = Folder(outbox)
    for id_ in HOSTILE:
        outcome = _say(channel, Group(id=id_, name="x", address="../../../x"), _said(ascii(id_)))
        assert outcome.result is Result.DELIVERED, id_
    assert len(list((outbox / "e1").iterdir())) == len(HOSTILE)
    for path in tmp_path.rglob("*"):
        if path.is_file():
            assert path.resolve().is_relative_to(outbox.resolve())
    assert sorted(f.decode().strip() for n, f in _files(outbox).items() if n.endswith("txt")) == sorted(
        map(ascii, HOSTILE)
    )


def test_hostile_names_of_announcements_and_events_stay_inside_too(tmp_path: Path) -> None:
    outbox = tmp_path / "outbox"
    _say(Folder(outbox), Group(id="g", name="g"), _said(name="../../x", event="/etc"))
    assert all(name.startswith("outbox/") for name in _files(tmp_path))


def test_a_text_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    assert _say(Folder(tmp_path), Group(id="g", name="g"), _said("\udcff")).result is Result.REFUSED
    assert _files(tmp_path) == {}


@pytest.mark.skipif(os.name != "posix", reason="needs a limit on the size of files")
def test_a_disk_that_fills_up_half_way_leaves_nothing_to_be_sent(tmp_path: Path) -> None:
    import resource

    channel, group = Folder(tmp_path), Group(id="g", name="g")
    _, hard = limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, hard))
    try:
        outcome = _say(channel, group, _said(poster=b"x" * 100_000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert outcome.result is Result.RETRY
    assert _files(tmp_path) == {}
    assert _say(channel, group, _said(poster=b"x" * 100_000)).result is Result.DELIVERED


@pytest.mark.skipif(os.name != "posix", reason="needs POSIX file names")
def test_an_outbox_that_is_in_the_way_may_be_tried_again_later(tmp_path: Path) -> None:
    outbox = tmp_path / "outbox"
    outbox.write_text("a file, not a folder")
    outcome = _say(Folder(outbox), Group(id="g", name="g"), _said())
    assert outcome.result is Result.RETRY
    assert "outbox" in outcome.detail
    outbox.unlink()
    assert _say(Folder(outbox), Group(id="g", name="g"), _said()).result is Result.DELIVERED

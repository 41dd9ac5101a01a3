"""`salon report --out DIR`, again and again into one folder: what is stale and ours goes away, and nothing else."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from salon.documents import lay_down
from salon.documents.laying import NOTE

LONG = {
    "report.html": b"long",
    "report.json": b"{1}",
    "transcript.html": b"one",
    "transcript-2.html": b"two",
    "transcript-3.html": b"three",
    "groups/tea/short.txt": b"tea",
}
SHORT = {"report.html": b"short", "report.json": b"{2}", "groups/sea/short.txt": b"sea"}


def files(folder: Path) -> dict[str, bytes]:
    """What lies in *folder*, but for the note."""
    found = (path for path in folder.rglob("*") if path.is_file() and path.name != NOTE)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def test_a_shorter_report_takes_the_longer_ones_pages_away_and_says_which(tmp_path: Path) -> None:
    lay_down(tmp_path, LONG)
    gone = lay_down(tmp_path, SHORT)
    assert files(tmp_path) == SHORT
    assert {path.relative_to(tmp_path).as_posix() for path in gone} == LONG.keys() - SHORT.keys()
    assert not (tmp_path / "groups" / "tea").exists()
    assert lay_down(tmp_path, SHORT) == []


def test_somebodys_own_file_stays_whatever_it_is_called(tmp_path: Path) -> None:
    own = {"transcript-9.html": b"mine", "notes.html": b"mine", "groups/tea/mine.txt": b"mine", ".hidden": b"mine"}
    lay_down(tmp_path, LONG)
    for name, content in own.items():
        (tmp_path / name).write_bytes(content)
    # A page of ours that its reader has written into is theirs now.
    (tmp_path / "transcript-3.html").write_bytes(b"three, and what I think of it")
    lay_down(tmp_path, SHORT)
    assert files(tmp_path) == SHORT | own | {"transcript-3.html": b"three, and what I think of it"}


def test_a_note_from_elsewhere_takes_nothing_away(tmp_path: Path) -> None:
    """Whoever is given a folder with a note in it loses no file by it that a report could not have."""
    out = tmp_path / "out"
    (out / "groups").mkdir(parents=True)
    for name in ("secret.txt", "out/holiday.jpg", "short.txt", "out/short.txt"):
        (tmp_path / name).write_bytes(b"dear")
    digest = hashlib.sha256(b"dear").hexdigest()
    names = ("../secret.txt", "holiday.jpg", str(tmp_path / "secret.txt"), "groups/../short.txt", "../short.txt")
    (out / NOTE).write_text("".join(f"{digest}  {name}\n" for name in names) + "no note\n", "utf-8")
    assert lay_down(out, SHORT) == []
    assert (tmp_path / "secret.txt").exists()
    assert (out / "holiday.jpg").exists()
    assert (tmp_path / "short.txt").exists()
    assert (out / "short.txt").exists()


def test_what_was_stopped_in_between_is_put_right_by_the_next_run(tmp_path: Path) -> None:
    lay_down(tmp_path, LONG)
    # Nothing can take the place of a folder: the run ends in the middle.
    (tmp_path / "report.json").unlink()
    (tmp_path / "report.json").mkdir()
    with pytest.raises(OSError, match=r"report\.json"):
        lay_down(tmp_path, SHORT | {"transcript.html": b"other", "transcript-2.html": b"another"})
    # The page that leads to others is still the old one, and all that it leads to is there.
    assert (tmp_path / "report.html").read_bytes() == b"long"
    assert (tmp_path / "transcript-3.html").read_bytes() == b"three"
    assert list(tmp_path.glob(".*.part")) == []
    (tmp_path / "report.json").rmdir()
    # So does one that was killed leave half a file.
    (tmp_path / ".transcript-2.html.999999999.7.part").write_bytes(b"tw")
    (tmp_path / ".mine.999999999.7.part").write_bytes(b"mine")
    lay_down(tmp_path, SHORT)
    assert files(tmp_path) == SHORT | {".mine.999999999.7.part": b"mine"}


def test_pictures_stay_while_the_report_says_the_same_and_go_with_it(tmp_path: Path) -> None:
    paper = {"report.pdf": b"pdf", "long-1.png": b"1", "long-2.png": b"2"}
    lay_down(tmp_path, SHORT | paper)
    lay_down(tmp_path, SHORT)
    assert files(tmp_path) == SHORT | paper
    # `salon paper` makes nothing else, and takes nothing else away.
    lay_down(tmp_path, {"report.pdf": b"pdf", "long-1.png": b"1"})
    assert files(tmp_path) == SHORT | {"report.pdf": b"pdf", "long-1.png": b"1"}
    lay_down(tmp_path, LONG)
    assert files(tmp_path) == LONG


def test_a_full_disk_changes_nothing(tmp_path: Path) -> None:
    lay_down(tmp_path, LONG)
    with pytest.raises(OSError, match="long"):
        # The last name is longer than any disk takes: the others have been written, and are not put in place.
        lay_down(tmp_path, {"x" * 300: b"", **SHORT})
    assert files(tmp_path) == LONG

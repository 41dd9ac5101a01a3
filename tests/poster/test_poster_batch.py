"""Many posters: made once, by all cores, whatever stops them in between."""

from __future__ import annotations

import csv
import io
import os
import signal
import subprocess
import sys
import threading
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest
import zxingcpp
from PIL import Image

from salon.errors import WrongUse
from salon.model import Group
from salon.poster import Base, base_picture, poster
from salon.poster.batch import RECORD, NotAllMade, Wanted, make_posters, put
from salon.poster.crew import WorkerFailed, crew
from salon.poster.parcel import write_parcel
from salon.testing.golden import golden_event

LINK = "https://salon.example.org/c/k3x9{:04}"

#: A program that makes posters until it is done or killed: FOLDER COUNT PROCESSES.
PROGRAM = """
import sys
from pathlib import Path
sys.path[:0] = [{src!r}, {root!r}]
from tests.poster.test_poster_batch import run
run(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
"""
ROOT = Path(__file__).parents[2]


def groups(count: int) -> list[Wanted]:
    """So many groups, each with a link of its own."""
    return [
        Wanted(group=Group(id=f"g{k}", name=f"读书会 {k} 群"), link=LINK.format(k), base="zh") for k in range(count)
    ]


def run(folder: Path, count: int, processes: int) -> None:
    """One batch and its ZIP, as the program above does it; tells how far it is."""
    bases = {"zh": base_picture(golden_event("zh"))}
    tell = lambda done, wanted: print(done, flush=True)  # noqa: E731
    made = make_posters(folder, bases, groups(count), processes=processes, progress=tell)
    write_parcel(folder / "all.zip", groups(count), made)


def start(folder: Path, count: int, processes: int, **env: str) -> subprocess.Popen[str]:
    """The program, running."""
    command = [sys.executable, "-c", PROGRAM.format(src=str(ROOT / "src"), root=str(ROOT)), str(folder), str(count)]
    return subprocess.Popen([*command, str(processes)], stdout=subprocess.PIPE, text=True, env={**os.environ, **env})


@pytest.fixture(scope="module")
def bases() -> dict[str, Base]:
    return {"zh": base_picture(golden_event("zh"))}


def stand(folder: Path) -> dict[str, tuple[int, int]]:
    """Picture → (inode, time): another one when it was made anew."""
    return {path.name: (path.stat().st_ino, path.stat().st_mtime_ns) for path in folder.glob("*.png")}


def test_every_group_has_its_poster_and_its_text_by_its_id(tmp_path: Path, bases: dict[str, Base]) -> None:
    wanted = [*groups(2), Wanted(group=Group(id="../Zoë", name="Zoë"), link=LINK.format(7), base="zh")]
    made = make_posters(tmp_path / "out", bases, wanted)
    assert (made.made, made.kept, list(made.paths)) == (3, 0, ["g0", "g1", "../Zoë"])
    for one in wanted:
        path = made.paths[one.group.id]
        assert path.parent == tmp_path / "out"
        assert path.read_bytes() == poster(bases["zh"], one.group, one.link)
        assert path.with_suffix(".txt").read_text("utf-8") == bases["zh"].description(one.group, one.link) + "\n"
    assert made.paths["g0"].name == "g0.png"


def test_what_is_there_is_left_alone(tmp_path: Path, bases: dict[str, Base]) -> None:
    make_posters(tmp_path, bases, groups(3))
    before = stand(tmp_path)
    again = make_posters(tmp_path, bases, groups(4))
    assert (again.made, again.kept) == (1, 3)
    assert {name: seen for name, seen in stand(tmp_path).items() if name != "g3.png"} == before


def test_what_is_missing_damaged_or_outdated_is_made_again_and_nothing_else(
    tmp_path: Path, bases: dict[str, Base]
) -> None:
    wanted = groups(6)
    make_posters(tmp_path, bases, wanted)
    before = stand(tmp_path)
    (tmp_path / "g0.png").unlink()
    whole = (tmp_path / "g1.png").read_bytes()
    (tmp_path / "g1.png").write_bytes(whole[: len(whole) // 2])
    wanted[2] = replace(wanted[2], link=LINK.format(99))
    wanted[3] = replace(wanted[3], group=replace(wanted[3].group, name="另一个名字"))
    assert make_posters(tmp_path, bases, wanted).made == 4
    after = stand(tmp_path)
    assert [name for name in sorted(before) if after[name] == before[name]] == ["g4.png", "g5.png"]
    (code,) = zxingcpp.read_barcodes(Image.open(tmp_path / "g2.png"))
    assert code.text == LINK.format(99)


def test_another_topic_or_theme_makes_all_of_them_outdated(tmp_path: Path, bases: dict[str, Base]) -> None:
    make_posters(tmp_path, bases, groups(2))
    event = replace(golden_event("zh"), topic="换了一个话题")
    assert make_posters(tmp_path, {"zh": base_picture(event)}, groups(2)).made == 2
    assert make_posters(tmp_path, {"zh": base_picture(event, "paper")}, groups(2)).made == 2
    assert make_posters(tmp_path, {"zh": base_picture(event, "paper")}, groups(2)).made == 0


@pytest.mark.parametrize("tail", [b'{"name": "g0", "made', b"\xff\xfe\n", b"[]\n{}\nnull\n"])
def test_a_record_that_was_cut_off_costs_a_picture_at_most(tmp_path: Path, bases: dict[str, Base], tail: bytes) -> None:
    make_posters(tmp_path, bases, groups(2))
    with (tmp_path / RECORD).open("ab") as file:
        file.write(tail)
    assert make_posters(tmp_path, bases, groups(3)).made == 1
    assert make_posters(tmp_path, bases, groups(3)).made == 0


@pytest.mark.parametrize("processes", [1, 2])
def test_killed_in_the_middle_it_goes_on_where_it_was(tmp_path: Path, processes: int) -> None:
    running = start(tmp_path, 60, processes)
    assert running.stdout
    for line in running.stdout:
        if int(line) >= 10:
            break
    running.send_signal(signal.SIGKILL)
    running.wait()
    running.stdout.close()
    # Workers that finish what they have in hand are not waited for: two batches at once are fine.
    before = stand(tmp_path)
    assert 10 <= len(before) < 60
    for path in tmp_path.glob("*.png"):
        Image.open(path).verify()
    second = start(tmp_path, 60, processes)
    told, _ = second.communicate()
    assert second.returncode == 0
    assert int(told.splitlines()[0]) >= len(before)
    after = stand(tmp_path)
    assert len(after) == 60
    assert {name: after[name] for name in before} == before
    assert sorted(p.name for p in tmp_path.iterdir() if p.name.startswith(".")) == [RECORD]


def test_the_same_posters_are_the_same_bytes_in_any_process_locale_and_zone(tmp_path: Path) -> None:
    worlds = (
        (1, {"PYTHONHASHSEED": "1", "TZ": "America/New_York", "LC_ALL": "C"}),
        (2, {"PYTHONHASHSEED": "2", "TZ": "Asia/Shanghai", "LC_ALL": "C.UTF-8", "LANG": "zh_CN.UTF-8"}),
    )
    runs = [(tmp_path / str(k), start(tmp_path / str(k), 50, k, **env)) for k, env in worlds]
    for _, running in runs:
        running.communicate()
        assert running.returncode == 0
    one, other = ({p.name: p.read_bytes() for p in folder.iterdir() if p.name != RECORD} for folder, _ in runs)
    assert len(one) == 50 + 50 + 1
    assert one == other


def test_one_name_that_cannot_be_drawn_keeps_back_no_other(tmp_path: Path, bases: dict[str, Base]) -> None:
    wanted = groups(3)
    wanted[1] = replace(wanted[1], group=Group(id="odd", name="\ue000"))
    with pytest.raises(NotAllMade, match=r"odd: .*U\+E000") as raised:
        make_posters(tmp_path, bases, wanted)
    assert list(raised.value.paths) == ["g0", "g2"]
    assert sorted(p.name for p in tmp_path.glob("*.png")) == ["g0.png", "g2.png"]


def test_two_groups_of_one_id_are_refused(tmp_path: Path, bases: dict[str, Base]) -> None:
    with pytest.raises(WrongUse, match="same id"):
        make_posters(tmp_path, bases, [*groups(1), *groups(1)])


def test_progress_is_told_from_what_is_there_to_the_end(tmp_path: Path, bases: dict[str, Base]) -> None:
    make_posters(tmp_path, bases, groups(2))
    told: list[tuple[int, int]] = []
    make_posters(tmp_path, bases, groups(5), progress=lambda done, wanted: told.append((done, wanted)))
    assert told == [(2, 5), (3, 5), (4, 5), (5, 5)]


def test_a_file_that_cannot_be_finished_leaves_the_old_one_and_no_draft(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path / "a", b"old")

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        put(tmp_path / "a", b"new")
    assert [(p.name, p.read_bytes()) for p in tmp_path.iterdir()] == [("a", b"old")]


# The ZIP.


def test_the_zip_holds_pictures_texts_and_a_table_that_no_spreadsheet_runs(
    tmp_path: Path, bases: dict[str, Base]
) -> None:
    names = ("=1+1", "+86 群", "-群", "@all", "普通，「群」", ' "=x"')
    wanted = [
        Wanted(group=Group(id=f"g{k}", name=name, leader="=cmd"), link=LINK.format(k), base="zh")
        for k, name in enumerate(names)
    ]
    made = make_posters(tmp_path, bases, wanted)
    path = write_parcel(tmp_path / "all.zip", wanted, made)
    with zipfile.ZipFile(path) as parcel:
        assert parcel.testzip() is None
        infos = parcel.infolist()
        assert [i.filename for i in infos[:3]] == ["index.csv", "g0.png", "g0.txt"]
        assert len(infos) == 1 + 2 * len(names)
        assert {i.compress_type for i in infos} == {zipfile.ZIP_STORED}
        assert {i.date_time for i in infos} == {(1980, 1, 1, 0, 0, 0)}
        assert parcel.read("g1.png") == made.paths["g1"].read_bytes()
        table = parcel.read("index.csv")
    assert table.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(table.decode("utf-8-sig"), newline="")))
    assert rows[0] == ["group", "name", "leader", "link", "picture"]
    assert [row[1] for row in rows[1:]] == ["'=1+1", "'+86 群", "'-群", "'@all", "普通，「群」", ' "=x"']
    assert {row[2] for row in rows[1:]} == {"'=cmd"}
    before = path.read_bytes()
    assert write_parcel(path, wanted, make_posters(tmp_path, bases, wanted)).read_bytes() == before


# The crew.


def add(shared: int, portion: int) -> int:
    """Work for a crew; -1 stands for a fault, -2 for a process that is killed."""
    if portion == -1:
        raise RuntimeError("no minus one")
    if portion == -2:
        os.kill(os.getpid(), signal.SIGKILL)
    return shared + portion


@pytest.fixture
def findable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    # A worker imports by name.
    monkeypatch.setattr(add, "__module__", "tests.poster.test_poster_batch")
    monkeypatch.setitem(sys.modules, "tests.poster.test_poster_batch", sys.modules[__name__])


@pytest.mark.usefixtures("findable")
def test_a_crew_does_every_portion_once() -> None:
    assert sorted(crew(add, 100, range(20), 2)) == [(k, 100 + k) for k in range(20)]


@pytest.mark.usefixtures("findable")
@pytest.mark.parametrize(("bad", "says"), [(-1, "no minus one"), (-2, "run it again")])
def test_a_fault_or_a_killed_worker_ends_the_crew_with_a_sentence(bad: int, says: str) -> None:
    with pytest.raises(WorkerFailed, match=says):
        list(crew(add, 100, [1, 2, bad], 2))


@pytest.mark.usefixtures("findable")
def test_a_portion_that_cannot_be_handed_over_ends_the_crew_too() -> None:
    with pytest.raises(WorkerFailed, match="could not be handed over"):
        list(crew(add, 100, [1, cast(int, threading.Lock())], 1))

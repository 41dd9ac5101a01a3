"""One batch in a process of its own: `python -m benchmarks.posters.many FOLDER COUNT PROCESSES`."""

from __future__ import annotations

import io
import resource
import sys
import time
from pathlib import Path

from PIL import Image

from salon.model import Group
from salon.poster import base_picture
from salon.poster.batch import Wanted, make_posters
from salon.testing.golden import golden_event


def main(folder: Path, count: int, processes: int) -> None:
    """Make *count* posters and print what they cost, in bare encodes measured before and after."""
    bases = {"zh": base_picture(golden_event("zh"))}
    wanted = [
        Wanted(group=Group(id=f"g{k}", name=f"读书会 {k} 群"), link=f"https://s.example.cn/c/k3x9{k:04}", base="zh")
        for k in range(count)
    ]
    before = _bare(bases["zh"].png.picture)
    began, cpu = time.perf_counter(), _cpu()
    made = make_posters(folder, bases, wanted, processes=processes)
    seconds, spent = time.perf_counter() - began, _cpu() - cpu
    unit = (before + _bare(bases["zh"].png.picture)) / 2
    again = time.perf_counter()
    kept = make_posters(folder, bases, wanted, processes=processes).kept
    again = time.perf_counter() - again
    own, crew = (resource.getrusage(who).ru_maxrss // 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    print(
        f"{made.made} posters, {processes} process(es): {spent:.1f} s CPU, {seconds:.1f} s by the clock; each "
        f"{spent / count / unit:.2f} of a bare encode ({unit * 1000:.0f} ms) with reading back, writing and all; "
        f"{own} MB" + (f", each worker {crew} MB" if crew else "") + f"; again: {kept} kept in {again:.1f} s"
    )


def _bare(picture: Image.Image) -> float:
    began = time.process_time()
    for _ in range(10):
        picture.save(io.BytesIO(), "PNG", compress_level=6)
    return (time.process_time() - began) / 10


def _cpu() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))

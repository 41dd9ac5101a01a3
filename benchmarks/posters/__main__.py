"""The goals of `design/posters.md`: what a poster costs, and who can read it. `python -m benchmarks.posters`

Costs are told in the CPU of a bare Pillow encode (level 6) of the same picture, measured in turns in this run. Scans
are software on simulated damage: no phone takes part. Exits 1 when a goal is missed.
"""

from __future__ import annotations

import argparse
import io
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]

from benchmarks.posters.damage import COVERS, DAMAGES  # noqa: E402
from benchmarks.posters.decoders import GOALS, MUST, decoders  # noqa: E402
from benchmarks.posters.scans import Scans, scan_one  # noqa: E402
from PIL import Image  # noqa: E402

from salon.model import Group  # noqa: E402
from salon.poster import Base, base_picture, check, draw_group, formats, prepare  # noqa: E402
from salon.poster.crew import crew  # noqa: E402
from salon.poster.fonts import drawable  # noqa: E402
from salon.testing.golden import golden_event  # noqa: E402

#: CPU of a poster, drawn and encoded, to that of a bare encode.
CEILING = 0.25
LINK = "https://s.example.cn/c/k3x9{:04}"


def main() -> int:
    """Run what is asked for and print it."""
    ask = argparse.ArgumentParser(prog="python -m benchmarks.posters", description=__doc__.splitlines()[0])
    ask.add_argument("--posters", type=int, default=120, help="posters to damage and scan (default: 120)")
    ask.add_argument("--batch", type=int, default=1000, help="posters of the batch (default: 1000)")
    ask.add_argument("--processes", type=int, default=os.cpu_count() or 1, help="for scans (default: all cores)")
    args = ask.parse_args()
    os.environ[MUST] = "1"
    failures = []
    if args.batch:
        failures += costs() + batch(args.batch)
    if args.posters:
        failures += scans(args.posters, args.processes)
    print("\n".join(f"MISSED: {told}" for told in failures) or "all goals reached")
    return 1 if failures else 0


def costs() -> list[str]:
    """A single poster of each format, in bare encodes."""
    print("one poster, medians, in bare Pillow encodes of the same picture")
    missed = []
    for shape in formats():
        base = base_picture(golden_event("zh"), format=shape)
        png, link = _made(base, 0), LINK.format(0)
        with Image.open(io.BytesIO(png)) as opened:
            picture = opened.convert("RGB")
        bare, made, checked = [], [], []
        # Names are set as many at once as in a batch.
        began = time.process_time()
        prepare(base, [_group(k) for k in range(1, 9)])
        names = (time.process_time() - began) / 8
        for k in range(8):
            bare.append(_cpu(picture.save, io.BytesIO(), "PNG", compress_level=6))
            made.append(names + _cpu(_made, base, k + 1))
            checked.append(_cpu(check, png, link))
        unit = median(bare)
        print(
            f"  {shape:<11} bare {unit * 1000:5.1f} ms   drawn and encoded {median(made) / unit:.2f}"
            f"   read back {median(checked) / unit:.2f}   {len(png) // 1024} KiB"
        )
        if shape == "portrait" and median(made) > CEILING * unit:
            missed.append(f"{shape}: {median(made) / unit:.2f} of a bare encode; at most {CEILING}")
    return missed


def batch(count: int) -> list[str]:
    """*count* posters by one process and by two, in processes of their own so that memory can be told."""
    for hands in (1, 2):
        with tempfile.TemporaryDirectory() as folder:
            command = [sys.executable, "-m", "benchmarks.posters.many", folder, str(count), str(hands)]
            env = {**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT / "src"), str(ROOT)))}
            print(subprocess.run(command, check=True, env=env, capture_output=True, text=True).stdout, end="")
    return []


def scans(count: int, processes: int) -> list[str]:
    """*count* posters × all damages × four decoders."""
    total = Scans()
    # Workers find the benchmarks where this one did.
    os.environ["PYTHONPATH"] = str(ROOT)
    decoders()
    for done, (_, part) in enumerate(crew(scan_one, "", range(count), processes), 1):
        total.add(part)
        if sys.stderr.isatty():
            print(f"\r{done}/{count} posters scanned", end="", file=sys.stderr, flush=True)
    print(f"{count} posters × {len(DAMAGES) + len(COVERS)} damages = {total.pictures} pictures")
    for name, goal in GOALS.items():
        print(f"  {name:<10} {total.read[name]:>6}  {total.read[name] / total.pictures:8.2%}  (goal {goal:.0%})")
    print(f"  at least three: {total.by_three}; read as something else: {total.wrong}")
    for name, missed in total.missed.items():
        if told := ", ".join(f"{decoder} {times}" for decoder, times in missed.items() if times):
            print(f"    {name}: not read by {told}")
    return total.failures()


def _group(k: int) -> Group:
    return Group(id=f"g{k}", name=f"产品经理读书会 {k} 群")


def _made(base: Base, k: int) -> bytes:
    """A poster as the house makes it, but for reading it back."""
    group, link = _group(k), LINK.format(k)
    left, _, right, bottom = base.code_box
    band = draw_group(base, drawable(group.name, "name", is_name=True), link)
    return base.png.encode(band.crop((left, 0, right, bottom - base.band_top)), base.description(group, link))


def _cpu(work: Callable[..., object], *args: object, **more: object) -> float:
    began = time.process_time()
    work(*args, **more)
    return time.process_time() - began


if __name__ == "__main__":
    raise SystemExit(main())

"""`python -m benchmarks.uploads [COUNT]`: how many of COUNT (480) simulated uploads are read, and in what time.

Exits 1 when fewer than 99 % are read, or any is read wrongly. The pictures that were not read go to `--keep DIR`.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from pathlib import Path

from benchmarks.uploads.screens import Upload, upload

from salon.group_code.read import read_code
from salon.invites import CodeRefused


def main() -> int:
    """Read them all and print the rate by kind."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", nargs="?", type=int, default=480)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--keep", type=Path)
    args = parser.parse_args()
    shown: Counter[str] = Counter()
    read: Counter[str] = Counter()
    wrong, times = 0, []
    for number in range(args.first, args.first + args.count):
        one = upload(number)
        shown[one.kind] += 1
        began = time.process_time()
        outcome = _outcome(one)
        times.append(time.process_time() - began)
        read[one.kind] += outcome == "read"
        wrong += outcome == "WRONG"
        if outcome != "read":
            print(f"{number} {one.kind}: {outcome}", file=sys.stderr)
            if args.keep:
                args.keep.mkdir(parents=True, exist_ok=True)
                (args.keep / f"{number}.img").write_bytes(one.data)
    for kind in shown:
        print(f"{kind:<12} {read[kind]:>4} of {shown[kind]}")
    times.sort()
    rate = read.total() / shown.total()
    print(f"all          {read.total():>4} of {shown.total()} = {rate:.2%}, {wrong} read wrongly")
    print(f"CPU          {times[len(times) // 2] * 1000:.0f} ms in the middle, {times[-1] * 1000:.0f} ms at most")
    return 0 if rate >= 0.99 and not wrong else 1


def _outcome(one: Upload) -> str:
    try:
        return "read" if read_code(one.data) == one.text else "WRONG"
    except CodeRefused as refused:
        return refused.reason


if __name__ == "__main__":
    sys.exit(main())

"""The live room under load. `python -m benchmarks.room [claims burst fanout latency memory hundred]`

The server is a real process on a core of its own, the load on the other; its CPU is read from /proc. What is compared
runs in turn within one run, and the ratio counts. Loopback only. Everything but `hundred` takes about ten minutes;
that one takes --seconds (300) and is left out unless it is named. Exits 1 below a floor of docs/performance.md, and
when a message or a seat was lost.
"""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Callable, Mapping

from benchmarks.room.processes import ROOT, pin_load, raise_file_limit

sys.path[:0] = [str(ROOT / "src"), str(ROOT)]

from benchmarks.room.claims import burst, claims  # noqa: E402
from benchmarks.room.fanout import fanout  # noqa: E402
from benchmarks.room.hundred import hundred  # noqa: E402
from benchmarks.room.latency import latency, memory  # noqa: E402

CONNECTIONS = (1_000, 5_000, 10_000)


def main() -> int:
    """Run the parts that were asked for; exit 1 when one of them is below its floor."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", metavar="PART")
    parser.add_argument("--connections", type=int, nargs="+", default=CONNECTIONS, help="of fanout, latency and memory")
    parser.add_argument("--rounds", type=int, default=5, help="of claims and fanout")
    parser.add_argument("--seconds", type=float, help="of each stretch of fanout (4) and latency (20), and of hundred")
    args = parser.parse_args()
    parts = _parts(args)
    if unknown := set(args.parts) - set(parts):
        parser.error(f"there is no part {', '.join(sorted(unknown))}; there are {', '.join(parts)}")
    # Both ends of a connection are files here and there.
    if raise_file_limit() < max(args.connections) + 500:
        parser.error(f"{max(args.connections):,} connections need as many open files; raise the limit (ulimit -Hn)")
    pin_load()
    # Whoever stops this stops the servers as well.
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    good = [parts[name]() for name in args.parts or [name for name in parts if name != "hundred"]]
    print(f"\n{'as promised' if all(good) else 'BELOW A FLOOR, OR SOMETHING WAS LOST'}")
    return 0 if all(good) else 1


def _parts(args: argparse.Namespace) -> Mapping[str, Callable[[], bool]]:
    return {
        "claims": lambda: claims(2_000, args.rounds),
        "burst": burst,
        "fanout": lambda: fanout(args.connections, args.seconds or 4, args.rounds),
        "latency": lambda: latency(args.connections, args.seconds or 20),
        "memory": lambda: memory(max(args.connections)),
        "hundred": lambda: hundred(args.seconds or 300),
    }


if __name__ == "__main__":
    sys.exit(main())

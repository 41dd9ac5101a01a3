"""1,000 groups over six channels with 10 % faults, calm and then killed at 20 moments. About four minutes."""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from pathlib import Path

from benchmarks.wave.run import Found, Plan, run


def main() -> int:
    """Run both and print what came of them; exit code 1 when anything is wrong."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.wave", description=__doc__)
    parser.add_argument("--groups", type=int, default=1000)
    parser.add_argument("--kills", type=int, default=20)
    asked = parser.parse_args()
    founds = []
    for kills in dict.fromkeys((0, asked.kills)):
        with tempfile.TemporaryDirectory() as home:
            founds.append(asyncio.run(run(Path(home) / "home", Plan(groups=asked.groups, kills=kills))))
        _say(founds[-1])
    return int(any(found.wrong for found in founds))


def _say(found: Found) -> None:
    outcomes = ", ".join(f"{count} {outcome}" for outcome, count in found.outcomes.most_common())
    print(f"{found.plan.groups} groups, killed {found.kills} times: {outcomes}")
    if found.demanded:
        share = found.seconds / found.demanded
        print(f"  the pace alone demands {found.demanded:.0f} s; it took {found.seconds:.0f} s: {share:.2f} of it")
    print(f"  {len(found.wrong)} things wrong")
    for line in found.wrong[:20]:
        print(f"    {line}")


if __name__ == "__main__":
    raise SystemExit(main())

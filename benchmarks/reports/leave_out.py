"""What each part of the report's analysis contributes: the same measure with one part left out at a time.

    python benchmarks/reports/leave_out.py --quality report_quality.py --data DIR [PART ...]

*report_quality.py* measures reports against what people wrote about the same discussions (`docs/reports.md`).
Prints one line per part.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import subprocess
import sys
import types
from collections.abc import Callable
from math import log
from pathlib import Path

from salon.analysis import align, highlights, likeness, picks, turns, words
from salon.report_command import report_from_chat

METRICS = ("located_3", "answered_10", "quotes_f", "zh_recall", "notes_recall")


def put(module: object, **values: object) -> Callable[[], None]:
    """A change of constants, to be made later."""
    return lambda: [setattr(module, name, value) for name, value in values.items()] and None


def weigh(*names: str) -> Callable[[], None]:
    """The named features of highlights without weight."""
    return lambda: highlights.WEIGHTS.update(dict.fromkeys(names, 0.0))


PARTS: dict[str, Callable[[], None]] = {
    "nothing": lambda: None,
    "align: prior for the KOL": put(align, KOL=1.0, ASKED=1.0),
    "align: order of the outline": put(align, BACK=0.0, BACK_ASKED=0.0, SAME=0.0, LEAP=0.0),
    "align: a cheap step back to a question": put(align, BACK_ASKED=1.6),
    "align: what follows the line": put(align, AFTER=0.0),
    "align: share of the point's words": put(align, COVER=0.0),
    "align: likest single sentence": put(align, CLOSE=0.0, TURNS=0.0),
    "align: from an answer back to its question": put(align, ANSWERS=0),
    "words: one stem for all forms": put(words, _BY_LAST={}),
    "align: long turns": put(turns, LONG=10**9),
    "words: root of the rarity": put(likeness.Space, _rarity=lambda self, n: log((self.texts + 1) / (n + 0.5))),
    "quotes: likeness to the point": put(picks, cosine=lambda a, b: 0.0),
    "quotes: distance from the question": put(picks, DISTANCE=0.0),
    "quotes: length": put(picks, LENGTH=0.0),
    "quotes: said or taken up by the KOL": put(picks, KOL=0.0, TAKEN_UP=0.0),
    "quotes: speaking of oneself": put(picks, SELF=0.0),
    "quotes: one quote of adjacent messages": put(picks, runs=lambda lines, best: [[k] for k in sorted(best)]),
    "highlights: likeness to the outline": weigh("outline", "own"),
    "highlights: likeness to the stretch's own point": weigh("own"),
    "highlights: likeness to the stretch": weigh("stretch"),
    "highlights: length and density": weigh("sentence", "long", "dense", "rare", "commas"),
    "highlights: words that count, weigh, contrast": weigh("counts", "weighs", "contrasts", "stresses"),
    "highlights: hosting and asking": weigh("hosts", "asks"),
    "highlights: place in the stretch": weigh("prologue", "late", "hour"),
    "highlights: kinds of Chinese words": weigh(*highlights.KINDS),
    "highlights: addresses": weigh("link"),
}


def main() -> None:
    """Measure the parts named, or all."""
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("parts", nargs="*", metavar="PART")
    args.add_argument("--quality", type=Path, required=True)
    args.add_argument("--data", type=Path, required=True)
    args.add_argument("--run", action="store_true", help=argparse.SUPPRESS)
    given = args.parse_args()
    if given.run:
        PARTS[given.parts[0]]()
        print(json.dumps(measured(given.quality, given.data)))
        return
    print(f"{'left out':50}" + "".join(f"{name:>13}" for name in METRICS))
    for part in given.parts or PARTS:
        # A process each: what one leaves out, the next has again.
        call = [sys.executable, __file__, "--run", "--quality", given.quality, "--data", given.data, part]
        values = json.loads(subprocess.run(call, capture_output=True, text=True, check=True).stdout)
        print(f"{part:50}" + "".join(f"{values[name]:13.3f}" for name in METRICS), flush=True)


def measured(quality: Path, data: Path) -> dict[str, float]:
    """Mean of each metric over all discussions below *data*, as the script *quality* measures them."""
    found = importlib.util.spec_from_file_location("quality", quality)
    assert found is not None
    assert found.loader is not None
    script = importlib.util.module_from_spec(found)
    found.loader.exec_module(script)
    # Called here instead of as a program of its own: start-up would be most of the time.
    script.subprocess = types.SimpleNamespace(run=_report)
    totals: dict[str, list[float]] = {}
    for chat in sorted(data.rglob("*.chat.jsonl")):
        _, values, problem = script.measure(chat, "{chat} {outline} {kol} {out}")
        assert problem is None, problem
        for name, some in values.items():
            totals.setdefault(name, []).extend(some)
    return {name: sum(values) / len(values) for name, values in totals.items()}


def _report(call: list[str], **_: object) -> types.SimpleNamespace:
    chat, outline, kol, out = call
    report_from_chat(Path(chat), Path(outline), kol, Path(out), None)
    return types.SimpleNamespace(returncode=0)


if __name__ == "__main__":
    main()

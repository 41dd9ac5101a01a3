"""What a report costs with start-up, and that it grows no faster than the talk. `python -m benchmarks.reports`

A made-up talk, half Chinese and half English, is exported, and `salon report` makes all text forms of it in a process
of its own: a tenth of the messages, all of them, and all of them again under another hash seed, zone and locale.
Processor time and peak memory are the child's, as the system counts them. Exits 1 when ten times the messages cost
more than `STEEPEST` times the processor, when the peak is above `MOST_MEGABYTES`, or when the bytes differ.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

STEEPEST, MOST_MEGABYTES = 11.0, 300
_KOL = "林嘉"
_POINTS = (
    "老客为什么会走？",
    "小店每周该花多少时间在老客身上？",
    "Which list does a small shop keep?",
    "什么值得办第二次？",
)
_SAID = (
    "我们店去年走了三成老客，回访下来最大的原因不是价格，第{k}位说没人记得他买过什么。",
    "I keep a paper list of the last three things that every guest bought, item {k} is my favourite.",
    "每天早上开门前二十分钟给第{k}位老客发语音，一个月下来回来了十一位。",
    "Does the list of number {k} work for a shop with two owners?",
    "我来整理今天第{k}条名单，周五发到群里",
    "I don't agree, the price matters more than the list, see https://example.org/{k}",
    "好的",
)


@dataclass(frozen=True, kw_only=True)
class Cost:
    """One run: processor seconds, peak memory, and a digest of all that was written."""

    seconds: float
    megabytes: float
    digest: str


def main() -> int:
    """Run, print a table, and say with the exit code whether the promises hold."""
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("--messages", type=int, default=10_000)
    args.add_argument("--rounds", type=int, default=3)
    given = args.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        few, all_of_them = (_export(Path(folder), n) for n in (given.messages // 10, given.messages))
        rounds = [_round(few, all_of_them, Path(folder), k) for k in range(given.rounds)]
    small = min((costs[0] for costs in rounds), key=lambda cost: cost.seconds)
    whole = min((costs[1] for costs in rounds), key=lambda cost: cost.seconds)
    ratio = min(costs[1].seconds / costs[0].seconds for costs in rounds)
    digests = {costs[k].digest for costs in rounds for k in (1, 2)}
    print(f"{'messages':>10} {'CPU s':>7} {'peak MB':>8}")
    for n, cost in ((given.messages // 10, small), (given.messages, whole)):
        print(f"{n:>10} {cost.seconds:7.2f} {cost.megabytes:8.0f}")
    print(f"ten times the messages cost {ratio:.1f} times the processor (at most {STEEPEST:g})")
    print(f"bytes under other seeds, zones and locales: {'the same' if len(digests) == 1 else 'DIFFERENT'}")
    is_small = given.messages > 10_000 or whole.megabytes <= MOST_MEGABYTES
    return 0 if ratio <= STEEPEST and is_small and len(digests) == 1 else 1


def _export(folder: Path, messages: int) -> Path:
    """A ChatLab export of a made-up talk; its outline lies beside it."""
    rows: list[dict[str, object]] = [
        {
            "_type": "header",
            "chatlab": {"version": "0.0.1"},
            "meta": {"name": "x", "platform": "other", "type": "group"},
        }
    ]
    step = max(1, messages // len(_POINTS))
    for k in range(messages):
        asks = k % step == 0 and k // step < len(_POINTS)
        name = _KOL if asks else f"客人{k * 7 % 90}"
        text = _POINTS[k // step] if asks else _SAID[k % len(_SAID)].format(k=k)
        row = {"_type": "message", "id": str(k), "sender": name, "accountName": name, "type": 0, "content": text}
        rows.append({**row, "timestamp": 1_763_553_600 + k, "replyToMessageId": str(k - 2) if k % 5 == 4 else None})
    chat = folder / f"{messages}.chat.jsonl"
    chat.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    outline = "# 小店如何留住老客\n\n" + "".join(f"- {point}\n" for point in _POINTS)
    chat.with_suffix(".outline.md").write_text(outline, encoding="utf-8")
    return chat


def _round(few: Path, all_of_them: Path, folder: Path, k: int) -> tuple[Cost, Cost, Cost]:
    elsewhere = {"PYTHONHASHSEED": str(k + 1), "TZ": "America/New_York", "LC_ALL": "C"}
    here = {"PYTHONHASHSEED": "0", "TZ": "Asia/Shanghai", "LC_ALL": "C.UTF-8"}
    return (
        _cost(few, folder / f"a{k}", here),
        _cost(all_of_them, folder / f"b{k}", here),
        _cost(all_of_them, folder / f"c{k}", elsewhere),
    )


def _cost(chat: Path, out: Path, environment: dict[str, str]) -> Cost:
    """Have the report of *chat* made by a process of its own."""
    call = [sys.executable, "-m", "salon", "report", "--chat", str(chat), "--kol", _KOL]
    call += ["--outline", str(chat.with_suffix(".outline.md")), "--out", str(out)]
    with open(os.devnull, "w") as quiet:
        child = os.posix_spawn(
            sys.executable,
            call,
            {**os.environ, **environment},
            file_actions=[(os.POSIX_SPAWN_DUP2, quiet.fileno(), 1), (os.POSIX_SPAWN_DUP2, quiet.fileno(), 2)],
        )
        _, status, used = os.wait4(child, 0)
    if status:
        raise SystemExit(f"salon report ended with {os.waitstatus_to_exitcode(status)}; run it by hand to see why")
    written = sorted(path for path in out.rglob("*") if path.is_file())
    digest = hashlib.sha256(b"".join(path.name.encode() + path.read_bytes() for path in written)).hexdigest()
    # Kilobytes on Linux.
    return Cost(seconds=used.ru_utime + used.ru_stime, megabytes=used.ru_maxrss / 1024, digest=digest)


if __name__ == "__main__":
    sys.exit(main())

"""Lighthouse on the door and the room of a real server, as a phone sees them. `python -m benchmarks.lighthouse`

Starts a web room of its own with an evening that is on (a portrait, a hundred messages, polls, a questionnaire, a
promotion), and lets Lighthouse look at the door as somebody new, and at the room from a seat: mobile, with its
simulated slow line and processor. Exits 1 when a score is below `FLOOR`. Lighthouse is a tool of its own (Node, npm)
and no dependency of ours: without it this says what to install, and exits 0.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]

from tests.browser import CHROMIUM  # noqa: E402
from tests.web.house import Evening, Web  # noqa: E402

from salon.model import Item, Promotion, Questionnaire  # noqa: E402
from salon.testing.golden import golden_event  # noqa: E402

#: Least score of each kind, of 100.
FLOOR = 95
KINDS = ("performance", "accessibility", "best-practices")
PORTRAIT = ROOT / "examples" / "portraits" / "shen-mancang.png"
HOW = "install Node 18 or later and Lighthouse: npm install --prefix FOLDER lighthouse; then --lighthouse FOLDER"


def main() -> int:
    """Look at both pages *rounds* times, print the middle scores and what cost points."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lighthouse", type=Path, help="the folder that npm installed it to; else it is on the PATH")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--language", choices=("zh", "en"), default="zh")
    args = parser.parse_args()
    program = _lighthouse(args.lighthouse)
    if not program or not CHROMIUM:
        print(f"skipped: there is no {'Lighthouse' if CHROMIUM else 'Chromium'} here; {HOW}", file=sys.stderr)
        return 0
    with tempfile.TemporaryDirectory() as home:
        web = Web(Path(home))
        try:
            evening, cookies = an_evening(web, args.language)
            pages = {"door": (evening.door(), ""), "room": (evening.room, cookies)}
            found = {
                name: [look(program, f"{web.url}{path}", known, args.language) for _ in range(args.rounds)]
                for name, (path, known) in pages.items()
            }
        finally:
            web.close()
    good = [told(name, looks) for name, looks in found.items()]
    return 0 if all(good) else 1


def _lighthouse(folder: Path | None) -> str:
    """The program; an empty text: it is not here, or nothing that runs it."""
    found = folder / "node_modules" / ".bin" / "lighthouse" if folder else shutil.which("lighthouse")
    return str(found) if found and Path(found).exists() and shutil.which("node") else ""


def an_evening(web: Web, language: str) -> tuple[Evening, str]:
    """An evening that is on, as full as a page gets, and the cookies of somebody who sits in it."""
    form = Questionnaire(id="week", title="Your week", items=(Item(question="Which?", options=("This", "That")),))
    card = Promotion(id="boat", title="Paperboat", link="https://example.org/", text="A calendar.")
    kol = replace(golden_event(language).kol, portrait=str(PORTRAIT))
    evening = web.evening(language=language, kol=kol, questionnaires=(form,), promotions=(card,))
    web.turn_to(web.now + timedelta(minutes=1))
    members = [evening.member(f"Lin {k}", language=language) for k in range(10)]
    for k in range(100):
        evening.say(members[k % 10], f"{k}: what we handed over, and what came back 交出去的和收回来的 {'…' * (k % 7)}")
    members[0].post(f"{evening.room}/questions", data={"text": "Where do we begin?"})
    for path in ("polls/daily/open", "polls/trust/open", "questionnaires/week/open", "cards/boat/show"):
        evening.host(path)
    return evening, "; ".join(f"{name}={value}" for name, value in members[0].cookies.items())


def look(program: str, url: str, cookies: str, language: str) -> dict[str, Any]:
    """One report of Lighthouse on *url*."""
    accepts = {"zh": "zh-CN,zh;q=0.9", "en": "en-GB,en;q=0.8"}[language]
    headers = {"Accept-Language": accepts, **({"Cookie": cookies} if cookies else {})}
    command = [program, url, "--output=json", "--quiet", f"--only-categories={','.join(KINDS)}"]
    command += [f"--extra-headers={json.dumps(headers)}", "--chrome-flags=--headless=new --no-sandbox --disable-gpu"]
    env = {**os.environ, "CHROME_PATH": CHROMIUM}
    ran = subprocess.run(command, env=env, capture_output=True, text=True, timeout=300, check=False)
    if ran.returncode:
        raise SystemExit(f"lighthouse could not look at {url}: {ran.stderr[-600:]}")
    report: dict[str, Any] = json.loads(ran.stdout)
    return report


def told(name: str, looks: list[dict[str, Any]]) -> bool:
    """Print what came out for one page; returns whether it is good enough."""
    scores = {kind: median(100 * (one["categories"][kind]["score"] or 0) for one in looks) for kind in KINDS}
    audits = looks[-1]["audits"]
    sent = audits["total-byte-weight"]["numericValue"] / 1000
    paint = median(one["audits"]["largest-contentful-paint"]["numericValue"] for one in looks) / 1000
    blocked = median(one["audits"]["total-blocking-time"]["numericValue"] for one in looks)
    print(f"{name:<6}" + "".join(f"{kind} {round(score):>3}   " for kind, score in scores.items()), end="")
    print(f"{sent:.1f} kB sent, largest paint {paint:.1f} s, blocked {blocked:.0f} ms")
    for kind in KINDS:
        for ref in looks[-1]["categories"][kind]["auditRefs"]:
            audit = audits[ref["id"]]
            if ref["weight"] and audit["score"] is not None and audit["score"] < 0.9:
                print(f"       {kind}: {audit['title']} ({audit.get('displayValue', '')})")
    return min(scores.values()) >= FLOOR


if __name__ == "__main__":
    sys.exit(main())

"""What may be written on the command line: every verb with its options."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TypeAlias

from salon import __version__
from salon.cli import verbs
from salon.cli.chat_options import add_options, add_reading_options
from salon.cli.groups_options import add_options as add_group_options
from salon.model import Moment

#: What `add_subparsers` gives; argparse has no public name for it.
_Verbs: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"

_MOMENTS = {
    Moment.BRIEF: "send the KOL the outline and run of show",
    Moment.WARM_UP: "tell every group who comes, what about, and when",
    Moment.OPEN_ROOM: "open the room and send every group its poster",
    Moment.REMIND: "tell every group how many seats are left",
    Moment.HOST: "post prompts and polls by the outline until the close",
    Moment.DISBAND: "shut the room and say good night",
    Moment.REPORT: "write the report and share it; with --chat: of a discussion held elsewhere",
}


def parser(verb: str = "") -> argparse.ArgumentParser:
    """The whole command line; where *verb* is a moment, only that: to tell of all takes longer than to read one."""
    root = argparse.ArgumentParser(prog="salon", description="The weekly KOL discussion, from warm-up to report.")
    root.add_argument("--version", action="version", version=f"salon {__version__}")
    onto = root.add_subparsers(title="verbs", metavar="VERB", required=True)
    asked = next((moment for moment in _MOMENTS if moment == verb), None)
    if asked is not None:
        _add_moment(onto, asked, _MOMENTS[asked])
        return root
    _add_plan(onto)
    _add_up(onto)
    _add_groups(onto)
    _add_status(onto)
    _add_journal(onto)
    for moment, about in _MOMENTS.items():
        _add_moment(onto, moment, about)
    _add_poster(onto)
    _add_leaders(onto)
    _add_archive(onto)
    _add_paper(onto)
    _add_verify(onto)
    _add_lint(onto)
    _add_rehearse(onto)
    _add_sending(onto)
    return root


def _event(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("event", nargs="?", metavar="EVENT", help="an event's id; this week's when left out")


def _json(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--json", action="store_true", help="for programs")


def _add_plan(onto: _Verbs) -> None:
    verb = onto.add_parser("plan", help="show what a programme file would change; --apply changes it")
    verb.add_argument("file", type=Path, metavar="FILE", help="a programme (TOML); examples/ has two")
    verb.add_argument("--apply", action="store_true", help="make it the plan")
    verb.set_defaults(verb=verbs.plan_verb)


def _add_up(onto: _Verbs) -> None:
    verb = onto.add_parser("up", help="run the web room, Prefect and its runner until Ctrl-C")
    verb.set_defaults(verb=verbs.up_verb)


def _add_groups(onto: _Verbs) -> None:
    verb = onto.add_parser("groups", help="list the groups of a series, or import a list of them")
    add_group_options(verb)
    verb.set_defaults(verb=verbs.groups_verb)


def _add_status(onto: _Verbs) -> None:
    verb = onto.add_parser("status", help="show the week: each moment, when, and what came of it")
    _event(verb)
    _json(verb)
    verb.set_defaults(verb=verbs.status_verb)


def _add_journal(onto: _Verbs) -> None:
    verb = onto.add_parser("journal", help="print everything that was written down about an event")
    _event(verb)
    verb.add_argument("--jsonl", action="store_true", help="one JSON object a line")
    verb.set_defaults(verb=verbs.journal_verb)


def _add_moment(onto: _Verbs, moment: Moment, about: str) -> None:
    verb = onto.add_parser(str(moment), help=about)
    _event(verb)
    verb.add_argument("--wait", action="store_true", help="wait for its time instead of refusing before it")
    if moment in (Moment.REMIND, Moment.BRIEF):
        verb.add_argument("--number", type=int, metavar="N", help="which one; the latest that is due when left out")
    if moment is Moment.REPORT:
        add_options(verb)
    verb.set_defaults(verb=verbs.moment_verb, moment=moment)


def _add_poster(onto: _Verbs) -> None:
    verb = onto.add_parser("poster", help="make an event's posters, a code for each group; --zip packs them")
    _event(verb)
    verb.add_argument("--group", action="append", default=[], metavar="G", help="only this group; may be repeated")
    verb.add_argument("--theme", default="", metavar="T", help="colours and ornament (default: the event's own)")
    verb.add_argument("--format", default="", metavar="F", help="shape: portrait, three-four, square or wide")
    kinds = "poster, few or full, with a code; teaser; after the evening: quote, vote, share, cover (default: poster)"
    verb.add_argument("--kind", default="poster", metavar="K", help=kinds)
    verb.add_argument("--out", type=Path, metavar="DIR", help="where to (default: posters/EVENT)")
    verb.add_argument("--zip", action="store_true", help="one ZIP of all of them too")
    verb.set_defaults(verb=verbs.poster_verb)


def _add_leaders(onto: _Verbs) -> None:
    verb = onto.add_parser("leaders", help="print the private links of everybody who posts in a group by hand")
    _event(verb)
    _json(verb)
    verb.set_defaults(verb=verbs.leaders_verb)


def _add_verify(onto: _Verbs) -> None:
    verb = onto.add_parser("verify", help="check a report that was written against what was said")
    verb.add_argument("report", type=Path, metavar="REPORT", help="a report.json or report.html")
    verb.add_argument("--event", metavar="EVENT", help="whose journal; by the report's folder when left out")
    verb.add_argument("--journal", type=Path, metavar="FILE", help="a journal as `salon journal --jsonl` printed it")
    add_reading_options(verb)
    verb.set_defaults(verb=verbs.verify_verb)


def _add_lint(onto: _Verbs) -> None:
    verb = onto.add_parser("lint", help="check templates and texts for groups before anything is sent")
    verb.add_argument("files", nargs="+", type=Path, metavar="FILE", help="a template (.md) or a text")
    _json(verb)
    verb.set_defaults(verb=verbs.lint_verb)


def _add_archive(onto: _Verbs) -> None:
    verb = onto.add_parser("archive", help="write all published reports as plain files, with search and a feed")
    verb.add_argument("--out", type=Path, metavar="DIR", default=Path("archive"), help="where to (default: archive)")
    verb.add_argument("--language", choices=("zh", "en"), help="of the list; the last event's when left out")
    verb.set_defaults(verb=verbs.archive_verb)


def _add_paper(onto: _Verbs) -> None:
    verb = onto.add_parser("paper", help="make an event's report as a PDF and as long pictures to forward")
    _event(verb)
    verb.add_argument("--out", type=Path, metavar="DIR", help="where to (default: paper/EVENT)")
    verb.set_defaults(verb=verbs.paper_verb)


def _add_rehearse(onto: _Verbs) -> None:
    verb = onto.add_parser("rehearse", help="play one whole week on a fast clock, with everything real")
    verb.add_argument("programme", nargs="?", type=Path, metavar="PROGRAMME", help="the shipped example when left out")
    verb.add_argument("--chat", type=Path, metavar="FILE", help="what members say: an exported chat")
    verb.add_argument("--outline", type=Path, metavar="FILE", help="its outline: Markdown, a point a line")
    verb.add_argument("--kol", metavar="NAME", help="who leads it")
    verb.add_argument("--out", type=Path, metavar="DIR", default=Path("rehearsal"), help="results (default: rehearsal)")
    verb.set_defaults(verb=verbs.rehearse_verb)


def _add_sending(onto: _Verbs) -> None:
    channels = onto.add_parser("channels", help="list what each channel can do; `probe GROUP` sends a test message")
    channels.add_argument("what", nargs="?", choices=("list", "probe"), default="list")
    channels.add_argument("group", nargs="?", metavar="GROUP", help="of probe: a group's id")
    channels.add_argument("--event", metavar="EVENT", help="whose groups; this week's when left out")
    _json(channels)
    channels.set_defaults(verb=verbs.channels_verb)
    coming = onto.add_parser("next", help="print the next evening of a series, half filled, for its file")
    coming.add_argument("series", nargs="?", metavar="SERIES", help="a series' id; the only one when left out")
    coming.add_argument("--count", type=int, default=4, metavar="N", help="how many days to name (default: 4)")
    coming.set_defaults(verb=verbs.next_verb)
    wave = onto.add_parser("wave", help="show when each group will hear an announcement, before it is sent")
    wave.add_argument("moment", metavar="MOMENT", help="warm_up, open_room, remind-1, host, disband or report")
    _event(wave)
    _json(wave)
    wave.set_defaults(verb=verbs.wave_verb)
    correction = onto.add_parser("correct", help="show the correction of an event that was changed; --send sends it")
    _event(correction)
    correction.add_argument("--send", action="store_true", help="tell every group that heard something else")
    correction.set_defaults(verb=verbs.correct_verb)

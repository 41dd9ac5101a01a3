"""The command line: `salon VERB [EVENT]`. What was asked for goes to stdout, talk to stderr.

Exit 0: done; 1: could not; 2: wrong use. Each verb loads only what it needs.
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeAlias

from salon import __version__
from salon.cli.chat_options import add_options, add_reading_options, is_of_a_chat
from salon.cli.groups_options import add_options as add_group_options
from salon.errors import Mistakes, SalonError
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


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    args = parser().parse_args(argv)
    verb: Callable[[argparse.Namespace], int] = args.verb
    try:
        return verb(args)
    except Mistakes as error:
        # Each line names its file.
        print(error, file=sys.stderr)
        return error.exit_code
    except SalonError as error:
        print(f"salon: {' '.join(str(error).split())}", file=sys.stderr)
        return error.exit_code
    except PermissionError as error:
        print(f"salon: {error.filename}: {error.strerror}; choose a place that may be written to", file=sys.stderr)
        return 1
    except BrokenPipeError:
        # The reader has gone (`salon journal | head`): nobody is left to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        print(f"salon: {error.filename or error}: {error.strerror}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    root = argparse.ArgumentParser(prog="salon", description="The weekly KOL discussion, from warm-up to report.")
    root.add_argument("--version", action="version", version=f"salon {__version__}")
    verbs = root.add_subparsers(title="verbs", metavar="VERB", required=True)
    _add_plan(verbs)
    _add_up(verbs)
    _add_groups(verbs)
    _add_status(verbs)
    _add_journal(verbs)
    for moment, about in _MOMENTS.items():
        _add_moment(verbs, moment, about)
    _add_poster(verbs)
    _add_leaders(verbs)
    _add_archive(verbs)
    _add_paper(verbs)
    _add_verify(verbs)
    _add_lint(verbs)
    _add_rehearse(verbs)
    _add_sending(verbs)
    return root


def _add_plan(verbs: _Verbs) -> None:
    verb = verbs.add_parser("plan", help="show what a programme file would change; --apply changes it")
    verb.add_argument("file", type=Path, metavar="FILE", help="a programme (TOML); examples/ has two")
    verb.add_argument("--apply", action="store_true", help="make it the plan")
    verb.set_defaults(verb=_plan)


def _add_up(verbs: _Verbs) -> None:
    verb = verbs.add_parser("up", help="run the web room, Prefect and its runner until Ctrl-C")
    verb.set_defaults(verb=_up)


def _add_groups(verbs: _Verbs) -> None:
    verb = verbs.add_parser("groups", help="list the groups of a series, or import a list of them")
    add_group_options(verb)
    verb.set_defaults(verb=_groups)


def _add_status(verbs: _Verbs) -> None:
    verb = verbs.add_parser("status", help="show the week: each moment, when, and what came of it")
    verb.add_argument("event", nargs="?", metavar="EVENT", help="an event's id; this week's when left out")
    verb.add_argument("--json", action="store_true", help="for programs")
    verb.set_defaults(verb=_status)


def _add_journal(verbs: _Verbs) -> None:
    verb = verbs.add_parser("journal", help="print everything that was written down about an event")
    verb.add_argument("event", nargs="?", metavar="EVENT", help="an event's id; this week's when left out")
    verb.add_argument("--jsonl", action="store_true", help="one JSON object a line")
    verb.set_defaults(verb=_journal)


def _add_moment(verbs: _Verbs, moment: Moment, about: str) -> None:
    verb = verbs.add_parser(str(moment), help=about)
    verb.add_argument("event", nargs="?", metavar="EVENT", help="an event's id; this week's when left out")
    verb.add_argument("--wait", action="store_true", help="wait for its time instead of refusing before it")
    if moment in (Moment.REMIND, Moment.BRIEF):
        verb.add_argument("--number", type=int, metavar="N", help="which one; the latest that is due when left out")
    if moment is Moment.REPORT:
        add_options(verb)
    verb.set_defaults(verb=_moment, moment=moment)


def _add_poster(verbs: _Verbs) -> None:
    verb = verbs.add_parser("poster", help="make an event's posters, a code for each group; --zip packs them")
    verb.add_argument("event", nargs="?", metavar="EVENT", help="an event's id; this week's when left out")
    verb.add_argument("--group", action="append", default=[], metavar="G", help="only this group; may be repeated")
    verb.add_argument("--theme", default="", metavar="T", help="colours and ornament (default: the event's own)")
    verb.add_argument("--format", default="", metavar="F", help="shape: portrait, three-four, square or wide")
    kinds = "poster, few or full, with a code; teaser; after the evening: quote, vote, share, cover (default: poster)"
    verb.add_argument("--kind", default="poster", metavar="K", help=kinds)
    verb.add_argument("--out", type=Path, metavar="DIR", help="where to (default: posters/EVENT)")
    verb.add_argument("--zip", action="store_true", help="one ZIP of all of them too")
    verb.set_defaults(verb=_poster)


def _add_leaders(verbs: _Verbs) -> None:
    verb = verbs.add_parser("leaders", help="print the private links of everybody who posts in a group by hand")
    verb.add_argument("event", nargs="?", metavar="EVENT", help="an event's id; this week's when left out")
    verb.add_argument("--json", action="store_true", help="for programs")
    verb.set_defaults(verb=_leaders)


def _add_verify(verbs: _Verbs) -> None:
    verb = verbs.add_parser("verify", help="check a report that was written against what was said")
    verb.add_argument("report", type=Path, metavar="REPORT", help="a report.json or report.html")
    verb.add_argument("--event", metavar="EVENT", help="whose journal; by the report's folder when left out")
    verb.add_argument("--journal", type=Path, metavar="FILE", help="a journal as `salon journal --jsonl` printed it")
    add_reading_options(verb)
    verb.set_defaults(verb=_verify)


def _add_lint(verbs: _Verbs) -> None:
    verb = verbs.add_parser("lint", help="check templates and texts for groups before anything is sent")
    verb.add_argument("files", nargs="+", type=Path, metavar="FILE", help="a template (.md) or a text")
    verb.add_argument("--json", action="store_true", help="for programs")
    verb.set_defaults(verb=_lint)


def _add_archive(verbs: _Verbs) -> None:
    verb = verbs.add_parser("archive", help="write all published reports as plain files, with search and a feed")
    verb.add_argument("--out", type=Path, metavar="DIR", default=Path("archive"), help="where to (default: archive)")
    verb.add_argument("--language", choices=("zh", "en"), help="of the list; the last event's when left out")
    verb.set_defaults(verb=_archive)


def _add_paper(verbs: _Verbs) -> None:
    verb = verbs.add_parser("paper", help="make an event's report as a PDF and as long pictures to forward")
    verb.add_argument("event", nargs="?", metavar="EVENT", help="an event's id; this week's when left out")
    verb.add_argument("--out", type=Path, metavar="DIR", help="where to (default: paper/EVENT)")
    verb.set_defaults(verb=_paper)


def _add_rehearse(verbs: _Verbs) -> None:
    verb = verbs.add_parser("rehearse", help="play one whole week on a fast clock, with everything real")
    verb.add_argument("programme", nargs="?", type=Path, metavar="PROGRAMME", help="the shipped example when left out")
    verb.add_argument("--chat", type=Path, metavar="FILE", help="what members say: an exported chat")
    verb.add_argument("--outline", type=Path, metavar="FILE", help="its outline: Markdown, a point a line")
    verb.add_argument("--kol", metavar="NAME", help="who leads it")
    verb.add_argument("--out", type=Path, metavar="DIR", default=Path("rehearsal"), help="results (default: rehearsal)")
    verb.set_defaults(verb=_rehearse)


def _add_sending(verbs: _Verbs) -> None:
    channels = verbs.add_parser("channels", help="list what each channel can do; `probe GROUP` sends a test message")
    channels.add_argument("what", nargs="?", choices=("list", "probe"), default="list")
    channels.add_argument("group", nargs="?", metavar="GROUP", help="of probe: a group's id")
    channels.add_argument("--event", metavar="EVENT", help="whose groups; this week's when left out")
    channels.add_argument("--json", action="store_true", help="for programs")
    channels.set_defaults(verb=_channels)
    coming = verbs.add_parser("next", help="print the next evening of a series, half filled, for its file")
    coming.add_argument("series", nargs="?", metavar="SERIES", help="a series' id; the only one when left out")
    coming.add_argument("--count", type=int, default=4, metavar="N", help="how many days to name (default: 4)")
    coming.set_defaults(verb=_next)
    wave = verbs.add_parser("wave", help="show when each group will hear an announcement, before it is sent")
    wave.add_argument("moment", metavar="MOMENT", help="warm_up, open_room, remind-1, host, disband or report")
    wave.add_argument("event", nargs="?", metavar="EVENT", help="an event's id; this week's when left out")
    wave.add_argument("--json", action="store_true", help="for programs")
    wave.set_defaults(verb=_wave)
    correction = verbs.add_parser("correct", help="show the correction of an event that was changed; --send sends it")
    correction.add_argument("event", nargs="?", metavar="EVENT", help="an event's id; this week's when left out")
    correction.add_argument("--send", action="store_true", help="tell every group that heard something else")
    correction.set_defaults(verb=_correct)


def _plan(args: argparse.Namespace) -> int:
    from salon.cli.plan import plan

    return plan(args.file, apply=args.apply)


def _groups(args: argparse.Namespace) -> int:
    from salon.cli.groups import groups

    return groups(args)


def _up(args: argparse.Namespace) -> int:
    import asyncio

    from salon.settings import Settings
    from salon.up import run_stack

    return asyncio.run(run_stack(Settings.from_env(), say=lambda line: print(line, file=sys.stderr, flush=True)))


def _status(args: argparse.Namespace) -> int:
    from salon.cli.week import status

    return status(args.event, as_json=args.json)


def _journal(args: argparse.Namespace) -> int:
    from salon.cli.week import journal

    return journal(args.event, as_jsonl=args.jsonl)


def _moment(args: argparse.Namespace) -> int:
    if is_of_a_chat(args):
        # Modules and patterns are made to stay: until all are there, nobody looks among them for rubbish.
        gc.disable()
        from salon.cli.report import report

        return report(args)
    from salon.cli.week import moment

    return moment(args.moment, args.event, number=getattr(args, "number", None), wait=args.wait)


def _poster(args: argparse.Namespace) -> int:
    from salon.cli.poster import poster

    return poster(args)


def _leaders(args: argparse.Namespace) -> int:
    from salon.cli.leaders import leaders

    return leaders(args.event, as_json=args.json)


def _verify(args: argparse.Namespace) -> int:
    from salon.cli.verify import verify

    return verify(args)


def _lint(args: argparse.Namespace) -> int:
    from salon.cli.lint import lint_files

    return lint_files(args)


def _archive(args: argparse.Namespace) -> int:
    from salon.cli.archive import archive

    return archive(args)


def _paper(args: argparse.Namespace) -> int:
    from salon.cli.paper import paper

    return paper(args)


def _rehearse(args: argparse.Namespace) -> int:
    from salon.rehearsal import rehearse

    return rehearse(args.programme, chat=args.chat, outline=args.outline, kol=args.kol, out=args.out)


def _channels(args: argparse.Namespace) -> int:
    from salon.cli.sending import channels

    return channels(args)


def _next(args: argparse.Namespace) -> int:
    from salon.cli.next import next_evening

    return next_evening(args.series, count=max(1, args.count))


def _wave(args: argparse.Namespace) -> int:
    from salon.cli.sending import wave

    return wave(args)


def _correct(args: argparse.Namespace) -> int:
    from salon.cli.sending import correct_event

    return correct_event(args)

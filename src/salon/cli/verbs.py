"""What each verb of the command line does. Each loads only what it needs."""

from __future__ import annotations

import argparse
import gc
import sys

from salon.cli.chat_options import is_of_a_chat


def plan_verb(args: argparse.Namespace) -> int:
    """`salon plan`."""
    from salon.cli.plan import plan

    return plan(args.file, apply=args.apply)


def groups_verb(args: argparse.Namespace) -> int:
    """`salon groups`."""
    from salon.cli.groups import groups

    return groups(args)


def up_verb(args: argparse.Namespace) -> int:
    """`salon up`."""
    import asyncio

    from salon.settings import Settings
    from salon.up import run_stack

    return asyncio.run(run_stack(Settings.from_env(), say=lambda line: print(line, file=sys.stderr, flush=True)))


def status_verb(args: argparse.Namespace) -> int:
    """`salon status`."""
    from salon.cli.week import status

    return status(args.event, as_json=args.json)


def journal_verb(args: argparse.Namespace) -> int:
    """`salon journal`."""
    from salon.cli.week import journal

    return journal(args.event, as_jsonl=args.jsonl)


def moment_verb(args: argparse.Namespace) -> int:
    """`salon moment`."""
    if is_of_a_chat(args):
        # Modules and patterns are made to stay: until all are there, nobody looks among them for rubbish.
        gc.disable()
        from salon.cli.report import report

        return report(args)
    from salon.cli.week import moment

    return moment(args.moment, args.event, number=getattr(args, "number", None), wait=args.wait)


def poster_verb(args: argparse.Namespace) -> int:
    """`salon poster`."""
    from salon.cli.poster import poster

    return poster(args)


def leaders_verb(args: argparse.Namespace) -> int:
    """`salon leaders`."""
    from salon.cli.leaders import leaders

    return leaders(args.event, as_json=args.json)


def verify_verb(args: argparse.Namespace) -> int:
    """`salon verify`."""
    from salon.cli.verify import verify

    return verify(args)


def lint_verb(args: argparse.Namespace) -> int:
    """`salon lint`."""
    from salon.cli.lint import lint_files

    return lint_files(args)


def archive_verb(args: argparse.Namespace) -> int:
    """`salon archive`."""
    from salon.cli.archive import archive

    return archive(args)


def paper_verb(args: argparse.Namespace) -> int:
    """`salon paper`."""
    from salon.cli.paper import paper

    return paper(args)


def rehearse_verb(args: argparse.Namespace) -> int:
    """`salon rehearse`."""
    from salon.rehearsal import rehearse

    return rehearse(args.programme, chat=args.chat, outline=args.outline, kol=args.kol, out=args.out)


def channels_verb(args: argparse.Namespace) -> int:
    """`salon channels`."""
    from salon.cli.sending import channels

    return channels(args)


def next_verb(args: argparse.Namespace) -> int:
    """`salon next`."""
    from salon.cli.next import next_evening

    return next_evening(args.series, count=max(1, args.count))


def wave_verb(args: argparse.Namespace) -> int:
    """`salon wave`."""
    from salon.cli.sending import wave

    return wave(args)


def correct_verb(args: argparse.Namespace) -> int:
    """`salon correct`."""
    from salon.cli.sending import correct_event

    return correct_event(args)

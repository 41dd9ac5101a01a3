"""`salon VERB` as an owner types it, in this very process: what it prints, where, and its exit code.

A process of its own costs a second of imports; tests start one where the process itself is the point.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterator, Mapping
from contextlib import chdir, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

from salon.cli import main


@dataclass(frozen=True, kw_only=True)
class Done:
    """What came of a command."""

    returncode: int
    stdout: str
    stderr: str


def salon(*words: object, env: Mapping[str, str] | None = None, folder: Path | None = None) -> Done:
    """Run `salon` with *words* in *folder* (default: where we are); of our variables only those of *env* are set.

    Anything that an owner would see as a traceback is raised. Not within a running loop: there, in a thread.
    """
    out, err = io.StringIO(), io.StringIO()
    with _only(env or {}), chdir(folder or Path()), redirect_stdout(out), redirect_stderr(err):
        try:
            code = main([str(word) for word in words])
        except SystemExit as end:
            # argparse's own way out.
            code = end.code if isinstance(end.code, int) else 1
    return Done(returncode=code, stdout=out.getvalue(), stderr=err.getvalue())


@contextmanager
def _only(env: Mapping[str, str]) -> Iterator[None]:
    before = dict(os.environ)
    for name in before:
        if name.startswith(("SALON_", "PREFECT_")):
            del os.environ[name]
    os.environ.update(env)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)

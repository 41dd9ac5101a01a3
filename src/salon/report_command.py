"""The report of a discussion held elsewhere, for the command line."""

from __future__ import annotations

from pathlib import Path

from salon.chatlab import read_discussion
from salon.documents import as_json, documents, write_documents, write_whole
from salon.report import report_of, verify
from salon.wording import Wording


def report_from_chat(
    chat: Path, outline: Path, kol: str, json_out: Path | None, out: Path | None, wording: Wording | None = None
) -> str:
    """Tell the discussion in *chat* along *outline*, led by *kol* (names with commas between; `-`: unknown).

    Writes the JSON to *json_out*, and the three documents into *out*, where given; returns the Markdown when
    neither is, else one line per file written. Raises `Mistakes` for files that cannot be read. May be run again.
    """
    discussion = read_discussion(chat, outline, kol)
    report = report_of(discussion)
    verify(report, discussion)
    written: list[str] = []
    if json_out is not None:
        json_out.parent.mkdir(parents=True, exist_ok=True)
        write_whole(json_out, as_json(report).encode())
        written.append(str(json_out))
    if out is None and json_out is not None:
        return "\n".join(written)
    made = documents(report, discussion, wording or Wording())
    if out is None:
        return made["report.md"].decode()
    write_documents(out, made)
    return "\n".join([*written, *(str(out / name) for name in made)])

"""The report of a discussion held elsewhere, for the command line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from salon.documents import Forms, Texts, as_json, group_files, lay_down, write_whole
from salon.elsewhere import HowToRead, read_discussion
from salon.model import Discussion, Sentence
from salon.report import Report, report_of, verify
from salon.settings import Settings
from salon.wording import Wording

if TYPE_CHECKING:
    from salon.drafting import Model


class Paper(NamedTuple):
    """What is wanted besides the texts."""

    has_pdf: bool = False
    has_pictures: bool = False


def on_paper(
    report: Report, discussion: Discussion, templates: Path | Wording, wanted: Paper, link: str = ""
) -> dict[str, bytes]:
    """`report.pdf` and `long-1.png`, …, as far as *wanted*. *link*: the report's address, for the pictures' code."""
    # Typst and its fonts are loaded only by whoever asks for them.
    from salon.paper import long_pictures, report_pdf

    made = {"report.pdf": report_pdf(report, discussion, templates)} if wanted.has_pdf else {}
    pictures = long_pictures(report, discussion, templates, link) if wanted.has_pictures else []
    return made | {f"long-{number}.png": picture for number, picture in enumerate(pictures, 1)}


def _drafted(model: Model, discussion: Discussion, say: Callable[[str], None]) -> tuple[Sentence, ...]:
    # Loaded only by whoever has a model.
    import asyncio

    from salon.drafting import ModelAway, draft

    try:
        return asyncio.run(draft(model, report_of(discussion), discussion.messages))
    except ModelAway as away:
        say(f"the report is written without a language model: {away}")
        return ()


def _groups(report: Report, discussion: Discussion, wording: Wording, forms: Forms) -> dict[str, bytes]:
    """Each group's texts; of a chat that knows of no groups, those that fit any."""
    texts = Texts(report, discussion, wording, "", report.language, forms.view)
    return group_files((name, texts.of(name)) for name in texts.names() or [""])


def report_from_chat(
    chat: Path,
    outline: Path | None,
    kol: str,
    json_out: Path | None,
    out: Path | None,
    wording: Wording | None = None,
    *,
    how: HowToRead | None = None,
    say: Callable[[str], None] = lambda line: None,
    paper: Paper | None = None,
    model: Model | None = None,
) -> str:
    """Tell the discussion in *chat* along *outline*, led by *kol* (names with commas between; `-`: unknown).

    Without an outline there are no points. *how* is what the owner says of the chat; *say* hears what was read.
    A *model* writes sentences too; when it does not answer, *say* hears it, and the report is without them.
    Writes the JSON to *json_out*, and the documents (with what *paper* asks for) into *out*, where given; returns
    the Markdown when neither is, else one line per file written. What an earlier report left in *out* goes away
    (`salon.documents.laying`). Raises `Mistakes` for files that cannot be read.
    May be run again.
    """
    discussion = read_discussion(chat, outline, kol, how, say=say)
    if model is not None:
        discussion = replace(discussion, drafted=_drafted(model, discussion, say))
    report = report_of(discussion)
    verify(report, discussion)
    written: list[str] = []
    if json_out is not None:
        json_out.parent.mkdir(parents=True, exist_ok=True)
        write_whole(json_out, as_json(report).encode())
        written.append(str(json_out))
    if out is None and json_out is not None:
        return "\n".join(written)
    wording = wording or Wording(own=Settings.from_env().templates)
    forms = Forms(report, discussion, wording)
    if out is None:
        return forms.text("report.md")
    made = forms.all()
    if paper is not None and any(paper):
        made |= on_paper(report, discussion, wording, paper)
    made |= _groups(report, discussion, wording, forms)
    for path in lay_down(out, made):
        say(f"{path}: taken away; it was an earlier report's, and this one has no such file")
    return "\n".join([*written, *(str(out / name) for name in made)])

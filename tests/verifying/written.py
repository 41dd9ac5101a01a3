"""Reports for the tests of the check: one rich evening in two languages, and every form of it."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

from tests.evening import evening
from tests.test_documents import STEPS, rich

from salon.documents import documents
from salon.report import report_of
from salon.verifying import Told, Verdict, check_file
from salon.wording import Wording

#: Every form but the JSON.
FORMS = ("report.html", "report.md", "article.html", "letter.html", "letter.md", "team.html", "team.md")


@cache
def told(language: str = "zh", templates: Path | None = None) -> Told:
    """The evening with votes that moved, findings with other voices, notes, a drafted sentence, what comes next."""
    said = replace(evening(), language=language)
    return Told(report=replace(report_of(said), **rich(said)), discussion=said, wording=Wording(templates), steps=STEPS)


@cache
def forms(language: str = "zh", templates: Path | None = None) -> dict[str, str]:
    """File name → text of all forms of it, printed from *templates*."""
    of = told(language, templates)
    return {k: v.decode() for k, v in documents(of.report, of.discussion, of.wording, STEPS).items()}


def verdict(folder: Path, name: str, text: str, language: str = "zh", shown_as: str = "") -> Verdict:
    """The verdict on *text* as form *name*, against the templates as they are; it goes by the name *shown_as*."""
    path = folder / (shown_as or name)
    path.write_text(text, "utf-8")
    return check_file(path, told(language))

"""What a group is told of the report, in three lengths, with the group's own line."""

from __future__ import annotations

from salon.documents.forms import add_filters
from salon.documents.marks import tidy
from salon.documents.phrasing import phrased, words_of
from salon.model import Discussion
from salon.report import Report
from salon.report_view import View, brief_of, view_of
from salon.wording import Wording

#: The lengths, longest first; each is a template `report/texts_LENGTH.txt`.
LENGTHS = ("full", "short", "three")


def group_texts(
    report: Report, discussion: Discussion, wording: Wording, group_name: str, link: str = "", language: str = ""
) -> dict[str, str]:
    """Length ("full", "short", "three" lines) → plain text for the group of that shown name.

    *link*: the report's address, on a line of its own at the end; left out when empty. *language*: the group's,
    if another than the report's. A group that the report knows nothing of gets the text without a line of its own.
    """
    add_filters(wording)
    language = language or report.language
    view = phrased(view_of(report, discussion, has_log=False), words_of(wording.folder, language))
    view = brief_of(_fresh(view), points=6, quotes=1, length=90 if language == "zh" else 180, lists=3)
    share = next((share for share in view["shares"] if share["name"] == group_name), None)
    values = {**view, "share": share, "link": link}
    return {length: tidy(wording.fill(f"report/texts_{length}.txt", **values)) for length in LENGTHS}


def _fresh(view: View) -> View:
    """*view* with the quotes that are in the three lines put last in their points: nobody reads them twice."""
    told = {line["anchor"] for line in view["why_lines"]}

    def point(point: View) -> View:
        return {**point, "quotes": sorted(point["quotes"], key=lambda quote: quote["anchor"] in told)}

    return {**view, "parts": [{**part, "points": [point(p) for p in part["points"]]} for part in view["parts"]]}

"""What a group is told of the report, in three lengths, with the group's own line."""

from __future__ import annotations

from collections.abc import Iterable

from salon.documents.forms import add_filters
from salon.documents.marks import tidy
from salon.documents.phrasing import phrased, words_of
from salon.filenames import shown_names
from salon.model import LENGTHS, Discussion
from salon.report import Report
from salon.report_view import View, brief_of, view_of
from salon.wording import Wording

__all__ = ["LENGTHS", "Texts", "group_files", "group_texts"]


class Texts:
    """The texts of one report in one language: what groups share is worked out once, however many there are.

    *link*: the report's address, on a line of its own at the end; left out when empty. *view*: what
    `Forms.view` gives in the same language, where it was made already.
    """

    def __init__(
        self,
        report: Report,
        discussion: Discussion,
        wording: Wording,
        link: str,
        language: str,
        view: View | None = None,
    ) -> None:
        add_filters(wording)
        view = view or phrased(view_of(report, discussion, has_log=False), words_of(wording, language))
        view = brief_of(_fresh(view), points=6, quotes=1, length=90 if language == "zh" else 180, lists=3)
        self._wording, self._values = wording, {**view, "link": link}
        self._shares = {share["name"]: share for share in reversed(view["shares"])}

    def names(self) -> list[str]:
        """Shown names of the groups that the report knows something of, most seats first."""
        return list(reversed(self._shares))

    def of(self, group_name: str, link: str = "") -> dict[str, str]:
        """Length → plain text for the group of that shown name; *link*: one of its own instead of everybody's.

        A group that the report knows nothing of gets the text without a line of its own.
        """
        values = {**self._values, "share": self._shares.get(group_name)} | ({"link": link} if link else {})
        return {length: tidy(self._wording.fill(f"report/texts_{length}.txt", **values)) for length in LENGTHS}


def group_texts(
    report: Report, discussion: Discussion, wording: Wording, group_name: str, link: str = "", language: str = ""
) -> dict[str, str]:
    """Length ("full", "short", "three" lines) → plain text for one group; *language*: the report's when empty."""
    return Texts(report, discussion, wording, link, language or report.language).of(group_name)


def group_files(told: Iterable[tuple[str, dict[str, str]]]) -> dict[str, bytes]:
    """`groups/NAME/LENGTH.txt` → content, for each of *told*: (shown name of a group, its texts by length).

    Texts of no group in particular, under an empty name, are `groups/LENGTH.txt`.
    """
    told = list(told)
    folders = shown_names(name for name, _ in told)
    return {
        f"groups/{folder}/{length}.txt" if name else f"groups/{length}.txt": text.encode()
        for (name, texts), folder in zip(told, folders, strict=True)
        for length, text in texts.items()
    }


def _fresh(view: View) -> View:
    """*view* with the quotes that are in the three lines ranked last in their points: nobody reads them twice."""
    told = {line["anchor"] for line in view["why_lines"]}

    def point(point: View) -> View:
        last = len(point["quotes"])
        ranked = [{**q, "rank": q["rank"] + last * (q["anchor"] in told)} for q in point["quotes"]]
        return {**point, "quotes": ranked}

    return {**view, "parts": [{**part, "points": [point(p) for p in part["points"]]} for part in view["parts"]]}

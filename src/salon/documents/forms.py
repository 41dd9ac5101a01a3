"""Every text form of one report, from one view."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

from markupsafe import Markup

from salon.documents.files import as_public_json
from salon.documents.marks import coded, quoted, tidy, titled
from salon.documents.phrasing import counted, phrased, put, words_of
from salon.documents.selfcheck import NO_SUM, record_of, summed
from salon.documents.transcript import is_long, page_name, pages_of, part_of, sizes_of
from salon.documents.wordings import carried
from salon.model import Discussion
from salon.report import Report
from salon.report_view import Step, brief_of, view_of
from salon.report_view.record import Row
from salon.wording import Wording

#: WeChat's editor takes 20,000 characters of an article, its markup among them (mp.weixin.qq.com, November 2026).
ARTICLE_LENGTH = 20_000
#: Points, quotes a point, characters a quote, items a list: the first that fits is taken.
_ARTICLES = ((12, 2, 220, 6), (12, 1, 200, 5), (10, 1, 160, 4), (8, 1, 110, 3), (5, 1, 80, 2), (2, 1, 40, 1))


def documents(report: Report, discussion: Discussion, wording: Wording, steps: Sequence[Step] = ()) -> dict[str, bytes]:
    """File name → content; the same input gives the same bytes.

    `report.html`, `.md` and `.json` are for everybody; `article.html` is for pasting into WeChat's editor;
    `team.html` and `.md` (with *steps*, how the announcements went) and `letter.html` and `.md` are private.
    Of an evening with more messages than a page should carry, `transcript.html` has all of them.
    """
    return Forms(report, discussion, wording, steps).all()


#: Name of a file → its template. Markdown is tidied; what is sent as a message carries no comment.
_TEMPLATES = {
    "report.md": "report/report.md",
    "report.html": "report/page.html",
    "report.json": "",
    "article.html": "report/article.html",
    "letter.html": "report/letter.html",
    "letter.md": "report/letter.md",
    "team.html": "report/team.html",
    "team.md": "report/team.md",
}
_MESSAGES = ("letter.md", "team.md")
TRANSCRIPT, ARTICLE = "transcript.html", "article.html"


class Forms:
    """The forms of one report, each made when it is asked for, all from one view."""

    def __init__(self, report: Report, discussion: Discussion, wording: Wording, steps: Sequence[Step] = ()) -> None:
        add_filters(wording)
        self._report, self._wording = report, wording
        self._words = words_of(wording, report.language)
        #: What the forms are filled with, in the report's language.
        self.view = view = phrased(view_of(report, discussion), self._words)
        rows: list[Row] = view["log"]
        sizes = sizes_of(rows)
        self.is_long = is_long(sizes)
        #: The messages of each page of the transcript, by the page's name; none where the page carries all.
        pages = pages_of(rows, sizes) if self.is_long else []
        self._pages = {page_name(number): page for number, page in enumerate(pages, 1)}
        self._view = {
            **view,
            "steps": steps,
            "log": part_of(rows, sizes, report) if self.is_long else rows,
            "transcript": TRANSCRIPT if self.is_long else "",
            "log_count": str(len(rows)),
            "record": record_of(view, rows),
            "sum": NO_SUM,
        }

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the files; without a letter where nobody led, for nobody is thanked then."""
        names = (*_TEMPLATES, *self._pages)
        return names if self._report.kols else tuple(name for name in names if not name.startswith("letter."))

    def all(self) -> dict[str, bytes]:
        """File name → content."""
        return {name: self.text(name).encode() for name in self.names}

    def text(self, name: str) -> str:
        """Content of file *name*."""
        if name == "report.json":
            # Everybody may read it, and nobody is ranked in public.
            return as_public_json(self._report)
        text = next(self.articles()) if name == ARTICLE else self._filled(name)
        return text if name in _MESSAGES else text + carried(self._words, self._report.language, text)

    def _filled(self, name: str) -> str:
        if name in self._pages:
            whole = {**self._view, "log": self._pages[name], "record": "", "transcript": ""}
            log = Markup(self._wording.fill("report/log.html", **whole))
            return self._wording.fill("report/transcript.html", **whole, log_html=log, log_pages=self._leaves(name))
        if name in ("report.html", "team.html"):
            return summed(self._wording.fill(_TEMPLATES[name], **self._view, log_html=self._log))
        text = self._wording.fill(_TEMPLATES[name], **self._view)
        return tidy(text) if name.endswith(".md") else text

    def _leaves(self, name: str) -> list[dict[str, str]]:
        """Where the pages of the transcript are, of which *name* is one; nothing where it is the only one."""
        leaves = [
            {"number": str(number), "hour": page[0].hour, "file": "" if file == name else file}
            for number, (file, page) in enumerate(self._pages.items(), 1)
        ]
        return leaves if len(leaves) > 1 else []

    @cached_property
    def _log(self) -> Markup:
        """By far the longest part: it is filled in once, and stands in two pages."""
        return Markup(self._wording.fill("report/log.html", **self._view))

    def articles(self, is_every: bool = False) -> Iterator[str]:
        """The article as long as the editor takes it: quotes become fewer and shorter until it fits.

        *is_every*: all lengths that it may have, the longest first.
        """
        text = ""
        for points, quotes, length, lists in _ARTICLES:
            short = brief_of(self._view, points=points, quotes=quotes, length=length, lists=lists)
            text = self._wording.fill("report/article.html", **short)
            if is_every:
                yield text
            elif len(text) <= ARTICLE_LENGTH:
                break
        if not is_every:
            yield text


def add_filters(wording: Wording) -> None:
    """Give *wording* the filters of the report's templates."""
    wording.add_filters(quoted=quoted, titled=titled, coded=coded, put=put, counted=counted)

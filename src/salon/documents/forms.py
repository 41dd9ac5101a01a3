"""Every text form of one report, from one view."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from salon.documents.files import as_public_json
from salon.documents.marks import coded, quoted, tidy, titled
from salon.documents.phrasing import counted, phrased, put, words_of
from salon.model import Discussion
from salon.report import Report
from salon.report_view import Step, View, brief_of, view_of
from salon.wording import Wording

#: WeChat's editor takes 20,000 characters of an article, its markup among them (mp.weixin.qq.com, November 2026).
ARTICLE_LENGTH = 20_000
#: Points, quotes a point, characters a quote, items a list: the first that fits is taken.
_ARTICLES = ((12, 2, 220, 6), (12, 1, 200, 5), (10, 1, 160, 4), (8, 1, 110, 3), (5, 1, 80, 2), (2, 1, 40, 1))


def documents(report: Report, discussion: Discussion, wording: Wording, steps: Sequence[Step] = ()) -> dict[str, bytes]:
    """File name → content; the same input gives the same bytes.

    `report.html`, `.md` and `.json` are for everybody; `article.html` is for pasting into WeChat's editor;
    `team.html` and `.md` (with *steps*, how the announcements went) and `letter.html` and `.md` are private.
    """
    add_filters(wording)
    words = words_of(wording.folder, report.language)
    view = phrased(view_of(report, discussion), words)
    # The log is by far the longest part: it is filled in once, and stands in two pages.
    view["log_html"] = Markup(wording.fill("report/log.html", **view))
    team = {**view, "steps": steps}
    made = {
        "report.md": tidy(wording.fill("report/report.md", **view)),
        "report.html": wording.fill("report/page.html", **view),
        # Everybody may read it, and nobody is ranked in public.
        "report.json": as_public_json(report),
        "article.html": article(view, wording),
        "letter.html": wording.fill("report/letter.html", **view),
        "letter.md": tidy(wording.fill("report/letter.md", **view)),
        "team.html": wording.fill("report/team.html", **team),
        "team.md": tidy(wording.fill("report/team.md", **team)),
    }
    return {name: text.encode() for name, text in made.items()}


def article(view: View, wording: Wording) -> str:
    """The article, as long as the editor takes it: quotes become fewer and shorter until it fits."""
    text = ""
    for points, quotes, length, lists in _ARTICLES:
        short = brief_of(view, points=points, quotes=quotes, length=length, lists=lists)
        text = wording.fill("report/article.html", **short)
        if len(text) <= ARTICLE_LENGTH:
            break
    return text


def add_filters(wording: Wording) -> None:
    """Give *wording* the filters of the report's templates."""
    wording.add_filters(quoted=quoted, titled=titled, coded=coded, put=put, counted=counted)

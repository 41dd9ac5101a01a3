"""Forms that are compared as a whole: texts for groups letter by letter, PDF and pictures byte by byte.

Nothing is read out of a PDF or a picture. It is made again from what was said: the same report gives the same bytes, as
long as program, templates and fonts are the same. Where they are not, nothing is known, and the verdict says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import zip_longest
from pathlib import Path

from salon.documents import LENGTHS, Texts
from salon.errors import Mistakes
from salon.filenames import shown_names
from salon.model import Discussion
from salon.report import Report
from salon.wording import Wording

#: A line that is the address of a report and nothing else; `long-2.png` is the second long picture.
_LINK = re.compile(r"^https?://\S+$", re.M)
_PICTURE = re.compile(r"long-(\d{1,3})\.png")
#: What is compared here, by the end of its name.
SUFFIXES = (".txt", ".pdf", ".png")


def wrong_text(path: Path, report: Report, discussion: Discussion, wording: Wording) -> list[str]:
    """What a text for a group says that it should not, the first line of it; nothing where all is well.

    The folder is the group's: another group's line in it is wrong. Its address is not compared.
    """
    text = path.read_bytes().decode("utf-8", "replace")
    link = next((found[0] for found in _LINK.finditer(text)), "")
    expected = [
        text
        for language in ("zh", "en")
        for length, text in _texts(path.parent.name, Texts(report, discussion, wording, link, language)).items()
        if path.stem == length or path.stem not in LENGTHS
    ]
    if text in expected:
        return []
    # The likest is that which has most lines in common.
    likest = max(expected, key=lambda one: len({*one.split("\n")} & {*text.split("\n")}))
    pairs = zip_longest(text.split("\n"), likest.split("\n"), fillvalue="")
    said, meant = next((pair for pair in pairs if pair[0] != pair[1]), ("", ""))
    return [f"{said[:60]!r} is not what was said: {meant[:60]!r} belongs there"]


def _texts(folder: str, texts: Texts) -> dict[str, str]:
    """What may stand in that *folder*: its group's texts; where no group has it, those without a line of a group."""
    names = texts.names()
    return texts.of(dict(zip(shown_names(names), names, strict=True)).get(folder, ""))


def wrong_print(
    path: Path, report: Report, discussion: Discussion, wording: Wording, links: Iterable[str]
) -> list[str]:
    """Why a PDF or a long picture is not proven; nothing where it is, byte for byte, what is printed today.

    *links*: addresses of the report that a picture may end with. Raises `Mistakes` for another picture.
    """
    from salon.paper import long_pictures, report_pdf

    given, number = path.read_bytes(), _PICTURE.fullmatch(path.name)
    if path.suffix == ".pdf":
        made = [report_pdf(report, discussion, wording)]
    elif number:
        several = (long_pictures(report, discussion, wording, link) for link in dict.fromkeys(links))
        made = [pictures[int(number[1]) - 1] for pictures in several if 0 < int(number[1]) <= len(pictures)]
    else:
        raise Mistakes([f"{path}: only long pictures can be checked, by the name they were given: long-1.png"])
    if given in made:
        return []
    return ["its bytes are not those that are printed today; nothing in it was read: compare it with a proven page"]

"""Texts for groups are checked letter by letter; of PDF and pictures nothing is read, they are made again."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from tests.verifying.written import told

from salon.documents import Texts, group_files
from salon.errors import Mistakes
from salon.paper import report_pdf
from salon.verifying import check_file
from salon.wording import Wording


@cache
def texts(link: str = "") -> dict[str, bytes]:
    made = Texts(told().report, told().discussion, Wording(), link, "zh")
    return group_files((name, made.of(name)) for name in ("", *made.names()))


def laid(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def test_every_text_for_groups_is_proven_with_an_address_or_without(tmp_path: Path) -> None:
    for link in ("", "https://salon.example/report/one"):
        for name, content in texts(link).items():
            assert check_file(laid(tmp_path, name, content), told()).wrong == (), name


@pytest.mark.parametrize("length", ["full", "short", "three"])
def test_one_changed_letter_of_a_text_is_found(tmp_path: Path, length: str) -> None:
    content = texts()[f"groups/{length}.txt"].decode()
    changed = content.replace("老客", "新客", 1).encode()
    (wrong,) = check_file(laid(tmp_path, f"groups/{length}.txt", changed), told()).wrong
    assert "新客" in wrong
    added = content + "大家一致同意买课。\n"
    assert check_file(laid(tmp_path, f"groups/{length}.txt", added.encode()), told()).wrong != ()


def test_a_pdf_is_proven_as_it_is_printed_and_not_with_a_byte_changed(tmp_path: Path) -> None:
    content = report_pdf(told().report, told().discussion, Wording())
    assert check_file(laid(tmp_path, "report.pdf", content), told()).wrong == ()
    changed = content.replace(b"%%EOF", b"%%EOf")
    assert "nothing in it was read" in check_file(laid(tmp_path, "report.pdf", changed), told()).wrong[0]
    with pytest.raises(Mistakes, match="only long pictures"):
        check_file(laid(tmp_path, "poster.png", content), told())

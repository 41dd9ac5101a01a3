"""An honest report is proven whatever it looks like: other templates, styles and words say the same."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from tests.verifying.written import FORMS, forms, told, verdict

from salon.documents.wordings import note_wordings, phrases_in, wordings_before
from salon.shipped import shipped
from salon.verifying import check_file
from salon.wording import Wording


@pytest.fixture
def templates(tmp_path: Path) -> Path:
    """A copy of all templates that a test may change."""
    folder = tmp_path / "templates"
    shutil.copytree(shipped("templates"), folder)
    return folder


def change(path: Path, *pairs: tuple[str, str]) -> None:
    """Replace in *path* each first text by the second."""
    text = path.read_text("utf-8")
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, "utf-8")


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", FORMS)
def test_an_honest_form_is_proven(tmp_path: Path, name: str, language: str) -> None:
    found = verdict(tmp_path, name, forms(language)[name], language)
    assert (found.wrong, found.notes) == ((), ())
    assert found.facts > 20


@pytest.mark.parametrize("name", FORMS)
def test_a_form_that_goes_by_another_name_is_proven(tmp_path: Path, name: str) -> None:
    other = f"forwarded.{name.rpartition('.')[2]}"
    assert verdict(tmp_path, name, forms()[name], shown_as=other).wrong == ()


def other_style(folder: Path) -> None:
    change(folder / "page.css", ("--accent:#9a3412", "--accent:#0b5cad"), ("border-radius:.7rem", "border-radius:0"))
    change(folder / "article.html", ("#9a3412", "#0b5cad"))


def other_tags(folder: Path) -> None:
    """Quotes are figures, their people stand before them, lines are divided otherwise."""
    change(
        folder / "quote.html",
        ("<blockquote", "<div"),
        ("</blockquote>", "</div>"),
        ("{{ quote.hour }} ↓", "({{ quote.hour }})"),
    )
    change(folder / "page.html", ('<ul class="facts">', '<ol class="numbers">'), ("<nav ", '<nav class="x" '))
    change(folder / "report.md", (" · ", " | "), ("- {{ line.text", "* {{ line.text"))


def other_order(folder: Path) -> None:
    """Votes stand at the end, before who took part."""
    page = (folder / "page.html").read_text("utf-8")
    start = page.index("{% if polls %}\n<h2")
    end = page.index("{% for note in notes.polls %}")
    polls, page = page[start:end], page[:start] + page[end:]
    at = page.index('<h2 id="people">')
    (folder / "page.html").write_text(page[:at] + polls + page[at:], "utf-8")


def nothing_but_what_was_said(folder: Path) -> None:
    """No links, no chart, no list of people."""
    page = (folder / "page.html").read_text("utf-8")
    page = page[: page.index("{% if links %}")] + page[page.index("{% for note in notes.end %}") :]
    (folder / "page.html").write_text(page, "utf-8")


def other_words(folder: Path) -> None:
    change(
        folder / "words.zh.toml",
        ("为什么值得读", "三句话看完"),
        ('votes = "{n} 票"', 'votes = "得票 {n}"'),
        ('owner = "由 {name} 负责"', 'owner = "{name} 来做"'),
        ("现场标记", "当场记下"),
        ("没有找到与这一条对应的发言。", "这一条没有找到发言。"),
    )


@pytest.mark.parametrize("changed", [other_style, other_tags, other_order, nothing_but_what_was_said])
@pytest.mark.parametrize("name", ["report.html", "report.md", "team.html", "article.html"])
def test_a_form_printed_from_other_templates_is_proven(
    tmp_path: Path, templates: Path, changed: Callable[[Path], None], name: str
) -> None:
    changed(templates / "report")
    text = forms("zh", templates)[name]
    found = verdict(tmp_path, name, text)
    assert found.wrong == ()
    assert verdict(tmp_path, name, text.replace("三成老客", "五成老客")).wrong != ()


@pytest.mark.parametrize("name", ["report.html", "report.md", "team.html", "article.html", "letter.html"])
def test_a_form_in_an_owners_own_words_is_proven_and_says_so(tmp_path: Path, templates: Path, name: str) -> None:
    other_words(templates / "report")
    text = forms("zh", templates)[name]
    found = verdict(tmp_path, name, text)
    assert found.wrong == ()
    assert bool(found.notes) == (not name.startswith("letter"))
    if name.startswith("report"):
        assert "worded by its owner: '三句话看完' (why)" in found.notes
        assert verdict(tmp_path, name, text.replace("三句话看完", "三句话就够", 1)).wrong != ()


@pytest.mark.parametrize("name", FORMS)
def test_a_form_is_proven_after_the_words_were_changed(tmp_path: Path, templates: Path, name: str) -> None:
    """Yesterday's form, and today's templates."""
    other_words(templates / "report")
    other_order(templates / "report")
    today = replace(told(), wording=Wording(templates))
    path = tmp_path / name
    path.write_text(forms()[name], "utf-8")
    assert check_file(path, today).wrong == ()
    path.write_text(forms()[name].replace("老客", "新客", 1), "utf-8")
    assert check_file(path, today).wrong != ()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_wording_that_was_ever_shipped_is_known(language: str) -> None:
    known = wordings_before(language)
    new = [
        key
        for key, phrase in phrases_in(Wording().table(f"report/words.{language}.toml"))
        if phrase not in known.get(key, ())
    ]
    assert new == [], f"run salon.documents.wordings.note_wordings(shipped('templates')): {note_wordings.__doc__}"

"""The words of the report's forms, from `templates/report/words.*.toml`, put around what was found."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from jinja2 import UndefinedError

from salon.report_view import View
from salon.report_view.brief import cut
from salon.wording import BadTemplate, calm

Words = Mapping[str, Any]
_NAME = re.compile(r"\{(\w+)\}")
#: Characters of a quote that stand in one of the three lines.
_LINE = {"zh": 80, "en": 160}


def words_of(templates: Path, language: str) -> Words:
    """The words in *language*. Raises `BadTemplate` naming file and line when they cannot be read."""
    path = templates / "report" / f"words.{'zh' if language == 'zh' else 'en'}.toml"
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError as gone:
        raise BadTemplate(f"{path}: there is no such file; put it back or restore the folder") from gone
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as broken:
        raise BadTemplate(f"{path}: {broken}") from broken


def put(phrase: str, **values: object) -> str:
    """*phrase* with every `{name}` filled in; of "one|more" the part that suits `n`, where the phrase has both."""
    if "|" in phrase:
        one, _, more = phrase.partition("|")
        phrase = one if str(values.get("n", "")) == "1" else more

    def value(found: re.Match[str]) -> str:
        if found[1] not in values:
            raise UndefinedError(f"{found[1]!r} is undefined in the words {phrase!r}")
        return str(values[found[1]])

    return _NAME.sub(value, phrase)


def counted(n: str, phrase: str) -> str:
    """*phrase* for *n* things: a filter for templates, `{{ messages | counted(w.messages) }}`."""
    return put(phrase, n=n)


def phrased(view: View, words: Words) -> View:
    """*view* with `w` (all words) and the lines that every form needs.

    kicker, when, guest_line, facts (each n and label), why_lines (each text and anchor), carried (each text and
    href), unread_line, footer. Lines hold what people typed, as typed but on one line: templates defuse them.
    """
    number = put(words["issue"], n=view["number"]) if view["number"] else ""
    names = words["and"].join(calm(kol) for kol in view["kols"])
    return {
        **view,
        "w": words,
        "issue": number,
        "kicker": " · ".join(part for part in (words["report"], calm(view["series_name"]), number) if part),
        "when": f"{view['day']} {view['began']}–{view['ended']} {view['clock']}" if view["day"] else "",
        "names": names,
        "guest_line": put(words["guest_is"], names=names) if names else "",
        "facts": _facts(view, words),
        "why_lines": [_why(line, view, words) for line in view["why"]],
        "carried": _carried(view, words),
        "footer": words["gap"].join(_footer(view, words)),
        "unread_line": put(words["page"]["unread"], n=view["unread_lines"]) if view["unread_lines"] else "",
    }


def _facts(view: View, words: Words) -> list[View]:
    names = ("messages", "speakers", "seats", "waiting")
    return [{"n": view[name], "label": put(words[f"fact_{name}"], n=view[name])} for name in names if view[name]]


def _why(line: View, view: View, words: Words) -> View:
    kind = line["kind"]
    if kind == "vote":
        return {"text": _vote(line["poll"], words), "anchor": "polls"}
    if "quote" in line:
        return {
            "text": put(words[f"why_{kind}"], **_said(line["quote"], view, words)),
            "anchor": line["quote"]["anchor"],
        }
    if kind == "questions":
        return {"text": _questions(line, words), "anchor": "answered" if line["answered"] != "0" else "open"}
    key = "why_numbers_points" if view["parts"] else "why_numbers"
    return {
        "text": put(words[key], **{name: view[name] for name in ("speakers", "messages", "points", "found")}),
        "anchor": "",
    }


def _said(quote: View, view: View, words: Words) -> View:
    """The quote in marks, and its person: a member of the KOL's name is told apart."""
    name = calm(quote["name"]) + (f"{words['lp']}{words['double']}{words['rp']}" if quote["is_double"] else "")
    text = first_piece(quote, _LINE[view["language"]])
    return {"text": f"{words['open_quote']}{text}{words['close_quote']}", "name": name}


def first_piece(quote: View, length: int) -> str:
    """The beginning of *quote*, on one line."""
    return cut(calm(quote["pieces"][0]), length)


def _vote(poll: View, words: Words) -> str:
    told = {"question": calm(poll["question"]), "total": poll["total"]}
    if not poll["leading"]:
        return put(words["why_vote_open"], **told)
    told |= {"percent": poll["leading"]["percent"], "option": calm(poll["leading"]["option"])}
    if poll["led_first"]:
        return put(words["why_turned"], **told, before=calm(poll["led_first"]))
    return put(words["why_vote"], **told)


def _questions(line: View, words: Words) -> str:
    if line["open"] == "0":
        return put(words["why_all_answered"], answered=line["answered"])
    if line["answered"] == "0":
        return put(words["why_none_answered"], open=line["open"])
    return put(words["why_questions"], answered=line["answered"], open=line["open"])


def _carried(view: View, words: Words) -> list[View]:
    """What is not finished: questions, actions, disagreements."""
    kinds = {group["kind"]: str(len(group["items"])) for group in view["findings"]}
    rows = (
        ("carried_open", view["carried_open"], "#open" if view["open_questions"] else "#minutes"),
        ("carried_actions", kinds.get("action", ""), "#results"),
        ("carried_disagreements", kinds.get("disagreement", ""), "#results"),
    )
    return [{"text": put(words["page"][key], n=n), "href": href} for key, n, href in rows if n]


def _footer(view: View, words: Words) -> Iterator[str]:
    """Whose words these are, and who put them together."""
    yield words["page"]["footer_drafted" if view["is_drafted"] else "footer"]
    if view["is_edited"]:
        yield words["page"]["footer_edited"]

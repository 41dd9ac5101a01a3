"""The words of the report's forms, from `templates/report/words.*.toml`, put around what was found."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from jinja2 import UndefinedError

from salon.model import MULTIPLE, RANK
from salon.report_view import View
from salon.report_view.brief import cut
from salon.report_view.meeting import CHOICES
from salon.wording import Wording, calm

Words = Mapping[str, Any]
_NAME = re.compile(r"\{(\w+)\}")
#: Characters of a quote that stand in one of the three lines.
_LINE = {"zh": 80, "en": 160}


def words_of(wording: Wording, language: str) -> Words:
    """The words in *language*. Raises `BadTemplate` naming file and line when they cannot be read."""
    return wording.table(f"report/words.{'zh' if language == 'zh' else 'en'}.toml")


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
        "polls": [_in_words(poll, words) for poll in view["polls"]],
        "team_polls": [_in_words(poll, words) for poll in view["team_polls"]],
        "issue": number,
        "kicker": " · ".join(part for part in (words["report"], calm(view["series_name"]), number) if part),
        "when": _when(view),
        "names": names,
        "guest_line": put(words["guest_is"], names=names) if names else "",
        "facts": _facts(view, words),
        "why_lines": [_why(line, view, words) for line in view["why"]],
        "carried": _carried(view, words),
        "wrote": wrote(view, words),
        "also": _also(view, words),
        "footer": words["gap"].join(_footer(view, words)),
        "unread_line": put(words["page"]["unread"], n=view["unread_lines"]) if view["unread_lines"] else "",
    }


def _in_words(poll: View, words: Words) -> View:
    """*poll* with its `unit` and `note`, its round, and words for +1, -1 and 0 where it is a motion without options."""
    question = poll["question"]
    if poll["rounds"] != "1":
        question += put(words["poll"]["round"], n=poll["round"])
    unit = words["poll"]["points"] if poll["kind"] == RANK else words["votes"]
    poll = {**poll, "question": question, "unit": unit, "note": _poll_note(poll, words)}
    if not poll["is_motion"] or tuple(row["option"] for row in poll["rows"]) != tuple(CHOICES):
        return poll
    rows = [{**row, "option": words["meeting"]["choices"][CHOICES[row["option"]]]} for row in poll["rows"]]
    leading = next((row for row in rows if row["is_first"]), None) if poll["leading"] else None
    return {**poll, "rows": rows, "leading": leading}


def _poll_note(poll: View, words: Words) -> str:
    """What its numbers mean, where they are not simply votes."""
    if poll["kind"] == MULTIPLE:
        return str(words["poll"]["several"])
    if poll["kind"] == RANK:
        return put(words["poll"]["rank"], places=poll["places"])
    return put(words["poll"]["scale"], mean=poll["mean"], spread=poll["spread"]) if poll["mean"] else ""


def _when(view: View) -> str:
    """Day, hours and whose clock, as far as they are known."""
    began, ended = view["began"], view["ended"]
    hours = f"{began}–{ended}" if began != ended else began
    hours = f"{hours} {view['clock']}" if began else ""
    return " ".join(part for part in (view["day"], hours) if part)


def _facts(view: View, words: Words) -> list[View]:
    names = ("messages", "speakers", "seats", "waiting")
    shown = [name for name in names if view[name]]
    return [{"name": name, "n": view[name], "label": put(words[f"fact_{name}"], n=view[name])} for name in shown]


def _why(line: View, view: View, words: Words) -> View:
    kind = line["kind"]
    if kind == "vote":
        return {"text": _vote(_in_words(line["poll"], words), words), "anchor": "polls"}
    if "quote" in line:
        return {
            "text": put(words[f"why_{kind}"], **_said(line, view, words)),
            "anchor": line["anchor"],
        }
    if kind == "questions":
        return {"text": _questions(line, words), "anchor": "answered" if line["answered"] != "0" else "open"}
    found = put(words["why_found"], found=view["found"], points=view["points"]) if view["has_outline"] else ""
    return {"text": _joined(words, wrote(view, words), found), "anchor": ""}


def _joined(words: Words, *parts: str) -> str:
    """*parts* of one line, those that there are, with commas between."""
    return str(words["comma"]).join(part for part in parts if part)


def wrote(view: View, words: Words) -> str:
    """Who wrote how much: `12 people wrote 180 messages`."""
    people, messages = counted(view["speakers"], words["wrote"]), counted(view["messages"], words["wrote_messages"])
    return f"{people} {messages}"


def _said(line: View, view: View, words: Words) -> View:
    """The quote in marks, and its person: a member of the KOL's name is told apart."""
    quote = line["quote"]
    name = calm(quote["name"]) + (f"{words['lp']}{words['double']}{words['rp']}" if quote["is_double"] else "")
    text = calm(line["text"]) or first_piece(quote, _LINE[view["language"]])
    return {"text": f"{words['open_quote']}{text}{words['close_quote']}", "name": name}


def first_piece(quote: View, length: int) -> str:
    """The beginning of *quote*, on one line."""
    return cut(calm(quote["pieces"][0]), length)


def _vote(poll: View, words: Words) -> str:
    told = {"question": calm(poll["question"])}
    votes = f"{words['lp']}{counted(poll['total'], words['votes'])}{words['rp']}"
    if not poll["leading"]:
        return put(words["why_vote_open"], **told) + votes
    told |= {"percent": poll["leading"]["percent"], "option": calm(poll["leading"]["option"])}
    if poll["led_first"]:
        return put(words["why_turned"], **told, before=calm(poll["led_first"]))
    return put(words["why_vote"], **told) + votes


def _questions(line: View, words: Words) -> str:
    if line["answered"] == "0":
        return put(words["why_none_answered"], open=line["open"])
    is_open = line["open"] != "0"
    return _joined(
        words, counted(line["answered"], words["why_answered"]), counted(line["open"], words["why_open"]) * is_open
    )


def _carried(view: View, words: Words) -> list[View]:
    """What is not finished: questions, actions, disagreements."""
    kinds = {group["kind"]: str(len(group["items"])) for group in view["results"]}
    is_minuted = bool(view["meeting"] and view["meeting"]["topics"])
    minutes, results = ("#meeting", "#meeting") if is_minuted else ("#minutes", "#results")
    rows = (
        ("carried_open", view["carried_open"], "#open" if view["open_questions"] else minutes),
        ("carried_actions", kinds.get("action", ""), results),
        ("carried_disagreements", kinds.get("disagreement", ""), results),
    )
    return [{"text": put(words["page"][key], n=n), "href": href} for key, n, href in rows if n]


def _also(view: View, words: Words) -> str:
    """What stands on the page and in no picture: how many lines of each kind."""
    counts = {
        "notable": len(view["notable"]) if view["parts"] else 0,
        "minutes": sum(len(group["marks"]) for group in view["minutes"]),
        "links": len(view["links"]) + int(view["more_links"] or 0),
        "messages": int(view["messages"]),
    }
    said = [counted(str(n), words["page"][f"also_{name}"]) for name, n in counts.items() if n]
    return f"{words['page']['also']} {words['and'].join(said)}" if said else ""


def _footer(view: View, words: Words) -> Iterator[str]:
    """Whose words these are, and who put them together."""
    chosen = "footer" if view["parts"] else "footer_no_outline"
    yield words["page"]["footer_drafted" if view["is_drafted"] else chosen]
    if view["is_edited"]:
        yield words["page"]["footer_edited"]

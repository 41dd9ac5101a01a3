"""What is to be changed in a text for groups while it is being written, for the command line and for pages alike."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from salon.channels import Context, channel_named, known_channels
from salon.channels.secrets import placeholders
from salon.markup import BadMarkup, Finding, Measure, lint, lint_literal, literal, measured, render

_COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
_TAG = re.compile(r"\{%.*?%\}")
_VALUE = re.compile(r"\{\{[-+]?\s*(.*?)\s*[-+]?\}\}")
_LINK = "https://salon.example.org/c/k3x9"


def measures_of(limits: Mapping[str, Mapping[str, Any]]) -> tuple[Measure, ...]:
    """How much each channel takes, with the owner's own *limits* before the shipped ones."""
    context = Context(outbox=Path(), secrets=placeholders(), limits=limits)
    abilities = [(name, channel_named(name, context).ability) for name in known_channels()]
    return tuple(
        Measure(platform=name, dialect=one.dialect, longest=one.longest, unit=one.unit)
        for name, one in abilities
        if one.longest
    )


def is_template(source: str) -> bool:
    """Whether *source* has places that are filled in later."""
    return bool(_COMMENT.search(source) or _TAG.search(source) or _VALUE.search(source))


def findings_while_writing(source: str, measures: tuple[Measure, ...], *, is_marked: bool) -> list[Finding]:
    """What is to be changed in *source*, whose places hold a word each: nothing is carried out."""
    text, numbers = flat(source)
    check = lint if is_marked else lint_literal
    return [finding._replace(line=numbers[finding.line - 1]) for finding in check(text, measures)]


def lengths_of(source: str, measures: tuple[Measure, ...], *, is_marked: bool) -> list[tuple[Measure, int]]:
    """How long *source* is to each platform, in its own unit; nothing while it is not of the subset."""
    text, write = flat(source)[0], render if is_marked else literal
    try:
        return [(one, measured(text, one, write)) for one in measures]
    except BadMarkup:
        return []


def plain_of(source: str, *, is_marked: bool) -> str:
    """What a leader would copy; empty while it is not of the subset."""
    try:
        return (render if is_marked else literal)(flat(source)[0], "plain")
    except BadMarkup:
        return ""


def flat(source: str) -> tuple[str, list[int]]:
    """*source* with a word in the place of each value, and which of its lines each line is."""
    source = _COMMENT.sub(lambda comment: "\n" * comment[0].count("\n"), source)
    kept: list[tuple[str, int]] = []
    for number, line in enumerate(source.split("\n"), 1):
        bare = _TAG.sub("", line)
        if bare.strip() or bare == line:
            kept.append((_VALUE.sub(_stand_in, bare), number))
    return "\n".join(line for line, _ in kept), [number for _, number in kept]


def _stand_in(value: re.Match[str]) -> str:
    if "link" in value[1]:
        return _LINK
    return "1" if re.search(r"number|index|seats|count", value[1]) else "某某"

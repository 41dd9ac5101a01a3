"""The shipped examples are whole: programmes without a mistake, portraits, and evenings that follow their outline."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from salon.model import Event, Programme
from salon.programme import read_programme
from salon.shipped import shipped

EXAMPLES = shipped("examples")
LANGUAGES = ["zh", "en"]
TAGS = re.compile(r"^#(要点|共识|分歧|行动|待答|金句|info|agreed|action|idea)\s\S")
HOSTS = {"zh": "林小满", "en": "Dara Whitlock"}


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def programme(language: str) -> Programme:
    return read_programme(EXAMPLES / f"thursday.{language}.toml")


@pytest.fixture
def event(programme: Programme) -> Event:
    return programme.events[0]


@pytest.fixture
def chat(language: str) -> list[dict[str, Any]]:
    text = (EXAMPLES / f"evening.{language}.chat.jsonl").read_text("utf-8")
    return [json.loads(line) for line in text.splitlines()]


def messages(chat: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [line for line in chat if line["_type"] == "message"]


def test_an_example_programme_has_everything(programme: Programme, language: str) -> None:
    assert 6 <= len(programme.groups) <= 12
    assert {group.channel for group in programme.groups} == {"folder"}
    assert all(group.leader for group in programme.groups)
    assert programme.series.languages[0] == language
    assert len(programme.events) == 2
    for event in programme.events:
        assert event.times.starts_at.strftime("%A %Y") == "Thursday 2027"
        assert len(event.outline) == 4
        assert all(section.questions and section.prompts for section in event.outline)
        assert 2 <= len(event.polls) <= 3
        assert event.precautions
        assert event.kol.title
        assert event.kol.bio
        assert event.summary


def test_the_two_programmes_share_no_id_and_no_trade() -> None:
    zh, en = (read_programme(EXAMPLES / f"thursday.{language}.toml") for language in LANGUAGES)
    assert zh.series.id != en.series.id
    assert {event.id for event in zh.events}.isdisjoint(event.id for event in en.events)


def test_every_portrait_is_small_square_and_its_own(programme: Programme) -> None:
    paths = [Path(event.kol.portrait) for event in programme.events]
    assert len(set(paths)) == len(paths)
    for path in paths:
        assert path.stat().st_size <= 60_000
        with Image.open(path) as picture:
            assert picture.size == (640, 640)


def test_the_chat_is_a_chatlab_export(chat: list[dict[str, Any]]) -> None:
    assert [line["_type"] for line in chat] == sorted(
        (line["_type"] for line in chat), key=["header", "member", "message"].index
    )
    members = {line["platformId"]: line["accountName"] for line in chat if line["_type"] == "member"}
    said = messages(chat)
    assert {line["sender"]: line["accountName"] for line in said} == members
    assert [line["id"] for line in said] == [str(n) for n in range(1, len(said) + 1)]
    assert all(line["type"] == 0 and line["content"].strip() == line["content"] != "" for line in said)
    assert all(set(line) - {"replyToMessageId"} == set(said[0]) - {"replyToMessageId"} for line in said)


def test_an_answer_comes_after_what_it_answers(chat: list[dict[str, Any]]) -> None:
    answers = [
        (int(line["id"]), int(line["replyToMessageId"])) for line in messages(chat) if "replyToMessageId" in line
    ]
    assert len(answers) > 50
    assert all(answered < own for own, answered in answers)


def test_the_chat_lies_inside_its_evening_in_order(chat: list[dict[str, Any]], event: Event) -> None:
    times = [datetime.fromtimestamp(line["timestamp"], UTC) for line in messages(chat)]
    assert times == sorted(times)
    assert event.times.hosts_at <= times[0]
    assert times[-1] < event.times.disbands_at - timedelta(minutes=2)


def test_the_chat_is_worth_a_report(chat: list[dict[str, Any]], event: Event, language: str) -> None:
    said = messages(chat)
    speakers = Counter(line["accountName"] for line in said)
    texts = [line["content"] for line in said]
    assert 150 <= len(said) <= 200
    assert len(speakers) == 27
    assert speakers[event.kol.name] > 40
    assert speakers[HOSTS[language]] > 20
    assert min(speakers.values()) >= 2
    assert len(set(texts)) == len(texts)
    assert sum("https://example.org/" in text for text in texts) >= 2
    assert not re.findall(r"https?://(?!example\.org/)\S+", " ".join(texts))


def test_minute_tags_begin_their_message(chat: list[dict[str, Any]], language: str) -> None:
    tagged = [line["content"] for line in messages(chat) if TAGS.match(line["content"])]
    kinds = {text.split()[0] for text in tagged}
    least = {"zh": {"#要点", "#共识", "#分歧", "#行动", "#待答"}, "en": {"#info", "#agreed", "#action", "#idea"}}
    assert len(tagged) >= 15
    assert kinds >= least[language]


def test_the_outline_is_the_programmes_questions(event: Event, language: str) -> None:
    lines = (EXAMPLES / f"evening.{language}.outline.md").read_text("utf-8").splitlines()
    questions = [question for section in event.outline for question in section.questions]
    assert lines == [f"# {event.topic}", "", *(f"- {question}" for question in questions)]


def test_the_host_asks_every_question_in_its_sections_time(
    chat: list[dict[str, Any]], event: Event, language: str
) -> None:
    said = [line for line in messages(chat) if line["accountName"] == HOSTS[language]]
    at = 0
    for section, starts_at in zip(event.outline, event.section_starts_at(), strict=True):
        for question in section.questions:
            asked = [line["timestamp"] for line in said if folded(question) in folded(line["content"])]
            assert asked, question
            assert starts_at.timestamp() <= asked[0] < starts_at.timestamp() + section.minutes * 60
            assert at < asked[0]
            at = asked[0]


def folded(text: str) -> str:
    return re.sub(r"\W", "", text).casefold()

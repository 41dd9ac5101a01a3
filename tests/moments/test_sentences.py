"""A language model that the owner has connected writes once; without one nothing is missing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from tests.moments.test_report_moment import EVERYBODY, closed, heard, run, seq_of
from tests.test_drafting import Answer, offered, served

from salon.house import House
from salon.issue import make_report
from salon.model import Event
from salon.rules.consent import ask_anonymity, withdraw_words

__all__ = ["closed"]


class Connected:
    """Connects a model that says what a test wants."""

    def __init__(self, stack: ExitStack, env: pytest.MonkeyPatch) -> None:
        self._stack, self._env = stack, env

    def __call__(self, answer: Answer, **more: Any) -> list[Any]:
        """Connect it; returns what it is asked."""
        model, asked = self._stack.enter_context(served(answer, **more))
        self._env.setenv("SALON_MODEL_URL", model.url)
        self._env.setenv("SALON_MODEL_NAME", model.name)
        return asked


@pytest.fixture
def connected(monkeypatch: pytest.MonkeyPatch) -> Iterator[Connected]:
    with ExitStack() as stack:
        yield Connected(stack, monkeypatch)


def repeats(body: dict[str, Any]) -> object:
    """An honest model: it says of each message what stands there, names that stand there among it."""
    rows = [{"text": row["text"].replace("我们", "一个团队"), "messages": [row["id"]]} for row in offered(body)]
    return {"sentences": rows}


def lies(body: dict[str, Any]) -> object:
    return {"sentences": [{"text": "大家一致同意明年涨价百分之九十。", "messages": [offered(body)[0]["id"]]}]}


FORMS = ("report.md", "report.html", "article.html")
MARK = "语言模型草拟"


async def forms(house: House, event: Event) -> dict[str, str]:
    return {name: body.decode() for name, body in (await make_report(house, event)).items()}


async def test_it_is_asked_once_and_printed_with_its_mark_in_every_form(
    closed: House, event: Event, connected: Connected
) -> None:
    asked = connected(repeats)
    for _ in range(2):
        await run(closed, event)
    assert heard(closed, event) == EVERYBODY
    calls = len(asked)
    assert calls > 0
    made = await forms(closed, event)
    assert len(asked) == calls
    for name in FORMS:
        assert MARK in made[name], name
        assert "一个团队每周省下三个小时" in made[name], name
    noted = [e for e in await closed.journal.entries(event.id) if e.kind == "sentences_drafted"]
    assert [e.data["model"] for e in noted] == ["test-model"]


async def test_the_same_journal_gives_the_same_bytes_when_the_model_is_gone(
    closed: House, event: Event, connected: Connected, monkeypatch: pytest.MonkeyPatch
) -> None:
    connected(repeats)
    await run(closed, event)
    before = await make_report(closed, event)
    monkeypatch.delenv("SALON_MODEL_URL")
    monkeypatch.delenv("SALON_MODEL_NAME")
    assert await make_report(closed, event) == before


async def test_a_withdrawn_message_takes_its_sentence_along(closed: House, event: Event, connected: Connected) -> None:
    connected(repeats)
    await run(closed, event)
    for author in ("guest0", "guest1", "guest2"):
        seq = await seq_of(closed, event, author)
        await closed.journal.decide(event.id, withdraw_words(author, [seq], by=author))
    made = await forms(closed, event)
    assert not any("一个团队" in text for text in made.values())


async def test_a_sentence_that_names_somebody_goes_when_they_ask_not_to_be_named(
    closed: House, event: Event, connected: Connected
) -> None:
    connected(repeats)
    await run(closed, event)
    text = (await forms(closed, event))["report.md"]
    said = "".join(line for line in text.splitlines() if line.startswith(f"*{MARK}*"))
    names = [(f"guest{k}", name) for k, name in enumerate(("阿宁", "Bob", "小鹿")) if name in said]
    assert ("guest2", "小鹿") in names or ("guest0", "阿宁") in names
    for author, name in names:
        await closed.journal.decide(event.id, ask_anonymity(author, by=author))
        assert not any(name in text for text in (await forms(closed, event)).values())


async def test_lies_come_into_no_form(closed: House, event: Event, connected: Connected) -> None:
    asked = connected(lies)
    await run(closed, event)
    assert asked
    assert not any("涨价" in text or MARK in text for text in (await forms(closed, event)).values())
    noted = [e for e in await closed.journal.entries(event.id) if e.kind == "sentences_drafted"]
    assert [e.data["sentences"] for e in noted] == [[]]


@pytest.mark.parametrize("trouble", ["away", "half set", "no answer"])
async def test_a_model_that_is_away_holds_nobody_up(
    closed: House,
    event: Event,
    connected: Connected,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    trouble: str,
) -> None:
    connected(repeats, status=500 if trouble == "away" else 200)
    if trouble == "half set":
        monkeypatch.delenv("SALON_MODEL_NAME")
    if trouble == "no answer":
        monkeypatch.setattr("salon.sentences.AT_MOST", 0.0)
    assert await run(closed, event) == "report written: 3 delivered"
    assert heard(closed, event) == EVERYBODY
    assert "the report is written without a language model" in caplog.text
    assert MARK not in (await forms(closed, event))["report.md"]

"""A language model that the owner connected: an honest one, one that lies, and several that do not work."""

from __future__ import annotations

import http.server
import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.analysis.test_drafted import evening
from tests.command import Done, salon

from salon import drafting
from salon.analysis.drafted import kept
from salon.drafting import Model, ModelAway, draft, model_from_env
from salon.errors import WrongUse
from salon.model import Discussion
from salon.report import report_of

ROOT = Path(__file__).parents[1]
Answer = Callable[[dict[str, Any]], object]


@contextmanager
def served(answer: Answer, *, status: int = 200, raw: bytes | None = None) -> Iterator[tuple[Model, list[Any]]]:
    """A server on a free port that answers every question with what *answer* makes of it; and what it was asked."""
    asked: list[Any] = []

    class Server(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            asked.append((self.path, dict(self.headers), body))
            said = {"choices": [{"message": {"role": "assistant", "content": json.dumps(answer(body))}}]}
            out = json.dumps(said).encode() if raw is None else raw
            self.send_response(status)
            self.send_header("Content-Length", str(len(out)))
            self.end_headers()
            self.wfile.write(out)

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield Model(url=f"http://127.0.0.1:{server.server_port}/v1", name="test-model", key="secret-key"), asked
    finally:
        server.shutdown()
        server.server_close()


def offered(body: dict[str, Any]) -> list[dict[str, str]]:
    """The messages that a question showed."""
    rows: list[dict[str, str]] = json.loads(body["messages"][-1]["content"])
    return rows


async def printed(model: Model, told: Discussion) -> list[str]:
    """The model's sentences that come into the report."""
    report = report_of(told)
    sentences = await draft(model, report, told.messages)
    return [sentence.text for sentence in report_of(replace(told, drafted=sentences)).drafted]


async def test_an_honest_sentence_comes_into_the_report_with_its_messages() -> None:
    def honest(body: dict[str, Any]) -> object:
        row = next(row for row in offered(body) if "12 euros" in row["text"])
        return {"sentences": [{"text": row["text"].split(",")[0], "messages": [row["id"]]}]}

    told = evening()
    with served(honest) as (model, asked):
        assert await printed(model, told) == ["We cut the fee to 12 euros and forty people came"]
    (path, headers, body) = asked[0]
    assert path == "/v1/chat/completions"
    assert headers["Authorization"] == "Bearer secret-key"
    assert body["temperature"] == 0


async def test_nobodys_name_is_sent() -> None:
    with served(lambda body: {"sentences": []}) as (model, asked):
        await printed(model, evening())
    assert asked
    assert not any(name in json.dumps(body, ensure_ascii=False) for _, _, body in asked for name in ("Ines", "Tobias"))


async def test_lies_are_left_out_and_the_report_is_as_without_a_model() -> None:
    def liar(body: dict[str, Any]) -> object:
        ids = [row["id"] for row in offered(body)]
        return {
            "sentences": [
                {"text": "Everybody agreed to close the shop for good.", "messages": ids[:1]},
                {"text": "We cut the fee to 99 euros and forty people came.", "messages": ids[:1]},
                {"text": "We cut the fee to 12 euros and forty people came.", "messages": ["made-up"]},
                {"text": "<script>alert(1)</script>", "messages": ids[:1]},
                {"text": 7, "messages": ids}, {"text": "no messages"}, "nonsense",
            ]
        }  # fmt: skip

    told = evening()
    with served(liar) as (model, _):
        sentences = await draft(model, report_of(told), told.messages)
    assert kept(replace(told, drafted=sentences)) == ()
    assert report_of(replace(told, drafted=sentences)) == report_of(told)


@pytest.mark.parametrize("said", [None, [], {"sentences": None}, {"sentences": {"text": "x"}}, "sure!", 3])
async def test_an_answer_in_another_form_is_no_sentence(said: object) -> None:
    with served(lambda body: said) as (model, _):
        assert await printed(model, evening()) == []


@pytest.mark.parametrize("raw", [b"", b"not json", b"[]", b'{"choices": []}', b"[" * 100_000])
async def test_a_body_that_is_none_is_no_sentence(raw: bytes) -> None:
    with served(lambda body: None, raw=raw) as (model, _):
        assert await printed(model, evening()) == []


async def test_a_refusal_and_a_silence_are_one_clear_sentence_without_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    told = evening()
    with served(lambda body: None, status=401) as (model, _), pytest.raises(ModelAway, match="status 401"):
        await printed(model, told)
    with pytest.raises(ModelAway, match="does not answer: ConnectError") as silent:
        await printed(replace(model, url="http://127.0.0.1:9/v1"), told)
    assert "secret-key" not in repr((silent.value, silent.value.__cause__, model))


async def test_an_endless_answer_is_not_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drafting, "MOST_BYTES", 1000)
    with served(lambda body: None, raw=b"x" * 2000) as (model, _), pytest.raises(ModelAway, match="longer than"):
        await printed(model, evening())


def test_a_model_is_off_unless_it_is_named() -> None:
    assert model_from_env({}) is None
    for half in ({"SALON_MODEL_URL": "http://127.0.0.1/v1"}, {"SALON_MODEL_NAME": "m"}):
        with pytest.raises(WrongUse, match="go together"):
            model_from_env(half)
    model = model_from_env({"SALON_MODEL_URL": "http://127.0.0.1/v1/", "SALON_MODEL_NAME": "m", "SALON_MODEL_KEY": "k"})
    assert model == Model(url="http://127.0.0.1/v1", name="m", key="k")


def honest(body: dict[str, Any]) -> object:
    """One sentence on each question: the beginning of the longest message."""
    row = max(offered(body), key=lambda row: len(row["text"]))
    return {"sentences": [{"text": re.split("[，。,.]", row["text"])[0] + ".", "messages": [row["id"]]}]}


CHAT = ("--chat", "examples/evening.en.chat.jsonl", "--outline", "examples/evening.en.outline.md")


def chat_report(out: Path, model: Model | None, *more: str) -> Done:
    """`salon report --chat` of the English example, with --draft."""
    env = {"SALON_MODEL_URL": model.url, "SALON_MODEL_NAME": model.name} if model else {}
    return salon("report", *CHAT, "--draft", "--out", out, *more, env=env, folder=ROOT)


def verified(path: Path) -> Done:
    """`salon verify` of *path* against the English example."""
    return salon("verify", path, *CHAT, folder=ROOT)


def test_a_chat_s_report_has_its_sentences_and_is_proven(tmp_path: Path) -> None:
    with served(honest) as (model, _):
        done = chat_report(tmp_path, model, "--pdf")
    assert done.returncode == 0, done.stderr
    drafted = json.loads((tmp_path / "report.json").read_text())["drafted"]
    assert drafted
    for name in ("report.md", "report.html", "article.html"):
        text = (tmp_path / name).read_text()
        assert "drafted by a language model" in text, name
    for name in ("report.json", "report.html", "report.md"):
        checked = verified(tmp_path / name)
        assert checked.returncode == 0, checked.stderr


def test_a_sentence_that_was_changed_afterwards_is_not_proven(tmp_path: Path) -> None:
    with served(honest) as (model, _):
        chat_report(tmp_path, model)
    path = tmp_path / "report.json"
    report = json.loads(path.read_text())
    report["drafted"][0]["text"] = "Everybody agreed on 4711 euros."
    path.write_text(json.dumps(report))
    checked = verified(path)
    assert checked.returncode == 1
    assert "4711" in checked.stderr


def test_without_a_model_that_answers_the_report_is_written_all_the_same(tmp_path: Path) -> None:
    with served(lambda body: None, status=503) as (model, _):
        done = chat_report(tmp_path / "away", model)
    assert done.returncode == 0
    assert "the report is written without a language model" in done.stderr
    assert (tmp_path / "away" / "report.md").is_file()


def test_draft_without_a_model_says_what_to_set(tmp_path: Path) -> None:
    done = chat_report(tmp_path, None)
    assert done.returncode == 2
    assert "set SALON_MODEL_URL and SALON_MODEL_NAME" in done.stderr

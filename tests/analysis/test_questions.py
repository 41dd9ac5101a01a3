"""Questions that members ask."""

from __future__ import annotations

from dataclasses import replace

from tests.evening import talk

from salon.analysis.log import log_of
from salon.analysis.questions import questions
from salon.model import Discussion


def pairs(discussion: Discussion) -> list[tuple[str, str | None]]:
    """(question, answer or None)."""
    found = questions(log_of(discussion, []), frozenset())
    return [(asked.question.text, asked.answer.text if asked.answer else None) for asked in found]


ASK = ("Momo", "这些老客的记录应该放在表格还是系统里？")


def test_a_reply_is_the_answer_wherever_it_stands() -> None:
    said = talk(ASK, ("老周", "今天下雨了路上很堵"), ("阿宁", "放在本子上"))
    reply = replace(said.messages[2], reply_to="1")
    assert pairs(replace(said, messages=(*said.messages[:2], reply))) == [(ASK[1], "放在本子上")]


def test_who_is_addressed_by_name_is_answered() -> None:
    said = talk(ASK, ("老周", "今天下雨了路上很堵"), ("林嘉", "Momo：一百位以内用表格就够了"))
    assert pairs(said) == [(ASK[1], "Momo：一百位以内用表格就够了")]


def test_a_question_that_nobody_takes_up_is_open() -> None:
    assert pairs(talk(ASK, ("老周", "今天下雨了路上很堵"))) == [(ASK[1], None)]


def test_an_unsure_pair_is_neither_answered_nor_open() -> None:
    assert pairs(talk(ASK, ("老周", "表格吧，老客的记录放系统里太麻烦"))) == []


def test_questions_of_the_kol_and_points_of_the_outline_are_not_listed() -> None:
    said = talk(("林嘉", "大家的老客记录放在表格还是系统里？"), ASK)
    assert questions(log_of(said, []), frozenset({1})) == ()


def test_who_talks_on_asks_of_nobody() -> None:
    assert pairs(talk(ASK, ("Momo", "我说这个的意思是先要有记录"))) == []


def test_what_one_member_asks_another_is_not_left_to_the_room() -> None:
    ask = "老周，这些老客的记录应该放在表格还是系统里？"
    assert pairs(talk(("老周", "晚上好各位"), ("Momo", ask), ("阿宁", "今天下雨了路上很堵"))) == []
    to_the_kol = ask.replace("老周", "林嘉")
    assert pairs(talk(("林嘉", "晚上好各位"), ("Momo", to_the_kol))) == [(to_the_kol, None)]


def test_thanks_are_no_answer() -> None:
    assert pairs(talk(ASK, ("林嘉", "Momo：谢谢你问"))) == [(ASK[1], None)]


def replying(*texts: str) -> Discussion:
    """Everybody who says one of *texts* replies to the question."""
    said = talk(ASK, *((f"成员{k}", text) for k, text in enumerate(texts)))
    return replace(said, messages=(said.messages[0], *(replace(m, reply_to="1") for m in said.messages[1:])))


def test_a_reply_that_says_nothing_on_it_is_no_answer() -> None:
    assert pairs(replying("同问", "谢谢", "放在本子上")) == [(ASK[1], "放在本子上")]
    assert pairs(replying("同问", "+1")) == [(ASK[1], None)]
    # Who asks back has heard the question, and has not answered it.
    assert pairs(replying("你们一共有多少位？")) == []


def test_a_greeting_is_neither_an_answer_nor_silence() -> None:
    assert pairs(talk(ASK, ("林嘉", "Momo：你好"))) == []

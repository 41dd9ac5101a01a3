"""Finding the points of an outline in the log."""

from __future__ import annotations

from dataclasses import replace

from tests.evening import evening, talk

from salon.analysis.align import align
from salon.analysis.log import log_of
from salon.analysis.stretches import Stretch, stretches
from salon.model import Discussion


def places(discussion: Discussion, *points: str) -> list[str | None]:
    """Texts of the messages where *points* were taken up."""
    log = log_of(discussion, points)
    return [None if k is None else log.lines[k].message.text for k in align(log)]


def test_a_point_is_found_where_the_kol_asks_it() -> None:
    said = talk(
        ("老周", "我觉得价格是老客走掉的原因"),
        ("林嘉", "先聊第一个问题：老客为什么会走？"),
        ("阿宁", "老客会走是因为没人记得他们"),
    )
    assert places(said, "老客为什么会走？") == ["先聊第一个问题：老客为什么会走？"]


def test_without_the_prior_for_the_kol_an_echo_would_win() -> None:
    said = talk(("阿宁", "老客为什么会走？"), ("林嘉", "好，老客为什么会走？大家说说"))
    assert places(said, "老客为什么会走？") == ["好，老客为什么会走？大家说说"]
    assert places(replace(said, kols=("阿宁",)), "老客为什么会走？") == ["老客为什么会走？"]


def test_points_asked_out_of_order_are_found_all_the_same() -> None:
    said = talk(
        ("林嘉", "What does the escrow window protect sellers from?"),
        ("阿宁", "Chargebacks mostly."),
        ("林嘉", "Which couriers insure fragile parcels?"),
        ("老周", "Only two of them do."),
    )
    wanted = ("Which couriers insure fragile parcels?", "What does the escrow window protect sellers from?")
    assert places(said, *wanted) == [said.messages[2].text, said.messages[0].text]


def test_an_answer_leads_back_to_the_question_of_the_kol() -> None:
    said = talk(
        ("林嘉", "So, who read the notes? What do they say?"),
        ("阿宁", "The escrow window protects sellers from chargebacks for thirty days."),
        ("林嘉", "Right."),
    )
    assert places(said, "How does the escrow window protect sellers from chargebacks?") == [said.messages[0].text]


def test_of_two_like_questions_the_one_in_the_order_of_the_outline_is_taken() -> None:
    ask = ("林嘉", "Which couriers insure parcels?")
    chat = [("老周", f"Number {k}: mine came late, as always.") for k in range(4)]
    said = talk(ask, *chat, ("林嘉", "What do bakeries charge for delivery?"), *chat, ask, *chat, *chat)
    log = log_of(said, ("What do bakeries charge for delivery?", "Which couriers insure parcels?"))
    assert align(log) == (5, 10)


def test_a_question_broken_over_two_messages_is_found_at_its_first() -> None:
    said = talk(("林嘉", "so why would a small bakery in town"), ("林嘉", "print receipts?"), ("阿宁", "taxes"))
    assert places(said, "Why would a small town bakery print receipts?") == ["so why would a small bakery in town"]


def test_a_point_that_nothing_is_like_has_no_place() -> None:
    assert places(talk(("林嘉", "大家晚上好，今天聊老客")), "Which couriers insure parcels?") == [None]


def test_one_common_word_in_passing_is_no_place() -> None:
    lines = [(f"m{k}", f"Today the parcel number {k} came late, in the rain, with a broken corner") for k in range(9)]
    wanted = "Which insurance covers breakage of a parcel during customs inspection abroad?"
    assert places(talk(*lines), wanted) == [None]


def test_commands_and_bots_are_no_place() -> None:
    said = talk(("林嘉", "#topic 老客为什么会走？"), ("meetbot", "老客为什么会走？"))
    assert places(said, "老客为什么会走？") == [None]


def test_when_the_kol_is_not_known_whoever_asks_like_the_outline_leads() -> None:
    said = replace(evening(), kols=())
    log = log_of(replace(said, messages=tuple(replace(m, role="member") for m in said.messages)), ["老客为什么会走？"])
    assert {line.message.name for line in log.lines if line.is_kol} == {"林嘉"}


def test_a_member_who_takes_the_kols_name_does_not_become_the_kol() -> None:
    said = talk(("林嘉", "老客为什么会走？"))
    fake = replace(said.messages[0], id="99", author="guest-7", name="林嘉", role="member")
    log = log_of(replace(said, messages=(replace(said.messages[0], role="kol"), fake)), [])
    assert [line.is_kol for line in log.lines] == [True, False]


def test_a_log_without_messages_or_points_gives_nothing() -> None:
    assert places(talk(), "老客为什么会走？") == [None]
    assert places(talk(("林嘉", "晚上好"))) == []


def test_stretches_cover_the_log_without_gap() -> None:
    assert stretches([5, None, 2, 5], 9) == (
        Stretch(point=None, first=0, last=2),
        Stretch(point=2, first=2, last=5),
        Stretch(point=0, first=5, last=9),
    )
    assert stretches([None], 3) == (Stretch(point=None, first=0, last=3),)
    assert stretches([], 0) == ()


def test_a_kol_who_goes_back_with_a_question_is_followed() -> None:
    chat = [("阿宁", f"Reply {k}, nothing new from me.") for k in range(3)]
    said = talk(
        ("林嘉", "Why does the escrow desk hold refunds instead of paying them?"),
        *chat,
        ("林嘉", "Which couriers insure fragile parcels for bakeries, and what do they charge?"),
        *chat,
        ("林嘉", "Refunds, again: which of them are paid at once?"),
        *chat,
    )
    wanted = (
        "Which couriers insure fragile parcels for bakeries, and what do they charge?",
        "Refunds are a matter for the escrow desk. Why are they held there, and not paid at once, as couriers do?",
    )
    assert places(said, *wanted) == [said.messages[4].text, said.messages[0].text]

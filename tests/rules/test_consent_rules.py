"""Members' own words: taken back at any time, by nobody else, and given again by nobody else."""

from __future__ import annotations

import pytest
from tests.evenings import Evening

from salon.consent import alias, consented
from salon.errors import NotFound, WrongUse
from salon.rules.consent import ask_anonymity, end_anonymity, return_words, withdraw_words
from salon.rules.seats import take_seat
from salon.rules.talk import Line, hide_message, post_as, post_message
from salon.rules.week import note_plan
from salon.testing.golden import golden_event


@pytest.fixture
def evening() -> Evening:
    evening = Evening.opened(golden_event())
    for guest, name in (("ann", "阿宁"), ("bob", "Bob"), ("cat", "小北京"), ("dan", "小北")):
        evening.ask(take_seat(evening.event, guest, source="readers", name=name))
    return evening


def say(evening: Evening, guest: str, text: str) -> int:
    line = Line(text=text, client_id=f"c{evening.state.seq}")
    rule = post_as(evening.event, "kol", "林若溪", line) if guest == "kol" else post_message(evening.event, guest, line)
    evening.ask(rule)
    return evening.state.seq


def shown(evening: Evening) -> list[tuple[str, str]]:
    return [(said.name, said.text) for said in consented(evening.state, "zh")]


def test_a_withdrawn_message_is_gone_and_comes_back_for_its_author_only(evening: Evening) -> None:
    first, second = say(evening, "ann", "一"), say(evening, "ann", "二")
    evening.ask(withdraw_words("ann", [first], by="ann"))
    assert evening.ask(withdraw_words("ann", [first], by="ann")) == []
    assert shown(evening) == [("阿宁", "二")]
    with pytest.raises(WrongUse, match="its author took it back"):
        evening.ask(return_words("ann", [first], by="owner"))
    evening.ask(return_words("ann", [first, second], by="ann"))
    assert shown(evening) == [("阿宁", "一"), ("阿宁", "二")]
    evening.ask(withdraw_words("ann", [first], by="ann"))
    assert shown(evening) == [("阿宁", "二")]


def test_all_of_ones_words_go_at_once(evening: Evening) -> None:
    for number in range(100):
        say(evening, "ann", f"第 {number} 句")
    say(evening, "bob", "stays")
    assert len(evening.ask(withdraw_words("ann", None, by="ann"))) == 100
    assert shown(evening) == [("Bob", "stays")]


def test_nobody_withdraws_what_somebody_else_said(evening: Evening) -> None:
    hers = say(evening, "ann", "一")
    say(evening, "bob", "x")
    for messages in ([hers], [999], [-1]):
        with pytest.raises(NotFound):
            evening.ask(withdraw_words("bob", messages, by="bob"))
    with pytest.raises(NotFound, match="nothing was said from this seat"):
        evening.ask(withdraw_words("cat", None, by="cat"))


def test_the_owner_does_it_for_somebody_with_a_reason_and_may_undo_it(evening: Evening) -> None:
    first = say(evening, "ann", "一")
    with pytest.raises(WrongUse, match="reason"):
        evening.ask(withdraw_words("ann", [first], by="owner", reason="  "))
    evening.ask(withdraw_words("ann", [first], by="owner", reason="手机丢了"))
    assert evening.state.editions.withdrawn[first].reason == "手机丢了"
    evening.ask(return_words("ann", [first], by="owner"))
    assert shown(evening) == [("阿宁", "一")]


def test_what_the_host_hid_its_author_does_not_bring_back(evening: Evening) -> None:
    first = say(evening, "ann", "一")
    evening.ask(withdraw_words("ann", [first], by="ann"))
    assert len(evening.ask(hide_message(first, by="host"))) == 1
    evening.ask(return_words("ann", [first], by="ann"))
    assert shown(evening) == []


def test_who_asked_for_it_has_no_name_anywhere_not_even_in_what_others_said(evening: Evening) -> None:
    say(evening, "ann", "我是阿宁，大家好")
    say(evening, "bob", "@阿宁 说得好，阿宁：你呢？ \uff20阿宁")
    say(evening, "kol", "阿宁提到的很重要")
    evening.ask(ask_anonymity("ann", by="ann"))
    assert not any("阿宁" in name + text for name, text in shown(evening))
    assert shown(evening)[0][0] == "成员 1"
    assert shown(evening)[2] == ("林若溪", "成员 1提到的很重要")
    evening.ask(end_anonymity("ann", by="ann"))
    assert shown(evening)[2] == ("林若溪", "阿宁提到的很重要")


def test_the_number_stays_whoever_comes_and_goes(evening: Evening) -> None:
    for guest in ("ann", "bob"):
        say(evening, guest, "x")
        evening.ask(ask_anonymity(guest, by=guest))
    evening.ask(end_anonymity("ann", by="ann"))
    assert shown(evening) == [("阿宁", "x"), ("成员 2", "x")]
    evening.ask(ask_anonymity("ann", by="ann"))
    assert evening.ask(ask_anonymity("ann", by="ann")) == []
    assert shown(evening) == [("成员 1", "x"), ("成员 2", "x")]


def test_a_number_that_somebody_took_as_a_name_is_passed_over(evening: Evening) -> None:
    evening.ask(take_seat(evening.event, "eve", source="readers", name="成员 1"))
    say(evening, "ann", "x")
    evening.ask(ask_anonymity("ann", by="ann"))
    assert shown(evening) == [("成员 2", "x")]
    assert alias(2, "en") == "Member 2"


def test_a_longer_name_that_holds_the_short_one_stays(evening: Evening) -> None:
    say(evening, "dan", "x")
    say(evening, "bob", "小北京和小北都说了，Bobby 没有；@小北 再说说")
    evening.ask(ask_anonymity("dan", by="dan"))
    evening.ask(ask_anonymity("bob", by="bob"))
    assert shown(evening)[1] == ("成员 2", "小北京和成员 1都说了，Bobby 没有；@成员 1 再说说")


def test_who_takes_the_kols_name_does_not_take_it_from_the_kol(evening: Evening) -> None:
    evening.ask(note_plan({"event": {"kol": {"name": "林若溪"}, "topic": "小店", "outline": []}, "groups": []}))
    evening.ask(take_seat(evening.event, "eve", source="readers", name="林若溪"))
    say(evening, "eve", "x")
    say(evening, "bob", "@林若溪 请问小店怎么办")
    evening.ask(ask_anonymity("eve", by="eve"))
    assert shown(evening) == [("成员 1", "x"), ("Bob", "@林若溪 请问小店怎么办")]


def test_an_ordinary_word_as_a_name_spoils_nobody_elses_words(evening: Evening) -> None:
    evening.ask(take_seat(evening.event, "eve", source="readers", name="我们"))
    say(evening, "eve", "x")
    for number in range(10):
        say(evening, "bob", f"我们店 {number}")
    say(evening, "bob", "@我们 你说呢")
    evening.ask(ask_anonymity("eve", by="eve"))
    assert ("Bob", "我们店 3") in shown(evening)
    assert shown(evening)[-1] == ("Bob", "@成员 1 你说呢")


def test_whoever_leads_stays_named(evening: Evening) -> None:
    say(evening, "kol", "x")
    with pytest.raises(WrongUse, match="poster"):
        evening.ask(ask_anonymity("kol", by="kol"))


def test_the_owner_cannot_name_somebody_who_asked_not_to_be(evening: Evening) -> None:
    say(evening, "ann", "x")
    evening.ask(ask_anonymity("ann", by="ann"))
    with pytest.raises(WrongUse):
        evening.ask(end_anonymity("ann", by="owner"))
    evening.ask(end_anonymity("ann", by="ann"))
    evening.ask(ask_anonymity("ann", by="owner", reason="电话里说的"))
    evening.ask(end_anonymity("ann", by="owner"))
    assert evening.state.editions.anonymous == {}

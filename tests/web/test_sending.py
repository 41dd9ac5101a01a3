"""The owner's page of what will be sent: its last minute, whom it leaves out, and what must be corrected."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
from tests.web.house import PROGRAM, Evening, Web, until
from tests.web.test_landing import ask_owner, owner

from salon import moments
from salon.model import Event, Group, Programme, Series
from salon.pace import SENDING
from salon.planning import apply_plan
from salon.rules.pace import pause_sending, resume_sending
from salon.testing.golden import golden_groups

GROUPS = golden_groups("zh")


def _page(evening: Evening, **more: Any) -> httpx.Response:
    return evening.web.phone().get(owner(evening, "sending"), **more)


def _replan(evening: Evening, event: Event, *groups: Group) -> None:
    series = Series(id=event.series, name=event.series_name, timezone=event.timezone)
    plan = Programme(series=series, groups=groups or GROUPS, events=(event,))
    evening.web.run(apply_plan(evening.web.house, plan))


def test_the_page_says_when_the_last_group_hears_it_and_whom_it_leaves_out(web: Web) -> None:
    evening = web.evening(is_open=False)
    first, second, third = GROUPS
    _replan(evening, evening.event, replace(first, quiet="11:30-13:45"), replace(second, quiet="11:30-11:29"), third)
    until(lambda: f"1 个群赶不上，不会发： <bdi>{second.name}</bdi>" in _page(evening).text)
    assert "3 个群 · 最后一个群 11月26日 周四 13:45" in _page(evening).text
    data = _page(evening, headers=PROGRAM).json()
    opening = next(row for row in data["moments"] if row["moment"] == "open_room")
    assert (opening["groups"], opening["last_group"], list(opening["does_not_fit"])) == (3, first.id, [second.id])


def test_a_pause_is_shown(web: Web) -> None:
    evening = web.evening(is_open=False)
    web.run(web.house.journal.decide(SENDING, pause_sending("海报时间错了 <b>", by="owner")))
    try:
        until(lambda: "发送已暂停： <bdi>海报时间错了 &lt;b&gt;</bdi>" in _page(evening).text)
    finally:
        web.run(web.house.journal.decide(SENDING, resume_sending(by="owner")))


def test_a_correction_is_shown_and_goes_out_when_the_owner_says_so(web: Web) -> None:
    evening = web.evening(is_open=False)
    web.run(moments.run(web.house, evening.event.id, "warm_up"))
    assert "要更正" not in _page(evening).text
    later = replace(evening.event.times, disbands_at=evening.event.times.disbands_at + timedelta(minutes=15))
    _replan(evening, replace(evening.event, times=later))
    until(lambda: "有 3 个群听到的和现在的安排不一样" in _page(evening).text)
    assert ask_owner(evening, "sending/correct").json() == {"sending": True}
    until(lambda: _page(evening, headers=PROGRAM).json()["to_correct"] == 0)
    texts = list((web.settings.outbox / evening.event.id).glob("*/moved-*/text.txt"))
    assert len(texts) == 3


def test_a_test_message_is_sent_once_asked_for(web: Web) -> None:
    evening = web.evening(is_open=False)
    group = GROUPS[0].id
    answer = ask_owner(evening, "sending/probe", group=group)
    assert answer.json()["result"] == "delivered"
    assert ask_owner(evening, "sending/probe", group="nobody").status_code == 404
    assert len(list((web.settings.outbox / "probe" / group).glob("probe*"))) == 1


def test_nobody_else_sees_it(web: Web) -> None:
    evening = web.evening(is_open=False)
    path = owner(evening, "sending").replace("/owner/", "/owner/x")
    assert web.phone().get(path).status_code == 403
    assert web.phone().post(f"{path}/correct").status_code == 403

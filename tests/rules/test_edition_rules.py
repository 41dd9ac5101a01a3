"""Editions: one version after another, nothing lost between two editors, every step with its number."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.evenings import Evening

from salon.entries import Entry
from salon.errors import NotFound, WrongUse
from salon.model import Coming
from salon.rules.editions import (
    MOST_AT_ONCE,
    MOST_OPERATIONS,
    NOTE_LENGTH,
    ChangedMeanwhile,
    NoDraft,
    approve_report,
    ask_correction,
    draft_report,
    edit_report,
    go_back,
    note_coming,
    publish_by_itself,
    publish_report,
    recall_report,
)
from salon.rules.week import write_report
from salon.state import State
from salon.testing.golden import golden_event

DROP, OTHER = {"do": "drop", "key": "q-1"}, {"do": "drop", "key": "q-2"}


@pytest.fixture
def evening() -> Evening:
    evening = Evening.opened(golden_event())
    evening.ask(draft_report(by="report"))
    return evening


def kinds(evening: Evening) -> list[str]:
    return [draft.kind for draft in evening.drafts if draft.kind.startswith(("report", "correction"))]


def test_a_draft_is_begun_once(evening: Evening) -> None:
    evening.ask(draft_report(by="report"))
    assert kinds(evening) == ["report_drafted"]
    assert evening.state.editions.latest == 1


def test_versions_follow_one_another_and_are_kept_with_who_and_when(evening: Evening) -> None:
    evening.ask(edit_report(1, [DROP], editor="Mei"))
    evening.now += timedelta(minutes=5)
    evening.ask(edit_report(2, [OTHER], editor="Tom"))
    versions = evening.state.editions.versions
    assert [(v.number, v.editor, v.operations) for v in versions.values()] == [
        (1, "", ()),
        (2, "Mei", (DROP,)),
        (3, "Tom", (DROP, OTHER)),
    ]
    assert versions[3].at - versions[2].at == timedelta(minutes=5)


def test_the_second_of_two_editors_is_told_and_the_first_ones_work_stays(evening: Evening) -> None:
    evening.ask(edit_report(1, [DROP]))
    with pytest.raises(ChangedMeanwhile, match="version 1 was edited; the newest is 2"):
        evening.ask(edit_report(1, [OTHER]))
    assert evening.state.editions.versions[2].operations == (DROP,)


def test_a_tap_that_came_twice_is_one_edit(evening: Evening) -> None:
    evening.ask(edit_report(1, [DROP]))
    assert evening.ask(edit_report(1, [DROP])) == []


def test_an_earlier_version_comes_back_as_a_new_one(evening: Evening) -> None:
    evening.ask(edit_report(1, [DROP]))
    evening.ask(go_back(2, 1))
    assert evening.state.editions.versions[3].operations == ()
    assert evening.ask(go_back(2, 1)) == []
    assert evening.ask(go_back(3, 3)) == []
    with pytest.raises(NotFound):
        evening.ask(go_back(3, 9))
    with pytest.raises(ChangedMeanwhile):
        evening.ask(go_back(1, 2))
    evening.ask(edit_report(3, [OTHER]))
    assert evening.state.editions.versions[4].operations == (OTHER,)


def test_nothing_is_edited_approved_or_recalled_before_there_is_a_draft() -> None:
    evening = Evening.opened(golden_event())
    for rule in (edit_report(0, [DROP]), approve_report(0), recall_report(), go_back(0, 0)):
        with pytest.raises(NoDraft):
            evening.ask(rule)


@pytest.mark.parametrize(
    "operation",
    [
        {},
        {"do": "burn", "key": "q-1"},
        {"do": "drop"},
        {"do": "drop", "key": " "},
        {"do": "drop", "key": ["q-1"]},
        {"do": "drop", "key": "k" * 301},
        {"do": "merge", "key": "q-1"},
        {"do": "note", "key": "n-1", "place": "top", "text": "  "},
        {"do": "note", "key": "n-1", "place": "top", "text": "x" * (NOTE_LENGTH + 1)},
    ],
)
def test_an_operation_that_makes_no_sense_is_refused(operation: dict[str, str]) -> None:
    with pytest.raises(WrongUse):
        edit_report(1, [operation])


def test_what_an_operation_does_not_need_is_not_kept(evening: Evening) -> None:
    evening.ask(edit_report(1, [{**DROP, "text": "x" * 9999}]))
    assert evening.state.editions.versions[2].operations == (DROP,)


def test_ten_thousand_operations_are_too_many(evening: Evening) -> None:
    with pytest.raises(WrongUse, match="10000 at once"):
        edit_report(1, [DROP] * 10_000)
    for version in range(1, MOST_OPERATIONS // MOST_AT_ONCE + 1):
        evening.ask(edit_report(version, [{"do": "drop", "key": f"q-{version}"}] * MOST_AT_ONCE))
    with pytest.raises(WrongUse, match="go back"):
        evening.ask(edit_report(evening.state.editions.latest, [DROP]))


def test_approving_publishes_and_twice_is_once(evening: Evening) -> None:
    evening.ask(edit_report(1, [DROP]))
    evening.ask(approve_report(2, editor="Mei"))
    assert evening.ask(approve_report(2)) == []
    assert kinds(evening)[-2:] == ["report_approved", "report_published"]
    assert evening.state.editions.published == 2


def test_what_was_not_seen_is_not_approved(evening: Evening) -> None:
    evening.ask(edit_report(1, [DROP]))
    with pytest.raises(ChangedMeanwhile):
        evening.ask(approve_report(1))


def test_a_series_that_wants_it_publishes_by_itself_but_never_over_the_owner(evening: Evening) -> None:
    evening.ask(publish_by_itself(by="report"))
    assert evening.state.editions.published == 1
    evening.ask(edit_report(1, [DROP]))
    assert evening.ask(publish_by_itself(by="report")) == []
    evening.ask(recall_report())
    assert evening.ask(publish_by_itself(by="report")) == []


def test_a_recalled_report_is_nobodys_until_it_is_published_again(evening: Evening) -> None:
    evening.ask(publish_by_itself(by="report"))
    evening.ask(write_report("abc", {}, by="report"))
    evening.ask(recall_report(editor="Mei"))
    assert evening.ask(recall_report()) == []
    editions = evening.state.editions
    assert (editions.published, editions.is_recalled, evening.state.report) == (0, True, "")
    evening.ask(publish_report(1))
    assert (editions.published, editions.is_recalled) == (1, False)


def test_only_what_was_approved_or_public_is_published_again(evening: Evening) -> None:
    evening.ask(edit_report(1, [DROP]))
    with pytest.raises(WrongUse, match="approve it first"):
        evening.ask(publish_report(2))
    with pytest.raises(NotFound):
        evening.ask(publish_report(7))


def test_the_groups_are_told_of_a_correction_once_per_edition(evening: Evening) -> None:
    evening.ask(publish_by_itself(by="report"))
    with pytest.raises(WrongUse, match="nothing to correct"):
        evening.ask(ask_correction(1))
    evening.ask(edit_report(1, [DROP]))
    evening.ask(approve_report(2))
    evening.ask(ask_correction(2))
    assert evening.ask(ask_correction(2)) == []
    with pytest.raises(WrongUse):
        evening.ask(ask_correction(1))


def test_the_next_evening_is_noted_until_the_report_is_public(evening: Evening) -> None:
    first, second = (Coming(topic=topic, kol="周", starts_at=evening.now, number=13) for topic in ("一", "二"))
    evening.ask(note_coming(first, by="report"))
    evening.ask(note_coming(second, by="report"))
    assert evening.state.editions.coming == second
    assert evening.ask(note_coming(second, by="report")) == []
    evening.ask(publish_by_itself(by="report"))
    assert evening.ask(note_coming(first, by="report")) == []


def test_a_journal_from_before_there_were_editions_is_a_published_first_version() -> None:
    state, at = State(), golden_event().times.reports_at
    state.apply(Entry(seq=1, event="e", at=at, kind="report_written", by="report", data={"digest": "abc", "files": {}}))
    assert (state.editions.latest, state.editions.published, state.report) == (1, 1, "abc")


def test_the_mark_moves_with_what_is_said_and_not_with_what_is_delivered(evening: Evening) -> None:
    before = evening.state.editions.mark
    evening.ask(edit_report(1, [DROP]))
    evening.ask(write_report("abc", {}, by="report"))
    assert evening.state.editions.mark == before
    evening.ask(approve_report(2))
    assert evening.state.editions.mark != before

"""What an editor may do to a report, and that no word of a quote ever changes by it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.evening import evening

from salon.analysis.proof import NotProven
from salon.analysis.quotes import Quote
from salon.analysis.told import Note, quotes_in
from salon.documents import as_json
from salon.edited import Operation, check_quotes, edited, point_key
from salon.model import Sentence
from salon.report import Report, report_of, verify
from salon.report_view import view_of

TALK = evening()
FRESH = replace(
    report_of(TALK),
    notable=tuple(
        Quote(text=m.text, name=m.name, message_ids=(m.id,)) for m in TALK.messages if m.id in ("5", "11", "13", "15")
    ),
)
POINTS = [point_key(point) for point in FRESH.sections]


def done(*operations: Operation) -> Report:
    found = edited(FRESH, operations, TALK)
    assert found.skipped == ()
    check_quotes(found.report, TALK)
    return found.report


def skipped(*operations: Operation) -> list[str]:
    found = edited(FRESH, operations, TALK)
    assert found.report == FRESH
    return [skip.why for skip in found.skipped]


def quotes_of(report: Report, point: int) -> list[str]:
    return [quote.text for quote in report.sections[point].quotes]


def quote_keys(point: int) -> list[str]:
    return [piece.key for piece in edited(FRESH, [], TALK).pieces[f"in:{POINTS[point]}"]]


def test_nothing_done_is_the_report_as_it_was() -> None:
    assert done() == FRESH
    assert as_json(done()) == as_json(FRESH)


def test_points_change_places() -> None:
    report = done({"do": "move", "key": POINTS[2], "before": POINTS[0]})
    assert [point_key(point) for point in report.sections] == [POINTS[2], POINTS[0], POINTS[1], *POINTS[3:]]
    last = done({"do": "move", "key": POINTS[0], "before": ""})
    assert [point_key(point) for point in last.sections] == [*POINTS[1:], POINTS[0]]


def test_another_quote_stands_first() -> None:
    point = next(k for k, found in enumerate(FRESH.sections) if len(found.quotes) > 1)
    last = edited(FRESH, [], TALK).pieces[f"in:{POINTS[point]}"][-1]
    report = done({"do": "first", "key": last.key})
    assert report.sections[point].quotes[0] == last.thing
    assert report.sections[point].is_arranged


def test_on_the_desk_quotes_stand_as_they_are_printed() -> None:
    order = {m.id: k for k, m in enumerate(TALK.messages)}
    point = next(k for k, found in enumerate(FRESH.sections) if len(found.quotes) > 1)
    ids = [piece.thing.message_ids[0] for piece in edited(FRESH, [], TALK).pieces[f"in:{POINTS[point]}"]]  # type: ignore[union-attr]
    assert ids == sorted(ids, key=lambda id: order[id])
    assert ids != [quote.message_ids[0] for quote in FRESH.sections[point].quotes]
    moved = done({"do": "move", "key": quote_keys(point)[-1], "before": quote_keys(point)[0]})
    printed = next(p for part in view_of(moved, TALK)["parts"] for p in part["points"] if p["number"] == str(point + 1))
    assert [quote["anchor"] for quote in printed["quotes"]] == [f"m-{id}" for id in (ids[-1], *ids[:-1])]


def test_the_quote_that_the_report_opens_with_is_chosen() -> None:
    point = next(k for k, found in enumerate(FRESH.sections) if found.quotes)
    last = edited(FRESH, [], TALK).pieces[f"in:{POINTS[point]}"][-1]
    report = done({"do": "lead", "key": last.key})
    assert report.lead == report.highlights[0] == last.thing.message_ids[0]  # type: ignore[union-attr]
    # It is the best of its point, and stays in its place.
    assert (report.sections[point].quotes[0], report.sections[point].is_arranged) == (last.thing, False)
    assert sorted(report.highlights) == sorted(FRESH.highlights)


def test_what_is_dropped_comes_back_in_its_old_place() -> None:
    drop = {"do": "drop", "key": POINTS[1]}
    assert len(done(drop).sections) == len(FRESH.sections) - 1
    assert done(drop, {"do": "restore", "key": POINTS[1]}) == FRESH


def test_two_points_become_one_and_nothing_that_was_said_is_lost() -> None:
    report = done({"do": "merge", "key": POINTS[0], "other": POINTS[1]})
    one, two = FRESH.sections[0], FRESH.sections[1]
    assert report.sections[0].title == f"{one.title} / {two.title}"
    assert report.sections[0].quotes == (*one.quotes, *two.quotes)
    assert report.sections[1:] == FRESH.sections[2:]


def test_two_quotes_of_one_person_become_one_with_the_messages_of_both() -> None:
    pieces = edited(FRESH, [], TALK).pieces["notable"]
    names = [piece.thing.name for piece in pieces]  # type: ignore[union-attr]
    first = next(k for k, name in enumerate(names) if name in names[k + 1 :])
    second = names.index(names[first], first + 1)
    report = done({"do": "merge", "key": pieces[first].key, "other": pieces[second].key})
    merged = report.notable[first]
    assert merged.text == f"{FRESH.notable[first].text}\n{FRESH.notable[second].text}"
    assert merged.message_ids == (*FRESH.notable[first].message_ids, *FRESH.notable[second].message_ids)


def test_words_of_two_people_are_never_made_one() -> None:
    pieces = edited(FRESH, [], TALK).pieces["notable"]
    one = pieces[0]
    other = next(piece for piece in pieces if piece.thing.name != one.thing.name)  # type: ignore[union-attr]
    assert skipped({"do": "merge", "key": one.key, "other": other.key}) == ["unlike"]
    # Two people of one name are two people, too.
    twins = replace(TALK, messages=tuple(replace(m, name="同名") for m in TALK.messages))
    told = replace(FRESH, notable=tuple(replace(quote, name="同名") for quote in FRESH.notable))
    again = edited(told, [], twins).pieces["notable"]
    authors = {m.id: m.author for m in twins.messages}
    who = [authors[piece.thing.message_ids[0]] for piece in again]  # type: ignore[union-attr]
    stranger = next(k for k, author in enumerate(who) if author != who[0])
    found = edited(told, [{"do": "merge", "key": again[0].key, "other": again[stranger].key}], twins)
    assert [skip.why for skip in found.skipped] == ["unlike"]


def test_the_title_is_corrected_and_a_points_too() -> None:
    report = done(
        {"do": "title", "key": "", "text": "老客怎么留"}, {"do": "title", "key": POINTS[0], "text": "为什么走"}
    )
    assert (report.topic, report.sections[0].title) == ("老客怎么留", "为什么走")
    # The key is that of the outline's words: what is done later still finds it.
    assert len(done({"do": "title", "key": POINTS[0], "text": "x"}, {"do": "drop", "key": POINTS[0]}).sections) == 3


def test_a_sentence_of_the_editors_stands_where_it_was_put_and_says_whose_it_is() -> None:
    note = {"do": "note", "key": "n-1", "place": POINTS[1], "text": "后来核实过。", "by": "梅"}
    assert done(note).notes == (Note(place="point:2", text="后来核实过。", by="梅"),)
    moved = done(note, {"do": "move", "key": POINTS[1], "before": POINTS[0]})
    assert moved.notes[0].place == "point:1"
    merged = done(note, {"do": "merge", "key": POINTS[0], "other": POINTS[1]})
    assert merged.notes[0].place == "point:1"
    assert done(note, {"do": "drop", "key": POINTS[1]}).notes == ()
    assert done(note, {"do": "rewrite", "key": "n-1", "text": "改过"}).notes[0].text == "改过"
    assert done(note, {"do": "drop", "key": "n-1"}).notes == ()


def test_nobody_rewrites_what_a_member_said() -> None:
    key = quote_keys(0)[0]
    assert skipped({"do": "rewrite", "key": key, "text": "假话"}) == ["unlike"]
    assert skipped({"do": "title", "key": key, "text": "假话"}) == ["unlike"]


@pytest.mark.parametrize(
    ("operation", "why"),
    [
        ({"do": "drop", "key": "q-none"}, "gone"),
        ({"do": "first", "key": "q-none"}, "gone"),
        ({"do": "move", "key": POINTS[0], "before": "p-none"}, "gone"),
        ({"do": "merge", "key": POINTS[0], "other": POINTS[0]}, "gone"),
        ({"do": "merge", "key": POINTS[0], "other": "p-none"}, "gone"),
        ({"do": "note", "key": "n", "place": "nowhere", "text": "x", "by": ""}, "gone"),
        ({"do": "lead", "key": POINTS[0]}, "unlike"),
        ({"do": "burn", "key": POINTS[0]}, "gone"),
    ],
)
def test_what_cannot_be_done_is_passed_over_and_said(operation: Operation, why: str) -> None:
    assert skipped(operation) == [why]


def test_pieces_of_different_lists_do_not_mix() -> None:
    quote = quote_keys(0)[0]
    assert skipped({"do": "move", "key": quote, "before": POINTS[1]}) == ["apart"]
    assert skipped({"do": "merge", "key": quote, "other": POINTS[1]}) == ["apart"]


def test_what_was_withdrawn_since_drops_out_and_the_rest_stays_done() -> None:
    point = next(k for k, found in enumerate(FRESH.sections) if found.quotes)
    quote = FRESH.sections[point].quotes[0]
    operations: list[Operation] = [
        {"do": "first", "key": quote_keys(point)[0]},
        {"do": "title", "key": "", "text": "新题目"},
    ]
    less = replace(TALK, messages=tuple(m for m in TALK.messages if m.id not in quote.message_ids))
    found = edited(report_of(less), operations, less)
    assert [skip.index for skip in found.skipped] == [0]
    assert found.report.topic == "新题目"
    assert not any(set(quote.message_ids) & set(other.message_ids) for other in quotes_in(found.report))


def test_whatever_is_done_no_word_of_a_quote_changes() -> None:
    said = {quote.text for quote in quotes_in(FRESH)}
    every = [piece.key for pieces in edited(FRESH, [], TALK).pieces.values() for piece in pieces]
    operations: list[Operation] = [
        {"do": do, "key": key, "other": other, "before": other, "text": "假", "place": other, "by": ""}
        for do in ("move", "first", "lead", "merge", "rewrite", "drop", "restore")
        for key in every
        for other in every[::5]
    ]
    report = edited(FRESH, operations, TALK).report
    check_quotes(report, TALK)
    assert all(piece in said for quote in quotes_in(report) for piece in quote.text.split("\n"))


def test_a_made_up_quote_is_caught() -> None:
    fake = replace(FRESH.notable[0], text="谁也没说过")
    with pytest.raises(NotProven, match="谁也没说过"):
        check_quotes(replace(FRESH, notable=(fake,)), TALK)


def test_a_finding_goes_and_comes_with_the_tag_that_it_was_marked_by() -> None:
    pieces = edited(FRESH, [], TALK).pieces
    finding = next(piece.key for piece in pieces["findings"] if piece.key.endswith("-9"))
    drop = {"do": "drop", "key": finding}
    assert "9" not in [mark.message_id for mark in done(drop).minutes]
    assert done(drop, {"do": "restore", "key": finding}) == FRESH


def test_a_model_s_sentence_stays_under_its_point_and_goes_when_it_is_dropped() -> None:
    under = Sentence(place="point-1", text="模型写的一句", message_ids=("4",), by="m")
    report = replace(FRESH, drafted=(under,))

    def places(*operations: Operation) -> list[str]:
        return [sentence.place for sentence in edited(report, operations, TALK).report.drafted]

    (sentence,) = edited(report, [], TALK).pieces["drafted"]
    assert places() == ["point-1"]
    assert places({"do": "move", "key": POINTS[0], "before": ""}) == [f"point-{len(POINTS)}"]
    assert places({"do": "drop", "key": POINTS[0]}) == []
    assert places({"do": "merge", "key": POINTS[1], "other": POINTS[0]}) == ["point-1"]
    assert places({"do": "drop", "key": sentence.key}) == []


def test_a_poll_is_left_out_or_moved_and_never_changed() -> None:
    first, second = (piece.key for piece in edited(FRESH, [], TALK).pieces["polls"])
    assert [poll.id for poll in done({"do": "move", "key": second, "before": first}).polls] == ["p2", "p1"]
    report = done({"do": "drop", "key": first})
    assert ([poll.id for poll in report.polls], report.polls_left_out) == (["p2"], 1)
    assert "老客流失的最大原因" not in str(view_of(report, TALK))
    verify(replace(report, notable=(), highlights=()), TALK)
    assert done({"do": "drop", "key": first}, {"do": "restore", "key": first}).polls == FRESH.polls
    with pytest.raises(NotProven, match="polls"):
        verify(replace(report, polls_left_out=0), TALK)
    with pytest.raises(NotProven, match="polls"):
        verify(replace(report, polls=(report.polls[0], report.polls[0])), TALK)
    assert skipped({"do": "merge", "key": first, "other": second}) == ["unlike"]

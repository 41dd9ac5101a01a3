"""The minutes of a discussion by command."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.evening import AT, talk

from salon.analysis.commands import commands_in
from salon.analysis.minutes import Minutes, minutes_of, outline_from, polls_from
from salon.analysis.tags import tagged
from salon.analysis.targets import targets


def meeting(*lines: tuple[str, str]) -> Minutes:
    """The minutes of a meeting that `anna` starts."""
    return minutes_of(talk(("anna", "#startmeeting"), *lines).messages)


def told(minutes: Minutes) -> list[tuple[str, list[tuple[str, str]]]]:
    """Topic → kind and text of what was marked under it; the prologue first."""
    parts = [("", minutes.prologue), *((topic.title, topic.items) for topic in minutes.topics)]
    return [(title, [(item.kind, item.text) for item in items]) for title, items in parts]


def reasons(minutes: Minutes) -> list[tuple[str, str, str]]:
    return [(refusal.name, refusal.verb, refusal.reason) for refusal in minutes.refusals]


def test_what_is_marked_before_the_first_topic_stands_in_a_prologue() -> None:
    minutes = meeting(("bo", "#info we are early"), ("anna", "#topic Prices"), ("bo", "#idea raise them"))
    assert told(minutes) == [("", [("point", "we are early")]), ("Prices", [("idea", "raise them")])]


def test_only_a_chair_changes_the_topic() -> None:
    minutes = meeting(
        ("bo", "#topic by nobody"),
        ("anna", "#chair bo"),
        ("bo", "#topic by a chair"),
        ("anna", "#unchair bo"),
        ("bo", "#topic by one who was a chair"),
    )
    assert [topic.title for topic in minutes.topics] == ["by a chair"]
    assert reasons(minutes) == [("bo", "topic", "not_chair"), ("bo", "topic", "not_chair")]


def test_a_chair_named_before_speaking_has_the_chair_from_the_first_word() -> None:
    minutes = meeting(("anna", "#chair cleo"), ("cleo", "#topic Mine"))
    assert [topic.title for topic in minutes.topics] == ["Mine"]
    assert minutes.chairs == ("anna", "cleo")


def test_a_name_that_two_people_use_is_not_given_the_chair() -> None:
    first, one, other, chair, topic = talk(
        ("anna", "#startmeeting"), ("bo", "hi"), ("bo", "hi"), ("anna", "#chair bo"), ("bo", "#topic taken")
    ).messages
    minutes = minutes_of([first, one, replace(other, author="impostor"), chair, replace(topic, author="impostor")])
    assert minutes.topics == ()
    assert ("anna", "chair", "nobody") in reasons(minutes)


def test_whoever_started_the_meeting_stays_its_chair() -> None:
    minutes = meeting(("anna", "#chair bo"), ("bo", "#unchair anna"), ("anna", "#topic still here"))
    assert [topic.title for topic in minutes.topics] == ["still here"]


def test_a_chair_undoes_the_last_entry_of_all_and_the_log_keeps_it() -> None:
    discussion = talk(("anna", "#startmeeting"), ("anna", "#topic One"), ("bo", "#info a slip"), ("anna", "#undo"))
    assert told(minutes_of(discussion.messages)) == [("", []), ("One", [])]
    assert [m.text for m in discussion.messages][2] == "#info a slip"


def test_a_topic_is_undone_too_and_the_one_before_goes_on() -> None:
    minutes = meeting(("anna", "#topic One"), ("anna", "#topic Oops"), ("anna", "#undo"), ("bo", "#info in one"))
    assert told(minutes) == [("", []), ("One", [("point", "in one")])]


def test_others_undo_only_what_is_their_own() -> None:
    minutes = meeting(("bo", "#info mine"), ("cleo", "#undo"), ("anna", "#info hers"), ("bo", "#undo"))
    assert told(minutes) == [("", [("point", "hers")])]
    assert reasons(minutes) == [("cleo", "undo", "nothing")]


def test_starting_twice_and_an_end_by_a_member_are_refused() -> None:
    minutes = meeting(("bo", "#startmeeting again"), ("bo", "#endmeeting"), ("anna", "#info go on"))
    assert reasons(minutes) == [("bo", "start", "started"), ("bo", "end", "not_chair")]
    assert minutes.is_closed_by_clock
    assert told(minutes) == [("", [("point", "go on")])]


def test_a_meeting_that_nobody_ends_is_closed_by_the_clock() -> None:
    lines = talk(("anna", "#startmeeting"), ("bo", "#info x")).messages
    assert minutes_of(lines).ended_at == lines[-1].at
    assert minutes_of(lines, closes_at=AT.replace(hour=22)).ended_at == AT.replace(hour=22)


def test_an_ended_meeting_takes_no_more_marks() -> None:
    minutes = meeting(("anna", "#endmeeting"), ("bo", "#info too late"))
    assert not minutes.is_closed_by_clock
    assert told(minutes) == [("", [])]
    assert reasons(minutes) == [("bo", "mark", "not_started")]


def test_agreements_of_a_meeting_are_the_chairs_to_declare_and_elsewhere_everybodys() -> None:
    assert told(meeting(("bo", "#agreed on that"), ("anna", "#agreed on this"))) == [("", [("agreement", "on this")])]
    assert [m.text for m in tagged(talk(("bo", "#共识 先记住老客")).messages)] == ["先记住老客"]


def test_where_roles_are_known_a_member_neither_starts_a_meeting_nor_sets_topics() -> None:
    kol, member, own = talk(("林嘉", "大家好"), ("阿宁", "#startmeeting"), ("阿宁", "#topic 我的")).messages
    minutes = minutes_of([replace(kol, role="kol"), member, own, replace(kol, id="9", role="kol", text="#topic 正题")])
    assert not minutes.is_meeting
    assert [topic.title for topic in minutes.topics] == ["正题"]
    assert ("阿宁", "topic", "not_chair") in reasons(minutes)


def test_a_member_with_the_kols_name_is_not_the_kol() -> None:
    kol, fake = talk(("林嘉", "大家好"), ("林嘉", "#topic 假的")).messages
    assert minutes_of([replace(kol, role="kol", author="real"), replace(fake, author="fake")]).topics == ()


def test_without_roles_whoever_first_sets_a_topic_does_so_alone() -> None:
    minutes = minutes_of(talk(("a", "#topic One"), ("b", "#topic Two"), ("a", "#topic Three")).messages)
    assert [topic.title for topic in minutes.topics] == ["One", "Three"]


def test_every_command_is_only_text_when_it_is_empty_or_misspelt() -> None:
    words = "topic idea info action agreed halp help accepted rejected link chair unchair nick undo meetingtopic vote"
    lines = [("anna", f"#{word}{tail}") for word in words.split() for tail in ("", " ", "\u3000")]
    minutes = meeting(*lines, ("anna", "#unchar bo"), ("anna", "#"), ("anna", "#💥"), ("anna", "#üáç"))
    assert told(minutes) == [("", [])]


def test_commands_may_hold_any_letters() -> None:
    minutes = meeting(*(("anna", f"#{word}     üáç€ 字 \x00") for word in ("topic", "idea", "info", "action", "halp")))
    assert [kind for kind, _ in told(minutes)[1][1]] == ["idea", "point", "action", "open_question"]
    assert minutes.topics[0].title.startswith("üáç€ 字")


def test_each_marked_line_of_one_message_is_a_mark() -> None:
    text = "#共识 先记住一百位\n再谈工具\n#行动 小北周五前发模板"
    assert [(m.kind, m.text) for m in tagged(talk(("a", text)).messages)] == [
        ("agreement", "先记住一百位\n再谈工具"),
        ("action", "小北周五前发模板"),
    ]


def test_a_hashtag_closed_as_on_chinese_platforms_is_a_tag() -> None:
    assert [(c.kind, c.text) for c in commands_in("#共识# 先记住老客")] == [("agreement", "先记住老客")]


def votes(*lines: tuple[str, str]) -> tuple[str, ...]:
    minutes = meeting(("anna", "#motion buy a boat"), *lines)
    return tuple(motion.outcome for motion in minutes.motions)


@pytest.mark.parametrize(
    ("cast", "outcome"),
    [
        (["+1", "+1"], "unanimous"),
        (["+1", "+1", "-1"], "accepted"),
        (["-1", "+1", "-1"], "failed"),
        (["+1", "-1"], "inconclusive"),
        (["赞成", "\uff0b1", "弃权"], "accepted"),
    ],
)
def test_a_motion_ends_as_the_votes_say(cast: list[str], outcome: str) -> None:
    lines = [(f"p{k}", f"#vote {choice}") for k, choice in enumerate(cast)]
    assert votes(*lines, ("anna", "#close")) == (outcome,)


def test_a_motion_without_votes_cannot_be_closed_and_stays_open() -> None:
    minutes = meeting(("anna", "#motion buy a boat"), ("anna", "#close"))
    assert reasons(minutes) == [("anna", "close", "no_votes")]
    assert [motion.outcome for motion in minutes.motions] == ["open"]


def test_a_vote_without_a_motion_is_ignored() -> None:
    minutes = meeting(("bo", "#vote +1"), ("anna", "#close"))
    assert minutes.motions == ()
    assert [reason for _, _, reason in reasons(minutes)] == ["no_motion", "no_motion"]


def test_everybody_has_one_vote_and_the_last_one_counts() -> None:
    minutes = meeting(("anna", "#motion x"), ("bo", "#vote +1"), ("bo", "#vote -1"), ("bo", "#vote perhaps"))
    (motion,) = minutes.motions
    assert (motion.count("+1"), motion.count("-1")) == (0, 1)
    assert reasons(minutes) == [("bo", "vote", "unclear")]


def test_a_chair_may_say_how_a_motion_ended() -> None:
    assert votes(("bo", "#vote -1"), ("bo", "#failed"), ("anna", "#accepted after all")) == ("accepted",)


def test_a_vote_with_options_is_won_by_one_of_them() -> None:
    minutes = meeting(
        ("anna", "#topic Where"),
        ("anna", "#startvote Where next? Lake, Hill, Sea"),
        ("bo", "#vote lake"),
        ("cleo", "#vote Hi"),
        ("dan", "#vote LAKE"),
        ("anna", "#endvote"),
    )
    (motion,) = minutes.motions
    assert (motion.outcome, motion.winner) == ("chosen", "Lake")
    (poll,) = polls_from(minutes)
    assert (poll.question, poll.options, poll.votes, poll.section) == (
        "Where next?", ("Lake", "Hill", "Sea"), (2, 1, 0), 1
    )  # fmt: skip


def test_where_vote_opens_a_motion_a_bare_plus_one_is_a_vote() -> None:
    minutes = meeting(("anna", "#vote Shall we?"), ("bo", "+1"), ("cleo", "+1 from me"), ("anna", "#endvote"))
    assert [motion.count("+1") for motion in minutes.motions] == [1]


def test_topics_serve_as_outline_and_one_that_returns_counts_once() -> None:
    minutes = meeting(("anna", "#topic A"), ("anna", "#topic B"), ("anna", "#topic A"))
    assert [section.title for section in outline_from(minutes)] == ["A", "B"]


def test_an_action_names_who_is_there() -> None:
    minutes = meeting(("bo", "hi"), ("小北", "好"), ("bo", "#action bo and 小北 call Bob"), ("bo", "#nick Eve"))
    assert [item.owners for item in minutes.items()] == [("bo", "小北")]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("see http://a.example/. then", ("http://a.example/",)),
        ("(http://a.example/x) and", ("http://a.example/x",)),
        ("http://a.example/x_(y)", ("http://a.example/x_(y)",)),
        ("<http://a.example/x>", ("http://a.example/x",)),
        ("ftp://a.example/f.", ("ftp://a.example/f",)),
        ("mailto:a@b.example or mailto://c@d.example.", ("mailto:a@b.example", "mailto:c@d.example")),
        ("看 https://a.example/老客。", ("https://a.example/",)),
        ("http://a<b>.example", ()),
        ('ftp://a"b.example/x', ()),
        ("javascript:alert(1) data:text/html,x JaVaScRiPt://a.example/%0aalert(1)", ()),
        ("http://", ()),
        ("http://" + "a" * 9999, ()),
    ],
)
def test_only_whole_and_harmless_addresses_are_linked(text: str, found: tuple[str, ...]) -> None:
    assert targets(text) == found


def test_a_message_that_begins_with_an_address_is_a_link_of_the_meeting() -> None:
    minutes = meeting(("bo", "https://a.example/x, read it"), ("bo", "javascript:alert(1)"))
    assert [(item.kind, item.links) for item in minutes.items()] == [("link", ("https://a.example/x",))]


def test_bots_and_system_lines_are_not_heard() -> None:
    bot, line = talk(("MeetBot", "#info by a bot"), ("x", "#info joined")).messages
    assert minutes_of([bot, replace(line, role="system")]).items() == ()


def test_the_same_log_gives_the_same_minutes() -> None:
    lines = talk(("a", "#startmeeting"), ("b", "#action a and b do it"), ("a", "#motion m"), ("b", "#vote +1")).messages
    assert repr(minutes_of(lines)) == repr(minutes_of(list(lines)))

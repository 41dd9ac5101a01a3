"""What a report says of questionnaires, promotions, ratings and offers: sums to all, names and words to the team."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.evening import evening
from tests.test_documents import EVIL

from salon.documents import documents
from salon.model import Discussion, PollResult
from salon.report import report_of
from salon.verifying.forms import Expected
from salon.wording import Wording

SUMMED = PollResult(
    id="week.1", question="Which tool do you reach for?", options=("Saw", "Plane"), votes=(3, 1), voters=4
)
NAME, TOPIC, WRITTEN, CARD = "Offerer Zoe", "Joinery without glue", "Fridays are mine again.", "A folding bench"


def with_cards(language: str) -> Discussion:
    said = evening()
    return replace(
        said,
        language=language,
        polls=(*said.polls, SUMMED),
        answers=(("Anything else?", (WRITTEN, EVIL[1])),),
        promotions=((CARD, 40, 7),),
        ratings=(0, 0, 1, 2, 5),
        offers=((NAME, TOPIC), ("#17", "")),
    )


@pytest.fixture(params=["zh", "en"])
def made(request: pytest.FixtureRequest) -> dict[str, str]:
    """Every form, as text."""
    told = with_cards(request.param)
    return {name: text.decode() for name, text in documents(report_of(told), told, Wording()).items()}


def test_the_team_reads_sums_words_and_who_offered(made: dict[str, str]) -> None:
    for name in ("team.html", "team.md"):
        for text in ("4.5", CARD, "40", "Fridays are mine again", NAME, TOPIC, "17", SUMMED.question):
            assert text in made[name], (name, text)
        assert "<img src=x" not in made[name]


def test_members_read_the_sums_of_questionnaires_and_nothing_else(made: dict[str, str]) -> None:
    for name, form in made.items():
        assert ("Fridays are mine" in form) == name.startswith("team"), name
        for text in (NAME, TOPIC, CARD, "4.5 of 5", "平均 4.5"):
            assert name.startswith("team") or text not in form, (name, text)
    assert SUMMED.question in made["report.html"]
    assert SUMMED.question in made["report.json"]


def test_without_cards_the_team_reads_of_none(made: dict[str, str]) -> None:
    said = evening()
    team = documents(report_of(said), said, Wording())["team.html"].decode()
    for id in ("rating", "promotions", "written", "offers"):
        assert f'id="{id}"' in made["team.html"]
        assert f'id="{id}"' not in team


@pytest.mark.parametrize("name", ["team.html", "team.md"])
def test_a_sum_that_was_changed_by_hand_is_found_out(name: str) -> None:
    told = with_cards("en")
    report = report_of(told)
    expected = Expected(report, told, Wording(), ())
    form = documents(report, told, Wording())[name].decode()
    assert expected.compared(name, form).wrong == ()
    assert expected.compared(name, form.replace("4.5 of 5", "4.9 of 5")).wrong

# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""When a proposal holds, what counts as yes, and how it reads in both languages."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from method import problems
from method.ids import ProblemId, VersionId
from method.problems import Standing, State, Version

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2027, 2, 24, 8, 30, tzinfo=UTC)
DAY = timedelta(days=1)
OPEN = Version(VersionId(1), ProblemId(1), "Eins", State.PROPOSED, 0, NOW, NOW + DAY, None)
AGREED = replace(OPEN, state=State.AGREED, agreed_at=NOW + DAY)

HOLDS = [
    pytest.param(OPEN, 0, DAY, True, id="in time, no objection"),
    pytest.param(OPEN, 0, DAY - timedelta(microseconds=1), False, id="too early"),
    pytest.param(OPEN, 1, 9 * DAY, False, id="one objection against any number"),
    pytest.param(AGREED, 0, DAY, False, id="it does already"),
]


@pytest.mark.parametrize(("version", "objections", "after", "holds"), HOLDS)
def test_consent_decides_and_not_a_majority(version: Version, objections: int, after: timedelta, holds: bool):
    standing = Standing(in_favour=99, objections=objections)

    assert problems.holds(version, standing, now=NOW + after) is holds


@pytest.mark.parametrize("words", ["ja", "Ja!", "👍", "👍🏽", "einverstanden", "OK", " passt "])
def test_yes(words: str):
    assert problems.is_yes(words)


@pytest.mark.parametrize("words", ["ja, aber", "nein", "", "👎", "👍 aber kürzer"])
def test_no_yes(words: str):
    assert not problems.is_yes(words)


def test_texts_in_english():
    standing = Standing(2, 2, ("Too long",))

    assert problems.proposal(OPEN, BERLIN, again=True).render("en").split("\n") == [
        "Proposal for our core problem: “Eins” 👍 I agree, ✋ objection. Objections in one sentence as a reply."
        " Without a name by direct message: “objection” and then the text.",
        "It holds from Thu, 25 February, 09:30 on, if no objection is open by then. Whoever writes nothing agrees.",
        "The text has changed. Earlier 👍 and ✋ no longer count. React once more.",
    ]
    assert problems.present(OPEN, standing, BERLIN, now=NOW + DAY).render("en").split("\n") == [
        "Proposal for our core problem: “Eins” 2 people agree.",
        "2 objections are open.",
        "- Too long",
        "It holds as soon as no objection is open.",
    ]
    assert problems.agreed(replace(AGREED, in_favour=1), BERLIN, now=AGREED.due_at).render("en") == (
        "Core problem: “Eins” It holds since Thu, 25 February. 1 person agrees."
    )


def test_words_of_another_direction_stay_apart():
    assert problems.present(replace(OPEN, text="مشكلة"), Standing(), BERLIN, now=NOW).render("de").split(
        "\n"
    )[0] == ("Vorschlag für unser Kernproblem: „\u2068مشكلة\u2069“ Kein Einwand ist offen.")

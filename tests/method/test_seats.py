# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Numbers and stages as people type them; the list as they read it."""

from __future__ import annotations

import pytest

from method.ids import GroupId, SeatId
from method.seats import ENTRIES, Seat, Stage, first_seat, read_stage, wanted

LABELS = [
    ("W1 angefragt", (1, "angefragt")),
    ("w 1: dabei", (1, "dabei")),
    ("#W-12", (12, "")),
    ("3 dabei", (3, "dabei")),
    ("W1", (1, "")),
    ("Wer weiß", (None, "Wer weiß")),
    ("W1a dabei", (None, "W1a dabei")),
    ("B3 dabei", (None, "B3 dabei")),
    ("", (None, "")),
]


@pytest.mark.parametrize(("words", "expected"), LABELS)
def test_the_first_number_is_read(words: str, expected: tuple[int | None, str]):
    assert first_seat(words) == expected


STAGES = [
    ("gesucht", Stage.SOUGHT),
    ("ANGEFRAGT", Stage.ASKED),
    ("ist dabei", Stage.FILLED),
    ("with us", Stage.FILLED),
    ("abgesagt", Stage.DECLINED),
    ("vielleicht", None),
    ("", None),
]


@pytest.mark.parametrize(("words", "stage"), STAGES)
def test_a_stage_is_read(words: str, stage: Stage | None):
    assert read_stage(words) is stage


def seat(number: int, stage: Stage = Stage.SOUGHT, words: str = "Amt") -> Seat:
    return Seat(SeatId(number), GroupId(1), number, words, stage, None, None)


def test_only_open_seats_are_on_the_list():
    seats = [
        seat(1, Stage.FILLED),
        seat(2, Stage.ASKED),
        seat(3, Stage.DECLINED),
        seat(4, words="Amt\nBerlin."),
    ]

    assert wanted(seats).render("de").split("\n") == [
        "Wen brauchen wir noch?",
        "W2: Amt. Stand: angefragt.",
        "W4: Amt / Berlin. Stand: gesucht.",
        "Ändern: !wen W2 dabei",
    ]
    assert wanted(seats, whole=True).render("en").split("\n")[1:4] == [
        "W1: Amt. At present: with us.",
        "W2: Amt. At present: asked.",
        "W3: Amt. At present: declined.",
    ]


def test_a_message_has_at_most_ten_lines():
    lines = wanted([seat(number) for number in range(1, 40)]).render("de").split("\n")

    assert (len(lines), lines[-2]) == (10, f"und {39 - ENTRIES} weitere: !wen alle")

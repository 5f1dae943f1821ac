# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The card and the closing message, word for word."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from config.texts import text
from method import boards
from method.cards import Arisen, Card, Speakers, closing, ranges, shown
from method.ids import GroupId, MeetingId
from method.items import Label
from method.meetings import Meeting, Stage
from method.roles import Role

AT = datetime(2027, 3, 3, 15, tzinfo=UTC)
MEETING = Meeting(MeetingId(1), GroupId(1), 2, "Austausch (online)", Stage.RUNNING, AT, AT, None, None, None)
MOMENT = boards.moment(AT, UTC)
HEAD = "Treffen T2: Austausch, Mi, 3. März, 15:00, online."
STEP = text("Goal")


def labels(words: str) -> list[Label]:
    return [label for word in words.split() if (label := Label.parse(word))]


def test_card_shows_roles_and_speakers():
    roles = {Role.MODERATION: "Jule", Role.TIME: "Henrik", Role.BOARD: "Lina"}
    speakers = Speakers("Priya", [("Lina", False), ("Thomas", True)])

    assert shown(Card(MEETING, MOMENT, roles, speakers)).render("de").split("\n") == [
        f"{HEAD} ✋ ich möchte sprechen.",
        "Ohne ✋: !rede. Wer noch nicht gesprochen hat, kommt zuerst. Dann zählt, wer sich früher gemeldet hat.",
        "Für dieses Treffen: Gesprächsleitung Jule, Zeit Henrik, Board Lina. Die Rollen gelten nur heute."
        " Tauschen: !rolle zeit und dann der Name. Stimme der Zielgruppe, freiwillig: !rolle zielgruppe",
        "Jetzt spricht: Priya. Danach: Lina, Thomas (noch einmal).",
    ]


def test_voice_of_the_target_group_is_no_free_role_and_may_be_given_back():
    roles = {Role.MODERATION: "Jule", Role.TIME: "Henrik", Role.BOARD: "Lina", Role.VOICE: "Lina"}

    assert shown(Card(MEETING, MOMENT, roles)).render("de").split("\n")[2] == (
        "Für dieses Treffen: Gesprächsleitung Jule, Zeit Henrik, Board Lina, Stimme der Zielgruppe Lina."
        " Die Rollen gelten nur heute. Tauschen: !rolle zeit und dann der Name."
        " Die Stimme der Zielgruppe achtet auf deren Sicht; das können alle. Abgeben: !rolle zielgruppe zurück"
    )


def test_roles_can_be_drawn_as_long_as_none_is():
    voice = {Role.VOICE: "Lina"}

    heads = [shown(Card(MEETING, MOMENT, roles)).render("de").split("\n")[0] for roles in ({}, voice)]

    assert heads == [f"{HEAD} ✋ ich möchte sprechen. Rollen ziehen: !rollen"] * 2


def test_card_of_an_ended_meeting_names_nobody():
    ended = replace(MEETING, stage=Stage.ENDED, ended_at=AT)

    assert shown(Card(ended, MOMENT, {Role.TIME: "Lina"}, Speakers("Priya"))).render("de") == (
        f"{HEAD} Es ist zu Ende."
    )


CLOSINGS = [
    pytest.param("B11", "", "Neu: B11. Entscheidungen: keine.", id="one"),
    pytest.param(
        "B1 B2 B3 B4 B5 B6 B7", "", "Neu: 7 Barrieren (B1 bis B7). Entscheidungen: keine.", id="many"
    ),
    pytest.param(
        "B1 B3 I1 I2", "", "Neu: 2 Barrieren (B1, B3), 2 Ideen (I1, I2). Entscheidungen: keine.", id="both"
    ),
    pytest.param("B1 E1 E2", "", "Neu: B1. Entscheidungen: E1, E2.", id="decisions"),
    pytest.param("", "B2 I1", "Neu: nichts. Ergänzt: B2, I1. Entscheidungen: keine.", id="notes"),
]


@pytest.mark.parametrize(("entries", "noted", "sentences"), CLOSINGS)
def test_closing_says_what_arose(entries, noted, sentences):
    arisen = Arisen(labels(entries), labels(noted))

    first, second = closing(MEETING, arisen, STEP, None).render("de").split("\n")
    assert first == f"T2 ist zu Ende. {sentences}"
    assert second == (
        "Ziel Fehlt etwas? Einfach !barriere, !idee, !aufgabe oder !entscheidung schreiben."
        " Alles auf einen Blick: !board"
    )


RANGES = [
    ("B1 B2 B3 B5", "B1 bis B3, B5"),
    ("B2 B1", "B1, B2"),
    ("B3 I4 I5 I6", "B3, I4 bis I6"),
    ("B1 B1", "B1"),
]


@pytest.mark.parametrize(("words", "expected"), RANGES)
def test_labels_are_said_shortly(words, expected):
    assert ranges(labels(words)).render("de") == expected

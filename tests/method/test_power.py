# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who may do what, from the room's own state."""

from __future__ import annotations

import pytest

from method.ids import UserId
from method.power import Powers

ANNA, BEN, CARO = UserId("@anna:test"), UserId("@ben:test"), UserId("@caro:test")


def test_without_levels_only_the_creator_moderates():
    powers = Powers.of_room({"room_version": "10"}, ANNA, None)

    assert powers.of(ANNA) == 100
    assert powers.of(BEN) == 0


@pytest.mark.parametrize(
    ("version", "moderates"), [("11", False), ("12", True), ("13", True), ("org.x", False)]
)
def test_from_version_twelve_creators_stand_above_the_levels(version, moderates):
    create = {"room_version": version, "additional_creators": [BEN, 7]}
    powers = Powers.of_room(create, ANNA, {"users": {CARO: 50}, "redact": 1000})

    assert powers.may_redact_others(ANNA) is moderates
    assert powers.may_redact_others(BEN) is moderates
    assert powers.of(CARO) == Powers.MODERATION


ODD = [
    pytest.param({"users": {ANNA: "50"}}, 50, id="a number as text"),
    pytest.param({"users": {ANNA: "viel"}, "users_default": 5}, 0, id="no number"),
    pytest.param({"users": {ANNA: True}}, 0, id="a boolean"),
    pytest.param({"users": {ANNA: None}}, 0, id="nothing"),
    pytest.param({"users": [ANNA]}, 0, id="a list"),
    pytest.param({"users_default": "20"}, 20, id="default as text"),
    pytest.param({"users_default": {}}, 0, id="default that is none"),
]


@pytest.mark.parametrize(("levels", "expected"), ODD)
def test_odd_levels_are_survived(levels, expected):
    assert Powers.of_room({}, BEN, levels).of(ANNA) == expected


def test_state_needs_its_own_level():
    powers = Powers.of_room({}, BEN, {"users": {ANNA: 50}, "events": {"m.room.pinned_events": 60}})

    assert powers.may_send_state(ANNA, "m.room.topic")
    assert not powers.may_send_state(ANNA, "m.room.pinned_events")
    assert not powers.may_send_state(CARO, "m.room.topic")

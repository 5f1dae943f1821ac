# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Settings of an encrypted room: within bounds, whatever the room says."""

from datetime import timedelta

import pytest

from bot.matrix.rooms import EncryptedRoom, Rotation
from tests.key_server import ROOM

DEFAULT = (100, timedelta(days=7))
SETTINGS = {
    "nothing": ({}, DEFAULT),
    "usual": ({"rotation_period_msgs": 50, "rotation_period_ms": 86_400_000}, (50, timedelta(days=1))),
    "text": ({"rotation_period_msgs": "50", "rotation_period_ms": []}, DEFAULT),
    "true": ({"rotation_period_msgs": True, "rotation_period_ms": True}, DEFAULT),
    "zero": ({"rotation_period_msgs": 0, "rotation_period_ms": 0}, DEFAULT),
    "negative": ({"rotation_period_msgs": -1, "rotation_period_ms": -1}, DEFAULT),
    "tiny": ({"rotation_period_msgs": 1, "rotation_period_ms": 1}, (1, timedelta(hours=1))),
    "absurd": ({"rotation_period_msgs": 10**30, "rotation_period_ms": 10**30}, (10_000, timedelta(days=28))),
}


@pytest.mark.parametrize(("content", "expected"), SETTINGS.values(), ids=SETTINGS)
def test_rotation_is_read_within_bounds(content, expected):
    rotation = Rotation.of(content)

    assert (rotation.messages, rotation.age) == expected


def test_a_room_is_the_same_room_whatever_its_rotation():
    assert EncryptedRoom(ROOM, Rotation(messages=1)) == EncryptedRoom(ROOM)

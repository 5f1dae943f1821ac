# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""An answer is read as far as it can be: one event in it must not hold up all others."""

from __future__ import annotations

import json

import pytest

from bot.matrix.answers import read_answer

DEEP = {
    "objects": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "lists": b"[" * 100_000 + b"]" * 100_000,
    "both": b'{"a":[' * 50_000 + b"]}" * 50_000,
}


@pytest.mark.parametrize("deep", DEEP.values(), ids=DEEP)
def test_event_that_is_nested_too_deeply_leaves_the_others_readable(deep: bytes) -> None:
    # Brackets and quotes in what somebody says open and close nothing.
    said = {"type": "m.room.message", "content": {"body": 'a "quoted" [[ word \\ }'}}
    events = b",".join([json.dumps(said).encode(), b'{"content":' + deep + b"}", json.dumps(said).encode()])
    answer = read_answer(200, None, b'{"next_batch":"s1","events":[' + events + b"]}")

    assert answer["next_batch"] == "s1"
    assert (answer["events"][0], answer["events"][2]) == (said, said)

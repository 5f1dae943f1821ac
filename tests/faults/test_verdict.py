# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The judge of the fault tests sees each kind of harm."""

from __future__ import annotations

from typing import Any

import pytest

from bot.demo.timeline import Kind, Seen
from tests.faults.verdict import NO_HARM, judge

ROOM, BOT = "!room:test", "@bot:test"


def command(number: int) -> Seen:
    words = f"!barriere Nummer {number}"
    return Seen(f"$c{number}", ROOM, "@anna:test", Kind.MESSAGE, "m.room.message", body=words, encrypted=True)


def receipt(number: int, label: int) -> Seen:
    key, id_ = f"✅ B{label}", f"$r{number}-{label}"
    return Seen(id_, ROOM, BOT, Kind.REACTION, "m.reaction", key=key, target=f"$c{number}")


def said(body: str, **more: Any) -> Seen:
    return Seen(f"$s{body}", ROOM, BOT, Kind.MESSAGE, "m.room.message", body=body, **more)


QUESTION = Seen("$q", ROOM, "@anna:test", Kind.MESSAGE, "m.room.message", body="!test", encrypted=True)
ANSWER = said("Ich bin da.", target="$q", encrypted=True)
ITEMS = [{"id": "B1", "text": "Nummer 1"}, {"id": "B2", "text": "Nummer 2"}]
WELL = [command(1), command(2), QUESTION, receipt(1, 1), receipt(2, 2), ANSWER]


def test_judge_finds_no_harm_where_there_is_none():
    verdict = judge(WELL, ITEMS, BOT, encrypted=True)

    assert (verdict.commands, verdict.questions, verdict.harm) == (2, 1, NO_HARM)


@pytest.mark.parametrize(
    ("events", "items", "harm"),
    [
        ([*WELL[:3], *WELL[4:]], ITEMS, {"lost": 1}),
        (WELL, ITEMS[1:], {"lost": 1}),
        (WELL[:-1], ITEMS, {"lost": 1}),
        ([*WELL, receipt(1, 3)], ITEMS, {"doubled": 1}),
        (WELL, [*ITEMS, {"id": "B3", "text": "Nummer 2"}], {"doubled": 1}),
        ([*WELL, ANSWER], ITEMS, {"doubled": 1}),
        ([command(2), command(1), *WELL[2:]], ITEMS, {"out of order": 1}),
        ([*WELL, Seen("$u", ROOM, BOT, Kind.UNREADABLE, "m.room.encrypted")], ITEMS, {"unreadable": 1}),
        ([*WELL, said("Hallo")], ITEMS, {"in plaintext": 1}),
    ],
    ids=[
        "no receipt",
        "no item",
        "no answer",
        "two receipts",
        "two items",
        "two answers",
        "order",
        "unreadable",
        "in plaintext",
    ],
)
def test_judge_sees_harm(events: list[Seen], items: list[dict[str, str]], harm: dict[str, int]):
    assert judge(events, items, BOT, encrypted=True).harm == NO_HARM | harm

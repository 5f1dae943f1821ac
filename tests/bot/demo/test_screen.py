# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The demonstration's screen shows every letter, and only what happens in the chat."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from rich.console import Console

from bot.demo.people import Person
from bot.demo.screen import Screen
from bot.demo.synapse import Account
from bot.demo.timeline import seen

ROOM = "!room"
BOT = "@bot:test"
WORDS = (
    "Die Angabe ist freiwillig. 🏛️ Verwaltung, 🤝 Zivilgesellschaft, 🏢 Wirtschaft."
    " Reaktionen sind für alle sichtbar. 🏛️ Noch einmal ✏️ und ✏️ mehr."
)


async def shown(kind: str, content: dict[str, Any], *, width: int = 80, direct: bool = False) -> str:
    """Return what Anna's screen shows of one event that the bot causes."""
    anna = Person("http://127.0.0.1:1", Account("@anna:test", "secret"))
    source = {"event_id": "$1", "sender": BOT, "type": kind, "content": content, "state_key": BOT}
    anna.timeline.put(seen(ROOM, source, encrypted=True))
    printed = StringIO()
    Screen(Console(file=printed, width=width), BOT, {}).look(anna, ROOM, direct=direct)
    return printed.getvalue()


@pytest.mark.parametrize("width", range(24, 100, 4))
async def test_no_letter_is_lost_in_lines_with_emoji(width: int):
    printed = await shown("m.room.message", {"msgtype": "m.notice", "body": WORDS}, width=width)

    assert "".join(printed.split()) == "".join(f"Bot:{WORDS}".split())


async def test_who_joins_a_direct_room_is_not_shown():
    joins = {"membership": "join"}

    assert await shown("m.room.member", joins, direct=True) == ""
    assert "→ Bot ist dabei" in await shown("m.room.member", joins)


async def test_what_was_taken_back_before_it_was_seen_leaves_no_gap():
    """The homeserver sends it without its content."""
    assert await shown("m.reaction", {}) == ""
    assert await shown("m.room.message", {}) == ""

    anna = Person("http://127.0.0.1:1", Account("@anna:test", "secret"))
    for number, kind in enumerate(("m.reaction", "m.room.message")):
        source = {"event_id": f"$e{number}", "sender": BOT, "type": kind, "content": {}}
        back = {
            "event_id": f"$r{number}",
            "sender": BOT,
            "type": "m.room.redaction",
            "redacts": f"$e{number}",
        }
        for event in (source, back):
            anna.timeline.put(seen(ROOM, event, encrypted=True))
    printed = StringIO()
    Screen(Console(file=printed, width=80), BOT, {}).look(anna, ROOM)

    assert [line.strip() for line in printed.getvalue().splitlines()] == [
        "🗑️ Bot nimmt eine Reaktion zurück",
        "🗑️ Bot löscht: „…“",
    ]

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

# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The whole program against a real Synapse while its clock is set: a day forward, a day back, and right again.

Runs in the long form only (``make faults``), which fetches Debian's faketime library.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.demo.people import Person
from bot.demo.synapse import Synapse
from bot.demo.timeline import Kind
from tests.faults.clocked import ClockedBot
from tests.faults.conftest import Record
from tests.real.group import ALIVE, Group

DAY = timedelta(days=1)
_LOOK = 1.0
#: One after the other: what the clock of the bot shows beside the true one.
OFFSETS = [DAY, -DAY, timedelta(0), -DAY, DAY, timedelta(0)]


@pytest.fixture
async def synapse(tmp_path: Path) -> AsyncIterator[Synapse]:
    """A homeserver whose clock is right."""
    async with Synapse(tmp_path / "synapse") as homeserver:
        yield homeserver


@pytest.mark.timeout(600)
@pytest.mark.parametrize("encrypted", [True, False], ids=["encrypted", "plain"])
async def test_program_works_on_while_its_clock_is_set(
    synapse: Synapse, tmp_path: Path, record: Record, encrypted: bool
):
    bot = ClockedBot(
        synapse.url, await synapse.register("bot", "a password of the bot"), tmp_path / "bot",
        settings={"LOG_LEVEL": "debug"},
    )  # fmt: skip
    bot.set_clock(timedelta(0))
    somebody = Person(synapse.url, await synapse.register("anna", "a password of anna"), name="Anna")
    async with bot, somebody as anna:
        group = await Group.found(bot.user_id, anna, encrypted=encrypted)
        messages = []
        for number, offset in enumerate(OFFSETS, 1):
            bot.set_clock(offset)
            if number == 4:
                await bot.kill()
                await bot.start()
            # The library looks at the file once a second, and the log shows what it has seen. Who asks faster is
            # soon not answered any more.
            for _ in range(30):
                assert await group.asked(anna, "!test") == ALIVE
                if abs(bot.shown() - offset) < timedelta(hours=1):
                    break
                await asyncio.sleep(_LOOK)
            else:
                raise AssertionError("the clock was not set")
            messages.append(await group.say(anna, f"!barriere Nummer {number}"))
            assert await group.receipt(messages[-1]) == f"✅ B{number}"
        ours = [e for e in anna.timeline if group.is_bot(Kind.REACTION)(e) and e.target in messages]

    record(
        f"program under faketime, {'encrypted' if encrypted else 'plain'}", "each command answered once, in order",
        steps=len(OFFSETS), commands=len(messages), answers=len(ours),
    )  # fmt: skip
    assert [e.target for e in ours] == messages

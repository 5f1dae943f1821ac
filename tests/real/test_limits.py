# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""With Synapse's own rate limits answers come slowly, but all of them, and in order."""

from pathlib import Path

import pytest

from bot.demo.people import Person
from bot.demo.process import BotProcess
from bot.demo.synapse import Synapse
from bot.demo.timeline import Kind
from tests.real.group import Group, plain

PASSWORD = "a real password"
#: Synapse lets ten events pass at once, and then one every five seconds.
BARRIERS = 12


@pytest.mark.timeout(180)
async def test_nothing_is_lost_with_default_rate_limits(tmp_path: Path):
    async with (
        Synapse(tmp_path / "synapse", default_limits=True) as synapse,
        BotProcess(synapse.url, await synapse.register("bot", PASSWORD), tmp_path / "bot") as bot,
        Person(synapse.url, await synapse.register("anna", PASSWORD)) as anna,
        Person(synapse.url, await synapse.register("bert", PASSWORD)) as bert,
    ):
        group = await Group.found(bot.user_id, anna, bert)
        before = group.now

        for number in range(BARRIERS):
            await group.say((anna, bert)[number % 2], f"!barriere Nummer {number}")
        await anna.until(lambda: len(group.done_since(before)) > BARRIERS, timeout=120, what="all answers")

        done = group.done_since(before)
        receipts = [plain(event.key) for event in done if event.kind is Kind.REACTION]
        assert receipts == [f"✅ B{number}" for number in range(1, BARRIERS + 1)]
        assert len(done) == BARRIERS + 1

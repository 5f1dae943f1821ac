# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""A homeserver that goes away while the bot works, and comes back."""

from pathlib import Path

from bot.demo.people import Person
from bot.demo.process import BotProcess
from bot.demo.synapse import Synapse
from tests.real.conftest import PASSWORD
from tests.real.group import ALIVE, Group


async def test_bot_recovers_by_itself_when_the_homeserver_comes_back(tmp_path: Path):
    async with Synapse(tmp_path / "synapse") as homeserver:
        account = await homeserver.register("bot", PASSWORD)
        somebody = Person(homeserver.url, await homeserver.register("anna", PASSWORD), name="Anna")
        async with BotProcess(homeserver.url, account, tmp_path / "bot") as bot, somebody as anna:
            group = await Group.found(bot.user_id, anna)
            await homeserver.stop()
            await bot.reports(lambda _: "sync_failed" in bot.log())
            assert bot.log().count("sync_failed") < 10
            await homeserver.start()

            assert await group.asked(anna, "!test") == ALIVE
            assert await group.taken(anna, "!barriere Der Server war weg") == "✅ B1"

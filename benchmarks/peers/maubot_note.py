# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""A maubot plugin that stores one row for each command and reacts to it, as its manual shows it."""

import os

from maubot import MessageEvent, Plugin
from maubot.handlers import command
from mautrix.util.async_db import Connection, UpgradeTable

upgrades = UpgradeTable()
DURABLE = os.environ["BENCH_DURABLE"] == "1"
#: Answer with a message: reactions are never encrypted.
WORDS = os.environ.get("BENCH_WORDS") == "1"


@upgrades.register(description="Notes")
async def _first(connection: Connection) -> None:
    await connection.execute(
        "CREATE TABLE note (event_id TEXT PRIMARY KEY, room_id TEXT, sender TEXT, words TEXT)"
    )


class Notes(Plugin):
    """One command."""

    @classmethod
    def get_db_upgrade_table(cls) -> UpgradeTable:
        """Return how the table is made."""
        return upgrades

    @command.new("note")
    @command.argument("words", pass_raw=True)
    async def note(self, event: MessageEvent, words: str) -> None:
        """Store, then answer."""
        if DURABLE:
            await self.database.execute(
                "INSERT INTO note (event_id, room_id, sender, words) VALUES ($1, $2, $3, $4)",
                event.event_id,
                event.room_id,
                event.sender,
                words,
            )
        if WORDS:
            await event.reply("✅")
        else:
            await event.react("✅")

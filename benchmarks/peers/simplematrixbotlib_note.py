# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""A bot on simplematrixbotlib that stores one row for each command and reacts to it."""

import os

import simplematrixbotlib

from benchmarks.bots.notes import Notes

credentials = simplematrixbotlib.Creds(
    homeserver=os.environ["BENCH_HOMESERVER"],
    username=os.environ["BENCH_USER"],
    access_token=os.environ["BENCH_TOKEN"],
    session_stored_file="session.txt",
)
bot = simplematrixbotlib.Bot(credentials)
notes = Notes()


@bot.listener.on_message_event
async def note(room, event):
    """Store, then answer."""
    match = simplematrixbotlib.MessageMatch(room, event, bot, "!")
    if match.is_not_from_this_bot() and match.prefix() and match.command("note"):
        notes.store(event.event_id, room.room_id, event.sender, event.body)
        await bot.api.send_reaction(room.room_id, event.event_id, "✅")


bot.run()

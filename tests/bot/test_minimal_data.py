# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Ordinary conversation leaves nothing readable behind: not in the database, its log file or a backup."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from method.ids import EventId
from storage import inbox
from tests.chat import GROUP, Chat

CANARY = "Kanarienvogel"


def files_with(folder: Path, words: str) -> list[str]:
    return [path.name for path in folder.rglob("*") if path.is_file() and words.encode() in path.read_bytes()]


def backup(chat: Chat, folder: Path) -> None:
    source = sqlite3.connect(str(chat.db.url.database))
    source.execute("VACUUM INTO ?", (str(folder / "backup.db"),))
    source.close()


async def test_ten_thousand_lines_of_chat_are_nowhere(chat: Chat, tmp_path: Path) -> None:
    for page in range(100):
        events = [
            chat.event("m.room.message", {"msgtype": "m.text", "body": f"{CANARY} {page} {i}"}, by="lina")
            for i in range(100)
        ]
        await chat.syncs({"join": {GROUP: {"timeline": {"events": events}}}})
    backup(chat, tmp_path)

    assert files_with(tmp_path, CANARY) == []
    assert await chat.answers() == []


async def test_reply_that_is_none_of_ours_is_gone_after_it_was_looked_at(chat: Chat, tmp_path: Path) -> None:
    await chat.says("!barriere Nur Papier")
    other = await chat.says("Wer kommt heute?", by="ewa")
    await chat.says(f"Ich, {CANARY}", reply_to=other)
    await chat.edits(other, f"Wer kommt morgen, {CANARY}?", by="ewa")
    await chat.tells(f"{CANARY} ist auch da", by="henrik")
    await chat.pass_time(seconds=5)
    backup(chat, tmp_path)

    assert files_with(tmp_path, CANARY) == []


async def test_votes_in_a_poll_of_somebody_else_are_never_written_down(chat: Chat, tmp_path: Path) -> None:
    start = await chat.sends("org.matrix.msc3381.poll.start", {"question": CANARY}, by="ewa")
    await chat.votes(CANARY, by="lina", poll=start)
    async with chat.db.reading() as db:
        entries = [await inbox.find(db, event) for event in (start, EventId("$event13"))]
    backup(chat, tmp_path)

    assert [entry and (entry.rule, entry.raw) for entry in entries] == [("chat", None)] * 2
    assert files_with(tmp_path, CANARY) == []


async def test_deleted_item_is_gone_from_every_file(chat: Chat, tmp_path: Path) -> None:
    message = await chat.says(f"!barriere {CANARY} #thema")
    await chat.says(f"+ noch ein {CANARY}", by="ewa", reply_to=message)
    await chat.edits(message, f"!barriere {CANARY} anders")
    assert files_with(tmp_path, CANARY) != []
    await chat.redacts(message)
    await chat.pass_time(seconds=5)
    backup(chat, tmp_path)

    assert files_with(tmp_path, CANARY) == []


async def test_handled_event_keeps_neither_words_nor_sender(chat: Chat) -> None:
    event_id = await chat.says("!barriere Nur Papier")

    async with chat.db.reading() as db:
        entry = await inbox.find(db, event_id)
    assert entry is not None
    assert (entry.raw, entry.sender) == (None, None)

# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What stands in the group's room though nobody's message has caused it, day by day."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from sqlalchemy import select

from method.settings import BERLIN
from method.timers import PROMISED
from storage.tables import outbox
from tests.chat import GROUP, Chat

#: Beside the budget.
BESIDE = {"checkin.open", "digests.send"}
#: What somebody has asked for by name, with its time; and the board, which follows what people write.
ASKED = {
    "anonymous.publish", "board.update", "meetings.end", "polls.close", "polls.recounted", "problem.due",
    "reminders.say",
}  # fmt: skip
_POSTS = ("m.room.message", "m.sticker", "org.matrix.msc3381.poll.start")


async def unasked(chat: Chat) -> dict[date, list[str]]:
    """Return by local day the posts of the room's timeline that count: no edits, no reactions, no answers."""
    async with chat.db.reading() as db:
        query = select(outbox.c.event_id, outbox.c.cause, outbox.c.created_at)
        rows = {event: (cause, at) for event, cause, at in await db.execute(query)}
    found = defaultdict(list)
    for sent in chat.homeserver.sent:
        if sent.room_id != GROUP or sent.type not in _POSTS or "m.new_content" in sent.content:
            continue
        cause, at = rows[sent.event_id]
        kind = cause.split(":")[2] if cause.startswith(PROMISED) else ""
        if kind and kind not in BESIDE | ASKED:
            found[at.astimezone(BERLIN).date()].append(str(sent.content.get("body", sent.type)))
    return dict(found)


def too_loud(found: dict[date, list[str]]) -> dict[date, list[str]]:
    """Return the days with more than two, the board not counted: that it is said anew does not wait."""
    return {
        day: said
        for day, said in found.items()
        if len([words for words in said if not words.startswith("Board, ")]) > 2
    }

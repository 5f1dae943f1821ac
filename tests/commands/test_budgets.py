# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What nobody asked for is said at most twice a day; nothing of it is lost."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import func, select

from commands import budgets
from commands.topics import router
from storage.tables import outbox, unasked
from tests.chat import GROUP, Chat

#: How each promise speaks when nobody has asked. A new kind belongs into one of these.
IN_BUDGET = {
    "board.renewal", "decisions.review", "meetings.look", "meetings.report", "sprints.retro",
}  # fmt: skip
#: They have their time, so a place of the day is kept for them. The vote of a retro is among them where the end of a
#: sprint has begun it.
FIRST = {"meetings.remind", "retros.reveal", "sprints.end", "sprints.retro"}
EDITS_OR_SILENT = {
    "board.update", "checkin.close", "meetings.begin", "meetings.end", "meetings.sweep", "polls.update",
    "reminders.forget", "rounds.close", "tasks.call",
}  # fmt: skip
#: What people have asked for by name, with its time.
ASKED = {"anonymous.publish", "polls.close", "polls.recounted", "problem.due", "reminders.say"}
DIRECT_MESSAGES = {"guest.remind", "guest.farewell", "reminders.tell", "tasks.due"}
#: Named by the budget itself.
BESIDE = {"checkin.open", "digests.send"}


def test_every_promise_says_how_it_speaks():
    known = IN_BUDGET | FIRST | EDITS_OR_SILENT | ASKED | DIRECT_MESSAGES | BESIDE

    assert set(router.timers) - known == set()
    assert known - set(router.timers) == set()
    assert set(budgets._COMING) == FIRST


async def morning(chat: Chat, day: int, hour: int = 7) -> list[str]:
    """Let it be this hour (UTC) of a day of March; return what was said to be reviewed."""
    chat.now = datetime(2027, 3, day, hour, 0, 1, tzinfo=UTC)
    await chat.pass_time(seconds=0)
    return [said.split(":")[1].strip() for said in await chat.answers() if said.startswith("Jetzt wieder")]


async def test_third_reminder_of_a_day_waits_for_the_next_working_day(chat: Chat):
    for number in range(1, 6):
        await chat.says(f"!entscheidung Das gilt {number}, wieder prüfen am 4.3.", by="jule")
    await chat.answers()

    found = {day: await morning(chat, day) for day in (4, 5, 6, 7, 8, 9)}
    later = [await morning(chat, 9, hour) for hour in (8, 12)]

    # The sixth and seventh are a weekend, the eighth is a holiday in Berlin.
    assert {day: len(said) for day, said in found.items()} == {4: 2, 5: 2, 6: 0, 7: 0, 8: 0, 9: 1}
    assert sorted(label for said in found.values() for label in said) == ["E1", "E2", "E3", "E4", "E5"]
    assert later == [[], []]


async def test_budget_is_that_of_one_group(chat: Chat):
    """And it is forgotten with the day."""
    for number in range(1, 4):
        await chat.says(f"!entscheidung Das gilt {number}, wieder prüfen am 4.3.", by="jule")
    await morning(chat, 4)
    await morning(chat, 5)

    async with chat.db.reading() as db:
        rows = [tuple(row) for row in await db.execute(select(unasked.c.day, unasked.c.posts))]
        ours = outbox.c.cause.startswith("timer:") & (outbox.c.room_id == GROUP)
        said = ours & outbox.c.subject.contains("review")
        posts = await db.scalar(select(func.count()).select_from(outbox).where(said))
    assert rows == [("2027-03-05", 1)]
    assert posts == 3

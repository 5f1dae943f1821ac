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
IN_BUDGET = {"decisions.review", "meetings.look", "meetings.report", "sprints.retro"}
#: What was deleted must go in the night after: it takes a place that is left, and waits for none.
COUNTED = {"board.renewal"}
#: They have their time, so a place of the day is kept for them. The vote of a retro is among them where the end of a
#: sprint has begun it.
FIRST = {"meetings.remind", "retros.reveal", "sprints.end", "sprints.retro"}
EDITS_OR_SILENT = {
    "board.update", "checkin.close", "meetings.begin", "meetings.end", "meetings.sweep", "polls.update",
    "reminders.forget", "rounds.close", "tasks.call",
}  # fmt: skip
#: What people have asked for by name, with its time.
ASKED = {
    "anonymous.publish",
    "meetings.next",
    "polls.close",
    "polls.recounted",
    "problem.due",
    "reminders.say",
}
DIRECT_MESSAGES = {"guest.remind", "guest.farewell", "reminders.tell", "tasks.due"}
#: Named by the budget itself.
BESIDE = {"checkin.open", "digests.send"}


def test_every_promise_says_how_it_speaks():
    known = IN_BUDGET | COUNTED | FIRST | EDITS_OR_SILENT | ASKED | DIRECT_MESSAGES | BESIDE

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


# --- the board, of which something was deleted, does not wait -------------------------------------


async def renewed(chat: Chat, day: int) -> list[str]:
    """Let it be past four in the night (Berlin time) of a day of March; return what became of the board."""
    await chat.boards()
    chat.now = datetime(2027, 3, day, 3, 0, 1, tzinfo=UTC)
    await chat.pass_time(seconds=0)
    return [" ".join(words.split()[:2]) for words in await chat.boards()]


async def delete_from_long_board(chat: Chat) -> list[str]:
    """Delete an entry of a board of two pages on 9 March; return what the renewal looks like."""
    for _ in range(13):
        await chat.says("!barriere " + "Wort " * 300, by="jule")
    gone = await chat.says("!barriere Kanarienvogel", by="jule")
    await chat.pass_time(seconds=30)
    pages = [chat.post("Board, Seite 1"), chat.post("Board, Seite 2")]
    await chat.redacts(gone, by="jule")
    await chat.pass_time(seconds=30)
    await chat.answers()
    return ["Board, Seite", "Board, Seite", *(f"✗ {page}" for page in pages)]


async def test_board_is_renewed_in_the_night_before_a_meeting_which_is_reminded_of(chat: Chat):
    """Every day has a meeting, so there is never a day with two places."""
    chat.now = datetime(2027, 3, 9, 9, 0, tzinfo=UTC)
    await chat.says("!treffen jeden Tag 15:00 Runde (online)", by="jule")
    await chat.says("!top T1 Punkt", by="jule")
    await chat.says("!entscheidung Das gilt, wieder prüfen am 10.3.", by="jule")
    expected = await delete_from_long_board(chat)
    await chat.pass_time(hours=6)
    await chat.says("!top Punkt", by="jule")

    assert await renewed(chat, 10) == expected

    await chat.answers()
    said = []
    for day, hour in ((10, 8), (10, 9), (10, 10), (11, 8)):
        chat.now = datetime(2027, 3, day, hour, 0, 1, tzinfo=UTC)
        await chat.pass_time(seconds=0)
        said.append(
            [words.split(":")[0] for words in await chat.answers() if words.startswith(("Bald", "Jetzt"))]
        )
    assert said == [["Bald ist T2"], [], [], ["Jetzt wieder prüfen"]]


async def test_renewed_board_takes_the_places_that_are_left(chat: Chat):
    chat.now = datetime(2027, 3, 9, 9, 0, tzinfo=UTC)
    await chat.says("!entscheidung Das gilt, wieder prüfen am 10.3.", by="jule")
    expected = await delete_from_long_board(chat)

    assert await renewed(chat, 10) == expected

    assert [await morning(chat, day) for day in (10, 11)] == [[], ["E1"]]

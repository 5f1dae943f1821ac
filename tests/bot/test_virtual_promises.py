# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Two years of what a group is really promised, in each of the sixteen federal states, with the real handlers.

A check-in, the weekly letter, a weekly reminder, a series of meetings, a task and a sprint, asked for in the chat. The
clock jumps, the bot restarts and stands still. Whatever happens: nothing is said twice, and a day of the check-in or of
the letter that was not kept is written down as missed.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from itertools import takewhile
from random import Random

import pytest
from sqlalchemy import func, select

from bot.health import Health
from bot.timers import Timers
from commands import checking, letters
from commands.contents import Operator
from method.ids import GroupId
from method.schedules import Holidays, Schedule, occurrences
from method.settings import STATES, Settings
from storage import settings, timers
from storage.tables import checkins, meetings, outbox
from storage.tables import occurrences as occurrences_table
from storage.tables import timers as timers_table
from tests.chat import Chat
from tests.fake_homeserver import ME

BEGINS, ENDS = datetime(2027, 2, 22, 8, 5, tzinfo=UTC), datetime(2029, 2, 19, tzinfo=UTC)
GROUP = GroupId(1)
#: Over all states there are more than a thousand.
JUMPS = 64
ASKED = (
    "!checkin an Di 9:00",
    "!erinnere uns jeden Montag 9:30 Board lesen",
    "!treffen alle 4 Wochen Mi 15:00 Runde",
    "!aufgabe Faltblatt übersetzen bis 19.3.",
    "!sprint start bis 19.3. Ziel: Ein Faltblatt ist fertig",
)
WEEKLY = {
    checking.OPEN: Schedule((1,), time(9)),
    letters.SEND: Schedule((4,), time(13), Holidays.BEFORE),
}


async def nothing(*_: object) -> None: ...


def fresh(chat: Chat, now: list[datetime]) -> Timers:
    """Return timers that have just been started."""
    return Timers(
        chat.db, me=ME, operator=Operator(), health=Health(), said=asyncio.Event(), clock=lambda: now[0]
    )


async def live(chat: Chat, seed: int) -> int:
    """Let two years go by from promise to promise, with jumps, restarts and downtimes; return the jumps."""
    dice, jumps, true = Random(seed), 0, BEGINS + timedelta(minutes=1)
    shown = [true]
    work = fresh(chat, shown)
    while true < ENDS:
        async with chat.db.reading() as db:
            due = await db.scalar(select(func.min(timers_table.c.due_at)))
        true = max(min(due, ENDS), true + timedelta(minutes=1))
        offset = timedelta()
        chance = dice.random()
        if chance < 0.02:
            # Nothing runs for some days.
            true += timedelta(days=dice.randrange(1, 9))
            work = fresh(chat, shown)
        elif chance < 0.05:
            work = fresh(chat, shown)
        elif chance < 0.25:
            jumps += 1
            offset = timedelta(hours=30) * dice.uniform(-1, 1)
        shown[0] = true + offset
        await work()
        if offset:
            # The clock is put right again.
            shown[0] = true
            await work()
    shown[0] = ENDS
    await work()
    return jumps


def days_of(kind: str, state: str) -> set[date]:
    """Return the days of two years that a schedule names in this state, without the last week."""
    moments = occurrences(WEEKLY[kind], BEGINS, Settings(state=state))
    return {one.day for one in takewhile(lambda one: one.at < ENDS - timedelta(days=7), moments)}


#: How the next post of each kind names what did not come: one, or several in one line.
GAPS = {
    checking.OPEN: re.compile(r"Am .+ konnte ich nicht fragen\.|(\d+)-mal konnte ich nicht fragen"),
    letters.SEND: re.compile(r"Der Wochenbrief vom .+ kam nicht\.|(\d+) Wochenbriefe kamen nicht"),
}


def named(kind: str, bodies: list[str]) -> int:
    """Return how many moments of this kind the bot has named as missed."""
    found = [match for body in bodies if (match := GAPS[kind].search(body))]
    return sum(int(match[1] or 1) for match in found)


@pytest.mark.parametrize("state", STATES)
async def test_two_years_of_promises_are_kept_once_or_written_down_as_missed(
    chat: Chat, state: str, monkeypatch: pytest.MonkeyPatch
):
    # The board has tests of its own.
    monkeypatch.setattr(timers, "add_to_each", nothing)
    async with chat.db.transaction() as db:
        await settings.save(db, GROUP, Settings(state=state))
    for words in ASKED:
        await chat.says(words, by="jule")
    await chat.pass_time(minutes=1)

    jumps = await live(chat, 2027 + STATES.index(state))

    async with chat.db.reading() as db:
        # What it is about, and the day that was meant: the cause names the promise.
        posts = [
            (subject, cause.split(":", 4)[4][:10])
            for subject, cause in await db.execute(
                select(outbox.c.subject, outbox.c.cause).where(
                    outbox.c.cause.startswith("timer:"),
                    outbox.c.target_id.is_(None),
                    outbox.c.kind == "event",
                    outbox.c.subject.is_not(None),
                )
            )
        ]
        said = select(outbox.c.payload).where(outbox.c.target_id.is_(None), outbox.c.kind == "event")
        bodies = [str(json.loads(one)["content"]["body"]) for one in await db.scalars(said) if one]
        ours = outbox.c.target_id.is_(None) & outbox.c.cause.startswith("timer:")
        causes = list(await db.scalars(select(outbox.c.cause).where(ours)))
        became = select(occurrences_table.c.kind, occurrences_table.c.state, occurrences_table.c.nominal)
        states = [tuple(row) for row in await db.execute(became)]
        asked = {date.fromisoformat(day) for day in await db.scalars(select(checkins.c.day))}
        over = {
            (kind, date.fromisoformat(nominal[:10]))
            for kind, nominal in await db.execute(
                select(occurrences_table.c.kind, occurrences_table.c.nominal)
            )
        }
        met = (await db.scalar(select(func.count()).select_from(meetings))) or 0
    assert jumps >= JUMPS
    # A reminder that comes again is about the same thing; nothing else is said twice.
    assert [post for post, count in Counter(posts).items() if count > 1] == []
    once = Counter(subject for subject, _ in posts if not subject.startswith("reminder:"))
    assert [subject for subject, count in once.items() if count > 1] == []
    for kind in WEEKLY:
        assert days_of(kind, state) - {day for found, day in over if found == kind} == set()
        # What the bot has really said names whatever did not come; only after its last word something is left.
        told = [nominal for found, state, nominal in states if (found, state) == (kind, "told")]
        assert named(kind, bodies) == len(told)
        last = max(cause.split(":", 4)[4] for cause in causes if cause.split(":")[2] == kind)
        left = [nominal for found, state, nominal in states if (found, state) == (kind, "missed")]
        assert [nominal for nominal in left if nominal < last] == []
    assert asked <= days_of(checking.OPEN, state) | {day for found, day in over if found == checking.OPEN}
    reminded = [day for subject, day in posts if subject.startswith("reminder:")]
    assert len(asked) > 60 < len(reminded)
    assert met > 15

# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Two years of what a group is really promised, in each of the sixteen federal states, with the real handlers.

A check-in, the weekly letter, a weekly reminder, a series of meetings, twelve tasks and a sprint, asked for in the
chat. The clock jumps, the bot restarts and stands still. Whatever happens: nothing is said twice. A day of the check-in
or of the letter that was not kept is written down as missed; a reminder, a meeting or a task of which nothing was said
in time is named afterwards.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections import Counter
from dataclasses import dataclass
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
from method.meetings import REMIND
from method.reminders import SAY
from method.schedules import Holidays, Schedule, occurrences
from method.settings import STATES, Settings
from method.tasks import DUE as REMIND_OF_TASK
from storage import settings, timers
from storage.tables import checkins, meeting_plans, meetings, outbox
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
    "!sprint start bis 19.3. Ziel: Ein Faltblatt ist fertig",
)
#: A task of Jule's is due on each of these days, on all days of the week.
DUE = [date(2027, 3, 19) + timedelta(days=57 * number) for number in range(12)]
WEEK = timedelta(days=7)
#: How a reminder names what was missed before it.
MISSED = re.compile(r"^(?:(?P<number>\d+)-mal|Am .+) konnte ich nicht erinnern", re.MULTILINE)
TASK = re.compile(r"^(?:Bald fällig: )?A(\d+)\b", re.MULTILINE)
WEEKLY = {
    checking.OPEN: Schedule((1,), time(9)),
    letters.SEND: Schedule((4,), time(13), Holidays.BEFORE),
}


async def nothing(*_: object) -> None: ...


def fresh(chat: Chat, now: list[datetime]) -> Timers:
    """Return timers that have just been started."""
    return Timers(
        chat.db, me=ME, operator=Operator(), health=Health(), said=asyncio.Event(), news=lambda: None,
        clock=lambda: now[0],
    )  # fmt: skip


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
    return {one.day for one in takewhile(lambda one: one.at < ENDS - WEEK, moments)}


@dataclass(frozen=True)
class Said:
    """A post that was promised."""

    kind: str
    #: What it is about.
    subject: str
    #: The day that was meant: the cause names the promise.
    day: str
    words: str


async def all_said(chat: Chat) -> list[Said]:
    """Return what was said because of a promise; what was not sent yet has its words."""
    query = select(outbox.c.subject, outbox.c.cause, outbox.c.payload).where(
        outbox.c.cause.startswith("timer:"),
        outbox.c.target_id.is_(None),
        outbox.c.kind == "event",
    )
    async with chat.db.reading() as db:
        return [
            Said(
                cause.split(":")[2],
                subject or "",
                cause.split(":", 4)[4][:10],
                json.loads(payload)["content"]["body"] if payload else "",
            )
            for subject, cause, payload in await db.execute(query.order_by(outbox.c.id))
        ]


def reminded(said: list[Said]) -> list[date]:
    """Return the days for which the weekly reminder was said or named as missed."""
    days = []
    for one in said:
        if one.subject.startswith("reminder:"):
            found = MISSED.search(one.words)
            missed = int(found["number"] or 1) if found else 0
            days += [date.fromisoformat(one.day) - number * WEEK for number in range(missed, -1, -1)]
    return days


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
    for words in (*ASKED, *(f"!aufgabe Faltblatt übersetzen @ich bis {day}" for day in DUE)):
        await chat.says(words, by="jule")
    await chat.pass_time(minutes=1)

    jumps = await live(chat, 2027 + STATES.index(state))

    said = await all_said(chat)
    async with chat.db.reading() as db:
        bodies = [one.words for one in said if one.words]
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
        query = select(meetings.c.id, meeting_plans.c.nominal).join(meeting_plans).order_by(meetings.c.id)
        met = [(number, date.fromisoformat(nominal[:10])) for number, nominal in await db.execute(query)]
        ended = set(await db.scalars(select(meetings.c.id).where(meetings.c.stage == "ended")))
        reminded_of = select(meeting_plans.c.meeting_id).where(meeting_plans.c.reminder_id.is_not(None))
        spoken_of = set(await db.scalars(reminded_of))
        # The card of a meeting names a reminder that was not sent.
        unsaid = select(occurrences_table.c.subject).where(occurrences_table.c.kind == REMIND)
        spoken_of |= {int(number) for number in await db.scalars(unsaid)}
        spoken_of |= {int(one.subject.partition(":")[2]) for one in said if one.subject.startswith("empty:")}
    assert jumps >= JUMPS
    # A reminder that comes again is about the same thing; nothing else is said twice.
    each = Counter((one.subject, one.day) for one in said if one.subject)
    assert [one for one, count in each.items() if count > 1] == []
    once = Counter(one.subject for one in said if one.subject and one.kind != SAY)
    assert [subject for subject, count in once.items() if count > 1] == []
    for kind in WEEKLY:
        assert days_of(kind, state) - {day for found, day in over if found == kind} == set()
        # What the bot has really said names whatever did not come; only after its last word something is left.
        missed = [nominal for found, state, nominal in states if (found, state) == (kind, "told")]
        assert named(kind, bodies) == len(missed)
        last = max(cause.split(":", 4)[4] for cause in causes if cause.split(":")[2] == kind)
        left = [nominal for found, state, nominal in states if (found, state) == (kind, "missed")]
        assert [nominal for nominal in left if nominal < last] == []
    assert asked <= days_of(checking.OPEN, state) | {day for found, day in over if found == checking.OPEN}
    assert len(asked) > 60
    # Each Monday is said or named.
    mondays = reminded(said)
    assert mondays == [BEGINS.date() + number * WEEK for number in range(len(mondays))]
    assert mondays[-1] >= ENDS.date() - 2 * WEEK
    # Each task is named to Jule.
    told = Counter(
        int(label) for one in said if one.kind == REMIND_OF_TASK for label in TASK.findall(one.words)
    )
    assert told == Counter(range(1, len(DUE) + 1))
    # Each meeting of the series is announced, ends, and was spoken of.
    assert [day for _, day in met] == [met[0][1] + 4 * number * WEEK for number in range(len(met))]
    assert met[-1][1] >= ENDS.date() - 2 * WEEK
    assert ended == {number for number, day in met if day < ENDS.date()}
    assert spoken_of >= ended

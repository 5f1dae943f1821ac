# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Two years on a virtual clock: each promise is kept once or named as missed, never doubled.

In all sixteen federal states the rules are asked, and the real timers, commands and database keep schedules, while
clocks change, holidays come, the clock of the machine jumps, the bot restarts and stands still. What should happen is
worked out here once more in another way: day by day, minute by minute. What topics promise by these rules is lived
through in ``test_virtual_promises``.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import cycle, takewhile
from pathlib import Path
from random import Random

import holidays
import pytest
from sqlalchemy import func, select

from bot.health import Health
from bot.timers import Timers
from commands import schedules
from commands.contents import Operator
from commands.context import Context
from commands.topics import router
from config.texts import verbatim
from method.ids import GroupId, RoomId
from method.schedules import CHECKIN, LETTER, REMINDER, Holidays, Lateness, Schedule, occurrences
from method.settings import BERLIN, STATES, Settings
from method.timers import Timer
from storage import groups, rooms, settings, timers
from storage.database import Database
from storage.tables import outbox
from storage.tables import timers as timers_table
from tests.fake_homeserver import ME
from tests.fixtures_database import Databases

KIND = "test.virtual"
SEED = 2027
BEGINS, ENDS = datetime(2027, 1, 1, tzinfo=UTC), datetime(2029, 1, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)

#: Four states share a world; each state has a group with one of the schedules.
WORLDS = [STATES[first : first + 4] for first in range(0, 16, 4)]
every_world = pytest.mark.parametrize("states", WORLDS, ids="-".join)

#: A check-in, a weekly letter, and something in the hour that March leaves out and October doubles.
SCHEDULES: dict[str, tuple[Schedule, Lateness]] = {
    "checkin": (Schedule((1, 3), time(9)), CHECKIN),
    "letter": (Schedule((4,), time(13), Holidays.BEFORE), LETTER),
    "night": (Schedule((6,), time(2, 30), Holidays.KEEP), REMINDER),
}


@dataclass
class World:
    """All groups, the machine's clock, and what was done by it."""

    db: Database
    #: State and schedule of each group.
    groups: dict[GroupId, tuple[str, str]]
    now: datetime = BEGINS
    offset: timedelta = timedelta()
    #: Group and moment, with the clock's time at which it was kept.
    kept: list[tuple[GroupId, str, datetime]] = field(default_factory=list)
    rooms: dict[RoomId, GroupId] = field(default_factory=dict)
    timers: Timers = field(init=False)

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        self.timers = Timers(
            self.db, me=ME, operator=Operator(), health=Health(), said=asyncio.Event(), news=lambda: None,
            clock=lambda: self.now + self.offset,
        )  # fmt: skip

    async def plans(self, ctx: Context) -> dict[str, Schedule]:
        _, subject = self.groups[ctx.group_id]
        return {subject: SCHEDULES[subject][0]}

    async def ring(self, ctx: Context, timer: Timer) -> None:
        schedule, lateness = SCHEDULES[timer.subject]
        due = await schedules.keep(ctx, timer, schedule, lateness)
        if due is not None:
            self.kept.append((ctx.group_id, due.occurrence.nominal, ctx.now))
            # What is said names what did not come: only that counts as named.
            await ctx.post(verbatim(" ".join(one.nominal for one in (due.occurrence, *due.missed))))

    async def next_due(self) -> datetime:
        async with self.db.reading() as db:
            found = await db.scalar(select(func.min(timers_table.c.due_at)))
        assert isinstance(found, datetime)
        return found

    async def read(self) -> set[tuple[GroupId, str]]:
        """Return what was named as missed in what the groups were told."""
        async with self.db.reading() as db:
            rows = await db.execute(select(outbox.c.room_id, outbox.c.payload))
            named = set()
            for room, payload in rows:
                _, *missed = json.loads(payload)["content"]["body"].split()
                named |= {(self.rooms[RoomId(room)], nominal) for nominal in missed}
        return named

    async def go_on_until_each_has_spoken(self) -> None:
        """Let time go by as it should, until every group was told something: that names what was missed before."""
        since, spoken = self.now, set[GroupId]()
        while spoken != set(self.groups):
            self.now = await self.next_due()
            await self.timers()
            spoken = {group for group, _, at in self.kept if at > since}


async def nothing(*_: object) -> None: ...


@pytest.fixture
async def world(
    databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, states: tuple[str, ...]
) -> AsyncIterator[World]:
    """Return a group in each of these states, with its schedule."""
    db = Database(await databases.migrated("sqlite", tmp_path))
    made = World(db, {})
    monkeypatch.setitem(router.timers, KIND, made.ring)
    # What a ring changes on the board is not looked at here.
    monkeypatch.setattr(timers, "add_to_each", nothing)
    monkeypatch.setitem(schedules._PLANS, KIND, made.plans)
    async with db.transaction() as connection:
        for state, subject in zip(states, cycle(SCHEDULES), strict=False):
            group = await groups.add(connection, state, now=BEGINS)
            room = RoomId(f"!{state}-{subject}:test")
            await rooms.see(connection, room, "join")
            await rooms.set_group(connection, room, group.id)
            await settings.save(connection, group.id, Settings(state=state))
            made.groups[group.id], made.rooms[room] = (state, subject), group.id
            ctx = await made.timers._context(connection, group.id, "begin")
            await schedules.plan_anew(ctx, KIND)
    yield made
    await db.close()


# --- what should happen, worked out in another way -----------------------------------------------


def expected(state: str, subject: str) -> dict[str, datetime]:
    """Return the moments of two years with their instants: day by day, minute by minute."""
    schedule, _ = SCHEDULES[subject]
    free = holidays.country_holidays("DE", subdiv=state, years=range(2026, 2030))
    found = {}
    day = date(2027, 1, 1)
    while day.year < 2029:
        held = day
        if schedule.holidays is Holidays.BEFORE:
            while held in free or held.weekday() > 4:
                held -= timedelta(days=1)
        skipped = schedule.holidays is Holidays.SKIP and day in free
        if day.weekday() in schedule.days and not skipped:
            found[f"{day}T{schedule.at:%H:%M}"] = first_minute(held, schedule.at)
        day += timedelta(days=1)
    return {nominal: at for nominal, at in found.items() if BEGINS < at <= ENDS}


def first_minute(day: date, at: time) -> datetime:
    """Return the first minute of this day in Berlin at which the clock shows ``at`` or later."""
    minute = datetime.combine(day, at, UTC) - timedelta(hours=3)
    while (local := minute.astimezone(BERLIN)).date() < day or local.time() < at:
        minute += MINUTE
    return minute


def test_sixteen_states_have_different_years():
    """Otherwise the test below would show less than it seems to."""
    years = {state: tuple(expected(state, "checkin")) for state in STATES}

    assert len(set(years.values())) >= 5


@pytest.mark.parametrize("subject", SCHEDULES)
@pytest.mark.parametrize("state", STATES)
def test_rules_give_every_moment_of_two_years(state: str, subject: str):
    moments = occurrences(SCHEDULES[subject][0], BEGINS, Settings(state=state))

    found = {one.nominal: one.at for one in takewhile(lambda one: one.at <= ENDS, moments)}

    assert found == expected(state, subject)


@every_world
async def test_right_clock_keeps_every_moment_at_its_minute(world: World):
    while (due := await world.next_due()) <= ENDS:
        world.now = due
        await world.timers()

    assert await world.read() == set()
    kept = {(group, nominal): at for group, nominal, at in world.kept}
    assert len(kept) == len(world.kept)
    assert kept == {
        (group, nominal): at
        for group, (state, subject) in world.groups.items()
        for nominal, at in expected(state, subject).items()
    }


@every_world
async def test_thousand_jumps_restarts_and_downtimes_neither_double_nor_lose_a_moment(
    world: World, states: tuple[str, ...]
):
    seed = SEED + WORLDS.index(states)
    print(f"seed {seed}")
    dice = Random(seed)
    jumps = 0
    while world.now < ENDS - timedelta(days=3):
        # As a rule it goes on for some hours, tick by tick; sometimes nothing runs for days.
        world.now += timedelta(minutes=dice.choice((7, 60, 60 * 11, 60 * 13)) + dice.randrange(30))
        if dice.random() < 0.02:
            world.now += timedelta(days=dice.randrange(1, 9))
        if dice.random() < 0.1:
            world.restart()
        if dice.random() < 0.2:
            jumps += 1
            far = timedelta(days=40) if dice.random() < 0.05 else timedelta(hours=30)
            # Every other jump puts the clock right.
            world.offset = timedelta() if world.offset else far * dice.uniform(-1, 1)
        await world.timers()
    assert jumps >= 1000 / len(WORLDS)
    world.offset, world.now = timedelta(), ENDS
    await world.timers()
    await world.go_on_until_each_has_spoken()
    named = await world.read()

    times = Counter((group, nominal) for group, nominal, _ in world.kept)
    assert [moment for moment, count in times.items() if count > 1] == []
    lost = [
        (state, nominal)
        for group, (state, subject) in world.groups.items()
        for nominal in expected(state, subject)
        if (group, nominal) not in times.keys() | named
    ]
    assert lost == []
    # Both happen: naming everything as missed would be no art.
    assert len(times) > 100 < len(named)

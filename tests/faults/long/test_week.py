# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""A week of the whole program at a real Synapse, its wall clock stepped from moment to moment with faketime.

From Monday, 22 March 2027, to Tuesday, 30 March: Good Friday and Easter Monday are holidays, and in the night to
Sunday the clocks go forward. What happened is read by a third person, from the room's timeline alone.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.demo.people import Person
from bot.demo.synapse import Synapse
from bot.demo.timeline import Kind, Seen
from tests.faults.clocked import ClockedBot
from tests.faults.conftest import Record
from tests.real.group import Group

BERLIN = ZoneInfo("Europe/Berlin")
#: The clock is set so long before a moment, and for so long nothing may be said (seconds).
BEFORE, SILENCE = 5.0, 3.0

#: When something is to be said, in local time, and how it begins. The letter is a day early: Friday is a holiday.
#: The clock never shows 2:30 on Sunday.
WEEK = [
    ("2027-03-23 09:00", "Guten Morgen. Check-in für Di, 23. März."),
    ("2027-03-24 09:00", "Bald ist T1: Montagsrunde"),
    ("2027-03-24 10:15", "Erinnerung: Unterlagen mitbringen"),
    ("2027-03-25 09:00", "Guten Morgen. Check-in für Do, 25. März."),
    ("2027-03-25 13:00", "Wochenbrief 1, Do, 25. März 2027"),
    ("2027-03-28 03:00", "Erinnerung: Umgestellt"),
    ("2027-03-30 09:00", "Guten Morgen. Check-in für Di, 30. März."),
]
#: When nothing is to be said: after the bot was down, the letter's usual hour, the holidays, the hour after the gap.
QUIET = [
    "2027-03-24 08:00",
    "2027-03-26 09:00",
    "2027-03-26 13:00",
    "2027-03-28 03:30",
    "2027-03-29 09:00",
    "2027-03-30 10:00",
]


def moment(words: str) -> datetime:
    """Return a local time, in UTC: there, what is earlier is less."""
    return datetime.fromisoformat(words).replace(tzinfo=BERLIN).astimezone(UTC)


@dataclass
class Watched:
    """A room, the bot, and somebody who only reads; what was said, with the minute of the bot's clock."""

    bot: ClockedBot
    group: Group
    reader: Person
    said: list[tuple[str, str]] = field(default_factory=list)
    _place: int = 0

    async def go_to(self, at: datetime) -> None:
        """Let the clock show a moment, and wait until the bot has seen it."""
        self.bot.set_clock(at - datetime.now(UTC))
        await asyncio.sleep(1.2)

    def look(self) -> None:
        """Note what the bot has said unasked since the last look."""
        new = self.reader.timeline.since(self._place)
        self._place = len(self.reader.timeline)
        for event in new:
            if self._is_unasked(event):
                at = self.bot.now.astimezone(BERLIN)
                self.said.append((f"{at:%Y-%m-%d %H:%M}", event.body))

    def _is_unasked(self, event: Seen) -> bool:
        # A file repeats the post before it.
        return self.group.is_bot(Kind.MESSAGE)(event) and not event.attached

    async def wait(self, seconds: float) -> None:
        """Let time go by, looking all the while."""
        for _ in range(int(seconds / 0.2)):
            await asyncio.sleep(0.2)
            self.look()


@pytest.fixture
async def watched(tmp_path: Path) -> AsyncIterator[Watched]:
    """On Monday at ten, a group that has just been founded."""
    async with AsyncExitStack() as stack:
        synapse = await stack.enter_async_context(Synapse(tmp_path / "synapse"))
        people = []
        for name in ("anna", "carla"):
            account = await synapse.register(name, f"a password of {name}")
            people.append(await stack.enter_async_context(Person(synapse.url, account, name=name)))
        bot = ClockedBot(
            synapse.url, await synapse.register("bot", "a password of the bot"), tmp_path / "bot"
        )
        bot.set_clock(moment("2027-03-22 10:00") - datetime.now(UTC))
        await stack.enter_async_context(bot)
        group = await Group.found(bot.user_id, people[0], people[1], encrypted=False)
        yield Watched(bot, group, people[1])


async def ask(watched: Watched) -> None:
    """Let the moderator ask for all that is promised."""
    anna, group = watched.group.founder, watched.group
    await group.asked(anna, "!checkin an Di Do 9:00")
    for words in (
        "!treffen Mi 24.3. 15:00 Montagsrunde",
        "!top Räume",
        "!erinnere uns am 24.3. um 10:15 Unterlagen mitbringen",
        "!erinnere uns am 28.3. um 2:30 Umgestellt",
        "!barriere Formular nur auf Papier",
    ):
        event = await anna.say(group.room, words)
        await group.founder.sees(
            group.is_bot(Kind.MESSAGE, Kind.REACTION, target=event), what=f"an answer to {words}"
        )


@pytest.mark.timeout(600)
async def test_week_with_holidays_and_a_clock_change_is_kept_to_the_minute(watched: Watched, record: Record):
    await ask(watched)
    await watched.wait(2.0)
    watched.said.clear()
    steps = sorted(
        [(moment(at), True) for at, _ in WEEK] + [(moment(at), False) for at in QUIET],
        key=lambda step: step[0],
    )

    for number, (at, speaks) in enumerate(steps):
        before = len(watched.said)
        await watched.go_to(at - timedelta(seconds=BEFORE + 1.2))
        await watched.wait(SILENCE)
        assert watched.said[before:] == []
        if number == 1:
            # Once in the evening, and it starts again on the next morning.
            await watched.bot.kill()
            await watched.go_to(at)
            await watched.bot.start()
        await watched.wait(BEFORE)
        for _ in range(40 if speaks else 10):
            if len(watched.said) > before and speaks:
                break
            await watched.wait(0.4)
        # What a second tick would say once more.
        await watched.wait(2.5)
    for line in watched.said:
        print(*line)

    kept = [(at, words.splitlines()[0]) for at, words in watched.said]
    record(
        "a week of the program under faketime", "each promise once, in its minute",
        promised=len(WEEK), kept=len(kept), quiet=len(QUIET), kills=1,
    )  # fmt: skip
    assert [at for at, _ in kept] == [at for at, _ in WEEK]
    assert [words[: len(begins)] for (_, words), (_, begins) in zip(kept, WEEK, strict=True)] == [
        begins for _, begins in WEEK
    ]

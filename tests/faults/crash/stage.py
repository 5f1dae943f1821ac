# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Plays a scene with a bot that fails as planned, restarts it, and looks at the end."""

from __future__ import annotations

import asyncio
import copy
import shutil
import signal
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from storage.database import Database
from tests.faults.crash.door import Door
from tests.faults.crash.nursery import Birth, Child
from tests.faults.crash.points import DIED, Plan
from tests.faults.crash.scenarios import Play, Scenario
from tests.faults.crash.verdict import View, is_at_rest
from tests.faults.crash.world import BOT, PASSWORD

#: Seconds until everything must have come to rest.
PATIENCE = 30.0
#: A bot that must be started more often than this does not live.
_LIVES = 6


class Restless(AssertionError):  # noqa: N818 -- says what the bot was
    """The bot did not come to rest, or ended again and again."""


@dataclass(frozen=True, slots=True)
class Moment:
    """Where a scene begins: the homeserver, the people, and what the bot has stored."""

    play: Play
    data: Path | None = None
    database: str = ""


@dataclass(slots=True)
class Run:
    """What came of one run.

    Attributes:
        trace: the points passed by the first process, up to its end or to rest.
        codes: how the processes ended that were not stopped by us.
    """

    trace: list[str] = field(default_factory=list)
    codes: list[int] = field(default_factory=list)
    view: View | None = None
    problem: str = ""

    @property
    def died(self) -> bool:
        return DIED in self.codes

    def differs(self, expected: View) -> list[str]:
        """Return what is wrong with it, compared with a run in which nothing failed."""
        if self.view is None:
            return [self.problem]
        return [*self.view.wrongs, *self.view.unlike(expected)]


class Lane:
    """A door, a folder, and one bot at a time. Several lanes play side by side.

    Args:
        copy_database: gives the address of a copy of the database, "" for a new one.
    """

    def __init__(
        self, door: Door, nursery: Path, folder: Path, copy_database: Callable[[str], str] | None
    ) -> None:
        self._door = door
        self._nursery = nursery
        self._folder = folder
        self._copy_database = copy_database
        self._runs = 0
        self._here = folder
        self._database = ""
        self.play = Play(encrypted=False)

    @classmethod
    @asynccontextmanager
    async def opened(
        cls, nursery: Path, folder: Path, copy_database: Callable[[str], str] | None = None
    ) -> AsyncIterator[Lane]:
        """Open the door while the block runs."""
        async with Door().opened() as door:
            yield cls(door, nursery, folder, copy_database)

    # --- one run ---------------------------------------------------------------------------------

    async def suffers(self, moment: Moment, scenario: Scenario, plan: Plan) -> Run:
        """Play the scene with a bot that fails as planned."""
        self._begin(moment, scenario)
        run = Run()
        try:
            async with self._opened() as db:
                child = await self._alive(await self._born(plan), db, run, plan)
                run.trace = run.trace or self._trace()
                scenario.afterwards(self.play)
                self._door.show(self.play.world, partial(scenario.script, self.play))
                child = await self._alive(child, db, run, plan)
                await child.end()
                run.view = await View(self.play).look(db)
        except Restless as restless:
            run.problem = f"{restless} {self._here / 'log'}"
        return run

    async def ends(self, moment: Moment, scenario: Scenario) -> Moment:
        """Play the scene without any fault, and stop the bot: the beginning of other scenes."""
        self._begin(moment, scenario)
        async with self._opened() as db:
            child = await self._alive(await self._born(Plan()), db, Run(), Plan())
        code = await child.end(signal.SIGTERM)
        assert code == 0, f"exit code {code}, see {self._here / 'log'}"
        return Moment(self.play, self._here / "data", self._database)

    def _begin(self, moment: Moment, scenario: Scenario) -> None:
        self._runs += 1
        self._here = self._folder / str(self._runs)
        self._here.mkdir(parents=True)
        if moment.data is None:
            (self._here / "data").mkdir()
        else:
            shutil.copytree(moment.data, self._here / "data")
        sqlite = f"sqlite:///{self._here / 'data' / 'tafelrunde.db'}"
        self._database = self._copy_database(moment.database) if self._copy_database else sqlite
        self.play = copy.deepcopy(moment.play)
        scenario.set_up(self.play)
        self._door.show(self.play.world, partial(scenario.script, self.play))

    async def _born(self, plan: Plan) -> Child:
        settings = {
            "homeserver": f"http://127.0.0.1:{self._door.port}",
            "user": BOT,
            "password": PASSWORD,
            "data": str(self._here / "data"),
            "database": self._database,
            "invites": "test",
        }
        async with asyncio.timeout(PATIENCE):
            # The one before has died, and its connections end with it.
            while not self._door.is_left:  # noqa: ASYNC110 -- a few milliseconds, a dozen places to tell of
                await asyncio.sleep(0.003)
        birth = Birth(settings, plan, str(self._here / "trace"), str(self._here / "log"))
        return await Child.born(self._nursery, birth)

    async def _alive(self, child: Child, db: Database, run: Run, plan: Plan) -> Child:
        """Wait until everything has come to rest; start the bot again when it ends."""
        lives = _LIVES
        while not await self._rests(child, db):
            run.codes.append(await child.ended())
            run.trace = run.trace or self._trace()
            lives -= 1
            if not lives:
                raise Restless(f"It ended with {run.codes}.")
            child = await self._born(Plan(sabotage=plan.sabotage))
        return child

    async def _rests(self, child: Child, db: Database) -> bool:
        """Wait until the bot has nothing to do; False when it ended before."""
        deadline = time.monotonic() + PATIENCE
        while child.is_alive:
            now = self.play.world.now
            quiet = self._door.is_quiet and not self.play.held
            if quiet and await is_at_rest(db) and self._door.is_quiet and now == self.play.world.now:
                return True
            if self._door.failure is not None:
                raise self._door.failure
            if time.monotonic() > deadline:
                await child.end()
                raise Restless("It did not come to rest.")
            await asyncio.sleep(0.01)
        return False

    @asynccontextmanager
    async def _opened(self) -> AsyncIterator[Database]:
        db = Database(self._database)
        try:
            yield db
        finally:
            await db.close()

    def _trace(self) -> list[str]:
        return (self._here / "trace").read_text(encoding="utf-8").splitlines()


class Moments:
    """Knows where each scene begins; every scene before it is played once, without faults."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str, bool], Moment] = {}

    async def before(self, scenario: Scenario, lane: Lane, backend: str, *, encrypted: bool) -> Moment:
        """Return the moment in which the scene begins."""
        earlier = scenario.after
        if earlier is None:
            return Moment(Play(encrypted))
        name = (earlier.name, backend, encrypted)
        if name not in self._known:
            beginning = await self.before(earlier, lane, backend, encrypted=encrypted)
            self._known[name] = await lane.ends(beginning, earlier)
        return self._known[name]

# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The bot dies before and after each commit, request and file of a scene, and nobody can tell afterwards.

The short form takes some points of each scene, evenly from the seed on; the long form takes all of them.
"""

from __future__ import annotations

import asyncio
import random
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from itertools import chain
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from tests.faults.crash import scenarios
from tests.faults.crash.points import Plan
from tests.faults.crash.scenarios import Scenario
from tests.faults.crash.stage import Lane, Moment, Moments, Run
from tests.faults.crash.verdict import View
from tests.postgres import Postgres

BOTH = (
    scenarios.JOIN,
    scenarios.COMMAND,
    scenarios.FIRST_MESSAGE,
    scenarios.BOARD,
    scenarios.EDIT,
    scenarios.REDACTION,
    scenarios.UPGRADE,
    scenarios.OUTAGE,
)
PLAIN = [(scenario, False) for scenario in (scenarios.FIRST_START, *BOTH)]
ENCRYPTED = [(scenario, True) for scenario in (*BOTH, scenarios.KEY_ARRIVAL)]
ON_POSTGRES = [(scenarios.FIRST_START, False), (scenarios.OUTAGE, False), (scenarios.COMMAND, True)]
#: Points of one scene in the short form.
FEW = 4
LANES = 2


def scenes(pairs: Sequence[tuple[Scenario, bool]]) -> pytest.MarkDecorator:
    """Run a test for each of these scenes."""
    names = [f"{scene.name}, {'encrypted' if encrypted else 'plain'}" for scene, encrypted in pairs]
    return pytest.mark.parametrize(("scenario", "encrypted"), pairs, ids=names)


@pytest.fixture(scope="module")
def nursery() -> Iterator[Path]:
    """Return the socket of the process that forks bots."""
    with tempfile.TemporaryDirectory(prefix="crash-") as folder:
        address = Path(folder) / "nursery"
        command = [sys.executable, "-m", "tests.faults.crash.nursery", str(address)]
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=Path(__file__).parents[2]
        ) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            assert process.stdout.readline() == b"ready\n"
            yield address
            process.stdin.close()
            process.wait()


@pytest.fixture(scope="module")
def moments() -> Moments:
    """Where the scenes begin, kept for all tests."""
    return Moments()


class Theatre:
    """Some lanes side by side, all on one kind of database."""

    def __init__(self, lanes: Sequence[Lane], moments: Moments, backend: str) -> None:
        self._lanes, self._moments, self._backend = lanes, moments, backend

    async def undisturbed(
        self, scenario: Scenario, plan: Plan, *, encrypted: bool
    ) -> tuple[Moment, Run, View]:
        """Play the scene once; return its beginning, the run, and what is to be seen at the end."""
        moment = await self._moments.before(scenario, self._lanes[0], self._backend, encrypted=encrypted)
        run = await self._lanes[0].suffers(moment, scenario, plan)
        assert run.view is not None, run.problem
        assert (run.view.wrongs, run.codes) == ([], [])
        return moment, run, run.view

    async def all(self, moment: Moment, scenario: Scenario, plans: Sequence[Plan]) -> list[tuple[Plan, Run]]:
        """Play the scene with each of these plans."""
        waiting = iter(plans)

        async def play(lane: Lane) -> list[tuple[Plan, Run]]:
            return [(plan, await lane.suffers(moment, scenario, plan)) for plan in waiting]

        return [*chain.from_iterable(await asyncio.gather(*map(play, self._lanes)))]


Opens = Callable[..., Awaitable[Theatre]]


@pytest.fixture
async def opens(
    request: pytest.FixtureRequest, nursery: Path, moments: Moments, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Opens]:
    """Return what opens a theatre for a kind of database."""
    async with AsyncExitStack() as stack:

        async def opened(backend: str = "sqlite") -> Theatre:
            copy = _copier(request.getfixturevalue("postgres")) if backend == "postgresql" else None
            folder = tmp_path_factory.mktemp("lanes")
            lanes = [
                await stack.enter_async_context(Lane.opened(nursery, folder / str(n), copy))
                for n in range(LANES)
            ]
            return Theatre(lanes, moments, backend)

        yield opened


def _copier(postgres: Postgres) -> Callable[[str], str]:
    def copy(url: str) -> str:
        return postgres.new_database(like=make_url(url).database or "") if url else postgres.new_database()

    return copy


def some(points: int, dice: random.Random, *, long: bool, few: int = FEW) -> list[int]:
    """Return numbers from 1 to ``points``: all, or a few at even distances."""
    if long or points <= few:
        return list(range(1, points + 1))
    first = dice.uniform(0, points / few)
    return [int(first + step * points / few) + 1 for step in range(few)]


def wrongs(runs: Sequence[tuple[Plan, Run]], expected: View) -> list[str]:
    """Return what went wrong in which run."""
    return [f"{plan}: {wrong}" for plan, run in runs for wrong in run.differs(expected)]


async def die_everywhere(
    theatre: Theatre, scenario: Scenario, encrypted: bool, dice: random.Random, long: bool
) -> dict[str, int]:
    """Die at the points of a scene, and compare each end with that of an undisturbed run."""
    moment, good, expected = await theatre.undisturbed(scenario, Plan(), encrypted=encrypted)
    chosen = some(len(good.trace), dice, long=long)
    runs = await theatre.all(moment, scenario, [Plan(die=point) for point in chosen])
    for _ in range(2):
        # Sends go side by side: a run may write two results down in one transaction, and lack a point.
        again = [plan for plan, run in runs if not run.died]
        runs = [(plan, run) for plan, run in runs if run.died] + await theatre.all(moment, scenario, again)

    found = wrongs(runs, expected)
    # A run that has fewer points each time does not have that one.
    missed = [plan.die for plan, run in runs if not run.died and plan.die <= len(run.trace)]
    assert (found, missed) == ([], [])
    return {"points": len(good.trace), "deaths": sum(run.died for _, run in runs), "violations": len(found)}


@pytest.mark.timeout(900)
@scenes([*PLAIN, *ENCRYPTED])
async def test_death_at_any_point_changes_nothing(scenario, encrypted, opens, dice, long, record, request):
    counts = await die_everywhere(await opens(), scenario, encrypted, dice, long)

    record(f"crash points: {request.node.callspec.id}", "100 % of points, 0 violations", **counts)


@pytest.mark.timeout(900)
@scenes(ON_POSTGRES)
async def test_death_at_any_point_changes_nothing_on_postgresql(
    scenario, encrypted, opens, dice, long, record, request
):
    counts = await die_everywhere(await opens("postgresql"), scenario, encrypted, dice, long)

    record(f"crash points: {request.node.callspec.id}, PostgreSQL", "100 % of points, 0 violations", **counts)


@pytest.mark.timeout(1800)
@scenes([(scenarios.COMMAND, True), (scenarios.UPGRADE, False)])
async def test_bot_asked_to_end_at_any_point_ends_in_order(
    scenario, encrypted, opens, dice, long, record, request
):
    theatre = await opens()
    moment, good, expected = await theatre.undisturbed(scenario, Plan(), encrypted=encrypted)
    chosen = some(len(good.trace), dice, long=long)

    runs = await theatre.all(moment, scenario, [Plan(stop=point) for point in chosen])
    # While the schema is looked at, SIGTERM still means what it means to every program.
    codes = {run.codes[0] if run.codes else None for plan, run in runs if plan.stop > 2}
    # Some of them do something before they end: they also die at each step of that.
    ending = [
        Plan(stop=p.stop, die=point) for p, run in runs for point in range(p.stop + 1, len(run.trace) + 1)
    ]
    if not long:
        ending = dice.sample(ending, min(len(ending), FEW))
    runs += await theatre.all(moment, scenario, ending)

    assert (wrongs(runs, expected), codes) == ([], {0})
    record(
        f"asked to end: {request.node.callspec.id}", "exit code 0, 0 violations",
        points=len(good.trace), ended=len(chosen), died_ending=len(ending), violations=0,
    )  # fmt: skip


OUTAGES = {
    "once": lambda commit: Plan(outage=commit),
    "for a while": lambda commit: Plan(outage=commit, length=4),
    "after the commit": lambda commit: Plan(outage=commit, unknown=True),
}


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("how", OUTAGES)
@scenes(
    [
        (scenarios.FIRST_START, False),
        (scenarios.COMMAND, True),
        (scenarios.KEY_ARRIVAL, True),
        (scenarios.OUTAGE, False),
    ]
)
async def test_failing_disk_at_any_commit_changes_nothing(
    scenario, encrypted, how, opens, dice, long, record, request
):
    theatre = await opens()
    moment, good, expected = await theatre.undisturbed(scenario, Plan(), encrypted=encrypted)
    commits = good.trace.count("before commit")
    chosen = some(commits, dice, long=long, few=1)

    runs = await theatre.all(moment, scenario, [OUTAGES[how](commit) for commit in chosen])

    assert wrongs(runs, expected) == []
    record(
        f"failing disk: {request.node.callspec.id}", "0 violations",
        commits=commits, failed=len(runs), ended_by_it=sum(bool(run.codes) for _, run in runs), violations=0,
    )  # fmt: skip


# --- does the checker see anything? ------------------------------------------------------------------

#: The homeserver has taken a message or a receipt, and the bot has not written that down.
SENT = "after PUT rooms send"


async def die_after_sending(theatre: Theatre, sabotage: str) -> list[list[str]]:
    """Let a sabotaged bot die right after each send; return what went wrong for each such death."""
    scenario, plan = scenarios.COMMAND, Plan(sabotage=sabotage)
    moment, good, expected = await theatre.undisturbed(scenario, plan, encrypted=True)
    sends = [n for n, label in enumerate(good.trace, 1) if label.startswith(SENT)]
    # Receipt and message go side by side: in another run the point may have a number beside this one.
    points = sorted({n + aside for n in sends for aside in (-1, 0, 1)})
    for _ in range(3):
        runs = await theatre.all(moment, scenario, [replace(plan, die=point) for point in points])
        hit = [run for _, run in runs if run.died and run.trace[-1:] and run.trace[-1].startswith(SENT)]
        if hit:
            return [run.differs(expected) for run in hit]
    return []


async def test_checker_sees_what_is_said_twice(opens, record):
    found = await die_after_sending(await opens(), "fresh transaction ids + deaf")

    doubled = [any(wrong.endswith("was sent 2 times") for wrong in ending) for ending in found]
    assert doubled == [True] * len(doubled) != []
    record("negative control: fresh transaction ids", "seen", deaths=len(doubled), doubled=sum(doubled))


@pytest.mark.parametrize("sabotage", ["fresh transaction ids", "deaf"])
async def test_either_transaction_ids_or_echoes_are_enough(sabotage, opens, record):
    found = await die_after_sending(await opens(), sabotage)

    assert found == [[]] * len(found) != []
    record(f"only one of two guards: {sabotage}", "0 violations", deaths=len(found), violations=0)


async def test_checker_sees_what_is_lost(opens, record):
    """A bot that stores the token before the journal."""
    broken = "token first"
    theatre = await opens()
    moment, good, expected = await theatre.undisturbed(
        scenarios.COMMAND, Plan(sabotage=broken), encrypted=False
    )
    answered = good.trace.index("after GET sync") + 1
    # The token's own commit comes next; before it and after the journal's, nothing is lost.
    plans = [Plan(die=answered + after, sabotage=broken) for after in (2, 3)]
    found = wrongs(await theatre.all(moment, scenarios.COMMAND, plans), expected)

    lost = [wrong for wrong in found if wrong.endswith("was never journalled")]
    assert len(lost) == len(plans)
    record("negative control: token before the journal", "seen", deaths=len(plans), lost=len(lost))

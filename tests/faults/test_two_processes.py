# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Two processes on PostgreSQL: whichever dies or hangs, everything is answered once, and soon."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from statistics import median

import pytest
import pytest_asyncio

from bot.demo.synapse import Account, Synapse
from tests.faults.conftest import Record
from tests.faults.forks import ForkedBot, Nursery
from tests.faults.pair import Pair
from tests.faults.proxy import CALM
from tests.faults.rig import PASSWORD, Cast
from tests.faults.verdict import NO_HARM
from tests.postgres import Postgres

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(7200)]

#: How many of a hundred disturbances are of which kind.
SHORT = {"kill": 4, "hang": 2, "database": 2}
FULL = {"kill": 50, "hang": 35, "database": 15}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def cast(synapse: Synapse, nursery: Nursery) -> AsyncIterator[Cast]:
    """Two people who write, and one who reads."""
    async with Cast.of(synapse, nursery, "anna", "bert", "dora") as everybody:
        yield everybody


@pytest.fixture(scope="module")
def durable() -> Iterator[Postgres]:
    """A server that keeps what it has confirmed."""
    server = Postgres(durable=True)
    server.start()
    yield server
    server.stop()


async def test_two_processes_answer_everything_once_and_in_order(
    cast: Cast, durable: Postgres, long: bool, dice: random.Random, record: Record, tmp_path: Path
):
    # Not through the proxy: it would be busy with this process's people, and the takeovers are timed.
    settings = {"DATABASE": durable.new_database(), "HOMESERVER": cast.synapse.url}
    kinds = [kind for kind, times in (FULL if long else SHORT).items() for _ in range(times)]
    dice.shuffle(kinds)
    async with cast.rig(tmp_path, dice, faults=CALM, settings=settings) as rig:
        account = Account(rig.bot.user_id, PASSWORD)
        second = ForkedBot(cast.nursery, rig.proxy.url, account, rig.bot.data, settings=settings)
        second.log_file = tmp_path / "second.log"
        pair = Pair([rig.bot, second], durable, dice)
        try:
            await pair.start()
            async with rig.talk(pause=1.0):
                for kind in kinds:
                    await pair.disturb(kind)
            await rig.settle()
            verdict = await rig.judge()
        finally:
            await pair.stop()

    times = pair.takeovers
    record(
        "two processes on PostgreSQL, a plain and an encrypted room",
        "lost 0, doubled 0, order kept; takeover (until /readyz says ready and leading) at most 10 s, "
        "median 1 s after a kill, 5 s after a hang",
        **pair.done,
        takeovers=sum(map(len, times.values())),
        slowest_s=round(max(max(each) for each in times.values()), 2),
        **{f"median_{kind}_s": round(median(each), 2) for kind, each in times.items()},
        commands=verdict.commands,
        questions=verdict.questions,
        **verdict.harm,
    )
    assert verdict.harm == NO_HARM
    assert (pair.done["exit code not 0"], pair.done["long hang without takeover"]) == (0, 0)
    assert max(max(each) for each in times.values()) <= 10.0
    if long:  # a median of four says more about the machine
        assert median(times["kill"]) <= 1.0
        assert median(times["hang"]) <= 5.0

# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Whatever the network does and whenever the bot dies: everything people write counts once, in order."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.demo.synapse import Synapse
from tests.faults.conftest import LONG, Record
from tests.faults.forks import Nursery
from tests.faults.proxy import CALM, Faults, named
from tests.faults.rig import Cast
from tests.faults.verdict import NO_HARM, repetitions

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(7200)]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def cast(synapse: Synapse, nursery: Nursery) -> AsyncIterator[Cast]:
    """People who write, and one who reads."""
    names = ("anna", "bert", "carla", "dora") if LONG else ("anna", "bert", "dora")
    async with Cast.of(synapse, nursery, *names) as everybody:
        yield everybody


@pytest.mark.parametrize(
    ("database", "short", "full"),
    [("sqlite", 20, 200), ("postgresql", 10, 100)],
    ids=["sqlite", "postgresql"],
)
async def test_killed_bot_answers_everything_once_and_in_order(
    database: str,
    short: int,
    full: int,
    cast: Cast,
    long: bool,
    dice: random.Random,
    record: Record,
    tmp_path: Path,
    request: pytest.FixtureRequest,
):
    kills = full if long else short
    settings = {"DATABASE": request.getfixturevalue("postgres_url")} if database == "postgresql" else None
    async with cast.rig(tmp_path, dice, settings=settings) as rig:
        async with rig.talk(pause=0.6):
            await rig.kill(kills, requests=24 if long else 14)
        await rig.settle()
        verdict = await rig.judge()

    record(
        f"killed during load, a plain and an encrypted room ({database})",
        "lost 0, doubled 0, order kept, all readable, nothing in plaintext",
        **rig.done,
        faults=named(rig.proxy.counts),
        commands=verdict.commands,
        questions=verdict.questions,
        **verdict.harm,
    )
    assert verdict.harm == NO_HARM
    assert (rig.done["ended by itself"], rig.done["exit code not 0"]) == (0, 0)


async def test_judge_sees_doubles_when_each_try_has_its_own_transaction_id(
    cast: Cast, dice: random.Random, record: Record, tmp_path: Path
):
    faults = Faults(error_after=0.4)
    async with (
        Nursery("tests.faults.sabotage_transactions") as nursery,
        cast.rig(tmp_path, dice, encrypted=[False], faults=faults, nursery=nursery) as rig,
    ):
        rig.questions = 2
        await rig.bot.start()
        async with rig.talk(pause=0.5):
            # No number of messages would do: a homeserver takes a receipt (a reaction) once anyway.
            await rig.reader.until(lambda: repetitions(rig.said()) > 0, timeout=100, what="a double")
        await rig.settle()
        verdict = await rig.judge()

    record("control: a transaction ID for each try", "doubled > 0", **verdict.harm)
    assert verdict.doubled > 0


async def test_judge_sees_losses_when_the_token_is_stored_before_the_events(
    cast: Cast, dice: random.Random, record: Record, tmp_path: Path
):
    async with (
        Nursery("tests.faults.sabotage_token") as nursery,
        cast.rig(tmp_path, dice, encrypted=[False], faults=CALM, nursery=nursery) as rig,
    ):
        async with rig.talk(pause=0.5):
            await rig.kill(5, requests=16)
        await rig.settle(patience=3.0)
        verdict = await rig.judge()

    record("control: the token stored before the events", "lost > 0", **rig.done, **verdict.harm)
    assert verdict.lost > 0

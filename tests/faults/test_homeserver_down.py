# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""While the homeserver is away the bot asks for it seldom, with one voice, and goes on when it is back."""

from __future__ import annotations

import asyncio
import random
import time
from itertools import accumulate
from pathlib import Path

import pytest

from bot.backoff import Backoff
from bot.demo.synapse import Synapse
from bot.matrix.errors import Unreachable
from tests.faults.conftest import Record
from tests.faults.forks import Nursery
from tests.faults.proxy import CALM, Down
from tests.faults.rig import Cast, Rig
from tests.faults.verdict import COMMAND, NO_HARM, most_within

#: Seconds after which one request a second is too much, and after which one in 30 seconds is.
SOON, LATER = 10.0, 300.0


async def go_away_while_it_answers(rig: Rig) -> float:
    """End all connections while every room has something to be sent; return when."""
    before = len(rig.proxy.asked)
    words = f"{COMMAND}Nummer {{}} von {{}}"
    writing = [
        asyncio.create_task(group.say(person, words.format(number, person.name)))
        for number, group in enumerate(rig.groups)
        for person in rig.writers
    ]
    while all(kind != "send" for _, kind in rig.proxy.asked[before:]):
        await rig.proxy.requests(1, since=len(rig.proxy.asked))
    await rig.proxy.go_down(Down.BAD_GATEWAY)
    began = time.monotonic()
    await asyncio.gather(*writing)
    return began


def test_waits_grow_until_one_request_in_thirty_seconds_is_left(dice: random.Random):
    for _ in range(1000):
        backoff = Backoff()
        backoff._random = random.Random(dice.random())
        asked = list(accumulate(backoff.next(Unreachable("gone")) for _ in range(40)))

        assert most_within([at for at in asked if at > SOON], 1) <= 1
        assert most_within([at for at in asked if at > LATER], 30) <= 1
        assert max(wait for wait in map(float.__sub__, asked[1:], asked)) <= 60


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.timeout(1200)
async def test_bot_asks_seldom_while_the_homeserver_is_away(
    synapse: Synapse, nursery: Nursery, long: bool, dice: random.Random, record: Record, tmp_path: Path
):
    away = 420.0 if long else 14.0
    async with (
        Cast.of(synapse, nursery, "anna", "bert", "dora") as cast,
        cast.rig(tmp_path, dice, encrypted=[False, True], faults=CALM) as rig,
    ):
        await rig.bot.start()
        began = await go_away_while_it_answers(rig)
        # First a proxy says that nobody is there, then nobody does.
        await asyncio.sleep(0.3 * away)
        await rig.proxy.go_down(Down.CUT)
        await asyncio.sleep(began + away - time.monotonic())
        asked = [(at - began, kind) for at, kind in rig.proxy.asked if at > began]
        await rig.proxy.come_back()
        await rig.settle()
        back = time.monotonic() - began - away
        verdict = await rig.judge()

    soon, later = ([at for at, _ in asked if at > since] for since in (SOON, LATER))
    record(
        "requests while the homeserver is away",
        "≤ 1 a second after 10 s, ≤ 1 in 30 s after 5 min, recovers by itself",
        seconds_away=away,
        in_the_first_ten_seconds=len([at for at, _ in asked if at <= SOON]),
        most_in_a_second_after_ten_seconds=most_within(soon, 1),
        most_in_thirty_seconds_after_five_minutes=most_within(later, 30) if long else "not measured",
        seconds_until_all_was_answered=round(back, 1),
        **verdict.harm,
    )
    assert {kind for at, kind in asked if at > SOON} <= {"sync"}
    assert most_within(soon, 1) <= 1
    assert most_within(later, 30) <= 1
    assert verdict.harm == NO_HARM

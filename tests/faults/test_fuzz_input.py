# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Damaged input of every kind against the whole bot: nothing stops it, stalls it or goes uncounted.

A stall is one callback of the event loop that takes more than 50 ms of its thread's CPU time each time the
input is given.
"""

from __future__ import annotations

import json
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from bot.matrix.errors import MatrixError, NotShared, Unreachable
from method.ids import RoomId
from storage.database import Database
from tests.chat import GROUP
from tests.fake_homeserver import ME
from tests.faults import samples
from tests.faults.conftest import Record
from tests.faults.target import ALIVE, SAFE, SEALED, Target
from tests.faults.watch import watching
from tests.fixtures_keys import People
from tests.mutations import DEEP, HEAVY, answer, mutated

Json = dict[str, Any]
#: Events in one answer to /sync.
PAGE = 50
#: A damaged command may have chosen the other language.
STILL_ALIVE = (ALIVE, "I am here. I have stored nothing.")

#: Inputs of the short form on SQLite; a twentieth of it on PostgreSQL, ten times as many in the long form.
COUNTS = {"events": 1200, "payloads": 400, "to_device": 7500, "keys": 400, "syncs": 200, "histories": 60}


@pytest.fixture
async def target(database: Database, people: People) -> AsyncIterator[Target]:
    """The bot, on each kind of database."""
    with watching() as watch:
        yield await Target.open(database, people, watch)


@pytest.mark.timeout(7200)
async def test_damaged_input_is_survived_counted_and_quick(
    target: Target, backend: str, dice: random.Random, long: bool, record: Record
):
    factor = (10 if long else 1) * (1 if backend == "sqlite" else 0.05)
    counts = {kind: int(count * factor) for kind, count in COUNTS.items()}
    for kind, count in counts.items():
        await KINDS[kind](target, dice, count)
    heavy = await heavy_events(target, dice, long)
    await target.finish()

    record(
        f"malformed input, {backend}",
        "0 crashes, 0 stalls over 50 ms, every one counted",
        inputs=sum(counts.values()) + heavy,
        **counts,
        heavy=heavy,
        crashes=0,
        unaccounted=len(target.unaccounted),
        handler_failures=target.failures().total(),
        stalls=len(target.stalls),
        longest_stall_ms=round(target.worst * 1000, 1),
    )
    print(json.dumps(target.ends.most_common(), indent=1))
    assert (target.unaccounted, target.stalls, target.failures()) == ([], [], {})
    assert await target.says("!test", SAFE) in STILL_ALIVE
    assert await target.says("!test", SEALED) in STILL_ALIVE


async def events(target: Target, dice: random.Random, count: int) -> None:
    """Events of a plain room and of an encrypted one."""
    for _ in range(-(-count // PAGE)):
        page = [mutated(samples.event(target, dice), dice) for _ in range(PAGE)]
        await target.syncs({dice.choice((GROUP, SEALED)): page})


async def payloads(target: Target, dice: random.Random, count: int) -> None:
    """Events whose encryption is right and whose inside is damaged."""
    for _ in range(-(-count // PAGE)):
        page = [samples.sealed(target, mutated(samples.payload(target, dice), dice)) for _ in range(PAGE)]
        await target.syncs({SEALED: page})


async def to_device(target: Target, dice: random.Random, count: int) -> None:
    """To-device messages, damaged outside and inside."""
    for number in range(-(-count // PAGE)):
        whole = await samples.to_device(target, f"!key{number}:test")
        page = [mutated(dice.choice(whole), dice) for _ in range(PAGE - 10)]
        page += [samples.olm(target, mutated(samples.room_key(target), dice)) for _ in range(10)]
        dropped = target.chat.crypto.dropped.total()
        await target.syncs({}, *page)
        target.ends["to-device: dropped"] += target.chat.crypto.dropped.total() - dropped


async def keys(target: Target, dice: random.Random, count: int) -> None:
    """Answers to queries and claims of keys."""
    client, server = target.homeserver.keys, target.people.server
    query = await client.query_keys([ME, target.lina.user])
    claim = await client.claim_keys({"one_time_keys": {target.lina.user: {"DEVICE": "signed_curve25519"}}})
    for number in range(count // 2):
        client.query_answer, client.claim_answer = answer(query, dice), answer(claim, dice)
        server.announce(target.lina.user)
        target.people.clock.now += 7200
        await target.take({**target.body({}), "device_lists": {"changed": [target.lina.user]}})
        try:
            await target.bot.says("hallo", [target.lina], RoomId(f"!out{number % 3}:test"))
        except (Unreachable, NotShared, MatrixError):
            target.ends["keys: not usable"] += 1
        else:
            target.ends["keys: used"] += 1
    client.query_answer = client.claim_answer = None
    server.announce(target.lina.user)
    target.people.clock.now += 7200


async def syncs(target: Target, dice: random.Random, count: int) -> None:
    """Whole answers to /sync, damaged anywhere."""
    for _ in range(count):
        used = await target.take(mutated(samples.sync_body(target, dice), dice))
        target.ends["sync: journalled" if used else "sync: not usable"] += 1


async def histories(target: Target, dice: random.Random, count: int) -> None:
    """Pages of the past, asked for after a limited timeline."""
    for _ in range(count):
        page = {"chunk": [samples.event(target, dice) for _ in range(3)], "end": dice.choice(["e1", None])}
        target.homeserver.messages_answer = json.dumps(answer(page, dice)).encode()
        timeline = {"events": [samples.event(target, dice)], "limited": True, "prev_batch": "p1"}
        await target.take(target.body({"join": {GROUP: {"timeline": timeline}}}))
    target.homeserver.messages_answer = b'{"chunk":[]}'
    await target.syncs({})


KINDS: dict[str, Callable[[Target, random.Random, int], Awaitable[None]]] = {
    "events": events, "payloads": payloads, "to_device": to_device, "keys": keys, "syncs": syncs,
    "histories": histories,
}  # fmt: skip


async def heavy_events(target: Target, dice: random.Random, long: bool) -> int:
    """Texts and nestings on which something could take long, in every place where text may stand."""
    count = 0
    for text in [*HEAVY.values(), *DEEP]:
        events = [*samples.everywhere(target, text)]
        for event in events if long else [events[0], dice.choice(events[1:])]:
            await target.syncs({GROUP: [event]})
            await target.syncs({SEALED: [samples.sealed(target, {**event, "room_id": SEALED})]})
            count += 2
    return count

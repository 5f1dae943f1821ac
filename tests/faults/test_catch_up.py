# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""A bot that was away for a day reads everything, answers in order, and floods no room."""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from pathlib import Path
from urllib.parse import quote
from uuid import uuid4

import pytest

from bot.demo.client import PersonError
from bot.demo.people import Person
from bot.demo.synapse import Synapse
from bot.demo.timeline import Kind
from tests.faults.conftest import Record
from tests.faults.forks import Nursery
from tests.faults.proxy import CALM
from tests.faults.rig import Cast, Rig
from tests.faults.verdict import COMMAND, NO_HARM, QUESTION, most_within
from tests.real.group import Group

#: Seconds until everything must be caught up.
CAUGHT_UP_WITHIN = 300.0
#: Messages of the bot in a room in a minute.
NO_BURST = 20
#: Every so many events one is a question, whose answer is a message.
QUESTIONS = 12


async def say(person: Person, room: str, words: str) -> None:
    """Write in a plain room without waiting for the own client."""
    path = f"/_matrix/client/v3/rooms/{quote(room)}/send/m.room.message/{uuid4().hex}"
    await person.request("PUT", path, {"msgtype": "m.text", "body": words, "m.mentions": {}})


async def fill(rig: Rig, group: Group, number: int, *, encrypted: bool) -> None:
    """Write so many events, conversation and commands."""
    for n in range(1, number + 1):
        person = rig.dice.choice(rig.writers)
        if n % QUESTIONS == 0:
            words = QUESTION
        elif rig.dice.random() < 0.4:
            words = f"{COMMAND}Nummer {n} von {person.name}"
        else:
            words = f"Das kenne ich auch, zum {n}. Mal."
        await (person.say(group.room, words) if encrypted else say(person, group.room, words))


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.timeout(3600)
async def test_bot_that_was_away_catches_up_in_order_and_without_a_burst(
    synapse: Synapse, nursery: Nursery, long: bool, dice: random.Random, record: Record, tmp_path: Path
):
    rooms, events = (20, 500) if long else (2, 110)  # more than 100 come as a gap
    secret = [n < rooms // 10 + 1 for n in range(rooms)]
    async with (
        Cast.of(synapse, nursery, "anna", "bert", "dora") as cast,
        cast.rig(tmp_path, dice, encrypted=secret, faults=CALM) as rig,
    ):
        await asyncio.gather(
            *(fill(rig, g, events, encrypted=s) for g, s in zip(rig.groups, secret, strict=True))
        )
        # Who has gone home does not keep the homeserver busy: each event costs it an answer for each who listens.
        await asyncio.gather(*(writer.close() for writer in cast.writers))
        began = time.monotonic()
        # Not yet ready: a post from before has waited for longer than it may.
        await rig.bot.start(ready=False)
        with contextlib.suppress(PersonError):  # the judge says what is missing
            await rig.reader.until(lambda: not rig.unanswered(), timeout=CAUGHT_UP_WITHIN)
        seconds = time.monotonic() - began
        verdict = await rig.judge()
        told = [e for e in rig.reader.timeline if e.sender == rig.bot.user_id and e.kind is Kind.MESSAGE]

    most = max(most_within((e.at / 1000 for e in told if e.room_id == g.room), 60) for g in rig.groups)
    record(
        f"bot down, {rooms} rooms × {events} events meanwhile",
        "caught up exactly, in order, ≤ 5 min, ≤ 20 messages a minute in a room",
        seconds=round(seconds, 1),
        events=rooms * events,
        commands=verdict.commands,
        questions=verdict.questions,
        most_messages_in_a_minute=most,
        **verdict.harm,
    )
    assert verdict.harm == NO_HARM
    assert most <= NO_BURST
    assert seconds <= CAUGHT_UP_WITHIN

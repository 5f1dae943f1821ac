# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Thousands of damaged messages and answers: none makes the port raise or stops the conversation."""

import copy
import json
import os
import random
from base64 import b64encode

import pytest

from bot.matrix.crypto import Decrypted, Refused, Waiting
from bot.matrix.errors import Unreachable
from tests.key_server import ALICE, BOT, ROOM
from tests.mutations import answer, mutated

SEED = int(os.environ.get("FUZZ_SEED", "20261123"))
ROUNDS = int(os.environ.get("FUZZ_ROUNDS", "2000"))


@pytest.fixture
def dice():
    print(f"FUZZ_SEED={SEED}")
    return random.Random(SEED)


async def test_damaged_to_device_messages(bot, alice, people, dice):
    await alice.says("zuerst", [bot])
    whole = people.server.inbox.pop((BOT, "DEVICE"))
    async with bot.crypto.transaction():
        for number in range(ROUNDS):
            if number % 50 == 0:
                await alice.says("mehr", [bot], f"!room{number}:example.test")
                whole += people.server.inbox.pop((BOT, "DEVICE"))
            bot.crypto.receive(mutated(dice.choice(whole), dice))
    event = await alice.says("heil", [bot], "!last:example.test")
    await bot.sync()

    assert bot.crypto.dropped.total() > ROUNDS / 2
    assert bot.reads(event, "!last:example.test") == "heil"


async def test_damaged_olm_payloads(bot, alice, people, dice):
    """The sender of an Olm message can write anything into it."""
    await alice.says("heil", [bot])
    outbound = alice.crypto._sharing._rooms[ROOM].session
    machine = alice.crypto._machine
    device = machine.olm.device(BOT, "DEVICE")
    content = {
        "algorithm": "m.megolm.v1.aes-sha2", "room_id": ROOM,
        "session_id": outbound.id, "session_key": outbound.session_key,
    }  # fmt: skip
    payload = {
        "sender": ALICE, "sender_device": "DEVICE", "keys": {"ed25519": alice.crypto.fingerprint},
        "recipient": BOT, "recipient_keys": {"ed25519": bot.crypto.fingerprint},
        "type": "m.room_key", "content": content,
    }  # fmt: skip
    received = 0
    for _ in range(ROUNDS // 4):
        session = machine.olm.session_with(device)
        kind, body = session.encrypt(json.dumps(mutated(payload, dice))).to_parts()
        sealed = {"type": kind, "body": encoded(body)}
        own = machine.olm.account.identity_keys["curve25519"]
        message = {"algorithm": "m.olm.v1.curve25519-aes-sha2", "sender_key": own,
                   "ciphertext": {device.curve25519: sealed}}  # fmt: skip
        async with bot.crypto.transaction():
            event = {"type": "m.room.encrypted", "sender": ALICE, "content": message}
            received += bot.crypto.receive(event) is not None
    good = await alice.says("heil", [bot])
    await bot.sync()

    assert received < ROUNDS / 4
    assert bot.reads(good) == "heil"


def encoded(body):
    return b64encode(body).decode().rstrip("=")


async def test_damaged_room_events_and_payloads(bot, alice, dice):
    event = await alice.says("heil", [bot])
    await bot.sync()
    session = alice.crypto._sharing._rooms[ROOM].session
    session.max_messages = 10 * ROUNDS
    payload = {"type": "m.room.message", "content": {"body": "a", "n": [1, {}]}, "room_id": ROOM}
    for _ in range(ROUNDS):
        result = bot.crypto.decrypt(ROOM, mutated(event, dice))
        assert isinstance(result, Decrypted | Waiting | Refused)
        sealed = copy.deepcopy(event)
        sealed["content"]["ciphertext"] = session.encrypt(json.dumps(mutated(payload, dice)))
        result = bot.crypto.decrypt(ROOM, sealed)
        assert isinstance(result, Decrypted | Waiting | Refused)
        if isinstance(result, Decrypted):
            assert isinstance(result.payload["type"], str)
            assert isinstance(result.payload["content"], dict)
            assert result.payload["room_id"] == ROOM

    assert bot.reads(event) == "heil"


async def test_damaged_key_queries_and_claims(bot, alice, people, dice):
    users = [BOT, ALICE]
    query = await people.server.client(BOT, "X").query_keys(users)
    claim = await people.server.client(BOT, "X").claim_keys(
        {"one_time_keys": {ALICE: {"DEVICE": "signed_curve25519"}}}
    )
    for _ in range(ROUNDS // 4):
        bot.client.query_answer = answer(query, dice)
        people.server.announce(ALICE)
        bot.crypto.note_sync(mutated(people.server.sync(BOT, "DEVICE"), dice))
        await bot.crypto.maintain()
        bot.client.query_answer = query
        bot.client.claim_answer = answer(claim, dice)
        people.clock.now += 7200
        try:
            await bot.says("hallo", [alice], f"!room{dice.randrange(3)}:example.test")
        except Unreachable:
            continue  # an answer without any devices is no answer
    bot.client.query_answer = bot.client.claim_answer = None
    people.server.announce(ALICE)
    await bot.sync()
    people.clock.now += 7200
    event = await bot.says("heil", [alice])
    await alice.sync()

    assert alice.reads(event) == "heil"


async def test_damaged_syncs(bot, alice, people, dice):
    body = {
        "device_one_time_keys_count": {"signed_curve25519": 50},
        "device_unused_fallback_key_types": ["signed_curve25519"],
        "device_lists": {"changed": [ALICE], "left": [ALICE]},
    }
    for _ in range(ROUNDS):
        bot.crypto.note_sync(mutated(body, dice))
    await bot.crypto.maintain()
    event = await bot.says("heil", [alice])
    await alice.sync()

    assert alice.reads(event) == "heil"

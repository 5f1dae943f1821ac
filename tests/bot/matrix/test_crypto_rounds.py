# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Conversations through the port: who can read what, and when."""

import asyncio

from bot.matrix.crypto import Decrypted, Refused, Waiting
from bot.matrix.rooms import EncryptedRoom
from tests.key_server import ALICE, BOT, ROOM


async def test_alice_speaks_and_the_bot_reads(bot, alice):
    event = await alice.says("Formular nur auf Papier", [bot])
    await bot.sync()

    assert bot.reads(event) == "Formular nur auf Papier"


async def test_the_bot_speaks_and_alice_reads(bot, alice):
    event = await bot.says("✅ B1", [alice])
    await alice.sync()

    assert alice.reads(event) == "✅ B1"


async def test_a_long_conversation_in_both_directions(bot, alice):
    heard = []
    for number in range(5):
        question = await alice.says(f"frage {number}", [bot])
        await bot.sync()
        answer = await bot.says(f"antwort {number}", [alice])
        await alice.sync()
        heard += [bot.reads(question), alice.reads(answer)]

    assert heard == [f"{word} {number}" for number in range(5) for word in ("frage", "antwort")]


async def test_a_second_message_shares_no_key_again(bot, alice):
    await bot.says("eins", [alice])
    bot.client.calls.clear()
    await bot.says("zwei", [alice])

    assert bot.client.calls == []


async def test_a_message_before_its_key_waits_and_is_readable_afterwards(bot, alice):
    event = await alice.says("zu früh", [bot])
    session = event["content"]["session_id"]
    before = bot.reads(event)
    arrived = await bot.sync()

    assert before == Waiting(session, "no room key")
    assert arrived == [session]
    assert bot.reads(event) == "zu früh"


async def test_the_same_event_reads_the_same_again_and_names_its_index(bot, alice):
    await alice.says("eins", [bot])
    event = await alice.says("zwei", [bot])
    await bot.sync()
    first, second = bot.crypto.decrypt(ROOM, event), bot.crypto.decrypt(ROOM, event)

    assert first == second
    assert isinstance(first, Decrypted)
    assert (first.session_id, first.index) == (event["content"]["session_id"], 1)


async def test_relation_and_marker_are_in_clear_and_nothing_else(bot, alice):
    relation = {"rel_type": "m.thread", "event_id": "$root"}
    content = {"body": "geheim", "m.relates_to": relation, "org.example.oid": "b123"}
    sealed = await bot.crypto.encrypt(
        EncryptedRoom(ROOM), [BOT, ALICE], "m.room.message", content, marker="org.example.oid"
    )

    assert sealed["m.relates_to"] == relation
    assert sealed["org.example.oid"] == "b123"
    assert sorted(sealed) == [
        "algorithm", "ciphertext", "device_id", "m.relates_to", "org.example.oid", "sender_key", "session_id",
    ]  # fmt: skip


async def test_an_event_without_sender_key_and_device_is_readable(bot, alice):
    """N14: both are deprecated and must not be used to find the key."""
    event = await alice.says("ohne Absenderschlüssel", [bot])
    await bot.sync()
    del event["content"]["sender_key"], event["content"]["device_id"]

    assert bot.reads(event) == "ohne Absenderschlüssel"


async def test_a_wrong_sender_key_in_the_event_is_not_looked_at(bot, alice):
    event = await alice.says("egal", [bot])
    await bot.sync()
    event["content"]["sender_key"] = ""

    assert bot.reads(event) == "egal"


async def test_the_bot_reads_its_own_echo(bot, alice):
    event = await bot.says("Echo", [alice])

    assert bot.reads(event) == "Echo"


async def test_a_new_device_gets_the_key_and_reads_from_then_on(bot, alice, people):
    earlier = await bot.says("früher", [alice])
    second = await people.enter(ALICE, "PHONE")
    await bot.sync()
    later = await bot.says("später", [alice])
    await alice.sync()
    await second.sync()

    assert earlier["content"]["session_id"] == later["content"]["session_id"]
    assert second.reads(later) == "später"
    assert second.reads(earlier) == Refused("undecryptable")
    assert alice.reads(later) == "später"


async def test_rooms_at_the_same_time_do_not_disturb_each_other(bot, alice, people):
    carol = await people.enter("@carol:example.test")
    rooms = [f"!room{number}:example.test" for number in range(8)]
    events = await asyncio.gather(*(bot.says(room, [alice, carol], room) for room in rooms))
    await alice.sync()
    await carol.sync()

    assert [alice.reads(event, room) for event, room in zip(events, rooms, strict=True)] == rooms
    assert [carol.reads(event, room) for event, room in zip(events, rooms, strict=True)] == rooms
    assert bot.client.calls.count("claim_keys") == 1


async def test_after_a_restart_there_is_a_new_session_and_it_is_readable(bot, alice):
    before = await bot.says("vorher", [alice])
    bot = await bot.restarted()
    after = await bot.says("nachher", [alice])
    await alice.sync()

    assert before["content"]["session_id"] != after["content"]["session_id"]
    assert [alice.reads(before), alice.reads(after)] == ["vorher", "nachher"]


async def test_a_broken_olm_session_is_replaced_and_the_next_key_arrives(bot, alice):
    await alice.says("eins", [bot])
    await bot.sync()
    await bot.says("zwei", [alice])
    await alice.sync()
    # The bot loses its Olm sessions, as after a restored backup; Alice goes on with hers.
    async with bot.crypto.transaction():
        olm = bot.crypto._machine.olm
        for curve, sessions in list(olm.session_store.items()):
            for session in sessions:
                olm.store.drop_session(curve, session)
            sessions.clear()
    room = "!other:example.test"
    lost = await alice.says("verloren", [bot], room)
    await bot.sync()
    await alice.sync()
    found = await alice.says("gefunden", [bot], "!third:example.test")
    await bot.sync()

    assert isinstance(bot.reads(lost, room), Waiting)
    assert bot.reads(found, "!third:example.test") == "gefunden"


async def test_a_broken_olm_session_is_replaced_at_most_once_an_hour(bot, alice):
    await bot.says("hallo", [alice])
    olm = bot.crypto._machine.olm
    asked = []
    for seconds in (0, 60, 3600):
        bot.clock.now += seconds
        olm.wedged_devices.append(olm.device(ALICE, "DEVICE"))
        bot.client.calls.clear()
        await bot.crypto.maintain()
        asked.append(bot.client.calls.count("claim_keys"))

    assert asked == [1, 0, 1]

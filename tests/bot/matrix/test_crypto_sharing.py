# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Room keys and our own keys: who is given them, and what happens when the homeserver fails."""

import asyncio
from datetime import timedelta

import pytest

from bot.matrix.crypto import Refused, Waiting
from bot.matrix.errors import MatrixError, NotShared, Unreachable
from bot.matrix.rooms import EncryptedRoom, Rotation
from tests.key_server import ALGORITHM, ALICE, BOT, ROOM

CAROL = "@carol:example.test"
USUAL = Rotation()


def refused(status=500):
    return MatrixError(status, "M_UNKNOWN", "out of order")


async def say(bot, people, rotation=USUAL):
    """Say something as the bot in a room with these settings; return the session id."""
    members = [BOT, *(person.user for person in people)]
    room = EncryptedRoom(ROOM, rotation)
    return (await bot.crypto.encrypt(room, members, "m.room.message", {"body": "hallo"}))["session_id"]


# --- our own keys ----------------------------------------------------------------------------------


async def test_the_first_upload_brings_device_one_time_and_fallback_keys(bot, people):
    own = (BOT, "DEVICE")

    assert list(people.server.devices[BOT]) == ["DEVICE"]
    assert len(people.server.one_time[own]) == 50
    assert people.server.fallback[own][1]["fallback"] is True


@pytest.mark.parametrize("counts", [{ALGORITHM: 0}, {}], ids=["zero", "not listed"])
async def test_used_up_one_time_keys_are_refilled(bot, people, counts):
    """N9: nio takes the count 0 for no count."""
    people.server.one_time.clear()
    bot.crypto.note_sync({"device_one_time_keys_count": counts})
    await bot.crypto.maintain()

    assert len(people.server.one_time[BOT, "DEVICE"]) == 50


async def test_used_up_keys_are_refilled_where_no_count_is_sent_at_all(bot, people):
    bot = await bot.restarted()
    people.server.one_time.clear()
    bot.crypto.note_sync({"next_batch": "s1"})
    await bot.crypto.maintain()

    assert len(people.server.one_time[BOT, "DEVICE"]) == 50


async def test_fifty_claims_by_a_stranger_leave_the_bot_reachable(bot, alice, people):
    for _ in range(60):
        await people.server.client(CAROL, "X").claim_keys({"one_time_keys": {BOT: {"DEVICE": ALGORITHM}}})
    event = await alice.says("mit dem Ersatzschlüssel", [bot])
    await bot.sync()
    await bot.sync()

    assert bot.reads(event) == "mit dem Ersatzschlüssel"
    assert len(people.server.one_time[BOT, "DEVICE"]) == 50


async def test_a_used_fallback_key_is_replaced_but_at_most_once_an_hour(bot, people):
    names = []
    for seconds in (0, 60, 3600):
        people.clock.now += seconds
        people.server.fallback_used.add((BOT, "DEVICE"))
        await bot.sync()
        names.append(people.server.fallback[BOT, "DEVICE"][0])

    assert names[0] == names[1] != names[2]


async def test_a_fallback_key_is_left_alone_where_the_homeserver_knows_none(bot):
    bot.client.calls.clear()
    bot.crypto.note_sync({"device_one_time_keys_count": {ALGORITHM: 50}})
    await bot.crypto.maintain()

    assert bot.client.calls == []


async def test_keys_are_committed_before_they_are_uploaded(people):
    """An upload whose answer never came: the next start goes on with other one-time keys."""
    bot = await people.stranger(BOT)
    bot.client.after["upload_keys"].append(Unreachable("timeout"))
    await bot.crypto.maintain()
    uploaded = set(people.server.one_time[BOT, "DEVICE"])
    bot = await bot.restarted()
    alice = await people.enter(ALICE)
    event = await alice.says("hallo", [bot])
    people.server.one_time[BOT, "DEVICE"].clear()
    await bot.sync()
    await bot.sync()

    assert bot.reads(event) == "hallo"
    assert not uploaded & set(people.server.one_time[BOT, "DEVICE"])


async def test_a_kill_between_upload_and_answer_loses_no_key(people):
    bot = await people.stranger(BOT)
    bot.client.after["upload_keys"].append(asyncio.CancelledError())
    with pytest.raises(asyncio.CancelledError):
        await bot.crypto.maintain()
    bot = await bot.restarted()
    alice = await people.enter(ALICE)
    event = await alice.says("hallo", [bot])
    await bot.sync()

    assert bot.reads(event) == "hallo"


async def test_key_names_that_exist_already_are_burnt_and_the_next_upload_works(bot, people):
    people.server.one_time[BOT, "DEVICE"] = {f"{ALGORITHM}:AAAAAAAAA{letter}": {} for letter in "ABCDEFGH"}
    bot.client.before["upload_keys"].append(MatrixError(400, "M_UNKNOWN", "One time key x already exists."))
    await bot.sync()
    await bot.sync()

    assert bot.crypto.dropped["one-time keys already exist"] == 1
    assert len(people.server.one_time[BOT, "DEVICE"]) == 50


# --- failures of the homeserver --------------------------------------------------------------------


async def test_a_claim_that_fails_twice_fails_two_messages_and_the_third_is_read(bot, alice):
    """N11: nothing stays locked."""
    bot.client.before["claim_keys"] += [refused(), Unreachable("timeout")]
    with pytest.raises(MatrixError):
        await say(bot, [alice])
    with pytest.raises(Unreachable):
        await say(bot, [alice])
    event = await bot.says("endlich", [alice])
    await alice.sync()

    assert alice.reads(event) == "endlich"


async def test_a_key_that_was_not_delivered_fails_the_message_and_is_delivered_next_time(bot, alice):
    """N11: nio sends the message nevertheless."""
    bot.client.before["send_to_device"].append(refused())
    with pytest.raises(MatrixError):
        await say(bot, [alice])
    event = await bot.says("endlich", [alice])
    await alice.sync()

    assert alice.reads(event) == "endlich"


async def test_a_key_whose_delivery_is_uncertain_is_delivered_again(bot, alice):
    bot.client.after["send_to_device"].append(Unreachable("timeout"))
    with pytest.raises(Unreachable):
        await say(bot, [alice])
    event = await bot.says("endlich", [alice])
    await alice.sync()

    assert alice.reads(event) == "endlich"


async def test_a_query_that_fails_fails_the_message(bot, alice):
    bot.client.before["query_keys"].append(refused())
    with pytest.raises(MatrixError):
        await say(bot, [alice])

    assert await say(bot, [alice])


@pytest.mark.parametrize("answer", [{}, {"device_keys": None}, {"device_keys": []}], ids=repr)
async def test_a_key_query_without_an_answer_is_no_answer(bot, alice, answer):
    bot.client.query_answer = answer
    with pytest.raises(Unreachable):
        await say(bot, [alice])


async def test_a_silent_server_of_another_member_does_not_block_the_room(bot, alice, people):
    people.server.silent_servers.add("far.test")
    bot.client.calls.clear()
    await bot.crypto.encrypt(EncryptedRoom(ROOM), [ALICE, "@x:far.test"], "m.room.message", {"body": "a"})
    await bot.crypto.encrypt(EncryptedRoom(ROOM), [ALICE, "@x:far.test"], "m.room.message", {"body": "b"})

    assert bot.client.calls.count("query_keys") == 1


async def test_a_device_without_keys_is_skipped_counted_and_given_the_key_later(bot, alice, people):
    phone = await people.enter(ALICE, "PHONE")
    phones = (ALICE, "PHONE")
    keys, fallback = people.server.one_time.pop(phones), people.server.fallback.pop(phones)
    first = await bot.says("eins", [alice])
    await bot.says("zwei", [alice])
    claims = bot.client.calls.count("claim_keys")
    people.server.one_time[phones], people.server.fallback[phones] = keys, fallback
    people.clock.now += 60
    third = await bot.says("drei", [alice])
    await alice.sync()
    await phone.sync()

    assert claims == 1
    assert bot.crypto.dropped["device without session"] == 1
    assert [alice.reads(first), phone.reads(third)] == ["eins", "drei"]


CLAIMS = {
    "empty": {},
    "no device": {ALICE: {}},
    "no key": {ALICE: {"DEVICE": {}}},
    "key is text": {ALICE: {"DEVICE": {f"{ALGORITHM}:A": "x"}}},
    "unsigned": {ALICE: {"DEVICE": {f"{ALGORITHM}:A": {"key": "A" * 43}}}},
    "list": [],
}


@pytest.mark.parametrize("keys", CLAIMS.values(), ids=CLAIMS)
async def test_a_malformed_claim_opens_no_session_and_breaks_nothing(bot, alice, keys):
    bot.client.claim_answer = {"one_time_keys": keys}
    await say(bot, [alice])
    bot.client.claim_answer = None
    bot.clock.now += 60
    event = await bot.says("endlich", [alice])
    await alice.sync()

    assert alice.reads(event) == "endlich"


# --- who is given the key --------------------------------------------------------------------------


async def test_a_device_with_our_device_id_of_another_user_gets_the_key(bot, alice):
    assert alice.client.device == bot.client.device
    event = await bot.says("hallo", [alice])
    await alice.sync()

    assert alice.reads(event) == "hallo"


async def test_nobody_but_members_gets_the_key(bot, alice, people):
    carol = await people.enter(CAROL)
    await bot.says("vorher", [alice, carol], "!other:example.test")
    event = await bot.says("nur für Alice", [alice])
    await carol.sync()

    assert isinstance(carol.reads(event), Waiting)


async def test_after_somebody_left_there_is_a_new_key_that_he_is_not_given(bot, alice, people):
    carol = await people.enter(CAROL)
    first = await say(bot, [alice, carol])
    event = await bot.says("nach dem Austritt", [alice])
    await carol.sync()
    await alice.sync()

    assert event["content"]["session_id"] != first
    assert isinstance(carol.reads(event), Waiting)
    assert alice.reads(event) == "nach dem Austritt"


async def test_after_a_device_was_logged_out_there_is_a_new_key(bot, alice, people):
    await people.enter(ALICE, "PHONE")
    first = await say(bot, [alice])
    people.server.remove(ALICE, "PHONE")
    await bot.sync()

    assert await say(bot, [alice]) != first


async def test_a_device_that_was_missing_once_is_given_keys_again(bot, alice, people):
    await say(bot, [alice])
    keys = people.server.devices[ALICE]["DEVICE"]
    people.server.remove(ALICE, "DEVICE")
    await bot.sync()
    people.server.devices[ALICE]["DEVICE"] = keys
    people.server.announce(ALICE)
    await bot.sync()
    event = await bot.says("wieder da", [alice])
    people.server.changed.clear()
    await alice.sync()

    assert alice.reads(event) == "wieder da"


async def test_somebody_new_gets_the_same_key_from_the_present_on(bot, alice, people):
    earlier = await bot.says("vorher", [alice])
    carol = await people.enter(CAROL)
    later = await bot.says("nachher", [alice, carol])
    await carol.sync()

    assert earlier["content"]["session_id"] == later["content"]["session_id"]
    assert [carol.reads(earlier), carol.reads(later)] == [Refused("undecryptable"), "nachher"]


async def test_a_room_of_many_devices_gets_its_key_in_parts(bot, people):
    phones = [await people.enter(f"@user{number}:example.test") for number in range(45)]
    bot.client.calls.clear()
    event = await bot.says("an alle", phones)
    for phone in phones:
        await phone.sync()

    assert bot.client.calls.count("send_to_device") == 3
    assert {phone.reads(event) for phone in phones} == {"an alle"}


# --- rotation --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("setting", "sessions"), [(1, 3), (2, 2), (100, 1)])
async def test_the_key_is_replaced_after_so_many_messages(bot, alice, setting, sessions):
    used = [await say(bot, [alice], Rotation(messages=setting)) for _ in range(3)]

    assert len(set(used)) == sessions


async def test_the_key_is_replaced_when_it_is_too_old(bot, alice):
    first = await say(bot, [alice])
    bot.crypto._sharing._rooms[ROOM].session.creation_time -= timedelta(days=7)

    assert await say(bot, [alice]) != first


async def test_a_key_that_expires_on_the_way_fails_the_message(bot, alice):
    with pytest.raises(NotShared):
        await say(bot, [alice], Rotation(age=timedelta(0)))

    assert await say(bot, [alice])

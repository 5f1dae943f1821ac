# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What comes from outside: dropped and counted, refused with a reason, or made to wait."""

import json

import pytest

from bot.matrix.crypto import Refused, SessionId, Waiting
from bot.matrix.rooms import EncryptedRoom
from tests.key_server import ALICE, BOT, MALLORY, ROOM


async def receive(person, event):
    async with person.crypto.transaction():
        return person.crypto.receive(event)


def to_device(sender, content):
    return {"type": "m.room.encrypted", "sender": sender, "content": content}


@pytest.fixture
def own_key(bot):
    return bot.crypto.own_device_keys()["keys"]["curve25519:DEVICE"]


def olm(own_key, sealed):
    return {
        "algorithm": "m.olm.v1.curve25519-aes-sha2",
        "sender_key": "A" * 43,
        "ciphertext": {own_key: sealed},
    }


SEALED = {
    "no base64": {"type": 0, "body": "*"},
    "no message": {"type": 0, "body": "AAAA"},
    "normal message that fits no session": {"type": 1, "body": "AwoBAA"},
    "unknown type": {"type": 7, "body": "AAAA"},
    "body is a number": {"type": 0, "body": 5},
    "type is text": {"type": "0", "body": "AAAA"},
    "text": "AAAA",
    "nothing": None,
    "list": [],
}


@pytest.mark.parametrize("sealed", SEALED.values(), ids=SEALED)
async def test_a_malformed_olm_message_is_dropped_and_counted(bot, own_key, sealed):
    """N2."""
    assert await receive(bot, to_device(MALLORY, olm(own_key, sealed))) is None
    assert bot.crypto.dropped.total() == 1


@pytest.mark.parametrize(
    "event", [None, 1, "x", [], {}, {"type": "m.room.encrypted"}, {"type": []}], ids=repr
)
async def test_what_is_no_event_is_dropped_and_counted(bot, event):
    assert await receive(bot, event) is None
    assert bot.crypto.dropped.total() == 1


async def test_a_bottomless_event_is_dropped(bot, alice):
    deep: dict = {}
    for _ in range(100_000):
        deep = {"a": deep}
    event = to_device(MALLORY, deep)

    assert await receive(bot, event) is None
    assert bot.reads({"type": "m.room.encrypted", "sender": ALICE, "content": deep}) == Refused(
        "unknown algorithm"
    )


async def test_the_bot_reads_on_after_malformed_messages(bot, alice, own_key):
    event = await alice.says("danach", [bot])
    for sealed in SEALED.values():
        await receive(bot, to_device(MALLORY, olm(own_key, sealed)))
    await bot.sync()

    assert bot.reads(event) == "danach"


async def test_a_withheld_key_is_counted_as_such(bot):
    await receive(bot, {"type": "m.room_key.withheld", "sender": ALICE, "content": {"code": "m.unverified"}})

    assert bot.crypto.dropped == {"to-device: withheld": 1}


async def test_keys_are_received_inside_a_transaction_only(bot):
    with pytest.raises(RuntimeError, match="transaction"):
        bot.crypto.receive({})


CONTENTS = {
    "empty sender key": ({"sender_key": ""}, Waiting(SessionId("s"), "no room key")),
    "empty session": ({"session_id": ""}, Refused("malformed")),
    "session is a number": ({"session_id": 1}, Refused("malformed")),
    "no ciphertext": ({"ciphertext": None}, Refused("malformed")),
    "other algorithm": ({"algorithm": "m.unknown"}, Refused("unknown algorithm")),
    "algorithm is a list": ({"algorithm": []}, Refused("unknown algorithm")),
}


@pytest.mark.parametrize(("change", "expected"), CONTENTS.values(), ids=CONTENTS)
async def test_a_malformed_room_event_is_refused(bot, change, expected):
    """N3."""
    content = {"algorithm": "m.megolm.v1.aes-sha2", "session_id": "s", "ciphertext": "A", "sender_key": "k"}
    event = {"sender": ALICE, "content": {**content, **change}}

    assert bot.reads(event) == expected


async def test_garbage_under_a_known_session_is_refused(bot, alice):
    event = await alice.says("echt", [bot])
    await bot.sync()
    event["content"]["ciphertext"] = "AwgAEgAAAA"

    assert bot.reads(event) == Refused("undecryptable")


async def sealed_payload(speaker, listener, payload):
    """Return an event of ``speaker`` whose plaintext is ``payload``, and let ``listener`` take its key."""
    event = await speaker.says("zuerst", [listener])
    session = speaker.crypto._sharing._rooms[ROOM].session
    event["content"]["ciphertext"] = session.encrypt(
        payload if isinstance(payload, str) else json.dumps(payload)
    )
    await listener.sync()
    return event


GOOD = {"type": "m.room.message", "content": {"body": "hallo"}, "room_id": ROOM}
PAYLOADS = {
    "number": (-1, "malformed payload"),
    "list": ([GOOD], "malformed payload"),
    "no content": ({**GOOD, "content": None}, "malformed payload"),
    "type is a number": ({**GOOD, "type": 5}, "malformed payload"),
    "no JSON": ("{", "malformed"),
    "not a number": ({**GOOD, "content": {"a": float("nan")}}, "malformed"),
    "bottomless": ("[" * 50_000, "malformed"),
    "power levels": ({**GOOD, "type": "m.room.power_levels", "state_key": ""}, "state in payload"),
    "member": ({**GOOD, "type": "m.room.member", "state_key": ALICE}, "state in payload"),
    "state key of null": ({**GOOD, "state_key": None}, "state in payload"),
    "other room": ({**GOOD, "room_id": "!other:example.test"}, "other room"),
    "no room": ({"type": "m.room.message", "content": {}}, "other room"),
}


@pytest.mark.parametrize(("payload", "reason"), PAYLOADS.values(), ids=PAYLOADS)
async def test_a_payload_that_says_what_it_must_not_say_is_refused(bot, alice, payload, reason):
    """N3, N4, N6."""
    event = await sealed_payload(alice, bot, payload)

    assert bot.reads(event) == Refused(reason)
    assert bot.crypto.dropped[f"event: {reason}"] == 1


async def test_a_key_of_one_room_reads_nothing_in_another(bot, alice):
    event = await alice.says("hier", [bot])
    await bot.sync()

    assert isinstance(bot.reads(event, "!other:example.test"), Waiting)


async def test_only_the_owner_of_a_session_is_believed_as_sender(bot, alice, people):
    """N6: an event under another name waits for that user's devices, and is refused once they are known."""
    mallory = await people.enter(MALLORY)
    event = {**await mallory.says("gib mir Rechte", [bot]), "sender": ALICE}
    await bot.sync()
    before = bot.reads(event)
    await bot.sync()

    assert before == Waiting(None, "unknown device")
    assert bot.reads(event) == Refused("not the sender's key")


async def test_a_sender_with_an_unknown_device_is_believed_after_the_query(bot, alice, people):
    await bot.says("hallo", [alice])
    second = await people.enter(ALICE, "PHONE")
    people.server.changed.clear()  # the announcement comes late
    event = await second.says("vom Telefon", [bot])
    await bot.sync()
    before = bot.reads(event)
    await bot.sync()

    assert before == Waiting(None, "unknown device")
    assert bot.reads(event) == "vom Telefon"


async def test_a_query_that_fails_leaves_the_event_waiting(bot, alice, people):
    event = await alice.says("hallo", [bot])
    people.server.silent_servers.add("example.test")
    await bot.sync()
    waiting = bot.reads(event)
    people.server.silent_servers.clear()
    people.clock.now += 600
    await bot.sync()

    assert waiting == Waiting(None, "unknown device")
    assert bot.reads(event) == "hallo"


async def test_a_deleted_device_still_owns_what_it_said(bot, alice, people):
    second = await people.enter(ALICE, "PHONE")
    event = await second.says("letzte Worte", [bot])
    await bot.sync()
    people.server.remove(ALICE, "PHONE")
    await bot.sync()

    assert bot.reads(event) == "letzte Worte"


async def test_a_device_that_borrows_an_identity_key_owns_nothing(bot, alice, people):
    """N6: both keys of the device must be those of the session."""
    event = {**await alice.says("meins", [bot]), "sender": MALLORY}
    mallory = await people.enter(MALLORY)
    keys = mallory.crypto.own_device_keys()
    del keys["signatures"]
    keys["keys"]["curve25519:DEVICE"] = alice.crypto.own_device_keys()["keys"]["curve25519:DEVICE"]
    people.server.devices[MALLORY]["DEVICE"] = mallory.crypto._machine.olm._signed(keys)
    await bot.sync()
    bot.reads(event)
    await bot.sync()

    assert bot.reads(event) == Refused("not the sender's key")


async def test_a_key_passed_on_by_another_member_does_not_change_its_owner(bot, alice, people):
    mallory = await people.enter(MALLORY)
    event = await alice.says("meins", [bot])
    await bot.sync()
    outbound = alice.crypto._sharing._rooms[ROOM].session
    content = {
        "algorithm": "m.megolm.v1.aes-sha2", "room_id": ROOM,
        "session_id": outbound.id, "session_key": outbound.session_key,
    }  # fmt: skip
    await mallory.crypto._sharing.query([BOT])
    machine = mallory.crypto._machine
    await mallory.crypto._sharing.claim(machine.olm.active_devices(BOT))
    async with mallory.crypto.transaction():
        sealed = machine.olm.encrypt_for(machine.olm.device(BOT, "DEVICE"), "m.room_key", content)
    await mallory.client.send_to_device("m.room.encrypted", "t", {BOT: {"DEVICE": sealed}})
    await bot.sync()

    assert bot.reads(event) == "meins"


async def test_a_key_that_begins_later_does_not_replace_one_that_begins_earlier(bot, alice):
    first = await alice.says("eins", [bot])
    await alice.says("zwei", [bot])
    alice.crypto._sharing._rooms[ROOM].holders.clear()
    await alice.says("drei", [bot])
    await bot.sync()

    assert bot.reads(first) == "eins"


async def test_a_key_for_another_recipient_is_dropped(bot, alice, people):
    """The Olm payload names whom it is for; a copy to somebody else is not believed."""
    carol = await people.enter("@carol:example.test")
    await alice.says("für Carol", [carol])
    carols = people.server.inbox[carol.user, "DEVICE"]

    assert [await receive(bot, event) for event in carols] == [None]
    assert bot.crypto.dropped.total() == 1


async def test_a_changed_signing_key_of_a_device_is_ignored(bot, alice, people):
    """nio trusts the first keys of a device id; the rest must go on."""
    await bot.says("hallo", [alice])
    impostor = await people.stranger(ALICE, "OTHER")
    keys = impostor.crypto.own_device_keys()
    forged = {"algorithms": keys["algorithms"], "user_id": ALICE, "device_id": "DEVICE"}
    forged["keys"] = {f"{name.partition(':')[0]}:DEVICE": key for name, key in keys["keys"].items()}
    signature = impostor.crypto._machine.olm.sign_json(forged)
    people.server.devices[ALICE]["DEVICE"] = {**forged, "signatures": {ALICE: {"ed25519:DEVICE": signature}}}
    people.server.announce(ALICE)
    before = bot.crypto._machine.olm.device(ALICE, "DEVICE").ed25519
    await bot.sync()
    event = await bot.says("weiter", [alice])
    await alice.sync()

    assert bot.crypto._machine.olm.device(ALICE, "DEVICE").ed25519 == before
    assert alice.reads(event) == "weiter"


KEYS = {"33 bytes": "A" * 44, "31 bytes": "A" * 42, "empty": "", "number": 1, "no base64": "*" * 43}


@pytest.mark.parametrize("kind", ["ed25519", "curve25519"])
@pytest.mark.parametrize("key", KEYS.values(), ids=KEYS)
async def test_a_device_with_malformed_keys_is_left_out(bot, alice, people, kind, key):
    """vodozemac ends the whole program over an Ed25519 key of 33 bytes."""
    device = alice.crypto.own_device_keys()
    device["device_id"] = "ODD"
    device["keys"] = {f"{name}:ODD": "A" * 43 for name in ("ed25519", "curve25519")} | {f"{kind}:ODD": key}
    device["signatures"] = {ALICE: {"ed25519:ODD": "A" * 86}}
    people.server.devices[ALICE]["ODD"] = device
    event = await bot.says("weiter", [alice])
    await alice.sync()

    assert alice.reads(event) == "weiter"
    assert bot.crypto._machine.olm.device(ALICE, "ODD") is None


SYNCS: list = [None, 5, [], {"device_one_time_keys_count": {"signed_curve25519": "many"}},
         {"device_one_time_keys_count": {"signed_curve25519": -1}}, {"device_lists": {"changed": [1, {}, None]}},
         {"device_lists": 3}, {"device_unused_fallback_key_types": {"a": 1}}]  # fmt: skip


@pytest.mark.parametrize("body", SYNCS, ids=repr)
async def test_a_malformed_sync_is_survived(bot, alice, body):
    bot.crypto.note_sync(body)
    await bot.crypto.maintain()
    event = await alice.says("hallo", [bot])
    await bot.sync()

    assert bot.reads(event) == "hallo"


async def test_a_member_with_a_malformed_id_does_not_spoil_the_key_query(bot, alice):
    event = await bot.crypto.encrypt(
        EncryptedRoom(ROOM), [ALICE, "nobody", "@x"], "m.room.message", {"body": "a"}
    )
    await alice.sync()

    assert alice.reads({"sender": BOT, "content": event}) == "a"

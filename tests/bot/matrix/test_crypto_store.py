# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the encryption keeps in the database: all of a step or nothing of it."""

import asyncio

import pytest

from bot.matrix.crypto import Crypto, Waiting
from bot.matrix.errors import CryptoStoreLost, MatrixError, Unreachable
from storage import crypto as rows
from tests.key_server import ALICE, BOT, PICKLE_KEY, ROOM


class CrashError(Exception):
    """The program ends here, as far as the transaction knows."""


async def take(person, events, *, row=None, crash=False):
    """Take to-device messages in one transaction, with a row of our own; it may fail after them."""
    async with person.crypto.transaction() as db:
        sessions = [person.crypto.receive(event) for event in events]
        await rows.write(db, [row] if row else [])
        if crash:
            raise CrashError
    return sessions


def waiting(people, person):
    return people.server.inbox.pop((person.user, person.client.device), [])


async def test_everything_is_there_after_a_restart(bot, alice):
    event = await alice.says("vorher", [bot])
    await bot.sync()
    bot = await bot.restarted()
    await bot.sync()
    later = await alice.says("nachher", [bot])

    assert [bot.reads(event), bot.reads(later)] == ["vorher", "nachher"]


async def test_keys_of_a_room_that_was_left_are_gone_and_those_of_others_stay(bot, alice):
    event = await alice.says("geheim", [bot])
    await bot.sync()
    async with bot.db.transaction() as db:
        await bot.crypto.forget_room(db, "!other:example.org")
    assert bot.reads(event) == "geheim"
    async with bot.db.transaction() as db:
        await bot.crypto.forget_room(db, ROOM)
        kept = {row.kind for row in await rows.load(db)}

    assert rows.ROOM_KEY not in kept
    assert isinstance(bot.crypto.decrypt(ROOM, event), Waiting)


async def test_keys_of_a_room_that_was_left_go_later_if_it_was_rolled_back(bot, alice):
    await alice.says("geheim", [bot])
    await bot.sync()
    async with bot.db.transaction() as db:
        await bot.crypto.forget_room(db, ROOM)
        await db.rollback()
    await take(bot, [])
    async with bot.db.transaction() as db:
        kept = {row.kind for row in await rows.load(db)}

    assert rows.ROOM_KEY not in kept


async def test_olm_sessions_survive_a_restart(bot, alice):
    await bot.says("eins", [alice])
    await alice.sync()
    bot, alice = await bot.restarted(), await alice.restarted()
    bot.client.calls.clear()
    event = await bot.says("zwei", [alice])
    await alice.sync()

    assert alice.reads(event) == "zwei"
    assert "claim_keys" not in bot.client.calls


async def test_a_batch_that_was_rolled_back_is_taken_in_again(bot, alice, people):
    """N8: ratchet, account and room key change together or not at all."""
    event = await alice.says("zweimal", [bot])
    batch = waiting(people, bot)
    with pytest.raises(CrashError):
        await take(bot, batch, crash=True)
    again = await take(bot, batch)
    await bot.sync()

    assert again == [event["content"]["session_id"]]
    assert bot.reads(event) == "zweimal"


async def test_a_kill_inside_the_batch_leaves_it_to_be_taken_in_after_the_restart(bot, alice, people):
    """N8, and the Olm session that exists already."""
    await alice.says("eins", [bot], "!one:example.test")
    await bot.sync()
    event = await alice.says("zwei", [bot])
    batch = waiting(people, bot)
    with pytest.raises(CrashError):
        await take(bot, batch, crash=True)
    bot = await bot.restarted()
    await take(bot, batch)
    await bot.sync()

    assert bot.reads(event) == "zwei"


async def test_a_batch_that_comes_again_after_its_commit_is_dropped_and_nothing_breaks(bot, alice, people):
    event = await alice.says("einmal", [bot])
    batch = waiting(people, bot)
    first, second = await take(bot, batch), await take(bot, batch)
    await bot.sync()
    later = await alice.says("danach", [bot], "!other:example.test")
    await bot.sync()

    assert first == [event["content"]["session_id"]]
    assert second == [None]
    assert [bot.reads(event), bot.reads(later, "!other:example.test")] == ["einmal", "danach"]


async def test_what_the_caller_writes_is_committed_with_the_keys(bot, alice, people):
    await alice.says("hallo", [bot])
    batch = waiting(people, bot)
    row = rows.CryptoRow("test", "batch", b"done")
    with pytest.raises(CrashError):
        await take(bot, batch, row=row, crash=True)
    async with bot.db.reading() as db:
        rolled_back = await rows.load(db)
    await take(bot, batch, row=row)
    async with bot.db.reading() as db:
        committed = await rows.load(db)

    assert {each.kind for each in rolled_back} == {"account"}
    assert {each.kind for each in committed} == {"account", "olm session", "room key", "test"}


async def test_a_ratchet_is_never_used_twice_after_a_failed_share(bot, alice, people, monkeypatch):
    """What left before a crash was committed: two messages of one ratchet step never exist."""
    bot.client.after["send_to_device"].append(Unreachable("timeout"))
    with pytest.raises(Unreachable):
        await bot.says("eins", [alice])
    bot = await bot.restarted()
    await bot.says("zwei", [alice])
    bodies = [
        sealed["body"]
        for event in people.server.inbox[ALICE, "DEVICE"]
        for sealed in event["content"]["ciphertext"].values()
    ]

    assert len(bodies) == len(set(bodies)) == 2
    assert None not in await take(alice, waiting(people, alice))


async def test_a_cancelled_share_leaves_the_next_one_working(bot, alice):
    hanging = asyncio.Event()
    original = bot.client.send_to_device

    async def hang(*_args):
        hanging.set()
        await asyncio.Event().wait()

    bot.client.send_to_device = hang
    task = asyncio.create_task(bot.says("nie", [alice]))
    await hanging.wait()
    task.cancel()
    await asyncio.wait([task])
    bot.client.send_to_device = original
    event = await bot.says("doch", [alice])
    await alice.sync()

    assert task.cancelled()
    assert alice.reads(event) == "doch"


async def test_a_share_that_hangs_is_given_up(bot, alice, monkeypatch):
    monkeypatch.setattr("bot.matrix.endpoints.PATIENCE", 0.01)
    original = bot.client.claim_keys

    async def hang(*_args):
        await asyncio.Event().wait()

    bot.client.claim_keys = hang
    with pytest.raises(Unreachable):
        await bot.says("nie", [alice])
    bot.client.claim_keys = original
    event = await bot.says("doch", [alice])
    await alice.sync()

    assert alice.reads(event) == "doch"


async def test_a_transaction_inside_a_transaction_is_a_mistake_and_no_deadlock(bot):
    with pytest.raises(RuntimeError, match="inside"):
        async with bot.crypto.transaction(), bot.crypto.transaction():
            pass


async def test_reading_needs_no_transaction_and_sees_only_what_arrived(bot, alice):
    event = await alice.says("hallo", [bot])

    assert isinstance(bot.reads(event), Waiting)


# --- opening ---------------------------------------------------------------------------------------


async def reopen(person, *, user=BOT, device="DEVICE", key=PICKLE_KEY):
    return await Crypto.open(person.db, person.client, user, device, key)


@pytest.mark.parametrize("key", [b"", b"DEFAULT_KEY", bytes(32), b"x" * 31], ids=repr)
async def test_a_real_pickle_key_is_required(bot, key):
    """N13."""
    with pytest.raises(ValueError, match="pickle key"):
        await reopen(bot, key=key)


async def test_another_pickle_key_does_not_open_the_store(bot):
    with pytest.raises(CryptoStoreLost):
        await reopen(bot, key=PICKLE_KEY[::-1])


async def test_the_secrets_are_sealed_and_the_ids_are_not_in_the_keys_of_rows(bot, alice):
    await alice.says("hallo", [bot])
    await bot.sync()
    async with bot.db.reading() as db:
        stored = await rows.load(db)

    assert {row.kind for row in stored} == {"account", "device", "olm session", "room key"}
    assert not any(name in row.key for row in stored for name in ("alice", ROOM, "DEVICE"))


@pytest.mark.parametrize("other", [{"user": ALICE}, {"device": "OTHER"}], ids=repr)
async def test_the_store_of_another_device_is_refused(bot, other):
    with pytest.raises(CryptoStoreLost):
        await reopen(bot, **other)


async def test_an_empty_store_for_a_known_device_is_refused(bot, people):
    """A device whose keys change is dead for everybody else."""
    with pytest.raises(CryptoStoreLost):
        await people.stranger(BOT)


async def test_an_empty_store_waits_for_the_homeserver(people):
    client = people.server.client(BOT, "DEVICE")
    alice = await people.stranger(ALICE)
    client.before["query_keys"].append(MatrixError(502))
    async with alice.db.transaction() as db:
        stored = await rows.load(db)
        await rows.write(db, [], [(row.kind, row.key) for row in stored])
    with pytest.raises(MatrixError):
        await Crypto.open(alice.db, client, BOT, "DEVICE", PICKLE_KEY)
    async with alice.db.reading() as db:
        assert await rows.load(db) == []


async def test_a_kill_before_the_first_upload_goes_on_with_the_same_keys(people):
    bot = await people.stranger(BOT)
    again = await bot.restarted()

    assert again.crypto.fingerprint == bot.crypto.fingerprint


async def test_old_olm_sessions_of_a_device_are_forgotten(bot, alice):
    for _ in range(12):
        machine = bot.crypto._machine
        await bot.crypto._sharing.query([ALICE])
        await bot.crypto._sharing.claim([machine.olm.device(ALICE, "DEVICE")], anew=True)
    async with bot.db.reading() as db:
        stored = [row for row in await rows.load(db) if row.kind == "olm session"]

    assert len(stored) == 10

# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Our cross-signing identity: every state at the start, and that nothing of ours is ever lost."""

import copy
import json
import stat

import pytest

from bot.matrix.cross_signing import SeedsBroken, SigningKey, SigningState, ensure
from bot.matrix.errors import CryptoStoreLost, MatrixError, Unreachable
from tests.key_server import BOT


@pytest.fixture
def path(tmp_path):
    return tmp_path / "cross-signing.json"


def sign(person, path, password=None):
    return ensure(person.client, person.crypto, path, password)


def key_ids(people):
    return {kind: list(key["keys"]) for kind, key in people.server.signing[BOT].items()}


async def test_the_first_start_makes_an_identity_and_signs_the_device(people, path):
    bot = await people.stranger(BOT)  # its device keys are not published yet

    assert await sign(bot, path) is SigningState.SIGNED
    assert len(people.server.devices[BOT]["DEVICE"]["signatures"][BOT]) == 2


async def test_the_seeds_are_private_and_on_disk_before_anything_is_uploaded(bot, path):
    bot.client.before["upload_signing_keys"].append(Unreachable("timeout"))
    with pytest.raises(Unreachable):
        await sign(bot, path)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert sorted(json.loads(path.read_text())) == ["master", "self_signing", "user_signing"]
    assert not path.with_name("cross-signing.json.part").exists()


async def test_a_start_after_a_kill_goes_on_with_the_same_seeds(bot, path, people):
    bot.client.before["upload_signing_keys"].append(Unreachable("timeout"))
    with pytest.raises(Unreachable):
        await sign(bot, path)
    seeds = path.read_text()

    assert await sign(bot, path) is SigningState.SIGNED
    assert path.read_text() == seeds


async def test_a_second_start_uploads_nothing(bot, path):
    await sign(bot, path)
    bot.client.calls.clear()

    assert await sign(bot, path) is SigningState.SIGNED
    assert set(bot.client.calls) == {"query_keys"}


async def test_a_missing_signature_is_made_up_for(bot, path, people):
    await sign(bot, path)
    device = people.server.devices[BOT]["DEVICE"]
    device["signatures"] = {BOT: {"ed25519:DEVICE": device["signatures"][BOT]["ed25519:DEVICE"]}}

    assert await sign(bot, path) is SigningState.SIGNED
    assert len(device["signatures"][BOT]) == 2


async def test_an_account_that_forgot_the_identity_is_given_ours_again(bot, path, people):
    await sign(bot, path)
    before = key_ids(people)
    del people.server.signing[BOT]

    assert await sign(bot, path) is SigningState.SIGNED
    assert key_ids(people) == before


async def test_a_new_device_is_signed_without_a_password(bot, path, people):
    """The crypto store was lost: the seeds make up for it."""
    await sign(bot, path)
    new = await people.enter(BOT, "NEW")

    assert await sign(new, path) is SigningState.SIGNED
    assert len(people.server.devices[BOT]["NEW"]["signatures"][BOT]) == 2


async def test_a_device_the_homeserver_deleted_is_published_and_signed_again(bot, path, people):
    """The session was ended by an administrator; the bot has logged in again with the same device id."""
    await sign(bot, path)
    before = people.server.devices[BOT].pop("DEVICE")

    assert await sign(bot, path) is SigningState.SIGNED
    assert people.server.devices[BOT]["DEVICE"]["keys"] == before["keys"]
    assert len(people.server.devices[BOT]["DEVICE"]["signatures"][BOT]) == 2


async def test_without_seeds_an_existing_identity_is_left_alone(bot, path, people):
    await sign(bot, path)
    before = copy.deepcopy(people.server.signing)
    path.unlink()

    assert await sign(bot, path, "secret") is SigningState.SEEDS_MISSING
    assert people.server.signing == before
    assert not path.exists()


async def test_an_identity_of_somebody_else_is_left_alone(bot, path, people, tmp_path):
    await sign(bot, path)
    del people.server.signing[BOT]
    await sign(bot, tmp_path / "other.json")
    before = copy.deepcopy(people.server.signing)

    assert await sign(bot, path, "secret") is SigningState.FOREIGN_MASTER_KEY
    assert people.server.signing == before


@pytest.mark.parametrize("damage", ["", "{", "[]", "{}", '{"master": 1}', '{"master": "AAAA"}'])
async def test_damaged_seeds_are_reported_and_never_overwritten(bot, path, damage):
    path.write_text(damage)
    with pytest.raises(SeedsBroken):
        await sign(bot, path)

    assert path.read_text() == damage


async def foreign_self_signing(people, path, bot):
    """Replace the self-signing key on the homeserver, so that the identity must be uploaded anew."""
    await sign(bot, path)
    other = SigningKey(bytes(32))
    people.server.signing[BOT]["self_signing_key"]["keys"] = {other.id: other.public}


async def test_a_replaced_self_signing_key_is_put_right_with_the_password(bot, path, people):
    await foreign_self_signing(people, path, bot)

    assert await sign(bot, path, "secret") is SigningState.SIGNED


@pytest.mark.parametrize("password", [None, "wrong"])
async def test_without_the_right_password_a_person_has_to_approve(bot, path, people, password):
    await foreign_self_signing(people, path, bot)

    assert await sign(bot, path, password) is SigningState.APPROVAL_NEEDED


@pytest.mark.parametrize("flows", [[{"stages": ["m.oauth"]}], [], None, "x", [3]], ids=repr)
async def test_a_homeserver_that_wants_something_else_wants_a_person(bot, path, flows):
    body = {"session": "s", "flows": flows}
    bot.client.before["upload_signing_keys"].append(MatrixError(401, "", "", None, body))

    assert await sign(bot, path, "secret") is SigningState.APPROVAL_NEEDED


async def test_a_lost_token_is_not_taken_for_a_question(bot, path):
    bot.client.before["upload_signing_keys"].append(MatrixError(401, "M_UNKNOWN_TOKEN"))
    with pytest.raises(MatrixError):
        await sign(bot, path, "secret")


async def test_keys_that_the_homeserver_invented_are_not_signed(bot, path, people):
    stranger = await people.stranger("@x:example.test")
    keys = people.server.devices[BOT]["DEVICE"]["keys"]
    keys["ed25519:DEVICE"] = stranger.crypto.fingerprint
    with pytest.raises(CryptoStoreLost):
        await sign(bot, path)

    assert "upload_signatures" not in bot.client.calls


async def test_an_upload_that_changed_nothing_is_no_success(bot, path, people):
    """The answer is not believed; the keys are asked for again."""

    async def swallow(_body):
        return {"failures": {}}

    bot.client.upload_signatures = swallow
    with pytest.raises(Unreachable):
        await sign(bot, path)


@pytest.mark.parametrize("answer", [{}, {"device_keys": 1}, {"device_keys": {BOT: []}}], ids=repr)
async def test_a_malformed_key_query_is_no_answer(bot, path, answer):
    bot.client.query_answer = answer
    with pytest.raises(Unreachable):
        await sign(bot, path)

    assert not path.exists()


@pytest.mark.parametrize("signatures", [None, [], {}, {BOT: None}, {BOT: {"k": 1}}], ids=repr)
def test_a_malformed_signature_is_no_signature(signatures):
    assert SigningKey(bytes(32)).has_signed({"signatures": signatures}, BOT) is False


def test_a_signature_holds_for_what_was_signed_only():
    key = SigningKey(bytes(range(32)))
    signed = key.signed({"a": 1, "unsigned": {"b": 2}}, BOT)

    assert key.has_signed(signed, BOT)
    assert not key.has_signed({**signed, "a": 2}, BOT)
    assert not SigningKey(bytes(32)).has_signed(signed, BOT)

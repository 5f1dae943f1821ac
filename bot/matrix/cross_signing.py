# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Our cross-signing identity, so that strict clients talk to this device (MSC4153)."""

from __future__ import annotations

import asyncio
import json
import os
import secrets
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any, Final

from Crypto.PublicKey import ECC
from Crypto.Signature import eddsa

from bot.matrix.crypto import Crypto
from bot.matrix.endpoints import SigningEndpoints, patiently
from bot.matrix.errors import CryptoStoreLost, MatrixError, Unreachable

Json = dict[str, Any]

_USAGES: Final = ("master", "self_signing", "user_signing")
_SEED_BYTES: Final = 32


class SigningState(Enum):
    """How our device stands before strict clients; what ``ensure`` does about it.

    ================  ===========  =================================================
    on the homeserver our seeds    result
    ================  ===========  =================================================
    nothing           none         seeds made and stored, identity and signature up
    nothing           there        identity and signature up
    our master key    there        missing signature up
    a master key      none         SEEDS_MISSING, nothing changed
    another's         there        FOREIGN_MASTER_KEY, nothing changed
    ================  ===========  =================================================
    """

    SIGNED = "signed"
    #: The account has an identity, and we have no file with its private keys.
    SEEDS_MISSING = "seeds missing"
    #: Somebody replaced the identity.
    FOREIGN_MASTER_KEY = "foreign master key"
    #: The homeserver wants a person to approve the identity, or another password.
    APPROVAL_NEEDED = "approval needed"


class SeedsBroken(Exception):  # noqa: N818 -- names what happened
    """The file of the seeds is there and cannot be read; it is never overwritten."""


class SigningKey:
    """One Ed25519 key pair, made from a seed of 32 bytes."""

    def __init__(self, seed: bytes) -> None:
        self._key: Final = ECC.construct(curve="Ed25519", seed=seed)
        self.public: Final = _b64(self._key.public_key().export_key(format="raw"))
        self.id: Final = f"ed25519:{self.public}"

    def signed(self, obj: Mapping[str, Any], user_id: str) -> Json:
        """Return ``obj`` with our signature as the only one."""
        signature = _b64(eddsa.new(self._key, "rfc8032").sign(_canonical(obj)))
        bare = {key: value for key, value in obj.items() if key not in ("signatures", "unsigned")}
        return {**bare, "signatures": {user_id: {self.id: signature}}}

    def has_signed(self, obj: object, user_id: str) -> bool:
        """Tell whether ``obj``, any JSON, carries a valid signature of this key."""
        try:
            signature = obj["signatures"][user_id][self.id]  # type: ignore[index]  # guarded by the except
            verifier = eddsa.new(self._key.public_key(), "rfc8032")
            verifier.verify(_canonical(obj), _unb64(signature))  # type: ignore[arg-type]  # as above
        except (KeyError, TypeError, ValueError, AttributeError, RecursionError):
            return False
        return True


@dataclass(frozen=True, slots=True)
class Identity:
    """The three keys of a user."""

    user_id: str
    master: SigningKey
    self_signing: SigningKey
    user_signing: SigningKey

    def is_master(self, obj: object) -> bool:
        """Tell whether a published master key is ours."""
        return _names(obj, self.master)

    def vouches_for(self, self_signing: object) -> bool:
        """Tell whether a published self-signing key is ours, signed by our master key."""
        return _names(self_signing, self.self_signing) and self.master.has_signed(self_signing, self.user_id)

    def to_upload(self, crypto: Crypto) -> Json:
        """Return the three public keys, the master key signed by our device, the others by the master key."""
        master = _public(self.master, "master", self.user_id)
        device = {f"ed25519:{crypto.device_id}": crypto.sign(_canonical(master).decode())}
        subordinate = {"self_signing": self.self_signing, "user_signing": self.user_signing}
        return {
            "master_key": {**master, "signatures": {self.user_id: device}},
            **{
                f"{usage}_key": self.master.signed(_public(key, usage, self.user_id), self.user_id)
                for usage, key in subordinate.items()
            },
        }


async def ensure(
    homeserver: SigningEndpoints, crypto: Crypto, path: Path, password: str | None = None
) -> SigningState:
    """Make sure that our identity is published and has signed our device; safe to call at every start.

    Args:
        homeserver: our session on it.
        crypto: our device's keys; they are published first if they are not yet.
        path: the file of the seeds; made with mode 0600, on disk before anything is uploaded.
        password: for homeservers that ask for it; the first upload needs none (Matrix 1.11).

    Raises:
        SeedsBroken: the file is damaged; a person has to bring back a copy.
        CryptoStoreLost: the homeserver shows other keys for our device id.
        MatrixError, Unreachable: try again later.
    """
    await crypto.publish()
    answer = await _query(homeserver, crypto)
    if not _is_shown(answer, crypto):
        # A new login with the same device id after the homeserver had ended the session.
        await crypto.publish_again()
        answer = await _query(homeserver, crypto)
    _own_device(answer, crypto)
    master = _published(answer, "master_keys", crypto)
    identity = await asyncio.to_thread(load, path, crypto.user_id)
    if identity is None:
        if master is not None:
            return SigningState.SEEDS_MISSING
        identity = await asyncio.to_thread(_make, path, crypto.user_id)
    if master is not None and not identity.is_master(master):
        return SigningState.FOREIGN_MASTER_KEY
    complete = master is not None and identity.vouches_for(_published(answer, "self_signing_keys", crypto))
    if not complete and not await _upload(homeserver, identity.to_upload(crypto), crypto.user_id, password):
        return SigningState.APPROVAL_NEEDED
    if not identity.self_signing.has_signed(_own_device(answer, crypto), crypto.user_id):
        # What we sign is what we made ourselves; _own_device has compared it with the homeserver's.
        signed = identity.self_signing.signed(crypto.own_device_keys(), crypto.user_id)
        await patiently(homeserver.upload_signatures({crypto.user_id: {crypto.device_id: signed}}))
    return await _confirmed(homeserver, crypto, identity)


async def _confirmed(homeserver: SigningEndpoints, crypto: Crypto, identity: Identity) -> SigningState:
    # An upload without failures is not proof enough: look again.
    answer = await _query(homeserver, crypto)
    if not identity.is_master(_published(answer, "master_keys", crypto)):
        return SigningState.FOREIGN_MASTER_KEY
    vouched = identity.vouches_for(_published(answer, "self_signing_keys", crypto))
    if not (vouched and identity.self_signing.has_signed(_own_device(answer, crypto), crypto.user_id)):
        raise Unreachable("the homeserver does not show our signature")
    return SigningState.SIGNED


async def _query(homeserver: SigningEndpoints, crypto: Crypto) -> Json:
    return await patiently(homeserver.query_keys([crypto.user_id]))


def _published(answer: Json, kind: str, crypto: Crypto) -> object:
    keys = answer.get(kind)
    return keys.get(crypto.user_id) if isinstance(keys, dict) else None


def _is_shown(answer: Json, crypto: Crypto) -> bool:
    devices = _published(answer, "device_keys", crypto)
    return isinstance(devices, dict) and crypto.device_id in devices


def _own_device(answer: Json, crypto: Crypto) -> object:
    devices = _published(answer, "device_keys", crypto)
    shown = devices.get(crypto.device_id) if isinstance(devices, dict) else None
    if not isinstance(shown, dict):
        raise Unreachable("the homeserver does not show our device")
    ours = crypto.own_device_keys()
    if any(shown.get(part) != ours[part] for part in ("user_id", "device_id", "keys", "algorithms")):
        raise CryptoStoreLost("The homeserver shows other keys for this device; log in as a new device.")
    return shown


async def _upload(homeserver: SigningEndpoints, body: Json, user_id: str, password: str | None) -> bool:
    """Publish the identity; False when we may not."""
    try:
        await patiently(homeserver.upload_signing_keys(body))
    except MatrixError as error:
        session, flows = error.body.get("session"), error.body.get("flows")
        if error.status != 401 or not isinstance(session, str):
            raise
        if password is None or not _takes_password(flows):
            return False
        auth = {
            "type": "m.login.password",
            "identifier": {"type": "m.id.user", "user": user_id},
            "password": password,
            "session": session,
        }
        try:
            await patiently(homeserver.upload_signing_keys({**body, "auth": auth}))
        except MatrixError as refusal:
            if refusal.status in (401, 403):
                return False
            raise
    return True


def _takes_password(flows: object) -> bool:
    named = flows if isinstance(flows, list) else []
    return any(isinstance(flow, dict) and flow.get("stages") == ["m.login.password"] for flow in named)


def load(path: Path, user_id: str) -> Identity | None:
    """Read the seeds; None when there is no such file.

    Raises:
        SeedsBroken: the file is damaged.
    """
    try:
        stored = json.loads(path.read_bytes())
        seeds = [_unb64(stored[usage]) for usage in _USAGES]
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SeedsBroken from error
    if any(len(seed) != _SEED_BYTES for seed in seeds):
        raise SeedsBroken
    return Identity(user_id, *map(SigningKey, seeds))


def _make(path: Path, user_id: str) -> Identity:
    seeds = {usage: secrets.token_bytes(_SEED_BYTES) for usage in _USAGES}
    part = path.with_name(path.name + ".part")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump({usage: _b64(seed) for usage, seed in seeds.items()}, file)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return Identity(user_id, *(SigningKey(seeds[usage]) for usage in _USAGES))


def _public(key: SigningKey, usage: str, user_id: str) -> Json:
    return {"user_id": user_id, "usage": [usage], "keys": {key.id: key.public}}


def _names(obj: object, key: SigningKey) -> bool:
    keys = obj.get("keys") if isinstance(obj, dict) else None
    return keys == {key.id: key.public}


def _canonical(obj: Mapping[str, Any]) -> bytes:
    bare = {key: value for key, value in obj.items() if key not in ("signatures", "unsigned")}
    return json.dumps(bare, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def _b64(raw: bytes) -> str:
    return b64encode(raw).decode().rstrip("=")


def _unb64(text: str) -> bytes:
    return b64decode(text + "=" * (-len(text) % 4), validate=True)

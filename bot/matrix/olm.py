# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""nio's Olm machine as an engine: hardened where it trusts its input, silent where it logs names.

nio 0.26.0 is pinned; every override has a test of its own, because private names are used.
"""

from __future__ import annotations

import logging
from base64 import b64decode
from collections.abc import Mapping
from typing import Any, Final, cast

import vodozemac
from nio import EncryptionError, KeysQueryResponse, ToDeviceEvent
from nio.crypto import InboundGroupSession, Olm, OlmDevice
from nio.crypto.sessions import Session
from nio.events import OlmEvent

from bot.matrix.store import CollectingStore

#: nio names users and devices in clear in its logs; ours name neither.
logging.getLogger("nio").setLevel(logging.CRITICAL)

Json = dict[str, Any]

#: Olm sessions kept for one device; a device needs one, and a few more after losses.
SESSIONS_PER_DEVICE: Final = 10
#: Length of public Ed25519 and Curve25519 keys.
_KEY_BYTES: Final = 32
#: Identifiers longer than this are no identifiers (specification, appendix 4.2).
_LONGEST_ID: Final = 255


class Unusable(Exception):  # noqa: N818 -- names what the input is
    """Input that is dropped; the argument is the reason, a fixed word for counting."""


class HardenedOlm(Olm):  # type: ignore[misc]  # nio has no type information
    """Encryption state of one device, in memory.

    Methods that take input from outside raise ``Unusable`` or anything else that is an ``Exception``; the
    port catches all of it. Nothing here waits for the network or the database.
    """

    def __init__(self, user_id: str, device_id: str, store: CollectingStore) -> None:
        self._arrived: str | None = None
        self._olm_type: str | None = None
        super().__init__(user_id, device_id, store)

    # --- keys of our own -------------------------------------------------------------------------

    def own_device_keys(self) -> Json:
        """Return our signed device keys, as they are published."""
        keys = {f"{kind}:{self.device_id}": key for kind, key in self.account.identity_keys.items()}
        return self._signed(
            {
                "algorithms": [*self._algorithms],
                "device_id": self.device_id,
                "user_id": self.user_id,
                "keys": keys,
            }
        )

    def keys_to_upload(self, published: int | None, *, new_fallback: bool) -> Json:
        """Return the body of the next key upload, empty when there is nothing to upload.

        Args:
            published: one-time keys the homeserver still holds; None when unknown.
            new_fallback: the homeserver's fallback key was used.
        """
        body: Json = {}
        account = self.account._account
        first = not self.account.shared
        if first:
            body["device_keys"] = self.own_device_keys()
            published = published or 0
        if published is not None and published < self.account.max_one_time_keys:
            missing = self.account.max_one_time_keys - published - len(account.one_time_keys)
            if missing > 0:
                self.account.generate_one_time_keys(missing)
            body["one_time_keys"] = {
                f"signed_curve25519:{name}": self._signed({"key": key.to_base64()})
                for name, key in account.one_time_keys.items()
            }
        if first or new_fallback:
            if not account.fallback_key:
                account.generate_fallback_key()
            body["fallback_keys"] = {
                f"signed_curve25519:{name}": self._signed({"key": key.to_base64(), "fallback": True})
                for name, key in account.fallback_key.items()
            }
        return body

    def _signed(self, keys: Json) -> Json:
        return {**keys, "signatures": {self.user_id: {f"ed25519:{self.device_id}": self.sign_json(keys)}}}

    # --- devices of others -----------------------------------------------------------------------

    def learn_devices(self, user_id: str, answer: object) -> None:
        """Take over the devices that a key query named for a user; unusable ones are left out."""
        named = answer if isinstance(answer, dict) else {}
        usable: dict[str, Json] = {}
        for device_id, payload in named.items():
            if self._is_device(user_id, device_id, payload):
                # The name of a device is personal data, unsigned, and of no use to us.
                usable[device_id] = {key: value for key, value in payload.items() if key != "unsigned"}
        self._handle_key_query(KeysQueryResponse({user_id: usable}, {}))
        self._revive(user_id, usable)

    def _is_device(self, user_id: str, device_id: str, payload: object) -> bool:
        if not isinstance(payload, dict) or len(device_id) > _LONGEST_ID:
            return False
        if payload.get("user_id") != user_id or payload.get("device_id") != device_id:
            return False
        keys = payload.get("keys")
        if not isinstance(keys, dict):
            return False
        signing = keys.get(f"ed25519:{device_id}")
        return is_curve25519(keys.get(f"curve25519:{device_id}")) and self.verify_json(
            payload, signing, user_id, device_id
        )

    def _revive(self, user_id: str, usable: Mapping[str, Json]) -> None:
        # nio leaves a device deleted for ever, even if it is only missing in one answer.
        for device in self.device_store[user_id].values():
            keys = usable.get(device.id, {}).get("keys", {})
            if device.deleted and keys.get(f"ed25519:{device.id}") == device.ed25519:
                device.deleted = False
                self.store.save_device_keys({user_id: {device.id: device}})

    def verify_json(self, json: Json, user_key: object, user_id: str, device_id: str) -> bool:
        """Tell whether the object carries a valid signature; nio raises for malformed ones."""
        if not _is_key(user_key):  # vodozemac 0.10.0 panics at longer Ed25519 keys
            return False
        try:
            return bool(super().verify_json(dict(json), user_key, user_id, device_id))
        except BaseException as error:  # noqa: BLE001 -- any JSON may come from outside
            unless_panic(error)
            return False

    def device(self, user_id: str, device_id: str) -> OlmDevice | None:
        """Return a known device, deleted or not."""
        return self.device_store[user_id].get(device_id) if user_id in self.device_store.users else None

    def active_devices(self, user_id: str) -> list[OlmDevice]:
        """Return the devices of a user that exist now, without the one we are ourselves."""
        if user_id not in self.device_store.users:
            return []
        ours = (self.user_id, self.device_id)
        return [
            device
            for device in self.device_store.active_user_devices(user_id)
            if (device.user_id, device.id) != ours
        ]

    def owns(self, user_id: str, session: InboundGroupSession) -> bool:
        """Tell whether a room key came from a device of this user, be it deleted since."""
        if user_id == self.user_id and session.sender_key == self.account.identity_keys["curve25519"]:
            return True
        if user_id not in self.device_store.users:
            return False
        return any(
            device.curve25519 == session.sender_key and device.ed25519 == session.ed25519
            for device in self.device_store[user_id].values()
        )

    # --- Olm, between two devices ----------------------------------------------------------------

    def session_with(self, device: OlmDevice) -> Session | None:
        """Return the Olm session to use for a device."""
        sessions = self.session_store._entries.get(device.curve25519)
        return sessions[0] if sessions else None

    def start_session(self, device: OlmDevice, key: object) -> bool:
        """Open an Olm session with a claimed one-time key; False when the key is unusable."""
        if not isinstance(key, dict) or not is_curve25519(key.get("key")):
            return False
        if not self.verify_json(key, device.ed25519, device.user_id, device.id):
            return False
        try:
            self.create_session(key["key"], device.curve25519)
        except BaseException as error:  # noqa: BLE001 -- a key can be well-formed and still refused
            unless_panic(error)
            return False
        self._trim(device.curve25519)
        return True

    def encrypt_for(self, device: OlmDevice, event_type: str, content: Mapping[str, Any]) -> Json | None:
        """Encrypt for one device; None without a session. The ratchet must be committed before sending."""
        session = self.session_with(device)
        if session is None:
            return None
        return cast("Json", self._olm_encrypt(session, device, event_type, dict(content)))

    def receive(self, raw: object) -> str | None:
        """Take one ``m.room.encrypted`` to-device event.

        Returns:
            The session id of a room key that arrived with it, if it is of use.

        Raises:
            Unusable: it is malformed, not for us or cannot be decrypted. nio may raise others.
        """
        event = ToDeviceEvent.parse_event(raw)
        if not isinstance(event, OlmEvent):
            raise Unusable("malformed")
        self._arrived = self._olm_type = None
        try:
            self.handle_to_device_event(event)
        except EncryptionError as error:
            raise Unusable("undecryptable") from error
        except vodozemac.SessionCreationException:
            self._mark_device_for_unwedging(event.sender, event.sender_key)
            raise
        finally:
            self._trim(event.sender_key)
        return self._received()

    def _received(self) -> str | None:
        if self._olm_type is None:
            raise Unusable("undecryptable")
        return self._arrived

    def _mark_device_for_unwedging(self, sender: str, sender_key: str) -> None:
        if sender in self.device_store.users:  # nio would remember every stranger's name
            super()._mark_device_for_unwedging(sender, sender_key)

    def _trim(self, sender_key: str) -> None:
        sessions = self.session_store[sender_key]
        for session in sessions[SESSIONS_PER_DEVICE:]:
            self.store.drop_session(sender_key, session)
        del sessions[SESSIONS_PER_DEVICE:]
        if not sessions:
            self.session_store._entries.pop(sender_key, None)

    def _handle_olm_event(self, sender: str, sender_key: str, payload: Json) -> object:
        self._olm_type = payload["type"]
        # Keys forwarded by others say nothing certain about their owner; we never ask for any.
        if payload["type"] == "m.room_key":
            return super()._handle_olm_event(sender, sender_key, payload)
        return None

    # --- Megolm, in rooms ------------------------------------------------------------------------

    def create_group_session(
        self, sender_key: str, sender_fp_key: str, room_id: str, session_id: str, session_key: str
    ) -> None:
        """Keep a room key, unless we know it from an earlier index already.

        Raises:
            Unusable: the ids do not fit.
        """
        session = InboundGroupSession(session_key, sender_fp_key, sender_key, room_id)
        if session.id != session_id or len(room_id) > _LONGEST_ID:
            raise Unusable("room key with other ids")
        if self.store.room_keys.add(session):
            self.save_inbound_group_session(session)
        self._arrived = session_id

    def new_outbound_session(self, room_id: str) -> Any:
        """Begin a Megolm session for a room (nio's ``OutboundGroupSession``)."""
        self.create_outbound_group_session(room_id)
        return self.outbound_group_sessions.pop(room_id)


def is_curve25519(key: object) -> bool:
    """Tell whether ``key`` is a public Curve25519 key in base64."""
    if not _is_key(key):
        return False
    try:
        vodozemac.Curve25519PublicKey.from_base64(cast("str", key))
    except BaseException as error:  # noqa: BLE001 -- any JSON may come from outside
        unless_panic(error)
        return False
    return True


def _is_key(key: object) -> bool:
    if not isinstance(key, str):
        return False
    try:
        return len(b64decode(key + "=" * (-len(key) % 4), validate=True)) == _KEY_BYTES
    except ValueError:
        return False


def unless_panic(error: BaseException) -> None:
    """Raise ``error`` again if it ends the task; a panic in Rust code looks so, but is malformed input."""
    if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
        raise error


def is_user_id(user_id: object) -> bool:
    """Tell whether a homeserver can be asked for this user; one malformed id would spoil the question."""
    return (
        isinstance(user_id, str)
        and user_id.startswith("@")
        and ":" in user_id
        and len(user_id.encode(errors="replace")) <= _LONGEST_ID
    )

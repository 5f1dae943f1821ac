# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What nio takes for its store: everything in memory, changes collected for our own transaction."""

from __future__ import annotations

import hashlib
import json
from base64 import b64encode
from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Final

from nio.crypto import (
    DeviceStore,
    GroupSessionStore,
    InboundGroupSession,
    OlmAccount,
    OlmDevice,
    SessionStore,
)
from nio.crypto.sessions import Session

from storage.crypto import ACCOUNT, DEVICE, OLM_SESSION, ROOM_KEY, CryptoRow

Json = dict[str, Any]


class CollectingStore:
    """The part of nio's ``MatrixStore`` that its ``Olm`` calls (nio/store/database.py).

    Nothing is written when nio says "save": the object is remembered and sealed in ``collect``, so that
    its state is that of the transaction's end. Trust in devices is not kept; we have no use for it.

    Args:
        pickle_key: 32 random bytes that seal all secrets.
        rows: what the database holds.

    Raises:
        ValueError: the account cannot be opened with this key, or belongs to nobody.
    """

    def __init__(self, pickle_key: bytes, rows: Collection[CryptoRow]) -> None:
        if len(pickle_key) != 32 or not any(pickle_key):
            raise ValueError("the pickle key must be 32 random bytes")
        self._passphrase: Final = b64encode(pickle_key).decode()
        self._rows: defaultdict[str, list[Json]] = defaultdict(list)
        for row in rows:
            self._rows[row.kind].append(json.loads(row.data))
        self._account: OlmAccount | None = None
        self._sessions: dict[tuple[str, str], Session] = {}
        self._devices: dict[tuple[str, str], OlmDevice] = {}
        self._room_keys: dict[tuple[str, str, str], InboundGroupSession] = {}
        self._gone: set[tuple[str, str]] = set()
        account = next(iter(self._rows.pop(ACCOUNT, [])), None)
        #: The owner of the stored account; None when there is no account yet.
        self.owner: Final = (account["user"], account["device"]) if account else None
        #: One-time keys left for the homeserver, and its answer has not come (yet).
        self.unconfirmed_upload = bool(account and account["unconfirmed"])
        self._loaded_account: Final = account and self._thaw_account(account)
        self.room_keys: Final = RoomKeys(self._passphrase, self._rows.pop(ROOM_KEY, []))

    def _thaw_account(self, row: Json) -> OlmAccount:
        return OlmAccount.from_pickle(row["pickle"].encode(), self._passphrase, row["shared"])

    def collect(self, owner: tuple[str, str]) -> tuple[list[CryptoRow], list[tuple[str, str]]]:
        """Take what changed since the last call, sealed: rows to write, (kind, key) to delete."""
        rows = [
            *self._account_rows(owner),
            *(self._session_row(curve, session) for (curve, _), session in self._sessions.items()),
            *(_device_row(device) for device in self._devices.values()),
            *(self._room_key_row(session) for session in self._room_keys.values()),
        ]
        gone = [name for name in self._gone if name not in {(row.kind, row.key) for row in rows}]
        self._account = None
        for changes in (self._sessions, self._devices, self._room_keys, self._gone):
            changes.clear()
        return rows, gone

    def _account_rows(self, owner: tuple[str, str]) -> list[CryptoRow]:
        if self._account is None:
            return []
        data = {
            "user": owner[0],
            "device": owner[1],
            "shared": self._account.shared,
            "unconfirmed": self.unconfirmed_upload,
            "pickle": self._account.pickle(self._passphrase).decode(),
        }
        return [_row(ACCOUNT, data, "")]

    def _session_row(self, curve: str, session: Session) -> CryptoRow:
        data = {
            "curve25519": curve,
            "created": session.creation_time.isoformat(),
            "used": session.use_time.isoformat(),
            "pickle": session.pickle(self._passphrase).decode(),
        }
        return _row(OLM_SESSION, data, curve, session.id)

    def _room_key_row(self, session: InboundGroupSession) -> CryptoRow:
        data = {
            "room": session.room_id,
            "session": session.id,
            "curve25519": session.sender_key,
            "ed25519": session.ed25519,
            "pickle": session.pickle(self._passphrase).decode(),
        }
        return _row(ROOM_KEY, data, session.room_id, session.id, session.sender_key)

    def drop_session(self, curve: str, session: Session) -> None:
        """Forget an Olm session."""
        self._sessions.pop((curve, session.id), None)
        self._gone.add((OLM_SESSION, _name(curve, session.id)))

    def drop_room(self, room_id: str) -> list[tuple[str, str]]:
        """Forget the keys of a room; return the (kind, key) of their rows, stored or not."""
        for name in [name for name in self._room_keys if name[0] == room_id]:
            del self._room_keys[name]
        rows = [(ROOM_KEY, _name(*name)) for name in self.room_keys.drop(room_id)]
        # Once more with the next changes, if the caller's transaction comes to nothing.
        self._gone.update(rows)
        return rows

    # --- called by nio -----------------------------------------------------------------------

    def load_account(self) -> OlmAccount | None:
        """Return the account, or None to make nio create one."""
        return self._loaded_account

    def save_account(self, account: OlmAccount) -> None:
        """Remember that the account changed."""
        self._account = account

    def load_sessions(self) -> SessionStore:
        """Return all Olm sessions."""
        sessions = SessionStore()
        for row in self._rows.pop(OLM_SESSION, []):
            created = datetime.fromisoformat(row["created"])
            used = datetime.fromisoformat(row["used"])
            session = Session.from_pickle(row["pickle"].encode(), created, self._passphrase, used)
            sessions.add(row["curve25519"], session)
        return sessions

    def save_session(self, curve: str, session: Session) -> None:
        """Remember that an Olm session advanced."""
        self._sessions[curve, session.id] = session

    def load_device_keys(self) -> DeviceStore:
        """Return all devices ever seen, deleted ones marked as such."""
        devices = DeviceStore()
        for row in self._rows.pop(DEVICE, []):
            keys = {"ed25519": row["ed25519"], "curve25519": row["curve25519"]}
            devices.add(OlmDevice(row["user"], row["device"], keys, deleted=row["deleted"]))
        return devices

    def save_device_keys(self, changed: Mapping[str, Mapping[str, OlmDevice]]) -> None:
        """Remember that devices are new or changed."""
        for user_id, devices in changed.items():
            self._devices.update({(user_id, device_id): device for device_id, device in devices.items()})

    def load_inbound_group_sessions(self) -> GroupSessionStore:
        """Return nothing: ``room_keys`` replaces nio's look-up by sender key."""
        return GroupSessionStore()

    def save_inbound_group_session(self, session: InboundGroupSession) -> None:
        """Remember a room key."""
        self._room_keys[session.room_id, session.id, session.sender_key] = session

    def load_outgoing_key_requests(self) -> dict[str, Any]:
        """Return nothing: we never ask other devices for keys."""
        return {}


class RoomKeys:
    """Inbound Megolm sessions by room and session id, opened at first use.

    The same session id may be known under several sender keys, because every member can pass the key on;
    whose it is decides the event's sender. Events' own ``sender_key`` is not looked at (Matrix 1.3).
    """

    def __init__(self, passphrase: str, rows: Collection[Json]) -> None:
        self._passphrase: Final = passphrase
        self._keys: dict[tuple[str, str], dict[str, InboundGroupSession | Json]] = {}
        for row in rows:
            self._keys.setdefault((row["room"], row["session"]), {})[row["curve25519"]] = row

    def find(self, room_id: str, session_id: str) -> list[InboundGroupSession]:
        """Return the sessions with this id in this room, one for each sender key."""
        known = self._keys.get((room_id, session_id), {})
        opened = {sender_key: self._opened(session) for sender_key, session in known.items()}
        known.clear()
        known |= {sender_key: session for sender_key, session in opened.items() if session is not None}
        return [session for session in opened.values() if session is not None]

    def add(self, session: InboundGroupSession) -> bool:
        """Add a session; False when we know it from the same index or an earlier one already."""
        known = self._keys.setdefault((session.room_id, session.id), {})
        older = self._opened(known.get(session.sender_key))
        if older is not None and older.first_known_index <= session.first_known_index:
            return False
        known[session.sender_key] = session
        return True

    def drop(self, room_id: str) -> list[tuple[str, str, str]]:
        """Forget the sessions of a room; return their rooms, session ids and sender keys."""
        gone = [name for name in self._keys if name[0] == room_id]
        return [(*name, sender_key) for name in gone for sender_key in self._keys.pop(name)]

    def __len__(self) -> int:
        return len(self._keys)

    def _opened(self, session: InboundGroupSession | Json | None) -> InboundGroupSession | None:
        if not isinstance(session, dict):
            return session
        try:
            return InboundGroupSession.from_pickle(
                session["pickle"].encode(), session["ed25519"], session["curve25519"], session["room"],
                self._passphrase,
            )  # fmt: skip
        except ValueError:
            # Sealed with a pickle key that was lost since: as if we never had it.
            return None


def _device_row(device: OlmDevice) -> CryptoRow:
    data = {
        "user": device.user_id,
        "device": device.device_id,
        "ed25519": device.ed25519,
        "curve25519": device.curve25519,
        "deleted": device.deleted,
    }
    return _row(DEVICE, data, device.user_id, device.device_id)


def _row(kind: str, data: Json, *name: str) -> CryptoRow:
    return CryptoRow(kind, _name(*name), json.dumps(data).encode())


def _name(*parts: str) -> str:
    # A digest, because ids from outside may hold what a database refuses, and are personal data.
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()

# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Reading one encrypted room event, and believing it only if its sender owns the key."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, NewType, NoReturn

from bot.matrix.device_lists import DeviceLists
from bot.matrix.olm import HardenedOlm, Unusable, is_user_id
from method.ids import RoomId, UserId

SessionId = NewType("SessionId", str)
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Decrypted:
    """A readable event whose sender owns the key.

    ``payload`` has a ``type`` (str) and a ``content`` (object), is no state, and was meant for this room.
    The same ``(session_id, index)`` under another event id is a replay; the caller keeps them unique.
    """

    payload: Json
    session_id: SessionId
    index: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """Not readable yet: ``session_id`` is the room key to wait for; None: wait for ``maintain``."""

    session_id: SessionId | None
    reason: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Never readable, or not to be believed; ``reason`` is a fixed word for logs and counters."""

    reason: str


def decrypt(
    olm: HardenedOlm, lists: DeviceLists, room_id: RoomId, raw: object
) -> Decrypted | Waiting | Refused:
    """Decrypt an ``m.room.encrypted`` event.

    Raises:
        Unusable: it is malformed or says what it must not say. vodozemac may raise others.
    """
    sender, session_id, ciphertext = _envelope(raw)
    candidates = olm.store.room_keys.find(room_id, session_id)
    if not candidates:
        return Waiting(session_id, "no room key")
    session = next((key for key in candidates if olm.owns(sender, key)), None)
    if session is None:
        waits = [lists.suspect(sender, key.sender_key) for key in candidates]
        return Waiting(None, "unknown device") if any(waits) else Refused("not the sender's key")
    try:
        plaintext, index = session.decrypt(ciphertext)
    except ValueError:  # vodozemac's own exceptions are all ValueErrors
        return Refused("undecryptable")
    return Decrypted(_payload(plaintext, room_id), session_id, index)


def _envelope(raw: object) -> tuple[UserId, SessionId, str]:
    content = raw.get("content") if isinstance(raw, dict) else None
    if not isinstance(raw, dict) or not isinstance(content, dict):
        raise Unusable("malformed")
    if content.get("algorithm") != "m.megolm.v1.aes-sha2":
        raise Unusable("unknown algorithm")
    values = raw.get("sender"), content.get("session_id"), content.get("ciphertext")
    sender, session_id, ciphertext = values
    if not (isinstance(sender, str) and isinstance(session_id, str) and isinstance(ciphertext, str)):
        raise Unusable("malformed")
    # Session ids are base64; others could not even be waited for (PostgreSQL keeps no NUL).
    if not (all(values) and is_user_id(sender) and session_id.isascii() and session_id.isprintable()):
        raise Unusable("malformed")
    return UserId(sender), SessionId(session_id), ciphertext


def _payload(plaintext: str, room_id: RoomId) -> Json:
    payload = json.loads(plaintext, parse_constant=_no_number)
    if not isinstance(payload, dict):
        raise Unusable("malformed payload")
    if not isinstance(payload.get("type"), str) or not isinstance(payload.get("content"), dict):
        raise Unusable("malformed payload")
    if "state_key" in payload:
        raise Unusable("state in payload")
    if payload.get("room_id") != room_id:
        raise Unusable("other room")
    return payload


def _no_number(name: str) -> NoReturn:
    raise ValueError(name)

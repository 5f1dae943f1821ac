# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Giving room keys to exactly the devices of a room's members, before anything is said with them."""

from __future__ import annotations

import asyncio
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final
from uuid import uuid4

from nio.crypto import OlmDevice, OutboundGroupSession

from bot.matrix.device_lists import DeviceLists
from bot.matrix.endpoints import KeyEndpoints, patiently
from bot.matrix.errors import NotShared, Unreachable
from bot.matrix.machine import Machine
from bot.matrix.olm import is_user_id, unless_panic
from bot.matrix.rooms import EncryptedRoom
from method.ids import RoomId, UserId

#: Users in one key query, and devices in one to-device request (Synapse handles both well).
_USERS_PER_QUERY: Final = 100
_DEVICES_PER_REQUEST: Final = 20
#: A device that had no one-time key is asked for again after this, doubled each time (seconds).
_FIRST_PAUSE: Final = 15.0
_LONGEST_PAUSE: Final = 3600.0

Json = dict[str, Any]
Parcel = tuple["Holder", Json]


@dataclass(frozen=True, slots=True)
class Holder:
    """A device that was given a room key, under the identity key it had then."""

    user_id: UserId
    device_id: str
    curve25519: str


@dataclass
class RoomKey:
    """The outbound Megolm session of one room. It is not stored: after a start there is a new one."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    session: OutboundGroupSession | None = None
    holders: set[Holder] = field(default_factory=set)


class KeySharing:
    """Key queries, key claims and room keys; the only part of encryption that waits for the network.

    Every method raises MatrixError or Unreachable when the homeserver does not do its part, keeps nothing
    locked, and can simply be called again.
    """

    def __init__(
        self,
        machine: Machine,
        homeserver: KeyEndpoints,
        lists: DeviceLists,
        dropped: Counter[str],
        clock: Callable[[], float],
    ) -> None:
        self._machine: Final = machine
        self._homeserver: Final = homeserver
        self._lists: Final = lists
        self._dropped: Final = dropped
        self._clock: Final = clock
        #: Queries and claims one after the other, so that two rooms do not claim for the same device.
        self._asking: Final = asyncio.Lock()
        self._rooms: dict[RoomId, RoomKey] = {}
        #: Devices without one-time keys: how often in vain, and when to ask again.
        self._in_vain: dict[tuple[str, str], tuple[int, float]] = {}

    # --- rooms -----------------------------------------------------------------------------------

    async def encrypt(self, room: EncryptedRoom, members: Collection[UserId], payload: Json) -> Json:
        """Encrypt ``payload`` for the devices of ``members``; share the room key first where needed.

        Raises:
            NotShared: the key could not be prepared.
            ValueError: the payload cannot be written as JSON.
        """
        plaintext = json.dumps(payload, separators=(",", ":"), allow_nan=False)
        room_key = self._rooms.setdefault(room.room_id, RoomKey())
        members = [user for user in members if is_user_id(user)]
        async with room_key.lock:
            await self.query(members)
            await self.claim(self._without_session(members))
            parcels = await self._prepare(room, room_key, members)
            await self._hand_out(room_key, parcels)
            session = room_key.session
            if session is None or session.expired:
                raise NotShared("the key expired while it was handed out")
            session.mark_as_shared()
            ciphertext = session.encrypt(plaintext)
        return {
            "algorithm": "m.megolm.v1.aes-sha2",
            # Deprecated since Matrix 1.3, but clients built on nio cannot read without these two.
            "sender_key": self._machine.olm.account.identity_keys["curve25519"],
            "device_id": self._machine.device_id,
            "session_id": session.id,
            "ciphertext": ciphertext,
        }

    async def _prepare(
        self, room: EncryptedRoom, room_key: RoomKey, members: Collection[UserId]
    ) -> list[Parcel]:
        """Return the encrypted room key for each device that lacks it, its ratchet committed."""
        devices = {_holder(device): device for device in self._devices(members)}
        session = room_key.session
        if session is not None:
            session.max_messages, session.max_age = room.rotation.messages, room.rotation.age
            # Whoever holds the key must still be a device of a member: otherwise a new key.
            if session.expired or not room_key.holders <= devices.keys():
                session = None
        holders = room_key.holders if session is not None else set()
        if session is not None and not self._reachable(devices, holders):
            return []
        async with self._machine.transaction():
            if session is None:
                session = self._new_session(room)
            parcels = await self._encrypt_key(room, session, self._reachable(devices, holders))
        room_key.session, room_key.holders = session, set(holders)
        return parcels

    def _new_session(self, room: EncryptedRoom) -> OutboundGroupSession:
        session = self._machine.olm.new_outbound_session(room.room_id)
        session.max_messages, session.max_age = room.rotation.messages, room.rotation.age
        return session

    async def _encrypt_key(
        self, room: EncryptedRoom, session: OutboundGroupSession, devices: Iterable[OlmDevice]
    ) -> list[Parcel]:
        content = {
            "algorithm": "m.megolm.v1.aes-sha2",
            "room_id": room.room_id,
            "session_id": session.id,
            # The key at the present index: who comes later cannot read what was said before.
            "session_key": session.session_key,
        }
        parcels: list[Parcel] = []
        for number, device in enumerate(devices):
            try:
                sealed = self._machine.olm.encrypt_for(device, "m.room_key", content)
            except BaseException as error:  # noqa: BLE001 -- one odd device must not silence the room
                unless_panic(error)
                sealed = None
            if sealed is None:
                self._dropped["device without session"] += 1
            else:
                parcels.append((_holder(device), sealed))
            if number % _DEVICES_PER_REQUEST == 0:
                await asyncio.sleep(0)  # a large room must not hold up everything else
        return parcels

    async def _hand_out(self, room_key: RoomKey, parcels: list[Parcel]) -> None:
        waiting = iter(parcels)
        while chunk := list(islice(waiting, _DEVICES_PER_REQUEST)):
            await self._send_to_device(chunk)
            room_key.holders.update(holder for holder, _ in chunk)

    async def _send_to_device(self, parcels: Iterable[Parcel]) -> None:
        messages: defaultdict[UserId, dict[str, Json]] = defaultdict(dict)
        for holder, sealed in parcels:
            messages[holder.user_id][holder.device_id] = sealed
        await patiently(self._homeserver.send_to_device("m.room.encrypted", uuid4().hex, messages))

    def _devices(self, members: Iterable[UserId]) -> list[OlmDevice]:
        return [device for user_id in members for device in self._machine.olm.active_devices(user_id)]

    def _reachable(self, devices: dict[Holder, OlmDevice], holders: set[Holder]) -> list[OlmDevice]:
        session_with = self._machine.olm.session_with
        return [
            device for holder, device in devices.items() if holder not in holders and session_with(device)
        ]

    # --- devices of others -----------------------------------------------------------------------

    async def query(self, users: Collection[UserId] | None = None) -> frozenset[UserId]:
        """Ask for the devices of those of ``users`` (None: of all who changed) we do not know well.

        Returns:
            The users whose devices are known now.
        """
        if not self._lists.to_ask(users):
            return frozenset()
        known: set[UserId] = set()
        async with self._asking:
            waiting = iter(self._lists.to_ask(users))
            while chunk := list(islice(waiting, _USERS_PER_QUERY)):
                known |= await self._query(chunk)
        return frozenset(known)

    async def _query(self, users: list[UserId]) -> set[UserId]:
        tickets = self._lists.tickets(users)
        answer = await patiently(self._homeserver.query_keys(users))
        devices, failures = answer.get("device_keys"), answer.get("failures")
        if not isinstance(devices, dict):
            self._dropped["key query"] += 1
            raise Unreachable("the answer names no devices")
        failed = failures if isinstance(failures, dict) else {}
        silent = {user for user in users if user not in devices and user.partition(":")[2] in failed}
        async with self._machine.transaction():
            for user in users:
                if user not in silent:
                    self._learn(user, devices.get(user))
        self._lists.answered({user: ticket for user, ticket in tickets.items() if user not in silent})
        self._lists.unanswered(silent)
        return set(users) - silent

    def _learn(self, user: UserId, devices: object) -> None:
        try:
            self._machine.olm.learn_devices(user, devices)
        except BaseException as error:  # noqa: BLE001 -- any JSON may come from outside
            unless_panic(error)
            self._dropped["key query"] += 1

    def _without_session(self, members: Iterable[UserId]) -> list[OlmDevice]:
        now = self._clock()
        return [
            device
            for device in self._devices(members)
            if self._machine.olm.session_with(device) is None
            and self._in_vain.get((device.user_id, device.id), (0, now))[1] <= now
        ]

    async def claim(self, devices: Iterable[OlmDevice], *, anew: bool = False) -> None:
        """Open Olm sessions with ``devices``; with ``anew``, also where there is one already."""
        named = [(device.user_id, device.id) for device in devices]
        if not named:
            return
        async with self._asking:
            lacking = [name for name in named if anew or self._lacks_session(*name)]
            if not lacking:
                return
            wanted: defaultdict[str, dict[str, str]] = defaultdict(dict)
            for user_id, device_id in lacking:
                wanted[user_id][device_id] = "signed_curve25519"
            answer = await patiently(self._homeserver.claim_keys({"one_time_keys": wanted}))
            async with self._machine.transaction():
                for user_id, device_id in lacking:
                    self._begin(user_id, device_id, answer.get("one_time_keys"))

    def _lacks_session(self, user_id: str, device_id: str) -> bool:
        olm = self._machine.olm
        device = olm.device(user_id, device_id)
        return device is not None and olm.session_with(device) is None

    def _begin(self, user_id: str, device_id: str, keys: object) -> None:
        for part in (user_id, device_id):
            keys = keys.get(part) if isinstance(keys, dict) else None
        key = next(iter(keys.values()), None) if isinstance(keys, dict) else None
        device = self._machine.olm.device(user_id, device_id)
        if device is not None and self._machine.olm.start_session(device, key):
            self._in_vain.pop((user_id, device_id), None)
            return
        self._dropped["device without session"] += 1
        times, _ = self._in_vain.get((user_id, device_id), (0, 0.0))
        pause = min(_FIRST_PAUSE * 2.0 ** min(times, 20), _LONGEST_PAUSE)
        self._in_vain[user_id, device_id] = (times + 1, self._clock() + pause)

    async def restart(self, devices: Collection[OlmDevice]) -> None:
        """Open new Olm sessions with devices whose messages we cannot read, and tell them by ``m.dummy``."""
        await self.claim(devices, anew=True)
        async with self._machine.transaction():
            parcels: list[Parcel] = []
            for device in devices:
                known = self._machine.olm.device(device.user_id, device.id)
                sealed = known and self._machine.olm.encrypt_for(known, "m.dummy", {})
                if known and sealed:
                    parcels.append((_holder(known), sealed))
        waiting = iter(parcels)
        while chunk := list(islice(waiting, _DEVICES_PER_REQUEST)):
            await self._send_to_device(chunk)


def _holder(device: OlmDevice) -> Holder:
    return Holder(UserId(device.user_id), device.id, device.curve25519)

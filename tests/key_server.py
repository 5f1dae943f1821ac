# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The key endpoints of a homeserver in memory, and people whose encryption talks through them."""

from __future__ import annotations

import copy
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.matrix.crypto import Crypto, Decrypted, Refused, Waiting
from bot.matrix.errors import MatrixError
from bot.matrix.rooms import EncryptedRoom
from method.ids import RoomId, UserId
from storage.database import Database

Json = dict[str, Any]
ALGORITHM = "signed_curve25519"
PICKLE_KEY = bytes(range(1, 33))
ROOM = RoomId("!table:example.test")
BOT = UserId("@bot:example.test")
ALICE = UserId("@alice:example.test")
MALLORY = UserId("@mallory:example.test")


class Clock:
    """Seconds that pass when the test says so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class KeyServer:
    """What a homeserver keeps of everybody's keys; answers like Synapse where it matters."""

    devices: defaultdict[str, dict[str, Json]] = field(default_factory=lambda: defaultdict(dict))
    one_time: defaultdict[tuple[str, str], Json] = field(default_factory=lambda: defaultdict(dict))
    fallback: dict[tuple[str, str], tuple[str, Json]] = field(default_factory=dict)
    fallback_used: set[tuple[str, str]] = field(default_factory=set)
    inbox: defaultdict[tuple[str, str], list[Json]] = field(default_factory=lambda: defaultdict(list))
    changed: defaultdict[tuple[str, str], list[str]] = field(default_factory=lambda: defaultdict(list))
    signing: dict[str, Json] = field(default_factory=dict)
    silent_servers: set[str] = field(default_factory=set)

    def client(self, user: UserId, device: str) -> KeyClient:
        """Return the endpoints as one device sees them."""
        return KeyClient(self, user, device)

    def sync(self, user: UserId, device: str) -> Json:
        """Return what /sync would say about keys."""
        own = (user, device)
        return {
            "device_one_time_keys_count": {ALGORITHM: len(self.one_time[own])},
            "device_unused_fallback_key_types": [] if own in self.fallback_used else [ALGORITHM],
            "device_lists": {"changed": self.changed.pop(own, [])},
        }

    def announce(self, user: str) -> None:
        """Tell every device that the devices of ``user`` changed."""
        for owner, devices in self.devices.items():
            for device in devices:
                self.changed[owner, device].append(user)

    def remove(self, user: str, device: str) -> None:
        """Log a device out."""
        del self.devices[user][device]
        self.announce(user)


@dataclass
class KeyClient:
    """The endpoints for one device. ``before`` and ``after`` make the next calls of a method fail."""

    server: KeyServer
    user: UserId
    device: str
    before: defaultdict[str, list[Exception]] = field(default_factory=lambda: defaultdict(list))
    after: defaultdict[str, list[Exception]] = field(default_factory=lambda: defaultdict(list))
    calls: list[str] = field(default_factory=list)
    #: What claim and query answer instead, if set.
    claim_answer: Any = None
    query_answer: Any = None
    password: str = "secret"

    def _enter(self, name: str) -> None:
        self.calls.append(name)
        if self.before[name]:
            raise self.before[name].pop(0)

    def _leave(self, name: str) -> None:
        if self.after[name]:
            raise self.after[name].pop(0)

    async def upload_keys(self, body: Mapping[str, Any]) -> Json:
        self._enter("upload_keys")
        own, server = (self.user, self.device), self.server
        if "device_keys" in body:
            server.devices[self.user][self.device] = copy.deepcopy(body["device_keys"])
            server.announce(self.user)
        for name, key in body.get("one_time_keys", {}).items():
            if server.one_time[own].get(name, key) != key:
                raise MatrixError(400, "M_UNKNOWN", f"One time key {name} already exists.")
            server.one_time[own][name] = key
        for name, key in body.get("fallback_keys", {}).items():
            server.fallback[own] = (name, key)
            server.fallback_used.discard(own)
        self._leave("upload_keys")
        return {"one_time_key_counts": {ALGORITHM: len(server.one_time[own])}}

    async def query_keys(self, users: Iterable[UserId]) -> Json:
        users = list(users)
        self._enter("query_keys")
        if self.query_answer is not None:
            return copy.deepcopy(self.query_answer)
        asked = [user for user in users if user.partition(":")[2] not in self.server.silent_servers]
        answer: Json = {
            "device_keys": {user: self.server.devices.get(user, {}) for user in asked},
            "failures": {name: {} for name in self.server.silent_servers},
        }
        for user in asked:
            for kind, key in self.server.signing.get(user, {}).items():
                answer.setdefault(f"{kind}s", {})[user] = key
        return copy.deepcopy(answer)

    async def claim_keys(self, body: Mapping[str, Any]) -> Json:
        self._enter("claim_keys")
        if self.claim_answer is not None:
            return copy.deepcopy(self.claim_answer)
        claimed: defaultdict[str, Json] = defaultdict(dict)
        for user, devices in body["one_time_keys"].items():
            for device in devices:
                key = self._claim(user, device)
                if key is not None:
                    claimed[user][device] = key
        return copy.deepcopy({"one_time_keys": claimed, "failures": {}})

    def _claim(self, user: str, device: str) -> Json | None:
        keys = self.server.one_time[user, device]
        if keys:
            name = next(iter(keys))
            return {name: keys.pop(name)}
        if (user, device) in self.server.fallback:
            self.server.fallback_used.add((user, device))
            name, key = self.server.fallback[user, device]
            return {name: key}
        return None

    async def send_to_device(
        self, event_type: str, txn: str, messages: Mapping[UserId, Mapping[str, Json]]
    ) -> None:
        self._enter("send_to_device")
        assert sum(map(len, messages.values())) <= 20
        for user, devices in messages.items():
            for device, content in devices.items():
                event = {"type": event_type, "sender": self.user, "content": content}
                self.server.inbox[user, device].append(copy.deepcopy(event))
        self._leave("send_to_device")

    async def upload_signing_keys(self, body: Mapping[str, Any]) -> Json:
        self._enter("upload_signing_keys")
        keys = {kind: key for kind, key in body.items() if kind != "auth"}
        replaced = self.server.signing.get(self.user) not in (None, keys)
        if replaced and body.get("auth", {}).get("password") != self.password:
            flows = {"session": "s1", "flows": [{"stages": ["m.login.password"]}]}
            raise MatrixError(401, "M_FORBIDDEN", "", None, flows)
        self.server.signing[self.user] = copy.deepcopy(keys)
        return {}

    async def upload_signatures(self, body: Mapping[str, Any]) -> Json:
        self._enter("upload_signatures")
        for device, signed in body[self.user].items():
            stored = self.server.devices[self.user][device]["signatures"][self.user]
            stored.update(signed["signatures"][self.user])
        return {"failures": {}}


@dataclass
class Person:
    """A user with one device: its encryption port and its endpoints."""

    crypto: Crypto
    client: KeyClient
    db: Database
    clock: Clock

    @property
    def user(self) -> UserId:
        return self.client.user

    async def sync(self) -> list[str]:
        """Take in what came, keep house; return the session ids of the room keys that came."""
        self.crypto.note_sync(self.client.server.sync(self.user, self.client.device))
        arrived = self.client.server.inbox.pop((self.user, self.client.device), [])
        async with self.crypto.transaction():
            sessions = [self.crypto.receive(event) for event in arrived]
        await self.crypto.maintain()
        return [session for session in sessions if session is not None]

    async def says(self, body: str, to: Collection[Person], room: RoomId = ROOM, **content: Any) -> Json:
        """Send a message into a room of ``to`` and the speaker; return the event."""
        members = [self.user, *(person.user for person in to)]
        sealed = await self.crypto.encrypt(
            EncryptedRoom(room), members, "m.room.message", {"msgtype": "m.text", "body": body, **content}
        )
        return {"type": "m.room.encrypted", "sender": self.user, "event_id": "$e", "content": sealed}

    def reads(self, event: Json, room: RoomId = ROOM) -> str | Waiting | Refused:
        """Return the body of an event, or why there is none."""
        result = self.crypto.decrypt(room, event)
        return str(result.payload["content"].get("body")) if isinstance(result, Decrypted) else result

    async def restarted(self) -> Person:
        """Return the same person after a new start of the program, with the same database."""
        crypto = await Crypto.open(
            self.db, self.client, self.user, self.client.device, PICKLE_KEY, clock=self.clock
        )
        return Person(crypto, self.client, self.db, self.clock)

# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""A person with one device whose encryption is vodozemac's own: she knows nothing of the bot's code."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from typing import Any, Self

from vodozemac import (
    Account,
    AnyOlmMessage,
    Curve25519PublicKey,
    GroupSession,
    InboundGroupSession,
    MegolmMessage,
    Session,
    SessionKey,
)

from tests.key_server import ALGORITHM, KeyServer

Json = dict[str, Any]
OLM = "m.olm.v1.curve25519-aes-sha2"
MEGOLM = "m.megolm.v1.aes-sha2"
_KEY = bytes(range(32))


class Person:
    """Somebody with one device; ``copy.deepcopy`` gives the same person at the same moment."""

    def __init__(self, user: str, device: str, level: int = 0) -> None:
        self.user, self.device, self.level = user, device, level
        self.account = Account()
        self.sessions: dict[str, list[Session]] = {}
        self.speaking: dict[str, GroupSession] = {}
        self.room_keys: dict[tuple[str, str], InboundGroupSession] = {}
        #: Rooms whose key came to this device, with the sender's name.
        self.keys_from: list[tuple[str, str]] = []

    def __deepcopy__(self, _memo: dict[int, Any]) -> Self:
        twin = object.__new__(type(self))
        twin.user, twin.device, twin.level = self.user, self.device, self.level
        twin.account = Account.from_pickle(self.account.pickle(_KEY), _KEY)
        twin.sessions = {
            curve: [Session.from_pickle(one.pickle(_KEY), _KEY) for one in known]
            for curve, known in self.sessions.items()
        }
        twin.speaking = {
            room: GroupSession.from_pickle(one.pickle(_KEY), _KEY) for room, one in self.speaking.items()
        }
        twin.room_keys = {
            name: InboundGroupSession.from_pickle(one.pickle(_KEY), _KEY)
            for name, one in self.room_keys.items()
        }
        twin.keys_from = list(self.keys_from)
        return twin

    @property
    def curve(self) -> str:
        return self.account.curve25519_key.to_base64()

    @property
    def ed25519(self) -> str:
        return self.account.ed25519_key.to_base64()

    def publish(self, keys: KeyServer) -> None:
        """Put this device and twenty one-time keys on the homeserver."""
        self.account.generate_one_time_keys(20)
        keys.devices[self.user][self.device] = self._signed(
            {
                "algorithms": [OLM, MEGOLM],
                "device_id": self.device,
                "user_id": self.user,
                "keys": {f"curve25519:{self.device}": self.curve, f"ed25519:{self.device}": self.ed25519},
            }
        )
        for name, key in self.account.one_time_keys.items():
            signed = self._signed({"key": key.to_base64()})
            keys.one_time[self.user, self.device][f"{ALGORITHM}:{name}"] = signed
        self.account.mark_keys_as_published()
        keys.announce(self.user)

    def _signed(self, keys: Json) -> Json:
        text = json.dumps(keys, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        signature = self.account.sign(text.encode()).to_base64()
        return {**keys, "signatures": {self.user: {f"ed25519:{self.device}": signature}}}

    # --- speaking --------------------------------------------------------------------------------

    def encrypt(self, room: str, type_: str, content: Mapping[str, Any]) -> Json:
        """Return the content of an encrypted event; the first one makes the room key."""
        if room not in self.speaking:
            self.speaking[room] = GroupSession()
        session = self.speaking[room]
        payload = {"type": type_, "content": content, "room_id": room}
        sealed = {
            "algorithm": MEGOLM,
            "session_id": session.session_id,
            "ciphertext": session.encrypt(json.dumps(payload).encode()).to_base64(),
        }
        if "m.relates_to" in content:
            sealed["m.relates_to"] = content["m.relates_to"]
        return sealed

    def shares(self, room: str, keys: KeyServer, user: str) -> Iterable[tuple[str, Json]]:
        """Yield the room key from its present index for each device of ``user``: device, content."""
        session = self.speaking.setdefault(room, GroupSession())
        content = {
            "algorithm": MEGOLM,
            "room_id": room,
            "session_id": session.session_id,
            "session_key": session.session_key.to_base64(),
        }
        for device, published in keys.devices[user].items():
            curve = published["keys"][f"curve25519:{device}"]
            ed25519 = published["keys"][f"ed25519:{device}"]
            yield (
                device,
                self._sealed("m.room_key", content, user, curve, ed25519, self._claim(keys, user, device)),
            )

    def _claim(self, keys: KeyServer, user: str, device: str) -> str:
        name = next(iter(keys.one_time[user, device]))
        return str(keys.one_time[user, device].pop(name)["key"])

    def _sealed(self, type_: str, content: Json, user: str, curve: str, ed25519: str, key: str) -> Json:
        if curve not in self.sessions:
            peer, one_time = Curve25519PublicKey.from_base64(curve), Curve25519PublicKey.from_base64(key)
            self.sessions[curve] = [self.account.create_outbound_session(peer, one_time)]
        payload = {
            "type": type_,
            "content": content,
            "sender": self.user,
            "recipient": user,
            "recipient_keys": {"ed25519": ed25519},
            "keys": {"ed25519": self.ed25519},
        }
        kind, body = self.sessions[curve][0].encrypt(json.dumps(payload).encode()).to_parts()
        return {
            "algorithm": OLM,
            "sender_key": self.curve,
            "ciphertext": {curve: {"type": kind, "body": _b64(body)}},
        }

    # --- reading ---------------------------------------------------------------------------------

    def receive(self, event: Mapping[str, Any]) -> None:
        """Take one to-device event; one that cannot be read raises, for none may be."""
        content = event["content"]
        message = content["ciphertext"][self.curve]
        sealed = AnyOlmMessage.from_parts(message["type"], _unb64(message["body"]))
        payload = json.loads(self._opened(content["sender_key"], sealed))
        if payload["type"] != "m.room_key":
            return
        found = payload["content"]
        session = InboundGroupSession(SessionKey(found["session_key"]))
        self.room_keys[found["room_id"], found["session_id"]] = session
        self.keys_from.append((found["room_id"], payload["sender"]))

    def _opened(self, curve: str, message: AnyOlmMessage) -> bytes:
        known = self.sessions.setdefault(curve, [])
        beginning = message.to_pre_key()
        for session in known:
            if beginning is None or session.session_matches(beginning):
                try:
                    return session.decrypt(message)
                except ValueError:
                    continue
        assert beginning is not None, "a message of an Olm session that this device never had"
        peer = Curve25519PublicKey.from_base64(curve)
        session, opened = self.account.create_inbound_session(peer, beginning)
        known.insert(0, session)
        return opened

    def reads(self, room: str, content: Mapping[str, Any]) -> Json | None:
        """Return what stands in an encrypted event, None without its key."""
        session = self.room_keys.get((room, content["session_id"]))
        if session is None:
            return None
        try:
            opened = session.decrypt(MegolmMessage.from_base64(content["ciphertext"])).plaintext
        except ValueError:
            return None
        payload: Json = json.loads(opened)
        return payload if payload["room_id"] == room else None


def _b64(raw: bytes) -> str:
    return b64encode(raw).decode().rstrip("=")


def _unb64(text: str) -> bytes:
    return b64decode(text + "=" * (-len(text) % 4))

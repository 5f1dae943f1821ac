# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the stub homeserver keeps of the bot's keys, so that a bot with encryption starts as it always does."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any, Final

Json = dict[str, Any]
#: Kinds of cross-signing keys, as they are named in an upload.
_IDENTITY: Final = ("master_key", "self_signing_key", "user_signing_key")


class Keyring:
    """Keys of one account."""

    def __init__(self) -> None:
        self._devices: dict[str, dict[str, Json]] = {}
        self._identity: dict[str, dict[str, Json]] = {}
        self._one_time: Counter[str] = Counter()
        self._fallback: set[str] = set()

    @property
    def counts(self) -> str:
        """The part of a /sync response that counts the keys, as JSON text."""
        return (
            f'"device_one_time_keys_count":{json.dumps(self._one_time)},'
            f'"device_unused_fallback_key_types":{json.dumps(sorted(self._fallback))}'
        )

    def answer(self, what: list[str], body: Json) -> Json:
        """Answer a request below ``/keys``."""
        match what:
            case ["upload", *_]:
                return self._upload(body)
            case ["query"]:
                return self._query(body)
            case ["device_signing", "upload"]:
                for kind in _IDENTITY:
                    if kind in body:
                        self._identity.setdefault(f"{kind}s", {})[body[kind]["user_id"]] = body[kind]
            case ["signatures", "upload"]:
                self._sign(body)
                return {"failures": {}}
            case ["changes"]:
                return {"changed": [], "left": []}
        return {"one_time_keys": {}, "failures": {}}

    def _upload(self, body: Json) -> Json:
        device = body.get("device_keys")
        if device:
            self._devices.setdefault(device["user_id"], {})[device["device_id"]] = device
        for key in body.get("one_time_keys", ()):
            self._one_time[key.partition(":")[0]] += 1
        self._fallback |= {key.partition(":")[0] for key in body.get("fallback_keys", ())}
        return {"one_time_key_counts": dict(self._one_time)}

    def _query(self, body: Json) -> Json:
        asked = body.get("device_keys", {})
        answer: Json = {"device_keys": {user: self._devices.get(user, {}) for user in asked}, "failures": {}}
        for kind, keys in self._identity.items():
            answer[kind] = {user: key for user, key in keys.items() if user in asked}
        return answer

    def _sign(self, body: Json) -> None:
        for user, signed in body.items():
            for name, key in signed.items():
                known = self._devices.get(user, {}).get(name)
                for holder, signatures in key.get("signatures", {}).items():
                    if known is not None:
                        known.setdefault("signatures", {}).setdefault(holder, {}).update(signatures)

# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Publishing our own keys, so that nobody is ever without one to begin a conversation with us."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any, Final

from bot.matrix.endpoints import KeyEndpoints, patiently
from bot.matrix.errors import MatrixError, Unreachable
from bot.matrix.machine import Machine

#: Seconds between two fallback keys: strangers can use them up, and messages still on their way need the
#: old ones.
_HOUR: Final = 3600.0
_ALGORITHM: Final = "signed_curve25519"

Json = dict[str, Any]


class KeyPublishing:
    """Counts what the homeserver holds of our keys, and refills it."""

    def __init__(
        self,
        machine: Machine,
        homeserver: KeyEndpoints,
        dropped: Counter[str],
        clock: Callable[[], float],
    ) -> None:
        self._machine: Final = machine
        self._homeserver: Final = homeserver
        self._dropped: Final = dropped
        self._clock: Final = clock
        #: One-time keys on the homeserver; None: unknown until the next /sync.
        self._published: int | None = None
        self._fallback_used = False
        self._fallback_made_at: float | None = None

    def note_counts(self, body: Json) -> None:
        """Take what a /sync response says about our keys."""
        counts = body.get("device_one_time_keys_count")
        if isinstance(counts, dict):
            count = counts.get(_ALGORITHM, 0)  # not listed means none are left
            if isinstance(count, int) and not isinstance(count, bool):
                self._published = max(count, 0)
        elif self._published is None:
            self._published = 0
        unused = body.get("device_unused_fallback_key_types")
        if isinstance(unused, list):
            self._fallback_used = _ALGORITHM not in unused

    async def publish(self) -> None:
        """Upload device, one-time and fallback keys, as far as the homeserver lacks them.

        The private halves are committed before the public ones leave.

        Raises:
            MatrixError, Unreachable: try again later.
        """
        if not self.is_behind():
            return
        async with self._machine.transaction():
            olm = self._machine.olm
            body = olm.keys_to_upload(self._published, new_fallback=self._must_renew_fallback())
            olm.store.unconfirmed_upload = True
            olm.save_account()
        try:
            answer = await patiently(self._homeserver.upload_keys(body))
        except MatrixError as error:
            if "already exists" not in error.message:
                raise
            # Our memory and the homeserver's differ: these keys are burnt, the next ones are new.
            self._dropped["one-time keys already exist"] += 1
            answer = {}
        except Unreachable:
            self._published = None
            await self.settle()
            raise
        await self.settle(shared="device_keys" in body and bool(answer))
        if "fallback_keys" in body:
            if "device_keys" not in body:
                self._fallback_made_at = self._clock()
            self._fallback_used = False
        counts = answer.get("one_time_key_counts")
        count = counts.get(_ALGORITHM) if isinstance(counts, dict) else None
        self._published = count if isinstance(count, int) and count >= 0 else None

    async def publish_again(self) -> None:
        """Upload everything once more: a homeserver that ends a session deletes the device with its keys.

        Raises:
            MatrixError, Unreachable: try again later.
        """
        async with self._machine.transaction():
            self._machine.olm.account.shared = False
            self._machine.olm.save_account()
        self._published = 0
        await self.publish()

    async def settle(self, *, shared: bool = False) -> None:
        """Never offer the last upload's keys again: the homeserver may have handed them out.

        Args:
            shared: the device keys were accepted.
        """
        if not (shared or self._machine.olm.store.unconfirmed_upload or self._machine.is_new):
            return
        async with self._machine.transaction():
            olm = self._machine.olm
            olm.account.shared = olm.account.shared or shared
            olm.mark_keys_as_published()
            olm.store.unconfirmed_upload = False
            olm.save_account()

    def is_behind(self) -> bool:
        """Does the homeserver lack keys of ours?"""
        account = self._machine.olm.account
        if not account.shared or self._must_renew_fallback():
            return True
        return self._published is not None and self._published < account.max_one_time_keys

    def _must_renew_fallback(self) -> bool:
        made = self._fallback_made_at
        return self._fallback_used and (made is None or self._clock() - made >= _HOUR)

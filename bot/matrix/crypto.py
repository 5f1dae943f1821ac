# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The encryption port: nothing that comes from outside makes it raise, and nothing is sent uncommitted."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.matrix.decryption import Decrypted, Refused, SessionId, Waiting, decrypt
from bot.matrix.device_lists import DeviceLists
from bot.matrix.endpoints import KeyEndpoints, patiently
from bot.matrix.errors import CryptoStoreLost, MatrixError, Unreachable
from bot.matrix.key_publishing import KeyPublishing
from bot.matrix.key_sharing import KeySharing
from bot.matrix.machine import Machine
from bot.matrix.olm import Unusable, is_user_id, unless_panic
from bot.matrix.rooms import EncryptedRoom
from method.ids import RoomId, UserId
from storage import crypto
from storage.database import Database

logger = structlog.get_logger(__name__)

Json = dict[str, Any]

__all__ = ["Crypto", "Decrypted", "Refused", "SessionId", "Waiting"]

#: Seconds between two new Olm sessions with the same device.
_HOUR: Final = 3600.0


class Crypto:
    """Encryption of one device.

    Attributes:
        dropped: how often input was dropped, by reason; for metrics.
    """

    def __init__(
        self, machine: Machine, homeserver: KeyEndpoints, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.dropped: Final[Counter[str]] = Counter()
        self._machine: Final = machine
        self._homeserver: Final = homeserver
        self._clock: Final = clock
        self._lists: Final = DeviceLists(clock)
        self._sharing: Final = KeySharing(machine, homeserver, self._lists, self.dropped, clock)
        self._publishing: Final = KeyPublishing(machine, homeserver, self.dropped, clock)
        self._restarted_at: dict[tuple[str, str], float] = {}

    @classmethod
    async def open(
        cls,
        db: Database,
        homeserver: KeyEndpoints,
        user_id: UserId,
        device_id: str,
        pickle_key: bytes,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> Crypto:
        """Load the keys of this device from the database, or make them at the first start.

        Args:
            db: the database that holds everything else too.
            homeserver: asked only when there are no stored keys.
            user_id: who we are.
            device_id: the device that our access token belongs to.
            pickle_key: 32 random bytes that seal the secrets in the database.
            clock: seconds that only go forward.

        Raises:
            CryptoStoreLost: other keys were published for this device, or the rows are not ours.
            MatrixError, Unreachable: the homeserver could not be asked.
            ValueError: the pickle key is not 32 random bytes.
        """
        machine = await Machine.load(db, user_id, device_id, pickle_key)
        if machine.is_new:
            await _refuse_known_device(homeserver, user_id, device_id)
        crypto = cls(machine, homeserver, clock)
        await crypto._publishing.settle()
        return crypto

    @property
    def user_id(self) -> UserId:
        """Who we are."""
        return self._machine.user_id

    @property
    def device_id(self) -> str:
        """Our device."""
        return self._machine.device_id

    @property
    def fingerprint(self) -> str:
        """Our device's Ed25519 key."""
        return str(self._machine.olm.account.identity_keys["ed25519"])

    def own_device_keys(self) -> Json:
        """Return our signed device keys as we publish them."""
        return self._machine.olm.own_device_keys()

    def sign(self, message: str) -> str:
        """Sign with our device's key (unpadded base64)."""
        return str(self._machine.olm.account.sign(message))

    # --- receiving -------------------------------------------------------------------------------

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncConnection]:
        """Open the database transaction that ``receive`` belongs into.

        What the messages changed here and what the caller writes commit together or not at all; after a
        failure the keys are loaded anew. No network and no other port method but ``receive`` inside.
        """
        async with self._machine.transaction() as connection:
            yield connection

    def receive(self, raw: object) -> SessionId | None:
        """Take one to-device message; return the session id if it brought a room key.

        Raises:
            RuntimeError: called outside ``transaction``.
        """
        if not self._machine.is_changing:
            raise RuntimeError("receive() belongs inside transaction()")
        try:
            if not isinstance(raw, dict) or raw.get("type") != "m.room.encrypted":
                raise Unusable(_kind_of(raw))
            session_id = self._machine.olm.receive(raw)
        except Unusable as error:
            self.dropped[f"to-device: {error}"] += 1
            return None
        except BaseException as error:  # noqa: BLE001 -- any JSON may come from outside
            unless_panic(error)
            self.dropped["to-device: malformed"] += 1
            return None
        if session_id is None:
            return None
        if is_user_id(raw["sender"]):
            self._lists.expect(UserId(raw["sender"]))
        return SessionId(session_id)

    def decrypt(self, room_id: RoomId, raw: object) -> Decrypted | Waiting | Refused:
        """Decrypt one ``m.room.encrypted`` event of a room. Changes nothing: the same again is the same."""
        try:
            result = decrypt(self._machine.olm, self._lists, room_id, raw)
        except Unusable as error:
            result = Refused(str(error))
        except BaseException as error:  # noqa: BLE001 -- any JSON may come from outside
            unless_panic(error)
            result = Refused("malformed")
        if isinstance(result, Refused):
            self.dropped[f"event: {result.reason}"] += 1
        return result

    async def forget_room(self, db: AsyncConnection, room_id: RoomId) -> None:
        """Forget the keys of a room that we have left: nobody reads there with them any more."""
        await crypto.write(db, (), self._machine.olm.store.drop_room(room_id))

    # --- sending ---------------------------------------------------------------------------------

    async def encrypt(
        self,
        room: EncryptedRoom,
        members: Collection[UserId],
        event_type: str,
        content: Mapping[str, Any],
        *,
        marker: str | None = None,
    ) -> Json:
        """Return the content of the ``m.room.encrypted`` event to send.

        The room key has been handed to all devices of ``members`` that can be reached, and the state of
        all ratchets is committed. Relations stay in clear, as the specification demands.

        Args:
            room: the room.
            members: everybody who may read, by our own state.
            event_type: type of the encrypted event.
            content: its content.
            marker: a key of ``content`` that is repeated in clear.

        Raises:
            MatrixError, Unreachable, NotShared: nothing may be sent; the next attempt starts anew.
        """
        payload = {"type": event_type, "content": dict(content), "room_id": room.room_id}
        sealed = await self._sharing.encrypt(room, members, payload)
        for key in ("m.relates_to", marker):
            if key is not None and key in content:
                sealed[key] = content[key]
        return sealed

    # --- housekeeping ----------------------------------------------------------------------------

    def note_sync(self, body: object) -> bool:
        """Take the key counts and changed device lists of a /sync response.

        Return whether ``maintain`` has something to do.
        """
        try:
            if isinstance(body, dict):
                self._publishing.note_counts(body)
                lists = body.get("device_lists")
                self._lists.changed(_users(lists, "changed"))
                self._lists.left(_users(lists, "left"))
        except Exception:  # noqa: BLE001 -- any JSON may come from outside
            self.dropped["sync"] += 1
        wedged = bool(self._machine.olm.wedged_devices)
        return wedged or self._publishing.is_behind() or bool(self._lists.to_ask())

    async def maintain(self) -> None:
        """Publish keys, ask for changed devices, mend broken sessions; call it when ``note_sync`` says so.

        Never raises but for cancellation: what failed is logged and done by the next call.
        """
        for step in (self.publish, self._refresh, self._mend):
            try:
                await step()
            except MatrixError as error:  # its message may name users
                reason = error.errcode or str(error.status)
                logger.warning("keys_postponed", step=step.__name__, reason=reason)
            except Unreachable as error:
                logger.warning("keys_postponed", step=step.__name__, reason=error.reason)
            except Exception as error:  # noqa: BLE001 -- the port's promise; the database may be away
                logger.warning("keys_postponed", step=step.__name__, reason=type(error).__name__)

    async def publish(self) -> None:
        """Upload device, one-time and fallback keys, as far as the homeserver lacks them.

        Raises:
            MatrixError, Unreachable: try again later.
        """
        await self._publishing.publish()

    async def publish_again(self) -> None:
        """Upload all keys once more, for a homeserver that has deleted our device.

        Raises:
            MatrixError, Unreachable: try again later.
        """
        await self._publishing.publish_again()

    async def _refresh(self) -> None:
        await self._sharing.query()

    async def _mend(self) -> None:
        now, wedged = self._clock(), self._machine.olm.wedged_devices
        due = [device for device in wedged if now - self._restarted_at.get(_name(device), -_HOUR) >= _HOUR]
        wedged.clear()
        if due:
            self._restarted_at.update({_name(device): now for device in due})
            await self._sharing.restart(due)


async def _refuse_known_device(homeserver: KeyEndpoints, user_id: UserId, device_id: str) -> None:
    answer = await patiently(homeserver.query_keys([user_id]))
    devices = answer.get("device_keys")
    ours = devices.get(user_id) if isinstance(devices, dict) else None
    if isinstance(ours, dict) and device_id in ours:
        raise CryptoStoreLost("The encryption keys of this device are lost; log in as a new device.")


def _kind_of(raw: object) -> str:
    kind = raw.get("type") if isinstance(raw, dict) else None
    return "withheld" if kind == "m.room_key.withheld" else "not encrypted"


def _users(lists: object, name: str) -> list[UserId]:
    users = lists.get(name) if isinstance(lists, dict) else None
    return [UserId(user) for user in users if isinstance(user, str)] if isinstance(users, list) else []


def _name(device: Any) -> tuple[str, str]:
    return device.user_id, device.id

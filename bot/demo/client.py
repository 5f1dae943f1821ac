# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""A person's encrypted client: logged in, listening, and asked what it has seen.

This is the people's side: stock matrix-nio, independent of the bot's own crypto in bot.matrix. Together with
bot.matrix this package is the only one that may import nio.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Container, Mapping
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

import aiohttp
import nio
from nio.crypto.attachments import decrypt_attachment
from nio.store import SqliteMemoryStore

from bot.demo.synapse import Account
from bot.demo.timeline import Seen, Timeline, seen

#: Seconds in which what is waited for must happen.
PATIENCE = 20.0
#: Enough for everything that happens between two syncs; people do not page back.
FILTER = {"presence": {"types": []}, "room": {"timeline": {"limit": 500}}}


class PersonError(Exception):
    """The homeserver refused what the person wanted, or what she waited for did not happen."""


class Client:
    """One device of one human. It trusts all devices, as people do.

    Args:
        rest: seconds in which it need not look for anything new, as long as nobody waits for it.
    """

    client_class: type[nio.AsyncClient] = nio.AsyncClient

    def __init__(self, url: str, account: Account, *, name: str = "", rest: float = 0.0) -> None:
        self.url = url
        self.user_id = account.user_id
        self.name = name
        self.timeline = Timeline()
        self.invited: dict[str, str] = {}
        self._password = account.password
        self._client = self.client_class(
            url,
            account.user_id,
            config=nio.AsyncClientConfig(store=SqliteMemoryStore, store_sync_tokens=False),
        )
        self._rest = rest
        #: How many wait for something.
        self._waiting = 0
        self._wanted = asyncio.Event()
        self._changed = asyncio.Condition()
        self._unread: dict[str, nio.MegolmEvent] = {}
        self._listening: asyncio.Task[None] | None = None

    # ------------------------------------------------------------------ come and go

    async def __aenter__(self) -> Self:
        """Log in and listen."""
        await self.login()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Log out, which removes the device."""
        await self.close()

    async def login(self) -> None:
        """Log in with a new device, publish its keys and begin to listen."""
        checked(await self._client.login(self._password, device_name="Tafelrunde person"))
        if self.name:
            checked(await self._client.set_displayname(self.name))
        checked(await self._client.keys_upload())
        self._take(checked(await self._client.sync(timeout=0, sync_filter=FILTER, full_state=True)))
        await self._keep_house()
        self._listening = asyncio.create_task(self._listen())

    async def close(self) -> None:
        """Stop listening, log out, close the connection."""
        if self._listening is not None:
            # More than once: a request that times out at this moment swallows the cancellation.
            while not self._listening.done():
                self._listening.cancel()
                await asyncio.wait([self._listening], timeout=1)
        if self._client.access_token:
            with contextlib.suppress(Exception):
                await self._client.logout()
        await self._client.close()
        if self._client.store is not None:
            self._client.store.database.close()

    # ------------------------------------------------------------------ ask

    @property
    def rooms(self) -> Container[str]:
        """The rooms the person is in."""
        rooms: Container[str] = self._client.rooms
        return rooms

    def devices(self, user_id: str) -> set[str]:
        """The devices of somebody that the own client knows."""
        return {device.device_id for device in self._client.device_store.active_user_devices(user_id)}

    async def state(self, room_id: str, kind: str, key: str = "") -> dict[str, Any]:
        """The content of a state event."""
        answer = await self._client.room_get_state_event(room_id, kind, key)
        content: dict[str, Any] = checked(answer).content
        return content

    async def request(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Ask the homeserver something that nio has no method for."""
        headers = {"Authorization": f"Bearer {self._client.access_token}"}
        url = f"{self._client.homeserver}{path}"
        async with (
            aiohttp.ClientSession(headers=headers) as http,
            http.request(method, url, json=dict(body or {})) as answer,
        ):
            result: dict[str, Any] = await answer.json()
            if answer.status != 200:
                raise PersonError(f"{method} {path}: {result}")
            return result

    async def download(self, content: Mapping[str, Any]) -> bytes:
        """The file of a message, decrypted where it is encrypted."""
        sealed = content.get("file")
        answer = checked(await self._client.download(mxc=sealed["url"] if sealed else content["url"]))
        data: bytes = answer.body
        if sealed:
            data = decrypt_attachment(data, sealed["key"]["k"], sealed["hashes"]["sha256"], sealed["iv"])
        return data

    # ------------------------------------------------------------------ see

    async def sees(
        self, fits: Callable[[Seen], bool], *, since: int = 0, timeout: float = PATIENCE, what: str = ""
    ) -> Seen:
        """Wait for the first event from place ``since`` of the timeline on that ``fits``."""
        found: list[Seen] = []

        def is_there() -> bool:
            event = self.timeline.find(fits, since=since)
            found.extend([event] if event else [])
            return event is not None

        await self.until(is_there, timeout=timeout, what=what or "an event")
        return found[0]

    async def until(self, holds: Callable[[], bool], *, timeout: float = PATIENCE, what: str = "it") -> None:
        """Wait until something holds; it is looked at after every sync.

        Raises:
            PersonError: it did not happen in time.
        """
        self._waiting += 1
        self._wanted.set()
        try:
            async with self._changed:
                await asyncio.wait_for(self._changed.wait_for(holds), timeout)
        except TimeoutError:
            raise PersonError(f"{self.user_id} waited {timeout:.0f} s in vain for {what}") from None
        finally:
            self._waiting -= 1

    async def history(self, room_id: str) -> list[Seen]:
        """Read a room's whole timeline anew from the homeserver, oldest first."""
        events: list[Seen] = []
        path, start = f"/_matrix/client/v3/rooms/{quote(room_id)}/messages?dir=b&limit=500", ""
        while True:
            page = await self.request("GET", path + start)
            events += [self._read(room_id, event) for event in page["chunk"]]
            if "end" not in page:
                return events[::-1]
            start = f"&from={quote(page['end'])}"

    def _read(self, room_id: str, source: dict[str, Any]) -> Seen:
        if source["type"] != "m.room.encrypted":
            return seen(room_id, source, encrypted=False)
        event = nio.MegolmEvent.from_dict(source | {"room_id": room_id})
        try:
            clear = self._client.decrypt_event(event).source
        except nio.EncryptionError:
            clear = source
        return seen(room_id, clear, encrypted=True)

    # ------------------------------------------------------------------ listen

    async def _listen(self) -> None:
        while True:
            answer = await self._client.sync(timeout=10_000, sync_filter=FILTER)
            if isinstance(answer, nio.SyncError):
                await asyncio.sleep(0.5)
                continue
            self._take(answer)
            await self._keep_house()
            async with self._changed:
                self._changed.notify_all()
            if self._rest and not self._waiting:
                self._wanted.clear()
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._wanted.wait(), self._rest)

    def _take(self, answer: nio.SyncResponse) -> None:
        for room_id, invitation in answer.rooms.invite.items():
            self.invited[room_id] = next((event.sender for event in invitation.invite_state), "")
        for room_id, room in answer.rooms.join.items():
            self.invited.pop(room_id, None)
            for event in room.timeline.events:
                encrypted = isinstance(event, nio.MegolmEvent) or bool(getattr(event, "decrypted", False))
                if isinstance(event, nio.MegolmEvent):
                    self._unread[event.event_id] = event
                self.timeline.put(seen(room_id, event.source, encrypted=encrypted))
        self._read_again()

    def _read_again(self) -> None:
        for event_id, event in list(self._unread.items()):
            try:
                clear = self._client.decrypt_event(event)
            except nio.EncryptionError:
                continue
            del self._unread[event_id]
            self.timeline.put(seen(event.room_id, clear.source, encrypted=True))

    def _revive(self, answer: Any) -> None:
        """Know devices again that were gone and came back with the same keys; nio alone never would."""
        for user_id, devices in getattr(answer, "device_keys", {}).items():
            for device_id in devices:
                known = self._client.device_store[user_id].get(device_id)
                if known is not None and known.deleted:
                    known.deleted = False
                    self._client._invalidate_outbound_sessions(known)

    async def _keep_house(self) -> None:
        if self._client.should_upload_keys:
            await self._client.keys_upload()
        if self._client.should_query_keys:
            self._revive(await self._client.keys_query())
        if self._client.should_claim_keys:
            await self._client.keys_claim(self._client.get_users_for_key_claiming())
        await self._client.send_to_device_messages()


def checked(answer: Any) -> Any:
    """Return what the homeserver answered.

    Raises:
        PersonError: it was a refusal.
    """
    if isinstance(answer, nio.ErrorResponse):
        raise PersonError(str(answer))
    return answer

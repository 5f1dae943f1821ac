# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""A person with a real encrypted client, for the demonstration and the tests.

This is the people's side: stock matrix-nio, independent of the bot's own crypto in bot.matrix. Together with
bot.matrix this package is the only one that may import nio.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterable, Mapping
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

import aiohttp
import nio
from nio.store import SqliteMemoryStore

from bot.demo.synapse import Account
from bot.demo.timeline import Kind, Seen, Timeline, seen

#: Seconds in which what is waited for must happen.
PATIENCE = 20.0
#: Enough for everything that happens between two syncs; people do not page back.
FILTER = {"presence": {"types": []}, "room": {"timeline": {"limit": 500}}}
ENCRYPTION = {
    "type": "m.room.encryption",
    "state_key": "",
    "content": {"algorithm": "m.megolm.v1.aes-sha2"},
}
POWER = "m.room.power_levels"


class PersonError(Exception):
    """The homeserver refused what the person wanted, or what she waited for did not happen."""


class Person:
    """One human with one device, which trusts all devices, as people do."""

    client_class: type[nio.AsyncClient] = nio.AsyncClient

    def __init__(self, url: str, account: Account, *, name: str = "") -> None:
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
        _checked(await self._client.login(self._password, device_name="Tafelrunde person"))
        if self.name:
            _checked(await self._client.set_displayname(self.name))
        _checked(await self._client.keys_upload())
        self._take(_checked(await self._client.sync(timeout=0, sync_filter=FILTER, full_state=True)))
        await self._keep_house()
        self._listening = asyncio.create_task(self._listen())

    async def close(self) -> None:
        """Stop listening, log out, close the connection."""
        if self._listening is not None:
            self._listening.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._listening
        if self._client.access_token:
            with contextlib.suppress(Exception):
                await self._client.logout()
        await self._client.close()
        if self._client.store is not None:
            self._client.store.database.close()

    # ------------------------------------------------------------------ rooms

    async def create_room(
        self,
        name: str = "",
        *,
        invite: Iterable[str] = (),
        encrypted: bool = True,
        direct: bool = False,
        powers: Mapping[str, int] | None = None,
        version: str | None = None,
    ) -> str:
        """Create a private room and return its id. ``powers`` are power levels of others than the creator."""
        answer = await self._client.room_create(
            name=name or None,
            invite=list(invite),
            is_direct=direct,
            preset=nio.RoomPreset.trusted_private_chat if direct else nio.RoomPreset.private_chat,
            initial_state=[ENCRYPTION] if encrypted else [],
            power_level_override={"users": dict(powers)} if powers else None,
            room_version=version,
        )
        room_id: str = _checked(answer).room_id
        await self.until(lambda: room_id in self._client.rooms)
        return room_id

    async def direct(self, user_id: str) -> str:
        """Open an encrypted direct room with somebody and wait until she is there."""
        room_id = await self.create_room(invite=[user_id], direct=True)
        await self.meets(user_id, room_id)
        return room_id

    async def invite(self, room_id: str, user_id: str) -> None:
        """Invite somebody."""
        _checked(await self._client.room_invite(room_id, user_id))

    async def join(self, room_id: str) -> None:
        """Join a room and wait until the own client shows it."""
        _checked(await self._client.join(room_id))
        await self.until(lambda: room_id in self._client.rooms)

    async def leave(self, room_id: str) -> None:
        """Leave a room."""
        _checked(await self._client.room_leave(room_id))

    async def kick(self, room_id: str, user_id: str) -> None:
        """Remove somebody from a room."""
        _checked(await self._client.room_kick(room_id, user_id))

    async def upgrade(self, room_id: str, version: str) -> str:
        """Upgrade a room; return the new one's id."""
        path = f"/_matrix/client/v3/rooms/{quote(room_id)}/upgrade"
        answer = await self.request("POST", path, {"new_version": version})
        return str(answer["replacement_room"])

    async def promote(self, room_id: str, user_id: str, level: int) -> None:
        """Give somebody a power level."""
        content = await self.state(room_id, POWER)
        content.setdefault("users", {})[user_id] = level
        _checked(await self._client.room_put_state(room_id, POWER, content))

    async def state(self, room_id: str, kind: str, key: str = "") -> dict[str, Any]:
        """The content of a state event."""
        answer = await self._client.room_get_state_event(room_id, kind, key)
        content: dict[str, Any] = _checked(answer).content
        return content

    async def put_state(self, room_id: str, kind: str, content: Mapping[str, Any], key: str = "") -> None:
        """Set a state event."""
        _checked(await self._client.room_put_state(room_id, kind, dict(content), key))

    async def meets(self, user_id: str, room_id: str) -> None:
        """Wait until somebody is in the room and the own client knows her devices, as real clients do."""
        await self.until(lambda: self._knows(user_id, room_id), what=f"{user_id} in the room")

    def _knows(self, user_id: str, room_id: str) -> bool:
        room = self._client.rooms.get(room_id)
        joined = room is not None and user_id in room.users and not room.users[user_id].invited
        return joined and any(self._client.device_store.active_user_devices(user_id))

    # ------------------------------------------------------------------ speak

    async def say(self, room_id: str, body: str, **relation: Any) -> str:
        """Write a message and return its event id. Keywords go into the content, as ``m.relates_to``."""
        content = {"msgtype": "m.text", "body": body, "m.mentions": {}} | relation
        return await self.send(room_id, "m.room.message", content)

    async def reply(self, room_id: str, target: str, body: str) -> str:
        """Answer a message."""
        return await self.say(room_id, body, **{"m.relates_to": {"m.in_reply_to": {"event_id": target}}})

    async def thread(self, room_id: str, root: str, body: str) -> str:
        """Answer in the thread of ``root``."""
        relation = {
            "rel_type": "m.thread",
            "event_id": root,
            "is_falling_back": True,
            "m.in_reply_to": {"event_id": root},
        }
        return await self.say(room_id, body, **{"m.relates_to": relation})

    async def edit(self, room_id: str, target: str, body: str) -> str:
        """Replace the text of an own message."""
        extra = {
            "m.new_content": {"msgtype": "m.text", "body": body, "m.mentions": {}},
            "m.relates_to": {"rel_type": "m.replace", "event_id": target},
        }
        return await self.say(room_id, f"* {body}", **extra)

    async def react(self, room_id: str, target: str, key: str) -> str:
        """React to a message."""
        relation = {"rel_type": "m.annotation", "event_id": target, "key": key}
        return await self.send(room_id, "m.reaction", {"m.relates_to": relation})

    async def unreact(self, room_id: str, target: str, key: str) -> str:
        """Take an own reaction back."""
        mine = [event for event in self.timeline.reactions(target) if event.sender == self.user_id]
        own = next(event for event in mine if event.key == key)
        return await self.redact(room_id, own.event_id)

    async def redact(self, room_id: str, target: str) -> str:
        """Delete an event."""
        return str(_checked(await self._client.room_redact(room_id, target)).event_id)

    async def send(self, room_id: str, kind: str, content: Mapping[str, Any]) -> str:
        """Send an event, encrypted where the room is, and wait until the own client shows it."""
        answer = await self._client.room_send(room_id, kind, dict(content), ignore_unverified_devices=True)
        event_id = str(_checked(answer).event_id)
        await self.sees(lambda event: event.event_id == event_id, what="the own message")
        return event_id

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
        async with self._changed:
            try:
                await asyncio.wait_for(self._changed.wait_for(holds), timeout)
            except TimeoutError:
                raise PersonError(f"{self.user_id} waited {timeout:.0f} s in vain for {what}") from None

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

    async def _keep_house(self) -> None:
        if self._client.should_upload_keys:
            await self._client.keys_upload()
        if self._client.should_query_keys:
            await self._client.keys_query()
        if self._client.should_claim_keys:
            await self._client.keys_claim(self._client.get_users_for_key_claiming())
        await self._client.send_to_device_messages()


def is_text(event: Seen, sender: str, room_id: str | None = None) -> bool:
    """Is it a new message by ``sender``?"""
    return event.kind is Kind.MESSAGE and event.sender == sender and room_id in (None, event.room_id)


def _checked(answer: Any) -> Any:
    if isinstance(answer, nio.ErrorResponse):
        raise PersonError(str(answer))
    return answer

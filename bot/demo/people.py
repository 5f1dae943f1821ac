# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""A person, for demonstration and tests: opens rooms, writes, reacts, edits and deletes as people do."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

import nio

from bot.demo.client import Client, checked
from method.polls import key_of

ENCRYPTION = {
    "type": "m.room.encryption",
    "state_key": "",
    "content": {"algorithm": "m.megolm.v1.aes-sha2"},
}
POWER = "m.room.power_levels"
#: The smallest picture there is.
_PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII="
)


class Person(Client):
    """One human."""

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
        room_id: str = checked(answer).room_id
        await self.until(lambda: room_id in self._client.rooms)
        return room_id

    async def direct(self, user_id: str) -> str:
        """Open an encrypted direct room with somebody and wait until she is there."""
        room_id = await self.create_room(invite=[user_id], direct=True)
        await self.meets(user_id, room_id)
        return room_id

    async def invite(self, room_id: str, user_id: str) -> None:
        """Invite somebody."""
        checked(await self._client.room_invite(room_id, user_id))

    async def join(self, room_id: str) -> None:
        """Join a room and wait until the own client shows it."""
        checked(await self._client.join(room_id))
        await self.until(lambda: room_id in self._client.rooms)

    async def leave(self, room_id: str) -> None:
        """Leave a room."""
        checked(await self._client.room_leave(room_id))

    async def kick(self, room_id: str, user_id: str) -> None:
        """Remove somebody from a room."""
        checked(await self._client.room_kick(room_id, user_id))

    async def upgrade(self, room_id: str, version: str) -> str:
        """Upgrade a room; return the new one's id."""
        path = f"/_matrix/client/v3/rooms/{quote(room_id)}/upgrade"
        answer = await self.request("POST", path, {"new_version": version})
        return str(answer["replacement_room"])

    async def promote(self, room_id: str, user_id: str, level: int) -> None:
        """Give somebody a power level."""
        content = await self.state(room_id, POWER)
        content.setdefault("users", {})[user_id] = level
        checked(await self._client.room_put_state(room_id, POWER, content))

    async def put_state(self, room_id: str, kind: str, content: Mapping[str, Any], key: str = "") -> None:
        """Set a state event."""
        checked(await self._client.room_put_state(room_id, kind, dict(content), key))

    async def meets(self, user_id: str, room_id: str) -> None:
        """Wait until somebody is in the room and the own client knows her devices, as real clients do."""
        await self.until(lambda: self._knows(user_id, room_id), what=f"{user_id} in the room")

    def _knows(self, user_id: str, room_id: str) -> bool:
        room = self._client.rooms.get(room_id)
        joined = room is not None and user_id in room.users and not room.users[user_id].invited
        # In a plain room nobody asks for devices.
        return joined and (not room.encrypted or bool(self.devices(user_id)))

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

    async def attach(self, room_id: str, name: str) -> str:
        """Show an encrypted picture under the name of its file, without a caption."""
        answer, keys = await self._client.upload(
            io.BytesIO(_PIXEL), "image/png", name, encrypt=True, filesize=len(_PIXEL)
        )
        file = {**keys, "url": checked(answer).content_uri}
        content = {"msgtype": "m.image", "body": name, "file": file, "m.mentions": {}}
        return await self.send(room_id, "m.room.message", content)

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

    async def vote(self, room_id: str, poll: str, numbers: Iterable[int]) -> str:
        """Have exactly these numbers tapped under a poll; return the last event."""
        done, keys = "", {key_of(number) for number in numbers}
        mine = {one.key for one in self.timeline.reactions(poll) if one.sender == self.user_id}
        for key in sorted(mine - keys):
            done = await self.unreact(room_id, poll, key)
        for key in sorted(keys - mine):
            done = await self.react(room_id, poll, key)
        return done

    async def redact(self, room_id: str, target: str) -> str:
        """Delete an event."""
        return str(checked(await self._client.room_redact(room_id, target)).event_id)

    async def send(self, room_id: str, kind: str, content: Mapping[str, Any]) -> str:
        """Send an event, encrypted where the room is, and wait until the own client shows it."""
        answer = await self._client.room_send(room_id, kind, dict(content), ignore_unverified_devices=True)
        event_id = str(checked(answer).event_id)
        await self.sees(lambda event: event.event_id == event_id, what="the own message")
        return event_id

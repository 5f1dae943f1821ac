# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Opens a room for one person and us when there is something to say to them alone; once, and not against their will."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from bot.echoes import MARKER
from bot.matrix.envelope import is_id
from bot.matrix.errors import MatrixError, Unreachable
from bot.matrix.homeserver import Homeserver
from method.ids import RoomId, UserId
from storage import direct, rooms
from storage.database import Database
from storage.rooms import Member

#: Who has left so many rooms of this kind is not asked into another.
_LEFT_AT_MOST: Final = 2
_ENCRYPTION: Final = {"algorithm": "m.megolm.v1.aes-sha2"}


class Unwanted(Exception):  # noqa: N818 -- names what we are
    """The person has left every room we opened for them."""


async def open_for(
    user: UserId, marker: str, *, tried: bool, db: Database, homeserver: Homeserver, me: UserId
) -> None:
    """Make a room for ``user`` and us, and let everything that waits for it be said there.

    Creating a room has no transaction id: after a try of unknown outcome, the room is looked for by its mark.

    Args:
        user: the person.
        marker: the mark the room gets.
        tried: it may exist already.
        db: where the posts wait.
        homeserver: where the room is made.
        me: our own user id.

    Raises:
        MatrixError, Unreachable: there is no room yet, or perhaps there is.
        Unwanted: there will be none.
    """
    async with db.reading() as connection:
        room = await direct.room_with(connection, user)
        left = await direct.left_by(connection, user)
    if room is None and left >= _LEFT_AT_MOST:
        raise Unwanted
    if room is None and tried:
        room = await _made_before(db, homeserver, marker)
    if room is None:
        answer = await homeserver.request("POST", _CREATE, body=_wanted(user, marker))
        if not is_id(answer.get("room_id")):
            raise Unreachable("the answer names no room")
        room = RoomId(answer["room_id"])
    async with db.transaction() as connection:
        await rooms.see(connection, room, "join")
        await rooms.set_direct(connection, room, direct=True)
        if await rooms.member(connection, room, user) is None:
            members = [Member(me, "join", None), Member(user, "invite", None)]
            await rooms.apply_members(connection, room, members)
        await direct.open_posts(connection, user, room)


def is_ours(create: Mapping[str, Any]) -> bool:
    """Is this the content of ``m.room.create`` of a room that we have made for one person?"""
    return MARKER in create


_CREATE: Final = "/_matrix/client/v3/createRoom"


def _wanted(user: UserId, marker: str) -> dict[str, Any]:
    return {
        "invite": [user],
        "is_direct": True,
        "preset": "trusted_private_chat",
        "creation_content": {MARKER: marker},
        "initial_state": [{"type": "m.room.encryption", "state_key": "", "content": _ENCRYPTION}],
    }


async def _made_before(db: Database, homeserver: Homeserver, marker: str) -> RoomId | None:
    """Find the room that an earlier try has made."""
    async with db.reading() as connection:
        known = {room.room_id: room for room in await rooms.joined(connection)}
    for room_id in sorted(await homeserver.joined_rooms()):
        room = known.get(room_id)
        if room is not None and room.group_id is not None:
            continue
        try:
            create = await homeserver.get_state(room_id, "m.room.create")
        except MatrixError as error:
            if error.status != 403 or not error.errcode:
                raise
            continue  # left meanwhile
        if create is not None and create.get(MARKER) == marker:
            return room_id
    return None

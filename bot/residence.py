# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Where the bot lives: invitations, joining, being put out, and rooms that move.

A group is not its room: when a room is upgraded, the group goes along with everything it has.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.direct import is_ours
from bot.health import Health
from bot.matrix.envelope import is_id, short_name
from commands.context import Context
from commands.topics import router
from config.settings import Invites
from config.texts import Text, text
from method.events import Membership
from method.ids import EventId, RoomId, UserId
from storage import groups, inbox, outbox, reminders, rooms
from storage.inbox import Entry

logger = structlog.get_logger(__name__)

#: More people than this are no focus group.
MOST_MEMBERS: Final = 500
#: Invitations handled in a minute, welcome or not.
INVITES_A_MINUTE: Final = 10
_MINUTE: Final = timedelta(minutes=1)
#: A direct room holds a person and us.
_TWO: Final = 2

#: Put where a rule's name is expected: the entry stays in the journal.
LATER: Final = "later"
#: The rule by which we are out of a room.
LEFT: Final = "left"

Contexts = Callable[[AsyncConnection, Entry, UserId], Awaitable[Context]]


class Residence:
    """Decides which rooms to enter and what a change of membership means.

    Args:
        invites: who may invite the bot.
    """

    def __init__(
        self, *, me: UserId, invites: Invites, health: Health, clock: Callable[[], datetime]
    ) -> None:
        self._me = me
        self._invites = invites
        self._health = health
        self._clock = clock
        self._recent: deque[datetime] = deque(maxlen=INVITES_A_MINUTE)

    async def changed(
        self, db: AsyncConnection, entry: Entry, about: Mapping[str, Any], contexts: Contexts
    ) -> str:
        """Act on a change of our own membership, as the pump marked it."""
        what = about.get("~")
        if what == "invited":
            result = await self._invited(db, entry, about)
        elif what == "joined":
            result = await self._joined(db, entry, about, contexts)
        else:
            result = await self._left(db, entry)
        logger.info("residence", result=result, room_id=entry.room_id)
        return result

    async def noted(
        self, db: AsyncConnection, entry: Entry, event: Mapping[str, Any], contexts: Contexts
    ) -> str:
        """Act on state of a room: a new name, a replacement, a member who came or went."""
        room = await rooms.find(db, entry.room_id)
        content = event.get("content")
        if room is None or room.membership != "join" or not isinstance(content, dict):
            return "state"
        if event.get("type") == "m.room.tombstone":
            return await self._replaced(db, entry, event, content, contexts)
        if event.get("type") == "m.room.name" and room.group_id:
            await groups.set_name(db, room.group_id, await _name(db, entry.room_id))
        if event.get("type") == "m.room.member" and is_id(event.get("state_key")):
            await self._member(db, entry, event, content, contexts)
        return "state"

    # --- invitations -----------------------------------------------------------------------------

    async def _invited(self, db: AsyncConnection, entry: Entry, about: Mapping[str, Any]) -> str:
        now = self._clock()
        if len(self._recent) == INVITES_A_MINUTE and now - self._recent[0] < _MINUTE:
            await inbox.postpone(db, entry.event_id, self._recent[0] + _MINUTE)
            return LATER
        self._recent.append(now)
        room = await rooms.find(db, entry.room_id)
        if room is None or room.membership != "invite":
            return "invite_gone"
        invitation = _Invitation.read(about, self._me)
        moved = await rooms.replaced_by(db, entry.room_id)
        allowed = moved is not None or self._invites.allows(invitation.inviter)
        if not allowed or invitation.is_space:
            self._health.count("invites", result="refused")
            await outbox.add(db, f"{entry.event_id}:decline", entry.room_id, "decline", {}, now=now)
            return "invite_refused"
        self._health.count("invites", result="accepted")
        await rooms.set_direct(db, entry.room_id, direct=invitation.is_direct and room.group_id is None)
        via = [invitation.inviter.partition(":")[2]] if ":" in invitation.inviter else []
        await outbox.add(db, f"{entry.event_id}:join", entry.room_id, "join", {"via": via}, now=now)
        return "invite_accepted"

    # --- entering --------------------------------------------------------------------------------

    async def _joined(
        self, db: AsyncConnection, entry: Entry, about: Mapping[str, Any], contexts: Contexts
    ) -> str:
        count = about.get("members")
        room = await rooms.get(db, entry.room_id)
        if room.membership != "join":
            return "join_gone"
        if isinstance(count, int) and count > MOST_MEMBERS:
            words = text(
                "This room has {n} members. I can work with up to {most}.", n=count, most=MOST_MEMBERS
            )
            await self._go(db, entry, contexts, words)
            return "too_many_members"
        if room.group_id is not None:
            await groups.set_state(db, room.group_id, "active")
            ctx = await contexts(db, entry, self._me)
            await ctx.post(text("I am back. Nothing is lost: !board"))
            await self._arrive(ctx, entry)
            return "joined_again"
        old = await self._replaced_room(db, entry.room_id)
        if await self._move(db, entry, contexts):
            return "moved"
        if old is not None:
            # The tombstone named a room that does not name the old one.
            await rooms.set_upgraded(db, old.room_id, None)
            await outbox.add(db, f"{entry.event_id}:leave", entry.room_id, "leave", {}, now=self._clock())
            return "not_a_successor"
        if await self._opened_by_us(db, entry.room_id):
            await rooms.set_direct(db, entry.room_id, direct=True)
            return "opened"
        known = await rooms.joined_count(db, entry.room_id)
        if room.direct and max(known, count if isinstance(count, int) else 0) <= _TWO:
            return "joined_direct"
        # "is_direct" is what the inviting client says: with more people it is a group.
        await rooms.set_direct(db, entry.room_id, direct=False)
        await self._found(db, entry, contexts)
        return "joined"

    async def _opened_by_us(self, db: AsyncConnection, room_id: RoomId) -> bool:
        create = await rooms.state(db, room_id, "m.room.create")
        return create is not None and create.sender == self._me and is_ours(create.content)

    async def _found(self, db: AsyncConnection, entry: Entry, contexts: Contexts) -> None:
        group = await groups.add(db, await _name(db, entry.room_id), now=self._clock())
        await rooms.set_group(db, entry.room_id, group.id)
        await self._arrive(await contexts(db, entry, self._me), entry)

    async def _arrive(self, ctx: Context, entry: Entry) -> None:
        """Let everybody know that we are in the group's room."""
        await reminders.move_on(ctx.db)
        arrived = Membership(
            EventId(entry.event_id), entry.room_id, self._me, entry.received_at,
            user_id=self._me, membership="join", previous="invite",
        )  # fmt: skip
        await router.tell(ctx, arrived)

    async def _go(self, db: AsyncConnection, entry: Entry, contexts: Contexts, words: Text) -> None:
        ctx = await contexts(db, entry, self._me)
        await ctx.post(words, room=entry.room_id)
        await outbox.add(db, f"{entry.event_id}:leave", entry.room_id, "leave", {}, now=self._clock())

    # --- leaving ---------------------------------------------------------------------------------

    async def _left(self, db: AsyncConnection, entry: Entry) -> str:
        room = await rooms.get(db, entry.room_id)
        if room.membership == "join":
            return "left_and_back"
        await outbox.abandon_room(db, entry.room_id, "left")
        if room.group_id is not None and room.upgraded_to is None:
            await groups.set_state(db, room.group_id, "paused")
            await reminders.move_on(db, room.group_id)
        return LEFT

    async def _member(
        self,
        db: AsyncConnection,
        entry: Entry,
        event: Mapping[str, Any],
        content: Mapping[str, Any],
        contexts: Contexts,
    ) -> None:
        user = UserId(event["state_key"])
        if user == self._me:
            return
        ctx = await contexts(db, entry, user)
        unsigned = event.get("unsigned")
        before = unsigned.get("prev_content") if isinstance(unsigned, dict) else None
        change = Membership(
            EventId(entry.event_id), entry.room_id, UserId(str(event.get("sender"))), entry.received_at,
            user_id=user,
            membership=str(content.get("membership")),
            previous=str(before.get("membership", "leave")) if isinstance(before, dict) else "leave",
        )  # fmt: skip
        room = await rooms.get(db, entry.room_id)
        if change.membership == "join" and room.direct and await rooms.joined_count(db, room.room_id) > _TWO:
            # What was said to the bot alone is now said to several people: it is a group.
            await rooms.set_direct(db, room.room_id, direct=False)
            await self._found(db, entry, contexts)
            return
        if change.membership == "join":
            await reminders.move_on(db)
        await router.tell(ctx, change)
        if change.membership in ("leave", "ban") and await self._is_alone(db, room):
            await outbox.add(db, f"{entry.event_id}:alone", room.room_id, "leave", {}, now=self._clock())

    async def _is_alone(self, db: AsyncConnection, room: rooms.Room) -> bool:
        others = [m for m in await rooms.members(db, room.room_id) if m.user_id != self._me]
        return room.members_complete and not others

    # --- moving ----------------------------------------------------------------------------------

    async def _replaced(
        self,
        db: AsyncConnection,
        entry: Entry,
        event: Mapping[str, Any],
        content: Mapping[str, Any],
        contexts: Contexts,
    ) -> str:
        new, sender = content.get("replacement_room"), event.get("sender")
        powers = await rooms.powers(db, entry.room_id)
        if not is_id(new) or not is_id(sender):
            return "malformed"
        if not powers.may_send_state(UserId(sender), "m.room.tombstone"):
            return "tombstone_without_right"
        await rooms.set_upgraded(db, entry.room_id, RoomId(new))
        via = [sender.partition(":")[2]]
        there = await rooms.find(db, RoomId(new))
        # Where our entering is not handled yet, there is no group yet either: then entering moves the group.
        inside = there is not None and there.membership == "join" and (there.group_id or there.direct)
        if there is not None and inside and there.room_id != entry.room_id:
            # Invited there, we were quicker than the tombstone.
            if not await self._move(db, replace(entry, room_id=there.room_id), contexts):
                await rooms.set_upgraded(db, entry.room_id, None)
            return "tombstone"
        await outbox.add(db, f"{entry.event_id}:follow", RoomId(new), "join", {"via": via}, now=self._clock())
        return "tombstone"

    async def _replaced_room(self, db: AsyncConnection, room_id: RoomId) -> rooms.Room | None:
        """Return the room that this one replaces.

        After a long absence the tombstone is in the old room's state, and handled only after our entering.
        """
        known = await rooms.replaced_by(db, room_id)
        create = await rooms.state(db, room_id, "m.room.create")
        before = create.content.get("predecessor") if create else None
        old = before.get("room_id") if isinstance(before, dict) else None
        if known is not None or not is_id(old):
            return known
        tombstone = await rooms.state(db, RoomId(old), "m.room.tombstone")
        if tombstone is None or tombstone.content.get("replacement_room") != room_id:
            return None
        if not (await rooms.powers(db, RoomId(old))).may_send_state(tombstone.sender, "m.room.tombstone"):
            return None
        await rooms.set_upgraded(db, RoomId(old), room_id)
        return await rooms.find(db, RoomId(old))

    async def _move(self, db: AsyncConnection, entry: Entry, contexts: Contexts) -> bool:
        """Let a group go on here, if both rooms name each other."""
        create = await rooms.state(db, entry.room_id, "m.room.create")
        before = create.content.get("predecessor") if create else None
        old = await rooms.replaced_by(db, entry.room_id)
        if old is None or not isinstance(before, dict) or before.get("room_id") != old.room_id:
            return False
        if old.direct:
            await rooms.set_direct(db, entry.room_id, direct=True)
        if old.group_id is None:
            return old.direct
        here = await rooms.get(db, entry.room_id)
        if here.group_id == old.group_id:
            return True
        if here.group_id is not None:
            await groups.set_state(db, here.group_id, "paused")
        await rooms.set_group(db, entry.room_id, old.group_id)
        await groups.set_state(db, old.group_id, "active")
        await outbox.move(db, old.room_id, entry.room_id)
        ctx = await contexts(db, entry, self._me)
        await ctx.post(text("I have moved here with the group. Nothing is lost: !board"))
        await self._arrive(ctx, entry)
        return True


class _Invitation:
    """What the stripped state of an invitation says, as far as it can be believed."""

    def __init__(self, inviter: UserId, *, is_direct: bool, is_space: bool) -> None:
        self.inviter = inviter
        self.is_direct = is_direct
        self.is_space = is_space

    @classmethod
    def read(cls, about: Mapping[str, Any], me: UserId) -> _Invitation:
        stripped = about.get("stripped")
        events = [e for e in stripped if isinstance(e, dict)] if isinstance(stripped, list) else []
        inviter, direct, space = "", False, False
        for event in events:
            content = event.get("content")
            if not isinstance(content, dict):
                continue
            if event.get("type") == "m.room.member" and event.get("state_key") == me:
                inviter = str(event.get("sender") or "")
                direct = content.get("is_direct") is True
            elif event.get("type") == "m.room.create":
                space = content.get("type") == "m.space"
        return cls(UserId(inviter), is_direct=direct, is_space=space)


async def _name(db: AsyncConnection, room_id: RoomId) -> str:
    state = await rooms.state(db, room_id, "m.room.name")
    name = state.content.get("name") if state else None
    return short_name(name) if isinstance(name, str) else ""

# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Takes one journalled event through decryption, checks and the commands; a rule's name says how it ended."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.endings import EVENT, Endings
from bot.floods import Floods
from bot.keys import DEVICES
from bot.matrix.content import Ignored, parse
from bot.matrix.crypto import Crypto, Refused, Waiting
from bot.residence import LATER, LEFT, Residence
from commands import dispatch
from commands.contents import Operator
from commands.context import Context
from config.texts import text
from method.errors import UserError
from method.events import Edit, Event, Message, Reaction, Redaction
from method.floods import KEPT, Weight
from method.ids import EventId, RoomId, UserId
from storage import inbox, rooms, scene
from storage.database import savepoint
from storage.inbox import Entry

#: Rules by which an event is handled once more when its time has come.
TIMED: Final = frozenset({LATER, "held", "held_told"})


class Handler:
    """Decides what an event means; the caller owns the transaction and what happens when this fails.

    Args:
        floods: who has written too much lately.
    """

    def __init__(
        self,
        crypto: Crypto,
        residence: Residence,
        *,
        me: UserId,
        operator: Operator,
        clock: Callable[[], datetime],
        floods: Floods,
    ) -> None:
        self._crypto = crypto
        self._residence = residence
        self._me = me
        self._operator = operator
        self._clock = clock
        self._floods = floods
        #: Rooms and senders of events that wait for their sender's devices for the first time.
        self._unheard: set[tuple[RoomId, str]] = set()

    async def handle(self, ends: Endings, entry: Entry) -> str:
        """Handle one event in the transaction of ``ends``; return the name of the rule that applied."""
        raw = load(entry.raw)
        if raw is None:
            return ends.end(entry, "bad", "malformed")
        if entry.event_id.startswith("~"):
            rule = await self._residence.changed(ends.db, entry, raw, self.context)
            if rule == LEFT:
                await self._crypto.forget_room(ends.db, entry.room_id)
            return rule if rule == LATER else ends.end(entry, "done", rule)
        if "state_key" in raw:
            rule = await self._residence.noted(ends.db, entry, raw, self.context)
            return ends.end(entry, "done", rule)
        if raw.get("type") == "m.room.encrypted":
            return await self._encrypted(ends, entry, raw)
        return await self._clear(ends, entry, raw)

    async def _encrypted(self, ends: Endings, entry: Entry, raw: Mapping[str, Any]) -> str:
        result = self._crypto.decrypt(entry.room_id, dict(raw))
        if isinstance(result, Waiting):
            waits_for = f"key:{result.session_id}" if result.session_id else f"{DEVICES}{raw.get('sender')}"
            if not result.session_id:
                ends.lacks_devices = True
                # Once is enough: it may wait for another device than the one from which the sender goes on.
                if entry.rule is None:
                    self._unheard.add((entry.room_id, str(raw.get("sender"))))
            await ends.park(entry, "no_key", waits_for)
            return "no_key"
        if isinstance(result, Refused):
            return ends.end(entry, "bad", "refused_by_crypto")
        if await self._comes_after_unheard(ends, entry, str(raw.get("sender"))):
            return LATER
        if not await inbox.first_use(ends.db, result.session_id, result.index, entry.event_id):
            return ends.end(entry, "bad", "replayed")
        if result.payload["type"] == "m.room.redaction":
            # Deletions are never encrypted: the homeserver checks the right to them, not the payload.
            return ends.end(entry, "bad", "refused_by_crypto")
        # What the homeserver says of the event, not what its sender says.
        outside = {name: raw.get(name) for name in ("event_id", "sender", "unsigned", "origin_server_ts")}
        return await self._clear(ends, entry, {**result.payload, **outside})

    async def _comes_after_unheard(self, ends: Endings, entry: Entry, sender: str) -> bool:
        """Take up what the sender has written here before, and waits for devices that must be known by now.

        They are known a moment before whoever asked for them takes it up: what comes between would overtake it.
        """
        if (entry.room_id, sender) not in self._unheard:
            return False
        self._unheard.discard((entry.room_id, sender))
        return await ends.take_up(f"{DEVICES}{sender}")

    async def _clear(self, ends: Endings, entry: Entry, raw: Mapping[str, Any]) -> str:
        event = parse(raw, room_id=entry.room_id, me=self._me, received_at=entry.received_at)
        if isinstance(event, Ignored):
            return await self._end(ends, entry, event.rule, "ignored")
        about = _refers_to(event)
        if about is not None or isinstance(event, Redaction):
            # What it refers to may have been handled just now.
            await ends.flush()
        if about is not None and await self._is_waiting(ends.db, about):
            await ends.park(entry, "no_target", f"{EVENT}{about}")
            return "no_target"
        if isinstance(event, Redaction):
            await self._forget_unread(ends, event)
        if self._is_left_out(entry, event):
            return await self._end(ends, entry, "flood", "ignored")
        ctx = await self.context(ends.db, entry, event.sender)
        # What was deleted is deleted, even where we were put out in the same moment.
        if ctx.room.membership != "join" and not isinstance(event, Redaction):
            return await self._end(ends, entry, "not_joined", "ignored")
        too_much = None if entry.state == "held" else await self._held_back(ends, entry, ctx, event)
        if too_much is not None:
            return too_much
        rule = await self._converse(ctx, entry, event)
        return await self._end(ends, entry, rule, "done")

    def _is_left_out(self, entry: Entry, event: Event) -> bool:
        """Is this so much too much that not even the room has to be looked at?"""
        # What has a weight in a group has the same weight in a direct message.
        weight = dispatch.weight(event, direct=False)
        if weight is Weight.NOTHING or entry.state == "held":
            return False
        came = entry.received_at
        wait = self._floods.draw(entry.event_id, event.sender, weight, batch=entry.batch, now=came)
        return wait is None and not self._floods.must_tell(event.sender, entry.event_id, came)

    async def _held_back(self, ends: Endings, entry: Entry, ctx: Context, event: Event) -> str | None:
        """Let who writes too much wait, told once; return the rule, None for everybody else."""
        weight = dispatch.weight(event, direct=ctx.direct)
        came = entry.received_at
        wait = self._floods.draw(entry.event_id, event.sender, weight, batch=entry.batch, now=came)
        if wait == timedelta(0):
            return None
        tells = self._floods.must_tell(event.sender, entry.event_id, came)
        if tells:
            words = text(
                "That was a lot at once. I take your entries one after the other, "
                "at most {most} of them. Everything else I leave out.",
                most=KEPT,
            )
            # Under a name of its own: the event's own answer is still to come.
            await replace(ctx, cause=f"flood:{entry.event_id}").reply(words, to=event.event_id)
        if wait is None:
            return await self._end(ends, entry, "flood_told" if tells else "flood", "ignored")
        if came + wait <= self._clock():
            # It has waited here already; what came later may follow it at once.
            return None
        await inbox.hold(ends.db, entry.event_id, came + wait)
        return "held_told" if tells else "held"

    async def _is_waiting(self, db: AsyncConnection, event_id: EventId) -> bool:
        target = await inbox.find(db, event_id)
        return target is not None and target.state in ("waiting", "held")

    async def _forget_unread(self, ends: Endings, redaction: Redaction) -> None:
        """What was deleted before it was read must not appear when it is read."""
        target = await inbox.find(ends.db, redaction.target)
        if target is None or target.room_id != redaction.room_id or target.state not in ("waiting", "held"):
            return
        powers = await rooms.powers(ends.db, redaction.room_id)
        if target.sender == redaction.sender or powers.may_redact_others(redaction.sender):
            await inbox.finish(ends.db, redaction.target, "ignored", "redacted")
            # An edit that waited for it holds its words too.
            await ends.wake(redaction.target)

    async def _end(self, ends: Endings, entry: Entry, rule: str, state: str) -> str:
        ends.end(entry, state, rule)
        await ends.wake(entry.event_id)
        return rule

    async def _converse(self, ctx: Context, entry: Entry, event: Event) -> str:
        try:
            async with savepoint(ctx.db):
                return await dispatch.handle(ctx, event)
        except UserError as mistake:
            fresh = await self.context(ctx.db, entry, event.sender)
            fresh.group, fresh.thread_root, fresh.typed_language = (
                ctx.group,
                ctx.thread_root,
                ctx.typed_language,
            )
            to = event.target if isinstance(event, Edit) else event.event_id
            await fresh.reply(mistake.text, to=to)
            return "refused"

    async def context(self, db: AsyncConnection, entry: Entry, user: UserId) -> Context:
        """Return what a command is given when ``user`` speaks in the room of this event."""
        here = await scene.get(db, entry.room_id, user)
        return Context(
            db=db,
            now=self._clock(),
            me=self._me,
            cause=f"ev:{entry.event_id}",
            room=here.room,
            user=user,
            person=here.person,
            group=here.group,
            operator=self._operator,
        )


def _refers_to(event: Event) -> EventId | None:
    """Return the event without which this one cannot be understood."""
    if isinstance(event, Edit | Reaction):
        return event.target
    return event.reply_to if isinstance(event, Message) else None


def load(raw: bytes | None) -> dict[str, Any] | None:
    """Return the object that was journalled as these bytes, None if they hold none."""
    try:
        value = json.loads(raw or b"")
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None

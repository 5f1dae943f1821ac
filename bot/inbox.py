# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Handles journalled events: decrypted, checked, given to the commands, in one transaction each.

A handler that fails is tried three times and then put aside; it never blocks its room for long. An
event that kills the process is found by its counted attempts after the next start.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.backoff import Backoff
from bot.health import Health
from bot.keys import DEVICES
from bot.matrix.content import Ignored, parse
from bot.matrix.crypto import Crypto, Refused, Waiting
from bot.residence import LATER, Residence
from commands import dispatch
from commands.context import Context, Operator
from config.texts import text
from method.errors import UserError
from method.events import Edit, Event, Message, Reaction, Redaction
from method.ids import EventId, RoomId, UserId
from storage import groups, inbox, people, rooms, sync
from storage.database import Database, is_outage
from storage.inbox import Entry

logger = structlog.get_logger(__name__)

ATTEMPTS: Final = 3
RETRY_AFTER: Final = timedelta(seconds=5)


class Inbox:
    """The worker that takes journalled events in order.

    Args:
        arrived: set when there may be something to do.
        said: set when handling has put something into the outbox.
        wanted: set when an event waits for its sender's devices.
    """

    def __init__(
        self,
        db: Database,
        crypto: Crypto,
        residence: Residence,
        *,
        me: UserId,
        operator: Operator,
        health: Health,
        clock: Callable[[], datetime],
        arrived: asyncio.Event,
        said: asyncio.Event,
        wanted: asyncio.Event,
    ) -> None:
        self._db = db
        self._crypto = crypto
        self._residence = residence
        self._me = me
        self._operator = operator
        self._health = health
        self._clock = clock
        self._arrived = arrived
        self._said = said
        self._wanted = wanted
        #: Events journalled up to here may have killed an earlier process.
        self._suspicious = -1

    async def run(self) -> None:
        """Handle events for ever."""
        backoff = Backoff(most=15.0)
        await self.start()
        while True:
            self._arrived.clear()
            try:
                await self.drain()
            except Exception as error:
                if not is_outage(error):
                    raise
                self._health.database_writable = False
                logger.warning("database_unavailable", error=type(error).__name__)
                await asyncio.sleep(backoff.next())
                continue
            backoff.reset()
            await self._rest()

    async def start(self) -> None:
        """Mark what an earlier process left behind: it is handled one by one, attempts counted first."""
        async with self._db.transaction() as db:
            self._suspicious = (await sync.load(db, now=self._clock())).batch

    async def drain(self) -> None:
        """Handle everything that is due now."""
        while True:
            await self._receive_keys()
            async with self._db.reading() as db:
                entries = await inbox.due(db, now=self._clock())
            if not entries:
                return
            held: set[RoomId] = set()
            for entry in entries:
                # What comes after an event that is tried again later waits too, as in due().
                if entry.room_id not in held and not await self.handle(entry):
                    held.add(entry.room_id)
            self._said.set()

    async def handle(self, entry: Entry) -> bool:
        """Handle one event, whatever it is; only an outage of the database is raised.

        Return False if it is to be tried again later.
        """
        if entry.batch <= self._suspicious:
            if entry.attempts >= ATTEMPTS:
                await self._put_aside(entry, "killed_the_process")
                return True
            async with self._db.transaction() as db:
                await inbox.count_attempt(db, entry.event_id)
        try:
            async with self._db.transaction() as db:
                rule = await self._handle(db, entry)
        except Exception as error:
            if is_outage(error):
                raise
            return await self._failed(entry, error)
        logger.debug("event_handled", event_id=entry.event_id, rule=rule)
        self._health.count("events", rule=rule)
        return rule != LATER

    async def _handle(self, db: AsyncConnection, entry: Entry) -> str:
        raw = _load(entry.raw)
        if raw is None:
            return await _finish(db, entry, "bad", "malformed")
        if entry.event_id.startswith("~"):
            rule = await self._residence.changed(db, entry, raw, self._context)
            return rule if rule == "later" else await _finish(db, entry, "done", rule)
        if "state_key" in raw:
            rule = await self._residence.noted(db, entry, raw, self._context)
            return await _finish(db, entry, "done", rule)
        if raw.get("type") == "m.room.encrypted":
            return await self._encrypted(db, entry, raw)
        return await self._clear(db, entry, raw)

    async def _encrypted(self, db: AsyncConnection, entry: Entry, raw: Mapping[str, Any]) -> str:
        result = self._crypto.decrypt(entry.room_id, dict(raw))
        if isinstance(result, Waiting):
            if not result.session_id:
                self._wanted.set()
            waits_for = f"key:{result.session_id}" if result.session_id else f"{DEVICES}{raw.get('sender')}"
            await inbox.park(db, entry.event_id, "no_key", waits_for)
            return "no_key"
        if isinstance(result, Refused):
            return await _finish(db, entry, "bad", "refused_by_crypto")
        if not await inbox.first_use(db, result.session_id, result.index, entry.event_id):
            return await _finish(db, entry, "bad", "replayed")
        if result.payload["type"] == "m.room.redaction":
            # Deletions are never encrypted: the homeserver checks the right to them, not the payload.
            return await _finish(db, entry, "bad", "refused_by_crypto")
        payload = {name: raw[name] for name in ("event_id", "sender", "unsigned") if name in raw}
        return await self._clear(db, entry, {**result.payload, **payload})

    async def _clear(self, db: AsyncConnection, entry: Entry, raw: Mapping[str, Any]) -> str:
        event = parse(raw, room_id=entry.room_id, me=self._me, received_at=entry.received_at)
        if isinstance(event, Ignored):
            return await self._end(db, entry, event.rule, "ignored")
        about = _refers_to(event)
        if about is not None and await self._is_waiting(db, about):
            await inbox.park(db, entry.event_id, "no_target", f"event:{about}")
            return "no_target"
        if isinstance(event, Redaction):
            await self._forget_unread(db, event)
        room = await rooms.get(db, entry.room_id)
        # What was deleted is deleted, even where we were put out in the same moment.
        if room.membership != "join" and not isinstance(event, Redaction):
            return await self._end(db, entry, "not_joined", "ignored")
        rule = await self._converse(db, entry, event)
        return await self._end(db, entry, rule, "done")

    async def _is_waiting(self, db: AsyncConnection, event_id: EventId) -> bool:
        target = await inbox.find(db, event_id)
        return target is not None and target.state == "waiting"

    async def _forget_unread(self, db: AsyncConnection, redaction: Redaction) -> None:
        """What was deleted before its key came must not appear when the key comes."""
        target = await inbox.find(db, redaction.target)
        if target is None or target.state != "waiting" or target.room_id != redaction.room_id:
            return
        powers = await rooms.powers(db, redaction.room_id)
        if target.sender == redaction.sender or powers.may_redact_others(redaction.sender):
            await inbox.finish(db, redaction.target, "ignored", "redacted")

    async def _end(self, db: AsyncConnection, entry: Entry, rule: str, state: str) -> str:
        await _finish(db, entry, state, rule)
        if await inbox.wake(db, [f"event:{entry.event_id}"]):
            self._arrived.set()
        return rule

    async def _converse(self, db: AsyncConnection, entry: Entry, event: Event) -> str:
        ctx = await self._context(db, entry, event.sender)
        savepoint = await db.begin_nested()
        try:
            rule = await dispatch.handle(ctx, event)
        except UserError as mistake:
            await savepoint.rollback()
            fresh = await self._context(db, entry, event.sender)
            fresh.group, fresh.thread_root, fresh.typed_language = (
                ctx.group,
                ctx.thread_root,
                ctx.typed_language,
            )
            ctx = fresh
            to = event.target if isinstance(event, Edit) else event.event_id
            await ctx.reply(mistake.text, to=to)
            return "refused"
        await savepoint.commit()
        return rule

    async def _context(self, db: AsyncConnection, entry: Entry, user: UserId) -> Context:
        room = await rooms.get(db, entry.room_id)
        return Context(
            db=db,
            now=self._clock(),
            me=self._me,
            cause=f"ev:{entry.event_id}",
            room=room,
            user=user,
            person=await people.find(db, user),
            group=await groups.get(db, room.group_id) if room.group_id else None,
            operator=self._operator,
        )

    async def _failed(self, entry: Entry, error: Exception) -> bool:
        logger.error("handler_failed", event_id=entry.event_id, exc_info=error)
        self._health.count("errors", part="inbox")
        if entry.attempts + 1 >= ATTEMPTS:
            await self._put_aside(entry, type(error).__name__)
            return True
        async with self._db.transaction() as db:
            if entry.batch > self._suspicious:
                await inbox.count_attempt(db, entry.event_id)
            await inbox.postpone(db, entry.event_id, self._clock() + RETRY_AFTER * (entry.attempts + 1))
        return False

    async def _put_aside(self, entry: Entry, reason: str) -> None:
        logger.error("put_aside", event_id=entry.event_id, reason=reason)
        self._health.count("events", rule="put_aside")
        async with self._db.transaction() as db:
            await inbox.finish(db, entry.event_id, "dead", "put_aside")
            await inbox.wake(db, [f"event:{entry.event_id}"])
            room = await rooms.find(db, entry.room_id)
            if room is not None and room.membership == "join" and not entry.event_id.startswith("~"):
                ctx = await self._context(db, entry, entry.sender or self._me)
                words = text("I could not process this message. Nothing was saved. Please try it once more.")
                await ctx.reply(words, to=entry.event_id)
        self._said.set()

    async def _receive_keys(self) -> None:
        """Take in journalled to-device messages; what was unreadable for want of a key is woken."""
        while True:
            async with self._db.reading() as db:
                waiting = await sync.to_device_waiting(db)
            if not waiting:
                return
            async with self._crypto.transaction() as db:
                sessions = [self._crypto.receive(_load(message.raw) or {}) for message in waiting]
                await inbox.wake(db, [f"key:{session}" for session in sessions if session])
                await sync.remove_to_device(db, waiting[-1])

    async def _rest(self) -> None:
        async with self._db.reading() as db:
            due = await inbox.next_try_at(db)
        wait = None if due is None else max((due - self._clock()).total_seconds(), 0.05)
        try:
            await asyncio.wait_for(self._arrived.wait(), wait)
        except TimeoutError:
            return


def _refers_to(event: Event) -> EventId | None:
    """Return the event without which this one cannot be understood."""
    if isinstance(event, Edit | Reaction):
        return event.target
    return event.reply_to if isinstance(event, Message) else None


async def _finish(db: AsyncConnection, entry: Entry, state: str, rule: str) -> str:
    await inbox.finish(db, EventId(entry.event_id), state, rule)
    return rule


def _load(raw: bytes | None) -> dict[str, Any] | None:
    try:
        value = json.loads(raw or b"")
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None

# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Handles journalled events: decrypted, checked, given to the commands, each undone by itself if it fails.

The events of a response share a transaction, because a commit costs more than handling an event. A handler
that fails is tried three times and then put aside; it never blocks its room for long. An event that kills
the process is found by its counted attempts after the next start, when each has a transaction of its own.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.backoff import Backoff
from bot.endings import EVENT, Endings
from bot.floods import Floods
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
from method.floods import KEPT
from method.ids import EventId, RoomId, UserId
from storage import inbox, rooms, scene, sync
from storage.database import Database, is_outage, savepoint
from storage.inbox import Entry
from storage.sync import ToDevice

logger = structlog.get_logger(__name__)

ATTEMPTS: Final = 3
RETRY_AFTER: Final = timedelta(seconds=5)


class Inbox:
    """The worker that takes journalled events in order.

    Args:
        arrived: set when there may be something to do.
        said: set when handling has put something into the outbox.
        wanted: set when an event waits for its sender's devices.
        floods: who has written too much lately.
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
        floods: Floods,
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
        self._floods = floods
        #: Events journalled up to here may have killed an earlier process.
        self._suspicious = -1
        #: Handling one event has taken up others again.
        self._woken = False

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
            async with self._db.reading() as db:
                keys = await sync.to_device_waiting(db)
                entries = [] if keys else await inbox.due(db, now=self._clock())
            if keys:
                await self._receive_keys(keys)
                continue
            if not entries:
                return
            self._woken = False
            if any(self._is_suspicious(entry) for entry in entries):
                await self._one_by_one(entries)
            else:
                await self._together(entries)
            self._said.set()
            if len(entries) < inbox.PAGE and not self._woken:
                # What comes meanwhile is told by the pump.
                return

    def _is_suspicious(self, entry: Entry) -> bool:
        return entry.batch <= self._suspicious or entry.attempts > 0

    async def _together(self, entries: Sequence[Entry]) -> None:
        """Handle events in one transaction; only an outage of the database is raised."""
        failures: list[tuple[Entry, Exception]] = []
        handled: list[tuple[Entry, str]] = []
        held: set[RoomId] = set()
        async with self._db.transaction() as db:
            ends = await Endings.begin(db)
            for entry in entries:
                # What comes after an event that is tried again later waits too, as in due().
                if entry.room_id in held:
                    continue
                try:
                    async with savepoint(db):
                        rule = await self._handle(ends, entry)
                except Exception as error:
                    if is_outage(error):
                        raise
                    ends.undo(entry)
                    failures.append((entry, error))
                    held.add(entry.room_id)
                else:
                    handled.append((entry, rule))
                    if rule == LATER:
                        held.add(entry.room_id)
            await ends.flush()
        for entry, rule in handled:
            self._count(entry, rule)
        for entry, failure in failures:
            await self._failed(entry, failure)

    async def _one_by_one(self, entries: Sequence[Entry]) -> None:
        held: set[RoomId] = set()
        for entry in entries:
            if entry.room_id not in held and not await self.handle(entry):
                held.add(entry.room_id)

    async def handle(self, entry: Entry) -> bool:
        """Handle one event, its attempt counted first; only an outage of the database is raised.

        Return False if it is to be tried again later.
        """
        if entry.attempts >= ATTEMPTS:
            await self._put_aside(entry, "killed_the_process")
            return True
        async with self._db.transaction() as db:
            await inbox.count_attempt(db, entry.event_id)
        try:
            async with self._db.transaction() as db:
                ends = await Endings.begin(db)
                rule = await self._handle(ends, entry)
                await ends.flush()
        except Exception as error:
            if is_outage(error):
                raise
            return await self._failed(replace(entry, attempts=entry.attempts + 1), error)
        self._count(entry, rule)
        return rule != LATER

    def _count(self, entry: Entry, rule: str) -> None:
        logger.debug("event_handled", event_id=entry.event_id, rule=rule)
        self._health.count("events", rule=rule)

    async def _handle(self, ends: Endings, entry: Entry) -> str:
        raw = _load(entry.raw)
        if raw is None:
            return ends.end(entry, "bad", "malformed")
        if entry.event_id.startswith("~"):
            rule = await self._residence.changed(ends.db, entry, raw, self._context)
            return rule if rule == LATER else ends.end(entry, "done", rule)
        if "state_key" in raw:
            rule = await self._residence.noted(ends.db, entry, raw, self._context)
            return ends.end(entry, "done", rule)
        if raw.get("type") == "m.room.encrypted":
            return await self._encrypted(ends, entry, raw)
        return await self._clear(ends, entry, raw)

    async def _encrypted(self, ends: Endings, entry: Entry, raw: Mapping[str, Any]) -> str:
        result = self._crypto.decrypt(entry.room_id, dict(raw))
        if isinstance(result, Waiting):
            if not result.session_id:
                self._wanted.set()
            waits_for = f"key:{result.session_id}" if result.session_id else f"{DEVICES}{raw.get('sender')}"
            await ends.park(entry, "no_key", waits_for)
            return "no_key"
        if isinstance(result, Refused):
            return ends.end(entry, "bad", "refused_by_crypto")
        if not await inbox.first_use(ends.db, result.session_id, result.index, entry.event_id):
            return ends.end(entry, "bad", "replayed")
        if result.payload["type"] == "m.room.redaction":
            # Deletions are never encrypted: the homeserver checks the right to them, not the payload.
            return ends.end(entry, "bad", "refused_by_crypto")
        payload = {name: raw[name] for name in ("event_id", "sender", "unsigned") if name in raw}
        return await self._clear(ends, entry, {**result.payload, **payload})

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
            await self._forget_unread(ends.db, event)
        ctx = await self._context(ends.db, entry, event.sender)
        # What was deleted is deleted, even where we were put out in the same moment.
        if ctx.room.membership != "join" and not isinstance(event, Redaction):
            return await self._end(ends, entry, "not_joined", "ignored")
        too_much = None if entry.state == "held" else await self._held_back(ends, entry, ctx, event)
        if too_much is not None:
            return too_much
        rule = await self._converse(ctx, entry, event)
        return await self._end(ends, entry, rule, "done")

    async def _held_back(self, ends: Endings, entry: Entry, ctx: Context, event: Event) -> str | None:
        """Let who writes too much wait, told once; return the rule, None for everybody else."""
        weight = dispatch.weight(event, direct=ctx.direct)
        wait = self._floods.draw(event.sender, weight, entry.batch, entry.received_at)
        if wait == timedelta(0):
            return None
        if self._floods.must_tell(event.sender, entry.received_at):
            words = text(
                "That was a lot at once. I take your entries one after the other, "
                "at most {most} of them. Everything else I leave out.",
                most=KEPT,
            )
            # Under a name of its own: the event's own answer is still to come.
            await replace(ctx, cause=f"flood:{entry.event_id}").reply(words, to=event.event_id)
        if wait is None:
            return await self._end(ends, entry, "flood", "ignored")
        await inbox.hold(ends.db, entry.event_id, self._clock() + wait)
        return "held"

    async def _is_waiting(self, db: AsyncConnection, event_id: EventId) -> bool:
        target = await inbox.find(db, event_id)
        return target is not None and target.state in ("waiting", "held")

    async def _forget_unread(self, db: AsyncConnection, redaction: Redaction) -> None:
        """What was deleted before it was read must not appear when it is read."""
        target = await inbox.find(db, redaction.target)
        if target is None or target.room_id != redaction.room_id or target.state not in ("waiting", "held"):
            return
        powers = await rooms.powers(db, redaction.room_id)
        if target.sender == redaction.sender or powers.may_redact_others(redaction.sender):
            await inbox.finish(db, redaction.target, "ignored", "redacted")

    async def _end(self, ends: Endings, entry: Entry, rule: str, state: str) -> str:
        ends.end(entry, state, rule)
        self._woken = await ends.wake(entry.event_id) or self._woken
        return rule

    async def _converse(self, ctx: Context, entry: Entry, event: Event) -> str:
        try:
            async with savepoint(ctx.db):
                return await dispatch.handle(ctx, event)
        except UserError as mistake:
            fresh = await self._context(ctx.db, entry, event.sender)
            fresh.group, fresh.thread_root, fresh.typed_language = (
                ctx.group,
                ctx.thread_root,
                ctx.typed_language,
            )
            to = event.target if isinstance(event, Edit) else event.event_id
            await fresh.reply(mistake.text, to=to)
            return "refused"

    async def _context(self, db: AsyncConnection, entry: Entry, user: UserId) -> Context:
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

    async def _failed(self, entry: Entry, error: Exception) -> bool:
        logger.error("handler_failed", event_id=entry.event_id, exc_info=error)
        self._health.count("errors", part="inbox")
        async with self._db.transaction() as db:
            if not self._is_suspicious(entry):
                await inbox.count_attempt(db, entry.event_id)
                entry = replace(entry, attempts=1)
            await inbox.postpone(db, entry.event_id, self._clock() + RETRY_AFTER * entry.attempts)
        if entry.attempts >= ATTEMPTS:
            await self._put_aside(entry, type(error).__name__)
            return True
        return False

    async def _put_aside(self, entry: Entry, reason: str) -> None:
        logger.error("put_aside", event_id=entry.event_id, reason=reason)
        self._health.count("events", rule="put_aside")
        async with self._db.transaction() as db:
            await inbox.finish(db, entry.event_id, "dead", "put_aside")
            self._woken = await inbox.wake(db, [f"{EVENT}{entry.event_id}"]) > 0 or self._woken
            room = await rooms.find(db, entry.room_id)
            if room is not None and room.membership == "join" and not entry.event_id.startswith("~"):
                ctx = await self._context(db, entry, entry.sender or self._me)
                words = text("I could not process this message. Nothing was saved. Please try it once more.")
                await ctx.reply(words, to=entry.event_id)
        self._said.set()

    async def _receive_keys(self, waiting: Sequence[ToDevice]) -> None:
        """Take in journalled to-device messages; what was unreadable for want of a key is woken."""
        async with self._crypto.transaction() as db:
            sessions = [self._crypto.receive(_load(message.raw) or {}) for message in waiting]
            await inbox.wake(db, [f"key:{session}" for session in sessions if session])
            await sync.remove_to_device(db, waiting[-1])

    async def _rest(self) -> None:
        async with self._db.reading() as db:
            due = await inbox.next_try_at(db)
        wait = None if due is None else max((due - self._clock()).total_seconds(), 0.05)
        try:
            async with asyncio.timeout(wait):
                await self._arrived.wait()
        except TimeoutError:
            return


def _refers_to(event: Event) -> EventId | None:
    """Return the event without which this one cannot be understood."""
    if isinstance(event, Edit | Reaction):
        return event.target
    return event.reply_to if isinstance(event, Message) else None


def _load(raw: bytes | None) -> dict[str, Any] | None:
    try:
        value = json.loads(raw or b"")
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None

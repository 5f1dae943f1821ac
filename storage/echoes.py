# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Events of ours that came back in the timeline: the proof that something was said.

They settle rows whose outcome is unknown. Where no row exists (the database was restored from an older
backup, and the message it answers will be handled once more) they are kept until the row is made.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from method.ids import EventId, OutboxId, RoomId
from method.items import Label
from storage import outbox, upsert
from storage.prepared import prepared
from storage.tables import echoes, receipts
from storage.tables import outbox as posts

#: A message may wait for its key for seven days before it is answered (``inbox.expire``).
KEPT: Final = timedelta(days=8)


@dataclass(frozen=True, slots=True)
class Echo:
    """One event of ours, and by what it can be recognised."""

    event_id: EventId
    marker: str | None
    #: Shown by the homeserver to the device that sent it.
    txn_id: str | None
    #: The message to which it gave a label ("✅ B7"), and the label.
    receipt: tuple[EventId, Label] | None = None


async def hear(
    db: AsyncConnection, room_id: RoomId, heard: Sequence[Echo], installation: str, *, now: datetime
) -> bool:
    """Settle the rows that became these events; keep the events that no row has become (yet).

    Return whether this device has sent one of those: then the database is older than the device.
    """
    if not heard:
        return False
    query = select(posts.c.event_id).where(posts.c.event_id.in_({echo.event_id for echo in heard}))
    settled = set((await db.execute(query)).scalars())
    new = [echo for echo in heard if echo.event_id not in settled]
    kept = await _settle(db, room_id, new, installation) if new else []
    rows = [{"marker": echo.marker, "event_id": echo.event_id, "heard_at": now} for echo in kept]
    if rows:
        await db.execute(upsert.insert(db, echoes).on_conflict_do_nothing(), rows)
    labels = [
        {"event_id": message, "room_id": room_id, "kind": label.kind.value, "number": label.number}
        for message, label in (echo.receipt for echo in kept if echo.receipt)
    ]
    if labels:
        await db.execute(upsert.insert(db, receipts).on_conflict_do_nothing(), labels)
    return any(echo.txn_id for echo in kept)


async def _settle(
    db: AsyncConnection, room_id: RoomId, heard: Sequence[Echo], installation: str
) -> list[Echo]:
    unknown = await outbox.without_event(db, room_id)
    by_marker = {outbox.marker(installation, post.cause): post for post in unknown}
    by_txn = {post.txn_id: post for post in unknown if post.txn_id}
    kept, sent = [], []
    for echo in heard:
        post = by_marker.get(echo.marker or "") or by_txn.get(echo.txn_id or "")
        if post is not None:
            sent.append((post.id, echo.event_id))
        elif echo.marker:
            kept.append(echo)
    await outbox.mark_sent(db, sent)
    return kept


async def settle(db: AsyncConnection, installation: str) -> None:
    """Settle the rows that were made after their events had been heard."""
    if (await db.execute(_ANY)).first() is None:
        return
    fresh = await db.execute(
        select(posts.c.id, posts.c.cause).where(posts.c.payload.is_not(None), posts.c.state == "new")
    )
    made = {outbox.marker(installation, row.cause): OutboxId(row.id) for row in fresh}
    query = select(echoes.c.marker, echoes.c.event_id).where(echoes.c.marker.in_(made))
    heard = (await db.execute(query)).all()
    await outbox.mark_sent(db, [(made[row.marker], EventId(row.event_id)) for row in heard])


#: There are none but in a restored database.
_ANY: Final = prepared(select(echoes.c.marker).limit(1))


async def purge(db: AsyncConnection, *, now: datetime) -> None:
    """Forget echoes for which no row will be made any more."""
    await db.execute(delete(echoes).where(echoes.c.heard_at < now - KEPT))

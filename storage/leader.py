# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who leads, on PostgreSQL: one session holds a lock, and its epoch is what every transaction asks for.

The lock says that somebody leads and goes away with the session. The epoch is what makes it safe: it rises
with every new leader, and a transaction of an earlier one finds its number no longer there.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import BigInteger, ColumnElement, bindparam, cast, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import leader

#: "tafelrun" as a number; advisory locks are per database.
ADVISORY_KEY: Final = int.from_bytes(b"tafelrun")

#: The session that holds the lock; the manual's "pg_locks" says how a 64-bit key is shown there.
_HOLDER: Final = """
    SELECT pid FROM pg_locks
    WHERE locktype = 'advisory' AND granted AND objsubid = 1
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND classid = CAST(:high AS oid) AND objid = CAST(:low AS oid)
"""
_KEY_AS_SHOWN: Final = {"high": ADVISORY_KEY >> 32, "low": ADVISORY_KEY & 0xFFFFFFFF}
#: The weakest lock that a new epoch waits for, because epoch is unique; a beat does not wait for it. As text, since
#: each transaction asks it and SQLAlchemy takes twice as long to make it.
_OURS: Final = text("SELECT epoch FROM leader WHERE epoch = :epoch FOR KEY SHARE")
#: PostgreSQL's code for a table that does not exist.
_UNDEFINED_TABLE: Final = "42P01"


@dataclass(frozen=True, slots=True)
class Sign:
    """The last sign of life of a leader; while it lives, no two are equal."""

    epoch: int
    #: By the database's clock.
    beat_at: datetime


async def try_lock(db: AsyncConnection) -> bool:
    """Take the lock for this session if it is free."""
    return bool(await db.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": ADVISORY_KEY}))


async def is_locked(db: AsyncConnection) -> bool:
    """Tell whether some process holds the lock."""
    return await db.scalar(text(_HOLDER), _KEY_AS_SHOWN) is not None


async def take(db: AsyncConnection) -> int:
    """Begin a new epoch, in the session that holds the lock; return its number.

    This waits for every transaction that has passed ``is_current``, so none of an earlier epoch is left.
    """
    ours = {"pid": func.pg_backend_pid(), "beat_at": _now()}
    begin = insert(leader).values(id=1, epoch=1, **ours)
    begin = begin.on_conflict_do_update(index_elements=["id"], set_={"epoch": leader.c.epoch + 1, **ours})
    return int((await db.execute(begin.returning(leader.c.epoch))).scalar_one())


async def beat(db: AsyncConnection, epoch: int) -> bool:
    """Give a sign of life; False if this session does not lead, or no longer."""
    ours = (leader.c.epoch == epoch) & (leader.c.pid == func.pg_backend_pid())
    return (await db.execute(update(leader).where(ours).values(beat_at=_now()))).rowcount == 1


async def is_current(db: AsyncConnection, epoch: int) -> bool:
    """Tell whether ``epoch`` is the one that leads, and keep it so until this transaction ends."""
    return await db.scalar(_OURS, {"epoch": epoch}) is not None


async def last_sign(db: AsyncConnection) -> Sign | None:
    """Return the last sign of life; None before the first leader."""
    try:
        row = (await db.execute(select(leader.c.epoch, leader.c.beat_at))).one_or_none()
    except ProgrammingError as error:
        if getattr(error.orig, "sqlstate", None) == _UNDEFINED_TABLE:
            return None  # whoever holds the lock is only about to make the tables
        raise
    return None if row is None else Sign(row.epoch, row.beat_at)


async def end_hung(db: AsyncConnection, seen: Sign) -> bool:
    """End the session that holds the lock if ``seen`` is still its last sign of life; return whether it was.

    PostgreSQL lets a role end its own sessions; no further right is needed.
    """
    query = f"""
        SELECT pg_terminate_backend(leader.pid) FROM leader
        WHERE leader.epoch = :epoch AND leader.beat_at = :beat_at AND leader.pid IN ({_HOLDER})
    """  # noqa: S608 -- made of constants
    moment = bindparam("beat_at", type_=leader.c.beat_at.type)
    statement = text(query).bindparams(moment)
    return bool(await db.scalar(statement, {"epoch": seen.epoch, "beat_at": seen.beat_at} | _KEY_AS_SHOWN))


async def end_transactions(db: AsyncConnection) -> None:
    """End the sessions that are still in a transaction of an earlier epoch.

    Only for the holder of the lock that has not begun its epoch: nobody else then leads. A process that
    hangs in a transaction would keep the new epoch waiting.
    """
    query = """
        SELECT pg_terminate_backend(pid) FROM pg_locks
        WHERE relation = CAST('leader' AS regclass) AND mode = 'RowShareLock' AND pid <> pg_backend_pid()
          AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    """
    await db.execute(text(query))


def _now() -> ColumnElement[int]:
    """The database's clock as an ``Instant``; ``clock_timestamp`` also moves inside a transaction."""
    return cast(func.extract("epoch", func.clock_timestamp()) * 1_000_000, BigInteger)

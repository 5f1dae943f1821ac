# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the columns of our tables are made of: moments, numbers, and the mark for personal data."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import BigInteger, Column, Dialect, Index, Integer, TypeDecorator, text

#: Columns that say something about a person carry this mark; every other column carries NEUTRAL.
PERSONAL: Final = {"personal": True}
NEUTRAL: Final = {"personal": False}

#: SQLite gives automatic numbers to INTEGER keys only. Tables that have one say ``sqlite_autoincrement``:
#: without it a deleted row's number is given again, and a 👍 on an old post ("question:3") would answer
#: a new question.
Key: Final = BigInteger().with_variant(Integer, "sqlite")


class Instant(TypeDecorator[datetime]):
    """An aware UTC ``datetime``, stored as whole microseconds since 1970."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Return what is stored for ``value``."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        since = value.astimezone(UTC) - _EPOCH
        return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        """Return the moment that was stored."""
        # Whole numbers: a float would be some microseconds off in distant years.
        return None if value is None else _EPOCH + timedelta(microseconds=value)


_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def partial(name: str, *columns: str, where: str | None = None, only: str | None = None) -> Index:
    """Return an index of the rows in which ``where`` (else the first column) has a value, or ``only`` is true.

    Most rows never or no longer have one, and an index in which they stand costs at every change.
    """
    rows = text(only or f"{where or columns[0]} IS NOT NULL")
    return Index(name, *columns, sqlite_where=rows, postgresql_where=rows)


def neutral(name: str, *args: Any, **options: Any) -> Column[Any]:
    """Return a column that says nothing about a person."""
    return Column(name, *args, info=NEUTRAL, **options)


def personal(name: str, *args: Any, **options: Any) -> Column[Any]:
    """Return a column that says something about a person."""
    return Column(name, *args, info=PERSONAL, **options)

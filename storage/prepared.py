# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Statements that are compiled once, for the few that are executed for every event.

SQLAlchemy finds the compiled form of a statement anew at each execution and prepares context and cursor for
everything it can do. On SQLite that is ten times what the statement itself costs (``docs/performance.md``).
What is marked here is compiled once, and executed by the driver; all the rest, and PostgreSQL, goes the
usual way.
"""

from __future__ import annotations

import sqlite3
from collections import namedtuple
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar, cast

from sqlalchemy import Delete, Insert, Select, Update
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine import CursorResult
from sqlalchemy.exc import MultipleResultsFound, NoResultFound

Statement = Select[Any] | Insert | Update | Delete
AnyStatement = TypeVar("AnyStatement", bound=Statement)
Processor = Callable[[Any], Any]

_DIALECT: Final = sqlite.dialect(paramstyle="named")
#: Marked statements, and their compiled forms by the names of their parameters.
_forms: Final[dict[int, tuple[Statement, dict[tuple[str, ...], Form]]]] = {}


def prepared(statement: AnyStatement) -> AnyStatement:
    """Mark a statement that is built once, at the top level of a module, and has no list of any length."""
    _forms[id(statement)] = (statement, {})
    return statement


def form_of(statement: object, parameters: Any) -> Form | None:
    """Return the compiled form of a marked statement for these parameters; None for every other one."""
    found = _forms.get(id(statement))
    if found is None:
        return None
    first = parameters[0] if isinstance(parameters, list) else parameters
    names: tuple[str, ...] = tuple(first) if first else ()
    form = found[1].get(names)
    if form is None:
        form = found[1][names] = Form.compiled(found[0], names)
    return form


@dataclass(frozen=True, slots=True)
class Form:
    """A statement in SQLite's words."""

    sql: str
    #: Values that are part of the statement, by the names they have in it.
    fixed: Mapping[str, Any]
    #: Names of values, each with what turns it into what SQLite keeps, that are not given as they are.
    turned: tuple[tuple[str, Processor], ...]
    #: Columns, each with what turns it into a value of ours, that are not taken as they are.
    processed: tuple[tuple[int, Processor], ...]
    #: Makes a row that is read by names; None if there are no columns.
    row: Callable[[Any], Any] | None

    @classmethod
    def compiled(cls, statement: Statement, names: tuple[str, ...]) -> Form:
        """Compile for parameters of these names."""
        compiled = statement.compile(dialect=_DIALECT, column_keys=list(names))
        fixed = {name: value for name, value in compiled.params.items() if name not in names}
        binds = {
            name: bind.type.dialect_impl(_DIALECT).bind_processor(_DIALECT)
            for bind, name in compiled.bind_names.items()
        }
        turned = tuple((name, turn) for name, turn in binds.items() if turn is not None)
        selected = list(statement.exported_columns)
        processors = [
            column.type.dialect_impl(_DIALECT).result_processor(_DIALECT, None) for column in selected
        ]
        processed = tuple((place, each) for place, each in enumerate(processors) if each is not None)
        # SQLAlchemy's own rows need twenty times as long for each name. NamedTuple would not rename what is no name.
        keys = [column.key or "" for column in selected]
        named = namedtuple("Row", keys, rename=True)  # type: ignore[misc]  # noqa: PYI024 -- names known only here
        return cls(str(compiled), fixed, turned, processed, named._make if selected else None)

    def execute(self, driver: sqlite3.Connection, parameters: Any) -> CursorResult[Any]:
        """Execute for one set of parameters, or for each of a list of them."""
        if isinstance(parameters, list):
            driver.executemany(self.sql, [self._values(each) for each in parameters]).close()
            return cast("CursorResult[Any]", Found([]))
        cursor = driver.execute(self.sql, self._values(parameters or {}))
        found: list[Any] = []
        if self.row is not None:
            found = cursor.fetchall()
            if self.processed:
                found = [self._processed(row) for row in found]
            found = list(map(self.row, found))
        cursor.close()
        return cast("CursorResult[Any]", Found(found))

    def _processed(self, row: tuple[Any, ...]) -> list[Any]:
        values = list(row)
        for place, process in self.processed:
            values[place] = process(values[place])
        return values

    def _values(self, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
        if not (self.fixed or self.turned):
            return parameters
        values = {**self.fixed, **parameters}
        for name, turn in self.turned:
            values[name] = turn(values[name])
        return values


class Found:
    """What we use of SQLAlchemy's ``Result``, on rows that are all here: made and read in a tenth of the time."""

    __slots__ = ("_rows",)

    def __init__(self, rows: list[Any]) -> None:
        self._rows = rows

    def __iter__(self) -> Iterator[Any]:
        return iter(self._rows)

    def all(self) -> list[Any]:
        """Return all rows."""
        return self._rows

    def first(self) -> Any:
        """Return the first row, None if there is none."""
        return self._rows[0] if self._rows else None

    def one_or_none(self) -> Any:
        """Return the only row, None if there is none.

        Raises:
            MultipleResultsFound: there are more.
        """
        if len(self._rows) > 1:
            raise MultipleResultsFound
        return self.first()

    def one(self) -> Any:
        """Return the only row.

        Raises:
            NoResultFound: there is none.
            MultipleResultsFound: there are more.
        """
        if not self._rows:
            raise NoResultFound
        return self.one_or_none()

    def scalars(self) -> Found:
        """Return the first column of each row."""
        return Found([row[0] for row in self._rows])

    def scalar(self) -> Any:
        """Return the first column of the first row, None if there is none."""
        return self._rows[0][0] if self._rows else None

    def scalar_one(self) -> Any:
        """Return the first column of the only row; raises as ``one`` does."""
        return self.one()[0]

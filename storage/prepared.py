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
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar, cast

from sqlalchemy import Delete, Insert, Select, Update
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine import CursorResult, IteratorResult, Result
from sqlalchemy.engine.result import SimpleResultMetaData

Statement = Select[Any] | Insert | Update | Delete
AnyStatement = TypeVar("AnyStatement", bound=Statement)
Processor = Callable[[Any], Any]

_DIALECT: Final = sqlite.dialect()
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
    #: Name, fixed value if there is one, and what turns a value into what SQLite keeps.
    places: tuple[tuple[str, Any, Processor | None], ...]
    #: What turns each column into a value of ours.
    columns: tuple[Processor | None, ...]
    #: Is there such a column?
    is_processed: bool
    metadata: SimpleResultMetaData

    @classmethod
    def compiled(cls, statement: Statement, names: tuple[str, ...]) -> Form:
        """Compile for parameters of these names."""
        compiled = statement.compile(dialect=_DIALECT, column_keys=list(names))
        binds = compiled.binds
        fixed = {name: value for name, value in compiled.params.items() if name not in names}
        places = tuple(
            (name, fixed.get(name), binds[name].type.dialect_impl(_DIALECT).bind_processor(_DIALECT))
            for name in compiled.positiontup or ()
        )
        selected = list(statement.exported_columns)
        columns = tuple(
            column.type.dialect_impl(_DIALECT).result_processor(_DIALECT, None) for column in selected
        )
        metadata = SimpleResultMetaData([column.key or "" for column in selected])
        return cls(str(compiled), places, columns, any(columns), metadata)

    def execute(self, driver: sqlite3.Connection, parameters: Any) -> CursorResult[Any]:
        """Execute for one set of parameters, or for each of a list of them."""
        if isinstance(parameters, list):
            driver.executemany(self.sql, [self._values(each) for each in parameters]).close()
            return self._result([])
        cursor = driver.execute(self.sql, self._values(parameters or {}))
        rows = cursor.fetchall() if self.columns else []
        cursor.close()
        return self._result(rows)

    def _values(self, parameters: Mapping[str, Any]) -> list[Any]:
        values = []
        for name, fixed, process in self.places:
            value = parameters.get(name, fixed)
            values.append(process(value) if process is not None else value)
        return values

    def _result(self, rows: Sequence[Sequence[Any]]) -> CursorResult[Any]:
        if self.is_processed:
            rows = [
                tuple(
                    process(value) if process is not None else value
                    for process, value in zip(self.columns, row, strict=True)
                )
                for row in rows
            ]
        # What callers use of a result is what every result has.
        result: Result[Any] = IteratorResult(self.metadata, iter(rows))
        return cast("CursorResult[Any]", result)

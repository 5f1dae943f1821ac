# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Whatever a group can have, its export can be imported by the same version."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from method.ids import GroupId
from storage import documents, exports, groups, imports
from tests.chat import Chat

#: What a group says that uses everything; it is Monday, 22 February 2027.
SAID = (
    ("katrin", "!ziel Alle finden Arbeit"),
    ("katrin", "!vereinbarung Ausreden lassen"),
    ("jule", "!checkin an Di Do 9:00"),
    ("katrin", "!checkin frage Was noch?"),
    ("ewa", "!barriere Formular nur auf Papier #amt"),
    ("ewa", "!barriere Nur Papier"),
    ("ewa", "!barriere Irgendwann"),
    ("ewa", "!warum B1 Niemand hat gefragt"),
    ("henrik", "!sicht B1 wirtschaft Wir auch"),
    ("katrin", "!zusammen B1 B2"),
    ("katrin", "!parken B3"),
    ("ewa", "!idee Auch online zu B1"),
    ("katrin", "!kernproblem Beide Seiten finden sich nicht"),
    ("katrin", "!kernproblem gilt"),
    ("katrin", "!sektoren weitere Wissenschaft"),
    ("murat", "!wenfehlt Leitung eines Amtes, Berlin"),
    ("katrin", "!gast @lina:test bis 15.4."),
    ("lina", "!treffen start Auftakt"),
    ("ewa", "!barriere Nur Absagen"),
    ("ewa", "!ergänzen B1 Bei uns auch"),
    ("lina", "!treffen ende"),
    ("katrin", "!treffen jede Woche Mo 9:00 Jour fixe"),
    ("lina", "!top Kinderbetreuung klären 10 min zu B1"),
    ("lina", "!erinnere uns jeden Fr 10:00 Board lesen"),
    ("katrin", "!punkten barrieren 1"),
    ("lina", "!stimme U1 1"),
    ("katrin", "!umfrage ende U1"),
    ("katrin", "!termin Austausch; Mi 3.3. 10:00; Do 4.3."),
    ("jule", "!entscheidung Wir testen nach U1, wieder prüfen am 15.6."),
    ("katrin", "!aufgabe Raum buchen @henrik bis 12.3."),
    ("henrik", "!nehme A1"),
    ("henrik", "!aufgabe A1 bis 15.3."),
    ("ewa", "!aufgabe Kaffee kochen"),
    ("ewa", "!nehme A2"),
    ("ewa", "!fertig A2"),
    ("jule", "!sprint start bis 12.3. Ziel: Getestet"),
    ("jule", "!sprint ende"),
    ("jule", "!retro start"),
    ("ewa", "!retro ausprobieren Firmen vorher briefen"),
    ("murat", "!retro ausprobieren 15 Minuten statt 10"),
    ("oleks", "!retro schwierig zu viele Räume"),
)


@pytest.fixture
async def exported(chat: Chat) -> dict[str, Any]:
    """Return the export of a group in which there is everything."""
    said = {}
    for by, words in SAID:
        said[words] = await chat.says(words, by=by)
        chat.now += timedelta(minutes=1)
    await chat.reacts(said["!barriere Formular nur auf Papier #amt"], "👍", by="lina")
    await chat.says("blockiert: Der Schlüssel fehlt", by="henrik", reply_to=chat.post("A1: Raum buchen"))
    chat.now = datetime(2027, 2, 24, 8, 30, tzinfo=UTC)  # the cards are revealed
    await chat.pass_time()
    await chat.says("!stimme U3 1", by="ewa")
    chat.now = datetime(2027, 2, 26, 11, tzinfo=UTC)  # the vote on them is over
    await chat.pass_time()
    await chat.says("!aufgabe Firmen vorher briefen bis 30.3.", by="katrin")
    async with chat.db.reading() as db:
        return await exports.of_group(db, GroupId(1))


def models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from models(part)


def never(model: type[BaseModel], found: Sequence[Any], path: str = "") -> Iterator[str]:
    """Yield each field that is empty wherever this object is found."""
    for name, field in model.model_fields.items():
        values = [one[name] for one in found if one.get(name) not in (None, [], "", {})]
        if not values:
            yield f"{path}{name}"
        for inner in models(field.annotation):
            parts = [part for value in values for part in (value if isinstance(value, list) else [value])]
            yield from never(inner, parts, f"{path}{name}.")


async def test_group_of_this_test_has_whatever_an_export_can_hold(exported: dict[str, Any]):
    """What is new in an export is to be done here too, so that the next test speaks of it."""
    assert [*never(documents.Export, [exported])] == []


@pytest.mark.parametrize("template", [False, True], ids=["copy", "template"])
async def test_import_reads_whatever_a_group_exports(chat: Chat, exported: dict[str, Any], template: bool):
    export = documents.read(json.dumps(exported).encode())

    async with chat.db.transaction() as db:
        copy = await groups.add(db, "Neu", now=chat.now)
        await imports.take_in(db, copy.id, export, template=template)
        again = await exports.of_group(db, copy.id)

    assert again["group"]["goal"] == "Alle finden Arbeit"
    assert [item["id"] for item in again["items"]] == (
        [] if template else [item["id"] for item in exported["items"]]
    )

# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""An export taken into a new group gives the same export again; what is none is refused as a whole."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from method.ids import EventId
from method.items import Item, Kind
from storage import exports, groups, imports, items, notes, supports
from storage.groups import Group
from storage.people import Person


@pytest.fixture
async def exported(
    db: AsyncConnection, group: Group, person: Person, barrier: Item, now: datetime
) -> dict[str, Any]:
    await groups.set_goal(db, group.id, "Anerkennung in drei Monaten", EventId("$goal"))
    await groups.set_language(db, group.id, "en")
    gone = await items.add(db, group.id, Kind.BARRIER, "Weg", ["Amt"], person.id, EventId("$2"), now=now)
    links = [barrier.label]
    await items.add(db, group.id, Kind.IDEA, "Auch online", ["Kita", "Amt"], None, None, now=now, links=links)
    await supports.add(db, barrier.id, person.id, EventId("$thumb"))
    later = now + timedelta(hours=1)
    await notes.add(db, barrier.id, "Bei uns auch", person.id, EventId("$n1"), now=later)
    await items.withdraw(db, gone.id, erase=True, now=later)
    return await exports.of_group(db, group.id)


@pytest.fixture
async def fresh(db: AsyncConnection, now: datetime) -> Group:
    return await groups.add(db, "Neue Runde", now=now + timedelta(days=9))


def as_file(document: dict[str, Any]) -> bytes:
    return json.dumps(document).encode()


async def test_copy_has_everything_but_who_supports_it(
    db: AsyncConnection, exported: dict[str, Any], fresh: Group
):
    number = await imports.take_in(db, fresh.id, imports.read(as_file(exported)), template=False)

    again = await exports.of_group(db, fresh.id)
    assert number == 2
    assert again["items"] == [item | {"support": 0} for item in exported["items"]]
    assert again["settings"] == exported["settings"]
    assert {name for name in again["group"] if again["group"][name] != exported["group"][name]} == {
        "name",
        "created",
    }


async def test_numbers_go_on_where_they_were(
    db: AsyncConnection, exported: dict[str, Any], fresh: Group, now: datetime
):
    await imports.take_in(db, fresh.id, imports.read(as_file(exported)), template=False)

    new = await items.add(db, fresh.id, Kind.BARRIER, "Neu", [], None, EventId("$new"), now=now)

    assert str(new.label) == "B3"


async def test_template_has_goal_and_settings_only(
    db: AsyncConnection, exported: dict[str, Any], fresh: Group
):
    exported["group"]["step"] = 4

    assert await imports.take_in(db, fresh.id, imports.read(as_file(exported)), template=True) == 0

    again = await exports.of_group(db, fresh.id)
    assert (again["items"], again["group"]["step"]) == ([], 1)
    assert (again["group"]["goal"], again["settings"]) == (exported["group"]["goal"], exported["settings"])


async def test_group_with_entries_stays_as_it_is(db: AsyncConnection, exported: dict[str, Any], group: Group):
    with pytest.raises(imports.NotEmptyError):
        await imports.take_in(db, group.id, imports.read(as_file(exported)), template=False)

    assert await exports.of_group(db, group.id) == exported


def _damaged(document: dict[str, Any], change: str) -> bytes:
    first = document["items"][0]
    if change == "twice":
        document["items"].append(first)
    elif change == "no id":
        first["id"] = "X1"
    elif change == "other kind":
        first["kind"] = "idea"
    elif change == "newer":
        document["version"] = 2
    elif change == "unknown field":
        first["karma"] = 3
    elif change == "no time zone":
        first["created"] = "2027-02-22T13:21:00"
    elif change == "step":
        document["group"]["step"] = 6
    elif change == "link to nothing":
        first["links"] = ["Y"]
    return as_file(document)


CHANGES = [
    "twice",
    "no id",
    "other kind",
    "newer",
    "unknown field",
    "no time zone",
    "step",
    "link to nothing",
]


@pytest.mark.parametrize("change", CHANGES)
async def test_what_is_no_export_of_ours_is_refused(exported: dict[str, Any], change: str):
    with pytest.raises(imports.UnreadableError):
        imports.read(_damaged(exported, change))


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b"\xff", b'{"format": "other", "version": 1}'], ids=repr)
def test_what_is_no_export_at_all_is_refused(data: bytes):
    with pytest.raises(imports.UnreadableError):
        imports.read(data)


async def test_words_for_displays_are_cleaned(db: AsyncConnection, exported: dict[str, Any], fresh: Group):
    exported["items"][0]["text"] = "rechts\u202e nach links\x00"

    await imports.take_in(db, fresh.id, imports.read(as_file(exported)), template=False)

    assert (await exports.of_group(db, fresh.id))["items"][0]["text"] == "rechts nach links"

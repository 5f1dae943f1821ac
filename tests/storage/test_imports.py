# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""An export taken into a new group gives the same export again; what is none is refused as a whole."""

from __future__ import annotations

import json
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from method.histories import Event
from method.histories import Kind as Happened
from method.ids import EventId
from method.items import Item, Kind, NoteKind
from method.parts import Move
from method.seats import Stage
from method.settings import Address, Settings
from method.views import Sector
from storage import (
    agreements,
    documents,
    exports,
    groups,
    histories,
    imports,
    items,
    meetings,
    notes,
    parking,
    parts,
    problems,
    seats,
    sectors,
    settings,
    supports,
    timers,
)
from storage.groups import Group
from storage.people import Person
from storage.unreadable import UnreadableError


@pytest.fixture
async def exported(
    db: AsyncConnection, group: Group, person: Person, barrier: Item, now: datetime
) -> dict[str, Any]:
    await groups.set_goal(db, group.id, "Anerkennung in drei Monaten", EventId("$goal"))
    await agreements.write(db, group.id, person.id, EventId("$agreed"), "Ausreden lassen\nPünktlich sein")
    await groups.set_language(db, group.id, "en")
    gone = await items.add(db, group.id, Kind.BARRIER, "Weg", ["Amt"], person.id, EventId("$2"), now=now)
    links = [barrier.label]
    await items.add(db, group.id, Kind.IDEA, "Auch online", ["Kita", "Amt"], None, None, now=now, links=links)
    await supports.add(db, barrier.id, person.id, EventId("$thumb"))
    later = now + timedelta(hours=1)
    await notes.add(db, barrier.id, "Bei uns auch", person.id, EventId("$n1"), now=later)
    await items.withdraw(db, gone.id, erase=True, now=later)
    view = Sector.BUSINESS
    await notes.add(
        db, barrier.id, "Wir auch", None, EventId("$v"), now=later, kind=NoteKind.VIEW, sector=view
    )
    other = await items.add(db, group.id, Kind.BARRIER, "Nur Papier", [], None, EventId("$4"), now=now)
    await parts.apply(db, [Move(other.id, None, barrier.id)])
    later_on = await items.add(db, group.id, Kind.IDEA, "Irgendwann", [], None, EventId("$5"), now=now)
    await parking.park(db, later_on.id)
    await histories.add(db, later_on.id, 1, [Event(date(2026, 3, 3), Happened.PARKED)])
    await histories.add(db, barrier.id, 2, [Event(now.date(), Happened.MOVED, None, date(2026, 3, 9))])
    for number, words in enumerate(("Erst", "Dann", "Offen")):
        made = await problems.add(db, group.id, None, EventId(f"$p{number}"), words, now=now, due=later)
        if words == "Dann":
            await problems.agree(db, made, now=later)
    await sectors.add(db, group.id, "Wissenschaft", EventId("$s"))
    for number, words in enumerate(("Leitung, Berlin", "Kammer")):
        await seats.add(db, group.id, words, None, EventId(f"$w{number}"))
    await seats.set_stage(db, (await seats.of_group(db, group.id))[1].id, Stage.ASKED)
    await meetings.add(db, group.id, "Austausch", EventId("$m"), starts_at=later, began_at=None)
    await timers.add(db, group.id, "guest.farewell", "1", later, nominal="2026-04-15")
    await settings.save(db, group.id, Settings(Address.FAMILIAR, (0, 2), time(9), time(15), "BY"))
    return await exports.of_group(db, group.id)


@pytest.fixture
async def fresh(db: AsyncConnection, now: datetime) -> Group:
    return await groups.add(db, "Neue Runde", now=now + timedelta(days=9))


def as_file(document: dict[str, Any]) -> bytes:
    return json.dumps(document).encode()


async def test_copy_has_everything_but_who_supports_it(
    db: AsyncConnection, exported: dict[str, Any], fresh: Group
):
    number = await imports.take_in(db, fresh.id, documents.read(as_file(exported)), template=False)

    again = await exports.of_group(db, fresh.id)
    assert number == 4
    assert again["items"] == [item | {"support": 0} for item in exported["items"]]
    assert again["settings"] == exported["settings"]
    assert again["sectors"] == exported["sectors"]
    assert again["seats"] == exported["seats"]
    assert [version["state"] for version in exported["core_problem"]] == ["replaced", "agreed", "proposed"]
    assert again["core_problem"] == exported["core_problem"][:2]
    assert (again["meetings"], again["guests_until"]) == ([], [])
    assert {name for name in again["group"] if again["group"][name] != exported["group"][name]} == {
        "name",
        "created",
    }


async def test_numbers_go_on_where_they_were(
    db: AsyncConnection, exported: dict[str, Any], fresh: Group, now: datetime
):
    await imports.take_in(db, fresh.id, documents.read(as_file(exported)), template=False)

    new = await items.add(db, fresh.id, Kind.BARRIER, "Neu", [], None, EventId("$new"), now=now)

    seat = await seats.add(db, fresh.id, "Neu", None, EventId("$seat"))
    assert (str(new.label), seat.label) == ("B4", "W3")


async def test_template_has_goal_settings_and_sectors_only(
    db: AsyncConnection, exported: dict[str, Any], fresh: Group
):
    exported["group"]["step"] = 4

    assert await imports.take_in(db, fresh.id, documents.read(as_file(exported)), template=True) == 0

    again = await exports.of_group(db, fresh.id)
    assert (again["items"], again["group"]["step"]) == ([], 1)
    assert (again["core_problem"], again["seats"]) == ([], [])
    assert again["sectors"] == exported["sectors"]
    assert (again["group"]["goal"], again["settings"]) == (exported["group"]["goal"], exported["settings"])


async def test_group_with_entries_stays_as_it_is(db: AsyncConnection, exported: dict[str, Any], group: Group):
    with pytest.raises(imports.NotEmptyError):
        await imports.take_in(db, group.id, documents.read(as_file(exported)), template=False)

    assert await exports.of_group(db, group.id) == exported


@pytest.mark.parametrize("what", ["a seat", "a core problem"])
async def test_copy_mixes_with_nothing(
    db: AsyncConnection, exported: dict[str, Any], fresh: Group, now: datetime, what: str
):
    if what == "a seat":
        await seats.add(db, fresh.id, "Kammer", None, EventId("$seat"))
    else:
        await problems.add(db, fresh.id, None, EventId("$problem"), "Kern", now=now, due=now)
    before = await exports.of_group(db, fresh.id)

    with pytest.raises(imports.NotEmptyError):
        await imports.take_in(db, fresh.id, documents.read(as_file(exported)), template=False)

    assert await exports.of_group(db, fresh.id) == before


async def test_export_of_before_is_read(db: AsyncConnection, exported: dict[str, Any], fresh: Group):
    for name in ("core_problem", "sectors", "polls", "seats", "meetings", "guests_until"):
        del exported[name]

    await imports.take_in(db, fresh.id, documents.read(as_file(exported)), template=False)

    again = await exports.of_group(db, fresh.id)
    assert (len(again["items"]), again["core_problem"], again["seats"]) == (5, [], [])


async def test_core_problem_of_a_copy_holds_until_the_group_agrees_on_another(
    db: AsyncConnection, exported: dict[str, Any], fresh: Group, now: datetime
):
    await imports.take_in(db, fresh.id, documents.read(as_file(exported)), template=False)

    holds = await problems.agreed(db, fresh.id)
    assert holds is not None
    assert holds.text == "Dann"
    new = await problems.add(db, fresh.id, None, EventId("$new"), "Neu", now=now, due=now)
    await problems.agree(db, new, now=now)

    versions = [(one.text, one.state.value) for one in await problems.history(db, fresh.id)]
    assert versions == [("Erst", "replaced"), ("Dann", "replaced"), ("Neu", "agreed")]


#: What is done to the export: where (up to the last key), and what is put there.
DAMAGES: dict[str, tuple[list[Any], Any]] = {
    "the same id twice": (["items", 1, "id"], "B1"),
    "no id": (["items", 0, "id"], "X1"),
    "other kind": (["items", 0, "kind"], "idea"),
    "newer": (["version"], 2),
    "unknown field": (["items", 0, "karma"], 3),
    "no time zone": (["items", 0, "created"], "2027-02-22T13:21:00"),
    "step": (["group", "step"], 6),
    "link to nothing": (["items", 0, "links"], ["Y"]),
    "part of nothing": (["items", 0, "part_of"], "B77"),
    "ring": (["items", 0, "part_of"], "B3"),
    "part of an idea": (["items", 0, "part_of"], "I1"),
    "unknown setting": (["settings", "salary"], "high"),
    "no working time": (["settings", "days"], ""),
    "the same seat twice": (["seats", 1, "id"], "W1"),
    "no seat": (["seats", 0, "id"], "W0"),
    "unknown stage": (["seats", 0, "state"], "married"),
    "two that hold": (["core_problem", 0, "state"], "agreed"),
    "no such state": (["core_problem", 0, "state"], "withdrawn"),
    "no such sector": (["sectors", "used", 0, "id"], "army"),
    "no such meeting": (["meetings", 0, "state"], "cancelled"),
    "no day": (["guests_until", 0], "Samira"),
    "no such zone": (["settings", "zone"], "Mars/Olympus"),
}


@pytest.mark.parametrize(("place", "value"), DAMAGES.values(), ids=DAMAGES)
async def test_what_is_no_export_of_ours_is_refused(exported: dict[str, Any], place: list[Any], value: Any):
    documents.read(as_file(exported))
    *above, last = place
    damaged: Any = exported
    for key in above:
        damaged = damaged[key]
    damaged[last] = value

    with pytest.raises(UnreadableError):
        documents.read(as_file(exported))


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b"\xff", b'{"format": "other", "version": 1}'], ids=repr)
def test_what_is_no_export_at_all_is_refused(data: bytes):
    with pytest.raises(UnreadableError):
        documents.read(data)


async def test_words_for_displays_are_cleaned(db: AsyncConnection, exported: dict[str, Any], fresh: Group):
    exported["items"][0]["text"] = "rechts\u202e nach links\x00"

    await imports.take_in(db, fresh.id, documents.read(as_file(exported)), template=False)

    assert (await exports.of_group(db, fresh.id))["items"][0]["text"] == "rechts nach links"

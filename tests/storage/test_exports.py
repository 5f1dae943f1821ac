# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The export holds the whole board and nobody's name."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import event, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from method.histories import Event
from method.histories import Kind as Happened
from method.ids import EventId, RoomId, UserId
from method.items import Item, Kind
from method.occasions import When
from method.polls import Kind as PollKind
from method.polls import Openness, Option
from method.polls.ballots import Door, Tally
from method.polls.words import Wish
from method.problems import Stand
from method.recurrences import Every, Recurrence
from method.reminders import Asked
from method.roles import Role
from method.seats import Stage
from method.sectors import ADMINISTRATION, BUSINESS, TARGET_GROUP
from method.settings import Settings
from storage import (
    agendas,
    exports,
    groups,
    histories,
    items,
    meetings,
    notes,
    objections,
    people,
    plans,
    poll_votes,
    polls,
    problems,
    reminders,
    roles,
    seats,
    sectors,
    speakers,
    supports,
    timers,
)
from storage import rooms as storage_rooms
from storage.database import Database
from storage.groups import Group
from storage.inline import InlineConnection
from storage.people import Person
from storage.rooms import Member
from storage.sectors import Mark
from storage.tables import rooms

ROOM = "!room:example.org"
USUAL = [
    {"id": "administration", "name": "Verwaltung"},
    {"id": "civil-society", "name": "Zivilgesellschaft"},
    {"id": "business", "name": "Wirtschaft"},
    {"id": "target-group", "name": "Zielgruppe"},
]
BALANCE = [
    "Welche Sicht fehlt uns?",
    "Es fehlt: Verwaltung, Zivilgesellschaft, Wirtschaft.",
    "Sicht der Zielgruppe: fehlt, oder weniger als 3 Personen.",
]


@pytest.fixture
async def room(db: AsyncConnection, group: Group) -> str:
    row = {
        "room_id": ROOM,
        "group_id": group.id,
        "direct": False,
        "membership": "join",
        "members_complete": True,
    }
    await db.execute(insert(rooms).values(row))
    return ROOM


async def test_export_is_the_whole_board(
    db: AsyncConnection, group: Group, room: str, person: Person, barrier: Item, now: datetime
):
    later = now + timedelta(hours=1)
    await groups.set_goal(db, group.id, "Anerkennung in drei Monaten", EventId("$goal"))
    gone = await items.add(
        db, group.id, Kind.BARRIER, "Vergessen", ["Amt"], person.id, EventId("$2"), now=now
    )
    await items.add(
        db,
        group.id,
        Kind.IDEA,
        "Auch online",
        [],
        person.id,
        EventId("$3"),
        now=now,
        links=[barrier.label, gone.label],
    )
    await supports.add(db, barrier.id, person.id, EventId("$thumb"))
    await supports.add(db, gone.id, person.id, EventId("$thumb2"))
    kept = await notes.add(db, barrier.id, "Bei uns auch", person.id, EventId("$n1"), now=now)
    await notes.rewrite(db, kept.id, "Bei uns im Amt auch", now=later)
    for item, event_id in ((barrier, "$n2"), (gone, "$n3")):
        await notes.add(db, item.id, "Vergessen", person.id, EventId(event_id), now=now)
    unwanted = await notes.by_source(db, EventId("$n2"))
    assert unwanted is not None
    await notes.withdraw(db, unwanted.id, erase=False, now=now)
    await items.withdraw(db, gone.id, erase=False, now=later)

    exported = await exports.group(db, room)

    on_the_board: dict[str, Any] = {
        "part_of": None,
        "parked": False,
        "review": None,
        "task": None,
        "history": [],
    }
    times = {"created": "2026-03-02T08:15:00Z", "changed": "2026-03-02T08:15:00Z"}
    assert exported == {
        "format": "tafelrunde-export",
        "version": 1,
        "group": {
            "name": "Anerkennung",
            "goal": "Anerkennung in drei Monaten",
            "agreements": None,
            "step": 1,
            "state": "active",
            "created": "2026-03-02T08:15:00Z",
        },
        "settings": {"language": "de", **Settings().as_stored()},
        "checkins": None,
        "items": [
            {
                "id": "B1",
                "kind": "barrier",
                "text": "Formular nur auf Papier",
                "topics": ["Amt"],
                "links": [],
                "notes": [
                    {
                        "text": "Bei uns im Amt auch",
                        "kind": "note",
                        "sector": None,
                        "created": "2026-03-02T08:15:00Z",
                        "changed": "2026-03-02T09:15:00Z",
                    }
                ],
                "support": 1,
                "state": "open",
                **times,
                **on_the_board,
            },
            {
                "id": "B2",
                "kind": "barrier",
                "text": None,
                "topics": [],
                "links": [],
                "notes": [],
                "support": 0,
                "state": "withdrawn",
                "created": "2026-03-02T08:15:00Z",
                "changed": "2026-03-02T09:15:00Z",
                **on_the_board,
            },
            {
                "id": "I1",
                "kind": "idea",
                "text": "Auch online",
                "topics": [],
                "links": ["B1"],
                "notes": [],
                "support": 0,
                "state": "open",
                **times,
                **on_the_board,
            },
        ],
        "core_problem": [],
        "sectors": {"used": USUAL, "balance": BALANCE},
        "polls": [],
        "meetings": [],
        "agenda": [],
        "series": [],
        "reminders": [],
        "seats": [],
        "sprints": [],
        "retros": [],
        "guests_until": [],
    }
    assert json.loads(json.dumps(exported)) == exported


async def test_history_says_what_happened_on_which_day_and_not_how_often(
    db: AsyncConnection, group: Group, barrier: Item, now: datetime
):
    gone = await items.add(db, group.id, Kind.BARRIER, "Weg", [], None, EventId("$2"), now=now)
    other = await items.add(
        db, (await groups.add(db, "Wohnen", now=now)).id, Kind.BARRIER, "Dort", [], None, None, now=now
    )
    day, due = date(2026, 3, 3), date(2026, 3, 10)
    edited, moved = Event(day, Happened.EDITED), Event(day, Happened.MOVED, None, due)
    for change, one in enumerate((barrier, gone, other), 1):
        await histories.add(db, one.id, change, [edited, edited, moved])
    await items.withdraw(db, gone.id, erase=False, now=now)

    exported = await exports.of_group(db, group.id)

    assert [(item["id"], item["history"]) for item in exported["items"]] == [
        (
            "B1",
            [
                {"day": "2026-03-03", "kind": "edited", "was": None, "becomes": None},
                {"day": "2026-03-03", "kind": "moved", "was": None, "becomes": "2026-03-10"},
            ],
        ),
        ("B2", []),
    ]


async def test_core_problem_has_its_versions_and_nobody_s_objection(
    db: AsyncConnection, group: Group, person: Person, now: datetime
):
    later = now + timedelta(days=1)
    first = await problems.add(db, group.id, person.id, EventId("$1"), "Erst", now=now, due=later)
    first = await problems.revise(db, first, "Dann", now=now, due=later)
    await objections.vote(db, first.version.id, person.id, EventId("$2"), Stand.FOR)
    await problems.agree(db, first, now=later)
    gone = await problems.add(db, group.id, person.id, EventId("$3"), "Weg", now=now, due=later)
    await problems.erase(db, gone.id)
    await problems.add(db, group.id, person.id, EventId("$4"), "Offen", now=later, due=later)
    open_one = await problems.proposed(db, group.id)
    assert open_one is not None
    await objections.say(db, open_one.version.id, person.id, EventId("$5"), "Das sehe ich anders")

    exported = await exports.of_group(db, group.id)

    times = {"proposed": "2026-03-02T08:15:00Z", "agreed": None}
    assert exported["core_problem"] == [
        {"text": "Erst", "state": "replaced", "in_favour": 0, **times},
        {"text": "Dann", "state": "agreed", "in_favour": 1, **times, "agreed": "2026-03-03T08:15:00Z"},
        {"text": "Offen", "state": "proposed", "in_favour": 0, **times, "proposed": "2026-03-03T08:15:00Z"},
    ]
    assert "anders" not in json.dumps(exported)


async def test_meetings_say_when_and_what_arose(
    db: AsyncConnection, group: Group, person: Person, barrier: Item, now: datetime
):
    hour = timedelta(hours=1)
    await meetings.add(db, group.id, "Austausch", EventId("$m1"), starts_at=now + hour, began_at=now + hour)
    await items.add(db, group.id, Kind.IDEA, "Auch online", [], None, EventId("$i"), now=now + 1.5 * hour)
    await notes.add(db, barrier.id, "Bei uns auch", None, EventId("$n"), now=now + 1.5 * hour)
    [running] = await meetings.of_group(db, group.id)
    await meetings.notice(db, running.id, person.id)
    await roles.save(db, running.id, {Role.TIME: person.id})
    await speakers.ask(db, running.id, person.id, EventId("$hand"), replace=False)
    core = await problems.add(db, group.id, None, EventId("$p"), "Kern", now=now, due=now)
    await problems.agree(db, core, now=now + 2 * hour)
    await meetings.end(db, running.id, now=now + 2 * hour)
    off = await meetings.add(db, group.id, None, EventId("$m2"), starts_at=now + 9 * hour, began_at=None)
    await meetings.end(db, off.id, now=now + 3 * hour)
    await meetings.add(db, group.id, "Zweites", EventId("$m3"), starts_at=now + 48 * hour, began_at=None)
    await meetings.add(db, group.id, "Jetzt", EventId("$m4"), starts_at=None, began_at=now + 4 * hour)

    assert (await exports.of_group(db, group.id))["meetings"] == [
        {
            "id": "T1",
            "title": "Austausch",
            "state": "ended",
            "starts": "2026-03-02T09:15:00Z",
            "began": "2026-03-02T09:15:00Z",
            "ended": "2026-03-02T10:15:00Z",
            "new": ["I1"],
            "added_to": ["B1"],
            "core_problem": True,
        },
        {
            "id": "T2",
            "title": None,
            "state": "ended",
            "starts": "2026-03-02T17:15:00Z",
            "began": None,
            "ended": "2026-03-02T11:15:00Z",
            "new": [],
            "added_to": [],
            "core_problem": False,
        },
        {
            "id": "T3",
            "title": "Zweites",
            "state": "planned",
            "starts": "2026-03-04T08:15:00Z",
            "began": None,
            "ended": None,
            "new": [],
            "added_to": [],
            "core_problem": False,
        },
        {
            "id": "T4",
            "title": "Jetzt",
            "state": "running",
            "starts": None,
            "began": "2026-03-02T12:15:00Z",
            "ended": None,
            "new": [],
            "added_to": [],
            "core_problem": False,
        },
    ]


async def test_only_seats_that_are_still_needed_are_told(db: AsyncConnection, group: Group, person: Person):
    for number, stage in enumerate(Stage):
        seat = await seats.add(db, group.id, f"Stelle {number}", person.id, EventId(f"$w{number}"))
        await seats.set_stage(db, seat.id, stage)
    gone = await seats.add(db, group.id, "Weg", person.id, EventId("$w9"))
    await seats.erase(db, gone.id)

    assert (await exports.of_group(db, group.id))["seats"] == [
        {"id": "W1", "text": "Stelle 0", "state": "sought"},
        {"id": "W2", "text": "Stelle 1", "state": "asked"},
    ]


async def test_sectors_are_told_without_single_people(
    db: AsyncConnection, group: Group, room: str, now: datetime
):
    await sectors.add(db, group.id, "Wissenschaft", EventId("$s"))
    users = [UserId(f"@p{number}:example.org") for number in range(6)]
    await storage_rooms.apply_members(db, RoomId(room), [Member(user, "join", None) for user in users])
    for number, user in enumerate(users):
        sector = BUSINESS if number < 3 else ADMINISTRATION if number == 3 else TARGET_GROUP
        person = await people.get_or_add(db, user)
        await sectors.declare(db, Mark(group.id, person.id, sector, EventId(f"$d{number}"), public=False))

    assert (await exports.of_group(db, group.id))["sectors"] == {
        "used": [*USUAL, {"id": None, "name": "Wissenschaft"}],
        "balance": [
            "Welche Sicht fehlt uns?",
            "Bereiche bisher: Wirtschaft 3, weitere: weniger als 3.",
            "Es fehlt: Zivilgesellschaft.",
            "Sicht der Zielgruppe: fehlt, oder weniger als 3 Personen.",
        ],
    }


async def test_without_a_room_there_is_no_balance(db: AsyncConnection, group: Group):
    assert (await exports.of_group(db, group.id))["sectors"] == {"used": USUAL, "balance": []}


async def test_guests_are_days_only(db: AsyncConnection, group: Group, now: datetime):
    for subject, day in (("1", "2026-04-15"), ("2", "2026-03-20"), ("3", "2026-04-15")):
        for kind in ("guest.remind", "guest.farewell"):
            await timers.add(db, group.id, kind, subject, now, nominal=day)

    assert (await exports.of_group(db, group.id))["guests_until"] == ["2026-03-20", "2026-04-15"]


async def test_export_names_nobody(db: AsyncConnection, room: str, person: Person, barrier: Item):
    await supports.add(db, barrier.id, person.id, EventId("$thumb"))

    written = json.dumps(await exports.group(db, room))

    assert "samira" not in written
    assert "example.org" not in written
    assert "$" not in written


async def test_export_by_name(db: AsyncConnection, group: Group, room: str):
    assert await exports.group(db, "Anerkennung") == await exports.group(db, room)


async def test_export_of_an_empty_board(db: AsyncConnection, room: str):
    assert (await exports.group(db, room))["items"] == []


async def test_export_by_a_name_of_two_groups_raises(db: AsyncConnection, room: str, now: datetime):
    await groups.add(db, "Anerkennung", now=now)

    with pytest.raises(LookupError, match="several groups have this name"):
        await exports.group(db, "Anerkennung")
    assert (await exports.group(db, room))["group"]["name"] == "Anerkennung"


@pytest.mark.parametrize("unknown", ["!nowhere:example.org", "Wohnen", ""])
async def test_export_of_an_unknown_group_raises(db: AsyncConnection, room: str, unknown: str):
    with pytest.raises(LookupError, match="no such group"):
        await exports.group(db, unknown)


def a_wish(now: datetime, **more: Any) -> Wish:
    options = (Option(1, "Lotsin"), Option(2, "Profil"))
    wish = Wish(PollKind.CHOICE, "Was zuerst?", options, 1, Openness.OPEN, False, now + timedelta(days=2))
    return replace(wish, **more)


async def test_polls_have_their_sums_once_they_have_ended_and_nobody_s_vote(
    db: AsyncConnection, group: Group, person: Person, now: datetime
):
    barrier = await items.add(db, group.id, Kind.BARRIER, "Nur Papier", [], None, None, now=now)
    dots = (Option(1, "Nur Papier", item=barrier.id, label="B1"), Option(2, "", at=now, whole_day=True))
    wishes = (
        a_wish(now),
        a_wish(now),
        a_wish(now, openness=Openness.SECRET),
        a_wish(now, kind=PollKind.DOTS, options=dots),
        a_wish(now),
    )
    asked = [
        await polls.add(db, group.id, wish, person.id, EventId(f"$u{place}"))
        for place, wish in enumerate(wishes)
    ]
    await poll_votes.add(db, asked[0].id, person.id, EventId("$kanarie"), Door.COMMAND, (2,))
    await poll_votes.add_secretly(db, asked[2], UserId("@lina:example.org"), (2,))
    await polls.close(db, asked[1], Tally(3, {1: 1, 2: 2}))
    await polls.close(db, asked[2], await polls.sums(db, asked[2]))
    await polls.withdraw(db, asked[4].id)
    await items.add(db, group.id, Kind.DECISION, "Profil nach U2", [], None, EventId("$e"), now=now)

    exported = await exports.of_group(db, group.id)

    assert [(one["id"], one["state"], one["people"], one["decisions"]) for one in exported["polls"]] == [
        ("U1", "open", None, []),
        ("U2", "closed", 3, ["E1"]),
        ("U3", "closed", None, []),
        ("U4", "open", None, []),
    ]
    assert [[option["votes"] for option in one["options"]] for one in exported["polls"]] == [
        [None, None], [1, 2], [None, None], [None, None]
    ]  # fmt: skip
    ends = "2027-02-24T13:21:00Z" if now.day == 22 else exported["polls"][3]["ends"]
    day = exported["polls"][3]["options"][1]["at"]
    assert exported["polls"][3] == {
        "id": "U4", "kind": "dots", "question": "Was zuerst?", "openness": "open", "most": 1, "state": "open",
        "ends": ends, "people": None, "decisions": [],
        "options": [
            {"number": 1, "text": "Nur Papier", "at": None, "whole_day": False, "entry": "B1", "votes": None},
            {"number": 2, "text": "", "at": day, "whole_day": True, "entry": None, "votes": None},
        ],
    }  # fmt: skip
    assert "kanarie" not in json.dumps(exported)


async def test_export_of_any_size_takes_the_same_queries(
    database: Database, db: AsyncConnection, group: Group, room: str, now: datetime
):
    for number in range(30):
        item = await items.add(db, group.id, Kind.BARRIER, f"Text {number}", ["Amt"], None, None, now=now)
        await notes.add(db, item.id, "Bei uns auch", None, None, now=now)
    person = await people.get_or_add(db, UserId("@lina:example.org"))
    for number in range(5):
        asked = await polls.add(db, group.id, a_wish(now), person.id, EventId(f"$poll{number}"))
        await polls.close(db, asked, Tally(number, {1: number, 2: 0}))
    queries: list[str] = []
    if isinstance(db, InlineConnection):
        db.driver.set_trace_callback(queries.append)
    else:
        event.listen(database.sync_engine, "before_cursor_execute", lambda *args: queries.append(args[2]))

    exported = await exports.group(db, room)

    assert (len(exported["items"]), len(queries)) == (30, 28)


async def test_what_is_planned_says_nothing_about_people(
    db: AsyncConnection, group: Group, person: Person, barrier: Item, now: datetime
):
    weekly = Recurrence(Every.WEEK, 1, (0,))
    await plans.add_series(db, group.id, weekly, time(15), "Austausch", None, EventId("$s"))
    meeting = await meetings.add(db, group.id, None, EventId("$m"), starts_at=now, began_at=None)
    await plans.set_author(db, meeting.id, person.id)
    await agendas.add(db, group.id, meeting.id, "Profil", EventId("$a"), minutes=10, item_id=barrier.id)
    await agendas.add(db, group.id, None, "Später", EventId("$b"), minutes=None, item_id=None)
    for number, private in enumerate((False, True)):
        asked = Asked(None, When(now, True, weekly, time(9)), "Alleine" if private else "Board lesen", None)
        values = reminders.values_of(asked, private=private, unnamed=False, room=None)
        one = await reminders.add(db, group.id, person.id, values, EventId(f"$r{number}"))
        await timers.add(db, group.id, one.kind, str(one.id), now, nominal="x")

    exported = await exports.of_group(db, group.id)

    assert {name: exported[name] for name in ("agenda", "series", "reminders")} == {
        "agenda": [
            {"meeting": "T1", "text": "Profil", "minutes": 10, "entry": "B1"},
            {"meeting": None, "text": "Später", "minutes": None, "entry": None},
        ],
        "series": [{"every": "jeden Montag", "time": "15:00", "title": "Austausch"}],
        "reminders": [{"text": "Board lesen", "every": "jeden Montag", "next": "2026-03-02T08:15:00Z"}],
    }
    assert "samira" not in json.dumps(exported).lower()

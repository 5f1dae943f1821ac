# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Everything about a person is found and can be forgotten, in tables that do not exist yet too."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Column, LargeBinary, String, Table, Text, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from method.histories import Event
from method.histories import Kind as Happened
from method.ids import EventId, GroupId, UserId
from method.items import Kind
from method.polls import Kind as PollKind
from method.polls import Openness, Option
from method.polls.ballots import Door
from method.polls.words import Wish
from method.tasks import Task, taken
from storage import (
    anonymous,
    changes,
    groups,
    histories,
    items,
    notes,
    people,
    personal,
    poll_votes,
    polls,
    preferences,
    questions,
    supports,
    tasks,
    traces,
)
from storage.columns import Instant
from storage.groups import Group
from storage.tables import inbox, members, metadata, outbox, receipts, rooms
from storage.tables import people as people_table
from storage.tables import reminders as reminders_table

CANARY = UserId("@samira:example.org")
OTHER = UserId("@lina:example.org")
DIRECT = "!direct:example.org"

LINKS = personal.links()

#: The homeserver's own state: who is in a room and what they may do there. The bot cannot work without it as long
#: as the person is in the room; it is not about what they did.
OF_THE_SERVER = {"members", "room_state", "crypto"}


def name(link: personal.Link) -> str:
    return f"{link.table.name}.{link.column.name}"


#: What is read as one of few words.
READ = {"items.kind": "barrier"}


def value(column: Column[Any], made: dict[str, dict[str, Any]]) -> Any:
    """Return something for a column, the canary where it is about a person."""
    for key in column.foreign_keys:
        parent = made.get(key.column.table.name)
        return parent[key.column.name] if parent else None
    if column.name in ("user_id", "sender"):
        return CANARY
    if isinstance(column.type, Instant):
        return datetime(2027, 2, 22, 8, tzinfo=UTC)
    if isinstance(column.type, LargeBinary):
        return None if column.nullable else b"{}"
    if isinstance(column.type, String | Text):
        words = f"{column.table.name}-{column.name}"
        return READ.get(f"{column.table.name}.{column.name}", words)
    return 1


async def fill(db: AsyncConnection) -> dict[str, dict[str, Any]]:
    """Put a row about the canary into every table; return the rows by table."""
    made: dict[str, dict[str, Any]] = {}
    for table in metadata.sorted_tables:
        row = {column.name: value(column, made) for column in table.c if column.name != "id"}
        if "id" in table.c:
            row["id"] = 7
        await db.execute(insert(table).values(row))
        made[table.name] = row
    return made


async def found_in(db: AsyncConnection, words: str) -> set[str]:
    return {
        table.name
        for table in metadata.sorted_tables
        for row in await db.execute(select(table))
        if words in str(row)
    }


async def test_after_forgetting_no_row_leads_to_the_person(db: AsyncConnection):
    """A new table that refers to people is covered, or fails here."""
    await fill(db)
    linked = {link.table.name for link in LINKS}
    assert linked >= {"items", "notes", "supports", "changes", "questions", "preferences"}

    counts = await personal.forget(db, CANARY)

    assert await found_in(db, CANARY) <= OF_THE_SERVER
    assert (await db.execute(select(people_table))).all() == []
    for link in LINKS:
        assert (await db.execute(select(link.table).where(link.column.is_not(None)))).all() == [], name(link)
    assert linked | {"people"} <= set(counts)


@pytest.mark.parametrize("link", LINKS, ids=name)
def test_rows_that_go_with_a_person_take_nothing_else_along(link: personal.Link):
    """What others refer to may not be deleted: its link must be one that can be cut."""
    children = [
        table.name
        for table in metadata.sorted_tables
        for key in table.foreign_keys
        # What is deleted along on purpose says so: who joined in a reminder of somebody else's.
        if key.column.table is link.table and table is not link.table and key.ondelete != "CASCADE"
    ]

    assert link.may_be_cut or children == []


@pytest.mark.parametrize("table", metadata.sorted_tables, ids=lambda table: table.name)
def test_person_columns_refer_to_people(table: Table):
    """Otherwise nobody would find them: a number of a person is a foreign key."""
    loose = [
        column.name
        for column in table.c
        if column.name.endswith(("person_id", "author_id", "owner_id", "member_id"))
        and not column.references(people_table.c.id)
    ]

    assert loose == []


async def test_everything_in_every_table_is_shown_to_its_owner(db: AsyncConnection):
    await fill(db)
    # Who joined in a private one has put off somebody's words.
    await db.execute(update(reminders_table).values(private=False))

    shown = await personal.everything(db, CANARY, now=datetime(2027, 2, 22, 8, tzinfo=UTC))

    assert {link.table.name for link in LINKS} <= set(shown["data"])
    [item] = shown["data"]["items"]
    assert (item["group"], item["text"], item["created_at"]) == (
        "groups-name", "items-text", "2027-02-22T08:00:00Z",
    )  # fmt: skip
    assert json.loads(json.dumps(shown)) == shown


@pytest.mark.parametrize("only_one", [False, True], ids=["forgotten", "left"])
async def test_nothing_names_the_direct_message_it_came_of(db: AsyncConnection, only_one: bool):
    """Whatever names an event of the room for one person and the bot names the person."""
    made = await fill(db)
    for source in traces.SOURCES:
        await db.execute(update(source.table).values({source.name: made["inbox"]["event_id"]}))
    direct = {"direct": True, "room_id": made["inbox"]["room_id"]}
    await db.execute(update(rooms).values(direct))
    await db.execute(update(members).values(room_id=direct["room_id"]))
    await db.execute(update(receipts).values(room_id=direct["room_id"]))

    await (traces.part(db, CANARY, GroupId(7)) if only_one else traces.wipe(db, CANARY))

    assert len(traces.SOURCES) >= 9
    assert await found_in(db, made["inbox"]["event_id"]) == {"inbox"}
    assert (await db.scalar(select(receipts.c.number)) is None) is not only_one


async def test_a_post_made_anew_looks_like_any_other_afterwards(db: AsyncConnection, now: datetime):
    rows = {}
    for cause, payload in (("ev:$said:0", None), ("ev:$unsaid:0", b"{}")):
        row = {"room_id": DIRECT, "kind": "event", "attempts": 0, "created_at": now, "state": "new"}
        rows[cause] = row | {"cause": traces.anew(cause), "subject": traces.ANEW, "payload": payload}
        await db.execute(insert(outbox).values(rows[cause]))

    await traces.smooth(db)

    found = {(row.cause, row.subject) for row in await db.execute(select(outbox))}
    assert found == {("ev:$said:0", None), (rows["ev:$unsaid:0"]["cause"], traces.ANEW)}
    assert traces.anew("ev:$said:0") != traces.anew("ev:$said:0")


@pytest.fixture
async def told(db: AsyncConnection, group: Group, now: datetime) -> Group:
    """A group in which Samira wrote by direct message, and Lina in the room."""
    samira, lina = await people.get_or_add(db, CANARY), await people.get_or_add(db, OTHER)
    for room_id, direct in (("!group:example.org", False), (DIRECT, True)):
        row = {"room_id": room_id, "direct": direct, "membership": "join", "members_complete": True}
        await db.execute(insert(rooms).values(row | {"group_id": None if direct else group.id}))
        row = {"room_id": room_id, "user_id": CANARY, "membership": "join", "display_name": "Samira"}
        await db.execute(insert(members).values(row))
    for event, room_id in (("$direct", DIRECT), ("$room", "!group:example.org")):
        row = {"event_id": event, "room_id": room_id, "batch": 1, "idx": 0, "received_at": now, "attempts": 0}
        await db.execute(insert(inbox).values(row | {"state": "done", "rule": "command"}))
    mine = await items.add(
        db, group.id, Kind.BARRIER, "Nur Papier", ["Amt"], samira.id, EventId("$direct"), now=now
    )
    theirs = await items.add(db, group.id, Kind.IDEA, "Online", [], lina.id, EventId("$room"), now=now)
    await notes.add(db, theirs.id, "Bei uns auch", samira.id, EventId("$note"), now=now)
    await notes.add(db, mine.id, "Geheim von Lina", lina.id, EventId("$other"), now=now)
    await supports.add(db, theirs.id, samira.id, EventId("$thumb"))
    await preferences.switch(db, samira.id, "name", on=True)
    post = {
        "room_id": "!group:example.org",
        "kind": "event",
        "attempts": 1,
        "created_at": now,
        "state": "sent",
    }
    await db.execute(insert(outbox).values(post | {"cause": "ev:$direct:1", "subject": "item:1:post"}))
    return group


async def test_forgetting_leaves_the_entries_and_cuts_every_link(db: AsyncConnection, told: Group):
    counts = await personal.forget(db, CANARY)

    [mine, theirs] = [one.item for one in await items.everything(db, told.id)]
    assert (mine.text, mine.topics, mine.author, mine.source) == ("Nur Papier", ("Amt",), None, None)
    assert theirs.author is not None
    assert theirs.source == "$room"
    assert await supports.count(db, theirs.id) == 0
    assert [(note.text, note.author) for note in await notes.of_item(db, theirs.id)] == [
        ("Bei uns auch", None)
    ]
    assert [note.author for note in await notes.of_item(db, mine.id)] == [theirs.author]
    assert list(await db.scalars(select(outbox.c.cause))) == ["forgotten:1"]
    assert counts == {"items": 2, "notes": 1, "outbox": 1, "supports": 1, "preferences": 1, "people": 1}
    assert await personal.forget(db, CANARY) == {}


async def test_the_owner_reads_own_words_and_nobody_elses(db: AsyncConnection, told: Group, now: datetime):
    await anonymous.add(db, told.id, Kind.BARRIER, "Anonym gesagt", "c0de", due_at=now)

    shown = await personal.everything(db, CANARY, now=now)

    assert shown["account"] == CANARY
    assert [entry["text"] for entry in shown["data"]["items"]] == ["Nur Papier"]
    assert shown["data"]["supports"] == [{"event_id": "$thumb", "item": "I1", "group": "Anerkennung"}]
    assert shown["data"]["preferences"] == [{"name": "name", "value": "on"}]
    assert [message["event_id"] for message in shown["data"]["messages"]] == ["$direct"]
    for others in ("Geheim von Lina", OTHER, "Anonym gesagt"):
        assert others not in str(shown)


async def test_the_owner_reads_own_polls_and_votes_and_no_running_sum(
    db: AsyncConnection, told: Group, now: datetime
):
    samira, lina = [await people.get_or_add(db, user) for user in (CANARY, OTHER)]
    wish = Wish(PollKind.CHOICE, "Wohin?", (Option(1, "Nord"),), 1, Openness.SECRET, True, now)
    secret = await polls.add(db, told.id, wish, samira.id, EventId("$u1"))
    await polls.suggest(db, secret, Option(0, "Süd"), samira.id, EventId("$plus"))
    await poll_votes.add_secretly(db, secret, OTHER, (1,), "Geheim gesagt")
    asked = await polls.add(db, told.id, replace(wish, openness=Openness.OPEN), lina.id, EventId("$u2"))
    await poll_votes.add(db, asked.id, samira.id, EventId("$vote"), Door.COMMAND, (1,))
    await poll_votes.add(db, asked.id, lina.id, EventId("$others"), Door.COMMAND, (1,))
    await poll_votes.say(db, asked.id, samira.id, EventId("$words"), "Weil es nah ist")

    data = (await personal.everything(db, CANARY, now=now))["data"]

    assert [(one["number"], one["question"], "people" in one) for one in data["polls"]] == [
        (1, "Wohin?", False)
    ]
    assert [(one["poll"], one["text"], "votes" in one) for one in data["poll_options"]] == [
        ("U1", "Süd", False)
    ]
    assert data["poll_votes"] == [
        {"event_id": "$vote", "poll": "U2", "group": "Anerkennung", "door": "command", "choices": "1"}
    ]
    assert data["poll_words"] == [
        {"poll": "U2", "group": "Anerkennung", "text": "Weil es nah ist", "event_id": "$words"}
    ]
    assert "$others" not in str(data)
    assert "Geheim gesagt" not in str(data)


async def test_the_owner_reads_what_histories_tell_of_them_and_nothing_of_others(
    db: AsyncConnection, told: Group, now: datetime
):
    samira, lina = [await people.get_or_add(db, user) for user in (CANARY, OTHER)]
    for number, owner in enumerate((samira, lina), 1):
        task = await items.add(
            db, told.id, Kind.TASK, f"Raum {number}", [], owner.id, EventId(f"$a{number}"), now=now
        )
        await tasks.save(db, task.id, taken(Task(), owner.id))
        # It was taken before, too: nobody knows any more by whom.
        for day in (1, 2):
            await histories.add(db, task.id, 100 + day, [Event(date(2026, 3, day), Happened.TAKEN)])
        await histories.add(db, task.id, 103, [Event(date(2026, 3, 2), Happened.BLOCKED)])
        change = await changes.add(db, told.id, owner.id, "task", now=now, item_id=task.id)
        moved = Event(date(2026, 3, 3), Happened.MOVED, None, date(2026, 3, 9))
        await histories.add(db, task.id, 104, [Event(date(2026, 3, 4), Happened.EDITED)])
        await histories.add(db, task.id, change.id, [moved])

    before = (await personal.everything(db, CANARY, now=now))["data"]["item_events"]
    await changes.purge(db, now + timedelta(minutes=30))
    after = (await personal.everything(db, CANARY, now=now))["data"]["item_events"]

    taken_last = {"item": "A1", "group": "Anerkennung", "day": "2026-03-02", "kind": "taken"}
    moved_then = {
        "item": "A1",
        "group": "Anerkennung",
        "day": "2026-03-03",
        "kind": "moved",
        "becomes": "2026-03-09",
    }
    assert (before, after) == ([taken_last, moved_then], [taken_last])


async def test_a_stranger_owns_nothing(db: AsyncConnection, told: Group, now: datetime):
    shown = await personal.everything(db, UserId("@nobody:example.org"), now=now)

    assert shown["data"] == {}


async def test_leaving_one_of_two_groups_cuts_the_links_of_that_one(
    db: AsyncConnection, told: Group, now: datetime
):
    samira = await people.get_or_add(db, CANARY)
    second = await groups.add(db, "Zweite", now=now)
    await people.set_group(db, samira.id, told.id)
    row = {"room_id": "!second:example.org", "direct": False, "membership": "join", "members_complete": True}
    await db.execute(insert(rooms).values(row | {"group_id": second.id}))
    row = {"room_id": "!second:example.org", "user_id": CANARY, "membership": "join"}
    await db.execute(insert(members).values(row))
    await items.add(db, second.id, Kind.BARRIER, "Dort", [], samira.id, EventId("$there"), now=now)

    await personal.leave(db, CANARY, told.id)

    assert [one.item.author for one in await items.everything(db, second.id)] == [samira.id]
    assert samira.id not in [one.item.author for one in await items.everything(db, told.id)]
    assert await preferences.is_on(db, samira.id, "name")
    assert (await people.get(db, samira.id)).group_id is None


async def test_questions_and_unread_messages_are_forgotten(db: AsyncConnection, told: Group, now: datetime):
    samira = await people.get_or_add(db, CANARY)
    await questions.ask(db, DIRECT, samira.id, "text", "barriere {}", EventId("$asked"), now=now)  # type: ignore[arg-type]  # a room id
    row = {"event_id": "$waits", "room_id": DIRECT, "batch": 2, "idx": 0, "received_at": now, "attempts": 0}
    await db.execute(
        insert(inbox).values(row | {"state": "waiting", "rule": "no_key", "sender": CANARY, "raw": b"{}"})
    )

    await personal.forget(db, CANARY)

    assert await found_in(db, CANARY) <= OF_THE_SERVER
    assert await questions.by_event(db, EventId("$asked")) is None
    waits = (await db.execute(select(inbox).where(inbox.c.event_id == "$waits"))).one()
    assert (waits.state, waits.raw, waits.sender) == ("ignored", None, None)


async def test_rooms_of_others_are_not_theirs(db: AsyncConnection, told: Group):
    assert list(await db.scalars(traces.direct_rooms(CANARY))) == [DIRECT]
    assert list(await db.scalars(traces.direct_rooms(OTHER))) == []


async def test_who_is_in_a_room_is_not_gone(db: AsyncConnection, told: Group):
    assert await personal.gone(db) == [OTHER]
    assert told.id == GroupId(1)

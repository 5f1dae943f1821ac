# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What was kept long enough goes at night, once for each day; the log holds numbers only."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, insert, select, update

from bot.retention import Retention
from method import codes
from method.ids import EventId, GroupId, RoomId, UserId
from method.items import Kind
from storage import anonymous, groups, inbox, items, outbox, people, retention
from storage.database import Database
from storage.tables import anonymous as anonymous_table
from storage.tables import inbox as inbox_table
from storage.tables import members, rooms
from storage.tables import outbox as outbox_table
from tests.canaries import CANARIES
from tests.chat import Chat, user

#: Three o'clock in Berlin.
NIGHT = datetime(2027, 2, 23, 2, 0, tzinfo=UTC)
RULES = [
    "gone",
    "moments",
    "codes",
    "votes",
    "checkins",
    "retros",
    "box",
    "absences",
    "occurrences",
    "journal",
]


def logged() -> list[dict[str, int]]:
    lines = [json.loads(line) for line in CANARIES.log.getvalue().splitlines() if '"retention"' in line]
    return [{key: line[key] for key in line if key.endswith("_rows")} for line in lines]


async def test_it_runs_at_three_and_once_a_day(database: Database):
    night = Retention(database)

    await night(NIGHT - timedelta(seconds=1))
    assert logged() == []
    await night(NIGHT)
    await night(NIGHT + timedelta(hours=1))
    await Retention(database)(NIGHT + timedelta(hours=2))
    assert logged() == [{f"{rule}_rows": 0 for rule in RULES}]
    await night(NIGHT + timedelta(days=1))
    assert len(logged()) == 2


async def test_a_missed_night_is_made_up_for_at_the_first_tick(database: Database):
    await Retention(database)(NIGHT + timedelta(hours=9))

    assert len(logged()) == 1


def test_every_rule_has_a_start_and_a_period():
    assert [rule.name for rule in retention.RULES] == RULES
    assert [rule.start for rule in retention.RULES if not rule.start] == []
    assert {rule.name: rule.period.days for rule in retention.RULES} == {
        "gone": 0, "moments": 1, "codes": 30, "votes": 1, "checkins": 14, "retros": 30, "box": 180, "absences": 0,
        "occurrences": 180, "journal": 365,
    }  # fmt: skip


async def arrive(database: Database, event_id: str, at: datetime, *, done: bool = True) -> None:
    async with database.transaction() as db:
        arrival = inbox.Arrival(event_id, "!room:test", 0, "@ewa:test", b"{}")
        await inbox.add(db, 1, [arrival], now=at)
        if done:
            await inbox.finish(db, EventId(event_id), "done", "command")


async def test_of_what_is_done_only_the_day_is_kept(database: Database):
    before = datetime(2027, 2, 21, 14, 5, 6, 7, tzinfo=UTC)
    await arrive(database, "$old", before)
    await arrive(database, "$open", before, done=False)
    await arrive(database, "$fresh", NIGHT)
    async with database.transaction() as db:
        for cause in ("sent", "unsent"):
            await outbox.add(db, cause, RoomId("!room:test"), "event", {"body": "…"}, now=before)
        values = {"payload": None, "state": "sent", "first_try_at": before}
        await db.execute(update(outbox_table).where(outbox_table.c.cause == "sent").values(values))

    await Retention(database)(NIGHT)

    async with database.reading() as db:
        arrived = {r.event_id: r.received_at for r in await db.execute(select(inbox_table))}
        said = {r.cause: (r.created_at, r.first_try_at) for r in await db.execute(select(outbox_table))}
    day = datetime(2027, 2, 21, tzinfo=UTC)
    assert arrived == {"$old": day, "$open": before, "$fresh": NIGHT}
    assert said == {"sent": (day, day), "unsent": (before, None)}
    assert logged()[0]["moments_rows"] == 3


@pytest.mark.parametrize(("days", "left"), [(364, 1), (367, 0)], ids=["for a year", "not for longer"])
async def test_numbers_of_messages_are_kept_for_a_year(database: Database, days: int, left: int):
    await arrive(database, "$old", NIGHT - timedelta(days=days))
    await arrive(database, "$open", NIGHT - timedelta(days=days), done=False)

    await Retention(database)(NIGHT)

    async with database.reading() as db:
        assert await db.scalar(select(func.count()).select_from(inbox_table)) == left + 1


async def test_codes_of_erased_entries_and_entries_that_were_never_published_go(database: Database):
    async with database.transaction() as db:
        group = await groups.add(db, "Anerkennung", now=NIGHT)
        for number, (erase, due_at) in enumerate(
            [(True, None), (False, None), (None, NIGHT), (None, NIGHT - timedelta(days=31))]
        ):
            code = codes.hashed(str(number))
            await anonymous.add(db, group.id, Kind.BARRIER, "Satz", code, due_at=due_at or NIGHT)
            if erase is not None:
                item = await items.add(db, group.id, Kind.BARRIER, "Satz", [], None, None, now=NIGHT)
                await anonymous.published(db, code, item.id)
                if erase:
                    await items.withdraw(db, item.id, erase=True, now=NIGHT)

    await Retention(database)(NIGHT)

    async with database.reading() as db:
        left = set(await db.scalars(select(anonymous_table.c.code)))
    assert left == {codes.hashed("1"), codes.hashed("2")}


async def test_who_is_in_no_room_any_more_is_forgotten(database: Database):
    async with database.transaction() as db:
        group = await groups.add(db, "Anerkennung", now=NIGHT)
        room = {"room_id": "!g:test", "group_id": group.id, "direct": False, "membership": "leave"}
        await db.execute(insert(rooms).values(room | {"members_complete": True}))
        for name, membership in (("ewa", "leave"), ("lina", "join")):
            row = {"room_id": "!g:test", "user_id": user(name), "membership": membership}
            await db.execute(insert(members).values(row))
            person = await people.get_or_add(db, user(name))
            await items.add(
                db, group.id, Kind.BARRIER, f"von {name}", [], person.id, EventId(f"${name}"), now=NIGHT
            )

    await Retention(database)(NIGHT)

    async with database.reading() as db:
        authors = {one.item.text: one.item.author for one in await items.everything(db, GroupId(group.id))}
        lina = await people.find(db, user("lina"))
        assert await people.find(db, UserId(user("ewa"))) is None
    assert lina is not None
    assert authors == {"von ewa": None, "von lina": lina.id}


async def test_the_log_names_nobody(chat: Chat):
    await chat.says("!barriere Nur Papier", by="ewa")
    await chat.pass_time(days=1)

    text = "".join(line for line in CANARIES.log.getvalue().splitlines() if '"retention"' in line)
    assert "ewa" not in text
    assert "!" not in text

# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""!stand: what is new since the person last asked, by direct message."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import select

from storage.tables import visits
from tests.chat import Chat

STEP = "Wo stehen wir?\nSchritt 1 von 5: Barrieren erkennen."
WOMENS_DAY = "Nächste Termine\nMo, 8. März: Feiertag (Frauentag)."


async def marks(chat: Chat) -> list[tuple[int | None, ...]]:
    async with chat.db.reading() as db:
        query = select(visits.c.item_id, visits.c.note_id, visits.c.poll_id, visits.c.meeting_id)
        return [tuple(row) for row in await db.execute(query)]


async def test_first_stand_tells_the_week_and_the_second_is_short(chat: Chat):
    await chat.says("!barriere Formular nur auf Papier")
    chat.now = datetime(2027, 3, 2, 8, tzinfo=UTC)
    await chat.says("!barriere Keine Abendkurse", by="ewa")
    await chat.says("!ergänzen B1 Auch hier", by="ewa")
    await chat.pass_time(seconds=20)
    await chat.answers()

    await chat.tells("stand")
    assert (await chat.answers())[-1] == (
        f"Neu in der letzten Woche:\n{STEP}\n"
        "Neu auf dem Board\nB2: Keine Abendkurse.\nErgänzung zu B1: Auch hier.\n"
        f"{WOMENS_DAY}\nBeim nächsten Mal steht hier nur, was ab jetzt neu ist."
    )
    await chat.tells("stand")
    assert await chat.answers() == [f"Seit dem letzten Mal gibt es nichts Neues.\n{STEP}\n{WOMENS_DAY}"]
    await chat.says("!idee Lotsin", by="ewa")
    await chat.answers()
    await chat.tells("stand")
    assert (await chat.answers())[
        -1
    ] == f"Neu seit dem letzten Mal:\n{STEP}\nNeu auf dem Board\nI1: Lotsin.\n{WOMENS_DAY}"


async def test_stand_in_the_room_is_answered_by_direct_message(chat: Chat):
    room = await chat.direct("lina")
    await chat.says("!barriere Formular nur auf Papier")
    await chat.answers()
    await chat.says("!stand")

    assert sorted((sent.room_id == room, sent.type) for sent in chat.homeserver.sent[-2:]) == [
        (False, "m.reaction"),
        (True, "m.room.message"),
    ]


async def test_what_ends_later_is_told_although_it_began_before(chat: Chat):
    await chat.says("!umfrage Was zuerst?; Lotsin; Profil bis Mi 12:00", by="jule")
    await chat.says("!umfrage Und dann?; Ja; Nein bis heute 12:00", by="jule")
    await chat.tells("stand")
    chat.now = datetime(2027, 2, 22, 11, 0, 10, tzinfo=UTC)
    await chat.pass_time(seconds=0)
    await chat.tells("stand")
    second = (await chat.answers())[-1]
    chat.now = datetime(2027, 2, 24, 11, 0, 10, tzinfo=UTC)
    await chat.pass_time(seconds=0)
    await chat.tells("stand")
    third = (await chat.answers())[-1]

    ended = [[line[:2] for line in said.split("\n") if "ist zu Ende" in line] for said in (second, third)]
    assert ended == [["U2"], ["U1"]]


async def test_only_who_asks_is_remembered_without_a_moment_and_goes_with_forgetting(chat: Chat):
    await chat.says("!barriere Formular nur auf Papier", by="ewa")
    assert await marks(chat) == []
    await chat.tells("stand")
    assert await marks(chat) == [(1, None, None, None)]
    await chat.tells("vergissmich")
    await chat.tells("JA")
    assert await marks(chat) == []


async def test_where_is_a_command_of_its_own(chat: Chat):
    await chat.says("!wo")
    assert (await chat.answers())[-1] == (
        "Wir sind in Schritt 1 von 5: Barrieren erkennen. Mitmachen: !board, !idee, !hilfe"
    )

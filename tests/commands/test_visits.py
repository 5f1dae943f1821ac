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


SPRINT = "!sprint start bis 19.3. Ziel: Getestet"
NEW, NOTHING = "Neu seit dem letzten Mal:", "Seit dem letzten Mal gibt es nichts Neues."
NEXT = "Nächste Termine"


async def stand(chat: Chat, by: str = "lina") -> list[str]:
    """Return what !stand says to a person, without step and dates."""
    await chat.answers()
    await chat.tells("stand", by=by)
    said = (await chat.answers())[-1].partition(f"\n{NEXT}")[0].split("\n")
    return [line for line in said if line not in STEP.split("\n")]


async def test_what_was_written_before_the_last_visit_and_came_after_it_is_told(chat: Chat):
    await chat.says("!barriere Erste", by="ewa")
    await stand(chat)
    content = {"msgtype": "m.text", "body": "!barriere Kam spät"}
    await chat.sends(
        "m.room.message", content, by="ewa", origin_server_ts=int(chat.now.timestamp() * 1000) - 600_000
    )
    await chat.answers()

    assert [line for line in await stand(chat) if "Kam spät" in line or "Erste" in line] == ["B2: Kam spät."]


async def test_finished_tasks_are_told_once_in_the_order_in_which_they_were_done(chat: Chat):
    for words in ("ich buche den Raum", "Firmen einladen", "Merkblatt schreiben"):
        await chat.says(f"!aufgabe {words}", by="henrik")
    await stand(chat)
    await chat.says("!fertig A3", by="ewa")
    assert await stand(chat) == [NEW, "Aufgaben", "Fertig: A3 Merkblatt schreiben."]

    # On the same day, and with smaller numbers; whose a task was, only who had said yes.
    await chat.says("!fertig A1", by="henrik")
    await chat.says("!fertig A2", by="ewa")

    assert await stand(chat) == [
        NEW,
        "Aufgaben",
        "Fertig: A1 ich buche den Raum (Henrik). A2 Firmen einladen.",
    ]
    assert await stand(chat) == [NOTHING]


async def test_task_that_was_opened_again_is_told_when_it_is_done_again(chat: Chat):
    await chat.says("!aufgabe Firmen einladen", by="henrik")
    await stand(chat)
    await chat.says("!fertig A1", by="ewa")
    await stand(chat)
    await chat.says("!aufgabe A1 weiter", by="ewa")
    assert await stand(chat) == [NOTHING]

    await chat.says("!fertig A1", by="ewa")

    assert await stand(chat) == [NEW, "Aufgaben", "Fertig: A1 Firmen einladen."]


async def test_sprints_are_told_when_they_begin_and_when_they_end(chat: Chat):
    await stand(chat)
    await chat.says(SPRINT, by="jule")
    begun = [NEW, "Sprint 1 läuft bis Fr, 19. März. Ziel: Getestet."]
    assert await stand(chat) == begun
    assert await stand(chat) == [NOTHING]

    await chat.says("!sprint ende", by="jule")
    await chat.says(SPRINT, by="jule")

    again = "Sprint 2 läuft bis Fr, 19. März. Ziel: Getestet."
    over = ["Was ist passiert?", "Sprint 1 ist zu Ende. Ziel war: Getestet."]
    assert await stand(chat) == [NEW, again, *over]
    assert await stand(chat) == [NOTHING]


async def test_first_stand_tells_what_was_done_and_ended_in_the_last_week_only(chat: Chat):
    await chat.says("!aufgabe Firmen einladen", by="henrik")
    await chat.says(SPRINT, by="jule")
    await chat.says("!fertig A1", by="ewa")
    await chat.says("!sprint ende", by="jule")
    chat.now = datetime(2027, 3, 2, 8, tzinfo=UTC)
    await chat.says("!aufgabe Merkblatt schreiben", by="henrik")
    await chat.says("!fertig A2", by="ewa")
    await chat.says(SPRINT, by="jule")

    assert await stand(chat) == [
        "Neu in der letzten Woche:",
        "Sprint 2 läuft bis Fr, 19. März. Ziel: Getestet. 1 von 1 Aufgabe ist fertig.",
        "Aufgaben",
        "Fertig: A2 Merkblatt schreiben.",
    ]


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

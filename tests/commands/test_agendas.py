# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The agenda by everybody: time boxes, the barrier it serves, order, the next meeting; one card shows it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from storage.tables import agenda_items
from tests.chat import Chat

CARD = (
    "✎ Treffen T1: Austausch, Mi, 3. März, 15:00, online. ✋ ich möchte sprechen. Rollen ziehen: !rollen\n"
    "Ohne ✋: !rede. Wer noch nicht gesprochen hat, kommt zuerst. Dann zählt, wer sich früher gemeldet hat."
)
ASKED = "Zu welcher Barriere gehört das? Bitte mit der Nummer antworten, zum Beispiel B3. Ohne geht es auch."


@pytest.fixture
async def planned(chat: Chat) -> Chat:
    """Return a group with two barriers and a meeting to come."""
    await chat.says("!barriere Formulare", by="ewa")
    await chat.says("!barriere Sprache", by="ewa")
    await chat.says("!treffen Mi 3.3. 15:00 Austausch (online)", by="lina")
    await chat.answers()
    return chat


async def kept(chat: Chat) -> int:
    async with chat.db.reading() as db:
        return await db.scalar(select(func.count()).select_from(agenda_items)) or 0


async def test_items_stand_on_the_card_with_time_box_and_barrier(planned: Chat):
    await planned.says("!top Profil besprechen 10 min zu B2", by="henrik")
    assert await planned.answers() == [
        f"{CARD}\nTagesordnung:\n1. Profil besprechen (10 Min., B2)",
        "✅ TOP 1",
    ]
    await planned.says("!agenda Rückblick (B1), 15 Minuten", by="ewa")

    assert await planned.answers() == [
        f"{CARD}\nTagesordnung:\n1. Profil besprechen (10 Min., B2)\n2. Rückblick (15 Min., B1)\nZusammen 25 Minuten.",
        "✅ TOP 2",
    ]


async def test_barrier_is_asked_for_once_and_the_answer_is_kept(planned: Chat):
    await planned.says("!top Profil besprechen", by="henrik")
    assert await planned.answers() == [f"{CARD}\nTagesordnung:\n1. Profil besprechen", "✅ TOP 1", ASKED]

    await planned.says("!top Rückblick", by="ewa")
    assert await planned.answers() == [
        f"{CARD}\nTagesordnung:\n1. Profil besprechen\n2. Rückblick",
        "✅ TOP 2",
    ]
    await planned.says("2", by="henrik", reply_to=planned.post("Zu welcher Barriere"))

    assert await planned.answers() == [
        f"{CARD}\nTagesordnung:\n1. Profil besprechen (B2)\n2. Rückblick",
        "✅ TOP 1",
    ]


async def test_reply_to_a_barrier_serves_it(planned: Chat):
    barrier = await planned.says("!barriere Fristen", by="ewa")
    await planned.answers()

    await planned.says("!top Wer fragt nach?", by="henrik", reply_to=barrier)

    assert (await planned.answers())[0].endswith("1. Wer fragt nach? (B3)")


async def test_unknown_barrier_is_asked_back_and_the_text_kept(planned: Chat):
    await planned.says("!top Profil besprechen zu B9", by="henrik")
    [question] = await planned.answers()
    assert question.startswith("B9 gibt es nicht.")

    await planned.says("2", by="henrik", reply_to=planned.post("B9 gibt es nicht"))

    assert (await planned.answers())[0].endswith("1. Profil besprechen (B2)")


async def test_answer_keeps_the_time_box_and_may_name_the_letter(planned: Chat):
    await planned.says("!top Profil besprechen 10 min zu B9", by="henrik")
    await planned.answers()

    await planned.says("B2", by="henrik", reply_to=planned.post("B9 gibt es nicht"))

    assert (await planned.answers())[0].endswith("1. Profil besprechen (10 Min., B2)")


async def test_edit_that_names_no_entry_changes_nothing(planned: Chat):
    message = await planned.says("!top Profil besprechen zu B1", by="henrik")
    await planned.answers()

    await planned.edits(message, "!top Profil besprechen zu B9", by="henrik")

    assert await planned.answers() == ["B9 gibt es nicht. Die Tagesordnung bleibt so."]


async def test_order_time_box_and_withdrawing(planned: Chat):
    for words in ("Eins zu B1", "Zwei zu B1", "Drei zu B1"):
        await planned.says(f"!top {words}", by="henrik")
    await planned.answers()

    await planned.says("!top 3 auf 1", by="ewa")
    assert await planned.answers() == [
        f"{CARD}\nTagesordnung:\n1. Drei (B1)\n2. Eins (B1)\n3. Zwei (B1)",
        "✅ TOP 1",
    ]
    await planned.says("!top 2 5 min", by="ewa")
    await planned.answers()
    await planned.says("!top 1 weg", by="ewa")
    assert await planned.answers() == [
        f"{CARD}\nTagesordnung:\n1. Eins (5 Min., B1)\n2. Zwei (B1)\nZusammen 5 Minuten.",
        "✅ TOP",
    ]
    await planned.says("!top 7 weg", by="ewa")
    assert await planned.answers() == ["Punkt 7 gibt es auf der Tagesordnung nicht. Anzeigen: !top"]


async def test_agenda_is_shown(planned: Chat):
    await planned.says("!top", by="ewa")
    assert await planned.answers() == [
        "Die Tagesordnung ist leer. Gibt es etwas zu besprechen? !top und dann der Text"
    ]
    for number in range(1, 12):
        await planned.says(f"!top Punkt {number}, 1 min zu B1", by="ewa")
    card = (await planned.answers())[-2]
    assert card.split("\n")[3:] == [
        *[f"{number}. Punkt {number} (1 Min., B1)" for number in range(1, 9)],
        "und 3 weitere: !top",
        "Zusammen 11 Minuten.",
    ]

    await planned.says("!tagesordnung", by="ewa")

    [shown] = await planned.answers()
    assert shown.split("\n") == [
        "T1:",
        "Tagesordnung:",
        *[f"{number}. Punkt {number} (1 Min., B1)" for number in range(1, 12)],
        "Zusammen 11 Minuten.",
    ]


async def test_edited_and_deleted_message(planned: Chat):
    event = await planned.says("!top Kanarienvogel 5 min zu B1", by="henrik")
    await planned.answers()

    await planned.edits(event, "!top Rotkehlchen 20 min", by="henrik")
    assert await planned.answers() == [
        f"{CARD}\nTagesordnung:\n1. Rotkehlchen (20 Min., B1)",
        "✏️ TOP 1",
    ]
    await planned.redacts(event, by="henrik")

    assert await planned.answers() == [CARD]
    assert await kept(planned) == 0
    assert not await planned.stores("Rotkehlchen")


@pytest.mark.parametrize("words", ["!parken top 1", "!top 1 parken"])
async def test_parked_item_comes_up_at_the_next_meeting(planned: Chat, words: str):
    await planned.says("!top Profil besprechen zu B1", by="henrik")
    await planned.answers()

    await planned.says(words, by="jule")
    assert await planned.answers() == [CARD, "✅ TOP"]
    await planned.says("!treffen Mi 10.3. 15:00 Zweites", by="lina")

    assert (await planned.answers())[0].endswith("Tagesordnung:\n1. Profil besprechen (B1)")


async def test_reply_parks_and_a_later_meeting_that_is_announced_takes_it_up(planned: Chat):
    await planned.says("!treffen Mi 10.3. 15:00 Zweites", by="lina")
    event = await planned.says("!top Profil besprechen zu B1", by="henrik")
    await planned.answers()

    await planned.says("!parken", by="jule", reply_to=event)

    later = CARD.replace("T1: Austausch, Mi, 3. März, 15:00, online", "T2: Zweites, Mi, 10. März, 15:00")
    assert await planned.answers() == [
        f"{later}\nTagesordnung:\n1. Profil besprechen (B1)",
        "✅ TOP",
        CARD,
    ]


async def test_without_a_meeting_it_waits(chat: Chat):
    await chat.says("!top Profil besprechen", by="henrik")
    assert await chat.answers() == [
        "✅ TOP",
        "Kein Treffen ist angekündigt. Ich hebe den Punkt für das nächste auf.",
    ]
    await chat.says("!top", by="henrik")
    assert await chat.answers() == ["Für das nächste Treffen:\nTagesordnung:\n1. Profil besprechen"]

    await chat.says("!treffen start Gründung", by="lina")
    await chat.says("!treffen heute 14:00 Zweites (online)", by="lina")

    assert (await chat.answers())[1].endswith("Tagesordnung:\n1. Profil besprechen")


async def test_cancelled_meeting_leaves_its_agenda_to_the_next(planned: Chat):
    await planned.says("!top Profil besprechen zu B1", by="henrik")
    await planned.says("!treffen absagen T1", by="lina")
    await planned.answers()

    await planned.says("!treffen Do 4.3. 15:00 Ersatz", by="lina")

    assert (await planned.answers())[0].endswith("Tagesordnung:\n1. Profil besprechen (B1)")


async def test_empty_agenda_is_spoken_of_and_the_author_cancels(planned: Chat):
    planned.now = datetime(2027, 3, 2, 8, 0, tzinfo=UTC)
    await planned.pass_time(seconds=0)
    question = (
        "Bald ist T1: Austausch, Mi, 3. März, 15:00, online.\n"
        "Die Tagesordnung ist leer. Gibt es etwas zu besprechen? !top und dann der Text\n"
        "Oder absagen: 👍 von der Moderation oder von der Person, die es angekündigt hat."
        " Für alle geht: !treffen absagen T1"
    )
    assert await planned.answers() == [question, "👍"]
    post = planned.post("Bald ist T1")

    await planned.reacts(post, by="henrik")
    assert await planned.answers() == []
    await planned.reacts(post, by="lina")

    off = "Treffen T1: Austausch, Mi, 3. März, 15:00, online. Es findet nicht statt."
    assert await planned.answers() == [
        f"✎ {off}",
        f"✎ {off}",
        "T1 fällt aus: Austausch, Mi, 3. März, 15:00, online. Die Datei nimmt es aus dem Kalender.",
    ]


async def test_agenda_that_fills_makes_a_reminder_of_the_proposal(planned: Chat):
    planned.now = datetime(2027, 3, 2, 8, 0, tzinfo=UTC)
    await planned.pass_time(seconds=0)
    await planned.answers()

    await planned.says("!top Profil besprechen 10 min zu B1", by="henrik")
    assert await planned.answers() == [
        f"{CARD}\nTagesordnung:\n1. Profil besprechen (10 Min., B1)",
        "✅ TOP 1",
        "✎ Bald ist T1: Austausch, Mi, 3. März, 15:00, online. Tagesordnung: 1 Punkt, 10 Minuten.",
    ]
    await planned.reacts(planned.post("Bald ist T1"), by="jule")
    planned.now = datetime(2027, 3, 3, 8, 0, tzinfo=UTC)
    await planned.pass_time(seconds=0)

    # The one post is there already, and nothing is cancelled any more.
    assert await planned.answers() == [
        "✎ Bald ist T1: Austausch, Mi, 3. März, 15:00, online. Tagesordnung: 1 Punkt, 10 Minuten."
    ]


async def test_meeting_with_an_agenda_is_spoken_of_once_that_morning(planned: Chat):
    await planned.says("!top Profil besprechen zu B1", by="henrik")
    await planned.answers()
    planned.now = datetime(2027, 3, 2, 8, 0, tzinfo=UTC)
    await planned.pass_time(seconds=0)
    assert await planned.answers() == []

    planned.now = datetime(2027, 3, 3, 7, 59, tzinfo=UTC)
    await planned.pass_time(minutes=1)
    assert await planned.answers() == [
        "Bald ist T1: Austausch, Mi, 3. März, 15:00, online. Tagesordnung: 1 Punkt."
    ]
    await planned.pass_time(hours=6)

    assert await planned.answers() == []

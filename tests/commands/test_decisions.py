# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the group has decided is found again, and comes up again on its day."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from storage.tables import item_sectors, items
from tests.chat import GROUP, Chat

WHAT = "Was ist entschieden? Bitte einfach auf diese Nachricht antworten. Beispiel: Wir testen zuerst I1."
WHEN = (
    "An welchem Tag soll die Gruppe das wieder prüfen?"
    " Bitte mit einem Datum antworten, zum Beispiel 15.6. oder: in 3 Monaten"
)
ON_JUNE_15 = "E1 wieder prüfen: Di, 15. Juni 2027, 8:00. Dann erinnere ich die Gruppe."
REMINDER = (
    "Jetzt wieder prüfen: E1: Wir testen\n"
    "Gilt das noch? Ändern: !ändern E1 Text. Noch einmal erinnern: !ändern E1 wieder prüfen in 3 Monaten"
)


async def at(chat: Chat, month: int, day: int, hour: int, minute: int = 0) -> None:
    """Let time go by until then (UTC)."""
    chat.now = datetime(2027, month, day, hour, minute, tzinfo=UTC)
    await chat.pass_time(seconds=5)


async def heard(chat: Chat) -> list[str]:
    """Return what the group's room has heard, without what is edited away from it."""
    return await chat.answers(GROUP)


async def listed(chat: Chat) -> list[str]:
    """Return the lines of the list of decisions below its head."""
    await chat.answers()
    await chat.says("!entscheidungen", by="murat")
    return (await chat.answers())[0].split("\n")[1:]


async def test_a_decision_is_confirmed_by_a_reaction_and_listed(chat: Chat):
    await chat.says("!entscheidung Wir testen", by="jule")
    await chat.says("!beschluss Wir warten", by="jule")

    assert await chat.answers() == ["✅ E1", "✅ E2"]
    assert await listed(chat) == ["E1: Wir testen.", "E2: Wir warten."]


@pytest.mark.parametrize("word", ["beschlüsse", "beschluesse", "decision", "Entscheidungen", "decisions"])
async def test_every_word_records_a_decision(chat: Chat, word: str):
    await chat.says(f"!{word} Wir testen")

    assert await listed(chat) == ["E1: Wir testen."]


async def test_a_decision_is_linked_to_what_it_names(chat: Chat):
    await chat.says("!barriere Nur Papier")
    await chat.says("!idee Eine Lotsin")
    await chat.says("!entscheidung Wir testen zuerst I1 gegen B1, wie in U3")
    await chat.answers()
    await chat.says("!zeige E1")
    await chat.says("!zeige B1")

    assert await chat.answers() == [
        "E1, 22. Februar: Wir testen zuerst I1 gegen B1, wie in U3\nDazu: B1, I1, U3",
        "B1, 22. Februar: Nur Papier\nDazu: E1",
    ]


async def test_what_it_names_and_is_not_there_is_said(chat: Chat):
    await chat.says("!barriere Nur Papier")
    await chat.says("!löschen B1")
    await chat.answers()
    await chat.says("!entscheidung Erst B1, dann B9. Kurse ab Deutsch B1")

    assert await chat.answers() == [
        "✅ E1",
        "Nicht auf dem Board: B1, B9. E1 ist ohne diese Verbindung gespeichert.",
    ]


async def test_a_decision_without_words_is_asked_for(chat: Chat):
    await chat.says("!entscheidung")
    question = chat.post("Was ist entschieden")
    await chat.says("Wir testen", reply_to=question)
    await chat.says("!entscheidung wieder prüfen am 15.6.")

    assert await chat.answers() == [WHAT, "✅ E1", WHAT]


async def test_the_board_counts_and_shows_decisions(chat: Chat):
    await chat.says("!entscheidung Wir testen, wieder prüfen am 15.6. #kita")
    await chat.pass_time(seconds=10)
    await chat.answers()
    living = (await chat.boards())[-1]
    await chat.says("!board")
    await chat.says("!board entscheidungen")

    entry = "E1: Wir testen. Wieder prüfen: 15. Juni 2027."
    assert living.split("\n")[1:6] == ["0 Barrieren.", "0 Ideen.", "0 Aufgaben.", "1 Entscheidung:", entry]
    overview, part = await chat.answers()
    assert overview.split("\n")[1:] == [
        "1 Entscheidung:",
        entry,
        "Themen: #kita (1)",
        "0 Barrieren. 0 Ideen. 0 Aufgaben. Mitmachen: !barriere und dann der Text.",
    ]
    assert part.split("\n")[1:] == [entry]


async def test_the_overview_shows_the_latest_decisions(chat: Chat):
    for number in range(10):
        await chat.says(f"!entscheidung Nummer {number}")
    await chat.answers()
    await chat.says("!board")

    lines = (await chat.answers())[0].split("\n")
    assert (lines[2], lines[-2]) == ("E3: Nummer 2.", "und 2 frühere: !entscheidungen")


# --- against it ----------------------------------------------------------------------------------


async def test_what_speaks_against_it_is_kept_without_a_name(chat: Chat):
    said = await chat.says("!entscheidung Wir testen\nBedenken: zu früh", by="jule")
    against = await chat.says("Bedenken: zu teuer", by="ewa", reply_to=said)
    await chat.says("!ergänzen E1 Frau Kim fragt nach", by="ewa")
    await chat.says("Das sehe ich auch so", by="ewa", reply_to=said)
    await chat.answers()
    await chat.says("!zeige E1")
    await chat.edits(against, "Bedenken: viel zu teuer", by="ewa")
    await chat.says("!zeige E1")

    before, changed, after = await chat.answers()
    assert before == (
        "E1, 22. Februar: Wir testen\nBedenken: zu früh\nBedenken: zu teuer\n1 Ergänzung: Frau Kim fragt nach"
    )
    assert (changed, after) == ("✏️ E1", before.replace("zu teuer", "viel zu teuer"))


async def test_bedenken_on_a_barrier_is_just_talk(chat: Chat):
    said = await chat.says("!barriere Nur Papier")
    await chat.answers()
    await chat.says("Bedenken: zu teuer", by="ewa", reply_to=said)

    assert await chat.answers() == []


# --- the day of review ---------------------------------------------------------------------------


async def test_the_group_is_reminded_once_when_work_begins(chat: Chat):
    await chat.says("!entscheidung Wir testen, wieder prüfen am 15.6.")
    assert await heard(chat) == ["✅ E1", ON_JUNE_15]

    await at(chat, 6, 15, 5, 59)
    assert await heard(chat) == []
    await at(chat, 6, 15, 6)
    assert await heard(chat) == [REMINDER]
    await at(chat, 6, 15, 9)
    await at(chat, 6, 16, 6)
    assert await heard(chat) == []


async def test_a_review_on_a_holiday_comes_on_the_next_working_day(chat: Chat):
    await chat.says("!entscheidung Wir testen, wieder prüfen am 29.3.")
    said = (await heard(chat))[1]
    await at(chat, 3, 29, 9)
    assert await heard(chat) == []
    await at(chat, 3, 30, 6)

    assert said == (
        "Der 29. März ist ein Feiertag (Ostermontag). E1 wieder prüfen: Di, 30. März 2027, 8:00."
        " Dann erinnere ich die Gruppe."
    )
    assert await heard(chat) == [REMINDER]


async def test_the_reminder_moves_when_the_message_is_edited(chat: Chat):
    said = await chat.says("!entscheidung Wir testen, wieder prüfen am 15.6.")
    await chat.answers()
    await chat.edits(said, "!entscheidung Wir testen, wieder prüfen Ende Juni")

    assert await heard(chat) == [
        "✏️ E1",
        "E1 wieder prüfen: Mi, 30. Juni 2027, 8:00. Dann erinnere ich die Gruppe.",
    ]
    await at(chat, 6, 15, 6)
    assert await heard(chat) == []
    await at(chat, 6, 30, 6)
    assert await heard(chat) == [REMINDER]


async def test_a_new_day_alone_keeps_the_words(chat: Chat):
    await chat.says("!entscheidung Wir testen")
    await chat.says("!ändern E1 wieder prüfen am 15.6.")
    assert (await heard(chat))[1:] == ["✏️ E1", ON_JUNE_15]

    await at(chat, 6, 15, 6)
    assert await heard(chat) == [REMINDER]


async def test_a_day_that_is_edited_away_is_no_promise_and_can_be_brought_back(chat: Chat):
    said = await chat.says("!entscheidung Wir testen, wieder prüfen am 15.6.")
    await chat.answers()
    await chat.edits(said, "!entscheidung Wir testen")
    assert await heard(chat) == ["✏️ E1", "E1 hat keinen Tag zum Prüfen mehr."]

    await chat.says("!rückgängig")
    assert await heard(chat) == ["Rückgängig gemacht: E1 hat wieder den früheren Text."]
    await at(chat, 6, 15, 6)
    assert await heard(chat) == [REMINDER]


@pytest.mark.parametrize("how", ["deleted", "withdrawn"])
async def test_a_withdrawn_decision_reminds_nobody(chat: Chat, how: str):
    said = await chat.says("!entscheidung Wir testen, wieder prüfen am 15.6.")
    if how == "deleted":
        await chat.redacts(said)
    else:
        await chat.says("!löschen E1")
    await chat.answers()
    await at(chat, 6, 15, 6)

    assert await heard(chat) == []
    assert await listed(chat) == []


async def test_a_decision_that_comes_back_reminds_again(chat: Chat):
    await chat.says("!entscheidung Wir testen, wieder prüfen am 15.6.")
    await chat.says("!löschen E1")
    await chat.says("!rückgängig")
    await chat.answers()
    await at(chat, 6, 15, 6)

    assert await heard(chat) == [REMINDER]


async def test_a_reminder_that_was_missed_comes_in_working_time_or_not_at_all(chat: Chat):
    await chat.says("!entscheidung Wir testen, wieder prüfen am 15.6.")
    await chat.says("!entscheidung Wir warten, wieder prüfen am 1.6.")
    await chat.answers()
    # The bot was away from the 31st of May to the evening of the 15th of June.
    await at(chat, 6, 15, 20)
    assert await heard(chat) == []
    await at(chat, 6, 16, 6)

    assert await heard(chat) == [REMINDER]


async def test_the_reminder_goes_with_the_words(chat: Chat):
    said = await chat.says("!entscheidung Wir testen, wieder prüfen am 15.6.")
    await at(chat, 6, 15, 6)
    await chat.answers()
    post = chat.post("Jetzt wieder prüfen")
    await chat.redacts(said)

    assert await chat.answers() == [f"✗ {post}"]


async def test_a_past_day_is_asked_about_and_confirmed(chat: Chat):
    await chat.says("!entscheidung Wir testen, wieder prüfen am 15.2.")
    question = chat.post("Der 15. Februar ist vorbei")
    await chat.reacts(question)

    asked, *saved = await chat.answers()
    assert asked == "Der 15. Februar ist vorbei. Ist der 15. März 2027 gemeint? Mit 👍 bestätigen."
    moved = "E1 wieder prüfen: Mo, 15. März 2027, 8:00. Dann erinnere ich die Gruppe."
    assert saved == ["✅ E1", moved, "✎ Gespeichert als E1."]


async def test_a_day_of_this_year_that_is_long_over_is_one_of_the_next(chat: Chat):
    chat.now = datetime(2026, 11, 26, 9, tzinfo=UTC)
    await chat.says("!entscheidung Wir testen, wieder prüfen am 15.6.")

    assert await chat.answers() == [
        "✅ E1", "E1 wieder prüfen: Di, 15. Juni 2027, 8:00. Dann erinnere ich die Gruppe.",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("day", "answer"),
    [
        ("Sa 15.5.", "Der 15. Mai ist vorbei. Ist der 15. September 2027 gemeint? Mit 👍 bestätigen."),
        ("Mo 15.5.", "E1 wieder prüfen: Mo, 15. Mai 2028, 8:00. Dann erinnere ich die Gruppe."),
    ],
    ids=["this year's", "next year's"],
)
async def test_a_weekday_says_whether_the_next_year_is_meant(chat: Chat, day: str, answer: str):
    chat.now = datetime(2027, 9, 10, 9, tzinfo=UTC)
    await chat.says(f"!entscheidung Wir testen, wieder prüfen am {day}")

    assert (await chat.answers())[-1] == answer


async def test_a_day_nobody_can_read_is_asked_for_and_the_words_are_kept(chat: Chat):
    said = await chat.says("!entscheidung Wir testen, wieder prüfen am 31.2.")
    await chat.says("in 3 Wochen", reply_to=chat.post("An welchem Tag"))
    moved = "E1 wieder prüfen: Mo, 15. März 2027, 8:00. Dann erinnere ich die Gruppe."
    assert await chat.answers() == [WHEN, "✅ E1", moved]

    await chat.edits(said, "!entscheidung Wir warten, wieder prüfen am 31.2.")
    assert await chat.answers() == [
        "Dieser Tag zum Prüfen geht nicht. E1 bleibt, wie es war. Beispiel: 15.6."
    ]
    assert await listed(chat) == ["E1: Wir testen. Wieder prüfen: 15. März 2027."]


# --- its message, and who may --------------------------------------------------------------------


async def test_editing_and_changing_act_on_the_decision(chat: Chat):
    said = await chat.says("!entscheidung Wir testen")
    await chat.answers()
    await chat.edits(said, "!beschluss Wir testen bald")
    await chat.edits(said, "!entscheidung")
    await chat.edits(said, "!barriere Nur Papier")
    await chat.says("!ändern E1 Wir testen nicht", by="ewa")
    await chat.says("!ändern E1 Wir testen sofort", by="jule")

    assert await chat.answers() == [
        "✏️ E1",
        "Der Text fehlt. E1 bleibt, wie es war. Zurückziehen: !löschen E1",
        "Diese Nachricht ist E1. Ein anderer Befehl braucht eine neue Nachricht.",
        "E1 ändern kann, wer es geschrieben hat, oder die Moderation. Ergänzen können alle: !ergänzen E1 Text",
        "✏️ E1",
    ]
    assert await listed(chat) == ["E1: Wir testen sofort."]


async def test_unknown_decisions_are_asked_about(chat: Chat):
    await chat.says("!zeige E1")
    await chat.says("!entscheidung Wir testen")
    await chat.says("!zeige E9")

    first, _, second = await chat.answers()
    assert first == "E1 gibt es nicht. Es gibt noch keine Entscheidung. Die erste: !entscheidung Text"
    assert second == (
        "E9 gibt es nicht. Die letzte Entscheidung ist E1. Bitte mit der richtigen Nummer antworten."
        " Alle Entscheidungen: !entscheidungen"
    )


async def test_decisions_are_neither_parked_nor_merged(chat: Chat):
    await chat.says("!entscheidung Eins")
    await chat.says("!entscheidung Zwei")
    await chat.answers()
    await chat.says("!parken E1", by="katrin")
    await chat.says("!zusammen E1 E2", by="katrin")

    assert await chat.answers() == [
        "Entscheidungen bleiben auf dem Board. Zurückziehen: !löschen E1",
        "Zusammen gehen nur Barrieren mit Barrieren und Ideen mit Ideen. Beispiel: !zusammen B1 B10",
    ]


async def test_a_group_can_leave_decisions_to_the_moderation(chat: Chat):
    await chat.says("!einstellung entscheidungen moderation", by="katrin")
    await chat.says("!entscheidung Wir testen", by="ewa")
    await chat.says("!entscheidungen Wir testen", by="ewa")
    await chat.says("!entscheidung Wir testen", by="jule")

    no = "Das macht in dieser Gruppe die Moderation. Moderation sind: Jule, Katrin."
    assert await chat.answers() == [
        "Gespeichert: Entscheidungen festhalten Moderation.",
        no,
        no,
        "✅ E1",
    ]


async def test_a_decision_said_in_private_is_shown_without_a_name(chat: Chat):
    await chat.tells("name an", by="jule")
    await chat.answers()
    await chat.tells("entscheidung Wir testen B9", by="jule")
    await chat.says("!zeige E1")

    assert await heard(chat) == ["E1: Wir testen B9", "E1, 22. Februar: Wir testen B9"]


async def test_an_english_group_reads_english(chat: Chat):
    await chat.says("!sprache en", by="katrin")
    await chat.answers()
    await chat.says("!decision We test, review on 15 June\nConcern: too early")
    await at(chat, 6, 15, 6)
    await chat.says("!decisions")

    receipt, said, reminder, shown = await chat.answers()
    assert (receipt, said) == (
        "✅ E1",
        "E1 is to be reviewed: Tue, 15 June 2027, 08:00. I remind the group then.",
    )
    assert reminder.split("\n")[:2] == ["To be reviewed now: E1: We test", "Concern: too early"]
    assert shown.split("\n")[1] == "E1: We test / Concern: too early. Review: 15 June 2027."


async def test_nobody_is_tied_to_a_decision_but_by_its_message(chat: Chat):
    await chat.says("!sektor wirtschaft", by="ewa")
    await chat.says("!entscheidung Wir testen", by="ewa")
    async with chat.db.reading() as db:
        assert await db.scalar(select(func.count()).select_from(item_sectors)) == 0

    await chat.leaves("ewa")

    async with chat.db.reading() as db:
        assert (await db.scalars(select(items.c.author_id))).all() == [None]
    assert await listed(chat) == ["E1: Wir testen."]


async def test_the_first_decision_is_confirmed_in_words_where_the_group_wants_that(chat: Chat):
    await chat.says("!einstellung bestätigung antwort", by="katrin")
    await chat.answers()
    await chat.says("!entscheidung Wir testen")

    assert await chat.answers() == ["Gespeichert als E1."]

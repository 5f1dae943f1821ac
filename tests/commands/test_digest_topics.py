# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Tasks, requests for help, sprints, agendas and reminders in the weekly letter, and what becomes of them later."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.chat import Chat
from tests.commands.test_digests import at, chapters, texts

TASKS = "Aufgaben"
HELP = "Hier wird Hilfe gesucht"


@pytest.fixture
async def tasks(chat: Chat) -> Chat:
    """Return a group with tasks: one that is done, one that is late, one that is blocked, one that is new."""
    chat.now = datetime(2027, 3, 1, 9, tzinfo=UTC)
    await chat.says("!aufgabe Raum buchen @ich bis 15.3.", by="henrik")
    await chat.says("!aufgabe Kinderbetreuung klären @ich bis 10.3.", by="ewa")
    await chat.says("!aufgabe Vorlage schreiben @ich", by="lina")
    await texts(chat, 2027, 3, 5)
    chat.now = datetime(2027, 3, 9, 9, tzinfo=UTC)
    await chat.says("!fertig A1", by="henrik")
    await chat.says("!aufgabe A3 blockiert Der Träger antwortet nicht", by="lina")
    await chat.says("!aufgabe Firmen einladen bis 18.3.", by="katrin")
    await chat.pass_time(seconds=20)
    await chat.answers()
    return chat


async def edits(chat: Chat) -> list[str]:
    """Return the letters that the bot edits now."""
    await chat.pass_time(seconds=20)
    return [said[2:] for said in await chat.answers() if said.startswith("✎ Wochenbrief")]


# --- tasks ---------------------------------------------------------------------------------------


async def test_new_tasks_are_told_with_the_names_of_those_who_took_them(chat: Chat):
    chat.now = datetime(2027, 3, 1, 9, tzinfo=UTC)
    await chat.says("!aufgabe Raum buchen @ich bis 15.3.", by="henrik")
    await chat.says("!aufgabe Firmen einladen @ewa bis 18.3.", by="katrin")

    [words] = await texts(chat, 2027, 3, 5)

    assert chapters(words)[TASKS] == [
        "Neu: A1 Raum buchen (Henrik), bis Mo, 15. März. A2 Firmen einladen, bis Do, 18. März."
    ]
    assert "Neu auf dem Board" not in chapters(words)


async def test_a_task_that_is_done_once_more_is_told_as_open_and_as_done_again(chat: Chat):
    chat.now = datetime(2027, 3, 1, 9, tzinfo=UTC)
    await chat.says("!aufgabe Raum buchen @ich", by="henrik")
    await chat.says("!fertig A1", by="henrik")
    [first] = await texts(chat, 2027, 3, 5)
    await chat.says("!aufgabe A1 läuft", by="henrik")
    await chat.says("!barriere Eine")
    [second] = await texts(chat, 2027, 3, 12)
    await chat.says("!fertig A1", by="henrik")
    [third] = await texts(chat, 2027, 3, 19)
    await chat.says("!barriere Noch eine")
    [fourth] = await texts(chat, 2027, 4, 2)

    assert [chapters(words).get(TASKS) for words in (first, second, third, fourth)] == [
        ["Fertig: A1 Raum buchen (Henrik)."],
        ["Offen: A1 Raum buchen (Henrik)."],
        ["Fertig: A1 Raum buchen (Henrik)."],
        None,
    ]


async def test_done_new_late_and_blocked_tasks_have_a_line_each(tasks: Chat):
    [second] = await texts(tasks, 2027, 3, 12)
    await tasks.says("!barriere Eine")
    [third] = await texts(tasks, 2027, 3, 19)

    late = "A2 Kinderbetreuung klären (Ewa), Termin war der 10. März. Passt das noch?"
    blocked = "Blockiert: A3 Vorlage schreiben (Lina). Der Träger antwortet nicht."
    assert chapters(second)[TASKS] == [
        "Fertig: A1 Raum buchen (Henrik).",
        "Neu: A4 Firmen einladen, bis Do, 18. März.",
        f"Offen: {late}",
        blocked,
    ]
    assert chapters(third)[TASKS] == [
        f"Offen: {late} A4 Firmen einladen, Termin war der 18. März. Passt das noch?",
        blocked,
    ]


async def test_many_tasks_share_a_line_and_the_rest_is_counted(chat: Chat):
    for number in range(12):
        await chat.says(f"!aufgabe Schritt {number}")

    [words] = await texts(chat, 2027, 2, 26)

    [line] = chapters(words)[TASKS]
    assert line.endswith("A8 Schritt 7. Und 4 weitere: !aufgaben")


@pytest.mark.parametrize("way", ["forgetting", "leaving"])
async def test_whoever_goes_is_named_in_no_letter_any_more(tasks: Chat, way: str):
    await texts(tasks, 2027, 3, 12)
    await tasks.answers()
    if way == "forgetting":
        await tasks.tells("vergissmich", by="ewa")
        await tasks.tells("JA", by="ewa")
    else:
        await tasks.says("!ausstieg", by="ewa")

    first, second = await edits(tasks)

    assert chapters(first)[TASKS] == [
        "Neu: A2 Kinderbetreuung klären, bis Mi, 10. März. A1 Raum buchen (Henrik), bis Mo, 15. März."
        " A3 Vorlage schreiben (Lina)."
    ]
    assert chapters(second)[TASKS][2] == (
        "Offen: A2 Kinderbetreuung klären, Termin war der 10. März. Passt das noch?"
    )
    # The files name nobody: they stay.
    assert first.endswith("Für die Akte: das PDF weiter unten.")


async def test_later_owner_is_not_written_into_an_earlier_letter(tasks: Chat):
    await tasks.says("!abgeben A2", by="ewa")
    await tasks.says("!nehme A2", by="murat")
    await tasks.says("!ausstieg", by="henrik")

    [first] = await edits(tasks)

    assert chapters(first)[TASKS] == [
        "Neu: A2 Kinderbetreuung klären (Ewa), bis Mi, 10. März. A1 Raum buchen, bis Mo, 15. März."
        " A3 Vorlage schreiben (Lina)."
    ]


async def test_deleted_task_stands_in_no_letter(tasks: Chat):
    await texts(tasks, 2027, 3, 12)
    await tasks.says("!löschen A3", by="lina")

    first, second = await edits(tasks)

    assert [words for letter in (first, second) for words in chapters(letter)[TASKS] if "A3" in words] == []
    assert first.endswith(" Als Bild: !bild\nFür die Akte, als PDF: !wochenbrief 1")


# --- help ----------------------------------------------------------------------------------------


@pytest.fixture
async def helped(chat: Chat) -> Chat:
    """Return a group in which Ewa and Henrik ask for help, Ewa with her name, and a letter tells it."""
    chat.now = datetime(2027, 3, 3, 15, tzinfo=UTC)
    await chat.says("!checkin an Di Do 9:00", by="jule")
    await at(chat, 2027, 3, 4, 8)
    prompt = chat.post("Guten Morgen")
    await chat.says("Hilfe gesucht: wer kennt die Kita-Aufsicht", by="ewa", thread=prompt, event_id="$kita")
    await chat.says("Hilfe: ein Raum für 20", by="henrik", thread=prompt, event_id="$raum")
    await chat.reacts("$kita", "👤 mit Namen", by="ewa")
    [words] = await texts(chat, 2027, 3, 5)
    assert chapters(words)[HELP] == ["wer kennt die Kita-Aufsicht. Antwort an Ewa.", "ein Raum für 20."]
    await chat.answers()
    return chat


async def test_consent_that_is_taken_back_takes_the_name_out_of_the_letter(helped: Chat):
    await helped.says("!checkin name aus", by="ewa")

    [words] = await edits(helped)

    assert chapters(words)[HELP] == ["wer kennt die Kita-Aufsicht.", "ein Raum für 20."]


@pytest.mark.parametrize("way", ["done", "deleted"])
async def test_request_leaves_the_letter_when_it_is_done_or_deleted(helped: Chat, way: str):
    if way == "done":
        await helped.says("!checkin fertig", by="henrik")
    else:
        await helped.redacts("$raum", by="henrik")

    [words] = await edits(helped)

    assert chapters(words)[HELP] == ["wer kennt die Kita-Aufsicht. Antwort an Ewa."]
    # The file has never had them.
    assert words.endswith("Für die Akte: das PDF weiter unten.")


async def test_letter_forgets_requests_after_two_weeks(helped: Chat):
    helped.now = datetime(2027, 3, 20, 3, tzinfo=UTC)
    await helped.retention(helped.now)

    [words] = await edits(helped)

    assert HELP not in chapters(words)
    assert not await helped.stores("Kita-Aufsicht")


# --- sprints and dates ---------------------------------------------------------------------------


async def test_sprint_is_told_while_it_runs_and_once_when_it_is_over(chat: Chat):
    chat.now = datetime(2027, 3, 9, 8, tzinfo=UTC)
    await chat.says("!sprint start bis 19.3. Ziel: Ein Format ist getestet", by="jule")
    await chat.says("!aufgabe Raum buchen @ich", by="henrik")
    await chat.says("!aufgabe Firmen einladen")
    await chat.says("!fertig A1", by="henrik")
    found = []
    for month, day, hour in ((3, 12, 12), (3, 19, 12), (3, 25, 12), (4, 2, 11)):
        await chat.says(f"!barriere Vor dem {day}.")
        found += await texts(chat, 2027, month, day, hour)

    first, second, third, last = found
    assert chapters(first)["Wo stehen wir?"][1] == (
        "Sprint 1 läuft bis Fr, 19. März. Ziel: Ein Format ist getestet. 1 von 2 Aufgaben sind fertig."
    )
    assert chapters(second)["Wo stehen wir?"][1] == (
        "Sprint 1 endet heute. Ziel: Ein Format ist getestet. 1 von 2 Aufgaben sind fertig."
    )
    assert chapters(third)["Was ist passiert?"] == [
        "Sprint 1 ist zu Ende. Ziel war: Ein Format ist getestet."
    ]
    assert "Was ist passiert?" not in chapters(last)


async def test_dates_of_the_week_have_their_agenda_and_the_reminders_of_the_group(chat: Chat):
    await chat.says("!barriere Eine")
    await chat.says("!treffen Mi 3.3. 15:00 Austausch (online)", by="katrin")
    await chat.says("!treffen Mi 17.3. 15:00 Später", by="katrin")
    await chat.says("!top Kinderbetreuung 10 min")
    await chat.says("!top Räume 15 min")
    await chat.says("!erinnere uns Mo 1.3. 10:00 Unterlagen mitbringen")
    await chat.tells("erinnere mich Mo 1.3. 10:00 Zahnarzt")

    [words] = await texts(chat, 2027, 2, 26)

    assert chapters(words)["Nächste Termine"] == [
        "Mo, 1. März, 10:00: Erinnerung 1: Unterlagen mitbringen.",
        "T1: Austausch, Mi, 3. März, 15:00, online. Tagesordnung: 2 Punkte, 25 Minuten.",
        "Mo, 8. März: Feiertag (Frauentag).",
        "T2: Später, Mi, 17. März, 15:00.",
    ]


async def test_dates_of_a_day_follow_its_hours(chat: Chat):
    await chat.says("!barriere Eine")
    for words in ("15:00 Spät", "9:00 Früh", "17:00 Ganz spät"):
        await chat.says(f"!erinnere uns Do 4.3. {words}")
    await chat.says("!treffen Do 4.3. 11:00 Austausch", by="katrin")
    await chat.says("!entscheidung Wir testen, wieder prüfen am 4.3.", by="katrin")

    [words] = await texts(chat, 2027, 2, 26)

    assert chapters(words)["Nächste Termine"][:5] == [
        "Do, 4. März: E1 wieder prüfen.",
        "Do, 4. März, 9:00: Erinnerung 2: Früh.",
        "T1: Austausch, Do, 4. März, 11:00. Die Tagesordnung ist leer."
        " Gibt es etwas zu besprechen? !top und dann der Text",
        "Do, 4. März, 15:00: Erinnerung 1: Spät.",
        "Do, 4. März, 17:00: Erinnerung 3: Ganz spät.",
    ]


# --- what is edited ------------------------------------------------------------------------------


async def test_letter_in_the_room_has_the_words_of_now(chat: Chat):
    barrier = await chat.says("!barriere Formular nur auf Papir")
    await texts(chat, 2027, 2, 26)
    await chat.says("!barriere Andere")
    await texts(chat, 2027, 3, 5)
    await chat.edits(barrier, "!barriere Formular nur auf Papier")

    [words] = await edits(chat)

    assert words.startswith("Wochenbrief 1, ")
    assert chapters(words)["Neu auf dem Board"] == ["B1: Formular nur auf Papier."]
    assert words.endswith("Für die Akte: das PDF weiter unten.")
    assert await edits(chat) == []


async def test_what_no_letter_tells_edits_none(chat: Chat):
    await chat.says("!barriere Eine")
    await texts(chat, 2027, 2, 26)
    new = await chat.says("!barriere Zwei")
    await chat.edits(new, "!barriere Drei")
    await chat.reacts(new, "👍", by="ewa")

    assert await edits(chat) == []


# --- the first letter of an old group ------------------------------------------------------------


async def test_first_letter_tells_the_last_week_and_names_what_is_older(chat: Chat):
    await chat.says("!wochenbrief aus", by="jule")
    for number in range(12):
        await chat.says(f"!barriere Hürde {number}")
    await chat.says("!idee Lotsin zu B1")
    await chat.says("!ergänzen B1 Auch am Schalter")
    await chat.says("!aufgabe Raum buchen")
    chat.now = datetime(2027, 4, 12, 8, tzinfo=UTC)
    await chat.says("!wochenbrief an", by="jule")
    await chat.says("!barriere Keine Abendkurse")
    [first] = await texts(chat, 2027, 4, 16, 11)
    await chat.says("!barriere Noch eine")
    [second] = await texts(chat, 2027, 4, 23, 11)

    assert chapters(first)["Wo stehen wir?"][1:] == [
        "Schon vorher da: B1 bis B12, I1, A1. Lesen: !zeige und die Nummer."
    ]
    assert chapters(first)["Neu auf dem Board"] == ["B13: Keine Abendkurse."]
    assert chapters(first)[TASKS] == chapters(second)[TASKS] == ["Offen: A1 Raum buchen."]
    assert chapters(second)["Wo stehen wir?"][1:] == []
    assert chapters(second)["Neu auf dem Board"] == ["B14: Noch eine."]

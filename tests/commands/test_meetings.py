# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Meetings: one card, one closing message, and nothing about anybody afterwards."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from storage.tables import meetings, metadata
from tests.chat import Chat
from tests.fixtures_chat import open_chat

HOW = (
    "✋ ich möchte sprechen. Rollen ziehen: !rollen\n"
    "Ohne ✋: !rede. Wer noch nicht gesprochen hat, kommt zuerst."
    " Dann zählt, wer sich früher gemeldet hat."
)
STARTED = f"Treffen T1: Gründung, Mo, 22. Februar, 9:05. {HOW}"
OVER = "Treffen T1: Gründung, Mo, 22. Februar, 9:05. Es ist zu Ende."
NEXT = (
    "Schritt 1 von 5: Barrieren erkennen. Fehlt etwas? Einfach !barriere, !idee, !aufgabe oder !entscheidung schreiben."
    " Alles auf einen Blick: !board"
)
FILE = "{} für den Kalender: Datei öffnen. Tagesordnung: !top und dann der Text"
WHERE = (
    "Das erste Treffen gelingt am besten in Präsenz: So entsteht Vertrauen."
    " Wo ist T1? Bitte mit dem Ort antworten, oder mit „online“ und dem Link."
)
NONE = "Gerade läuft kein Treffen. Beginnen: !treffen start Titel"


async def rows(chat: Chat) -> dict[str, int]:
    """Return how many rows each table has that exists for meetings, apart from the meetings themselves."""
    async with chat.db.reading() as db:
        return {
            table.name: (await db.execute(select(func.count()).select_from(table))).scalar_one()
            for table in metadata.sorted_tables
            if table.name.startswith(("meeting_", "round_"))
            # What is planned says nothing about people.
            and table.name not in {"meeting_plans", "meeting_reminders", "meeting_series"}
        }


# --- the scenario --------------------------------------------------------------------------------


async def test_first_meeting_of_the_scenario(chat: Chat):
    """Lines l026 to l046."""
    chat.now = datetime(2027, 2, 22, 12, 58, tzinfo=UTC)
    await chat.says("!treffen heute 14:00 Gründung in Präsenz, Raum 3.12", by="katrin")
    about = "Treffen T1: Gründung in Präsenz, Raum 3.12, Mo, 22. Februar, 14:00."
    assert await chat.answers() == [f"{about} {HOW}"]

    await chat.pass_time(minutes=7)
    await chat.says("!rollen", by="katrin")
    card, receipt = await chat.answers()
    assert receipt == "✅ T1"
    drawn = HOW.replace(" Rollen ziehen: !rollen", "")
    roles = card.removeprefix(f"✎ {about} {drawn}\nFür dieses Treffen: ").partition(". ")[0]
    words = [part.split() for part in roles.split(", ")]
    assert [role for role, _ in words] == ["Gesprächsleitung", "Zeit", "Board"]
    assert len({name for _, name in words}) == 3
    assert card.endswith(
        ". Die Rollen gelten nur heute. Tauschen: !rolle zeit und dann der Name."
        " Stimme der Zielgruppe, freiwillig: !rolle zielgruppe"
    )

    for minute in range(8):
        await chat.pass_time(minutes=1)
        await chat.says(f"!barriere Hürde {minute}", by="ewa")
    await chat.says("!löschen B8", by="ewa")
    await chat.answers()
    chat.now = datetime(2027, 2, 22, 14, 58, tzinfo=UTC)

    await chat.says("!treffen ende", by="jule")

    assert await chat.answers() == [
        f"✎ {about} Es ist zu Ende.",
        f"T1 ist zu Ende. Neu: 7 Barrieren (B1 bis B7). Entscheidungen: keine.\n{NEXT}",
    ]


@pytest.mark.parametrize("words", ["Ende des Monats 15:00 Kaffee", "end of March 15:00 Kaffee"])
async def test_meeting_at_the_end_of_a_month_ends_none(chat: Chat, words: str):
    await chat.says("!treffen start Gründung", by="katrin")
    await chat.answers()

    await chat.says(f"!treffen {words}", by="ewa")
    said = await chat.answers()
    await chat.says("!treffen ende", by="katrin")

    assert "T1 ist zu Ende" not in "".join(said)
    assert "T1 ist zu Ende" in "".join(await chat.answers())


async def test_second_meeting_of_the_scenario(chat: Chat):
    """Lines l082 to l101."""
    await chat.joins("petra")
    await chat.joins("priya")
    await chat.joins("thomas")
    for number in range(10):
        await chat.says(f"!barriere Hürde {number}", by="ewa")
    await chat.says("!treffen start Gründung", by="katrin")
    await chat.says("!treffen ende", by="katrin")
    chat.now = datetime(2027, 3, 1, 14, 6, tzinfo=UTC)
    await chat.answers()

    await chat.says("!treffen Mi 3.3. 15:00 Austausch mit Arbeitgebenden (online)", by="katrin")
    card = f"Treffen T2: Austausch mit Arbeitgebenden, Mi, 3. März, 15:00, online. {HOW}"
    assert await chat.answers() == [card, FILE.format("T2")]

    chat.now = datetime(2027, 3, 2, 8, 0, tzinfo=UTC)
    await chat.says("!ergänzen B2 Bei uns auch", by="henrik")
    await chat.answers()
    chat.now = datetime(2027, 3, 3, 13, 58, tzinfo=UTC)
    await chat.says("!treffen start T2", by="petra")
    assert await chat.answers() == [f"✎ {card}", "✅ T2"]
    card = card.replace(" Rollen ziehen: !rollen", "")
    await chat.says("!rolle zeit @oleks:test", by="petra")
    roles = (
        "Für dieses Treffen: Zeit Oleks. 2 Rollen sind frei. Übernehmen: !rolle und dann die Rolle."
        " Die Rollen gelten nur heute. Tauschen: !rolle zeit und dann der Name."
        " Stimme der Zielgruppe, freiwillig: !rolle zielgruppe"
    )
    assert await chat.answers() == [f"✎ {card}\n{roles}", "✅ T2"]
    shown = f"✎ {card}\n{roles}\n"
    await chat.says("!rede", by="thomas")
    assert await chat.answers() == [f"{shown}Als Nächstes: Thomas.", "✅ T2"]
    await chat.says("!weiter", by="petra")
    assert await chat.answers() == [f"{shown}Jetzt spricht: Thomas.", "✅ T2"]
    await chat.says("!rede", by="thomas")
    assert await chat.answers() == [f"{shown}Jetzt spricht: Thomas. Danach: Thomas (noch einmal).", "✅ T2"]
    await chat.reacts(chat.post("Treffen T2"), "✋", by="priya")
    line = "Jetzt spricht: Thomas. Danach: Priya, Thomas (noch einmal)."
    assert await chat.answers() == [f"{shown}{line}"]
    await chat.says("!wortmeldung", by="lina")
    line = "Jetzt spricht: Thomas. Danach: Priya, Lina, Thomas (noch einmal)."
    assert await chat.answers() == [f"{shown}{line}", "✅ T2"]
    await chat.says("!weiter", by="petra")
    line = "Jetzt spricht: Priya. Danach: Lina, Thomas (noch einmal)."
    assert await chat.answers() == [f"{shown}{line}", "✅ T2"]
    await chat.says("!barriere Die Portale zeigen uns keine Profile", by="henrik")
    await chat.answers()

    await chat.says("!treffen ende", by="petra")

    assert await chat.answers() == [
        "✎ Treffen T2: Austausch mit Arbeitgebenden, Mi, 3. März, 15:00, online. Es ist zu Ende.",
        "T2 ist zu Ende. Neu: B11. Ergänzt seit dem letzten Treffen: B2. Entscheidungen: keine.\n" + NEXT,
    ]


async def test_core_problem_agreed_in_a_meeting_is_its_decision(chat: Chat):
    await chat.says("!kernproblem Beide finden sich nicht", by="katrin")
    await chat.says("!treffen start Gründung", by="lina")
    await chat.says("!kernproblem gilt", by="katrin")
    await chat.pass_time(minutes=5)
    await chat.answers()

    await chat.says("!treffen ende", by="lina")
    closing = (await chat.answers())[1].partition("\n")[0]
    assert closing == "T1 ist zu Ende. Neu: nichts. Entscheidungen: das Kernproblem, siehe !kernproblem."

    await chat.pass_time(minutes=5)
    await chat.says("!treffen start Zweites", by="lina")
    await chat.says("!treffen ende", by="lina")
    assert "Entscheidungen: keine." in (await chat.answers())[2]


# --- announcing and beginning --------------------------------------------------------------------


async def test_meeting_is_begun_at_once(chat: Chat):
    await chat.says("!treffen start Gründung", by="lina")
    await chat.says("!treffen ende", by="ewa")

    assert await chat.answers() == [
        STARTED,
        f"✎ {OVER}",
        f"T1 ist zu Ende. Neu: nichts. Entscheidungen: keine.\n{NEXT}",
    ]


async def test_numbers_are_never_used_again(chat: Chat):
    for number in (1, 2):
        await chat.says("!treffen start", by="lina")
        await chat.says("!treffen ende", by="lina")
        answers = await chat.answers()

        assert answers[0].startswith(f"Treffen T{number}: Mo, 22. Februar, 9:05. ✋")
        assert answers[2].startswith(f"T{number} ist zu Ende.")


async def test_same_event_makes_one_meeting(chat: Chat):
    await chat.says("!treffen start Gründung", event_id="$same")
    await chat.says("!treffen start Gründung", event_id="$same")

    assert await chat.answers() == [STARTED]


async def test_only_one_meeting_at_a_time(chat: Chat):
    await chat.says("!treffen start Gründung")
    await chat.answers()

    for words in ("!treffen start Noch eins", "!treffen start", "!treffen heute 8:00 Früher"):
        await chat.says(words, by="ewa")
        assert await chat.answers() == [
            "T1 läuft noch. Erst beenden: !treffen ende. Dann noch einmal schreiben."
        ]


async def test_announced_meeting_can_wait_for_another(chat: Chat):
    await chat.says("!treffen start Gründung")
    await chat.says("!treffen heute 10:00 Zweites")
    for _ in range(8):
        await chat.pass_time(minutes=15)
    await chat.says("!treffen ende")
    await chat.pass_time(minutes=15)
    await chat.answers()

    await chat.says("!treffen ende")

    assert (await chat.answers())[0] == "✎ Treffen T2: Zweites, Mo, 22. Februar, 10:00. Es ist zu Ende."


async def test_meeting_begins_by_itself_without_a_word(chat: Chat):
    await chat.says("!treffen morgen 10:00 Austausch")
    await chat.answers()
    await chat.pass_time(hours=24)
    await chat.pass_time(hours=1)
    await chat.answers()
    await chat.says("!barriere Neu", by="ewa")
    assert (await chat.answers())[0] == "✅ B1"

    await chat.says("!treffen ende")

    assert (await chat.answers())[1].startswith("T1 ist zu Ende. Neu: B1.")


async def test_meeting_that_has_begun_counts_from_its_time(chat: Chat):
    await chat.pass_time(minutes=30)
    await chat.says("!barriere Neu", by="ewa")
    await chat.pass_time(minutes=5)
    await chat.says("!treffen heute 9:20 Gründung")
    await chat.answers()

    await chat.says("!treffen ende")

    assert (await chat.answers())[1].startswith("T1 ist zu Ende. Neu: B1.")


async def test_announced_meeting_can_be_called_off(chat: Chat):
    await chat.says("!treffen Mi 3.3. 15:00 Austausch")
    await chat.answers()

    await chat.says("!treffen ende T1")

    about = "Treffen T1: Austausch, Mi, 3. März, 15:00."
    off = "T1 fällt aus: Austausch, Mi, 3. März, 15:00. Die Datei nimmt es aus dem Kalender."
    assert await chat.answers() == [f"✎ {about} Es findet nicht statt.", "✅ T1", off]
    await chat.pass_time(days=10)
    await chat.says("!rede")
    assert await chat.answers() == [NONE]


@pytest.mark.parametrize("words", ["!treffen ende", "!rollen", "!rede", "!weiter", "!runde Wie geht es?"])
async def test_without_a_meeting_it_is_said_how_to_begin_one(chat: Chat, words: str):
    await chat.says(words, by="katrin")

    assert await chat.answers() == [NONE]


async def test_unknown_and_ended_meetings_are_named(chat: Chat):
    await chat.says("!treffen start T7")
    await chat.says("!treffen start Gründung")
    await chat.says("!treffen ende")
    await chat.answers()

    await chat.says("!treffen start t 7")
    await chat.says("!treffen start T1")

    assert await chat.answers() == [
        "T7 gibt es nicht. Das letzte Treffen ist T1.",
        "T1 ist zu Ende. Ein Treffen beginnen: !treffen start Titel",
    ]


async def test_next_meeting_is_named_at_the_end(chat: Chat):
    await chat.says("!treffen Mi 3.3. 15:00 Austausch (online)")
    await chat.says("!treffen start Gründung")
    await chat.answers()

    await chat.says("!treffen ende")

    after = " Nächstes Treffen: T1: Austausch, Mi, 3. März, 15:00, online. Fehlt"
    assert (await chat.answers())[1].endswith(NEXT.replace(" Fehlt", after))


# --- what is missing is asked for ----------------------------------------------------------------


async def test_day_and_time_are_asked_for_and_the_title_is_kept(chat: Chat):
    await chat.says("!treffen Austausch mit Firmen")
    assert await chat.answers() == [
        "Wann ist das Treffen? Bitte mit Tag und Uhrzeit antworten, zum Beispiel Mi 15:00."
    ]

    await chat.says("Mi 3.3. 15:00", reply_to=chat.post("Wann ist das Treffen"))

    assert await chat.answers() == [
        f"Treffen T1: Austausch mit Firmen, Mi, 3. März, 15:00. {HOW}",
        FILE.format("T1"),
        WHERE,
    ]


async def test_meeting_without_words_is_asked_for(chat: Chat):
    await chat.says("!treffen")
    assert await chat.answers() == [
        "Wann ist das Treffen, und worum geht es? Beispiel: Mi 3.3. 15:00 Austausch"
    ]

    await chat.says("heute 14:00 Gründung", reply_to=chat.post("Wann ist das Treffen"))

    assert await chat.answers() == [
        f"Treffen T1: Gründung, Mo, 22. Februar, 14:00. {HOW}",
        FILE.format("T1"),
        WHERE,
    ]


async def test_weekday_and_date_must_agree(chat: Chat):
    await chat.says("!treffen Do 3.3. 15:00 Austausch")

    assert await chat.answers() == [
        "Der 3. März 2027 ist ein Mittwoch. Bitte mit Tag und Uhrzeit antworten, zum Beispiel Mi 15:00."
    ]


# --- the message and the card --------------------------------------------------------------------


async def test_edited_message_changes_the_card(chat: Chat):
    message = await chat.says("!treffen Mi 3.3. 15:00 Austausch")
    await chat.answers()

    await chat.edits(message, "!treffen Do 4.3. 10:00 Austausch mit Firmen")

    assert await chat.answers() == [
        f"✎ Treffen T1: Austausch mit Firmen, Do, 4. März, 10:00. {HOW}",
        "✏️ T1",
        "T1 ist geändert: Austausch mit Firmen, Do, 4. März, 10:00. Die Datei ändert es auch im Kalender.",
    ]


async def test_deleted_message_takes_the_title_and_calls_off(chat: Chat):
    message = await chat.says("!treffen Mi 3.3. 15:00 Kanarienvogel")
    file = chat.post("T1 für den Kalender")
    await chat.answers()

    await chat.redacts(message)

    assert await chat.answers() == [
        f"✗ {file}",
        "✎ Treffen T1: Mi, 3. März, 15:00. Es findet nicht statt.",
        "T1 fällt aus: Mi, 3. März, 15:00. Die Datei nimmt es aus dem Kalender.",
    ]
    await chat.pass_time(minutes=1)
    assert not await chat.stores("Kanarienvogel")


async def test_deleted_card_is_posted_again_at_the_next_change(chat: Chat):
    await chat.says("!treffen start Gründung")
    await chat.answers()
    await chat.redacts(chat.post("Treffen T1"), by="katrin")
    assert await chat.answers() == []

    await chat.says("!rede")
    assert await chat.answers() == [f"{STARTED}\nAls Nächstes: Lina.", "✅ T1"]

    await chat.reacts(chat.post("Treffen T1"), "✋", by="ewa")
    assert await chat.answers() == [f"✎ {STARTED}\nAls Nächstes: Lina, Ewa."]


async def test_meeting_goes_on_after_a_restart(chat: Chat):
    await chat.says("!treffen start Gründung")
    await chat.says("!rede", by="ewa")
    again = await open_chat(chat.db)

    await again.says("!weiter", by="lina", event_id="$after")

    assert await again.answers() == [f"✎ {STARTED}\nJetzt spricht: Ewa.", "✅ T1"]


async def test_meeting_in_a_direct_message_is_shown_in_the_group(chat: Chat):
    await chat.tells("treffen start Gründung", by="lina")

    assert await chat.answers() == [STARTED, "✅ T1"]


async def test_group_in_english(chat: Chat):
    await chat.says("!language en", by="katrin")
    await chat.answers()

    await chat.says("!meeting today 14:00 Founding")

    assert await chat.answers() == [
        "Meeting T1: Founding, Mon, 22 February, 14:00. ✋ I would like to speak. Draw roles: !roles\n"
        "Without ✋: !speak. First come those yet to speak, then the order of asking.",
        "T1 for the calendar: open the file. Agenda: !agenda and then the text",
        "The first meeting is best in person: it builds trust."
        " Where is T1? Reply with the place, or with “online” and the link.",
    ]


# --- the end -------------------------------------------------------------------------------------


async def test_end_deletes_what_people_did_from_every_table(chat: Chat):
    await chat.says("!treffen start Gründung", by="lina")
    await chat.says("!rollen", by="katrin")
    await chat.says("!rede", by="ewa")
    await chat.says("!weiter", by="katrin")
    await chat.reacts(chat.post("Treffen T1"), "✋", by="henrik")
    await chat.says("!runde Wie geht es?", by="katrin")
    await chat.says("Kanarienvogel", by="murat", reply_to=chat.post("Runde"))
    assert {name for name, count in (await rows(chat)).items() if not count} == {
        "meeting_authors",
        # One message can hold the answers.
        "round_pages",
    }

    await chat.says("!treffen ende", by="jule")

    assert set((await rows(chat)).values()) == {0}
    async with chat.db.reading() as db:
        kept = (await db.execute(select(meetings))).one()._mapping
    assert {name: kept[name] for name in ("number", "title", "stage", "starts_at")} == {
        "number": 1, "title": "Gründung", "stage": "ended", "starts_at": None
    }  # fmt: skip
    assert kept["began_at"] == kept["ended_at"] == chat.now
    await chat.pass_time(minutes=1)
    assert not await chat.stores("Kanarienvogel")
    names = ("Lina", "Katrin", "Ewa", "Henrik", "Jule")
    closing = (await chat.answers())[-1]
    assert [name for name in names if name in closing] == []


async def test_forgotten_meeting_ends_after_twelve_hours_and_says_so_in_working_time(chat: Chat):
    await chat.says("!treffen start Gründung")
    await chat.says("!barriere Neu", by="ewa")
    await chat.says("!rede", by="ewa")
    await chat.answers()

    await chat.pass_time(hours=12)
    assert await chat.answers() == [f"✎ {OVER}"]
    assert set((await rows(chat)).values()) == {0}
    await chat.pass_time(hours=11)

    *swept, report = await chat.answers()
    assert [one[:2] for one in swept] == ["✗ "]
    assert report == f"T1 ist zu Ende. Neu: B1. Entscheidungen: keine.\n{NEXT}"


async def test_forgotten_meeting_in_which_nothing_arose_ends_silently(chat: Chat):
    await chat.says("!treffen start Gründung")
    await chat.answers()

    card = chat.post("Treffen T1")
    await chat.pass_time(hours=12)
    await chat.pass_time(hours=24)

    assert await chat.answers() == [f"✎ {OVER}", f"✗ {card}"]


async def test_names_do_not_stay_in_the_history_of_the_card(chat: Chat):
    await chat.says("!treffen start Gründung", by="katrin")
    card = chat.post("Treffen T1")
    await chat.says("!rede")
    await chat.says("!treffen ende", by="katrin")
    await chat.answers()

    await chat.pass_time(hours=20)

    assert await chat.answers() == [f"✗ {card}"]

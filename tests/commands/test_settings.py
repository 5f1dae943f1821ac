# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Everybody reads the group's settings, the moderation changes them, and undo takes it back."""

from __future__ import annotations

import pytest

from tests.chat import GROUP, Chat

EVERYTHING = """\
Einstellungen der Gruppe. Ändern kann die Moderation, zum Beispiel: !einstellung tage Mo-Fr
Name: Anerkannt und doch ohne Job (1 bis 100 Zeichen)
Anlass: noch offen (Projekt, Gremium, Veranstaltung, Strategie)
Anrede: neutral (neutral, Sie, du)
Tage: Mo bis Fr (Wochentage)
Zeiten: Mo bis Fr, 8 bis 18 Uhr (Beginn und Ende, dazwischen mindestens 4 Stunden)
Land: Berlin (jedes Bundesland)
Zeitzone: Europe/Berlin (eine große Stadt)
Bestätigung: Reaktion (Reaktion, Antwort)
Redeliste nach Sektoren: aus (an, aus)
Entscheidungen festhalten: alle (alle, Moderation)
Wochenbrief: Fr 13:00 (ein Tag und eine Uhrzeit, oder aus)
Sprache: Deutsch (ändern: !sprache en)"""


async def test_everybody_reads_the_settings(chat: Chat):
    await chat.says("!einstellung", by="ewa")
    await chat.says("!einstellung anrede", by="ewa")
    await chat.says("!config Sprache", by="ewa")

    assert await chat.answers() == [
        EVERYTHING,
        "Anrede neutral. Möglich bei Anrede: neutral, Sie, du. Beispiel: du",
        "Sprache: Deutsch (ändern: !sprache en)",
    ]


CHANGED = [
    pytest.param("anrede du", "Anrede du. Ich schreibe ab jetzt „du“.", id="du"),
    pytest.param("Anrede: Sie", "Anrede Sie. Ich schreibe ab jetzt „Sie“.", id="sie"),
    pytest.param("anrede neutral", "Anrede neutral. Ich schreibe ab jetzt ohne Anrede.", id="neutral"),
    pytest.param("name Runde e.V.", "Name Runde e.V.", id="name"),
    pytest.param("anlass gremium", "Anlass Gremium.", id="occasion"),
    pytest.param("tage Mo, Mi und Fr", "Tage Mo, Mi, Fr.", id="days"),
    pytest.param("zeiten 8:30 bis 17 Uhr", "Zeiten Mo bis Fr, 8:30 bis 17 Uhr.", id="hours"),
    pytest.param("zeiten Di+Do 9-15", "Zeiten Di, Do, 9 bis 15 Uhr.", id="days and hours"),
    pytest.param("land = Thueringen", "Land Thüringen.", id="state"),
    pytest.param("zeitzone Wien", "Zeitzone Europe/Vienna.", id="zone"),
    pytest.param("bestaetigung reaktion", "Bestätigung Reaktion.", id="receipt"),
    pytest.param(
        "redeliste an",
        "Redeliste nach Sektoren an. Es zählen nur Sektoren, die im Raum genannt wurden."
        " Was privat gesagt wurde, ändert nichts.",
        id="speakers",
    ),
    pytest.param("redeliste aus", "Redeliste nach Sektoren aus.", id="speakers as usual"),
    pytest.param("beschlüsse Moderation", "Entscheidungen festhalten Moderation.", id="decisions"),
    pytest.param("brief Mo 9:00", "Wochenbrief Mo 9:00.", id="letter"),
]


@pytest.mark.parametrize(("words", "said"), CHANGED)
async def test_the_moderation_changes_a_setting(chat: Chat, words: str, said: str):
    await chat.says(f"!einstellung {words}", by="jule")

    assert await chat.answers() == [f"Gespeichert: {said}"]


async def test_a_member_does_not_change_a_setting(chat: Chat):
    await chat.says("!einstellung anrede du", by="ewa")
    await chat.says("!einstellung", by="ewa")

    assert await chat.answers() == [
        "Das macht in dieser Gruppe die Moderation. Moderation sind: Jule, Katrin.",
        EVERYTHING,
    ]


async def test_a_value_that_does_not_fit_is_asked_for_once_more(chat: Chat):
    await chat.says("!einstellung zeiten 8-9", by="katrin")
    question = chat.post("Möglich bei Zeiten")
    await chat.says("8-12", by="katrin", reply_to=question)

    assert await chat.answers() == [
        "Möglich bei Zeiten: Beginn und Ende, dazwischen mindestens 4 Stunden. Beispiel: Mo bis Fr, 8 bis 18 Uhr."
        " Bitte einfach auf diese Nachricht antworten.",
        "Gespeichert: Zeiten Mo bis Fr, 8 bis 12 Uhr.",
    ]


async def test_an_unknown_setting_names_those_there_are(chat: Chat):
    await chat.says("!einstellung farbe rot", by="ewa")

    assert await chat.answers() == [
        "Die Einstellung farbe gibt es nicht."
        " Möglich sind: name, anlass, anrede, tage, zeiten, land, zeitzone, bestätigung, redeliste,"
        " entscheidungen, wochenbrief."
    ]


async def test_a_language_is_chosen_by_its_own_command(chat: Chat):
    await chat.says("!einstellung sprache en", by="katrin")

    assert await chat.answers() == ["Sprache: Deutsch (ändern: !sprache en)"]


async def test_settings_of_an_english_group_are_english(chat: Chat):
    await chat.says("!sprache en", by="katrin")
    await chat.answers()

    await chat.says("!setting address du", by="katrin")
    await chat.says("!settings days monday-thursday", by="katrin")
    await chat.says("!setting colour red", by="katrin")

    assert await chat.answers() == [
        "Saved: Address du. From now on I write “du” in German.",
        "Saved: Days Mon to Thu.",
        "There is no setting colour."
        " There are: name, occasion, address, days, hours, state, timezone, receipt, speakers, decisions, digest.",
    ]


async def test_a_change_in_a_direct_message_is_told_to_the_group(chat: Chat):
    await chat.tells("einstellung land bayern", by="katrin")

    assert await chat.answers(GROUP) == ["Gespeichert: Land Bayern."]


# --- undo ----------------------------------------------------------------------------------------


async def test_a_setting_is_undone(chat: Chat):
    await chat.says("!einstellung anrede du", by="katrin")
    await chat.says("!einstellung land bayern", by="katrin")
    await chat.answers()

    await chat.says("!rückgängig", by="katrin")
    await chat.says("!rückgängig", by="katrin")
    await chat.says("!einstellung", by="katrin")

    assert await chat.answers() == [
        "Rückgängig gemacht: Land Berlin, wie vorher.",
        "Rückgängig gemacht: Anrede neutral, wie vorher.",
        EVERYTHING,
    ]


async def test_undoing_a_setting_leaves_a_new_room_name_alone(chat: Chat):
    await chat.says("!einstellung anrede du", by="katrin")
    await chat.sends("m.room.name", {"name": "Neu"}, by="katrin", state_key="")
    await chat.says("!rückgängig", by="katrin")
    await chat.answers()

    await chat.says("!einstellung name")

    assert (await chat.answers())[0].startswith("Name Neu.")


async def test_what_somebody_else_set_later_is_not_undone(chat: Chat):
    await chat.says("!einstellung anrede du", by="katrin")
    await chat.says("!einstellung anrede sie", by="jule")
    await chat.answers()

    await chat.says("!rückgängig", by="katrin")

    assert await chat.answers() == ["Das hat sich danach noch einmal geändert. Es bleibt, wie es ist."]


async def test_after_thirty_minutes_a_setting_stays(chat: Chat):
    await chat.says("!einstellung anrede du", by="katrin")
    await chat.answers()
    await chat.pass_time(minutes=31)

    await chat.says("!rückgängig", by="katrin")

    assert await chat.answers() == [
        "Aus den letzten 30 Minuten gibt es keine eigene Änderung zum Zurücknehmen."
    ]


async def test_the_value_that_is_there_already_is_no_change(chat: Chat):
    await chat.says("!einstellung anrede neutral", by="katrin")
    await chat.answers()

    await chat.says("!rückgängig", by="katrin")

    assert await chat.answers() == [
        "Aus den letzten 30 Minuten gibt es keine eigene Änderung zum Zurücknehmen."
    ]


# --- receipts in words ---------------------------------------------------------------------------

FIRST = (
    "Gespeichert als B1. Ändern: die eigene Nachricht bearbeiten. Zurückziehen: die Nachricht löschen."
    " „Kenne ich auch“: mit 👍 reagieren."
)


async def test_receipts_come_as_words_where_the_group_wants_it(chat: Chat):
    await chat.says("!einstellung bestätigung antwort", by="katrin")
    await chat.answers()

    event = await chat.says("!barriere Eins")
    await chat.says("!barriere Zwei")
    await chat.says("+ Noch etwas", reply_to=chat.post("Gespeichert als B2"))
    await chat.edits(event, "!barriere Eins und mehr")
    await chat.says("!ziel Alle finden Arbeit", by="katrin")
    await chat.says("!xyzxyz")

    assert await chat.answers() == [
        FIRST,
        "Gespeichert als B2.",
        "Gespeichert als Ergänzung zu B2.",
        "Geändert: B1.",
        "Gespeichert: Ziel.",
        "❓ !hilfe",
    ]
    kinds = {sent.content.get("msgtype") for sent in chat.homeserver.sent if sent.type == "m.room.message"}
    assert kinds == {"m.notice"}


async def test_a_receipt_in_words_is_a_reply_and_takes_support(chat: Chat):
    await chat.says("!einstellung bestätigung antwort", by="katrin")
    await chat.says("!barriere Eins")
    event = await chat.says("!barriere Zwei")
    receipt = chat.post("Gespeichert als B2")
    assert chat.homeserver.sent[-1].content["m.relates_to"] == {"m.in_reply_to": {"event_id": event}}

    await chat.reacts(receipt, by="ewa")
    await chat.answers()
    await chat.says("!zeige B2")

    assert await chat.answers() == ["B2, 22. Februar: Zwei\n1 kennt das auch."]

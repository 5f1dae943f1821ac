# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Greeting, goal, and what the bot says about itself."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from config.texts import LANGUAGES
from method import disclosures, own_data
from storage import retention
from tests.chat import GROUP, Chat

WELCOME = """\
Guten Tag, ich bin der Bot dieser Gruppe. Ich halte Barrieren und Ideen fest. So braucht die Gruppe weniger E-Mails und Protokolle.
So geht es: !barriere und dann der Text. !idee und dann der Text. !board zeigt alles. !hilfe erklärt mehr.
Was ich speichere: Befehle, Antworten an mich, Reaktionen auf Einträge und auf meine Nachrichten. In Treffen auch die Rollen. Das übrige Gespräch speichere ich nicht.
Ich lese nur, was ab jetzt geschrieben wird. Ich zähle nie, wer wie viel schreibt.
Anonym geht es per Direktnachricht an mich: „anonym“ und dann der Text.
Verantwortlich: Senatsverwaltung Beispiel. Mehr: !datenschutz"""  # noqa: E501 -- as it is read

PRIVACY = """\
Ich speichere: Barrieren, Ideen, Aufgaben, Entscheidungen, Ergänzungen, Themen, Links, das Ziel und Einstellungen.
Ich merke mir, wer etwas geschrieben, gefragt oder vorgeschlagen hat. Ändern können es nur diese Person und die Moderation.
Was mit einem Eintrag geschieht, speichere ich mit dem Tag, ohne Person. Offene Rückfragen behalte ich 15 Minuten, was sich zurücknehmen lässt, 30 Minuten.
Zum Kernproblem speichere ich Vorschläge, Einwände und Reaktionen. Einwände und Reaktionen lösche ich, sobald es gilt.
Zu den Vereinbarungen speichere ich den Text und jedes 👍. Ich zeige nur, wie viele es sind.
Während eines Treffens: wer mitmacht, Rollen, Wortmeldungen, Antworten. Am Ende lösche ich das sofort.
Stimmen und Antworten in Umfragen lösche ich am Ende, nur die Summen bleiben. Geheime Stimmen speichere ich nie zusammen mit der Person.
Antworten im Check-in behalte ich 14 Tage, mit der Person. Einen Namen zeige ich nur bei einem Hilfegesuch und nur mit Zustimmung.
Karten einer Rückschau lösche ich 30 Tage nach dem Ende, wartende Karten nach einem halben Jahr. Von wem eine Karte ist, zeige ich nie.
Bei Aufgaben speichere ich, wer übernommen hat oder gefragt ist. Das endet mit Abgeben oder Austritt.
Der Wochenbrief im Raum nennt, wer eine Aufgabe übernommen hatte. Das endet, sobald die Person geht.
Erinnerungen speichere ich mit der Person, auch wer mit 🔔 mitmacht, bis eine Woche danach. Wer ein Treffen angekündigt hat, lösche ich an seinem Ende.
Abwesenheiten speichere ich ohne Grund, bis zum Tag danach. Niemand sonst sieht das.
Zum Konto speichere ich: eigene Zeiten, Pause, „name an“, Sprache und Gruppe. Das lösche ich, sobald es die letzte Gruppe verlässt.
Nach !stand merke ich mir, bis zu welchem Eintrag er ging. Wann das war, speichere ich nicht.
Anonyme Einträge speichere ich ohne Namen. Zurückziehen geht nur mit dem Code, 30 Tage lang.
Ich zähle 👍 und zeige nie, von wem. Im Chat sehen es alle. Reaktionen sind nicht verschlüsselt.
Ich speichere auch Bereiche, Gäste, wer begrüßt ist und wer noch fehlt. Private Angaben zum Bereich zeige ich nur als Anzahl, ab drei Personen.
Ich speichere nicht: das übrige Gespräch.
Einträge bleiben bis zum Löschen. Nachricht gelöscht heißt: Der Text ist auch bei mir gelöscht. Nach !löschen dauert das 30 Minuten.
Technisch nötig: die Mitgliederliste, Schlüssel zum Lesen und Nummern von Nachrichten. Die Liste gelesener Nachrichten behalte ich ein Jahr, nach einem Tag ohne Uhrzeit.
Nachrichten im Raum liegen auf den Servern aller Beteiligten. Dort kann ich fremde Nachrichten nicht löschen. Auch frühere Fassungen des Boards und anderer bearbeiteter Nachrichten von mir bleiben im Verlauf des Raums.
Beim Verlassen der Gruppe lösche ich Persönliches und die Verbindung zu den Einträgen. Eigene Daten, per Direktnachricht: „meinedaten“. Löschen: „vergissmich“.
Verantwortlich: Senatsverwaltung Beispiel. Datenschutz: datenschutz@beispiel.test"""  # noqa: E501 -- as it is read


async def test_a_new_group_is_greeted_once_and_the_greeting_pinned(silent_chat: Chat):
    await silent_chat.found()

    assert await silent_chat.answers() == [WELCOME]
    pinned = silent_chat.homeserver.state[GROUP, "m.room.pinned_events", ""]["pinned"]
    assert pinned == [silent_chat.post("Guten Tag")]


async def test_nobody_who_joins_is_greeted_in_the_room(chat: Chat):
    await chat.joins("priya")
    await chat.joins("priya", displayname="Priya R.")

    assert await chat.answers(GROUP) == []


async def test_the_greeting_names_the_server_where_nobody_is_responsible(silent_chat: Chat):
    silent_chat.inbox._handler._operator = type(silent_chat.inbox._handler._operator)()
    await silent_chat.found()

    last = (await silent_chat.answers())[0].split("\n")[-1]
    assert last == "Verantwortlich: der Betrieb von test. Mehr: !datenschutz"


async def test_privacy_says_what_is_true(chat: Chat):
    await chat.says("!datenschutz")

    assert await chat.answers() == [PRIVACY]


def test_privacy_names_everything_in_which_there_are_people():
    """A new table with people fails here until a line of !datenschutz speaks of it."""
    named = Counter(table for line in disclosures.LINES for table in line.of)

    assert named == Counter(own_data.PARTS.keys())


#: How a period reads; rules without one here end with something that happens.
PERIODS = {
    timedelta(days=1): "nach einem Tag",
    timedelta(days=14): "14 Tage",
    timedelta(days=30): "30 Tage",
    timedelta(days=180): "nach einem halben Jahr",
    timedelta(days=365): "ein Jahr",
}
#: What it is about names nobody: moments of schedules; and votes go at the end of the poll already.
NOT_TOLD = {"occurrences", "votes"}


@pytest.mark.parametrize("rule", retention.RULES, ids=lambda rule: rule.name)
def test_privacy_tells_each_period_as_it_is(rule: retention.Rule):
    told = [line.words.render("de") for line in disclosures.LINES if rule.name in line.rules]

    assert len(told) == (rule.name != "occurrences")
    assert rule.name in NOT_TOLD or PERIODS.get(rule.period, "") in told[0]


async def test_privacy_and_test_need_no_group(silent_chat: Chat):
    await silent_chat.tells("datenschutz")
    await silent_chat.tells("test")

    assert await silent_chat.answers() == [PRIVACY, "Ich bin da. Gespeichert habe ich nichts."]


async def test_a_test_stores_nothing(chat: Chat):
    await chat.says("!test", by="murat")

    assert await chat.answers() == ["Ich bin da. Gespeichert habe ich nichts."]
    async with chat.db.reading() as db:
        assert (await db.exec_driver_sql("select count(*) from people")).scalar_one() == 0


# --- the goal ------------------------------------------------------------------------------------


async def goal(chat: Chat) -> str | None:
    await chat.answers()
    await chat.says("!board", by="murat")
    lines = (await chat.answers())[0].split("\n")
    return next((line for line in lines if line.startswith("Ziel: ")), None)


async def test_the_goal_stands_on_the_board(chat: Chat):
    await chat.says("!ziel: Alle finden Arbeit", by="jule")

    assert await chat.answers() == ["✅ Ziel"]
    assert await goal(chat) == "Ziel: Alle finden Arbeit"


async def test_a_missing_goal_is_asked_for(chat: Chat):
    await chat.says("!ziel", by="katrin")
    await chat.says("Alle finden Arbeit", by="katrin", reply_to=chat.post("Was ist das Ziel"))

    assert (await chat.answers())[1:] == ["✅ Ziel"]
    assert await goal(chat) == "Ziel: Alle finden Arbeit"


async def test_an_edited_goal_changes(chat: Chat):
    event = await chat.says("!ziel Alt", by="katrin")
    await chat.edits(event, "!ziel Neu", by="katrin")
    assert await goal(chat) == "Ziel: Neu"

    await chat.edits(event, "!board", by="katrin")
    await chat.edits(event, "!ziel", by="katrin")

    assert await chat.answers() == [
        "Diese Nachricht ist das Ziel der Gruppe. Ein anderer Befehl braucht eine neue Nachricht.",
        "Der Text fehlt. Das Ziel der Gruppe bleibt, wie es war.",
    ]
    await chat.edits(event, "Ohne Befehl", by="katrin")
    assert await chat.answers() == ["✏️ Ziel"]


async def test_a_deleted_goal_is_gone(chat: Chat):
    event = await chat.says("!ziel Kanarienvogel", by="katrin")
    await chat.redacts(event, by="ewa")
    assert await goal(chat) == "Ziel: Kanarienvogel"
    await chat.edits(event, "!ziel Kanarienvogel und mehr", by="katrin")
    await chat.answers()

    await chat.redacts(event, by="katrin")
    assert await goal(chat) is None
    assert await chat.answers() == []
    assert not await chat.stores("Kanarienvogel")


async def test_a_private_goal_is_said_in_the_group(chat: Chat):
    await chat.tells("ziel Alle finden Arbeit", by="katrin")

    assert await chat.answers(GROUP) == ["Ziel: Alle finden Arbeit"]


def test_there_are_two_languages():
    assert LANGUAGES == ("de", "en")

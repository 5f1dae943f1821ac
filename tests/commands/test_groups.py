# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Greeting, goal, and what the bot says about itself."""

from __future__ import annotations

from config.texts import LANGUAGES
from tests.chat import GROUP, Chat

WELCOME = """\
Guten Tag, ich bin der Bot dieser Gruppe. Ich halte Barrieren und Ideen fest. So braucht die Gruppe weniger E-Mails und Protokolle.
So geht es: !barriere und dann der Text. !idee und dann der Text. !board zeigt alles. !hilfe erklärt mehr.
Was ich speichere: Befehle, Antworten an mich, Reaktionen auf Einträge und auf meine Nachrichten. In Treffen auch die Rollen. Das übrige Gespräch speichere ich nicht.
Ich lese nur, was ab jetzt geschrieben wird. Ich zähle nie, wer wie viel schreibt.
Anonym geht es per Direktnachricht an mich: „anonym“ und dann der Text.
Verantwortlich: Senatsverwaltung Beispiel. Mehr: !datenschutz"""  # noqa: E501 -- as it is read

PRIVACY = """\
Ich speichere: Barrieren, Ideen, Aufgaben, Entscheidungen, Ergänzungen, Themen, das Ziel und Einstellungen.
Zum Kernproblem speichere ich Vorschläge und Einwände. Wer reagiert hat, lösche ich, sobald es gilt.
Zu den Vereinbarungen speichere ich den Text und jedes 👍. Ich zeige nur, wie viele es sind.
Während eines Treffens: wer mitmacht, Rollen, Wortmeldungen, Antworten. Am Ende lösche ich das sofort.
Stimmen behalte ich bis zum Ende der Umfrage, danach nur die Summen. Geheime Stimmen speichere ich nie zusammen mit der Person.
Karten einer Rückschau lösche ich 30 Tage nach dem Ende. Von wem eine Karte ist, zeige ich nie.
Bei Aufgaben speichere ich, wer übernommen hat oder gefragt ist. Das endet mit Abgeben oder Austritt.
Der Wochenbrief im Raum nennt, wer eine Aufgabe übernommen hatte. Das endet, sobald die Person geht.
Erinnerungen speichere ich mit der Person, bis eine Woche danach. Wer ein Treffen angekündigt hat, lösche ich an seinem Ende.
Ich merke mir, wer etwas geschrieben hat. Ändern können es nur diese Person und die Moderation.
Nach !stand merke ich mir, bis zu welchem Eintrag er ging. Wann das war, speichere ich nicht.
Anonyme Einträge speichere ich ohne Namen. Zurückziehen geht nur mit dem Code.
Ich zähle 👍 und zeige nie, von wem. Im Chat sehen es alle. Reaktionen sind nicht verschlüsselt.
Ich speichere auch Bereiche, Gäste, wer begrüßt ist und wer noch fehlt. Private Angaben zum Bereich zeige ich nur als Anzahl, ab drei Personen.
Ich speichere nicht: das übrige Gespräch.
Einträge bleiben bis zum Löschen. Nachricht gelöscht heißt: Der Text ist auch bei mir gelöscht. Nach !löschen dauert das 30 Minuten.
Technisch nötig: die Mitgliederliste, Nummern von Nachrichten und Schlüssel zum Lesen.
Nachrichten im Raum liegen auf den Servern aller Beteiligten. Dort kann ich fremde Nachrichten nicht löschen.
Beim Verlassen der Gruppe lösche ich die Verbindung zu den Einträgen. Eigene Daten, per Direktnachricht: „meinedaten“. Löschen: „vergissmich“.
Auch frühere Fassungen des Boards bleiben im Verlauf des Raums.
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

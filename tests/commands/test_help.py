# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The help lists what exists, all of it and nothing else, in both languages."""

from __future__ import annotations

import re
from itertools import product

import pytest

from commands.router import Command
from commands.topics import router
from config.texts import LANGUAGES, catalogue
from method.help import MORE
from method.words import fold, parse_command
from tests.chat import Chat

SHORT = """\
Die wichtigsten Befehle:
!barriere Text: eine Barriere aufschreiben
!idee Text: eine Idee aufschreiben
!entscheidung Text: einen Beschluss festhalten
!ergänzen B3 Text: einen Eintrag ergänzen
!board: alles auf einen Blick
Ändern: die eigene Nachricht bearbeiten oder löschen.
👍 auf einen Eintrag: kenne ich auch, oder: bin dafür. Im Chat sehen alle, von wem.
Sprachnachrichten und Bilder verstehe ich nicht.
Alle Befehle: !hilfe alles"""

LONG = """\
Alle Befehle, auch als Direktnachricht an mich:
!barriere Text: eine Barriere aufschreiben
!idee Text: eine Idee aufschreiben
!entscheidung Text: einen Beschluss festhalten
!entscheidungen: alles, was entschieden ist
!aufgabe Text @Name bis Freitag: eine Aufgabe festhalten; mit Namen wird die Person gefragt
!aufgaben: wer macht was bis wann
!nehme A3: eine Aufgabe übernehmen; oder mit 🙋 reagieren
!fertig A3: eine Aufgabe ist fertig; oder mit ✅ reagieren
!abgeben A3: eine Aufgabe wieder abgeben
!meins: die eigenen Aufgaben (per Direktnachricht)
!sprint: was bis zu einem Tag erreicht sein soll; beginnen: start, beenden: ende, verschieben: bis 26.3.
!ergänzen B3 Text: einen Eintrag ergänzen
!betroffen B3 Text: sagen, wer besonders betroffen ist
!sicht B3 wirtschaft Text: die Sicht eines Bereichs auf eine Barriere aufschreiben
!sichten: zeigen, welche Sichten noch fehlen
!warum B3 Text: sagen, warum es eine Barriere gibt
!anonym Text: eine Barriere oder Idee ohne Namen aufschreiben (nur per Direktnachricht)
!board: alles auf einen Blick
!zeige B3: ein Eintrag mit allem, was dazugehört
!suche Wort: Einträge suchen
!bild: das Board, die fünf Schritte oder den Sprint als Bild
!wochenbrief vorschau: was in der Woche passiert ist; vorschau, jetzt, aus, Fr 13:00
!export: alles als Dateien, für die Akte
!ändern B3 Text: einem Eintrag einen neuen Text geben
!löschen B3: einen Eintrag zurückziehen
!rückgängig: die letzte Änderung zurücknehmen
!zurück: nach einer Abwesenheit wieder da sein; mit Nummer: eine Aufgabe abgeben
!zusammen B1 B10: mehrere Einträge zu einem machen
!trennen B10: einen Teil wieder zum eigenen Eintrag machen
!parken B7: einen Eintrag für später in den Themenspeicher legen; mit TOP 2 einen Punkt aufs nächste Treffen
!kernproblem Text: ein Kernproblem vorschlagen oder zeigen
!einwand Text: Einwand zum Kernproblem; per Direktnachricht ohne Namen
!vereinbarung Text: die Vereinbarungen der Gruppe aufschreiben oder zeigen
!sektor Text: den eigenen Bereich angeben, besser per Direktnachricht
!sektoren: alle nach dem Bereich fragen
!balance: welche Sicht noch fehlt
!wenfehlt Text: aufschreiben, wer noch fehlt, ohne Namen
!wen W1 angefragt: wer noch fehlt und wie weit die Suche ist
!gast Name bis 15.3.: jemanden für eine Zeit dazuholen
!gäste: wie viele Gäste es gibt und bis wann
!treffen Mi 3.3. 15:00 Titel: ein Treffen ankündigen, auch „jede Woche Mi“; dann: start, ende, verschieben, absagen, ort
!top Text 10 min zu B3: etwas auf die Tagesordnung setzen; zeigen: !top; ändern: !top 2 auf 1, !top 2 weg, !top 2 parken
!rollen: die Rollen im Treffen ziehen; tauschen: !rolle zeit und dann der Name; freiwillig: !rolle zielgruppe
!rede: sich im Treffen melden; zurücknehmen: !rede zurück
!weiter: die nächste Person sprechen lassen
!runde Frage: im Treffen alle etwas fragen; beenden: !runde ende
!checkin an Di Do 9:00: an festen Tagen kurz fragen, was ansteht und wo Hilfe gesucht wird; auch: aus, jetzt, frage
!retro schwierig Text: zurückschauen mit Karten ohne Namen; beginnen: !retro start segelboot bis Mo 22.3. 9:30
!erinnere Fr 10:00 Text: „in 2 Stunden“, „jeden Montag 9:00“; andere machen mit 🔔 mit; Ende: „aus“
!erinnerungen: die nächsten Erinnerungen; per Direktnachricht die eigenen
!umfrage Frage; Antwort; Antwort: abstimmen; beenden: ende U1
!umfragen: offene Umfragen, mit Ende
!termin Titel; Tag; Tag: einen Termin finden, der den meisten passt
!punkten barrieren 3 bis Fr 12:00: mit Punkten auswählen, was wichtig ist
!widerstand Frage; Antwort; Antwort: die Antwort mit dem kleinsten Widerstand finden, von 0 bis 10
!konsens Vorschlag: nach Einwänden zu einem Vorschlag fragen
!fragerunde Frage: alle nach einer Antwort in eigenen Worten fragen, über Tage
!stimme U1 2: abstimmen, auch per Direktnachricht
!start: die Gruppe einrichten, Frage für Frage
!ziel Text: das Ziel der Gruppe aufschreiben
!test: prüfen, ob ich da bin
!datenschutz: was ich speichere und wer verantwortlich ist
!einstellung Name Wert: die Einstellungen der Gruppe zeigen und ändern
!schritt 2: den Schritt der Methode zeigen oder wechseln
!wo: wo die Gruppe steht
!stand: was seit dem letzten Fragen neu ist (per Direktnachricht)
!sprache en: Deutsch oder Englisch wählen
!gruppe 2: die Gruppe wählen, um die es geht (nur per Direktnachricht)
!ausstieg: aus der Gruppe aussteigen, Persönliches löschen
!name an: den eigenen Namen bei eigenen Einträgen zeigen (nur per Direktnachricht)
!pause an: ich schreibe nichts ungefragt (nur per Direktnachricht)
!abwesend 22.3.-2.4.: dann schreibe ich nichts ungefragt; ohne Grund, niemand sonst sieht es; zurück: abwesend aus
!meinezeit Mo-Mi 9 bis 13 Uhr: wann ich von selbst schreiben darf: eigene Tage, Zeiten, Ort (nur per Direktnachricht)
!meinedaten: alles, was mit dem eigenen Konto verbunden ist (nur per Direktnachricht)
!vergissmich: alles löschen, was mit dem eigenen Konto verbunden ist (nur per Direktnachricht)
!termine: was als Nächstes kommt, mit Wochentag, Datum und Uhrzeit
!hilfe: die Befehle erklären
Antwort auf einen Eintrag mit + und einem Text: etwas ergänzen"""

GOAL = """\
!ziel Text: das Ziel der Gruppe aufschreiben
Beispiel: !ziel Alle finden eine Arbeit, die zum Abschluss passt
Geht auch: !goal, !ziele, !goals
In einer Gruppe kann das nur die Moderation."""

UNDO = """\
!rückgängig: die letzte Änderung zurücknehmen
Beispiel: !rückgängig
Geht auch: !undo"""

TASK = """\
!aufgabe Text @Name bis Freitag: eine Aufgabe festhalten; mit Namen wird die Person gefragt
Beispiel: !aufgabe Raum buchen @Lina bis Freitag
Anderer Termin: !aufgabe A3 bis 22.3.
Eine andere Person: !aufgabe A3 @Lina
Es geht nicht weiter: !aufgabe A3 blockiert Die Schule antwortet nicht
Es geht wieder weiter: !aufgabe A3 weiter
Wieder abgeben: !abgeben A3
Fertig: !fertig A3
Geht auch: !task, !todo"""

HOURS = """\
„{word}“ ist eine Einstellung der Gruppe: !einstellung zeiten
Nur für die eigene Person: !meinezeit"""

UNKNOWN = "Den Befehl lotterie kenne ich nicht. Alle Befehle: !hilfe alles"

ASKED = [
    pytest.param("!hilfe", SHORT, id="most important"),
    pytest.param("!help", SHORT, id="English word, German group"),
    pytest.param("!?", SHORT, id="question mark"),
    pytest.param("!hilfe alles", LONG, id="all"),
    pytest.param("!hilfe !ziel", GOAL, id="one, for the moderation"),
    pytest.param("!hilfe undo", UNDO, id="one, by its English word"),
    pytest.param("!hilfe lotterie", UNKNOWN, id="not yet"),
    pytest.param("!hilfe Aufgabe", TASK, id="with everything that can be said of a task"),
    pytest.param("!hilfe aufgabe ändern", TASK, id="two words, by the first"),
    pytest.param("!hilfe arbeitszeit", HOURS.format(word="arbeitszeit"), id="a setting"),
    pytest.param("!hilfe !Zeiten", HOURS.format(word="Zeiten"), id="a setting, as it is called"),
    pytest.param(
        "!hilfe anrede", "„anrede“ ist eine Einstellung der Gruppe: !einstellung anrede", id="a setting alone"
    ),
]


@pytest.mark.parametrize(("body", "answer"), ASKED)
async def test_help(chat: Chat, body: str, answer: str):
    await chat.says(body)

    assert await chat.answers() == [answer]


COMMANDS = [pytest.param(c, lang, id=f"{c.name} {lang}") for c, lang in product(router.commands, LANGUAGES)]


@pytest.mark.parametrize(("command", "language"), COMMANDS)
def test_each_command_is_explained_with_an_example_that_runs(command: Command, language: str):
    assert command.help.render(language)
    assert command.example is not None
    typed = parse_command(command.example.render(language))
    assert typed is not None
    assert router.folded()[fold(typed.word)] is command
    assert typed.word == command.word(language)
    if command.args is not None:
        command.args.read(typed.rest, None)


@pytest.mark.parametrize("words", ["check-in", "Check-in", "check in", "checkin beenden"])
async def test_help_of_the_check_in_however_it_is_written(chat: Chat, words: str):
    await chat.says(f"!hilfe {words}")

    assert (await chat.answers())[0].startswith("!checkin an Di Do 9:00: ")


def test_more_help_belongs_to_a_command_and_is_short():
    assert MORE.keys() <= {command.name for command in router.commands}
    assert {name: lines for name, lines in MORE.items() if len(lines) > 6} == {}


async def _prepared(chat: Chat) -> None:
    """Let there be whatever the help names as an example."""
    await chat.joins("lina", displayname="Lina")
    for number in range(7):
        await chat.says(f"!barriere Das ist die Nummer {number} #kurse", by="katrin")
    for words in ("Raum buchen", "Firmen einladen", "ich schreibe das Merkblatt"):
        await chat.says(f"!aufgabe {words}", by="katrin")
    for words in (
        "!treffen Mi 24.2. 15:00 Erstes",
        "!treffen Do 25.2. 15:00 Zweites",
        "!top Eins",
        "!top Zwei",
    ):
        await chat.says(words, by="katrin")
    await chat.says("!erinnere uns Fr 10:00 Unterlagen", by="katrin")
    await chat.says("!umfrage Was zuerst?; Lotsin; Profil", by="katrin")
    await chat.says("!sprint start bis 19.3. Ziel: Ein Format ist getestet", by="katrin")
    await chat.answers()


#: What must be going on before the lines of a command are copied.
BEFORE = {
    "rollen": ("!treffen start",),
    "runde": ("!treffen start", "!runde Was nehmen wir mit?"),
    "parken": ("!parken B7",),
    "checkin": ("!checkin jetzt",),
}
REFUSED = re.compile("kenne ich nicht|verstehe ich nicht|gibt es nicht|fehlt|Gerade läuft|❓")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", MORE)
async def test_what_can_be_copied_from_the_help_works(chat: Chat, name: str, language: str):
    await _prepared(chat)
    for words in BEFORE.get(name, ()):
        await chat.says(words, by="katrin")
    await chat.answers()

    for line in MORE[name]:
        for typed in re.findall(r"![^!]+$", line.render(language)):
            await chat.says(typed, by="katrin")

            answers = await chat.answers()
            assert answers, typed
            assert [words for words in answers if REFUSED.search(words)] == [], typed


def test_english_texts_name_english_commands():
    german = {fold(one.name): one.english for one in router.commands if fold(one.name) != fold(one.english)}
    said = [words for message in catalogue("en") for words in forms(message.string or "") if message.id]
    typed = [(word, words) for words in said for word in re.findall(r"!(\w+)", words)]

    assert [(word, words) for word, words in typed if fold(word) in german] == []


def forms(string: str | list[str] | tuple[str, ...]) -> list[str]:
    """Return a sentence, or its forms for one and for many."""
    return [string] if isinstance(string, str) else list(string)


def test_no_word_calls_two_commands():
    words = [fold(word) for command in router.commands for word in {fold(w) for w in command.words()}]

    assert len(words) == len(set(words))

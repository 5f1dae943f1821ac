# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who may do what: every command for the author, another member, the moderation and somebody outside."""

from __future__ import annotations

import pytest

from commands.topics import router
from tests.chat import Chat

MODERATION = "Das macht in dieser Gruppe die Moderation. Moderation sind: Jule, Katrin."
NOT_MINE = (
    "B1 ändern kann, wer es geschrieben hat, oder die Moderation. Ergänzen können alle: !ergänzen B1 Text"
)
NOTHING = "Aus den letzten 30 Minuten gibt es keine eigene Änderung zum Zurücknehmen."
NO_GROUP = "Noch gibt es keine gemeinsame Gruppe. Zuerst die Einladung in den Raum der Gruppe, dann geht es."

#: Command line: refused for its author, for another member; does it need a group?
RIGHTS = {
    "barriere Text": (None, None, True),
    "idee Text": (None, None, True),
    "ergänzen B1 Text": (None, None, True),
    "betroffen B1 Text": (None, None, True),
    "entscheidung Text": (None, None, True),
    "entscheidungen": (None, None, True),
    "aufgabe Text": (None, None, True),
    "aufgaben": (None, None, True),
    "nehme A1": (None, None, True),
    "fertig A1": (None, None, True),
    "abgeben A1": (None, None, True),
    "meins": (None, None, True),
    "sprint": (None, None, True),
    "sprint start bis 19.3. Ziel: Text": (MODERATION, MODERATION, True),
    "sicht B1 wirtschaft Text": (None, None, True),
    "sichten": (None, None, True),
    "warum B1 Text": (None, None, True),
    "anonym Text": (None, None, True),
    "board": (None, None, True),
    "zeige B1": (None, None, True),
    "bild": (None, None, True),
    "wochenbrief": (None, None, True),
    "wochenbrief jetzt": (MODERATION, MODERATION, True),
    "export": (MODERATION, MODERATION, True),
    "suche Text": (None, None, True),
    "ändern B1 Text": (None, NOT_MINE, True),
    "löschen B1": (None, NOT_MINE, True),
    "rückgängig": (None, NOTHING, True),
    "zusammen B1 B2": (MODERATION, MODERATION, True),
    "trennen B1": (MODERATION, MODERATION, True),
    "parken B1": (MODERATION, MODERATION, True),
    "treffen heute 14:00 Titel": (None, None, True),
    "top Text": (None, None, True),
    "erinnere uns Fr 10:00 Text": (None, None, True),
    "erinnerungen": (None, None, True),
    "rollen": (None, None, True),
    "rede": (None, None, True),
    "weiter": (None, None, True),
    "runde Frage": (None, None, True),
    "checkin": (None, None, True),
    "retro": (None, None, True),
    "retro schwierig Text": (None, None, True),
    "retro start": (MODERATION, MODERATION, True),
    "retro abbrechen": (MODERATION, MODERATION, True),
    "checkin an Di Do 9:00": (MODERATION, MODERATION, True),
    "fragerunde Was lief gut?": (None, None, True),
    "umfrage Was?; A; B": (None, None, True),
    "umfragen": (None, None, True),
    "termin Was?; morgen 10:00; morgen 11:00": (None, None, True),
    "punkten barrieren": (MODERATION, MODERATION, True),
    "widerstand Was?; A; B": (None, None, True),
    "konsens Text": (None, None, True),
    "stimme U1 2": (None, None, True),
    "fragerunde Was?": (None, None, True),
    "checkin an Di 9:00": (MODERATION, MODERATION, True),
    "termine": (None, None, True),
    "abwesend 10.3.": (None, None, False),
    "meinezeit": (None, None, False),
    "stand": (None, None, True),
    "ziel Text": (MODERATION, MODERATION, True),
    "sektor wirtschaft": (None, None, True),
    "sektoren": (MODERATION, MODERATION, True),
    "balance": (None, None, True),
    "wenfehlt Ausländerbehörde": (None, None, True),
    "wen": (None, None, True),
    "gast @ada:test bis 15.3.": (MODERATION, MODERATION, True),
    "gäste": (None, None, True),
    "start": (MODERATION, MODERATION, True),
    "einstellung": (None, None, True),
    "einstellung anrede du": (MODERATION, MODERATION, True),
    "schritt": (None, None, True),
    "schritt 2": (MODERATION, MODERATION, True),
    "abwesend": (None, None, False),
    "zurück": (None, None, False),
    "wo": (None, None, True),
    "ausstieg": (None, None, True),
    "test": (None, None, False),
    "datenschutz": (None, None, False),
    "hilfe": (None, None, False),
    "kernproblem Text": (MODERATION, MODERATION, True),
    "einwand Text": (None, None, False),
    "vereinbarung Text": (MODERATION, MODERATION, True),
    "sprache de": (MODERATION, MODERATION, False),
    "gruppe": (None, None, True),
    "name an": (None, None, False),
    "pause": (None, None, False),
    "meinedaten": (None, None, False),
    "vergissmich": (None, None, False),
}

LINES = [pytest.param(line, *rights, id=line) for line, rights in RIGHTS.items()]


def test_every_command_is_in_the_table():
    assert {line.split()[0] for line in RIGHTS} == {command.name for command in router.commands}


@pytest.mark.parametrize(("line", "author", "member", "needs_group"), LINES)
async def test_rights(chat: Chat, line: str, author: str | None, member: str | None, needs_group: bool):
    for person, refusal in (("ewa", member), ("lina", author), ("jule", None), ("katrin", None)):
        await chat.says("!barriere Hürde von Lina", by="lina")
        # Some answers are told to the person alone.
        await chat.direct(person)
        await chat.answers()

        await chat.says(f"!{line}", by=person)

        answers = await chat.answers()
        if refusal:
            assert answers == [refusal], person
        else:
            assert answers, person
            assert not {MODERATION, NOT_MINE, NOTHING, NO_GROUP} & set(answers), person


@pytest.mark.parametrize(("line", "author", "member", "needs_group"), LINES)
async def test_somebody_outside_reaches_no_group(
    chat: Chat, line: str, author: str | None, member: str | None, needs_group: bool
):
    await chat.says("!barriere Nur für die Gruppe", by="lina")
    await chat.answers()

    await chat.tells(line, by="fremde")

    answers = await chat.answers()
    assert (answers == [NO_GROUP]) is needs_group
    assert "Nur für die Gruppe" not in "".join(answers)

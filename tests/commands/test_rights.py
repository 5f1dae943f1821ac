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
    "board": (None, None, True),
    "zeige B1": (None, None, True),
    "ändern B1 Text": (None, NOT_MINE, True),
    "löschen B1": (None, NOT_MINE, True),
    "rückgängig": (None, NOTHING, True),
    "ziel Text": (MODERATION, MODERATION, True),
    "start": (MODERATION, MODERATION, True),
    "einstellung": (None, None, True),
    "einstellung anrede du": (MODERATION, MODERATION, True),
    "schritt": (None, None, True),
    "schritt 2": (MODERATION, MODERATION, True),
    "wo": (None, None, True),
    "ausstieg": (None, None, True),
    "test": (None, None, False),
    "datenschutz": (None, None, False),
    "hilfe": (None, None, False),
    "sprache de": (MODERATION, MODERATION, False),
}

LINES = [pytest.param(line, *rights, id=line) for line, rights in RIGHTS.items()]


def test_every_command_is_in_the_table():
    assert {line.split()[0] for line in RIGHTS} == {command.name for command in router.commands}


@pytest.mark.parametrize(("line", "author", "member", "needs_group"), LINES)
async def test_rights(chat: Chat, line: str, author: str | None, member: str | None, needs_group: bool):
    for person, refusal in (("ewa", member), ("lina", author), ("jule", None), ("katrin", None)):
        await chat.says("!barriere Hürde von Lina", by="lina")
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

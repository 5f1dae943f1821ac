# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Editing or deleting a message changes or removes what it made."""

from __future__ import annotations

import pytest

from tests.chat import Chat


async def board(chat: Chat) -> list[str]:
    """Return the lines of the board below its head."""
    await chat.answers()
    await chat.says("!board", by="murat")
    return (await chat.answers())[0].split("\n")[1:]


async def entries(chat: Chat) -> list[str]:
    return [line for line in await board(chat) if line[:1] in "BI" and line[1:2].isdigit()]


EDITS = [
    pytest.param("!barriere Neuer Text", id="with the word"),
    pytest.param("!hürde: Neuer Text", id="with an alias"),
    pytest.param("!bariere Neuer Text", id="with a mistyped word"),
    pytest.param("Neuer Text", id="without the word"),
]


@pytest.mark.parametrize("body", EDITS)
async def test_an_edit_changes_the_item(chat: Chat, body: str):
    event = await chat.says("!barriere Alter Text #alt")
    await chat.answers()

    await chat.edits(event, body)

    assert await chat.answers() == ["✏️ B1"]
    assert await entries(chat) == ["B1: Neuer Text."]


async def test_an_edit_that_changes_nothing_says_nothing(chat: Chat):
    event = await chat.says("!barriere Text")
    await chat.answers()

    await chat.edits(event, "!hürde Text")

    assert await chat.answers() == []


async def test_an_edit_to_another_command_is_explained(chat: Chat):
    event = await chat.says("!barriere Text")
    await chat.answers()

    await chat.edits(event, "!idee Text")

    assert await chat.answers() == ["Diese Nachricht ist B1. Ein anderer Befehl braucht eine neue Nachricht."]
    assert await entries(chat) == ["B1: Text."]


async def test_an_edit_without_text_is_explained(chat: Chat):
    event = await chat.says("!barriere Text")
    await chat.answers()

    await chat.edits(event, "!barriere")

    assert await chat.answers() == ["Der Text fehlt. B1 bleibt, wie es war. Zurückziehen: !löschen B1"]


async def test_an_edit_by_somebody_else_changes_nothing(chat: Chat):
    event = await chat.says("!barriere Text", by="lina")
    await chat.answers()

    await chat.edits(event, "!barriere Anderer Text", by="katrin")

    assert await chat.answers() == []
    assert await entries(chat) == ["B1: Text."]


async def test_an_edit_of_a_withdrawn_item_brings_nothing_back(chat: Chat):
    event = await chat.says("!barriere Text")
    await chat.redacts(event)
    await chat.answers()

    await chat.edits(event, "!barriere Neuer Text")

    assert await chat.answers() == []
    assert await entries(chat) == []


async def test_an_edit_of_an_idea_changes_its_link(chat: Chat):
    await chat.says("!barriere Eins")
    await chat.says("!barriere Zwei")
    event = await chat.says("!idee Lotsin zu B1")

    await chat.edits(event, "!idee Lotsin zu B2")
    assert await entries(chat) == ["B1: Eins.", "B2: Zwei.", "I1: Lotsin. Gehört zu B2."]

    await chat.edits(event, "!idee Lotsin zu B9")
    assert await chat.answers() == ["B9 gibt es nicht. I1 bleibt, wie es war."]


# --- deletions -----------------------------------------------------------------------------------


@pytest.mark.parametrize("by", ["lina", "katrin", "jule"])
async def test_a_deleted_message_removes_the_item_and_its_text(chat: Chat, by: str):
    event = await chat.says("!barriere Kanarienvogel im Formular")
    await chat.says("!ergänzen B1 Kanarienvogel als Zusatz", by="ewa")
    assert await chat.stores("Kanarienvogel")
    await chat.answers()

    await chat.redacts(event, by=by)

    assert await chat.answers() == []
    assert await entries(chat) == []
    assert not await chat.stores("Kanarienvogel")


async def test_a_deletion_without_right_changes_nothing(chat: Chat):
    event = await chat.says("!barriere Text", by="lina")

    await chat.redacts(event, by="ewa")

    assert await entries(chat) == ["B1: Text."]


async def test_a_number_is_never_used_again(chat: Chat):
    event = await chat.says("!barriere Eins")
    await chat.redacts(event)
    await chat.says("!barriere Zwei")

    assert await entries(chat) == ["B2: Zwei."]


async def test_what_the_bot_showed_goes_with_the_item(chat: Chat):
    event = await chat.says("!barriere Kanarienvogel")
    await chat.says("!zeige B1")
    shown = chat.post("B1, ")
    await chat.answers()

    await chat.redacts(event)

    assert await chat.answers() == [f"✗ {shown}"]


async def test_tidying_up_an_answer_of_the_bot_removes_no_item(chat: Chat):
    await chat.says("!barriere Text", by="lina")
    await chat.says("!zeige B1", by="lina")

    await chat.redacts(chat.post("Gespeichert als B1"), by="katrin")
    await chat.redacts(chat.post("B1, "), by="katrin")

    assert await entries(chat) == ["B1: Text."]

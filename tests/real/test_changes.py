# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What is on the board follows the messages: edited, deleted, supported, taken back."""

import pytest

from bot.demo.people import Person
from bot.demo.timeline import Kind
from tests.real.group import Group


async def barrier(group: Group, person: Person, text: str = "Formular nur auf Papier") -> str:
    """Let somebody write a barrier; return the event id."""
    message = await group.say(person, f"!barriere {text}")
    await group.receipt(message)
    await group.answer(message)  # the first one gets a sentence as well
    return message


async def test_edit_of_the_message_edits_the_item(group: Group, bert: Person):
    message = await barrier(group, bert)

    await bert.edit(group.room, message, "!barriere Formulare gibt es nur auf Papier")

    assert await group.receipt(message, place=1) == "✏ B1"
    assert "Formulare gibt es nur auf Papier" in await group.asked(bert, "!zeige B1")


async def test_edit_by_somebody_else_changes_nothing(group: Group, bert: Person):
    message = await barrier(group, bert)
    before = group.now

    await group.founder.edit(group.room, message, "!barriere Alles ist gut")

    await group.nothing_since(before)
    assert "Formular nur auf Papier" in await group.asked(bert, "!zeige B1")


@pytest.mark.parametrize("by_moderator", [False, True], ids=["author", "moderator"])
async def test_deleting_the_message_withdraws_the_item(group: Group, bert: Person, by_moderator: bool):
    message = await barrier(group, bert)
    before = group.now

    await (group.founder if by_moderator else bert).redact(group.room, message)

    await group.nothing_since(before)
    board = await group.asked(bert, "!board")
    assert "Formular" not in board
    assert await group.taken(bert, "!barriere Kurse nur vormittags") == "✅ B2"


async def test_support_counts_every_person_once_and_can_be_taken_back(
    group: Group, bert: Person, carla: Person
):
    message = await barrier(group, bert)
    await group.add(carla)

    await carla.react(group.room, message, "👍")
    await group.founder.react(group.room, message, "👍🏽")
    await group.founder.react(group.room, message, "👍")
    assert "2 kennen das auch" in await group.asked(bert, "!board")

    await carla.unreact(group.room, message, "👍")
    await group.founder.unreact(group.room, message, "👍🏽")
    assert "2 kennen" not in await group.asked(bert, "!board")

    await group.founder.unreact(group.room, message, "👍")
    assert "auch" not in await group.asked(bert, "!board barrieren")


async def test_support_on_the_bots_own_post_counts_for_the_item(group: Group, bert: Person, carla: Person):
    message = await barrier(group, bert)
    post = await group.answer(message)
    await group.add(carla)

    await carla.react(group.room, post.event_id, "👍")
    await group.founder.react(group.room, message, "👍")

    assert "2 kennen das auch" in await group.asked(bert, "!zeige B1")


async def test_item_can_be_changed_without_its_message(group: Group, bert: Person):
    await barrier(group, bert)

    await group.taken(bert, "!ändern B1 Formulare gibt es nur auf Papier")

    assert "Formulare gibt es nur auf Papier" in await group.asked(bert, "!zeige B1")


async def test_item_is_withdrawn_and_brought_back(group: Group, bert: Person):
    await barrier(group, bert)

    withdrawn = await group.asked(bert, "!löschen B1")
    assert withdrawn == "B1 ist zurückgezogen. Zurückholen: !rückgängig (30 Minuten)"
    assert "Formular" not in await group.asked(bert, "!board")

    assert (await group.asked(bert, "!rückgängig")).startswith("Rückgängig gemacht: ")
    assert "B1: Formular nur auf Papier" in await group.asked(bert, "!board")


async def test_item_of_somebody_else_is_not_deleted(group: Group, bert: Person):
    await barrier(group, group.founder)

    answer = await group.asked(bert, "!löschen B1")

    assert "B1 ist zurückgezogen" not in answer
    assert "Formular nur auf Papier" in await group.asked(bert, "!board")


async def test_bot_edits_only_its_own_posts(group: Group, bert: Person):
    message = await barrier(group, bert)
    await bert.edit(group.room, message, "!barriere Neu")
    await group.receipt(message, place=1)

    edits = [event for event in group.founder.timeline if group.is_bot(Kind.EDIT)(event)]

    own = {event.event_id for event in group.founder.timeline if group.is_bot(Kind.MESSAGE)(event)}
    assert {edit.target for edit in edits} <= own

# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Looking things up, settings, and direct messages, with real clients."""

from bot.demo.people import Person
from bot.demo.timeline import Kind, Seen
from tests.real.conftest import PersonMaker
from tests.real.group import ALIVE, Group

GOAL = "Fachkräfte finden passende Arbeit."


async def test_goal_is_set_by_the_moderation_and_heads_the_board(group: Group, bert: Person):
    assert await group.taken(group.founder, f"!ziel {GOAL}") == "✅ Ziel"

    assert f"Ziel: {GOAL}" in await group.asked(bert, "!board")


async def test_goal_is_refused_to_members(group: Group, bert: Person):
    answer = await group.asked(bert, f"!ziel {GOAL}")

    assert answer == "Das macht in dieser Gruppe die Moderation: Anna."
    assert GOAL not in await group.asked(bert, "!board")


async def test_board_shows_everything_without_names(group: Group, bert: Person):
    await group.taken(group.founder, f"!ziel {GOAL}")
    await group.taken(bert, "!barriere Formular nur auf Papier")
    await group.taken(bert, "!idee Ein Formular im Netz zu B1")

    board = await group.asked(bert, "!board")

    lines = board.splitlines()
    assert lines[0].startswith("Board, Stand ")
    assert lines[0].endswith("Schritt 1 von 5: Barrieren erkennen.")
    assert f"Ziel: {GOAL}" in lines
    assert "B1: Formular nur auf Papier" in board
    assert "I1: Ein Formular im Netz" in board
    assert "Bert" not in board


async def test_board_of_one_kind(group: Group, bert: Person):
    await group.taken(bert, "!barriere Formular nur auf Papier #amt")
    await group.taken(bert, "!idee Ein Formular im Netz")

    assert "I1" not in await group.asked(bert, "!board barrieren")
    assert "B1" not in await group.asked(bert, "!board ideen")
    assert "B1: Formular nur auf Papier" in await group.asked(bert, "!board #amt")


async def test_help_names_the_important_commands(group: Group, bert: Person):
    answer = await group.asked(bert, "!hilfe")

    assert answer.startswith("Die wichtigsten Befehle:\n!barriere Text: eine Barriere aufschreiben\n")
    assert "!board" in await group.asked(bert, "!hilfe alles")
    assert "!barriere" in await group.asked(bert, "!help barriere")


async def test_test_answers(group: Group, bert: Person):
    assert await group.asked(bert, "!test") == ALIVE


async def test_privacy_notice(group: Group, bert: Person):
    answer = await group.asked(bert, "!datenschutz")

    assert answer.startswith("Ich speichere: ")
    assert "Ich speichere nicht: das übrige Gespräch." in answer


async def test_direct_message_needs_no_mark_and_keeps_its_language(group: Group, person: PersonMaker):
    dora = await person("dora")
    await group.add(dora)
    chat = Group(await dora.direct(group.bot), group.bot, dora)

    assert (await chat.asked(dora, "hilfe")).startswith("Die wichtigsten Befehle:")
    assert (await chat.asked(dora, "sprache en")) == (
        "Saved. I write to you in English in direct messages. The group stays German."
    )
    assert (await chat.asked(dora, "hilfe")).startswith("The most important commands:")
    assert (await chat.asked(dora, "!sprache de")).startswith("Gespeichert.")
    assert (await group.asked(dora, "!test")) == ALIVE


async def test_everything_said_in_an_encrypted_room_is_encrypted(group: Group, bert: Person):
    message = await group.say(bert, "!barriere Formular nur auf Papier")
    await group.answer(message)
    offer = await group.answer(await group.say(bert, "!bord"))
    await bert.react(group.room, offer.event_id, "👍")
    await group.founder.sees(group.is_bot(Kind.EDIT, target=offer.event_id))

    said = [event for event in group.founder.timeline if group.is_bot(*Kind)(event)]

    open_kinds = {event.kind for event in said if not event.encrypted}
    assert open_kinds == {Kind.MEMBER, Kind.STATE, Kind.REACTION}
    assert {Kind.MESSAGE, Kind.EDIT} <= {event.kind for event in said if event.encrypted}


async def test_every_message_says_whom_it_mentions(group: Group, bert: Person):
    await group.asked(bert, "!barriere Formular nur auf Papier")
    await group.asked(bert, "!board")

    def is_message(event: Seen) -> bool:
        return group.is_bot(Kind.MESSAGE, Kind.EDIT)(event)

    assert [event.mentions for event in group.founder.timeline if is_message(event)] == [{}] * 3

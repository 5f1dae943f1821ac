# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What happens to a bot in its life: killed, kicked, moved, logged out, keys that come late."""

import pytest

from bot.demo.people import Person
from bot.demo.process import BotProcess
from bot.demo.timeline import Kind
from tests.real.conftest import BotMaker, PersonMaker
from tests.real.group import ALIVE, Group, plain
from tests.real.late import LatePerson
from tests.real.sessions import end_session, log_in_again


def settings_for(database: str, request: pytest.FixtureRequest) -> dict[str, str]:
    """The bot's settings for one of the two databases."""
    return {"DATABASE": request.getfixturevalue("postgres_url")} if database == "postgresql" else {}


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
async def test_killed_bot_answers_everything_exactly_once(
    database: str, own_bot: BotMaker, anna: Person, bert: Person, request: pytest.FixtureRequest
):
    bot = await own_bot(**settings_for(database, request))
    group = await Group.found(bot.user_id, anna, bert)
    before = group.now

    messages = [await group.say(bert, f"!barriere Nummer {number}") for number in (1, 2, 3)]
    await group.receipt(messages[0])
    await bot.kill()
    messages += [await group.say(bert, f"!barriere Nummer {number}") for number in (4, 5)]
    await bot.start()
    await bot.kill()
    messages += [await group.say(bert, "!barriere Nummer 6")]
    await bot.start()

    assert [await group.receipt(message) for message in messages] == [f"✅ B{n}" for n in range(1, 7)]
    assert await group.asked(bert, "!test") == ALIVE
    receipts = [plain(e.key) for e in group.done_since(before) if e.kind is Kind.REACTION]
    sentences = [e.body for e in group.done_since(before) if e.kind is Kind.MESSAGE]
    assert receipts == [f"✅ B{n}" for n in range(1, 7)]
    assert [sentence.split(".")[0] for sentence in sentences] == ["Gespeichert als B1", "Ich bin da"]


async def test_message_whose_key_comes_late_is_answered_then(group: Group, person: PersonMaker):
    late = await person("late", LatePerson)
    assert isinstance(late, LatePerson)
    await group.add(late)
    before = group.now

    late.hold_keys(group.room)
    message = await group.say(late, "!barriere Mein Netz ist langsam")
    await group.nothing_since(before)
    await late.share_keys()

    assert await group.receipt(message) == "✅ B1"


async def test_group_moves_into_the_upgraded_room(bot: BotProcess, anna: Person, bert: Person):
    group = await Group.found(bot.user_id, anna, bert, version="11")
    await group.taken(bert, "!barriere Formular nur auf Papier")

    new_room = await anna.upgrade(group.room, "12")
    # What clients do for the members after an upgrade.
    await anna.invite(new_room, bot.user_id)
    await anna.until(lambda: new_room in anna.rooms, what="the new room")
    await anna.meets(bot.user_id, new_room)
    moved = Group(new_room, bot.user_id, anna)

    assert (
        await moved.welcome()
    ).body == "Ich bin mit der Gruppe hierher umgezogen. Nichts ist verloren: !board"
    assert "B1: Formular nur auf Papier" in await moved.asked(anna, "!board")
    assert await moved.taken(anna, "!barriere Kurse nur vormittags") == "✅ B2"


async def test_removed_bot_stays_away_until_it_is_invited_again(group: Group, bert: Person):
    await group.taken(bert, "!barriere Formular nur auf Papier")

    await group.founder.kick(group.room, group.bot)
    await group.founder.sees(
        lambda e: (
            e.kind is Kind.MEMBER and e.room_id == group.room and (e.key, e.body) == (group.bot, "leave")
        )
    )
    unheard = await group.say(bert, "!barriere Das hört niemand")
    await group.founder.invite(group.room, group.bot)
    await group.founder.meets(group.bot, group.room)
    await bert.meets(group.bot, group.room)

    assert await group.taken(bert, "!barriere Kurse nur vormittags") == "✅ B2"
    board = await group.asked(bert, "!board")
    assert "B1: Formular nur auf Papier" in board
    assert "Das hört niemand" not in board
    assert group.founder.timeline.reactions(unheard) == []


async def test_logged_out_bot_says_so_and_keeps_everything(own_bot: BotMaker, anna: Person, bert: Person):
    bot = await own_bot()
    group = await Group.found(bot.user_id, anna, bert)
    await group.taken(bert, "!barriere Formular nur auf Papier")

    await end_session(bot, anna.url)
    report = await bot.reports(lambda said: said.get("state") == "token_lost")
    assert report["ready"] is False
    await log_in_again(bot)

    await anna.meets(bot.user_id, group.room)
    await bert.meets(bot.user_id, group.room)
    assert "B1: Formular nur auf Papier" in await group.asked(bert, "!board")
    assert await group.taken(bert, "!barriere Kurse nur vormittags") == "✅ B2"


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
async def test_bot_keeps_its_data_over_a_restart(
    database: str, own_bot: BotMaker, anna: Person, request: pytest.FixtureRequest
):
    bot = await own_bot(**settings_for(database, request))
    group = await Group.found(bot.user_id, anna)
    await group.taken(anna, "!barriere Formular nur auf Papier")

    assert await bot.stop() == 0
    await bot.start()

    assert "B1: Formular nur auf Papier" in await group.asked(anna, "!board")
    assert await group.taken(anna, "!barriere Kurse nur vormittags") == "✅ B2"

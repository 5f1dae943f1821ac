# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What another client sees, in the mode that excludes devices which their owner has not signed."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.demo.people import Person
from bot.demo.synapse import Synapse
from tests.real import js_person
from tests.real.conftest import BotMaker, account
from tests.real.js_person import JsPerson, JsSeen
from tests.real.sessions import end_session, log_in_again

NO_SHIELD = 0


@pytest.fixture(scope="session", autouse=True)
def installed() -> None:
    """Install matrix-js-sdk, unless it is there."""
    js_person.install()


@pytest_asyncio.fixture(loop_scope="session")
async def jana(synapse: Synapse) -> AsyncIterator[JsPerson]:
    """Somebody on matrix-js-sdk."""
    async with JsPerson(synapse.url, await account(synapse, "jana")) as person:
        yield person


async def test_bot_and_careful_client_read_each_other(own_bot: BotMaker, jana: JsPerson):
    bot = await own_bot()
    room = await jana.do("create", name="Runde", invite=[bot.user_id], powers={bot.user_id: 50})

    def from_bot(event: JsSeen) -> bool:
        return event.sender == bot.user_id and event.encrypted

    welcome = await jana.sees(from_bot)
    message = await jana.say(room, "!barriere Formular nur auf Papier")
    receipt = await jana.sees(lambda e: e.sender == bot.user_id and e.type == "m.reaction")
    await jana.edit(room, message, "!barriere Formulare nur auf Papier")
    await jana.sees(lambda e: e.sender == bot.user_id and e.key.startswith("✏"))
    await jana.react(room, message, "👍")
    await jana.say(room, "!board")
    board = await jana.sees(lambda e: from_bot(e) and e.body.startswith("Board"))

    assert welcome.body.startswith("Guten Tag, ich bin der Bot dieser Gruppe.")
    assert (receipt.key, receipt.target) == ("✅ B1", message)
    assert "B1: Formulare nur auf Papier" in board.body
    said = [event for event in jana.seen if from_bot(event)]
    assert {(event.unreadable, event.shield_colour) for event in said} == {(None, NO_SHIELD)}


async def test_careful_client_reads_the_bot_after_a_new_login(
    own_bot: BotMaker, jana: JsPerson, synapse: Synapse
):
    bot = await own_bot()
    room = await jana.do("create", name="Runde", invite=[bot.user_id], powers={bot.user_id: 50})
    await jana.sees(lambda e: e.sender == bot.user_id and e.encrypted)
    await jana.say(room, "!barriere Formular nur auf Papier")
    await jana.sees(lambda e: e.key == "✅ B1")

    await end_session(bot, synapse.url)
    await log_in_again(bot)
    await jana.say(room, "!board")

    board = await jana.sees(lambda e: e.sender == bot.user_id and e.body.startswith("Board"))
    assert "B1: Formular nur auf Papier" in board.body
    assert (board.unreadable, board.shield_colour) == (None, NO_SHIELD)


async def test_unsigned_client_is_excluded_so_the_mode_works(jana: JsPerson, anna: Person):
    room = await jana.do("create", name="Runde", invite=[anna.user_id])
    await anna.until(lambda: room in anna.invited)
    await anna.join(room)
    await anna.meets(jana.user_id, room)

    await anna.say(room, "hallo")

    excluded = await jana.sees(lambda e: e.sender == anna.user_id and e.encrypted)
    assert excluded.unreadable == "UNSIGNED_SENDER_DEVICE"

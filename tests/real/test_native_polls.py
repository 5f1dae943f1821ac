# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Native polls in an encrypted room: what the clients' own model of the poll says is what the bot says."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio

from bot.demo.people import Person
from bot.demo.process import BotProcess
from bot.demo.synapse import Synapse
from tests.real import js_person
from tests.real.conftest import BotMaker, account
from tests.real.group import eventually
from tests.real.js_person import JsPerson, JsSeen

START = "org.matrix.msc3381.poll.start"
END = "org.matrix.msc3381.poll.end"
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture(scope="session", autouse=True)
def installed() -> None:
    """Install matrix-js-sdk, unless it is there."""
    js_person.install()


@pytest_asyncio.fixture(loop_scope="session")
async def jana(synapse: Synapse) -> AsyncIterator[JsPerson]:
    """Somebody on matrix-js-sdk."""
    async with JsPerson(synapse.url, await account(synapse, "jana")) as person:
        yield person


@pytest_asyncio.fixture(loop_scope="session")
async def jonas(synapse: Synapse) -> AsyncIterator[JsPerson]:
    """Somebody else on matrix-js-sdk."""
    async with JsPerson(synapse.url, await account(synapse, "jonas")) as person:
        yield person


async def meet(bot: BotProcess, jana: JsPerson, jonas: JsPerson, anna: Person) -> str:
    """Let Jana make an encrypted room with everybody in it."""
    invited = [bot.user_id, jonas.user_id, anna.user_id]
    room: str = await jana.do("create", name="Runde", invite=invited, powers={bot.user_id: 50})
    await jana.sees(lambda e: e.sender == bot.user_id and e.encrypted)
    await jonas.do("join", room=room)
    await anna.until(lambda: room in anna.invited)
    await anna.join(room)
    await anna.meets(bot.user_id, room)
    return room


async def asked(person: JsPerson, room: str, words: str) -> tuple[str, str]:
    """Let somebody ask; return the native poll and the post beside it."""
    await person.say(room, words)
    start = await person.sees(lambda e: e.type == START and e.room_id == room)
    card = await person.sees(lambda e: e.body.startswith("U1: ") and e.room_id == room)
    return start.event_id, card.event_id


async def result(person: JsPerson, room: str) -> str:
    """Wait for the result of the poll."""

    def is_result(event: JsSeen) -> bool:
        return event.room_id == room and event.body.startswith("Ergebnis U1")

    return (await person.sees(is_result)).body.partition("\n")[0]


async def shown(person: JsPerson, room: str, start: str) -> dict[str, Any]:
    """Return what the person's client shows of the poll, once it knows that it has ended."""
    await person.sees(lambda e: e.type == END and e.target == start)
    poll: dict[str, Any] = await person.do("poll", room=room, start=start)
    return poll


async def test_clients_and_bot_count_the_same(
    own_bot: BotMaker, jana: JsPerson, jonas: JsPerson, anna: Person
):
    bot = await own_bot()
    room = await meet(bot, jana, jonas, anna)
    start, card = await asked(jana, room, "!umfrage Was zuerst?; Lotsin; Profil; Probe")
    await jonas.sees(lambda e: e.type == START and e.room_id == room)

    await jana.vote(room, start, "a1")
    await jana.vote(room, start, "a2")
    await jonas.vote(room, start, "a2")
    await jonas.vote(room, start)
    await jonas.vote(room, start, "a3")
    second = await jonas.vote(room, start, "a1")
    await jonas.do("redact", room=room, target=second)
    assert await jana.do("poll", room=room, start=start) | {"sums": None} == {
        "people": 2,
        "sums": None,
        "ended": False,
        "undecryptable": 0,
        "question": "U1: Was zuerst?",
        "names": ["Lotsin", "Profil", "Probe"],
    }
    await jana.say(room, "!umfrage ende U1")

    assert await result(jana, room) == "Ergebnis U1, 2 Personen: Profil 1, Probe 1, Lotsin 0."
    for person in (jana, jonas):
        poll = await shown(person, room, start)
        assert (poll["ended"], poll["people"], poll["undecryptable"]) == (True, 2, 0)
        assert poll["sums"] == {"a1": 0, "a2": 1, "a3": 1}
    assert card != start


async def test_doors_count_together_and_who_withdraws_is_gone(
    own_bot: BotMaker, jana: JsPerson, jonas: JsPerson, anna: Person
):
    bot = await own_bot()
    room = await meet(bot, jana, jonas, anna)
    start, card = await asked(jana, room, "!umfrage Was zuerst?; Lotsin; Profil; Probe")
    await jonas.sees(lambda e: e.type == START and e.room_id == room)

    await jana.vote(room, start, "a1")
    await jana.vote(room, start)
    await jonas.vote(room, start, "a1")
    await anna.react(room, card, "2️⃣")
    typed = await anna.say(room, "!stimme U1 1")
    await anna.sees(lambda e: e.target == typed and e.sender == bot.user_id)
    # The room is Jana's, so her client offers to end the poll.
    relation = {"rel_type": "m.reference", "event_id": start}
    end = {"m.relates_to": relation, END: {}, "org.matrix.msc1767.text": "Ende"}
    await jana.do("send", room=room, type=END, content=end)

    assert await result(jana, room) == "Ergebnis U1, 2 Personen: Lotsin 2, Profil 0, Probe 0."
    poll = await shown(jana, room, start)
    # Anna has not tapped the poll.
    assert (poll["ended"], poll["people"], poll["sums"]) == (True, 1, {"a1": 1, "a2": 0, "a3": 0})


@pytest.mark.timeout(300)  # the shortest poll that can be asked lasts until the next minute
async def test_poll_that_ended_while_the_bot_was_down_closes_once_with_the_votes_of_before(
    own_bot: BotMaker, jana: JsPerson, jonas: JsPerson, anna: Person
):
    bot = await own_bot()
    room = await meet(bot, jana, jonas, anna)
    end = (datetime.now(UTC) + timedelta(seconds=100)).replace(second=0, microsecond=0)
    words = f"!umfrage Was zuerst?; Lotsin; Profil; bis {end.astimezone(BERLIN):%H:%M}"
    start, _ = await asked(jana, room, words)
    await jonas.sees(lambda e: e.type == START and e.room_id == room)
    await jana.vote(room, start, "a1")

    await bot.kill()
    await jonas.vote(room, start, "a1")
    await jana.vote(room, start, "a2")
    await anna.say(room, "!stimme U1 2")
    assert datetime.now(UTC) < end
    over = end + timedelta(seconds=16)
    await eventually(lambda: datetime.now(UTC) > over, "the end", timeout=140)
    await jonas.vote(room, start, "a2")
    await bot.start()

    assert await result(jana, room) == "Ergebnis U1, 3 Personen: Profil 2, Lotsin 1."
    await jana.sees(lambda e: e.key == "⏰ zu spät")
    await bot.stop()
    await bot.start()
    alive = await jana.say(room, "!test")
    await jana.sees(lambda e: e.target == alive)
    # An event may be shown twice, before and after it was decrypted.
    results = {e.event_id for e in jana.seen if e.room_id == room and e.body.startswith("Ergebnis")}
    ends = {e.event_id for e in jana.seen if e.room_id == room and e.type == END}
    assert (len(results), len(ends)) == (1, 1)

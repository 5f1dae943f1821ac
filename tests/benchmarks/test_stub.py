# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The stub homeserver does what decides about lost and doubled answers, and the bot works at it."""

import json

import aiohttp
import pytest
import pytest_asyncio

from benchmarks.stub import Stub, Trouble
from bot.demo.process import BotProcess

V3 = "/_matrix/client/v3"
FILTER = {
    "room": {"timeline": {"limit": 3, "not_senders": ["@bot:bench"]}, "state": {"lazy_load_members": True}}
}


@pytest_asyncio.fixture
async def stub():
    async with Stub(rooms=3) as homeserver:
        yield homeserver


@pytest_asyncio.fixture
async def ask(stub):
    async with aiohttp.ClientSession() as http:

        async def ask(method, path, body=None, **params):
            async with http.request(method, stub.url + V3 + path, json=body, params=params) as answer:
                return await answer.json()

        yield ask


def bodies(events):
    return [event["content"]["body"] for event in events]


def timeline(answer, room):
    return answer["rooms"]["join"][room.id]["timeline"]


def react(event_id):
    return {"m.relates_to": {"rel_type": "m.annotation", "event_id": event_id, "key": "✅"}}


async def test_sync_cuts_the_timeline_and_messages_fills_the_gap(stub, ask):
    room = stub.rooms[1]
    start = (await ask("GET", "/sync"))["next_batch"]
    for number in range(8):
        stub.say(room, room.members[0], f"{number}")

    cut = timeline(await ask("GET", "/sync", since=start, filter=json.dumps(FILTER)), room)
    params = {"dir": "b", "from": cut["prev_batch"], "to": start}
    page = await ask("GET", f"/rooms/{room.id}/messages", **params, limit=3)
    rest = await ask("GET", f"/rooms/{room.id}/messages", **params | {"from": page["end"]}, limit=3)

    assert cut["limited"] is True
    assert bodies(cut["events"]) == ["5", "6", "7"]
    assert bodies(page["chunk"]) == ["4", "3", "2"]
    assert bodies(rest["chunk"]) == ["1", "0"]
    assert "end" not in rest


async def test_sync_answers_an_old_token_as_it_did_the_first_time(stub, ask):
    room = stub.rooms[0]
    token = (await ask("GET", "/sync"))["next_batch"]
    stub.say(room, room.members[0], "once")

    first = await ask("GET", "/sync", since=token)
    stub.say(room, room.members[0], "later")
    again = await ask("GET", "/sync", since=token)

    assert bodies(timeline(first, room)["events"]) == ["once"]
    assert bodies(timeline(again, room)["events"]) == ["once", "later"]


async def test_filter_may_be_uploaded_and_leaves_out_the_own_echo(stub, ask):
    room = stub.rooms[0]
    name = (await ask("POST", "/user/@bot:bench/filter", FILTER))["filter_id"]
    token = (await ask("GET", "/sync"))["next_batch"]
    await ask("PUT", f"/rooms/{room.id}/send/m.room.message/t1", {"msgtype": "m.text", "body": "mine"})

    filtered = await ask("GET", "/sync", since=token, filter=name)
    whole = await ask("GET", "/sync", since=token)

    assert filtered["rooms"]["join"] == {}
    own = timeline(whole, room)["events"][0]
    assert own["unsigned"]["transaction_id"] == "t1"


async def test_lazy_members_are_those_who_speak(stub, ask):
    room = stub.rooms[0]
    stub.say(room, room.members[3], "hello")

    lazy = await ask("GET", "/sync", filter=json.dumps(FILTER))
    full = await ask("GET", "/sync")

    def members(answer):
        state = answer["rooms"]["join"][room.id]["state"]["events"]
        return {event["state_key"] for event in state if event["type"] == "m.room.member"}

    assert members(lazy) == {"@bot:bench", room.members[3]}
    assert members(full) == {"@bot:bench", *room.members}


async def test_transaction_is_answered_with_its_first_event(stub, ask):
    room = stub.rooms[0]
    event_id = stub.say(room, room.members[0], "!test")
    path = f"/rooms/{room.id}/send/m.reaction/t1"

    first = await ask("PUT", path, react(event_id))
    again = await ask("PUT", path, react(event_id))

    assert again == first
    assert [answer.event_id for answer in stub.answers[event_id]] == [first["event_id"]]


async def test_send_whose_answer_is_lost_has_been_accepted(stub, ask):
    room = stub.rooms[0]
    event_id = stub.say(room, room.members[0], "!test")
    path = f"/rooms/{room.id}/send/m.reaction/t1"
    stub.trouble = Trouble(answer_lost=1.0)

    with pytest.raises(aiohttp.ClientError):
        await ask("PUT", path, react(event_id))
    stub.trouble = Trouble()

    assert (await ask("PUT", path, react(event_id)))["event_id"] == stub.answers[event_id][0].event_id


async def test_refused_send_has_not_been_accepted(stub, ask):
    room = stub.rooms[0]
    event_id = stub.say(room, room.members[0], "!test")
    stub.trouble = Trouble(limited=1.0)

    refusal = await ask("PUT", f"/rooms/{room.id}/send/m.reaction/t1", react(event_id))

    assert refusal["errcode"] == "M_LIMIT_EXCEEDED"
    assert event_id not in stub.answers


async def test_bot_answers_through_the_stub(stub, tmp_path):
    room = stub.rooms[2]
    async with BotProcess(stub.url, stub.account, tmp_path / "bot"):
        event_id = stub.say(room, room.members[1], "!barriere Formular nur auf Papier")
        answer = await stub.answered(event_id, within=30.0)

    assert answer.type == "m.reaction"
    assert answer.content["m.relates_to"]["key"] == "✅ B1"

# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Rooms the bot is put into or out of without being asked: it answers what is said while it is there."""

from __future__ import annotations

import asyncio
from urllib.parse import quote

import aiohttp
import pytest_asyncio

from bot.demo.people import Person
from bot.demo.process import BotProcess
from bot.demo.synapse import Synapse
from bot.demo.timeline import Kind
from tests.real.conftest import PASSWORD, BotMaker
from tests.real.group import ALIVE, Group


@pytest_asyncio.fixture(loop_scope="session")
async def admin(synapse: Synapse) -> Person:
    """Return an administrator of the homeserver."""
    return Person(synapse.url, await synapse.register("admin", PASSWORD, admin=True), name="Admin")


async def put_in(admin: Person, bot: str, room: str) -> None:
    await admin.request("POST", f"/_synapse/admin/v1/join/{quote(room)}", {"user_id": bot})


async def rooms_of(bot: BotProcess, expected: int) -> bool:
    """Wait until the bot thinks it is in so many rooms."""
    async with aiohttp.ClientSession() as http:
        for _ in range(300):
            async with http.get(f"http://{bot.environment['TAFELRUNDE_HEALTH']}/metrics") as answer:
                if f"\ntafelrunde_rooms {expected}.0\n" in await answer.text():
                    return True
            await asyncio.sleep(0.05)
    return False


async def test_bot_put_into_a_room_answers_only_what_is_said_afterwards(admin: Person, bot: BotProcess):
    async with admin:
        room = await admin.create_room("Runde", encrypted=False, powers={bot.user_id: 50})
        await admin.say(room, "!barriere vorher")
        await put_in(admin, bot.user_id, room)
        group = Group(room, bot.user_id, admin)
        await group.welcome()

        assert await group.taken(admin, "!barriere nachher") == "✅ B1"
        assert "nachher" in await group.asked(admin, "!zeige B1")


async def test_bot_put_out_and_in_again_answers_nothing_of_between(admin: Person, bot: BotProcess):
    async with admin:
        group = await Group.found(bot.user_id, admin, encrypted=False)
        for out in ("kick", "again"):
            await admin.kick(group.room, bot.user_id)
            await admin.say(group.room, f"!barriere dazwischen {out}")
            await put_in(admin, bot.user_id, group.room)
        assert await group.taken(admin, "!barriere nachher") == "✅ B1"

        question = group.is_bot(Kind.MESSAGE)
        assert [e.body for e in admin.timeline if question(e) and "dazwischen" in e.body] == []


async def test_group_of_a_deleted_room_is_noticed_at_the_next_start(admin: Person, own_bot: BotMaker):
    async with admin:
        bot = await own_bot()
        group = await Group.found(bot.user_id, admin, encrypted=False)
        await admin.request("DELETE", f"/_synapse/admin/v1/rooms/{quote(group.room)}", {"purge": False})
        other = await Group.found(bot.user_id, admin, encrypted=False)
        assert await other.asked(admin, "!test") == ALIVE
        await bot.stop()
        await bot.start()
        assert await other.asked(admin, "!test") == ALIVE

        assert await rooms_of(bot, 1)

# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Whose invitations the bot follows, and what it says when it comes."""

import contextlib
import sqlite3

from bot.demo.people import Person
from bot.demo.process import BotProcess
from bot.demo.synapse import Synapse
from bot.demo.timeline import PINS, Kind
from tests.real.conftest import BotMaker
from tests.real.group import Group, eventually


async def test_welcome_is_said_once_and_pinned(bot: BotProcess, anna: Person):
    group = await Group.found(bot.user_id, anna)

    welcome = await group.welcome()

    assert welcome.body.startswith("Guten Tag, ich bin der Bot dieser Gruppe.")
    await anna.sees(lambda e: e.type == PINS and e.room_id == group.room and e.sender == bot.user_id)
    assert (await anna.state(group.room, PINS))["pinned"] == [welcome.event_id]
    await group.nothing_since(anna.timeline.place(welcome.event_id) + 1)


async def test_welcome_without_the_right_to_pin_is_said_all_the_same(bot: BotProcess, anna: Person):
    group = await Group.found(bot.user_id, anna, pins=False)

    welcome = await group.welcome()

    await group.nothing_since(anna.timeline.place(welcome.event_id) + 1)


async def test_invitation_into_an_unencrypted_room_is_followed(bot: BotProcess, anna: Person):
    group = await Group.found(bot.user_id, anna, encrypted=False)

    assert await group.taken(anna, "!barriere Formular nur auf Papier") == "✅ B1"


async def test_members_who_join_are_not_greeted(group: Group, carla: Person):
    before = group.now

    await group.add(carla)

    await group.nothing_since(before)


async def test_invitation_of_a_stranger_is_refused_and_forgotten(
    own_bot: BotMaker, anna: Person, carla: Person, synapse: Synapse
):
    bot = await own_bot(INVITES=anna.user_id)

    room = await carla.create_room("Fremd", invite=[bot.user_id])

    await carla.sees(
        lambda e: e.kind is Kind.MEMBER and e.room_id == room and (e.key, e.body) == (bot.user_id, "leave")
    )

    # No client can see whether somebody else has forgotten a room; Synapse's own database can.
    query = "select max(forgotten) from room_memberships where user_id = ? and room_id = ?"

    def is_forgotten() -> bool:
        with contextlib.closing(
            sqlite3.connect(f"file:{synapse.folder}/homeserver.db?mode=ro", uri=True)
        ) as db:
            return bool(db.execute(query, (bot.user_id, room)).fetchone()[0])

    await eventually(is_forgotten, "the bot to forget the room")

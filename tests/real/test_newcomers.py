# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who joins a working group gets one direct message: through a real homeserver, encrypted."""

from __future__ import annotations

from urllib.parse import quote

from bot.demo.timeline import Kind
from tests.real.conftest import PersonMaker
from tests.real.group import ALIVE, Group


async def test_newcomer_gets_exactly_one_direct_message(group: Group, person: PersonMaker):
    priya = await person("priya")
    before = group.now
    await group.add(priya)
    await priya.until(lambda: bool(set(priya.invited) - {group.room}), what="a direct room")
    [room] = set(priya.invited) - {group.room}
    await priya.join(room)
    await priya.meets(group.bot, room)

    # What is said again and again must not be said because of a new name, or of coming back.
    profile = f"/_matrix/client/v3/profile/{quote(priya.user_id)}/displayname"
    await priya.request("PUT", profile, {"displayname": "Priya R."})
    await priya.leave(group.room)
    await group.founder.invite(group.room, priya.user_id)
    await priya.join(group.room)
    await group.nothing_since(before)
    await priya.say(room, "test")
    await priya.sees(lambda event: event.room_id == room and event.body == ALIVE, what="an answer")

    said = [
        e.body
        for e in priya.timeline
        if e.room_id == room and e.sender == group.bot and e.kind is Kind.MESSAGE
    ]
    hello, alive = said
    assert hello.startswith(
        "Guten Tag, ich bin der Bot der Gruppe „Runde“. Schritt 1 von 5: Barrieren erkennen."
    )
    assert alive == ALIVE

# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Pictures through a real homeserver: a stock client downloads them, and in encrypted rooms decrypts them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.demo.people import Person
from bot.demo.process import BotProcess
from bot.demo.timeline import Kind, Seen
from bot.pictures.worker import render
from method import pictures
from method.settings import BERLIN as ZONE
from tests.real.conftest import PersonMaker
from tests.real.group import Group


def drawn(seen: Seen) -> list[bytes]:
    """The picture as it must be: drawn here, from what the group is, at the minute of the message or before."""
    at = datetime.fromtimestamp(seen.at / 1000, UTC)
    moments = (at, at - timedelta(minutes=1))
    return [render(dict(pictures.steps(moment, ZONE, 1, "de").data)) for moment in moments]


@pytest.mark.parametrize("encrypted", [True, False], ids=["encrypted", "plain"])
async def test_person_sees_the_picture_the_bot_has_drawn(
    bot: BotProcess, anna: Person, bert: Person, encrypted: bool
):
    group = await Group.found(bot.user_id, anna, bert, encrypted=encrypted)

    seen = await group.answer(await group.say(anna, "!bild schritte"))
    data = await anna.download(seen.content)

    assert (seen.content["msgtype"], seen.encrypted, "file" in seen.content) == (
        "m.image",
        encrypted,
        encrypted,
    )
    assert data in drawn(seen)
    assert seen.content["info"] == {"mimetype": "image/png", "size": len(data), "w": 1080, "h": 1350}
    assert seen.content["filename"].startswith("schritte-")
    assert seen.body.startswith("Die fünf Schritte, Stand ")
    assert "1: Barrieren erkennen: jetzt." in seen.body


async def test_picture_goes_to_a_direct_room_too(bot: BotProcess, anna: Person, person: PersonMaker):
    dora = await person("dora")
    await Group.found(bot.user_id, anna, dora)
    room = await dora.direct(bot.user_id)
    await dora.say(room, "bild")

    seen = await dora.sees(
        lambda event: event.room_id == room and event.kind is Kind.MESSAGE and "filename" in event.content,
        what="the picture",
    )

    assert (await dora.download(seen.content)).startswith(b"\x89PNG")
    assert seen.body.startswith("Board, Stand ")

# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""👍 counts people, quietly, and never says who."""

from __future__ import annotations

import pytest

from method.ids import EventId, RoomId
from tests.chat import Chat
from tests.fake_homeserver import ME


@pytest.fixture
async def barrier(chat: Chat) -> EventId:
    """Return the message of B1."""
    event = await chat.says("!barriere Text", by="lina")
    await chat.answers()
    return event


async def entry(chat: Chat, label: str = "B1") -> str:
    await chat.answers()
    await chat.says("!board", by="murat")
    (found,) = [line for line in (await chat.answers())[0].split("\n") if line.startswith(f"{label}:")]
    return found


@pytest.mark.parametrize("key", ["👍", "👍🏽", "👍\ufe0f"])
async def test_thumbs_up_is_support(chat: Chat, barrier: EventId, key: str):
    await chat.reacts(barrier, key, by="ewa")

    assert await chat.answers() == []
    assert await entry(chat) == "B1: Text. 1 kennt das auch."


async def test_people_are_counted_not_reactions(chat: Chat, barrier: EventId):
    await chat.reacts(barrier, by="ewa")
    await chat.reacts(chat.post("Gespeichert als B1"), "👍🏽", by="ewa")
    await chat.reacts(barrier, by="oleks")

    assert await entry(chat) == "B1: Text. 2 kennen das auch."


async def test_an_idea_is_favoured(chat: Chat, barrier: EventId):
    idea = await chat.says("!idee Lotsin")
    await chat.reacts(idea, by="ewa")
    await chat.reacts(idea, by="oleks")

    assert await entry(chat, "I1") == "I1: Lotsin. 2 sind dafür."


@pytest.mark.parametrize("by", ["ewa", "katrin"])
async def test_a_removed_reaction_no_longer_counts(chat: Chat, barrier: EventId, by: str):
    reaction = await chat.reacts(barrier, by="ewa")

    await chat.redacts(reaction, by=by)

    assert await entry(chat) == "B1: Text."


async def test_nobody_else_removes_a_reaction(chat: Chat, barrier: EventId):
    reaction = await chat.reacts(barrier, by="ewa")

    await chat.redacts(reaction, by="oleks")

    assert await entry(chat) == "B1: Text. 1 kennt das auch."


async def test_moderation_of_another_group_does_not_remove_a_reaction(chat: Chat, barrier: EventId):
    reaction = await chat.reacts(barrier, by="ewa")
    other = RoomId("!other:test")
    await chat.found(other, "Andere Gruppe", {"murat": 100})

    await chat.redacts(reaction, by="murat", room=other)

    assert await entry(chat) == "B1: Text. 1 kennt das auch."


@pytest.mark.parametrize("key", ["👎", "❤️", "✅ B1", "", "👍👍"])
async def test_other_reactions_mean_nothing(chat: Chat, barrier: EventId, key: str):
    await chat.reacts(barrier, key, by="ewa")

    assert await entry(chat) == "B1: Text."


async def test_the_author_and_the_bot_do_not_count(chat: Chat, barrier: EventId):
    await chat.reacts(barrier, by="lina")
    await chat.reacts(barrier, by=ME)

    assert await entry(chat) == "B1: Text."


async def test_a_reaction_on_chat_means_nothing(chat: Chat, barrier: EventId):
    said = await chat.says("Hallo")
    await chat.reacts(said, by="ewa")
    await chat.reacts("$never", by="ewa")

    assert await chat.answers() == []


async def test_a_reaction_from_another_group_does_not_count(chat: Chat, barrier: EventId):
    other = RoomId("!other:test")
    await chat.found(other, "Andere Gruppe", {"katrin": 100, "ewa": 0})

    await chat.reacts(barrier, by="ewa", room=other)

    assert await entry(chat) == "B1: Text."


async def test_a_reaction_on_the_bots_post_counts(chat: Chat, barrier: EventId):
    await chat.tells("barriere Privat gesagt", by="lina")

    await chat.reacts(chat.post("B2: Privat"), by="ewa")

    assert await entry(chat, "B2") == "B2: Privat gesagt. 1 kennt das auch."

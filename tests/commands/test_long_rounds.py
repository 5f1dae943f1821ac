# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Rounds with more answers than one message holds: every word stands once, in messages that follow what changes."""

from __future__ import annotations

from collections import Counter

import pytest

from method.ids import EventId
from tests.chat import GROUP, Chat

PEOPLE = ("ewa", "murat", "henrik", "oleks", "jule")
HEAD = "Runde: Wie geht es?"
SECOND = "Runde, Teil 2: Wie geht es?"


def words_of(name: str, number: int) -> str:
    """Return an answer of nearly 500 characters, of which no word comes up again."""
    return " ".join(f"{name}ÄÖÜß{number}süß{at}" for at in range(28))


async def filled(chat: Chat, rounds: int) -> dict[EventId, str]:
    """Ask, and let everybody answer so many times; one half in the room, one half alone."""
    await chat.says("!treffen start Gründung", by="lina")
    await chat.says("!runde Wie geht es?", by="lina")
    card, said = chat.post("Runde"), {}
    for number in range(rounds):
        for name in PEOPLE:
            words = words_of(name, number)
            if name in PEOPLE[:3]:
                event = await chat.says(words, by=name, reply_to=card)
            else:
                event = await chat.tells(f"runde {words}", by=name)
            said[event] = words
    await chat.answers()
    return said


async def ended(chat: Chat) -> list[str]:
    await chat.pass_time(minutes=15)
    return await chat.answers(GROUP)


@pytest.fixture
async def said(chat: Chat) -> dict[EventId, str]:
    """Return the answers of a round that is over, by their messages: more than one message can hold."""
    said = await filled(chat, 3)
    await ended(chat)
    return said


def lines_of(posts: list[str]) -> list[str]:
    return [line[2:] for post in posts for line in post.split("\n") if line.startswith("- ")]


def second(chat: Chat) -> list[str]:
    """Return the answers that the second message showed at first."""
    [sent] = [one for one in chat.homeserver.sent if str(one.content.get("body", "")).startswith(SECOND)]
    return lines_of([str(sent.content["body"])])


def event_of(said: dict[EventId, str], words: str) -> EventId:
    return next(event for event, one in said.items() if one == words)


def room_of(words: str) -> bool:
    """Was it said in the group's room?"""
    return words.startswith(PEOPLE[:3])


async def test_every_word_is_shown_once(chat: Chat):
    said = await filled(chat, 9)
    posts = await ended(chat)

    assert sum(len(words.encode()) for words in said.values()) > 24_000
    heads = [HEAD, *(f"Runde, Teil {number}: Wie geht es?" for number in range(2, len(posts) + 1))]
    assert [post.split("\n")[0] for post in posts] == [f"✎ {HEAD}", *heads[1:]]
    assert len(posts) > 2
    assert [post.split("\n")[-1] for post in posts[:-1]] == [
        f"Weiter geht es in Teil {number}." for number in range(2, len(posts) + 1)
    ]
    assert sorted(lines_of(posts)) == sorted(said.values())
    shown = Counter(" ".join(lines_of(posts)).split())
    assert shown == Counter(" ".join(said.values()).split())
    assert set(shown.values()) == {1}
    assert max(len(post.encode()) for post in posts) < 12_500
    # Everybody's first, then everybody's second, through all messages.
    numbers = [line.split("süß")[0][-1] for line in lines_of(posts)]
    assert numbers == sorted(numbers)


async def test_late_answer_and_reply_to_a_further_message_are_shown(chat: Chat, said: dict[EventId, str]):
    await chat.says("Spät", by="katrin", reply_to=chat.post(SECOND))
    posts = [one for one in await chat.answers(GROUP) if "Wie geht es?" in one]

    # A first answer stands above all second ones; there was room for it.
    assert [one.split("\n")[0] for one in posts] == [f"✎ {HEAD}"]
    assert sorted(lines_of(posts) + second(chat)) == sorted([*said.values(), "Spät"])


async def test_only_messages_that_say_something_else_are_edited(chat: Chat, said: dict[EventId, str]):
    shown, answers = second(chat), [words for words in said.values() if room_of(words)]
    below = next(words for words in answers if words in shown)
    above = next(words for words in answers if words not in shown)
    follows = []
    for words in (below, above):
        turned = words.replace("süß", "ßüs")
        await chat.edits(event_of(said, words), turned, by=words[: words.index("Ä")])
        posts = [one for one in await chat.answers(GROUP) if "Wie geht es?" in one]
        follows.append([one.split("\n")[0] for one in posts])
        assert (turned in lines_of(posts), words in lines_of(posts)) == (True, False)

    assert follows == [[f"✎ {HEAD}", f"✎ {SECOND}"], [f"✎ {HEAD}"]]


async def test_message_without_an_answer_is_deleted_and_nothing_leads_to_it(
    chat: Chat, said: dict[EventId, str]
):
    part = chat.post(SECOND)
    follows: list[str] = []
    for event, words in said.items():
        if not room_of(words):
            name = words[: words.index("Ä")]
            await chat.redacts(event, by=name, room=await chat.direct(name))
            follows += await chat.answers(GROUP)

    assert follows.count(f"✗ {part}") == 1
    follows = [one for one in follows if "Wie geht es?" in one]
    assert sorted(lines_of(follows[-1:])) == sorted(words for words in said.values() if room_of(words))
    assert "Teil 2" not in follows[-1]


async def test_deleted_card_and_what_stands_below_it_come_again_in_their_order(
    chat: Chat, said: dict[EventId, str]
):
    part = chat.post(SECOND)
    await chat.redacts(chat.post(HEAD), by="katrin")
    await chat.answers()
    await chat.says("Spät", by="murat", reply_to=part)
    posts = [one for one in await chat.answers(GROUP) if "✅" not in one]

    assert posts[0].split("\n")[0] == HEAD
    assert posts[1] == f"✗ {part}"
    assert posts[2].split("\n")[0] == SECOND
    assert sorted(lines_of(posts)) == sorted([*said.values(), "Spät"])


async def test_deleted_further_message_comes_again_with_its_answers(chat: Chat, said: dict[EventId, str]):
    shown = second(chat)
    await chat.redacts(chat.post(SECOND), by="katrin")
    await chat.answers()
    await chat.says("Spät", by="katrin", reply_to=chat.post(HEAD))
    posts = [one for one in await chat.answers(GROUP) if "Wie geht es?" in one]

    assert [one.split("\n")[0] for one in posts] == [f"✎ {HEAD}", SECOND]
    assert set(shown) <= set(lines_of(posts))
    assert sorted(lines_of(posts)) == sorted([*said.values(), "Spät"])


async def test_who_is_forgotten_is_in_no_message_any_more(chat: Chat, said: dict[EventId, str]):
    await chat.tells("vergissmich", by="oleks")
    await chat.tells("JA", by="oleks")
    posts = [one for one in await chat.answers(GROUP) if "Wie geht es?" in one]

    assert sorted(lines_of(posts)) == sorted(
        words for words in said.values() if not words.startswith("oleks")
    )


async def test_deleting_the_question_takes_all_messages_away(chat: Chat):
    await chat.says("!treffen start Gründung", by="lina")
    question = await chat.says("!runde Wie geht es?", by="lina")
    card = chat.post("Runde")
    for number in range(15):
        await chat.says(words_of("ewa", number), by="ewa", reply_to=card)
    await chat.answers()
    await ended(chat)
    part = chat.post(SECOND)
    await chat.redacts(question, by="lina")

    # The edit of the card goes with it.
    deleted = await chat.answers()
    assert [one for one in deleted if one in (f"✗ {card}", f"✗ {part}")] == [f"✗ {card}", f"✗ {part}"]
    assert [one for one in deleted if not one.startswith("✗")] == []
    assert not await chat.stores("ewaÄÖÜß")


async def test_result_of_a_question_over_days_shows_every_word_too(chat: Chat):
    await chat.says("!fragerunde Wie geht es?", by="lina")
    card = chat.post("U1")
    said = {}
    for number in range(12):
        name = f"gast{number}"
        await chat.joins(name)
        said[name] = " ".join(f"{number}{'🦊' * 20}{at}" for at in range(20))
        await chat.says(said[name], by=name, reply_to=card)
    await chat.answers()
    await chat.says("!umfrage ende U1", by="lina")
    posts = [one for one in await chat.answers(GROUP) if "- " in one]

    assert (len(posts), sum(len(one.encode()) for one in posts) > 16 * 1024) == (2, True)
    shown = Counter(" ".join(lines_of(posts)).split())
    assert (shown, set(shown.values())) == (Counter(" ".join(said.values()).split()), {1})

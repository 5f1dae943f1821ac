# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Limits are sentences, and no text breaks a message."""

from __future__ import annotations

import random

import pytest

from method.drafts import TEXT_LIMIT
from method.floods import BURST
from tests.chat import GROUP, Chat

FIRST_BARRIER = (
    "Gespeichert als B1. Ändern: die eigene Nachricht bearbeiten. Zurückziehen: die Nachricht löschen."
    " „Kenne ich auch“: mit 👍 reagieren."
)
TOO_LONG = (
    "Der Text hat 2001 Zeichen. Möglich sind 2000. Kürzer schreiben, oder auf zwei Nachrichten verteilen."
)


async def board(chat: Chat) -> list[str]:
    """Return the lines of the board below its head."""
    await chat.answers()
    await chat.says("!board", by="murat")
    return (await chat.answers())[0].split("\n")[1:]


async def entries(chat: Chat) -> list[str]:
    return [line for line in await board(chat) if line[:1] in "BI" and line[1:2].isdigit()]


async def test_a_text_may_have_two_thousand_characters(chat: Chat):
    await chat.says("!barriere " + "ä" * TEXT_LIMIT)
    await chat.says("!barriere " + "ä" * (TEXT_LIMIT + 1))

    assert await chat.answers() == [
        "✅ B1",
        FIRST_BARRIER,
        TOO_LONG,
    ]


async def test_a_text_may_have_twenty_topics(chat: Chat):
    await chat.says("!barriere Text " + " ".join(f"#thema{n}x" for n in range(20)))
    await chat.says("!barriere Text " + " ".join(f"#thema{n}x" for n in range(21)))

    assert await chat.answers() == [
        "✅ B1",
        FIRST_BARRIER,
        "Der Text hat 21 Themen. Möglich sind 20. Einige weglassen und noch einmal senden.",
    ]


HOSTILE = [
    pytest.param("**fett** _kursiv_ [x](http://x)", "**fett** _kursiv_ [x](http://x)", id="Markdown"),
    pytest.param("<b>fett</b><script>", "<b>fett</b><script>", id="HTML"),
    pytest.param("a\u202eb\u2066c", "abc", id="bidi controls"),
    pytest.param("a\u200bb\ufeffc", "abc", id="zero width"),
    pytest.param("a\0b\x1bc", "abc", id="NUL"),
    pytest.param("a" + "\u0301" * 20_000, "á" + "\u0301" * 7, id="20,000 marks"),
    pytest.param("a\ud800b", "ab", id="lone surrogate"),
    pytest.param("{label} {0} {} %s", "{label} {0} {} %s", id="placeholders"),
    pytest.param("@room @katrin:test", "@room @katrin:test", id="mentions"),
    pytest.param("eins\n\n\n\n\n\nB99: zwei", "eins / B99: zwei", id="a line like an entry"),
]


@pytest.mark.parametrize(("typed", "shown"), HOSTILE)
async def test_a_hostile_text_is_shown_harmlessly(chat: Chat, typed: str, shown: str):
    await chat.says(f"!barriere {typed}")

    assert await entries(chat) == [f"B1: {shown}."]


async def test_right_to_left_words_stay_among_themselves(chat: Chat):
    await chat.says("!barriere لا أحد يرد (niemand)")

    assert await entries(chat) == ["B1: \u2068لا أحد يرد (niemand)\u2069."]


async def test_every_answer_has_empty_mentions(chat: Chat):
    await chat.says("!barriere @room @katrin:test")
    await chat.says("!board")

    messages = [sent.content for sent in chat.homeserver.sent if sent.type == "m.room.message"]
    assert [content["m.mentions"] for content in messages] == [{}] * len(messages)


#: What commands, edits and answers are made of here.
PIECES = (
    "!", "！", "barriere", "idee", "ergänzen", "ändern", "löschen", "zeige", "board", "hilfe", "ziel", "sprache",
    "undo", "B1", "b 2", "I1", "B#1", "B999999999", "#kita", "#", "zu B1", "zu", ":", "+", "?", "{}", "{0}",
    "Text", "\n", "\0",
    "\u202e", "\u200d", "\ud800", "\u0301" * 9, "لا", "👍", "<b>", "@room", "x" * 2100, " ",
)  # fmt: skip


@pytest.mark.parametrize("seed", range(4))
async def test_no_text_breaks_a_conversation(chat: Chat, seed: int):
    dice = random.Random(seed)
    events: list[str] = []
    for _ in range(40):
        words = " ".join(dice.choices(PIECES, k=dice.randint(1, 6)))
        by = dice.choice(("katrin", "lina", "ewa"))
        target = dice.choice(events) if events else None
        match dice.randint(0, 5):
            case 0 if target:
                await chat.edits(target, words, by=by)
            case 1 if target:
                await chat.redacts(target, by=by)
            case 2:
                await chat.tells(words.lstrip("!"), by=by)
            case _:
                reply_to = target if dice.random() < 0.4 else None
                events.append(await chat.says("!" + words, by=by, reply_to=reply_to))

    async with chat.db.reading() as db:
        states = (await db.exec_driver_sql("select distinct state from inbox")).scalars().all()
    assert set(states) <= {"done", "ignored"}
    assert [one for one in await chat.answers() if one.startswith("Diese Nachricht konnte")] == []


async def test_entry_at_which_a_flood_was_noticed_has_its_receipt_too(chat: Chat) -> None:
    bodies = [f"!barriere Nummer {i}" for i in range(BURST + 2)]
    events = [chat.event("m.room.message", {"msgtype": "m.text", "body": b}, by="lina") for b in bodies]
    await chat.syncs({"join": {GROUP: {"timeline": {"events": events}}}})
    await chat.pass_time(seconds=30)

    receipts = [a for a in await chat.answers() if a.startswith("✅")]
    assert receipts == [f"✅ B{i}" for i in range(1, BURST + 3)]

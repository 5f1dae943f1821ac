# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Entries are found by a word, and a new one that repeats an old one gets a hint."""

from __future__ import annotations

import pytest

from tests.chat import GROUP, Chat

KITA = "Frauen mit Kindern fallen raus: Kurse sind nur vormittags und es gibt keine Kita"


@pytest.fixture
async def board(chat: Chat) -> Chat:
    """Return a room with three barriers and an idea."""
    await chat.says(f"!barriere {KITA} #frauen")
    await chat.says("!barriere Job portals want C1 german")
    await chat.says("!barriere Formular nur auf Papier #amt")
    await chat.says("!idee Eine Lotsin begleitet zum Termin zu B3")
    await chat.says("!ergänzen B3 Auch das Jobcenter nimmt keine E-Mail", by="ewa")
    await chat.says("!sicht B2 zielgruppe Im Büro reden alle Englisch", by="oleks")
    await chat.answers()
    return chat


async def found(chat: Chat, query: str) -> list[str]:
    await chat.answers()
    await chat.says(f"!suche {query}", by="murat")
    return "\n".join(await chat.answers()).split("\n")


FOUND = [
    pytest.param("Kita", ["1 Eintrag mit „Kita“:", f"B1: {KITA}"], id="word"),
    pytest.param("kurs", ["1 Eintrag mit „kurs“:", f"B1: {KITA}"], id="another form"),
    pytest.param("courses", ["1 Eintrag mit „courses“:", f"B1: {KITA}"], id="another language"),
    pytest.param("papier formulare", [
        "1 Eintrag mit „papier formulare“:", "B3: Formular nur auf Papier",
    ], id="two words"),
    pytest.param("#Amt", ["1 Eintrag mit „#Amt“:", "B3: Formular nur auf Papier"], id="topic"),
    pytest.param("Jobcenter", [
        "1 Eintrag mit „Jobcenter“:",
        "B3: Formular nur auf Papier / Ergänzung: Auch das Jobcenter nimmt keine E-Mail",
    ], id="note"),
    pytest.param("Büros", [
        "1 Eintrag mit „Büros“:",
        "B2: Job portals want C1 german / Ergänzung: Im Büro reden alle Englisch",
    ], id="view"),
    pytest.param("Lotsen", ["1 Eintrag mit „Lotsen“:", "I1: Eine Lotsin begleitet zum Termin"], id="idea"),
    pytest.param("Steuer", ["Zu „Steuer“ finde ich nichts. Vielleicht hilft ein anderes Wort."], id="nothing"),
    pytest.param("fraue", ["1 Eintrag mit „fraue“:", f"B1: {KITA}"], id="mistyped"),
    pytest.param("frxuxn", [
        "Zu „frxuxn“ finde ich nichts. Vielleicht hilft ein anderes Wort. Es gibt das Thema #frauen: !board #frauen",
    ], id="near topic"),
]  # fmt: skip


@pytest.mark.parametrize(("query", "lines"), FOUND)
async def test_entries_are_found(board: Chat, query: str, lines: list[str]):
    assert await found(board, query) == lines


async def test_at_most_eight_are_shown(chat: Chat):
    for number in range(10):
        await chat.says(f"!barriere Papier {number}")

    lines = await found(chat, "Papier")

    assert lines == [
        "10 Einträge mit „Papier“:",
        *[f"B{number + 1}: Papier {number}" for number in range(8)],
        "und 2 weitere. Genauer geht es mit einem Wort mehr.",
    ]


async def test_the_word_is_asked_for(board: Chat):
    await board.says("!suche")
    await board.says("Papier", reply_to=board.post("Welches Wort"))

    assert await board.answers() == [
        "Welches Wort soll ich suchen? Bitte einfach auf diese Nachricht antworten.",
        "1 Eintrag mit „Papier“:\nB3: Formular nur auf Papier",
    ]


async def test_what_was_withdrawn_or_is_of_another_group_is_not_found(board: Chat):
    await board.says("!löschen B3")
    assert await found(board, "Papier") == [
        "Zu „Papier“ finde ich nichts. Vielleicht hilft ein anderes Wort."
    ]

    await board.tells("suche Kita", by="fremde")
    assert "Kita" not in "".join(await board.answers())


async def test_in_a_direct_message_an_english_word_answers_in_english(board: Chat):
    await board.tells("search nothing-like-this", by="ewa")

    assert (await board.answers())[-1].startswith(
        "I find nothing with “nothing-like-this”. Another word may help."
    )


# --- the hint ------------------------------------------------------------------------------------

SAME = [
    pytest.param("!barriere Die Formulare gibt es nur auf Papier", id="German"),
    pytest.param("!barriere The forms are only on paper", id="English"),
]


@pytest.mark.parametrize("body", SAME)
async def test_a_similar_barrier_is_named_once_and_the_new_one_kept(board: Chat, body: str):
    await board.says(body, by="ewa")

    assert await board.answers() == [
        "✅ B4",
        "Ähnlich: B3: Formular nur auf Papier Zusammenlegen: !zusammen B3 B4",
    ]


async def test_a_similar_idea_is_named(board: Chat):
    await board.says("!idee Lotsinnen begleiten zum Termin", by="ewa")

    assert await board.answers() == [
        "✅ I2",
        "Ähnlich: I1: Eine Lotsin begleitet zum Termin Zusammenlegen: !zusammen I1 I2",
    ]


@pytest.mark.parametrize(
    ("seconds", "hints"),
    [pytest.param(59, [], id="too soon"), pytest.param(60, ["Ähnlich"], id="a minute later")],
)
async def test_hints_are_a_minute_apart(board: Chat, seconds: int, hints: list[str]):
    await board.says("!barriere Die Formulare gibt es nur auf Papier", by="ewa")
    await board.answers()

    await board.pass_time(seconds=seconds)
    await board.says("!idee Lotsinnen begleiten zum Termin", by="ewa")

    assert [line.partition(":")[0] for line in await board.answers()] == ["✅ I2", *hints]


QUIET = [
    pytest.param("!barriere Formulare sind zu lang", id="same topic"),
    pytest.param("!idee Formulare nicht mehr auf Papier", id="an idea about a barrier"),
    pytest.param("!barriere Text", id="one word"),
]


@pytest.mark.parametrize("body", QUIET)
async def test_something_else_gets_no_hint(board: Chat, body: str):
    await board.says(body, by="ewa")

    assert len(await board.answers()) == 1


async def test_an_edit_gets_no_hint(board: Chat):
    event = await board.says("!barriere Etwas ganz anderes hier", by="ewa")
    await board.answers()

    await board.edits(event, "!barriere Formular nur auf Papier", by="ewa")

    assert await board.answers() == ["✏️ B4"]


async def test_a_withdrawn_barrier_is_not_named(board: Chat):
    await board.says("!löschen B3")
    await board.answers()

    await board.says("!barriere Formular nur auf Papier", by="ewa")

    assert await board.answers() == ["✅ B4"]


async def test_the_hint_goes_with_the_barrier_it_repeats(chat: Chat):
    event = await chat.says("!barriere Kanarienvogel singt im Formular")
    await chat.says("!barriere Im Formular singt ein Kanarienvogel", event_id="$again", by="ewa")
    hint = chat.post("Ähnlich: B1")
    await chat.answers()

    await chat.redacts(event)
    await chat.redacts("$again", by="ewa")

    assert await chat.answers() == [f"✗ {hint}"]
    assert not await chat.stores("Kanarienvogel")


async def test_a_private_barrier_gets_the_hint_privately(board: Chat):
    room = await board.direct("ewa")
    await board.tells("barriere Formulare nur auf Papier", by="ewa")

    said = [(sent.room_id, sent.content["body"]) for sent in board.homeserver.sent if "body" in sent.content]
    assert said[-2:] == [
        (GROUP, "B4: Formulare nur auf Papier"),
        (room, "Ähnlich: B3: Formular nur auf Papier Zusammenlegen: !zusammen B3 B4"),
    ]

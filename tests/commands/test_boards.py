# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The board in the chat: complete for somebody who has just come, without names."""

from __future__ import annotations

import pytest

from storage.outbox import PART_BYTES
from tests.chat import Chat

HEAD = "Board, Stand Mo, 22. Februar, 9:05."


async def asked(chat: Chat, body: str) -> list[str]:
    """Return the lines of the answer to a command."""
    await chat.answers()
    await chat.says(body, by="murat")
    return "\n".join(await chat.answers()).split("\n")


async def test_an_empty_board_says_how_to_begin(chat: Chat):
    assert await asked(chat, "!board") == [
        f"{HEAD} Schritt 1 von 5: Barrieren erkennen.",
        "0 Barrieren. 0 Ideen. 0 Aufgaben. 0 Entscheidungen. Mitmachen: !barriere und dann der Text.",
    ]


async def test_the_board_shows_at_most_eight_of_each(chat: Chat):
    await chat.says("!ziel Alle finden Arbeit", by="katrin")
    for number in range(11):
        await chat.says(f"!barriere Hürde {number}" + " #kita" * (number < 2))
    await chat.says("!idee Lotsin zu B2 #lotsin")

    assert await asked(chat, "!tafel") == [
        f"{HEAD} Schritt 1 von 5: Barrieren erkennen.",
        "Ziel: Alle finden Arbeit",
        "11 Barrieren:",
        *[f"B{number + 1}: Hürde {number}." for number in range(8)],
        "und 3 weitere: !board barrieren",
        "1 Idee:",
        "I1: Lotsin. Gehört zu B2.",
        "Themen: #kita (2), #lotsin (1)",
        "0 Aufgaben. 0 Entscheidungen. Mitmachen: !barriere und dann der Text.",
    ]


async def test_a_single_ninth_entry_is_shown_instead_of_a_line_about_it(chat: Chat):
    for number in range(9):
        await chat.says(f"!barriere Hürde {number}")

    lines = await asked(chat, "!board")

    assert lines[1:-1] == ["9 Barrieren:", *[f"B{number + 1}: Hürde {number}." for number in range(9)]]


async def test_a_long_entry_is_short_on_the_board_and_whole_in_the_list(chat: Chat):
    words = " ".join(["Wörter"] * 60)
    await chat.says(f"!barriere {words}")

    short = (await asked(chat, "!board"))[2]
    whole = await asked(chat, "!board barrieren")

    assert short.endswith("Wörter … Mehr: !zeige B1")
    assert len(short) < 240
    assert whole == [f"{HEAD} 1 Barriere:", f"B1: {words}."]


UNKNOWN = (
    "B9 gibt es nicht. Die letzte Barriere ist B2. Bitte mit der richtigen Nummer antworten."
    " Alle Barrieren: !board barrieren"
)
PARTS = [
    "Themen: #kita (1)",
    "Die Teile des Boards: !board barrieren, !board ideen, !board aufgaben, !board entscheidungen",
]

LISTS = [
    pytest.param("!board barrieren", [f"{HEAD} 1 Barriere:", "B1: Eins. 1 Ergänzung."], id="barriers"),
    pytest.param("!board Hürden", [f"{HEAD} 1 Barriere:", "B1: Eins. 1 Ergänzung."], id="alias"),
    pytest.param("!board ideen", [f"{HEAD} 1 Idee:", "I1: Zwei."], id="ideas"),
    pytest.param("!board #kita", [f"{HEAD} Thema #kita:", "B1: Eins. 1 Ergänzung."], id="topic"),
    pytest.param("!board Kita", [f"{HEAD} Thema #Kita:", "B1: Eins. 1 Ergänzung."], id="topic without sign"),
    pytest.param("!board #garten", ["Zum Thema #garten gibt es keinen Eintrag.", *PARTS], id="unknown topic"),
    pytest.param("!board aufgaben", [f"{HEAD} 0 Aufgaben."], id="no tasks yet"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "lines"), LISTS)
async def test_a_part_of_the_board(chat: Chat, body: str, lines: list[str]):
    await chat.says("!barriere Eins #kita")
    await chat.says("!idee Zwei")
    await chat.says("!ergänzen B1 mehr")

    assert await asked(chat, body) == lines


async def test_a_very_long_list_comes_in_parts_between_lines(chat: Chat):
    for _ in range(10):
        await chat.says("!barriere " + "ä" * 1990)
    await chat.answers()

    await chat.says("!board barrieren")

    parts = await chat.answers()
    assert len(parts) == 3
    assert all(len(part.encode()) <= PART_BYTES for part in parts)
    assert "\n".join(parts).count("\nB") == 10


async def test_one_item_with_everything(chat: Chat):
    event = await chat.says("!barriere Niemand ist zuständig #amt #kita")
    await chat.says("!idee Lotsin zu B1")
    await chat.says("!ergänzen B1 Zum Beispiel:\n- Kita\n- Amt", by="ewa")
    await chat.says("+ Das stimmt", by="oleks", reply_to=event)
    await chat.reacts(event, by="ewa")
    await chat.pass_time(days=400)

    assert await asked(chat, "!zeige B1") == [
        "B1, 22. Februar 2027: Niemand ist zuständig",
        "Themen: #amt, #kita",
        "2 Ergänzungen:",
        "- Zum Beispiel:",
        "  - Kita",
        "  - Amt",
        "- Das stimmt",
        "1 kennt das auch.",
        "Dazu: I1",
    ]


SHOWN = [
    pytest.param("!zeige B1", None, id="label"),
    pytest.param("!show b 1", None, id="English"),
    pytest.param("!zeige 1", None, id="number"),
    pytest.param("!zeige", "$b1", id="reply"),
]


@pytest.mark.parametrize(("body", "reply_to"), SHOWN)
async def test_an_item_is_named_or_replied_to(chat: Chat, body: str, reply_to: str | None):
    await chat.says("!barriere Text", event_id="$b1")
    await chat.answers()

    await chat.says(body, reply_to=reply_to)

    assert await chat.answers() == ["B1, 22. Februar: Text"]


async def test_what_to_show_is_asked_for(chat: Chat):
    event = await chat.says("!barriere Text")
    await chat.redacts(event)
    await chat.says("!barriere Zwei")
    await chat.answers()

    await chat.says("!zeige")
    await chat.says("B9", reply_to=chat.post("Welchen Eintrag"))
    await chat.says("2", reply_to=chat.post("B9 gibt es nicht"))
    await chat.says("!zeige B1")

    assert await chat.answers() == [
        "Welchen Eintrag soll ich zeigen? Bitte mit der Nummer antworten, zum Beispiel B3.",
        UNKNOWN,
        "B2, 22. Februar: Zwei",
        "B1 ist zurückgezogen.",
    ]


async def test_no_name_is_ever_shown(chat: Chat):
    await chat.says("!barriere Eins", by="lina")
    await chat.says("!ergänzen B1 mehr", by="ewa")
    await chat.says("!board")
    await chat.says("!zeige B1")
    await chat.says("!board barrieren")

    said = "\n".join(await chat.answers()).casefold()
    assert [name for name in ("lina", "ewa", "@") if name in said] == []

# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the board says follows the step, the year, the votes, and what an entry shows by itself."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.chat import Chat


async def overview(chat: Chat) -> list[str]:
    """Return the lines of the board that somebody asks for."""
    await chat.pass_time(seconds=20)
    await chat.answers()
    await chat.says("!board")
    return (await chat.answers())[-1].split("\n")


@pytest.mark.parametrize(
    ("step", "how"),
    [
        (1, "Mitmachen: !barriere und dann der Text."),
        (2, "Mitmachen: mit + und dem Text auf einen Eintrag antworten."),
        (3, "Mitmachen: !idee und dann der Text."),
    ],
)
async def test_how_to_take_part_follows_the_step(chat: Chat, step: int, how: str):
    await chat.says("!barriere Kita")
    await chat.says(f"!schritt {step}", by="katrin")
    await chat.pass_time(seconds=20)

    assert (await chat.boards())[-1].endswith(f"\n{how} Diese Nachricht halte ich aktuell.")
    assert (await overview(chat))[-1].endswith(f" {how}")


async def test_what_an_entry_shows_by_itself_is_no_note(chat: Chat):
    await chat.says("!barriere Kita")
    await chat.says("!betroffen B1 Mütter")
    only_hit = await overview(chat)
    await chat.says("!ergänzen B1 Sie schließt um vier")
    noted = await overview(chat)

    assert [lines[2] for lines in (only_hit, noted)] == ["B1: Kita.", "B1: Kita. 1 Ergänzung."]


OWN_NAME = [
    *(
        ("barriere", f"{mark} Mütter")
        for mark in ("betroffen:", "Betroffene:", "am meisten betroffen:", "hit hardest:")
    ),
    *(
        ("entscheidung", f"{mark} zu teuer")
        for mark in ("Bedenken:", "Bedenken :", "dagegen:", "concerns：", "Against:")
    ),
]
NOTED = [
    *(("idee", words) for words in ("Bedenken: zu teuer", "betroffen: Mütter")),
    ("barriere", "dagegen: zu teuer"),
    ("barriere", "Viele sind betroffen: Mütter"),
    ("barriere", "Um vier zu. Betroffen: Mütter"),
    ("entscheidung", "betroffen: Mütter"),
    ("entscheidung", "Neu: Frist\nBedenken: zu kurz"),
]


@pytest.mark.parametrize(
    ("command", "words", "count"), [*((*one, 0) for one in OWN_NAME), *((*one, 1) for one in NOTED)]
)
async def test_board_counts_the_notes_that_its_entries_show(chat: Chat, command: str, words: str, count: int):
    await chat.says(f"!{command} Papier")
    label = {"barriere": "B1", "idee": "I1", "entscheidung": "E1"}[command]
    await chat.says(f"!ergänzen {label} {words}")
    await chat.answers()
    await chat.says(f"!zeige {label}")
    shown = (await chat.answers())[-1]

    assert ("1 Ergänzung" in shown, "1 Ergänzung" in "\n".join(await overview(chat))) == (count == 1,) * 2


async def test_poll_about_dates_leaves_the_board_when_its_date_is_over(chat: Chat):
    chat.now = datetime(2027, 3, 1, 9, tzinfo=UTC)
    await chat.says("!barriere Kita")
    await chat.says("!termin Austausch; 3.3. 10:00; 3.3. 15:00; 5.3. 10:00")
    await chat.says("!stimme U1 2", by="ewa")
    await chat.says("!umfrage ende U1")
    shown = await overview(chat)
    chat.now = datetime(2027, 3, 3, 15, tzinfo=UTC)
    over = await overview(chat)

    assert ["Letzte Ergebnisse:" in lines for lines in (shown, over)] == [True, False]


async def test_meeting_of_another_year_names_it(chat: Chat):
    chat.now = datetime(2026, 11, 26, 9, tzinfo=UTC)
    await chat.says("!barriere Kita")
    await chat.says("!treffen Mi 3.3.2027 15:00 Austausch", by="katrin")
    await chat.pass_time(seconds=20)

    assert chat.post("Treffen T1: Austausch, Mi, 3. März 2027, 15:00.")
    assert "T1: Austausch, Mi, 3. März 2027, 15:00" in (await chat.boards())[-1]


async def test_picture_begins_with_what_got_most_points_then_with_what_most_know(chat: Chat):
    for words in ("Papier", "Kita", "Portale"):
        await chat.says(f"!barriere {words}")
    known = await chat.says("!barriere Zeugnis")
    await chat.says("!punkten barrieren 2", by="katrin")
    await chat.says("!stimme U1 3", by="ewa")
    await chat.says("!umfrage ende U1", by="katrin")
    await chat.reacts(known, "👍", by="ewa")
    await chat.answers()

    await chat.says("!bild")

    assert "4 Barrieren: B3: Portale. B4: Zeugnis. B1: Papier. B2: Kita.\n" in (await chat.answers())[-1]


async def test_one_moderator_is_named_as_one(chat: Chat):
    await chat.sends("m.room.power_levels", {"users": {"@katrin:test": 100}}, by="katrin", state_key="")

    await chat.says("!schritt 2", by="lina")

    assert await chat.answers() == ["Das macht in dieser Gruppe die Moderation: Katrin."]

# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Polls on the board, in !zeige and in !wo: ends and sums, never a running sum, never a name."""

from __future__ import annotations

import pytest

from tests.chat import Chat

WHAT = "!umfrage Was zuerst?; Lotsin; Profil"
LINE = "U1: Was zuerst? Ende: Mi, 24. Februar, 12:00. Mitmachen: !stimme U1 2"
HEAD = "Board, Stand Mo, 22. Februar, 9:05."


async def asked(chat: Chat, body: str, by: str = "murat") -> list[str]:
    """Return the lines of the answer to a command."""
    await chat.answers()
    await chat.says(body, by=by)
    return "\n".join(await chat.answers()).split("\n")


async def test_board_shows_open_polls_and_latest_results(chat: Chat):
    await chat.says(WHAT, by="lina")
    await chat.says("!konsens Wir treffen uns mittwochs.", by="lina")
    await chat.says("!fragerunde Was lief gut? geheim", by="lina")
    await chat.says("!umfrage Wohin?; Nord; Süd geheim", by="lina")
    assert await asked(chat, "!board umfragen") == [
        HEAD,
        "4 offene Umfragen:",
        LINE,
        "U2: Wir treffen uns mittwochs. Ende: Mi, 24. Februar, 12:00. Mitmachen: !stimme U2 ja",
        "U3: Was lief gut? Ende: Mi, 24. Februar, 12:00. Per Direktnachricht an mich: stimme U3 Text",
        "U4: Wohin? Ende: Mi, 24. Februar, 12:00. Per Direktnachricht an mich: stimme U4 2",
    ]

    await chat.says("!stimme U1 1", by="ewa")
    await chat.says("!stimme U2 Einwand: zu spät", by="ewa")
    await chat.tells("stimme U4 1", by="ewa")
    for number in (1, 2, 4):
        await chat.says(f"!umfrage ende U{number}", by="lina")

    assert (await asked(chat, "!board"))[1:-1] == [
        "1 offene Umfrage:",
        "U3: Was lief gut? Ende: Mi, 24. Februar, 12:00. Per Direktnachricht an mich: stimme U3 Text",
        "Letzte Ergebnisse:",
        "U4: Wohin? U4 ist zu Ende. Weniger als 5 Stimmen."
        " Ich zeige kein Ergebnis, weil man sonst einzelne Personen erkennen kann.",
        "U2: Wir treffen uns mittwochs. 1 Person: 1 Einwand ist offen.",
        "U1: Was zuerst? 1 Person: Lotsin 1, Profil 0.",
    ]


async def test_results_are_news_for_two_weeks_and_long_ones_are_cut(chat: Chat):
    await chat.says("!umfrage Was zuerst?; " + "; ".join("ABCDEFG"), by="lina")
    await chat.says("!stimme U1 7", by="ewa")
    await chat.says("!umfrage ende U1", by="lina")
    assert (await asked(chat, "!board umfragen"))[1:] == [
        "Letzte Ergebnisse:", "U1: Was zuerst? 1 Person: G 1, A 0, B 0, C 0, D 0. 2 weitere: !zeige U1"
    ]  # fmt: skip

    await chat.pass_time(days=15)

    assert (await asked(chat, "!board umfragen"))[1:] == [
        "Keine Umfrage ist offen. Beispiel: !umfrage Was zuerst?; Lotsin; Profil"
    ]


async def test_living_board_follows_a_poll_to_its_result(chat: Chat):
    await chat.says("!barriere Nur Papier")
    await chat.says(WHAT, by="lina")
    await chat.pass_time(seconds=10)
    [board] = await chat.boards()
    assert board.split("\n")[-3:-1] == ["1 offene Umfrage:", LINE]

    await chat.says("!stimme U1 1", by="ewa")
    await chat.pass_time(seconds=10)
    assert await chat.boards() == []
    await chat.pass_time(hours=51)
    await chat.pass_time(seconds=10)

    [board] = await chat.boards()
    assert board.split("\n")[-3:-1] == [
        "Letzte Ergebnisse:", "U1: Was zuerst? 1 Person: Lotsin 1, Profil 0."
    ]  # fmt: skip


async def test_board_forgets_a_poll_whose_question_was_deleted(chat: Chat):
    await chat.says("!barriere Nur Papier")
    question = await chat.says("!umfrage Kanarienfrage?; Lotsin; Profil", by="lina")
    await chat.pass_time(seconds=10)
    assert "Kanarienfrage" in (await chat.boards())[0]

    await chat.redacts(question, by="lina")
    await chat.pass_time(seconds=10)
    [board] = await chat.boards()
    assert "Kanarienfrage" not in board
    assert not await chat.stores("Kanarienfrage")
    # The history of the message shows it still: in the night the board is made anew.
    await chat.pass_time(hours=20)

    assert [said[:1] for said in await chat.boards()] == ["B", "✗"]


@pytest.mark.parametrize("openness", ["", " verdeckt", " geheim"])
async def test_open_poll_is_shown_without_sums(chat: Chat, openness: str):
    await chat.says(WHAT + openness, by="lina")
    [card] = [said for said in await chat.answers() if said.startswith("U1")]
    await chat.tells("stimme U1 1", by="ewa")

    assert await asked(chat, "!zeige U1") == card.split("\n")


async def test_ended_poll_is_shown_with_its_sums(chat: Chat):
    await chat.says(WHAT, by="lina")
    await chat.says("!stimme U1 2", by="ewa")
    await chat.says("!umfrage ende U1", by="lina")

    assert await asked(chat, "!zeige u1") == [
        "U1: Was zuerst?", "1 Person: Profil 1, Lotsin 0.", "Das Ende von U1 war: Mo, 22. Februar, 9:05."
    ]  # fmt: skip
    assert await asked(chat, "!zeige U2") == ["U2 gibt es nicht. Offene Umfragen: !umfragen"]


async def test_number_in_reply_to_a_shown_poll_is_a_vote(chat: Chat):
    await chat.says(WHAT, by="lina")
    await chat.says("!zeige U1", by="ewa")
    await chat.says("2", by="ewa", reply_to=chat.post("U1"))

    assert (await chat.answers())[-1] == "✅ U1"


async def test_where_names_open_polls(chat: Chat):
    await chat.says(WHAT, by="lina")
    await chat.says("!konsens Wir treffen uns mittwochs.", by="lina")

    assert "Offene Umfragen: U1, U2. Mehr dazu: !umfragen." in (await asked(chat, "!wo"))[0]

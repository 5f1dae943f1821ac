# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""One sprint at a time: with a goal and a last day, and at its end what is done and how it goes on."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.chat import Chat

START = "!sprint start bis 19.3. Ziel: Ein Matching-Format ist getestet"
RUNS = "Sprint 1 läuft bis Fr, 19. März. Ziel: Ein Matching-Format ist getestet."
NONE = "Gerade läuft kein Sprint. Beginnen: !sprint start bis 19.3. Ziel: Text"


@pytest.fixture(autouse=True)
def on_a_tuesday(chat: Chat) -> None:
    """Let it be the day of the scenario on which the sprint begins."""
    chat.now = datetime(2027, 3, 9, 7, 45, tzinfo=UTC)


async def at(chat: Chat, day: int, hour: int, minute: int = 0) -> None:
    """Let time go by until then (UTC)."""
    chat.now = datetime(2027, 3, day, hour, minute, tzinfo=UTC)
    await chat.pass_time(seconds=5)


async def asked(chat: Chat, words: str, by: str = "lina") -> str:
    """Return the answer to a command."""
    await chat.answers()
    await chat.says(words, by=by)
    return (await chat.answers())[0]


async def test_a_sprint_begins_and_stands_on_the_board_and_in_wo(chat: Chat):
    assert await asked(chat, START, by="jule") == f"{RUNS} Vorschlag: !checkin an Mo-Fr 9:00"
    board = (await asked(chat, "!board")).split("\n")
    await chat.pass_time(seconds=10)
    await chat.says("!barriere Eine")
    await chat.pass_time(seconds=10)

    header = "Sprint 1 bis Fr, 19. März. Ziel: Ein Matching-Format ist getestet."
    assert board[1] == header
    assert (await chat.boards())[-1].split("\n")[1] == header
    assert RUNS in await asked(chat, "!wo")
    assert await asked(chat, "!sprint") == f"{RUNS}\nAls Bild: !bild sprint"


async def test_in_english_the_proposed_check_in_can_be_copied(chat: Chat):
    await chat.says("!sprache en", by="jule")
    proposal = (await asked(chat, START, by="jule")).split("Proposal: ")[1]
    assert proposal == "!checkin on Mon-Fri 9:00"

    assert "Mon" in await asked(chat, proposal, by="jule")


async def test_only_the_moderation_begins_one_and_one_runs_at_a_time(chat: Chat):
    refused = await asked(chat, START)
    none = await asked(chat, "!sprint")
    await chat.says(START, by="jule")
    second = await asked(chat, "!sprint start bis 26.3. Ziel: Noch einer", by="katrin")

    assert refused == "Das macht in dieser Gruppe die Moderation. Moderation sind: Jule, Katrin."
    assert none == NONE
    assert (
        second
        == f"{RUNS} Es läuft immer nur ein Sprint. Beenden: !sprint ende. Verschieben: !sprint bis 26.3."
    )


async def test_what_is_missing_is_asked_for_and_the_rest_is_kept(chat: Chat):
    await chat.says("!sprint start Ziel: Ein Matching-Format ist getestet", by="jule")
    when = chat.post("Bis wann")
    await chat.says("19.3.", by="jule", reply_to=when)
    assert await asked(chat, "!sprint") == f"{RUNS}\nAls Bild: !bild sprint"
    await chat.says("!sprint ende", by="jule")
    await chat.says("!sprint start bis in 2 Wochen", by="jule")
    what = chat.post("Was ist das Ziel")
    await chat.answers()
    await chat.says("Weiter testen", by="jule", reply_to=what)

    assert (await chat.answers())[0].startswith("Sprint 2 läuft bis Di, 23. März. Ziel: Weiter testen.")


async def test_a_past_day_and_a_holiday_are_asked_back(chat: Chat):
    await chat.says("!sprint start bis 1.3. Ziel: Getestet", by="jule")
    past = chat.post("Der 1. März")
    await chat.reacts(past, by="jule")
    await chat.says("!sprint bis 26.3.", by="jule")
    holiday = chat.post("Der 26. März")
    await chat.answers()
    await chat.reacts(holiday, by="jule")

    assert await chat.answers() == ["✏️ Sprint", "✎ Sprint 1 läuft bis Di, 30. März. Ziel: Getestet."]


async def test_its_end_says_what_is_done_and_plans_review_and_retro(chat: Chat):
    await chat.says(START, by="jule")
    await chat.says("!aufgabe ich buche den Raum bis 15.3.", by="henrik")
    await chat.says("!aufgabe 8 Firmen einladen bis 23.3.", by="katrin")
    await chat.says("!fertig A1", by="henrik")
    await chat.answers()
    await at(chat, 19, 15, 59)
    before = await chat.answers()
    await at(chat, 19, 16)
    end = await chat.answers()
    await chat.reacts(chat.post("Sprint 1 ist zu Ende"), by="lina")
    await chat.reacts(chat.post("Sprint 1 ist zu Ende"), by="katrin")
    review = await chat.answers()
    await at(chat, 22, 8, 30)

    assert [words for words in before if "Sprint 1 ist zu Ende" in words] == []
    assert end == [
        "Sprint 1 ist zu Ende. Ziel war: Ein Matching-Format ist getestet.\n"
        "Fertig: A1 ich buche den Raum (Henrik).\n"
        "Offen: A2 8 Firmen einladen, bis Di, 23. März.\n"
        "Vorschlag: Ergebnisse zeigen (Review) am Mo, 22. März, 10:00. Mit 👍 legt die Moderation das Treffen an."
        " Oder: !treffen 22.03.2027 10:00 Review zu Sprint 1\n"
        "Rückschau (Retro): Mo, 22. März, 9:30. Als Bild: !bild sprint"
    ]
    assert [words.split(". ✋")[0] for words in review] == [
        "Treffen T1: Review zu Sprint 1, Mo, 22. März, 10:00",
        "T1 für den Kalender: Datei öffnen. Tagesordnung: !top und dann der Text",
    ]
    reminder, look_back = await chat.answers()
    assert reminder == "Bald ist T1: Review zu Sprint 1, Mo, 22. März, 10:00."
    assert look_back.startswith(
        "Rückschau (Retro) auf Sprint 1. Drei Fragen: Was lief gut? Was war schwierig? Was probieren wir aus?"
    )
    assert await asked(chat, "!sprint") == NONE


async def test_an_end_by_hand_keeps_the_promise_of_the_end_away(chat: Chat):
    await chat.says(START, by="jule")
    ended = await asked(chat, "!sprint ende", by="jule")
    await at(chat, 19, 16)

    assert ended.startswith("Sprint 1 ist zu Ende. Ziel war: Ein Matching-Format ist getestet.")
    retros = [
        words[:22] for words in await chat.answers() if "Wochenbrief" not in words and "Board" not in words
    ]
    assert retros == ["Rückschau (Retro) auf "]


async def test_begin_end_and_move_can_be_taken_back(chat: Chat):
    await chat.says(START, by="jule")
    await chat.says("!sprint bis 23.3.", by="jule")
    await chat.says("!sprint ende", by="jule")
    again = await asked(chat, "!rückgängig", by="jule")
    moved_back = await asked(chat, "!rückgängig", by="jule")
    gone = await asked(chat, "!rückgängig", by="jule")

    assert again == (
        "Rückgängig gemacht. Sprint 1 läuft bis Di, 23. März. Ziel: Ein Matching-Format ist getestet."
    )
    assert moved_back == f"Rückgängig gemacht. {RUNS}"
    assert gone == "Rückgängig gemacht: Sprint 1 ist zurückgezogen."
    assert await asked(chat, "!sprint") == NONE


async def test_editing_the_message_changes_goal_and_end_and_deleting_it_withdraws(chat: Chat):
    said = await chat.says(START, by="jule")
    await chat.answers()
    await chat.edits(said, "!sprint start bis 23.3. Ziel: Zwei Formate sind getestet", by="jule")
    receipt = await chat.answers()
    changed = await asked(chat, "!sprint")
    await chat.redacts(said, by="jule")

    assert receipt == ["✏️ Sprint"]
    assert changed.split("\n")[0] == "Sprint 1 läuft bis Di, 23. März. Ziel: Zwei Formate sind getestet."
    assert await asked(chat, "!sprint") == NONE


async def test_the_picture_has_two_lines_and_a_caption_that_says_all(chat: Chat):
    nothing = await asked(chat, "!bild sprint")
    await chat.says(START, by="jule")
    await chat.says("!aufgabe ich buche", by="henrik")
    await at(chat, 10, 9)
    await chat.says("!aufgabe Firmen einladen", by="katrin")
    await chat.says("!fertig A1", by="henrik")
    caption = await asked(chat, "!bild sprint")

    assert nothing == "Es gab noch keinen Sprint. Beginnen: !sprint start bis 19.3. Ziel: Text"
    assert caption == (
        "Sprint 1, Stand Mi, 10. März, 10:00.\n"
        "Ziel: Ein Matching-Format ist getestet.\n"
        "Ende: Fr, 19. März. 2 Aufgaben, 1 davon fertig.\n"
        "Verlauf: 9. März: 1 Aufgabe, 0 fertig; 10. März: 2 Aufgaben, 1 fertig."
    )


async def test_what_comes_of_it_is_named_among_the_dates(chat: Chat):
    await chat.says(START, by="jule")
    runs = await asked(chat, "!termine")
    await at(chat, 19, 16)
    over = await asked(chat, "!termine")

    ends, looks_back = (
        "\n".join(line for line in said.split("\n") if "Sprint" in line) for said in (runs, over)
    )
    assert ends == "Fr, 19. März, 17:00: Ende von Sprint 1."
    assert looks_back == "Mo, 22. März, 9:30: Rückschau auf Sprint 1."

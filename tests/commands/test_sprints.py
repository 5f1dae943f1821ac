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
    return next(said for said in await chat.answers() if not said.startswith(("✎", "✗")))


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


async def test_goal_needs_no_colon(chat: Chat):
    await chat.says("!sprint start bis 19.3. Ziel Ein Format", by="jule")
    first = await asked(chat, "!sprint")
    await chat.says("!sprint ziel Zwei Formate", by="jule")
    second = await asked(chat, "!sprint")
    await chat.says("!sprint bis 26.3. Ziel Drei Formate", by="jule")
    await chat.says("!sprint neues Ziel: Vier Formate", by="jule")

    assert first.startswith("Sprint 1 läuft bis Fr, 19. März. Ziel: Ein Format.")
    assert second.startswith("Sprint 1 läuft bis Fr, 19. März. Ziel: Zwei Formate.")
    assert "Ziel: Vier Formate." in await asked(chat, "!sprint")


async def test_a_past_day_and_a_holiday_are_asked_back(chat: Chat):
    await chat.says("!sprint start bis 1.3. Ziel: Getestet", by="jule")
    past = chat.post("Der 1. März")
    await chat.reacts(past, by="jule")
    await chat.says("!sprint bis 26.3.", by="jule")
    holiday = chat.post("Der 26. März")
    await chat.answers()
    await chat.reacts(holiday, by="jule")

    runs = "✎ Sprint 1 läuft bis Di, 30. März. Ziel: Getestet."
    assert await chat.answers() == [f"{runs} Vorschlag: !checkin an Mo-Fr 9:00", "✏️ Sprint", runs]


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

    assert receipt[1:] == ["✏️ Sprint"]
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


async def ended_with_tasks(chat: Chat) -> str:
    """Let a sprint end in which Henrik has finished A1, and Ewa has A2; return the post that says so."""
    await chat.says(START, by="jule")
    await chat.says("!aufgabe ich frage Herrn Kanarienvogel bis 15.3.", by="henrik")
    await chat.says("!aufgabe ich lade ein bis 30.3.", by="ewa")
    await chat.says("!fertig A1", by="henrik")
    await at(chat, 19, 16)
    await chat.answers()
    return chat.post("Sprint 1 ist zu Ende")


def told(words: str) -> list[str]:
    """Return what an edited end of a sprint says of tasks."""
    assert words.startswith("✎ Sprint 1 ist zu Ende. Ziel war: Ein Matching-Format ist getestet.")
    return [line for line in words.split("\n") if line.startswith(("Fertig", "Offen"))]


async def test_what_was_said_at_its_end_follows_a_task_that_is_withdrawn_and_comes_back(chat: Chat):
    await ended_with_tasks(chat)
    await chat.says("!löschen A1", by="henrik")
    gone = await chat.answers()
    await chat.says("!rückgängig", by="henrik")
    back = await chat.answers()
    await chat.says("!fertig A2", by="ewa")
    later = await chat.answers()

    assert [told(words) for words in gone if words.startswith("✎")] == [
        ["Offen: A2 ich lade ein (Ewa), bis Di, 30. März."]
    ]
    assert [told(words) for words in back if words.startswith("✎")] == [
        [
            "Fertig: A1 ich frage Herrn Kanarienvogel (Henrik).",
            "Offen: A2 ich lade ein (Ewa), bis Di, 30. März.",
        ]
    ]
    assert [words for words in later if words.startswith("✎")] == []


@pytest.mark.parametrize("how", ["left", "forgotten"])
async def test_what_was_said_at_its_end_names_nobody_who_is_gone(chat: Chat, how: str):
    await ended_with_tasks(chat)
    if how == "left":
        await chat.leaves("henrik")
    else:
        await chat.tells("vergissmich", by="henrik")
        await chat.tells("JA", by="henrik")
    edits = [words for words in await chat.answers() if words.startswith("✎ Sprint")]

    assert [told(words) for words in edits] == [
        [
            "Fertig: A1 ich frage Herrn Kanarienvogel.",
            "Offen: A2 ich lade ein (Ewa), bis Di, 30. März.",
        ]
    ]


async def test_what_was_said_at_its_end_follows_who_has_a_task_and_its_words(chat: Chat):
    await ended_with_tasks(chat)
    await chat.says("!abgeben A2", by="ewa")
    given_back = await chat.answers()
    await chat.says("!ändern A2: Einladen bis 30.3.", by="ewa")
    reworded = await chat.answers()

    assert [told(words)[1] for words in given_back if words.startswith("✎")] == [
        "Offen: A2 ich lade ein, bis Di, 30. März."
    ]
    assert [told(words)[1] for words in reworded if words.startswith("✎")] == [
        "Offen: A2 Einladen, bis Di, 30. März."
    ]


async def test_the_beginning_says_the_goal_and_the_end_of_now(chat: Chat):
    said = await chat.says(START, by="jule")
    await chat.answers()
    await chat.edits(said, "!sprint start bis 23.3. Ziel: Zwei Formate sind getestet", by="jule")
    edited = await chat.answers()
    await chat.says("!sprint bis 24.3.", by="katrin")
    moved = await chat.answers()
    await chat.says("!rückgängig", by="katrin")
    undone = await chat.answers()

    goal = "Ziel: Zwei Formate sind getestet. Vorschlag: !checkin an Mo-Fr 9:00"
    tuesday, wednesday = (f"✎ Sprint 1 läuft bis {day}. März. {goal}" for day in ("Di, 23", "Mi, 24"))
    assert (edited[0], moved[0], undone[0]) == (tuesday, wednesday, tuesday)


async def test_deleting_the_message_leaves_nothing_of_its_goal(chat: Chat):
    said = await chat.says("!sprint start bis 19.3. Ziel: Kanarienvogel", by="jule")
    beginning = chat.post("Sprint 1 läuft")
    await chat.says("!bild sprint")
    picture = chat.post("Sprint 1, Stand")
    await at(chat, 19, 16)
    end = chat.post("Sprint 1 ist zu Ende")
    await at(chat, 22, 8, 30)
    retro = chat.post("Rückschau (Retro) auf Sprint 1")
    await chat.answers()
    await chat.redacts(said, by="jule")
    await chat.pass_time(seconds=30)

    gone = [words for words in await chat.answers() if words.startswith("✗")]
    assert gone == [f"✗ {post}" for post in (beginning, picture, end, retro)]
    assert await chat.stores("Kanarienvogel") is False
    assert (await asked(chat, "!retro")).startswith("Gerade läuft keine Rückschau (Retro).")


async def test_an_end_that_is_taken_back_is_not_said_any_more(chat: Chat):
    await chat.says(START, by="jule")
    await chat.says("!sprint ende", by="jule")
    end = chat.post("Sprint 1 ist zu Ende")
    await chat.answers()
    await chat.says("!rückgängig", by="jule")

    assert await chat.answers() == [f"✗ {end}", f"Rückgängig gemacht. {RUNS}"]


async def test_the_look_back_keeps_its_local_time_in_another_zone(chat: Chat):
    await chat.says(START, by="jule")
    await at(chat, 19, 16)
    await chat.says("!einstellung zeitzone London", by="katrin")
    await chat.answers()
    dates = await asked(chat, "!termine")
    await at(chat, 22, 8, 30)
    early = [words[:22] for words in await chat.answers()]
    await at(chat, 22, 9, 30)

    assert "Mo, 22. März, 9:30: Rückschau auf Sprint 1." in dates.split("\n")
    assert "Rückschau (Retro) auf " not in early
    assert "Rückschau (Retro) auf " in [words[:22] for words in await chat.answers()]


async def test_its_end_says_the_look_back_that_a_holiday_has_moved(chat: Chat):
    chat.now = datetime(2027, 10, 28, 8, tzinfo=UTC)
    await chat.says("!sprint start bis 29.10. Ziel: Getestet", by="jule")
    chat.now = datetime(2027, 10, 29, 15, tzinfo=UTC)
    await chat.pass_time(seconds=5)
    await chat.answers()
    await chat.says("!einstellung land Bayern", by="katrin")

    [edit] = [words for words in await chat.answers() if words.startswith("✎ Sprint 1 ist zu Ende")]
    assert edit.split("\n")[-1] == "Rückschau (Retro): Di, 2. November, 9:30. Als Bild: !bild sprint"


async def ended_with_review(chat: Chat) -> None:
    """Let the moderation end a sprint on a Tuesday, and announce its review."""
    await chat.says(START, by="jule")
    await chat.says("!sprint ende", by="jule")
    await chat.reacts(chat.post("Sprint 1 ist zu Ende"), by="jule")
    await chat.answers()


async def test_the_review_is_called_off_with_an_end_that_is_taken_back(chat: Chat):
    await ended_with_review(chat)
    undone = await asked(chat, "!rückgängig", by="jule")
    dates = await asked(chat, "!termine")

    off = "T1 fällt aus: Review zu Sprint 1, Mi, 10. März, 10:00. Die Datei nimmt es aus dem Kalender."
    assert undone == off
    assert "T1" not in dates
    assert "Ende von Sprint 1" in dates


async def test_a_review_with_an_agenda_stays_and_that_is_said(chat: Chat):
    await ended_with_review(chat)
    await chat.says("!top Fragen an die Betriebe", by="ewa")
    undone = await asked(chat, "!rückgängig", by="jule")

    assert undone == f"Rückgängig gemacht. {RUNS} Angekündigt bleibt: T1. Absagen: !treffen absagen T1"
    assert "Treffen T1: Review zu Sprint 1" in await asked(chat, "!termine")


async def test_today_is_asked_back_when_the_sprint_would_end_at_once(chat: Chat):
    await at(chat, 12, 16, 30)
    question = await asked(chat, "!sprint start bis heute Ziel: Getestet", by="jule")
    await chat.pass_time(seconds=5)
    none = await asked(chat, "!sprint")
    await chat.reacts(chat.post("Heute ist es dafür zu spät"), by="jule")
    started = await asked(chat, "!sprint")
    again = await asked(chat, "!sprint bis heute", by="jule")

    asks = "Heute ist es dafür zu spät, der Sprint wäre gleich zu Ende. Ist Mo, 15. März gemeint? Mit 👍 bestätigen."
    assert (question, none, again) == (asks, NONE, asks)
    assert started.split("\n")[0] == "Sprint 1 läuft bis Mo, 15. März. Ziel: Getestet."


async def test_an_end_that_was_not_sent_yet_says_nothing_of_what_is_deleted(
    chat: Chat, monkeypatch: pytest.MonkeyPatch
):
    await chat.says(START, by="jule")
    task = await chat.says("!aufgabe ich frage Herrn Kanarienvogel", by="henrik")
    await chat.answers()
    sending = chat.outbox.drain

    async def nothing() -> None:
        """The homeserver is away."""

    monkeypatch.setattr(chat.outbox, "drain", nothing)
    await at(chat, 19, 16)
    await chat.redacts(task, by="henrik")
    monkeypatch.setattr(chat.outbox, "drain", sending)
    await chat.settle()

    [end] = [words for words in await chat.answers() if "Sprint 1 ist zu Ende" in words]
    assert end.split("\n")[1].startswith("Vorschlag: Ergebnisse zeigen")


@pytest.mark.parametrize("days", [0, 2])
async def test_what_was_done_on_its_last_day_stays_said(chat: Chat, days: int):
    await chat.says(START, by="jule")
    await chat.says("!aufgabe ich lade ein bis 30.3.", by="ewa")
    await at(chat, 19, 10)
    await chat.says("!aufgabe ich frage an bis 30.3.", by="henrik")
    await chat.says("!fertig A2", by="henrik")
    await at(chat, 19, 16)
    await chat.pass_time(days=days)
    await chat.answers()
    await chat.says("!abgeben A1", by="ewa")

    assert [told(words) for words in await chat.answers() if words.startswith("✎ Sprint")] == [
        ["Fertig: A2 ich frage an (Henrik).", "Offen: A1 ich lade ein, bis Di, 30. März."]
    ]


async def test_a_beginning_that_was_not_sent_yet_says_only_the_goal_of_now(
    chat: Chat, monkeypatch: pytest.MonkeyPatch
):
    sending = chat.outbox.drain

    async def nothing() -> None:
        """The homeserver is away."""

    monkeypatch.setattr(chat.outbox, "drain", nothing)
    # The answer to this is on its way, and what comes after it waits.
    await chat.says("!ziel")
    said = await chat.says("!sprint start bis 19.3. Ziel: Kanarienvogel", by="jule")
    await chat.edits(said, START, by="jule")
    monkeypatch.setattr(chat.outbox, "drain", sending)
    await chat.settle()

    begun = [words for words in await chat.answers() if "Sprint 1" in words]
    assert begun == [f"{RUNS} Vorschlag: !checkin an Mo-Fr 9:00"]
    assert "Kanarienvogel" not in str([sent.content for sent in chat.homeserver.sent])


def edits_of_ends(said: list[str]) -> list[str]:
    """Return how the ends of sprints are said anew."""
    return [words for words in said if words.startswith("✎ Sprint") and "zu Ende" in words]


async def test_an_end_that_says_it_already_is_not_edited(chat: Chat):
    await chat.says(START, by="jule")
    for number in range(1, 13):
        await chat.says(f"!aufgabe ich mache {number}", by="ewa")
    await chat.says("!sprint ende", by="jule")
    await chat.answers()
    for label in ("A12", "A11", "A2", "A10"):
        await chat.says(f"!abgeben {label}", by="ewa")

    [edit] = edits_of_ends(await chat.answers())
    assert "A2 ich mache 2. A3 ich mache 3 (Ewa)." in edit


async def test_what_is_given_back_is_followed_by_the_last_end_and_who_leaves_by_all(chat: Chat):
    await chat.says("!aufgabe ich lade ein", by="ewa")
    await chat.says("!aufgabe ich backe", by="ewa")
    for _ in range(3):
        await chat.says(START, by="jule")
        await chat.says("!sprint ende", by="jule")
    await chat.answers()
    await chat.says("!abgeben A1", by="ewa")
    given_back = edits_of_ends(await chat.answers())
    await chat.leaves("ewa")
    left = edits_of_ends(await chat.answers())

    assert [[words[2:10] for words in edits] for edits in (given_back, left)] == [
        ["Sprint 3"],
        ["Sprint 1", "Sprint 2", "Sprint 3"],
    ]
    assert "Ewa" not in "".join(left)


async def test_steps_of_long_ago_are_not_said_with_times_of_now(chat: Chat):
    await ended_with_tasks(chat)
    await at(chat, 30, 9)
    await chat.answers()
    await chat.says("!einstellung zeiten 10 bis 18", by="katrin")
    changed = edits_of_ends(await chat.answers())
    await chat.says("!abgeben A2", by="ewa")
    [given_back] = edits_of_ends(await chat.answers())

    assert changed == []
    assert given_back.split("\n")[1:] == [
        "Fertig: A1 ich frage Herrn Kanarienvogel (Henrik).",
        "Offen: A2 ich lade ein, bis Di, 30. März.",
    ]

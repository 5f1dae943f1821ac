# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who does what by when: asked before owned, by every door, and nobody is named who did not say yes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from method.ids import RoomId
from tests.chat import GROUP, Chat, user

ASKED = "A1: Raum buchen, bis Mo, 15. März. Henrik, passt das? Mit 👍 übernehmen. Ohne 👍 bleibt die Aufgabe offen."
OPEN = "Offen, 🙋 zum Übernehmen."


@pytest.fixture(autouse=True)
def on_a_thursday(chat: Chat) -> None:
    """Let it be the day of the scenario on which tasks are given."""
    chat.now = datetime(2027, 3, 11, 11, 15, tzinfo=UTC)


async def listed(chat: Chat, words: str = "!aufgaben") -> list[str]:
    """Return the lines of the list of tasks below its head."""
    await chat.answers()
    await chat.says(words, by="murat")
    return (await chat.answers())[0].split("\n")[1:]


async def ask_henrik(chat: Chat) -> str:
    """Let Katrin write down a task for Henrik; return the bot's question."""
    await chat.says("!aufgabe Raum buchen @henrik bis 15.3.", by="katrin")
    return chat.post("A1:")


# --- asked, taken, given back --------------------------------------------------------------------


async def test_whoever_is_named_is_asked_by_one_mention_and_says_yes(chat: Chat):
    question = await ask_henrik(chat)
    mentioned = chat.homeserver.sent[-1].content["m.mentions"]
    before = await chat.answers()
    await chat.reacts(question, by="jule")
    unmoved = await listed(chat)
    await chat.reacts(question, "👍🏽", by="henrik")
    after = await chat.answers()

    assert (before, mentioned) == (["✅ A1", ASKED], {"user_ids": [user("henrik")]})
    assert unmoved == ["A1: Raum buchen. Bis Mo, 15. März. Angefragt, 👍 zum Übernehmen."]
    assert after == ["✎ A1: Raum buchen, bis Mo, 15. März. Henrik übernimmt."]
    assert chat.homeserver.sent[-1].content["m.mentions"] == {}
    assert await listed(chat) == ["A1: Raum buchen. Henrik, bis Mo, 15. März."]


async def test_a_no_leaves_the_task_open_and_names_nobody(chat: Chat):
    question = await ask_henrik(chat)
    await chat.answers()
    await chat.reacts(question, "👎", by="henrik")

    assert await chat.answers() == [f"✎ A1: Raum buchen, bis Mo, 15. März. {OPEN}"]


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        ("passt 👍", ["✅ A1", "✎ A1: Raum buchen, bis Mo, 15. März. Henrik übernimmt."]),
        ("Nein, leider keine Zeit", ["✅ A1", f"✎ A1: Raum buchen, bis Mo, 15. März. {OPEN}"]),
        (
            "geht erst Dienstag",
            [
                "Heißt das ja zu A1? Mit 👍 übernehmen, mit 👎 anderen lassen."
                " Danach ein anderer Tag: !aufgabe A1 bis Mo"
            ],
        ),
        ("Wo ist das?", []),
    ],
)
async def test_who_is_asked_answers_in_their_words(chat: Chat, reply: str, said: list[str]):
    question = await ask_henrik(chat)
    await chat.answers()
    await chat.says(reply, by="henrik", reply_to=question)

    assert sorted(await chat.answers()) == sorted(said)


@pytest.mark.parametrize(
    "words",
    ["ich buche den Raum", "Raum buchen @ich", "Raum buchen @lina", "Raum buchen @Lina", "I book a room"],
)
async def test_whoever_says_i_has_the_task_at_once(chat: Chat, words: str):
    await chat.says(f"!aufgabe {words} bis Mo")

    assert await chat.answers() == ["✅ A1"]
    assert (await listed(chat))[0].endswith(". Lina, bis Mo, 15. März.")


@pytest.mark.parametrize(
    ("edit", "owner"),
    [
        ("Ich koche den Tee doch nicht", OPEN),
        ("I don't make tea", OPEN),
        ("Ich koche den Tee", "Lina."),
        ("Tee kochen @ich", "Lina."),
    ],
)
async def test_edit_that_says_i_takes_a_free_task_unless_it_denies(chat: Chat, edit: str, owner: str):
    event = await chat.says("!aufgabe Tee kochen")
    await chat.edits(event, f"!aufgabe {edit}")

    assert (await listed(chat))[0].endswith(f". {owner}")


async def test_task_that_was_given_back_stays_free_when_its_words_are_corrected(chat: Chat):
    event = await chat.says("!aufgabe ich koche Tee")
    await chat.says("!abgeben A1")
    await chat.edits(event, "!aufgabe ich koche den Tee")

    assert await listed(chat) == [f"A1: ich koche den Tee. {OPEN}"]


async def test_a_name_in_a_pill_is_the_person_who_is_mentioned(chat: Chat):
    mentions: dict[str, Any] = {"m.mentions": {"user_ids": [user("henrik")]}}
    await chat.says("!aufgabe Raum buchen Henrik bis 15.3.", by="katrin", **mentions)

    assert await chat.answers() == ["✅ A1", ASKED]


async def test_who_is_only_answered_is_not_meant(chat: Chat):
    barrier = await chat.says("!barriere Kein Raum", by="henrik")
    await chat.answers()
    mentions: dict[str, Any] = {"m.mentions": {"user_ids": [user("henrik")]}}
    await chat.says("!aufgabe Raum buchen", by="katrin", reply_to=barrier, **mentions)

    assert await listed(chat) == [f"A1: Raum buchen. {OPEN} Gehört zu B1."]


async def test_a_name_nobody_has_is_asked_for_and_the_text_is_kept(chat: Chat):
    await chat.says("!aufgabe Raum buchen @Hendrick bis 15.3.", by="katrin")
    question = chat.post("Unter dem Namen Hendrick")
    await chat.answers()
    await chat.says("Henrik", by="katrin", reply_to=question)

    assert await chat.answers() == ["✅ A1", ASKED]


async def test_a_name_that_two_have_is_asked_back(chat: Chat):
    await chat.joins("henrik2", displayname="Henrik Groß")
    await chat.joins("henrik3", displayname="Henrik Klein")
    await chat.answers()
    await chat.says("!aufgabe Raum buchen @henrik", by="katrin")
    await chat.says("!aufgabe Raum buchen @Henrik Klein", by="katrin")
    exact = await chat.answers()

    assert [one for one in exact if one.startswith("A")] == [
        "A1: Raum buchen. Henrik, passt das? Mit 👍 übernehmen. Ohne 👍 bleibt die Aufgabe offen.",
        "A2: Raum buchen. Henrik Klein, passt das? Mit 👍 übernehmen. Ohne 👍 bleibt die Aufgabe offen.",
    ]


@pytest.mark.parametrize("hand", ["🙋", "🙋🏽", "🙋\u200d♂️", "🙋🏿\u200d♀️"])
async def test_a_raised_hand_takes_a_task_and_its_end_gives_it_back(chat: Chat, hand: str):
    task = await chat.says("!todo 8 Firmen einladen bis Di", by="murat")
    unowned = await listed(chat)
    reaction = await chat.reacts(task, hand, by="henrik")
    receipt = await chat.answers()
    taken = await listed(chat)
    await chat.redacts(reaction, by="henrik")

    assert unowned == [f"A1: 8 Firmen einladen. Bis Di, 16. März. {OPEN}"]
    assert (receipt, taken) == (["🙋 A1"], ["A1: 8 Firmen einladen. Henrik, bis Di, 16. März."])
    assert await listed(chat) == unowned


async def test_what_somebody_has_taken_nobody_takes(chat: Chat):
    await chat.says("!aufgabe ich buche", by="henrik")
    await chat.answers()
    await chat.says("!nehme A1", by="ewa")

    assert await chat.answers() == ["A1 hat schon Henrik übernommen."]


@pytest.mark.parametrize("words", ["!abgeben A1", "!zurück A1", "!aufgabe A1 offen", "!abgeben a 1"])
async def test_a_task_is_given_back_by_its_owner(chat: Chat, words: str):
    await chat.says("!aufgabe Firmen einladen")
    await chat.says("!nehme A1", by="henrik")
    await chat.says(words, by="henrik")

    assert (await chat.answers())[1:] == ["✅ A1", "✅ A1"]
    assert await listed(chat) == [f"A1: Firmen einladen. {OPEN}"]


@pytest.mark.parametrize("words", ["A1, A2", "A1 und A2", "1 2", "a1 & 2"])
async def test_several_are_taken_given_back_and_done_at_once(chat: Chat, words: str):
    for name in ("Firmen einladen", "Raum buchen"):
        await chat.says(f"!aufgabe {name}")
    await chat.answers()
    for command in ("nehme", "abgeben", "nehme", "fertig"):
        await chat.says(f"!{command} {words}", by="henrik")

        assert await chat.answers() == ["✅ A1", "✅ A2"]
    assert await listed(chat) == []


async def test_one_of_several_that_fails_keeps_no_other_from_it(chat: Chat):
    await chat.says("!aufgabe Firmen einladen")
    await chat.says("!aufgabe ich buche den Raum", by="ewa")
    await chat.answers()
    await chat.says("!nehme A2 und A1", by="henrik")

    assert await chat.answers() == ["✅ A1", "A2 hat schon Ewa übernommen."]


async def test_taken_until_a_day(chat: Chat):
    await chat.says("!aufgabe Firmen einladen")
    await chat.says("!nehme A1 bis Montag", by="henrik")

    assert await listed(chat) == ["A1: Firmen einladen. Henrik, bis Mo, 15. März."]


async def test_words_behind_the_number_become_a_note_on_demand(chat: Chat):
    await chat.says("!aufgabe Schlüssel holen")
    await chat.answers()
    event = await chat.says("!fertig A1 Schlüssel war beim Hausmeister", by="henrik")
    question = "Soll der Text hinter der Nummer für alle bei A1 stehen? Mit 👍 bestätigen."
    assert await chat.answers() == ["✅ A1", question]
    await chat.reacts(chat.post("Soll der Text"), by="henrik")
    await chat.answers()

    await chat.says("!zeige A1")
    assert "Schlüssel war beim Hausmeister" in (await chat.answers())[0]
    await chat.redacts(event, by="henrik")
    assert not await chat.stores("Hausmeister")


@pytest.mark.parametrize(
    ("edited", "kept"), [("!fertig A1 war gut", True), ("!fertig A1", False), ("!barriere war gut", False)]
)
async def test_note_that_is_offered_is_what_the_message_says_now(chat: Chat, edited: str, *, kept: bool):
    await chat.says("!aufgabe Schlüssel holen")
    event = await chat.says("!fertig A1 war schlimm", by="henrik")
    await chat.edits(event, edited, by="henrik")
    await chat.reacts(chat.post("Soll der Text"), by="henrik")
    await chat.answers()
    await chat.says("!zeige A1")

    shown = (await chat.answers())[0]
    assert ("war gut" in shown, "war schlimm" in shown) == (kept, False)


async def test_words_behind_the_number_are_kept_while_it_is_asked_for(chat: Chat):
    await chat.says("!aufgabe ich hole den Schlüssel", by="henrik")
    await chat.says("!abgeben A9 krank geworden", by="henrik")
    await chat.answers()
    await chat.says("A1", by="henrik", reply_to=chat.post("A9"))

    assert (await chat.answers())[
        -1
    ] == "Soll der Text hinter der Nummer für alle bei A1 stehen? Mit 👍 bestätigen."


async def test_words_behind_the_number_move_or_drop_the_day(chat: Chat):
    await chat.says("!aufgabe Firmen einladen bis 12.3.")
    for words, day in (
        ("auf Montag", "Bis Mo, 15. März. "),
        ("kein Termin", ""),
        ("Dienstag", "Bis Di, 16. März. "),
        ("verschieben auf 22.3.", "Bis Mo, 22. März. "),
        ("ohne Termin", ""),
    ):
        await chat.says(f"!aufgabe A1 {words}")

        assert await listed(chat) == [f"A1: Firmen einladen. {day}{OPEN}"]


@pytest.mark.parametrize("words", ["nicht mehr blockiert", "läuft wieder", "go on"])
async def test_what_blocked_a_task_does_so_no_longer(chat: Chat, words: str):
    await chat.says("!aufgabe ich lade ein", by="ewa")
    await chat.says("!aufgabe A1 blockiert Drucker", by="ewa")
    await chat.answers()
    await chat.says(f"!aufgabe A1 {words}", by="ewa")

    assert await chat.answers() == ["✅ A1"]
    assert await listed(chat) == ["A1: ich lade ein. Ewa."]


async def test_text_that_would_be_new_stands_in_the_question(chat: Chat):
    await chat.says("!aufgabe Firmen einladen")
    await chat.answers()
    await chat.says("!aufgabe A1 Vereine einladen")

    assert await chat.answers() == ["Soll A1 diesen Text bekommen: Vereine einladen? Mit 👍 bestätigen."]


async def test_list_shows_what_is_done_too_and_becomes_no_task(chat: Chat):
    assert await listed(chat, "!aufgaben erledigt") == []
    await chat.says("!aufgabe Firmen einladen")
    await chat.says("!aufgabe Raum buchen")
    await chat.says("!fertig A2", by="henrik")
    await chat.answers()
    for words in ("offen", "erledigt", "alle"):
        await chat.says(f"!aufgaben {words}")

    still, done, both = await chat.answers()
    assert still.endswith(f"A1: Firmen einladen. {OPEN}\nFertige Aufgaben: A2.")
    assert done.startswith("A2: Raum buchen.")
    assert both == f"{still}\n{done}"


# --- done, blocked -------------------------------------------------------------------------------


async def test_done_with_one_own_task_is_confirmed(chat: Chat):
    await chat.says("!aufgabe ich lade 8 Firmen ein", by="henrik")
    await chat.says("!fertig", by="henrik")
    question = chat.post("A1: ich lade")
    await chat.says("Ja", by="henrik", reply_to=question)

    assert await chat.answers() == [
        "✅ A1",
        "A1: ich lade 8 Firmen ein. Fertig? Mit 👍 bestätigen.",
        "✅ A1",
        "✎ Erledigt.",
    ]
    assert await listed(chat) == []


async def test_done_with_several_own_tasks_asks_for_the_number(chat: Chat):
    await chat.says("!aufgabe ich lade Firmen ein", by="henrik")
    await chat.says("!aufgabe ich schreibe das Merkblatt", by="henrik")
    await chat.says("!aufgabe ich backe", by="ewa")
    await chat.answers()
    await chat.says("!fertig", by="henrik")
    question = chat.post("Welche")
    await chat.says("2", by="henrik", reply_to=question)

    assert await chat.answers() == [
        "Welche Aufgabe ist fertig? A1: ich lade Firmen ein. A2: ich schreibe das Merkblatt. Antwort mit der Nummer.",
        "✅ A2",
    ]


@pytest.mark.parametrize("reply", ["fertig", "Ist erledigt!", "✅"])
async def test_the_owner_says_done_by_a_reply_or_a_reaction(chat: Chat, reply: str):
    task = await chat.says("!aufgabe ich buche", by="henrik")
    await chat.answers()
    if reply == "✅":
        await chat.reacts(task, reply, by="ewa")
        await chat.reacts(task, reply, by="henrik")
        assert await chat.answers() == ["🏁 A1"]
    else:
        await chat.says(reply, by="henrik", reply_to=task)
        assert await chat.answers() == ["✅ A1"]

    await chat.says("!board aufgaben")
    assert await chat.answers() == ["Board, Stand Do, 11. März, 12:15. Fertige Aufgaben: A1."]


async def test_a_check_taken_back_lets_the_task_go_on(chat: Chat):
    task = await chat.says("!aufgabe ich buche", by="henrik")
    check = await chat.reacts(task, "✅", by="henrik")
    await chat.redacts(check, by="henrik")

    assert await listed(chat) == ["A1: ich buche. Henrik."]


async def test_a_blocked_task_says_why_until_it_goes_on(chat: Chat):
    task = await chat.says("!aufgabe ich buche", by="henrik")
    await chat.says("!aufgabe A1 blockiert Der Raum ist belegt", by="henrik")
    blocked = await listed(chat)
    await chat.says("läuft wieder", by="henrik", reply_to=task)
    running = await listed(chat)
    await chat.says("blockiert", by="henrik", reply_to=task)
    question = chat.post("Was blockiert A1?")
    await chat.says("Kein Schlüssel", by="henrik", reply_to=question)

    assert blocked == ["A1: ich buche. Henrik. Blockiert: Der Raum ist belegt."]
    assert running == ["A1: ich buche. Henrik."]
    assert await listed(chat) == ["A1: ich buche. Henrik. Blockiert: Kein Schlüssel."]


async def test_what_blocks_a_task_is_gone_with_its_message(chat: Chat):
    task = await chat.says("!aufgabe ich buche", by="henrik")
    said = await chat.says("blockiert: Herr Kanarienvogel ist krank", by="henrik", reply_to=task)
    await chat.says("!aufgabe A1")
    card = chat.post("A1: ich buche")
    await chat.pass_time(seconds=20)
    await chat.answers()
    await chat.redacts(said, by="henrik")
    await chat.pass_time(seconds=20)
    gone = await chat.answers()

    assert gone == [f"✗ {card}"]
    assert await listed(chat) == ["A1: ich buche. Henrik."]
    assert await chat.stores("Kanarienvogel") is False


async def test_file_of_a_letter_goes_with_the_message_that_said_what_blocks(chat: Chat):
    await chat.says("!aufgabe ich buche", by="henrik")
    await chat.says("!wochenbrief jetzt", by="katrin")
    said = await chat.says("!aufgabe A1 blockiert Herr Kanarienvogel ist krank", by="henrik")
    await chat.says("!barriere Kein Geld", by="ewa")
    await chat.says("!wochenbrief jetzt", by="katrin")
    files = [one.event_id for one in chat.homeserver.sent if one.content.get("msgtype") == "m.file"]
    await chat.answers()

    await chat.redacts(said, by="henrik")

    gone = await chat.answers()
    assert f"✗ {files[1]}" in gone
    assert f"✗ {files[0]}" not in gone


async def test_what_blocked_a_task_that_is_done_meanwhile_is_gone_with_its_message(chat: Chat):
    """Until then it could have come back for a while."""
    await chat.says("!aufgabe ich buche", by="henrik")
    said = await chat.says("!aufgabe A1 blockiert Herr Kanarienvogel ist krank", by="henrik")
    await chat.says("!fertig A1", by="henrik")
    await chat.says("!rückgängig", by="henrik")
    await chat.says("!fertig A1", by="henrik")
    await chat.redacts(said, by="henrik")
    await chat.pass_time(seconds=20)

    assert await chat.stores("Kanarienvogel") is False


@pytest.mark.parametrize(
    ("typed", "edited", "shown"),
    [
        ("blockiert: Herr X ist krank", "blockiert: Raum belegt", " Blockiert: Raum belegt."),
        ("!aufgabe A1 blockiert: Herr X ist krank", "!aufgabe A1 blockiert: Raum zu", " Blockiert: Raum zu."),
        ("blockiert: Herr X ist krank", "Raum belegt", " Blockiert: Raum belegt."),
        ("blockiert: Herr X ist krank", "läuft", ""),
    ],
    ids=["reply", "command", "without the word", "goes on"],
)
async def test_what_blocks_a_task_is_what_its_message_says_now(
    chat: Chat, typed: str, edited: str, shown: str
):
    task = await chat.says("!aufgabe ich buche", by="henrik")
    said = await chat.says(typed, by="henrik", reply_to=task)
    await chat.answers()
    await chat.edits(said, edited, by="henrik")

    assert await chat.answers() == ["✏️ A1"]
    assert await listed(chat) == [f"A1: ich buche. Henrik.{shown}"]


@pytest.mark.parametrize(
    ("edited", "shown"),
    [
        (
            "!aufgabe A2 blockiert Schlüssel",
            ["A1: ich buche. Henrik.", "A2: ich lade. Henrik. Blockiert: Schlüssel."],
        ),
        ("!aufgabe A1 fertig", ["A2: ich lade. Henrik."]),
        ("!aufgabe A1 bis Freitag", ["A1: ich buche. Henrik, bis Fr, 12. März.", "A2: ich lade. Henrik."]),
        ("!barriere Kein Geld", ["A1: ich buche. Henrik.", "A2: ich lade. Henrik."]),
    ],
    ids=["another task", "done", "a day", "another command"],
)
async def test_message_that_blocked_a_task_says_something_else_now(chat: Chat, edited: str, shown: list[str]):
    for words in ("!aufgabe ich buche", "!aufgabe ich lade"):
        await chat.says(words, by="henrik")
    said = await chat.says("!aufgabe A1 blockiert Geld", by="henrik")
    await chat.edits(said, edited, by="henrik")

    assert sorted(line for line in await listed(chat) if line.startswith("A")) == shown


async def test_the_answer_to_what_blocks_a_task_is_its_message(chat: Chat):
    task = await chat.says("!aufgabe ich buche", by="henrik")
    await chat.says("blockiert", by="henrik", reply_to=task)
    said = await chat.says("Herr X ist krank", by="henrik", reply_to=chat.post("Was blockiert A1?"))
    await chat.redacts(said, by="henrik")

    assert await listed(chat) == ["A1: ich buche. Henrik."]


async def test_somebody_elses_task_is_changed_by_the_moderation_after_a_question(chat: Chat):
    await chat.says("!aufgabe ich buche bis Mo", by="henrik")
    await chat.answers()
    await chat.says("!fertig A1", by="ewa")
    await chat.says("!ändern A1 bis Di", by="jule")
    question = chat.post("A1 hat Henrik")
    before = await listed(chat)
    await chat.reacts(question, by="jule")

    assert before == ["A1: ich buche. Henrik, bis Mo, 15. März."]
    assert await listed(chat) == ["A1: ich buche. Henrik, bis Di, 16. März."]


# --- days ----------------------------------------------------------------------------------------


async def test_a_past_day_is_asked_back_and_a_yes_stores_the_task(chat: Chat):
    await chat.says("!aufgabe Vorlage machen @lina bis 15.2.")
    question = chat.post("Der 15. Februar")
    before = await chat.answers()
    nothing = await listed(chat)
    await chat.reacts(question, by="lina")

    assert before == ["Der 15. Februar ist vorbei. Ist der 15. März 2027 gemeint? Mit 👍 bestätigen."]
    assert nothing == []
    assert await chat.answers() == ["✅ A1", "✎ Gespeichert als A1."]
    assert await listed(chat) == ["A1: Vorlage machen. Lina, bis Mo, 15. März."]


async def test_a_public_holiday_is_kept_and_another_day_proposed(chat: Chat):
    await chat.says("!aufgabe ich rufe an bis 29.3.")
    question = chat.post("Der 29. März")
    before = await chat.answers()
    kept = await listed(chat)
    await chat.reacts(question, by="lina")

    assert before == [
        "✅ A1",
        "Der 29. März ist Ostermontag. Besser Di, 30. März? Mit 👍 ändere ich das Datum.",
    ]
    assert kept == ["A1: ich rufe an. Lina, bis Mo, 29. März."]
    assert await listed(chat) == ["A1: ich rufe an. Lina, bis Di, 30. März."]


async def test_a_day_that_does_not_exist_is_asked_for(chat: Chat):
    await chat.says("!aufgabe Raum buchen bis 31.2.")
    question = chat.post("Diesen Tag gibt es nicht")
    await chat.says("15.3.", reply_to=question)

    assert await listed(chat) == [f"A1: Raum buchen. Bis Mo, 15. März. {OPEN}"]


@pytest.mark.parametrize(
    ("typed", "stands"),
    [
        ("Flyer bis nächste Woche", "A1: Flyer. Bis Fr, 19. März. "),
        ("Flyer bis KW 12", "A1: Flyer. Bis Do, 25. März. "),
        ("Flyer spätestens 12.3.", "A1: Flyer. Bis Fr, 12. März. "),
        ("Flyer am 12.3.", "A1: Flyer. Bis Fr, 12. März. "),
        ("Liste von A bis Z", "A1: Liste von A bis Z. "),
        ("Sprechzeiten bis 18 Uhr prüfen", "A1: Sprechzeiten bis 18 Uhr prüfen. "),
    ],
)
async def test_a_day_is_understood_in_other_words(chat: Chat, typed: str, stands: str):
    await chat.says(f"!aufgabe {typed}")

    assert await chat.answers() == ["✅ A1"]
    assert await listed(chat) == [stands + OPEN]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("Flyer bis zum 18.", "Gespeichert als A1, bis Do, 18. März."),
        ("Flyer bis Montag in einer Woche", "Gespeichert als A1, bis Mo, 22. März."),
        ("Flyer", "Gespeichert als A1."),
    ],
)
async def test_a_receipt_in_words_names_the_day(chat: Chat, words: str, said: str):
    await chat.says("!einstellung bestätigung antwort", by="katrin")
    await chat.answers()
    await chat.says(f"!aufgabe {words}")

    assert await chat.answers() == [said]


async def test_a_day_that_cannot_be_read_is_asked_for_and_the_task_kept(chat: Chat):
    await chat.says("!aufgabe Flyer drucken bis Ostern")
    said = await chat.answers()
    kept = await listed(chat)
    await chat.says("25.3.", reply_to=chat.post("A1 ist notiert"))

    assert said == [
        "✅ A1",
        "A1 ist notiert, noch ohne Termin. Bis wann?"
        " Bitte mit einem Datum antworten, zum Beispiel 15.3. oder: Freitag",
    ]
    assert kept == [f"A1: Flyer drucken bis Ostern. {OPEN}"]
    assert await chat.answers() == ["✏️ A1"]
    assert await listed(chat) == [f"A1: Flyer drucken bis Ostern. Bis Do, 25. März. {OPEN}"]


async def test_a_new_day_that_cannot_be_read_is_asked_for(chat: Chat):
    said = await chat.says("!aufgabe Flyer drucken")
    await chat.answers()
    await chat.says("!aufgabe A1 bis Ostern")
    await chat.says("25.3.", reply_to=chat.post("Bis wann?"))
    asked = await chat.answers()
    stands = await listed(chat)
    await chat.edits(said, "!aufgabe Flyer drucken bis Pfingsten")

    assert asked == [
        "Bis wann? Bitte mit einem Datum antworten, zum Beispiel 15.3. oder: Freitag",
        "✏️ A1",
    ]
    assert stands == [f"A1: Flyer drucken. Bis Do, 25. März. {OPEN}"]
    # Reactions do not wait for messages.
    assert sorted(await chat.answers()) == [
        "A1 ist notiert, noch ohne Termin. Bis wann?"
        " Bitte mit einem Datum antworten, zum Beispiel 15.3. oder: Freitag",
        "✏️ A1",
    ]


# --- edits, undo, deletion -----------------------------------------------------------------------


async def test_editing_the_message_changes_text_day_and_who_is_asked(chat: Chat):
    said = await chat.says("!aufgabe Raum buchen @henrik bis 15.3.", by="katrin")
    await chat.answers()
    await chat.edits(said, "!aufgabe Saal buchen @ewa bis 16.3.", by="katrin")

    changed = [one for one in await chat.answers() if not one.startswith("✗")]
    # Reactions do not wait for messages.
    assert sorted(changed) == [
        "A1: Saal buchen, bis Di, 16. März. Ewa, passt das? Mit 👍 übernehmen. Ohne 👍 bleibt die Aufgabe offen.",
        "✏️ A1",
    ]


async def test_deleting_the_message_withdraws_the_task_and_our_question(chat: Chat):
    said = await chat.says("!aufgabe Raum buchen @henrik bis 15.3.", by="katrin")
    question = chat.post("A1:")
    await chat.answers()
    await chat.redacts(said, by="katrin")

    assert await chat.answers() == [f"✗ {question}"]
    assert await listed(chat) == []
    assert not await chat.stores("Raum buchen")


async def test_undo_gives_a_task_its_earlier_owner_and_day(chat: Chat):
    await chat.says("!aufgabe ich buche bis Mo", by="henrik")
    await chat.says("!ändern A1 Ich buche den Saal bis Di", by="henrik")
    await chat.says("!abgeben A1", by="henrik")
    await chat.answers()
    await chat.says("!rückgängig", by="henrik")
    once = await chat.answers()
    back = await listed(chat)
    await chat.says("!rückgängig", by="henrik")
    twice = await listed(chat)
    await chat.says("!rückgängig", by="henrik")

    assert once == ["Rückgängig gemacht: A1 ist wieder wie vorher."]
    assert back == ["A1: Ich buche den Saal. Henrik, bis Di, 16. März."]
    assert twice == ["A1: ich buche. Henrik, bis Mo, 15. März."]
    assert await listed(chat) == []


async def test_a_task_is_withdrawn_and_brought_back_with_its_question(chat: Chat):
    await ask_henrik(chat)
    await chat.says("!löschen A1", by="katrin")
    await chat.answers()
    await chat.says("!rückgängig", by="katrin")

    assert await chat.answers() == [ASKED, "Rückgängig gemacht: A1 ist wieder auf dem Board."]


# --- seen and exported ---------------------------------------------------------------------------


async def test_a_task_is_shown_with_what_it_is_for_and_found(chat: Chat):
    await chat.says("!barriere Kein Raum")
    await chat.says("!aufgabe Saal buchen zu B1 @henrik bis Fr", by="katrin")
    await chat.answers()
    await chat.says("!zeige A1")
    await chat.says("!zeige B1")
    await chat.says("!suche Saal")

    assert await chat.answers() == [
        "A1, 11. März: Saal buchen\nBis Fr, 12. März. Angefragt, 👍 zum Übernehmen.\nGehört zu: B1"
        "\nVerlauf: 11. März angefragt.",
        "B1, 11. März: Kein Raum\nDazu: A1",
        "1 Eintrag mit „Saal“:\nA1: Saal buchen",
    ]


async def test_the_board_that_is_kept_up_to_date_says_who_does_what(chat: Chat):
    await chat.says("!aufgabe ich backe bis 20.3.", by="ewa")
    await chat.says("!aufgabe ich buche bis Mo", by="henrik")
    await chat.pass_time(seconds=10)

    assert (await chat.boards())[-1].split("\n")[1:7] == [
        "0 Barrieren.",
        "0 Ideen.",
        "2 Aufgaben:",
        "A2: ich buche. Henrik, bis Mo, 15. März.",
        "A1: ich backe. Ewa, bis Sa, 20. März.",
        "0 Entscheidungen.",
    ]


async def test_a_thumb_is_no_support_of_a_task(chat: Chat):
    said = await chat.says("!aufgabe Raum buchen")
    await chat.reacts(said, by="ewa")

    assert await listed(chat) == [f"A1: Raum buchen. {OPEN}"]


# --- for oneself ---------------------------------------------------------------------------------


async def test_ones_own_tasks_are_shown_alone_and_moved(chat: Chat):
    await chat.says("!aufgabe ich backe bis Mo", by="ewa")
    await chat.says("!aufgabe ich buche", by="henrik")
    await chat.says("!aufgabe Raum streichen @ewa", by="katrin")
    await chat.answers()
    await chat.tells("meins", by="ewa")
    own = await chat.answers()
    await chat.tells("A1 bis 22.3.", by="ewa")
    await chat.tells("meins", by="oleks")

    assert own == [
        "Eigene Aufgaben: A1: ich backe, Termin 15. März.\n"
        "Angefragt: A3 Raum streichen. Übernehmen: nehme A3\n"
        "Passt der Termin noch? Neues Datum: A1 bis 22.3. Fertig: fertig A1"
    ]
    assert await chat.answers() == ["✏️ A1", "Hier gibt es keine eigenen Aufgaben. Die offenen: !aufgaben"]
    assert (await listed(chat))[0] == "A1: ich backe. Ewa, bis Mo, 22. März."


async def at(chat: Chat, day: int, hour: int) -> None:
    """Let time go by until then (UTC)."""
    chat.now = datetime(2027, 3, day, hour, 0, tzinfo=UTC)
    await chat.pass_time(seconds=5)


async def test_what_is_due_is_told_once_by_direct_message_on_the_working_day_before(chat: Chat):
    await chat.direct("ewa")
    await chat.direct("henrik")
    await chat.says("!aufgabe ich backe bis Mo", by="ewa")
    await chat.says("!aufgabe ich decke den Tisch bis Mo", by="ewa")
    await chat.says("!aufgabe ich buche bis Mo", by="henrik")
    await chat.tells("pause an", by="henrik")
    await chat.answers()
    await at(chat, 12, 7)
    early = await chat.answers(await chat.direct("ewa"))
    await at(chat, 12, 8)
    told = await chat.answers()
    await at(chat, 15, 8)

    assert early == []
    assert told == [
        "Bald fällig: A1: ich backe, Termin 15. März.\n"
        "A2: ich decke den Tisch, Termin 15. März.\n"
        "Fertig: fertig A1. Anderer Termin: A1 bis 22.3. Abgeben: abgeben A1\n"
        "Keine solchen Nachrichten: pause an"
    ]
    assert await chat.answers() == []


async def test_who_leaves_gives_their_tasks_back_silently(chat: Chat):
    question = await ask_henrik(chat)
    await chat.reacts(question, by="henrik")
    await chat.says("!aufgabe ich streiche", by="henrik")
    await chat.says("!fertig A2", by="henrik")
    await chat.answers()
    await chat.leaves("henrik")

    assert await chat.answers() == [f"✗ {question}"]
    assert await listed(chat) == [f"A1: Raum buchen. Bis Mo, 15. März. {OPEN}", "Fertige Aufgaben: A2."]


async def test_forgetting_somebody_takes_the_name_from_the_tasks(chat: Chat):
    question = await ask_henrik(chat)
    await chat.reacts(question, by="henrik")
    await chat.tells("meinedaten", by="henrik")
    shown = (await chat.answers())[-2]
    await chat.tells("vergissmich", by="henrik")
    await chat.tells("ja", by="henrik")

    assert "\nAufgaben: 1\nA1\n" in shown
    assert await listed(chat) == [f"A1: Raum buchen. Bis Mo, 15. März. {OPEN}"]


async def test_a_task_written_alone_is_shown_in_the_group(chat: Chat):
    await chat.tells("aufgabe ich backe bis Mo", by="ewa")

    assert await chat.answers(GROUP) == ["A1: ich backe, bis Mo, 15. März. Ewa übernimmt."]


async def test_two_groups_have_tasks_of_their_own(chat: Chat):
    other = RoomId("!other:test")
    await chat.found(other, "Andere")
    await chat.says("!aufgabe ich backe", by="ewa", room=other)

    assert await listed(chat) == []


async def test_checkin_says_what_is_due_today(chat: Chat):
    await chat.reacts(await ask_henrik(chat), by="henrik")
    await chat.says("!aufgabe Flyer drucken bis 15.3.", by="katrin")
    await chat.says("!aufgabe Fragen sammeln bis 16.3.", by="katrin")
    chat.now = datetime(2027, 3, 15, 8, 0, tzinfo=UTC)
    await chat.answers()

    await chat.says("!checkin jetzt", by="jule")

    [question] = await chat.answers()
    assert question.split("\n")[1:] == ["Heute fällig: A1 Raum buchen (Henrik), A2 Flyer drucken."]


async def test_checkin_names_each_task_once_before_it_is_due(chat: Chat):
    await chat.says("!checkin an Di Do 9:00", by="jule")
    for day, word in (
        (16, "heute"),
        (17, "Mittwoch"),
        (18, "Donnerstag"),
        (20, "Samstag"),
        (22, "Montag"),
        (23, "Di"),
    ):
        await chat.says(f"!aufgabe ich lese {word} bis {day}.3.", by="ewa")
    named = {}
    for day in (16, 18, 23):
        await chat.answers()
        await at(chat, day, 8)
        named[day] = [
            one.split("\n")[1:] for one in await chat.answers(GROUP) if one.startswith("Guten Morgen")
        ]

    assert named == {
        16: [[
            "Heute fällig: A1 ich lese heute (Ewa).",
            "Bis zum nächsten Check-in fällig: A2 ich lese Mittwoch (Ewa), bis Mi, 17. März.",
        ]],
        18: [[
            "Heute fällig: A3 ich lese Donnerstag (Ewa).",
            "Bis zum nächsten Check-in fällig: A4 ich lese Samstag (Ewa), bis Sa, 20. März."
            " A5 ich lese Montag (Ewa), bis Mo, 22. März.",
        ]],
        23: [["Heute fällig: A6 ich lese Di (Ewa)."]],
    }  # fmt: skip


async def test_checkin_before_a_holiday_names_what_is_due_on_it(chat: Chat):
    """Good Friday and Easter Monday have no check-in."""
    chat.now = datetime(2027, 3, 24, 11, 0, tzinfo=UTC)
    await chat.says("!checkin an Mo-Fr 9:00", by="jule")
    await chat.says("!aufgabe Flyer bis 26.3.", by="katrin")
    await chat.says("!aufgabe Essen bis 29.3.", by="katrin")
    await chat.says("!aufgabe Raum bis 30.3.", by="katrin")
    await chat.answers()

    await at(chat, 25, 8)

    assert chat.homeserver.sent[-1].content["body"].split("\n")[1:] == [
        "Bis zum nächsten Check-in fällig: A1 Flyer, bis Fr, 26. März. A2 Essen, bis Mo, 29. März."
    ]


async def test_own_task_stays_own_when_something_is_asked_back(chat: Chat):
    await chat.says("!barriere Formulare", by="ewa")
    await chat.says("!aufgabe Raum buchen @ich bis 17.3. zu B99", by="ewa")
    await chat.answers()

    await chat.says("B1", by="ewa", reply_to=chat.post("B99 gibt es nicht"))
    await chat.says("!aufgaben", by="ewa")

    assert [one for one in await chat.answers() if "Raum buchen. Ewa" in one] != []


async def test_reminder_that_was_put_off_leaves_nothing_out(chat: Chat):
    await chat.direct("ewa")
    chat.now = datetime(2027, 3, 15, 9, tzinfo=UTC)
    await chat.says("!aufgabe ich buche den Raum bis 17.3.", by="ewa")
    await chat.says("!aufgabe ich hole das Essen bis 18.3.", by="ewa")
    await chat.answers()
    await at(chat, 16, 19)
    await at(chat, 17, 8)
    await at(chat, 17, 9)
    told = [one for one in await chat.answers() if one.startswith("Bald fällig")]

    assert len(told) == 1
    assert "A1: ich buche den Raum" in told[0]
    assert "A2: ich hole das Essen" in told[0]


async def test_task_that_became_due_meanwhile_is_named_once(chat: Chat):
    await chat.direct("ewa")
    await chat.says("!aufgabe ich backe bis Mo 15.3.", by="ewa")
    await chat.says("!aufgabe ich buche den Raum bis Mi 17.3.", by="ewa")
    await chat.answers()
    # Nothing has run since Thursday.
    await at(chat, 16, 8)
    told = await chat.answers()
    await at(chat, 17, 8)

    assert told == [
        "A1 ich backe, Termin war der 15. März. Passt das noch?\n"
        "Bald fällig: A2: ich buche den Raum, Termin 17. März.\n"
        "Fertig: fertig A1. Anderer Termin: A1 bis 23.3. Abgeben: abgeben A1\n"
        "Keine solchen Nachrichten: pause an"
    ]
    assert await chat.answers() == []


async def test_task_that_became_due_meanwhile_is_named_without_another_one(chat: Chat):
    await chat.direct("ewa")
    await chat.says("!aufgabe ich backe bis Mo 15.3.", by="ewa")
    await chat.says("!aufgabe ich decke den Tisch bis Mo 15.3.", by="ewa")
    await chat.says("!fertig A2", by="ewa")
    await chat.answers()
    await at(chat, 16, 8)

    assert (await chat.answers())[0].split("\n")[:2] == [
        "A1 ich backe, Termin war der 15. März. Passt das noch?",
        "Fertig: fertig A1. Anderer Termin: A1 bis 23.3. Abgeben: abgeben A1",
    ]


async def test_task_of_which_the_person_was_reminded_is_not_named_as_missed(chat: Chat):
    await chat.direct("ewa")
    await chat.says("!aufgabe ich backe bis Di 16.3.", by="ewa")
    await chat.says("!aufgabe ich buche den Raum bis Mi 17.3.", by="ewa")
    await at(chat, 15, 8)
    await chat.answers()
    # The reminder of Tuesday is kept on Wednesday.
    await at(chat, 17, 8)

    assert (await chat.answers())[0].split("\n")[:2] == [
        "Bald fällig: A2: ich buche den Raum, Termin 17. März.",
        "Fertig: fertig A2. Anderer Termin: A2 bis 24.3. Abgeben: abgeben A2",
    ]

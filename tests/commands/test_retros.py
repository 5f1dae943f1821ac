# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Retros: cards by any door, shown to nobody before the reveal, a vote, tasks; the next one begins with those."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from method.digests import Letter, Line, Part, Source, layout
from method.ids import GroupId, RoomId
from storage import facts, groups
from storage.tables import poll_options, retro_cards
from tests.chat import CAST, GROUP, Chat

OTHER = RoomId("!other:test")

ASKED = (
    "Rückschau (Retro). Drei Fragen: Was lief gut? Was war schwierig? Was probieren wir aus? "
    "Antwort auf diese Nachricht oder per Direktnachricht, "
    "zum Beispiel: gut: Die Kinderbetreuung hat geklappt. "
    "Ich zeige keine Namen. Abstimmung am Mo, 22. März, 9:30."
)
REVEALED = (
    "Rückschau (Retro). Das sind die Karten, ohne Namen.\n"
    "Was lief gut?\n"
    "- Die Kinderbetreuung hat geklappt\n"
    "Was war schwierig?\n"
    "- zu viele Räume\n"
    "Was probieren wir aus?\n"
    "- 15 Minuten statt 10\n"
    "- Firmen vorher briefen (2 Karten)\n"
    "Abstimmung: U1, bis Mi, 24. März, 12:00."
)
POLL = (
    "U1: Was gehen wir als Erstes an?\n"
    "1: zu viele Räume\n"
    "2: 15 Minuten statt 10\n"
    "3: Firmen vorher briefen\n"
    "Zwei Punkte pro Person. Ende: Mi, 24. März, 12:00.\n"
    "Die Zahlen unter dieser Nachricht antippen. Oder: !stimme U1 1 3"
)
RESULT = (
    "Am meisten Punkte: Firmen vorher briefen (2), 15 Minuten statt 10 (1).\n"
    "Zum Kopieren: !aufgabe Firmen vorher briefen bis 30.3.\n"
    "Zum Kopieren: !aufgabe 15 Minuten statt 10 bis 30.3.\n"
    "Oder 🙋 auf diese Nachricht: Die erste freie Zeile wird zur eigenen Aufgabe.\n"
    "1 Karte ohne Punkt kommt beim nächsten Mal wieder."
)
NONE = (
    "Gerade läuft keine Rückschau (Retro). Beginnen kann die Moderation: !retro start\n"
    "Andere Fragen: !retro start segelboot, start-stop-continue oder 4l."
)
BOX = "Karten für die nächste, auch per Direktnachricht: retro schwierig und dann der Text."
MODERATION = "Das macht in dieser Gruppe die Moderation. Moderation sind: Jule, Katrin."
ALL_AT_ONCE = "Am Mo, 22. März, 9:30 decke ich alle Karten gleichzeitig auf."
CANCELLED = "Die Rückschau ist abgebrochen. Die Karten warten auf die nächste."


def berlin(day: int, hour: int, minute: int = 0) -> datetime:
    """Return a moment of March 2027, winter time until the 28th."""
    return datetime(2027, 3, day, hour - (1 if day < 28 else 2), minute, tzinfo=UTC)


async def at(chat: Chat, day: int, hour: int, minute: int = 0) -> list[str]:
    chat.now = berlin(day, hour, minute)
    await chat.pass_time()
    return await chat.answers()


async def said(chat: Chat, words: str, by: str = "jule") -> list[str]:
    await chat.answers()
    await chat.says(words, by=by)
    return await chat.answers()


async def told(chat: Chat, words: str, by: str = "lina") -> list[str]:
    await chat.direct(by)
    await chat.answers()
    await chat.tells(words, by=by)
    return await chat.answers()


async def cards(chat: Chat) -> list[str]:
    async with chat.db.reading() as db:
        return list(await db.scalars(select(retro_cards.c.text).order_by(retro_cards.c.id)))


@pytest.fixture
async def begun(chat: Chat) -> Chat:
    """Return a group that has begun a retro: it is Thursday, 10:00."""
    chat.now = berlin(18, 10)
    assert await said(chat, "!retro start") == [ASKED]
    return chat


@pytest.fixture
async def filled(begun: Chat) -> Chat:
    """Return the group after cards by every door."""
    post = begun.post("Rückschau (Retro).")
    await begun.says("gut: Die Kinderbetreuung hat geklappt.", by="ewa", thread=post)
    await begun.says("ausprobieren: 15 Minuten statt 10", by="henrik", reply_to=post)
    await begun.says("!retro ausprobieren Firmen vorher briefen", by="murat")
    await begun.answers()
    assert await told(begun, "schwierig: zu viele Räume", by="oleks") == ["✅"]
    assert await told(begun, "retro ausprobieren firmen vorher briefen!", by="lina") == ["✅"]
    return begun


@pytest.fixture
async def voting(filled: Chat) -> Chat:
    """Return the group after the reveal."""
    assert (await at(filled, 22, 9, 30))[:2] == [f"✎ {REVEALED}", POLL]
    return filled


@pytest.fixture
async def ended(voting: Chat) -> Chat:
    """Return the group after the vote."""
    poll = voting.post("U1:")
    for person, sign in (("ewa", "3\ufe0f\u20e3"), ("henrik", "2\ufe0f\u20e3")):
        await voting.reacts(poll, sign, by=person)
    await voting.tells("stimme U1 3", by="lina")
    assert await at(voting, 24, 11, 59) == ["✅ U1"]
    assert await at(voting, 24, 12) == [RESULT]
    return voting


# --- the whole of it -----------------------------------------------------------------------------


async def test_cards_are_revealed_at_once_voted_on_and_become_tasks(ended: Chat):
    """As the vocabulary has it: revealed on the 22nd at 9:30, the vote ends on the 24th at noon."""
    await ended.reacts(ended.post("Am meisten Punkte"), "🙋", by="henrik")
    taken = await ended.answers()
    copied = await said(ended, "!aufgabe 15 Minuten statt 10 bis 30.3.", by="katrin")
    none_left = await ended.reacts(ended.post("Am meisten Punkte"), "🙋", by="ewa")

    assert taken == ["A1: Firmen vorher briefen, bis Di, 30. März. Henrik übernimmt."]
    assert copied == ["✅ A2"]
    assert none_left
    assert await ended.answers() == []


async def test_next_retro_begins_with_what_became_of_the_last_one(ended: Chat):
    await ended.reacts(ended.post("Am meisten Punkte"), "🙋", by="henrik")
    await ended.says("!aufgabe 15 Minuten statt 10 bis 30.3.", by="katrin")
    await ended.says("!fertig A1", by="henrik")
    begun = await said(ended, "!retro start")
    await ended.says("!retro schwierig Parkplätze fehlten", by="ewa")
    await ended.answers()
    revealed = await at(ended, 30, 9, 30)

    assert begun == [
        "Rückschau (Retro). Zuerst, was aus der letzten wurde:\n"
        "A1 Firmen vorher briefen: fertig.\n"
        "A2 15 Minuten statt 10: offen, bis Di, 30. März.\n"
        "Noch nicht besprochen: zu viele Räume.\n"
        + ASKED.removeprefix("Rückschau (Retro). ").replace("Mo, 22. März", "Di, 30. März")
    ]
    assert revealed == [
        "✎ Rückschau (Retro). Das sind die Karten, ohne Namen.\n"
        "Was war schwierig?\n"
        "- Parkplätze fehlten\n"
        "- zu viele Räume (aus Rückschau 1)\n"
        "Zum Kopieren: !aufgabe Parkplätze fehlten bis 6.4.\n"
        "Zum Kopieren: !aufgabe zu viele Räume bis 6.4.\n"
        "Oder 🙋 auf diese Nachricht: Die erste freie Zeile wird zur eigenen Aufgabe."
    ]


async def test_dropped_action_is_called_that_and_its_line_is_free_again(ended: Chat):
    hand = await ended.reacts(ended.post("Am meisten Punkte"), "🙋", by="henrik")
    await ended.redacts(hand, by="henrik")
    await ended.answers()
    await ended.reacts(ended.post("Am meisten Punkte"), "🙋🏽\u200d♀️", by="lina")
    again = await ended.answers()
    shown = (await said(ended, "!retro", by="lina"))[0].split("\n")

    assert again == ["A2: Firmen vorher briefen, bis Di, 30. März. Lina übernimmt."]
    assert shown[3:] == [
        "A1 ist vom Tisch.",
        "A2 Firmen vorher briefen: offen, bis Di, 30. März.",
        "Noch nicht besprochen: zu viele Räume.",
    ]


# --- before the reveal ---------------------------------------------------------------------------


async def test_nobody_is_shown_a_card_before_the_reveal(filled: Chat):
    await filled.answers()
    shown = [
        await said(filled, words, by="katrin") for words in ("!retro", "!wo", "!board", "!termine", "!stand")
    ]
    await at(filled, 22, 9, 29)

    everything = "\n".join(str(sent.content) for sent in filled.homeserver.sent)
    assert [words for words in await cards(filled) if words in everything] == [
        # The example that everybody reads.
        "Die Kinderbetreuung hat geklappt."
    ]
    assert shown[0] == [
        f"{ALL_AT_ONCE}\nDrei Fragen: Was lief gut? Was war schwierig? Was probieren wir aus?\n"
        "Antwort dort oder per Direktnachricht: retro schwierig und dann der Text."
    ]
    assert "Die Rückschau sammelt Karten bis Mo, 22. März, 9:30. Mehr zeigt !retro." in shown[1][0]
    assert shown[3] == [
        "Das kommt als Nächstes:\nFr, 19. März, 13:00: Wochenbrief.\nMo, 22. März, 9:30: Abstimmung zur Rückschau."
    ]


@pytest.mark.parametrize("words", ["aufdecken", "jetzt", "ende", "reveal"])
async def test_nobody_can_reveal_earlier(filled: Chat, words: str):
    refused = f"{ALL_AT_ONCE} Früher geht das nicht, für niemanden."
    again = f"Es läuft immer nur eine Rückschau. {ALL_AT_ONCE}"

    assert await said(filled, f"!retro {words}", by="katrin") == [refused]
    assert await said(filled, "!retro start bis heute 12:00", by="katrin") == [again]
    assert await at(filled, 22, 9, 29) == []


async def test_other_settings_and_a_clock_that_steps_never_reveal_earlier_or_twice(filled: Chat):
    for words in (
        "!einstellung land bayern",
        "!einstellung zeiten 7-20",
        "!einstellung zeitzone Europe/London",
    ):
        await filled.says(words, by="katrin")
    await at(filled, 19, 9, 30)
    planned = await said(filled, "!termine")
    early = await at(filled, 22, 9, 30)
    # Half past nine in London.
    revealed = await at(filled, 22, 10, 30)
    back = await at(filled, 22, 10, 25)
    again = await at(filled, 22, 10, 30)

    assert planned == [
        "Das kommt als Nächstes:\nFr, 19. März, 13:00: Wochenbrief.\nMo, 22. März, 9:30: Abstimmung zur Rückschau."
    ]
    assert [len([words for words in found if words.startswith("✎")]) for found in (early, revealed, back, again)] == [
        0, 1, 0, 0,
    ]  # fmt: skip


async def test_box_is_open_without_a_retro_and_its_cards_wait(chat: Chat):
    chat.now = berlin(17, 10)
    waits = await told(chat, "schwierig: zu viele Räume", by="oleks")
    in_room = await said(chat, "!retro gut Das Essen", by="ewa")
    chat.now = berlin(18, 10)
    await chat.says("!retro start", by="jule")
    await chat.answers()

    assert waits == in_room == ["Gespeichert für die nächste Rückschau."]
    assert (await at(chat, 22, 9, 30))[0].split("\n")[1:5] == [
        "Was lief gut?", "- Das Essen", "Was war schwierig?", "- zu viele Räume",
    ]  # fmt: skip


@pytest.mark.parametrize("words", ["bis Fr 12:00", "verschieben bis Fr 12:00", "aus"])
async def test_what_shall_steer_a_retro_becomes_no_card(begun: Chat, words: str):
    assert await said(begun, f"!retro {words}") == [
        "Das ist keine Karte geworden. Rückschau beginnen: !retro start bis Mo 9:30."
        " Beenden: !retro abbrechen. Die Zeit einer laufenden bleibt."
        " Doch eine Karte? Dann: !retro schwierig und dann der Text."
    ]
    assert await cards(begun) == []


async def test_card_after_the_reveal_is_for_the_next_retro(voting: Chat):
    await voting.says("schwierig: zu spät", by="ewa", reply_to=voting.post("Rückschau"))

    assert await voting.answers() == ["Gespeichert für die nächste Rückschau."]


async def test_what_people_say_to_each_other_in_the_thread_is_no_card(begun: Chat):
    post = begun.post("Rückschau")
    first = await begun.says("Das Essen", by="ewa", thread=post)
    relation = {"rel_type": "m.thread", "event_id": post, "is_falling_back": False}
    content = {
        "msgtype": "m.text", "body": "Stimmt", "m.mentions": {},
        "m.relates_to": {**relation, "m.in_reply_to": {"event_id": first}},
    }  # fmt: skip
    await begun.sends("m.room.message", content, by="lina")

    assert await cards(begun) == ["Das Essen"]


async def test_edit_and_deletion_of_the_message_follow(begun: Chat):
    post = begun.post("Rückschau")
    answer = await begun.says("gut: Essen. schwierig: Räume", by="ewa", thread=post)
    private = await begun.tells("schwierig: Lärm", by="oleks")
    await begun.answers()
    await begun.edits(answer, "gut: Das Essen", by="ewa")
    changed = (await begun.answers(), await cards(begun))
    await begun.redacts(private, by="oleks", room=await begun.direct("oleks"))

    assert changed == (["✏️ Retro"], ["Lärm", "Das Essen"])
    assert await cards(begun) == ["Das Essen"]
    assert not await begun.stores("Lärm")


async def test_what_belongs_on_the_card_is_asked_for(begun: Chat):
    asked = await told(begun, "retro schwierig", by="oleks")
    await begun.tells("zu viele Räume", by="oleks")
    shown = await told(begun, "retro", by="ewa")
    await begun.tells("gut: Das Essen", by="ewa")

    assert asked == ["Was soll auf der Karte stehen? Einfach auf diese Nachricht antworten."]
    assert shown[0].split("\n")[-1] == "Die Antwort einfach hier schreiben."
    assert await cards(begun) == ["zu viele Räume", "Das Essen"]


# --- beginning and cancelling --------------------------------------------------------------------


async def test_only_the_moderation_begins_and_cancels(chat: Chat):
    chat.now = berlin(18, 10)

    assert await said(chat, "!retro", by="lina") == [f"{NONE}\n{BOX}"]
    assert await said(chat, "!retro start", by="lina") == [MODERATION]
    assert await said(chat, "!retro abbrechen", by="lina") == [MODERATION]
    assert await said(chat, "!retro abbrechen", by="jule") == [NONE]


@pytest.mark.parametrize(
    ("typed", "asks", "example"),
    [
        ("segelboot bis Di 23.3. 10:00", "Vier Fragen: Wind: Was treibt uns an? Anker: Was bremst uns? "
         "Riff: Was ist riskant? Insel: Wo wollen wir hin?", "Anker: zu viele Räume"),
        ("Start-Stop-Continue bis 23.3. 10 Uhr", "Drei Fragen: Womit fangen wir an? Womit hören wir auf? "
         "Was behalten wir bei?", "aufhören: zu viele Räume"),
        ("4L bis 2027-03-23 10:00", "Vier Fragen: Was hat uns gefallen? Was haben wir gelernt? Was hat gefehlt? "
         "Was wünschen wir uns?", "gefehlt: ein größerer Raum"),
    ],
)  # fmt: skip
async def test_other_forms_and_another_moment(chat: Chat, typed: str, asks: str, example: str):
    chat.now = berlin(18, 10)

    assert await said(chat, f"!retro start {typed}") == [
        f"Rückschau (Retro). {asks} Antwort auf diese Nachricht oder per Direktnachricht, "
        f"zum Beispiel: {example}. Ich zeige keine Namen. Abstimmung am Di, 23. März, 10:00."
    ]


async def test_card_of_another_form_stands_where_it_belongs(chat: Chat):
    chat.now = berlin(18, 10)
    await chat.tells("schwierig: zu viele Räume", by="oleks")
    await chat.says("!retro start segelboot", by="jule")
    await chat.says("!retro wind Das Essen", by="ewa")
    await chat.answers()

    assert (await at(chat, 22, 9, 30))[0].split("\n")[1:5] == [
        "Wind: Was treibt uns an?", "- Das Essen", "Anker: Was bremst uns?", "- zu viele Räume",
    ]  # fmt: skip


async def test_moment_that_cannot_be_meant_is_asked_back(chat: Chat):
    chat.now = berlin(18, 10)
    soon = await said(chat, "!retro start bis heute 10:30")
    nonsense = await said(chat, "!retro start irgendwann mal")
    holiday = await said(chat, "!retro start bis Mo 29.3. 9:30")
    await chat.reacts(chat.post("Der 29. März"), by="jule")

    assert soon == [
        "Alle sollen Zeit für eine Antwort haben: mindestens eine Stunde, höchstens 100 Tage. "
        "Einfach Tag und Uhrzeit antworten, zum Beispiel: Mo 9:30"
    ]
    assert nonsense == ["Das verstehe ich nicht: irgendwann mal. Beispiel: !retro start bis Mo 9:30"]
    assert holiday == ["Der 29. März ist Ostermontag. Besser Di, 30. März? Mit 👍 ändere ich das Datum."]
    assert await chat.answers() == [
        ASKED.replace("Mo, 22. März", "Di, 30. März"),
        "✎ Am Di, 30. März, 9:30 decke ich alle Karten gleichzeitig auf.",
    ]


async def test_cancelling_keeps_the_cards_and_can_be_taken_back(filled: Chat):
    cancelled = await said(filled, "!retro abbrechen")
    undone = await said(filled, "!rückgängig")

    assert cancelled == [f"✎ {CANCELLED}", CANCELLED]
    assert undone == [f"✎ {ASKED}", f"Rückgängig gemacht. {ALL_AT_ONCE}"]
    assert (await at(filled, 22, 9, 30))[0] == f"✎ {REVEALED}"


async def test_beginning_is_taken_back_by_undo_and_by_deleting_the_message(chat: Chat):
    chat.now = berlin(18, 10)
    await chat.says("!retro start", by="jule")
    first = chat.post("Rückschau")
    undone = await said(chat, "!rückgängig")
    begins = await chat.says("!retro start", by="jule")
    second = chat.post("Rückschau")
    kept = await chat.edits(begins, "!retro start bis 24.3. 10:00", by="jule") and await chat.answers()
    await chat.redacts(begins, by="jule")

    assert sorted(undone) == [
        "Rückgängig gemacht: Die Rückschau ist zurückgezogen. Die Karten warten auf die nächste.", f"✗ {first}",
    ]  # fmt: skip
    assert kept[-1] == "Die Rückschau bleibt so. Beenden: !retro abbrechen. Dann neu beginnen."
    assert await chat.answers() == [f"✗ {second}"]
    assert await at(chat, 22, 9, 30) == []


# --- the reveal ----------------------------------------------------------------------------------


async def test_no_cards_is_one_sentence(begun: Chat):
    assert await at(begun, 22, 9, 30) == [
        "✎ Rückschau (Retro): Es gibt keine Karten, also auch keine Abstimmung."
    ]
    assert await said(begun, "!retro") == [f"{NONE}\n{BOX}"]


async def test_up_to_two_topics_need_no_vote_and_a_hand_takes_the_line(begun: Chat):
    await begun.tells("ausprobieren: Firmen vorher briefen", by="lina")
    await begun.tells("gut: Das Essen", by="ewa")
    await begun.answers()
    revealed = await at(begun, 22, 9, 30)
    await begun.reacts(begun.post("Rückschau"), "🙋", by="henrik")

    assert revealed == [
        "✎ Rückschau (Retro). Das sind die Karten, ohne Namen.\n"
        "Was lief gut?\n- Das Essen\nWas probieren wir aus?\n- Firmen vorher briefen\n"
        "Zum Kopieren: !aufgabe Firmen vorher briefen bis 30.3.\n"
        "Oder 🙋 auf diese Nachricht: Die erste freie Zeile wird zur eigenen Aufgabe."
    ]
    assert await begun.answers() == ["A1: Firmen vorher briefen, bis Di, 30. März. Henrik übernimmt."]


async def test_nobody_votes_and_all_cards_come_up_again(voting: Chat):
    assert await at(voting, 24, 12) == [
        "U1 ist zu Ende. Es gab keine Stimme.\n4 Karten ohne Punkt kommen beim nächsten Mal wieder."
    ]


async def test_reveal_four_hours_late_still_happens(filled: Chat):
    assert (await at(filled, 22, 13, 30))[0] == f"✎ {REVEALED}"


async def test_later_than_that_it_moves_to_the_next_working_day_and_is_named(filled: Chat):
    late = await at(filled, 22, 13, 31)
    revealed = await at(filled, 23, 9, 30)

    assert late == [f"✎ {ASKED.replace('Mo, 22. März', 'Di, 23. März')}"]
    assert revealed[0].split("\n")[-2:] == [
        "Am Mo, 22. März, 9:30 konnte ich die Karten nicht aufdecken.",
        "Abstimmung: U1, bis Do, 25. März, 12:00.",
    ]


async def test_of_several_missed_moments_only_the_newest_counts(filled: Chat):
    revealed = await at(filled, 25, 10)

    assert len([words for words in revealed if words.startswith("✎")]) == 1
    assert revealed[0].split("\n")[-2:] == [
        "Am Mi, 24. März, 9:30 konnte ich die Karten nicht aufdecken.",
        "Abstimmung: U1, bis Mi, 31. März, 12:00.",
    ]
    # The weekly letter came.
    assert [words for words in await at(filled, 26, 9, 30) if "✎" in words] == []


async def test_cards_are_said_anew_where_the_post_was_deleted(filled: Chat):
    await filled.redacts(filled.post("Rückschau"), by="katrin")
    await filled.answers()

    assert (await at(filled, 22, 9, 30))[0] == REVEALED


async def test_retro_goes_on_in_the_room_that_replaced_the_old_one(filled: Chat):
    create = {"room_version": "10", "predecessor": {"room_id": GROUP, "event_id": "$tombstone"}}
    await filled.sends("m.room.tombstone", {"replacement_room": OTHER}, by="katrin", state_key="")
    state = filled.room_state("Anerkannt und doch ohne Job", CAST)
    state[0] = filled.event("m.room.create", create, by="katrin", state_key="")
    await filled.answers()
    await filled.syncs({"join": {OTHER: {"state": {"events": state}}}})
    asked = await filled.answers(OTHER)
    await filled.says("schwierig: Parkplätze", by="ewa", reply_to=filled.post("Rückschau"), room=OTHER)

    assert asked[1:] == [ASKED]
    assert (await at(filled, 22, 9, 30))[1].split("\n")[3:6] == [
        "Was war schwierig?", "- Parkplätze", "- zu viele Räume",
    ]  # fmt: skip


async def test_moderation_can_end_the_vote_early(voting: Chat):
    await voting.reacts(voting.post("U1:"), "3\ufe0f\u20e3", by="ewa")
    await voting.says("!retro abbrechen", by="jule")
    refused = await voting.answers()
    await voting.says("!umfrage ende U1", by="jule")

    assert refused == [
        "Die Karten sind aufgedeckt. Die Abstimmung U1 läuft bis Mi, 24. März, 12:00."
        " Beenden kann die Moderation: !umfrage ende"
    ]
    assert (await voting.answers())[0].split("\n")[:2] == [
        "Am meisten Punkte: Firmen vorher briefen (1).",
        "Zum Kopieren: !aufgabe Firmen vorher briefen bis 30.3.",
    ]
    assert await said(voting, "!retro start") == [
        "Rückschau (Retro). Zuerst, was aus der letzten wurde:\n"
        "Noch nicht besprochen: 15 Minuten statt 10; zu viele Räume.\n"
        + ASKED.removeprefix("Rückschau (Retro). ").replace("Mo, 22. März", "Mi, 24. März")
    ]


async def test_card_deleted_after_the_result_is_gone_from_the_result_too(filled: Chat):
    card = await filled.tells("ausprobieren: Essen für alle bestellen", by="oleks")
    await at(filled, 22, 9, 30)
    await filled.reacts(filled.post("U1:"), "3\ufe0f\u20e3", by="ewa")
    before = await at(filled, 24, 12)
    await filled.redacts(card, by="oleks", room=await filled.direct("oleks"))
    after = [words for words in await filled.answers() if words.startswith("✎")]

    assert before[0].split("\n")[0] == "Am meisten Punkte: Essen für alle bestellen (1)."
    assert len(after) == 3
    assert "Essen" not in "".join(after)
    assert not await filled.stores("Essen für alle")


async def test_revealed_card_stays_and_a_deleted_one_is_gone_everywhere(filled: Chat):
    card = await filled.tells("schwierig: Lärm im Flur", by="oleks")
    await at(filled, 22, 9, 30)
    room = await filled.direct("oleks")
    await filled.edits(card, "schwierig: Etwas anderes", by="oleks", room=room)
    refused = await filled.answers()
    await filled.redacts(card, by="oleks", room=room)

    assert refused == [
        "Die Karten sind aufgedeckt und bleiben so. Zurücknehmen: die eigene Nachricht löschen."
    ]
    assert await filled.answers() == [
        "✎ " + POLL.replace("1: zu viele Räume\n", "1: zurückgezogene Antwort\n2: zu viele Räume\n")
        .replace("2: 15", "3: 15").replace("3: Firmen", "4: Firmen"),
        f"✎ {REVEALED}",
    ]  # fmt: skip
    assert not await filled.stores("Lärm im Flur")


async def test_forgetting_takes_the_cards_and_the_summary_follows(voting: Chat):
    found = "\n".join(await told(voting, "meinedaten", by="oleks"))
    await voting.tells("vergissmich", by="oleks")
    await voting.answers()
    await voting.tells("JA", by="oleks")

    assert "Karten für Rückschauen: 1\nzu viele Räume\n" in found
    assert f"✎ {REVEALED}".replace("Was war schwierig?\n- zu viele Räume\n", "") in await voting.answers()
    assert "zu viele Räume" not in await cards(voting)


async def test_card_of_whoever_leaves_is_revealed_and_nothing_leads_to_them(filled: Chat):
    await filled.leaves("oleks")

    async with filled.db.reading() as db:
        query = select(retro_cards.c.person_id, retro_cards.c.source_event_id)
        [row] = (await db.execute(query.where(retro_cards.c.text == "zu viele Räume"))).all()
    assert (row.person_id, row.source_event_id.startswith("forgotten:")) == (None, True)
    assert (await at(filled, 22, 9, 30))[0] == f"✎ {REVEALED}"


async def test_cards_go_thirty_days_after_the_end_in_the_poll_too(ended: Chat):
    async def words() -> list[str | None]:
        async with ended.db.reading() as db:
            return list(await db.scalars(select(poll_options.c.text).order_by(poll_options.c.position)))

    ended.now = berlin(24, 12) + timedelta(days=29)
    await ended.pass_time()
    kept = (len(await cards(ended)), await words())
    await ended.pass_time(days=2)

    assert kept == (6, ["zu viele Räume", "15 Minuten statt 10", "Firmen vorher briefen"])
    assert (await cards(ended), await words()) == ([], [None, None, None])


# --- where else it is told -----------------------------------------------------------------------


async def test_retro_after_a_sprint_is_a_real_one(chat: Chat):
    chat.now = berlin(9, 9)
    await chat.says("!sprint start bis 19.3. Ziel: Ein Matching-Format ist getestet", by="jule")
    await chat.tells("schwierig: zu viele Räume", by="oleks")
    await at(chat, 19, 17)
    begun = await at(chat, 22, 9, 30)
    revealed = await at(chat, 24, 9, 30)

    asked = ASKED.replace("Rückschau (Retro).", "Rückschau (Retro) auf Sprint 1.")
    assert begun[-1] == asked.replace("Mo, 22. März", "Mi, 24. März")
    assert revealed[0].split("\n")[1:3] == ["Was war schwierig?", "- zu viele Räume"]


async def test_retro_that_runs_takes_the_cards_of_the_sprint(filled: Chat):
    await filled.says("!sprint start bis 19.3. Ziel: Getestet", by="jule")
    await at(filled, 19, 17)

    assert (await at(filled, 22, 9, 30))[0] == f"✎ {REVEALED}"


async def test_letter_tells_the_questions_and_the_date(filled: Chat):
    await filled.says("!barriere Formular nur auf Papier", by="ewa")
    await filled.answers()
    await filled.says("!wochenbrief jetzt", by="jule")
    letter = (await filled.answers(GROUP))[0].split("\n")

    assert [line for line in letter if "Rückschau" in line] == [
        "Rückschau (Retro): Was lief gut? Was war schwierig? Was probieren wir aus?"
        " Antworten bis Mo, 22. März, 9:30. Per Direktnachricht: retro schwierig und dann der Text.",
        "Mo, 22. März, 9:30: Abstimmung zur Rückschau.",
    ]
    assert "zu viele Räume" not in "\n".join(letter)


@pytest.mark.parametrize(
    ("words", "card"),
    [
        ("neue Moderation jedes Mal", "neue Moderation jedes Mal"),
        ("beginnen: mehr Pausen", "mehr Pausen"),
        ("beginnen jede Woche zu früh", "jede Woche zu früh"),
    ],
)
async def test_card_that_sounds_like_a_beginning_is_a_card(begun: Chat, words: str, card: str):
    assert await said(begun, f"!retro {words}", by="lina") == ["✅"]
    assert await cards(begun) == [card]


async def test_what_cannot_be_shown_whole_is_not_taken(begun: Chat):
    listed = "\n".join(f"- Karte {number}" for number in range(21))
    assert await said(begun, f"!retro\n{listed}", by="lina") == ["Das sind 21 Karten. Auf einmal gehen 20."]
    long = await said(begun, f"!retro schwierig {'a' * 201}", by="lina")
    assert long == ["Das sind 201 Zeichen. Möglich sind 200. Kürzer schreiben."]
    assert await cards(begun) == []


async def test_card_that_waits_is_gone_from_the_next_retro_when_it_is_deleted(chat: Chat):
    chat.now = berlin(18, 10)
    await said(chat, "!retro start")
    message = await chat.says("!retro schwierig zu viele Räume", by="oleks")
    for number in range(3):
        await chat.says(f"!retro ausprobieren Vorschlag {number}{'xyz'[number] * 9}", by="lina")
    await at(chat, 22, 9, 30)
    await at(chat, 24, 12)
    [begun] = await said(chat, "!retro start")
    assert "zu viele Räume" in begun

    await chat.redacts(message, by="oleks")

    edits = [one for one in await chat.answers() if one.startswith("✎ Rückschau (Retro).")]
    assert edits != []
    assert [one for one in edits if "zu viele Räume" in one] == []


async def test_retro_of_a_sprint_waits_for_the_vote_of_another(voting: Chat):
    await said(voting, "!sprint start bis 22.3. Ziel: x")
    await at(voting, 22, 17)

    assert [one for one in await at(voting, 23, 9, 30) if one.startswith("Rückschau")] == []
    await at(voting, 24, 12)
    assert [
        one for one in await at(voting, 24, 12, 5) if one.startswith("Rückschau (Retro) auf Sprint 1.")
    ] != []


async def test_file_of_the_letter_has_no_cards(voting: Chat):
    await said(voting, "!stimme U1 3", by="lina")
    await at(voting, 24, 12)
    async with voting.db.reading() as db:
        known = await facts.of_group(db, await groups.get(db, GroupId(1)))
    lines = (Line(Part.HAPPENED, Source.RESULT, next(iter(known.polls))),)
    letter = Letter(1, voting.now, lines)

    assert "Firmen" in str(layout.room(letter, known, attached=False).render("de"))
    assert "Firmen" not in str(layout.document(letter, known, "de"))


async def test_a_heading_that_is_a_command_too_is_a_card_where_one_was_asked_for(chat: Chat):
    chat.now = berlin(18, 10)
    await said(chat, "!retro start start-stop-continue")
    await told(chat, "retro", by="lina")

    assert await told(chat, "Start: pair work", by="lina") == ["✅"]
    assert await cards(chat) == ["pair work"]


async def test_the_post_says_when_the_cards_are_revealed_after_a_holiday_has_moved_it(chat: Chat):
    chat.now = datetime(2027, 10, 25, 8, tzinfo=UTC)
    await chat.says("!retro start bis Mo 1.11. 9:30", by="katrin")
    first = chat.homeserver.sent[-1].content["body"]
    await chat.answers()
    await chat.says("!einstellung land Bayern", by="katrin")

    [edit] = [words for words in await chat.answers() if words.startswith("✎")]
    assert "Mo, 1. November, 9:30" in str(first)
    assert edit == f"✎ {first}".replace("Mo, 1. November, 9:30", "Di, 2. November, 9:30")
    await chat.says("!einstellung land Bayern", by="katrin")
    assert [words for words in await chat.answers() if words.startswith("✎")] == []


@pytest.mark.parametrize(("by", "is_left"), [("ewa", False), ("henrik", True)], ids=["own", "somebody's"])
async def test_a_task_of_a_card_goes_with_it_unless_somebody_else_has_taken_it(
    chat: Chat, by: str, is_left: bool
):
    await chat.says("!retro start bis Fr 26.2. 10:00", by="katrin")
    card = await chat.says("ausprobieren: Kanarienvogel fragen", by="ewa", reply_to=chat.post("Rückschau"))
    chat.now = datetime(2027, 2, 26, 9, 0, 5, tzinfo=UTC)
    await chat.pass_time(seconds=1)
    await chat.reacts(chat.post("Rückschau"), "🙋", by=by)
    task = chat.post("A1: Kanarienvogel fragen")
    await chat.answers()
    await chat.redacts(card, by="ewa")

    assert (f"✗ {task}" in await chat.answers()) is not is_left
    await chat.says("!aufgaben")
    assert ("Kanarienvogel" in (await chat.answers())[-1]) is is_left

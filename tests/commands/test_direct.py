# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The same in a direct message: without "!", for the group that is meant."""

from __future__ import annotations

import pytest

from method.ids import EventId, RoomId
from tests.chat import GROUP, Chat

OTHER = RoomId("!other:test")
WHICH = """\
Welche Gruppe ist gemeint? Bitte einfach mit der Nummer antworten. Später wechseln: „gruppe“
1: Andere Gruppe
2: Anerkannt und doch ohne Job"""


async def test_an_item_from_a_direct_message_appears_in_the_group(chat: Chat):
    await chat.tells("barriere Privat gesagt #leise", by="ewa")

    assert await chat.answers(GROUP) == ["B1: Privat gesagt"]
    await chat.tells("Hürde: Noch etwas", by="ewa")
    assert await chat.answers() == ["✅ B2", "B2: Noch etwas"]


async def test_talk_in_a_direct_message_is_not_stored(chat: Chat):
    await chat.tells("Guten Tag, bist du da?", by="ewa")

    assert await chat.answers(GROUP) == []
    await chat.says("!board")
    assert "Guten" not in "".join(await chat.answers())


async def test_with_several_groups_it_asks_once(chat: Chat):
    await chat.found(OTHER, "Andere Gruppe", {"katrin": 100, "ewa": 0})
    await chat.answers()

    await chat.tells("barriere Privat gesagt", by="ewa")
    assert await chat.answers() == [WHICH]

    await chat.tells("2", by="ewa")
    await chat.tells("barriere Noch etwas", by="ewa")

    assert await chat.answers(OTHER) == []
    await chat.says("!board barrieren")
    assert (await chat.answers())[-1].split("\n")[1:] == ["B1: Privat gesagt.", "B2: Noch etwas."]


async def test_groups_do_not_see_each_other(chat: Chat):
    await chat.found(OTHER, "Andere Gruppe", {"katrin": 100, "ewa": 0})
    event = await chat.says("!barriere Nur hier", by="ewa")
    await chat.answers()

    await chat.says("!board", by="ewa", room=OTHER)
    await chat.says("!zeige B1", by="ewa", room=OTHER)
    await chat.says("!ergänzen Text", by="ewa", room=OTHER, reply_to=event)
    await chat.says("!löschen B1", by="katrin", room=OTHER)

    assert "Nur hier" not in "".join(await chat.answers())
    await chat.says("!zeige B1", by="ewa")
    assert await chat.answers() == ["B1, 22. Februar: Nur hier"]


async def test_a_moderator_elsewhere_deletes_nothing_here(chat: Chat):
    await chat.found(OTHER, "Andere Gruppe", {"murat": 100, "ewa": 0})
    event = await chat.says("!barriere Nur hier", by="ewa")

    await chat.redacts(event, by="murat", room=OTHER)
    await chat.answers()

    await chat.says("!zeige B1", by="ewa")
    assert await chat.answers() == ["B1, 22. Februar: Nur hier"]


async def test_moderation_counts_in_the_group_not_in_the_direct_room(chat: Chat):
    await chat.tells("ziel Neu", by="ewa")
    await chat.tells("ziel Neu", by="jule")

    assert await chat.answers(GROUP) == ["Ziel: Neu"]


async def test_another_group_is_chosen_later(chat: Chat):
    await chat.found(OTHER, "Andere Gruppe", {"katrin": 100, "ewa": 0})
    await chat.tells("wo", by="ewa")
    await chat.tells("2", by="ewa")
    await chat.answers()

    await chat.tells("Gruppe", by="ewa")
    await chat.tells("1", by="ewa")
    await chat.tells("wo", by="ewa")
    await chat.tells("barriere Dort gesagt", by="ewa")

    question, chosen, where, *_ = await chat.answers()
    assert question == WHICH
    assert chosen == "In Direktnachrichten geht es jetzt um die Gruppe „Andere Gruppe“."
    assert where == (
        "Gruppe „Andere Gruppe“. Eine andere: „gruppe“\n"
        "Wir sind in Schritt 1 von 5: Barrieren erkennen. Mitmachen: !board, !idee, !hilfe"
    )
    await chat.says("!zeige B1", room=OTHER, by="ewa")
    assert await chat.answers() == ["B1, 22. Februar: Dort gesagt"]


CHOSEN = [
    pytest.param("gruppe 2", True, id="number"),
    pytest.param("!Gruppe Nr. 2", True, id="number in words"),
    pytest.param("gruppe anerkannt und doch ohne JOB", True, id="name"),
    pytest.param("gruppe 3", False, id="none"),
    pytest.param("gruppe Kanarienvogel", False, id="unknown name"),
]


@pytest.mark.parametrize(("body", "known"), CHOSEN)
async def test_a_group_is_chosen_by_number_or_name(chat: Chat, body: str, known: bool):
    await chat.found(OTHER, "Andere Gruppe", {"katrin": 100, "ewa": 0})
    await chat.answers()

    await chat.tells(body, by="ewa")

    assert await chat.answers() == [
        "In Direktnachrichten geht es jetzt um die Gruppe „Anerkannt und doch ohne Job“."
        if known
        else "Diese Gruppe kenne ich nicht. Bitte mit einer Nummer von 1 bis 2 antworten."
    ]


@pytest.mark.parametrize("body", ["gruppe", "gruppe 1"])
async def test_with_one_group_there_is_nothing_to_choose(chat: Chat, body: str):
    await chat.tells(body, by="ewa")

    assert await chat.answers() == [
        "In Direktnachrichten geht es jetzt um die Gruppe „Anerkannt und doch ohne Job“."
    ]


async def test_with_one_group_there_is_no_second(chat: Chat):
    await chat.tells("gruppe 2", by="ewa")

    assert await chat.answers() == [
        "Diese Gruppe kenne ich nicht. Es gibt nur diese:\n1: Anerkannt und doch ohne Job"
    ]


async def test_in_the_room_a_group_is_not_chosen(chat: Chat):
    room = await chat.direct("ewa")
    await chat.says("!gruppe 1", by="ewa")

    assert await chat.answers(room) == ["Hier, in der Direktnachricht an mich, geht es so: „gruppe“"]


async def _asked_for_a_barrier(chat: Chat) -> None:
    await chat.tells("barriere", by="ewa")
    await chat.answers()


PERSONAL = [
    pytest.param("sektor zielgruppe", "Gespeichert: Zielgruppe.", id="sector"),
    pytest.param("Sektor Unternhemen", "Gemeint ist vielleicht: Wirtschaft.", id="a mistyped sector"),
    pytest.param("abwesend 3.12.", "Notiert: Fr, 3. Dezember.", id="absence"),
    pytest.param("pause an", "Pause: ", id="pause"),
    pytest.param("name an", "Name an: ", id="name"),
    pytest.param("sprache en", "Saved.", id="language"),
    pytest.param("meinezeit Mo-Mi 9 bis 13 Uhr", "Von selbst schreibe ich nur: ", id="own time"),
    pytest.param("sektro zielgruppe", "Den Befehl !sektro gibt es nicht.", id="a mistyped command"),
]


@pytest.mark.parametrize(("body", "said"), PERSONAL)
async def test_what_concerns_oneself_is_no_answer_to_a_question(chat: Chat, body: str, said: str):
    await _asked_for_a_barrier(chat)

    await chat.tells(body, by="ewa")

    (answer,) = await chat.answers()
    assert answer.startswith(said)
    await chat.tells("Der Aufzug fehlt", by="ewa")
    assert (await chat.answers(GROUP)) == ["B1: Der Aufzug fehlt"]


SPLIT = [
    pytest.param("Meine Daten", "meinedaten", id="own data"),
    pytest.param("!meine daten", "meinedaten", id="own data with a sign"),
    pytest.param("Meine Zeit Mo-Do 8-12", "meinezeit Mo-Do 8-12", id="own time"),
    pytest.param("Vergiss mich", "vergissmich", id="erasure"),
    pytest.param("!Wochen Brief", "wochenbrief", id="letter"),
    pytest.param("Check in", "checkin", id="check-in"),
    pytest.param("!kern Problem", "!kernproblem", id="core problem"),
]


@pytest.mark.parametrize(("split", "whole"), SPLIT)
async def test_command_of_two_words_is_the_one_that_is_meant(chat: Chat, split: str, whole: str):
    await chat.tells(whole, by="ewa")
    meant = await chat.answers()

    await chat.tells(split, by="ewa")

    assert await chat.answers() == meant
    assert meant != []


@pytest.mark.parametrize(
    "words",
    ["Meine Zeit war knapp", "Meine Daten waren weg", "My data is lost", "Check in dauert zu lange"],
)
async def test_sentence_that_begins_like_a_command_of_two_words_is_an_answer(chat: Chat, words: str):
    await _asked_for_a_barrier(chat)

    await chat.tells(words, by="ewa")

    assert await chat.answers(GROUP) == [f"B1: {words}"]


async def test_sentence_about_data_does_not_ask_for_them(chat: Chat):
    await chat.tells("meine Daten sind falsch", by="ewa")

    assert not any("Konto" in said for said in await chat.answers())


async def test_edit_keeps_a_command_of_two_words(chat: Chat):
    event = await chat.says("!kern Problem Es fehlt Zeit", by="jule")
    await chat.edits(event, "!kern Problem Es fehlt Geld", by="jule")

    assert "Es fehlt Geld" in "".join(await chat.answers())
    assert not await chat.stores("Problem Es fehlt")


@pytest.mark.parametrize("asked", ["meinezeit vormittags", "abwesend irgendwann"])
async def test_what_is_no_time_answers_no_question_for_one(chat: Chat, asked: str):
    await chat.says("!aufgabe Raum buchen", by="ewa")
    await chat.tells(asked, by="ewa")
    await chat.answers()

    await chat.tells("fertig A1", by="ewa")
    assert await chat.answers() == ["✅ A1"]
    await chat.tells("barriere Der Aufzug fehlt", by="ewa")
    assert await chat.answers(GROUP) == ["B1: Der Aufzug fehlt"]
    await chat.tells("erinnere morgen 10 Uhr Zahnarzt", by="ewa")
    assert (await chat.answers())[0].startswith("Erinnerung 1: ")
    await chat.tells("danke!", by="ewa")
    assert await chat.answers() == ["Das verstehe ich nicht. Was ich kann: !hilfe"]


async def test_thanks_are_no_entry(chat: Chat):
    await _asked_for_a_barrier(chat)

    await chat.tells("Vielen Dank!", by="ewa")
    assert await chat.answers(GROUP) == []

    await chat.tells("Der Aufzug fehlt", by="ewa")
    assert await chat.answers(GROUP) == ["B1: Der Aufzug fehlt"]


UNCLEAR = [
    pytest.param("Treffen finden nur vormittags statt", "!treffen", id="meeting"),
    pytest.param("Aufgabe der Ämter ist unklar", "!aufgabe", id="task"),
    pytest.param("Termine gibt es nur online", "!termine", id="calendar"),
    pytest.param("Wen man fragen kann, weiß niemand", "!wen", id="seat"),
    pytest.param("Export von Daten ist verboten", "!export", id="export"),
    pytest.param("Pause ist zu kurz", "!pause", id="pause"),
    pytest.param("Sprache ist schwer", "!sprache", id="language"),
    pytest.param("umfrage Was; A; B", "!umfrage", id="poll"),
    pytest.param("vergissmich bitte", "!vergissmich", id="erasure"),
    pytest.param("meinedaten bitte", "!meinedaten", id="own data"),
    pytest.param("erinnere mich morgen 9:00 an den Arzt", "!erinnere", id="reminder"),
    pytest.param("erinere mich morgen 9:00 an den Arzt", "!erinnere", id="a mistyped reminder"),
    pytest.param("abwesned wegen Krankheit", "!abwesend", id="a mistyped absence"),
    pytest.param("vergismich bitte", "!vergissmich", id="a mistyped erasure"),
    pytest.param("vergismich", "!vergissmich", id="a mistyped erasure alone"),
    pytest.param("meinedatn zeigen", "!meinedaten", id="mistyped own data"),
    pytest.param("mehr B3 das Gleiche", "!ergänzen", id="an everyday word and an entry"),
]


@pytest.mark.parametrize(("body", "word"), UNCLEAR)
async def test_what_begins_like_a_command_is_published_after_a_thumb_only(chat: Chat, body: str, word: str):
    await _asked_for_a_barrier(chat)

    await chat.tells(body, by="ewa")

    assert await chat.answers() == [
        "Ist das die Antwort auf meine Frage? Dann mit 👍 bestätigen. Der Text ist nicht verloren."
        f" Oder ist {word} gemeint? Dann noch einmal mit ! davor schicken."
    ]
    await chat.reacts(chat.post("Ist das die Antwort"), by="ewa", room=await chat.direct("ewa"))
    assert f"B1: {body}" in await chat.answers(GROUP)
    await chat.tells("Danke", by="ewa")
    assert await chat.answers(GROUP) == []


async def test_what_begins_like_a_command_is_one_with_a_sign(chat: Chat):
    await _asked_for_a_barrier(chat)
    event = await chat.tells("wen fehlt W1", by="ewa")
    await chat.answers()

    await chat.edits(event, "!sektor zielgruppe", by="ewa", room=await chat.direct("ewa"))

    (answer,) = await chat.answers()
    assert answer.startswith("Gespeichert: Zielgruppe.")


DISCREET = [
    pytest.param("einwand Ich bin dagegen", "!einwand", id="objection"),
    pytest.param("einwnad Ich bin dagegen", "!einwand", id="a mistyped objection"),
    pytest.param("anonmy Mein Chef beleidigt mich", "!anonym", id="a mistyped entry without a name"),
    pytest.param("anonim Mein Chef beleidigt mich", "!anonym", id="another one"),
    pytest.param("stime U1 2", "!stimme", id="a mistyped vote"),
    pytest.param(
        "Anonyme Bewerbung fehlt", "!anonym", id="a sentence that begins like an entry without a name"
    ),
    pytest.param("Stimmen werden nicht gehört", "!stimme", id="a sentence that begins like a vote"),
    pytest.param("löshcen Pappel-Fuchs-Salbei-18694", "!löschen", id="a mistyped deletion by code"),
]


@pytest.mark.parametrize(("body", "word"), DISCREET)
async def test_what_may_be_secret_is_neither_published_nor_kept(chat: Chat, body: str, word: str):
    await _asked_for_a_barrier(chat)

    await chat.tells(body, by="ewa")

    assert await chat.answers() == [
        "Ist das die Antwort auf meine Frage? Dann noch einmal schicken, mit „Antworten“ auf die Frage."
        f" Oder ist {word} gemeint? Dann noch einmal mit ! davor schicken. Ich behalte nichts davon."
    ]
    await chat.tells(body, by="ewa", reply_to=chat.post("Welche Barriere"))
    assert await chat.answers(GROUP) == [f"B1: {body}"]


async def test_what_is_to_have_no_author_is_not_kept_beside_one(chat: Chat):
    await chat.tells("anonym barriere", by="ewa")
    await chat.answers()

    await chat.tells("Treffen finden nur vormittags statt", by="ewa")

    (answer,) = await chat.answers()
    assert answer.endswith("Ich behalte nichts davon.")


CHANGED = "Die Treffen finden nur vormittags statt"


async def _asked_which(chat: Chat) -> EventId:
    await _asked_for_a_barrier(chat)
    event = await chat.tells("Treffen finden nur vormittags statt", by="ewa")
    await chat.answers()
    return event


async def test_an_unclear_answer_can_be_edited(chat: Chat):
    event = await _asked_which(chat)

    await chat.edits(event, CHANGED, by="ewa", room=await chat.direct("ewa"))

    assert f"B1: {CHANGED}" in await chat.answers(GROUP)


async def test_an_unclear_answer_can_be_given_anew_and_counts_once(chat: Chat):
    await _asked_which(chat)

    await chat.tells(CHANGED, by="ewa")
    await chat.reacts(chat.post("Ist das die Antwort"), by="ewa", room=await chat.direct("ewa"))
    await chat.tells("ja", by="ewa")

    assert await chat.answers(GROUP) == [f"B1: {CHANGED}"]


async def test_no_is_no_answer_but_declines_a_suggestion(chat: Chat):
    await _asked_which(chat)

    await chat.tells("Nein", by="ewa")
    assert await chat.answers(GROUP) == []

    await chat.tells(CHANGED, by="ewa")
    assert await chat.answers(GROUP) == [f"B1: {CHANGED}"]


@pytest.mark.parametrize("edits", [False, True])
async def test_what_is_a_command_after_all_closes_the_question(chat: Chat, edits: bool):
    await _asked_for_a_barrier(chat)
    event = await chat.tells("erinnere mich morgen 9:00 an den Arzt", by="ewa")
    words = "!erinnere mich morgen 9:00 an den Arzt"
    if edits:
        await chat.edits(event, words, by="ewa", room=await chat.direct("ewa"))
    else:
        await chat.tells(words, by="ewa")
    await chat.answers()

    await chat.tells("Danke", by="ewa")

    assert await chat.answers() == ["Das verstehe ich nicht. Was ich kann: !hilfe"]


async def test_a_question_is_closed_by_its_own_command(chat: Chat):
    await chat.tells("sektor", by="ewa")
    await chat.tells("Bereich Wirtschaft", by="ewa")
    assert (await chat.answers())[-1].startswith("Gespeichert: Wirtschaft.")

    await chat.tells("Danke", by="ewa")

    assert await chat.answers() == ["Das verstehe ich nicht. Was ich kann: !hilfe"]


LABELLED = [
    pytest.param("!ergänzen B1", "betroffen: Frauen", id="note on a barrier"),
    pytest.param("!ergänzen E1", "Bedenken: zu teuer", id="note on a decision"),
]


@pytest.mark.parametrize(("command", "body"), LABELLED)
async def test_a_label_before_a_note_belongs_to_it(chat: Chat, command: str, body: str):
    await chat.says("!barriere Kein Aufzug", by="ewa")
    await chat.says("!entscheidung Wir bauen einen", by="katrin")
    await chat.tells(command, by="ewa")
    await chat.answers()

    await chat.tells(body, by="ewa")

    await chat.says(f"!zeige {command[-2:]}")
    assert body in "".join(await chat.answers())


async def test_private_words_are_no_label(chat: Chat):
    await chat.says("!barriere Kein Aufzug", by="ewa")
    await chat.tells("!ergänzen B1", by="ewa")
    await chat.answers()

    for body in ("Einwand: zu teuer", "erinnere: morgen 9:00 Arzt"):
        await chat.tells(body, by="ewa")

        assert "Ist das die Antwort auf meine Frage?" in "".join(await chat.answers())


async def test_a_mistyped_objection_is_not_kept(chat: Chat):
    await chat.tells("einwnad Ich bin dagegen", by="ewa")

    assert await chat.answers() == [
        "Den Befehl !einwnad gibt es nicht. Gemeint ist vielleicht !einwand."
        " Ich behalte nichts davon: einfach noch einmal schicken."
    ]


@pytest.mark.parametrize(
    "body",
    [
        "Nächste Woche schließt die Kita",
        "Barrieren gibt es überall",
        "I have no childcare",
        "Mehr Plätze fehlen",
        "Wer soll das bezahlen",
        "Stimmung ist schlecht",
        "Anwesend sind nur Männer",
    ],
)
async def test_what_calls_nothing_is_the_answer(chat: Chat, body: str):
    await _asked_for_a_barrier(chat)

    await chat.tells(body, by="ewa")

    assert await chat.answers(GROUP) == [f"B1: {body}"]


async def test_an_answer_that_is_not_published_is_never_asked_back(chat: Chat):
    await chat.says("!barriere Alle Treffen sind abends", by="ewa")
    await chat.tells("suche", by="ewa")
    await chat.answers()

    await chat.tells("Treffen sind", by="ewa")

    assert "B1" in "".join(await chat.answers())


UNASKED = [
    pytest.param("stimme U1", "Treffen am Abend", "✅ U1", id="an option's own text"),
    pytest.param("umfrage", "Wer bringt Kuchen?; Ewa; Lina", "✅ U2", id="a poll's question"),
    pytest.param("warum B1", "Wer soll das bezahlen", "✅ B1", id="a reason"),
]


@pytest.mark.parametrize(("command", "body", "receipt"), UNASKED)
async def test_an_ordinary_answer_is_not_asked_back(chat: Chat, command: str, body: str, receipt: str):
    await chat.says("!barriere Es ist teuer", by="ewa")
    await chat.says("!umfrage Wann?; Treffen am Abend; Treffen am Morgen", by="katrin")
    await chat.tells(command, by="ewa")
    await chat.answers()

    await chat.tells(body, by="ewa")

    assert (await chat.answers())[0] == receipt

# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The same in a direct message: without "!", for the group that is meant."""

from __future__ import annotations

import pytest

from method.ids import RoomId
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
    if "sektro" not in body and "Unternhemen" not in body:
        await chat.tells("Der Aufzug fehlt", by="ewa")
        assert (await chat.answers(GROUP)) == ["B1: Der Aufzug fehlt"]


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


@pytest.mark.parametrize("body", ["einwand Ich bin dagegen", "einwnad Ich bin dagegen"])
async def test_what_may_be_an_objection_is_neither_published_nor_kept(chat: Chat, body: str):
    await _asked_for_a_barrier(chat)

    await chat.tells(body, by="ewa")

    assert await chat.answers() == [
        "Ist das die Antwort auf meine Frage? Dann noch einmal schicken, mit „Antworten“ auf die Frage."
        " Oder ist !einwand gemeint? Dann noch einmal mit ! davor schicken. Ich behalte nichts davon."
    ]
    await chat.tells(body, by="ewa", reply_to=chat.post("Welche Barriere"))
    assert await chat.answers(GROUP) == [f"B1: {body}"]


async def test_a_mistyped_objection_is_not_kept(chat: Chat):
    await chat.tells("einwnad Ich bin dagegen", by="ewa")

    assert await chat.answers() == [
        "Den Befehl !einwnad gibt es nicht. Gemeint ist vielleicht !einwand."
        " Ich behalte nichts davon: einfach noch einmal schicken."
    ]


@pytest.mark.parametrize("body", ["Nächste Woche schließt die Kita", "Barrieren gibt es überall"])
async def test_what_calls_nothing_is_the_answer(chat: Chat, body: str):
    await _asked_for_a_barrier(chat)

    await chat.tells(body, by="ewa")

    assert await chat.answers(GROUP) == [f"B1: {body}"]

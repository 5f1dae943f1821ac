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


@pytest.mark.parametrize("body", ["gruppe", "gruppe 2"])
async def test_with_one_group_there_is_nothing_to_choose(chat: Chat, body: str):
    await chat.tells(body, by="ewa")

    assert await chat.answers() == [
        "In Direktnachrichten geht es jetzt um die Gruppe „Anerkannt und doch ohne Job“."
    ]


async def test_in_the_room_a_group_is_not_chosen(chat: Chat):
    room = await chat.direct("ewa")
    await chat.says("!gruppe 1", by="ewa")

    assert await chat.answers(room) == ["Hier, in der Direktnachricht an mich, geht es so: „gruppe“"]

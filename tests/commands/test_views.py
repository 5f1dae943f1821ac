# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The sectors' views on a barrier: added, shown with what is missing, changed and taken back."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from method.ids import EventId
from storage.tables import groups
from tests.chat import GROUP, Chat


@pytest.fixture
async def barrier(chat: Chat) -> EventId:
    """Return the message of B1."""
    event = await chat.says("!barriere Niemand ist zuständig", by="lina")
    await chat.answers()
    return event


async def asked(chat: Chat, body: str) -> list[str]:
    await chat.answers()
    await chat.says(body, by="murat")
    return (await chat.answers())[0].split("\n")


async def shown(chat: Chat, label: str = "B1") -> list[str]:
    return (await asked(chat, f"!zeige {label}"))[1:]


BLANKS = "Ergänzen: !sicht B1 Verwaltung und dann der Text."
REST = f"Noch ohne Sicht: Verwaltung, Zivilgesellschaft, Zielgruppe. {BLANKS}"

WRITTEN = [
    pytest.param("!sicht B1 wirtschaft Text", False, id="as documented"),
    pytest.param("!Sicht b 1 Wirtschaft: Text", False, id="colon"),
    pytest.param("!sicht B1 Firmen Text", False, id="another word"),
    pytest.param("!sicht B1 aus Sicht der Wirtschaft: Text", False, id="as a phrase"),
    pytest.param("!sicht B1 wirtschafft Text", False, id="mistyped"),
    pytest.param("!view B1 business Text", False, id="English"),
    pytest.param("!sicht wirtschaft Text", True, id="reply"),
]


@pytest.mark.parametrize(("body", "replies"), WRITTEN)
async def test_a_view_is_shown_with_the_blanks(chat: Chat, barrier: EventId, body: str, replies: bool):
    await chat.says(body, by="henrik", reply_to=barrier if replies else None)

    assert await chat.answers() == ["✅ B1"]
    assert await shown(chat) == ["Sicht Wirtschaft: Text", REST]


async def test_with_all_four_views_there_is_no_blank(chat: Chat, barrier: EventId):
    for sector in ("zielgruppe", "wirtschaft", "zivilgesellschaft", "verwaltung"):
        await chat.says(f"!sicht B1 {sector} So ist es", by="ewa")
    await chat.says("!sicht B1 wirtschaft Und noch etwas", by="henrik")

    assert await shown(chat) == [
        "Sicht Verwaltung: So ist es",
        "Sicht Zivilgesellschaft: So ist es",
        "Sicht Wirtschaft: So ist es",
        "Sicht Wirtschaft: Und noch etwas",
        "Sicht Zielgruppe: So ist es",
    ]
    assert await asked(chat, "!sichten") == ["Zu allen Barrieren gibt es alle vier Sichten."]


async def test_before_the_first_view_only_the_second_step_asks(chat: Chat, barrier: EventId):
    assert await shown(chat) == []

    async with chat.db.transaction() as db:
        await db.execute(update(groups).values(step=2))

    assert await shown(chat) == [
        f"Noch ohne Sicht: Verwaltung, Zivilgesellschaft, Wirtschaft, Zielgruppe. {BLANKS}"
    ]


async def test_the_blanks_of_all_barriers_stand_in_four_lines(chat: Chat, barrier: EventId):
    await chat.says("!barriere Zwei")
    await chat.says("!idee Lotsin zu B1")
    await chat.says("!sicht B1 wirtschaft Text", by="henrik")
    await chat.says("!sicht B2 verwaltung Text", by="katrin")

    assert await asked(chat, "!sichten") == [
        "Welche Sicht fehlt uns noch?",
        "Verwaltung: B1",
        "Zivilgesellschaft: B1, B2",
        "Wirtschaft: B2",
        "Zielgruppe: B1, B2",
        "Wer kennt eine dieser Seiten? Schreiben: !sicht B1 Verwaltung und dann der Text.",
    ]


async def test_a_blank_goes_with_a_contribution_and_comes_back_without_it(chat: Chat, barrier: EventId):
    before = await asked(chat, "!sichten")
    note = await chat.says("!sicht B1 wirtschaft Text", by="henrik")

    assert [line for line in before if line not in await asked(chat, "!sichten")] == ["Wirtschaft: B1"]
    await chat.redacts(note, by="henrik")
    assert await asked(chat, "!sichten") == before


async def test_without_barriers_there_is_nothing_to_look_at(chat: Chat):
    assert await asked(chat, "!sichten") == ["Es gibt noch keine Barriere. Die erste: !barriere Text"]


WHOSE = (
    "Wessen Sicht auf B1 ist das? Ein Wort als Antwort reicht:"
    " Verwaltung, Zivilgesellschaft, Wirtschaft oder Zielgruppe."
)


@pytest.mark.parametrize("answers", [["Wirtschaft"], ["die Wirtschaft."], ["weiß nicht", "wirtschaft"]])
async def test_an_unknown_sector_is_asked_for_and_the_text_kept(
    chat: Chat, barrier: EventId, answers: list[str]
):
    event = await chat.says("!sicht B1 Wir finden niemanden; wirklich", by="henrik")
    for answer in answers:
        assert await chat.answers() == [WHOSE]
        await chat.says(answer, by="henrik", reply_to=chat.post("Wessen Sicht"))

    assert await chat.answers() == ["✅ B1"]
    assert await shown(chat) == ["Sicht Wirtschaft: Wir finden niemanden; wirklich", REST]
    await chat.edits(event, "!sicht B1 Wir finden wenige", by="henrik")
    assert await shown(chat) == ["Sicht Wirtschaft: Wir finden wenige", REST]


async def test_everything_that_is_missing_is_asked_for(chat: Chat, barrier: EventId):
    await chat.says("!sicht", by="henrik")
    await chat.says("B1", by="henrik", reply_to=chat.post("Zu welcher"))
    await chat.says("Wirtschaft", by="henrik", reply_to=chat.post("Wessen"))
    await chat.says("Text", by="henrik", reply_to=chat.post("Wirtschaft:"))

    assert await chat.answers() == [
        "Zu welcher Barriere gehört diese Sicht? Bitte mit der Nummer antworten, zum Beispiel B3.",
        WHOSE,
        "Wirtschaft: Was ist die Sicht auf B1? Bitte einfach auf diese Nachricht antworten.",
        "✅ B1",
    ]
    assert await shown(chat) == ["Sicht Wirtschaft: Text", REST]


async def test_an_idea_has_no_views_and_the_text_is_kept(chat: Chat, barrier: EventId):
    await chat.says("!idee Lotsin")
    await chat.answers()

    await chat.says("!sicht I1 wirtschaft Text", by="henrik")
    await chat.says("B1", by="henrik", reply_to=chat.post("I1 ist"))

    assert await chat.answers() == [
        "I1 ist keine Barriere. Das geht nur bei einer Barriere."
        " Bitte mit der Nummer einer Barriere antworten, zum Beispiel B3.",
        "✅ B1",
    ]
    assert await shown(chat) == ["Sicht Wirtschaft: Text", REST]


EDITED = [
    pytest.param("!sicht B1 wirtschaft Neu", "Sicht Wirtschaft: Neu", id="text"),
    pytest.param("!sicht B1 zielgruppe Neu", "Sicht Zielgruppe: Neu", id="sector"),
    pytest.param("Wirtschaft heißt auch Pflege", "Sicht Wirtschaft: Wirtschaft heißt auch Pflege", id="bare"),
]


@pytest.mark.parametrize(("body", "line"), EDITED)
async def test_an_edited_view_changes_and_is_undone(chat: Chat, barrier: EventId, body: str, line: str):
    note = await chat.says("!sicht B1 wirtschaft Alt", by="henrik")
    await chat.answers()

    await chat.edits(note, body, by="henrik")
    assert await chat.answers() == ["✏️ B1"]
    assert (await shown(chat))[0] == line

    await chat.says("!rückgängig", by="henrik")
    assert (await shown(chat))[0] == "Sicht Wirtschaft: Alt"


async def test_an_edit_without_text_is_explained(chat: Chat, barrier: EventId):
    note = await chat.says("!sicht B1 wirtschaft Alt", by="henrik")
    await chat.answers()

    await chat.edits(note, "!sicht B1 wirtschaft", by="henrik")
    await chat.edits(note, "!warum B1 Darum", by="henrik")

    assert await chat.answers() == [
        "Der Text fehlt. Die Ergänzung zu B1 bleibt, wie es war.",
        "Diese Nachricht ergänzt B1. Ein anderer Befehl braucht eine neue Nachricht.",
    ]


async def test_nobody_else_edits_a_view(chat: Chat, barrier: EventId):
    note = await chat.says("!sicht B1 wirtschaft Alt", by="henrik")

    await chat.edits(note, "!sicht B1 wirtschaft Neu", by="lina")

    assert (await shown(chat))[0] == "Sicht Wirtschaft: Alt"


@pytest.mark.parametrize("deleted", ["view", "barrier"])
async def test_the_words_of_a_deleted_view_are_gone(chat: Chat, barrier: EventId, deleted: str):
    note = await chat.says("!sicht B1 wirtschaft Kanarienvogel", by="henrik")
    await chat.edits(note, "!sicht B1 zielgruppe Kanarienvogel 2", by="henrik")

    if deleted == "view":
        await chat.redacts(note, by="henrik")
    else:
        await chat.redacts(barrier, by="lina")

    assert not await chat.stores("Kanarienvogel")


async def test_a_private_view_is_shown_in_the_group_without_a_name(chat: Chat, barrier: EventId):
    room = await chat.direct("lina")
    note = await chat.tells("sicht B1 zielgruppe Wir warten", by="lina")
    assert await chat.answers(GROUP) == ["Sicht Zielgruppe auf B1: Wir warten"]
    post = chat.post("Sicht Zielgruppe")

    await chat.edits(note, "sicht B1 zielgruppe Wir warten lange", by="lina", room=room)
    assert await chat.answers(GROUP) == ["✎ Sicht Zielgruppe auf B1: Wir warten lange"]
    edit = chat.post("* Sicht Zielgruppe")

    await chat.redacts(note, by="lina", room=room)
    assert await chat.answers(GROUP) == [f"✗ {post}", f"✗ {edit}"]


async def test_a_view_is_withdrawn_by_replying_and_brought_back(chat: Chat, barrier: EventId):
    note = await chat.says("!sicht B1 wirtschaft Text", by="henrik")
    await chat.says("!löschen", by="henrik", reply_to=note)
    assert await shown(chat) == []

    await chat.says("!rückgängig", by="henrik")

    assert await shown(chat) == ["Sicht Wirtschaft: Text", REST]


async def test_views_are_no_notes_in_the_list(chat: Chat, barrier: EventId):
    await chat.says("!sicht B1 wirtschaft Text", by="henrik")
    await chat.says("!ergänzen B1 Text", by="henrik")

    assert (await asked(chat, "!board barrieren"))[1] == "B1: Niemand ist zuständig. 1 Ergänzung."

# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Barriers and ideas: written as people write."""

from __future__ import annotations

import pytest

from tests.chat import Chat

FIRST_BARRIER = (
    "Gespeichert als B1. Ändern: die eigene Nachricht bearbeiten. Zurückziehen: die Nachricht löschen."
    " „Kenne ich auch“: mit 👍 reagieren."
)
FIRST_IDEA = (
    "Gespeichert als I1. Ändern: die eigene Nachricht bearbeiten. Zurückziehen: die Nachricht löschen."
    " „Bin dafür“: mit 👍 reagieren."
)
UNKNOWN = (
    "B7 gibt es nicht. Die letzte Barriere ist B1. Bitte mit der richtigen Nummer antworten,"
    " dann nehme ich den Text von oben. Alle Barrieren: !board barrieren"
)
WHICH = (
    "Welche Barriere soll ich aufschreiben? Bitte einfach auf diese Nachricht antworten."
    " Beispiel: Es gibt keine Kurse am Abend."
)


async def board(chat: Chat) -> list[str]:
    """Return the lines of the board below its head."""
    await chat.answers()
    await chat.says("!board", by="murat")
    return (await chat.answers())[0].split("\n")[1:]


async def entries(chat: Chat) -> list[str]:
    return [line for line in await board(chat) if line[:1] in "BI" and line[1:2].isdigit()]


async def test_the_first_barrier_is_explained_the_second_not(chat: Chat):
    await chat.says("!barriere Formular nur auf Papier")
    await chat.says("!barriere Kein Termin", by="ewa")

    assert await chat.answers() == ["✅ B1", FIRST_BARRIER, "✅ B2"]


async def test_the_first_idea_is_explained_too(chat: Chat):
    await chat.says("!barriere Formular nur auf Papier")
    await chat.says("!idee Ein Lotse")
    await chat.says("!idee Noch ein Lotse")

    assert await chat.answers() == ["✅ B1", FIRST_BARRIER, "✅ I1", FIRST_IDEA, "✅ I2"]


async def test_same_event_twice_is_handled_once(chat: Chat):
    await chat.says("!barriere Formular nur auf Papier", event_id="$same")
    await chat.says("!barriere Formular nur auf Papier", event_id="$same")

    assert await chat.answers() == ["✅ B1", FIRST_BARRIER]


TYPED = [
    pytest.param("!barriere Text", id="as documented"),
    pytest.param("!BARRIERE Text", id="upper case"),
    pytest.param("! Barriere Text", id="blank after the mark"),
    pytest.param("   !barriere Text", id="leading blanks"),
    pytest.param("！barriere Text", id="full-width mark"),
    pytest.param("!barriere: Text", id="colon"),
    pytest.param("!barriere – Text", id="dash"),
    pytest.param("!barrieren Text", id="plural"),
    pytest.param("!hürde Text", id="umlaut"),
    pytest.param("!huerde Text", id="umlaut as two letters"),
    pytest.param("!hurde Text", id="umlaut without dots"),
    pytest.param("!hu\u0308rde Text", id="umlaut decomposed"),
    pytest.param("!Hürden Text", id="plural with umlaut"),
    pytest.param("!hindernis Text", id="alias"),
    pytest.param("!problem Text", id="another alias"),
    pytest.param("!barrier Text", id="English"),
    pytest.param("!b Text", id="one letter"),
    pytest.param("!„barriere“ Text", id="typographic quotes"),
    pytest.param("!bar\u00adriere Text", id="soft hyphen"),
    pytest.param("!barriere\nText", id="text on the next line"),
    pytest.param("!barriere\u00a0Text", id="no-break space"),
    pytest.param("!barriere\tText", id="tab"),
]


@pytest.mark.parametrize("body", TYPED)
async def test_a_barrier_may_be_typed_badly(chat: Chat, body: str):
    await chat.says(body)

    assert await entries(chat) == ["B1: Text."]


QUIET = [
    pytest.param("für die Neuen: mit !barriere Text kann man was eintragen", id="in a sentence"),
    pytest.param("Danke euch, das war ein guter Anfang 🙌", id="chat"),
    pytest.param("!!!", id="excited"),
    pytest.param("!", id="mark alone"),
    pytest.param("...!", id="dots"),
    pytest.param("+ kein Eintrag", id="plus without a reply"),
    pytest.param("👍", id="emoji"),
]


@pytest.mark.parametrize("body", QUIET)
async def test_what_is_no_command_does_nothing(chat: Chat, body: str):
    await chat.says(body)

    assert await chat.answers() == []


@pytest.mark.parametrize("body", ["! Achtung", "!wichtig Morgen ist Treffen", "!xy"])
async def test_an_unknown_word_gets_a_sign_only(chat: Chat, body: str):
    await chat.says(body)

    assert await chat.answers() == ["❓ !hilfe"]


async def test_several_lines_are_kept(chat: Chat):
    await chat.says("!barriere Zwei Gründe:\n- Papier\n- Fax")
    await chat.answers()

    await chat.says("!zeige B1")

    assert await chat.answers() == ["B1, 22. Februar: Zwei Gründe:\n- Papier\n- Fax"]


async def test_a_barrier_without_text_is_asked_for(chat: Chat):
    await chat.says("!barriere")
    assert await chat.answers() == [WHICH]

    await chat.says("Formular nur auf Papier", reply_to=chat.post("Welche Barriere"))

    assert await chat.answers() == ["✅ B1", FIRST_BARRIER]
    assert await entries(chat) == ["B1: Formular nur auf Papier."]


async def test_a_barrier_asked_for_in_a_thread_is_answered_there(chat: Chat):
    root = await chat.says("Schaut mal")
    await chat.says("!barriere", thread=root)
    assert await chat.answers() == [WHICH]

    # Clients let the next message in a thread point at the latest one.
    await chat.says("Formular nur auf Papier", thread=root, reply_to=chat.post("Welche Barriere"))

    assert await chat.answers() == ["✅ B1", FIRST_BARRIER]


async def test_the_answer_of_somebody_else_is_not_taken(chat: Chat):
    await chat.says("!barriere")
    await chat.says("Formular nur auf Papier", by="ewa", reply_to=chat.post("Welche Barriere"))

    assert await chat.answers() == [WHICH]


async def test_an_answer_after_fifteen_minutes_is_chat(chat: Chat):
    await chat.says("!barriere")
    await chat.pass_time(minutes=16)
    await chat.says("Formular nur auf Papier", reply_to=chat.post("Welche Barriere"))

    assert await chat.answers() == [WHICH]


async def test_topics_typed_without_text_are_kept_for_the_answer(chat: Chat):
    await chat.says("!barriere #papier")
    await chat.says("Formular nur auf Papier", reply_to=chat.post("Welche Barriere"))
    await chat.answers()

    await chat.says("!zeige B1")

    assert await chat.answers() == ["B1, 22. Februar: Formular nur auf Papier\nThemen: #papier"]


async def test_the_answered_message_belongs_to_the_item(chat: Chat):
    await chat.says("!barriere")
    answer = await chat.says("Formular", reply_to=chat.post("Welche Barriere"))

    await chat.edits(answer, "Formular nur auf Papier")

    assert (await chat.answers())[-1] == "✏️ B1"
    assert await entries(chat) == ["B1: Formular nur auf Papier."]


# --- topics and links ----------------------------------------------------------------------------


async def test_a_topic_at_the_end_leaves_the_text(chat: Chat):
    await chat.says("!barriere Kurse nur vormittags #frauen #Kita")
    await chat.says("!barriere Zu wenig #frauen im Handwerk")

    assert await entries(chat) == ["B1: Kurse nur vormittags.", "B2: Zu wenig #frauen im Handwerk."]
    await chat.says("!board #Frauen")
    assert (await chat.answers())[0].split("\n") == [
        "Board, Stand Mo, 22. Februar, 9:05. Thema #Frauen:",
        "B1: Kurse nur vormittags.",
        "B2: Zu wenig #frauen im Handwerk.",
    ]


async def test_an_idea_is_linked_both_ways(chat: Chat):
    await chat.says("!barriere Niemand ist zuständig")
    await chat.says("!idee Eine Lotsin ruft an zu B1 #lotsin")
    await chat.answers()

    await chat.says("!zeige b1")
    await chat.says("!zeige I-1")

    assert await chat.answers() == [
        "B1, 22. Februar: Niemand ist zuständig\nDazu: I1",
        "I1, 22. Februar: Eine Lotsin ruft an\nThemen: #lotsin\nGehört zu: B1",
    ]


async def test_an_idea_as_a_reply_answers_the_barrier(chat: Chat):
    event = await chat.says("!barriere Niemand ist zuständig")
    await chat.says("!idee Eine Lotsin", reply_to=event)

    assert await entries(chat) == ["B1: Niemand ist zuständig.", "I1: Eine Lotsin. Gehört zu B1."]


async def test_an_unknown_link_is_asked_for_and_the_text_kept(chat: Chat):
    await chat.says("!barriere Niemand ist zuständig")
    await chat.answers()
    await chat.says("!idee Eine Lotsin zu B7 #lotsin")
    assert await chat.answers() == [UNKNOWN]

    await chat.says("Moment, ich schaue nach", reply_to=chat.post("B7 gibt es nicht"))
    assert await chat.answers() == []
    await chat.says("1", reply_to=chat.post("B7 gibt es nicht"))

    assert (await chat.answers())[0] == "✅ I1"
    await chat.says("!zeige I1")
    assert await chat.answers() == ["I1, 22. Februar: Eine Lotsin\nThemen: #lotsin\nGehört zu: B1"]

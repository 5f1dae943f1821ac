# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""A result as a picture: beside the message, with its words in the caption, and gone when its words are gone."""

from __future__ import annotations

import pytest

from bot.pictures.drawing import size_of
from tests.chat import GROUP, Chat

PICTURE = """\
Bild zu U1: Was zuerst?
Ergebnis U1, 3 Personen: Profil 2, Lotsin 1.
Stand: Mo, 22. Februar, 9:05"""


async def ended(
    chat: Chat, question: str = "!umfrage Was zuerst?; Lotsin; Profil", *, by: str = "lina"
) -> str:
    """Ask, let three people vote, and end it; return the event that asked."""
    asked = await chat.says(question, by=by)
    for name, choice in (("ewa", "1"), ("murat", "2"), ("henrik", "2")):
        await chat.says(f"!stimme U1 {choice}", by=name)
    await chat.says("!umfrage ende U1", by=by)
    return asked


async def test_result_is_drawn_after_the_message(chat: Chat) -> None:
    await ended(chat)

    *_, message, picture = chat.homeserver.sent
    [(address, data)] = chat.homeserver.media.items()
    assert message.content["body"].startswith("Ergebnis U1, 3 Personen: Profil 2, Lotsin 1.\n")
    assert (size_of(data)[0], picture.room_id) == (1080, GROUP)
    assert {name: value for name, value in picture.content.items() if name != "org.tafelrunde.id"} == {
        "msgtype": "m.image",
        "body": PICTURE,
        "filename": "umfrage-u1-2027-02-22.png",
        "url": address,
        "info": {"mimetype": "image/png", "size": len(data), "w": 1080, "h": size_of(data)[1]},
        "m.mentions": {},
    }


async def test_poll_that_ends_by_itself_is_drawn_once(chat: Chat) -> None:
    await chat.says("!umfrage Was zuerst?; Lotsin; Profil")
    await chat.says("!stimme U1 2", by="ewa")
    await chat.pass_time(hours=51)
    await chat.pass_time(hours=5)

    [picture] = await chat.bars()
    assert picture.split("\n")[1:] == [
        "Ergebnis U1, 1 Person: Profil 1, Lotsin 0.", "Stand: Mi, 24. Februar, 12:05"
    ]  # fmt: skip


async def test_picture_speaks_the_language_of_the_group_whoever_ends_the_poll_and_where(chat: Chat) -> None:
    await chat.tells("sprache en", by="lina")
    await chat.says("!umfrage Was zuerst?; Lotsin; Profil", by="lina")
    await chat.says("!stimme U1 2", by="ewa")
    await chat.tells("umfrage ende U1", by="lina")

    pictures = [sent for sent in chat.homeserver.sent if sent.content.get("msgtype") == "m.image"]
    assert [(sent.room_id, sent.content["body"].split("\n")[0]) for sent in pictures] == [
        (GROUP, "Bild zu U1: Was zuerst?")
    ]


async def test_picture_stands_beside_the_result_and_not_in_a_thread(chat: Chat) -> None:
    root = await chat.says("!umfrage Was zuerst?; Lotsin; Profil", by="lina")
    await chat.says("!stimme U1 2", by="ewa")
    await chat.says("!umfrage ende U1", by="lina", thread=root)

    *_, message, picture = chat.homeserver.sent
    assert [("m.relates_to" in sent.content) for sent in (message, picture)] == [False, False]


@pytest.mark.parametrize(
    "question",
    ["!konsens Wir treffen uns mittwochs.", "!umfrage Was zuerst?; Lotsin; Profil geheim"],
    ids=["consent", "too few secret votes"],
)
async def test_no_picture_where_bars_would_say_too_much(chat: Chat, question: str) -> None:
    await chat.says(question, by="lina")
    for name in ("ewa", "murat", "henrik"):
        await chat.tells("stimme U1 ja" if "konsens" in question else "stimme U1 1", by=name)
    await chat.says("!umfrage ende", by="lina")

    assert chat.post("Ergebnis U1" if "konsens" in question else "U1 ist zu Ende.")
    assert await chat.bars() == []


async def test_no_picture_of_nothing(chat: Chat) -> None:
    await chat.says("!umfrage Was zuerst?; Lotsin; Profil", by="lina")
    await chat.says("!umfrage ende", by="lina")

    assert await chat.bars() == []


async def test_deleting_the_question_takes_the_picture_back(chat: Chat) -> None:
    asked = await ended(chat, "!umfrage Kanarienfrage?; Lotsin; Profil")
    picture = chat.post("Bild zu U1")

    await chat.redacts(asked, by="lina")

    assert (await chat.bars())[1:] == [f"✗ {picture}"]
    assert not await chat.stores("Kanarienfrage")


async def test_deleting_an_entry_takes_back_the_picture_that_repeats_its_words(chat: Chat) -> None:
    await chat.says("!barriere Eine andere Hürde", by="lina")
    entry = await chat.says("!barriere Kanarienhürde", by="lina")
    await ended(chat, "!punkten barrieren 1", by="katrin")
    picture = chat.post("Bild zu U1: Was ist am wichtigsten?\nErgebnis U1, 3 Personen: B2 Kanarienhürde 2")

    await chat.redacts(entry, by="lina")

    assert (await chat.bars())[1:] == [f"✗ {picture}"]
    assert not await chat.stores("Kanarienhürde")

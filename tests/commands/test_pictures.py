# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""!bild: a picture with a caption that says all of it."""

from __future__ import annotations

from bot.pictures.drawing import size_of
from tests.chat import Chat

BOARD = (
    "Board, Stand Mo, 22. Februar, 9:05. Schritt 1 von 5: Barrieren erkennen.\n"
    "1 Barriere: B1: Formular nur auf Papier.\n"
    "0 Ideen.\n"
    "Als Text: !board"
)


async def test_picture_shows_the_board_and_its_caption_says_it(chat: Chat) -> None:
    await chat.says("!barriere Formular nur auf Papier")
    await chat.answers()
    asked = await chat.says("!bild")

    [sent] = chat.homeserver.sent[-1:]
    [(address, data)] = chat.homeserver.media.items()
    assert await chat.answers() == [BOARD]
    assert size_of(data) == (1080, 1350)
    assert {name: value for name, value in sent.content.items() if name != "org.tafelrunde.id"} == {
        "msgtype": "m.image",
        "body": BOARD,
        "filename": "board-2027-02-22.png",
        "url": address,
        "info": {"mimetype": "image/png", "size": len(data), "w": 1080, "h": 1350},
        "m.mentions": {},
        "m.relates_to": {"m.in_reply_to": {"event_id": asked}},
    }


async def test_pictures_of_the_board_since_an_entry_go_with_it(chat: Chat) -> None:
    await chat.says("!barriere Formular nur auf Papier")
    await chat.says("!bild")
    before = chat.homeserver.sent[-1].event_id
    await chat.pass_time(minutes=1)
    deleted = await chat.says("!barriere Herr Müller antwortet nie")
    await chat.says("!bild")
    shows_it = chat.homeserver.sent[-1].event_id
    await chat.tells("bild")
    in_direct = chat.homeserver.sent[-1].event_id
    await chat.says("!bild schritte")
    steps = chat.homeserver.sent[-1].event_id

    await chat.redacts(deleted)

    gone = {one.content["redacts"] for one in chat.homeserver.sent if one.type == "m.room.redaction"}
    assert {shows_it, in_direct} <= gone
    assert gone.isdisjoint({before, steps})


async def test_picture_of_the_steps_says_where_the_group_is(chat: Chat) -> None:
    await chat.says("!bild schritte")

    assert await chat.answers() == [
        "Die fünf Schritte, Stand Mo, 22. Februar, 9:05.\n"
        "1: Barrieren erkennen: jetzt.\n"
        "2: Barrieren konkretisieren: kommt noch.\n"
        "3: Lösungsansätze erarbeiten: kommt noch.\n"
        "4: Prototypen bauen und testen: kommt noch.\n"
        "5: Nachbessern und Good Practice weitergeben: kommt noch."
    ]
    assert chat.homeserver.sent[-1].content["filename"] == "schritte-2027-02-22.png"


async def test_picture_in_a_direct_message_speaks_the_persons_language(chat: Chat) -> None:
    await chat.tells("sprache en")
    await chat.answers()
    await chat.tells("image")

    [sent] = chat.homeserver.sent[-1:]
    assert (sent.room_id, sent.content["body"]) == (
        "!direct-lina:test",
        "Board as of Mon, 22 February, 09:05. Step 1 of 5: Recognise barriers.\n"
        "0 barriers.\n0 ideas.\nTake part: !barrier and then the text.",
    )


async def test_picture_that_does_not_exist_names_those_that_do(chat: Chat) -> None:
    await chat.says("!bild torte")

    assert await chat.answers() == [
        "Diese Bilder gibt es: !bild board, !bild schritte, !bild bereiche und !bild sprint"
    ]


async def test_same_event_twice_sends_one_picture(chat: Chat) -> None:
    await chat.says("!bild", event_id="$same")
    await chat.says("!bild", event_id="$same")

    assert len(await chat.answers()) == 1
    assert len(chat.homeserver.media) == 1


async def test_picture_names_nobody(chat: Chat) -> None:
    await chat.says("!barriere Formular", by="ewa")
    await chat.says("!bild", by="ewa")

    said = str(chat.homeserver.sent[-1].content)
    assert [name for name in ("ewa", "Ewa", "@") if name in said] == []


async def test_picture_of_sectors_counts_entries_where_enough_people_are(chat: Chat) -> None:
    for person in ("lina", "oleks", "ewa"):
        await chat.tells("sektor zielgruppe", by=person)
    await chat.tells("sektor wirtschaft", by="henrik")
    await chat.says("!barriere Nur Absagen", by="lina")
    await chat.says("!barriere Keine Kita", by="ewa")
    await chat.says("!barriere Zeugnisse", by="henrik")
    await chat.says("!barriere Niemand ist zuständig", by="murat")
    await chat.answers()

    await chat.says("!bild bereiche")

    # One person is no sector; and with her would go who is beside her.
    assert (await chat.answers())[-1] == (
        "Welche Sicht fehlt uns? Einträge nach Bereich, Stand Mo, 22. Februar, 9:05: weitere 3, ohne Angabe 1."
    )


async def test_picture_and_board_tell_the_time_of_the_group(chat: Chat) -> None:
    await chat.says("!einstellung zeitzone Lissabon", by="katrin")
    await chat.answers()

    await chat.says("!bild schritte")
    await chat.says("!board")

    assert [said.split("\n")[0].partition("22. Februar, ")[2][:4] for said in await chat.answers()] == [
        "8:05"
    ] * 2


async def test_picture_of_days_ago_goes_with_the_entry_that_it_shows(chat: Chat):
    said = await chat.says("!barriere Frau Kanarienvogel")
    await chat.pass_time(minutes=30)
    await chat.says("!bild")
    picture = next(one for one in chat.homeserver.sent if one.content.get("msgtype") == "m.image")
    await chat.pass_time(days=2)
    await chat.answers()

    await chat.redacts(said)

    assert f"✗ {picture.event_id}" in await chat.answers()

# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Roles for one meeting: drawn among those present, swapped by anybody, shown on the card."""

from __future__ import annotations

import re

import pytest

from tests.chat import CAST, GROUP, Chat

ROLES = re.compile(r"Für dieses Treffen: (.*?)\. (?:\d|Die Rollen)")


@pytest.fixture
async def meeting(chat: Chat) -> Chat:
    """Return a group whose meeting Lina has begun."""
    await chat.says("!treffen start Gründung", by="lina")
    await chat.answers()
    return chat


async def roles(chat: Chat) -> dict[str, str]:
    """Return who has which role on the card."""
    found = ROLES.search((await chat.answers())[0])
    assert found is not None
    return dict(part.split(" ", 1) for part in found[1].split(", "))


async def test_three_different_people_are_drawn_from_the_room(meeting: Chat):
    await meeting.says("!rollen", by="katrin")

    drawn = await roles(meeting)
    assert list(drawn) == ["Gesprächsleitung", "Zeit", "Board"]
    assert len(set(drawn.values())) == 3
    assert set(drawn.values()) <= {name.title() for name in CAST}


async def test_roles_are_drawn_among_those_who_were_noticed(meeting: Chat):
    await meeting.reacts(meeting.post("Treffen T1"), "👍", by="ewa")
    await meeting.says("!rede", by="murat")
    await meeting.answers()

    await meeting.says("!rollen", by="lina")

    assert set((await roles(meeting)).values()) == {"Lina", "Ewa", "Murat"}


async def test_who_has_left_is_not_drawn(meeting: Chat):
    for name in ("ewa", "murat", "henrik"):
        await meeting.says("!board", by=name)
    await meeting.sends("m.room.member", {"membership": "leave"}, by="ewa", state_key="@ewa:test")
    await meeting.answers()

    await meeting.says("!rollen", by="lina")

    assert set((await roles(meeting)).values()) == {"Lina", "Henrik", "Murat"}


async def test_two_people_have_two_roles(silent_chat: Chat):
    await silent_chat.found(GROUP, "Zu zweit", {"katrin": 100, "lina": 0})
    await silent_chat.says("!treffen start")
    await silent_chat.answers()

    await silent_chat.says("!rollen")

    card = (await silent_chat.answers())[0]
    assert "1 Rolle ist frei. Übernehmen: !rolle und dann die Rolle." in card
    await silent_chat.says("!rolle board")
    assert set(await roles(silent_chat)) <= {"Gesprächsleitung", "Zeit", "Board"}


WAYS = [
    pytest.param("@henrik:test", id="user id"),
    pytest.param("@henrik", id="local part"),
    pytest.param("Henrik", id="name"),
    pytest.param("henrik", id="small letters"),
    pytest.param("Henrik:", id="as clients write a mention"),
]


@pytest.mark.parametrize("name", WAYS)
async def test_a_role_is_given_by_name(meeting: Chat, name: str):
    await meeting.says(f"!rolle zeit {name}", by="ewa")

    assert await roles(meeting) == {"Zeit": "Henrik"}


@pytest.mark.parametrize("words", ["!rolle board", "!rolle board ich", "!role board me"])
async def test_a_role_is_taken(meeting: Chat, words: str):
    await meeting.says(words, by="ewa")

    assert await roles(meeting) == {"Board": "Ewa"}


@pytest.mark.parametrize("word", ["Gesprächsleitung", "gespraechsleitung", "moderation", "leitung", "chair"])
async def test_the_chair_has_many_words_and_none_is_the_moderation_of_the_room(meeting: Chat, word: str):
    await meeting.says(f"!rolle {word} Ewa")

    assert await roles(meeting) == {"Gesprächsleitung": "Ewa"}


async def test_roles_are_swapped(meeting: Chat):
    await meeting.says("!rolle moderation Ewa")
    await meeting.says("!rolle zeit Henrik")
    await meeting.answers()

    await meeting.says("!rolle zeit Ewa", by="murat")

    assert await roles(meeting) == {"Gesprächsleitung": "Henrik", "Zeit": "Ewa"}


async def test_unknown_name_is_asked_for(meeting: Chat):
    await meeting.says("!rolle zeit Henry")
    assert await meeting.answers() == [
        "Unter dem Namen Henry finde ich niemanden. Bitte mit dem Namen antworten, wie er im Raum steht."
    ]

    await meeting.says("Henrik", reply_to=meeting.post("Unter dem Namen"))

    assert await roles(meeting) == {"Zeit": "Henrik"}


async def test_ambiguous_name_is_asked_for(meeting: Chat):
    await meeting.joins("ewa2", displayname="Ewa")
    await meeting.answers()

    await meeting.says("!rolle zeit Ewa")
    assert await meeting.answers() == [
        "Mehrere Personen heißen Ewa. Bitte mit der ganzen Kennung antworten, zum Beispiel @ewa2:test."
    ]

    await meeting.says("@ewa2:test", reply_to=meeting.post("Mehrere Personen"))
    assert await roles(meeting) == {"Zeit": "Ewa"}


async def test_unknown_role_is_explained(meeting: Chat):
    await meeting.says("!rolle chef Ewa")

    assert await meeting.answers() == [
        "Die Rollen sind: gesprächsleitung, zeit, board, zielgruppe. Beispiel: !rolle zeit Lina"
    ]


# --- the voice of the target group -----------------------------------------------------------------

VOICE = "Stimme der Zielgruppe"


async def voice(chat: Chat) -> str | None:
    """Return who has the voice on the card."""
    found = re.search(rf"{VOICE} (\w+)[.,]", (await chat.answers())[0])
    return found[1] if found else None


@pytest.mark.parametrize(
    "words",
    ["!rolle zielgruppe", "!rolle Stimme der Zielgruppe", "!rolle zielgruppe ich", "!role target group"],
)
async def test_voice_is_taken_by_who_wants_it(meeting: Chat, words: str):
    await meeting.says(words, by="henrik")

    assert await voice(meeting) == "Henrik"


@pytest.mark.parametrize("name", ["Ewa", "@ewa:test"])
async def test_voice_is_given_to_nobody_else(meeting: Chat, name: str):
    await meeting.says(f"!rolle zielgruppe {name}", by="katrin")

    assert await meeting.answers() == [
        "Diese Rolle übernimmt nur, wer selbst will. Das können alle: !rolle zielgruppe"
    ]


async def test_voice_is_never_drawn_and_the_lot_leaves_it_where_it_is(meeting: Chat):
    for _ in range(8):
        await meeting.says("!rollen", by="katrin")
        assert VOICE not in await roles(meeting)
    await meeting.says("!rolle zielgruppe", by="ewa")
    await meeting.answers()

    for _ in range(8):
        await meeting.says("!rollen", by="katrin")
        assert await voice(meeting) == "Ewa"


async def test_voice_stands_beside_another_role_and_is_not_swapped(meeting: Chat):
    await meeting.says("!rolle zielgruppe", by="ewa")
    await meeting.says("!rolle zeit Henrik")
    await meeting.answers()

    await meeting.says("!rolle zeit Ewa", by="murat")

    card = (await meeting.answers())[0]
    assert "Für dieses Treffen: Zeit Ewa, Stimme der Zielgruppe Ewa. 2 Rollen sind frei." in card


async def test_voice_is_given_back_by_who_has_it(meeting: Chat):
    await meeting.says("!rolle zielgruppe", by="ewa")
    await meeting.says("!rolle zeit Henrik")
    await meeting.answers()

    await meeting.says("!rolle zielgruppe zurück", by="murat")
    assert await voice(meeting) == "Ewa"
    await meeting.says("!rolle Stimme der Zielgruppe zurück", by="ewa")

    assert await roles(meeting) == {"Zeit": "Henrik"}


async def test_anybody_may_take_the_voice_as_any_other_role(meeting: Chat):
    await meeting.says("!rolle zielgruppe", by="ewa")
    await meeting.answers()

    await meeting.says("!rolle zielgruppe", by="katrin")

    assert await voice(meeting) == "Katrin"


async def test_voice_ends_with_the_meeting(meeting: Chat):
    await meeting.says("!rolle zielgruppe", by="ewa")
    await meeting.says("!treffen ende")
    said = "\n".join((await meeting.answers())[2:])
    assert [word for word in ("Ewa", VOICE) if word in said] == []
    async with meeting.db.reading() as db:
        assert (await db.exec_driver_sql("select count(*) from meeting_roles")).scalar_one() == 0

    await meeting.says("!treffen start Zweites")

    assert VOICE not in (await meeting.answers())[0]


async def test_roles_hold_for_one_meeting_only(meeting: Chat):
    await meeting.says("!rollen", by="katrin")
    await meeting.says("!treffen ende")
    await meeting.answers()

    await meeting.says("!treffen start Zweites")

    assert "Für dieses Treffen" not in (await meeting.answers())[0]

# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""A guest stays until a day: the moderation is reminded, the guest hears farewell, what was written stays."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from method.ids import RoomId
from tests.chat import GROUP, Chat

UNTIL = "Gast bis Mo, 15. März. Zwei Tage vorher erinnere ich die Moderation."
NOBODY = "Zurzeit ist niemand zu Gast."
WHEN = "Bis wann? Bitte mit einem Datum antworten, zum Beispiel 15.3. oder: in 2 Wochen"
WHO = "Wer ist zu Gast? Bitte mit dem ganzen Namen oder der Adresse antworten, zum Beispiel @ada:example.org"
REMINDER = "Ada ist bis Mo, 15. März zu Gast. Verlängern: !gast @ada:test bis und das neue Datum"
FAREWELL = (
    "Mo, 15. März: Die Zeit als Gast in der Gruppe „Anerkannt und doch ohne Job“ endet. Vielen Dank."
    " Alles Geschriebene bleibt bei der Gruppe."
)


@pytest.fixture
async def hosts(chat: Chat) -> dict[str, RoomId]:
    """Let Ada be in the group; return the direct rooms of Ada and the moderation."""
    await chat.joins("ada")
    rooms = {name: await chat.direct(name) for name in ("katrin", "jule", "ada")}
    await chat.answers()
    return rooms


async def invite(chat: Chat, body: str = "!gast @ada:test bis 15.3.") -> list[str]:
    """Write as moderation; return what the bot says."""
    await chat.says(body, by="katrin")
    return await chat.answers()


async def at(chat: Chat, month: int, day: int, hour: int, minute: int = 0) -> None:
    """Let time go by until then (UTC)."""
    chat.now = datetime(2027, month, day, hour, minute, tzinfo=UTC)
    await chat.pass_time(seconds=5)


TYPED = [
    pytest.param("!gast @ada:test bis 15.3.", id="address"),
    pytest.param("!gast Ada bis 15.03.2027", id="name and year"),
    pytest.param("!gast ada bis Mo, 15. März", id="weekday and month"),
    pytest.param("!gast @ada bis 2027-03-15", id="ISO"),
    pytest.param("!gast bis 15.3. @ada:test", id="day first"),
    pytest.param("!gast @ada:test in 3 Wochen", id="weeks"),
    pytest.param("!guest @ada:test until March 15", id="English"),
]


@pytest.mark.parametrize("body", TYPED)
async def test_a_guest_is_invited_and_the_day_said(chat: Chat, hosts: dict[str, RoomId], body: str):
    assert await invite(chat, body) == [UNTIL]


async def test_the_moderation_is_reminded_and_the_guest_hears_farewell(chat: Chat, hosts: dict[str, RoomId]):
    await invite(chat)
    await chat.says("!barriere Von Ada", by="ada")
    await chat.answers()

    # The 13th is a Saturday: the reminder comes on Friday at 8.
    await at(chat, 3, 12, 6, 59)
    assert await chat.answers() == []
    await at(chat, 3, 12, 7)
    assert await chat.answers(hosts["katrin"]) == [REMINDER]
    assert [sent.room_id for sent in chat.homeserver.sent[-2:]] == [hosts["jule"], hosts["katrin"]]

    await at(chat, 3, 15, 7)
    assert await chat.answers() == [FAREWELL]
    assert chat.homeserver.sent[-1].room_id == hosts["ada"]
    await at(chat, 3, 30, 7)
    assert await chat.answers() == []
    await chat.says("!gäste")
    await chat.says("!zeige B1")
    assert await chat.answers() == [NOBODY, "B1, 22. Februar: Von Ada"]


async def test_nothing_about_a_guest_is_said_in_the_group_by_itself(chat: Chat, hosts: dict[str, RoomId]):
    await invite(chat)

    for day in (12, 13, 15, 16):
        await at(chat, 3, day, 9)

    assert await chat.answers(GROUP) == []


async def test_farewell_on_a_weekend_comes_on_monday(chat: Chat, hosts: dict[str, RoomId]):
    assert await invite(chat, "!gast @ada:test bis Sonntag") == [
        "Gast bis So, 28. Februar. Zwei Tage vorher erinnere ich die Moderation."
    ]

    await at(chat, 2, 28, 12)
    await chat.answers()
    await at(chat, 3, 1, 7)

    assert [answer[:12] for answer in await chat.answers()] == ["So, 28. Febr"]


async def test_a_short_stay_has_no_reminder(chat: Chat, hosts: dict[str, RoomId]):
    assert await invite(chat, "!gast @ada:test bis morgen") == ["Gast bis Di, 23. Februar."]

    await at(chat, 2, 23, 7)

    assert [answer[:15] for answer in await chat.answers()] == ["Di, 23. Februar"]


async def test_a_new_day_replaces_the_old_one(chat: Chat, hosts: dict[str, RoomId]):
    await invite(chat)
    await invite(chat, "!gast @ada:test bis 22.3.")

    await at(chat, 3, 15, 9)
    assert await chat.answers() == []
    await chat.says("!gäste")

    assert await chat.answers() == ["1 Gast: bis Mo, 22. März."]


async def test_guests_are_a_number_and_days_never_names(chat: Chat, hosts: dict[str, RoomId]):
    await chat.says("!gäste")
    await invite(chat, "!gast @bob:elsewhere.test bis 22.3.")
    await invite(chat)

    await chat.says("!gaeste")

    assert await chat.answers() == ["2 Gäste: bis Mo, 15. März; bis Mo, 22. März."]


async def test_a_day_of_another_year_names_the_year(chat: Chat, hosts: dict[str, RoomId]):
    assert await invite(chat, "!gast @ada:test bis 10.1.2028") == [
        "Gast bis Mo, 10. Januar 2028. Zwei Tage vorher erinnere ich die Moderation."
    ]


async def test_a_past_day_is_asked_about(chat: Chat, hosts: dict[str, RoomId]):
    assert await invite(chat, "!gast Ada bis 15.2.") == [
        "Der 15. Februar ist vorbei. Ist der 15. März 2027 gemeint? Mit 👍 bestätigen."
    ]

    await chat.reacts(chat.post("Der 15. Februar"), by="katrin")

    assert await chat.answers() == [UNTIL, "✎ Erledigt."]


async def test_a_missing_day_is_asked_for(chat: Chat, hosts: dict[str, RoomId]):
    assert await invite(chat, "!gast Ada bis") == [WHEN]

    await chat.says("in 3 Wochen", by="katrin", reply_to=chat.post("Bis wann"))

    assert await chat.answers() == [UNTIL]


@pytest.mark.parametrize("body", ["!gast bis 15.3.", "!gast Niemand Bekanntes bis 15.3."])
async def test_a_missing_or_unknown_person_is_asked_for(chat: Chat, hosts: dict[str, RoomId], body: str):
    assert await invite(chat, body) == [WHO]

    await chat.says("Ada", by="katrin", reply_to=chat.post("Wer ist zu Gast"))

    assert await chat.answers() == [UNTIL]


async def test_two_of_the_same_name_are_asked_about(chat: Chat, hosts: dict[str, RoomId]):
    await chat.joins("ada2", displayname="Ada")
    await chat.answers()

    assert await invite(chat, "!gast Ada bis 15.3.") == [WHO]


async def test_nothing_at_all_is_asked_for(chat: Chat):
    assert await invite(chat, "!gast") == [
        "Wer ist zu Gast, und bis wann? Beispiel: @ada:example.org bis 15.3."
    ]


async def test_a_stay_is_two_years_at_most(chat: Chat, hosts: dict[str, RoomId]):
    assert await invite(chat, "!gast Ada bis 15.3.2031") == [
        "Ein Gast bleibt höchstens zwei Jahre. Beispiel: !gast @ada:example.org bis Freitag"
    ]


async def test_a_stay_ends_by_command_without_a_word_to_anybody(chat: Chat, hosts: dict[str, RoomId]):
    await invite(chat)
    assert await invite(chat, "!gast Ada ende") == ["✅ Gast"]
    assert await invite(chat, "!gast Ada ende") == ["Diesen Gast gibt es nicht. Die Liste: !gäste"]

    await at(chat, 3, 15, 9)

    assert await chat.answers() == []


async def test_editing_and_deleting_the_message_act_on_the_guest(chat: Chat, hosts: dict[str, RoomId]):
    event = await chat.says("!gast Ada bis 15.3.", by="katrin")
    await chat.answers()
    await chat.edits(event, "!gast Ada bis 22.3.", by="katrin")
    assert await chat.answers() == ["Gast bis Mo, 22. März. Zwei Tage vorher erinnere ich die Moderation."]
    await chat.edits(event, "!gast @bob:test bis 22.3.", by="katrin")
    await chat.says("!gäste")
    assert (await chat.answers())[1] == "1 Gast: bis Mo, 22. März."
    await chat.edits(event, "!board", by="katrin")
    assert await chat.answers() == [
        "Diese Nachricht lädt einen Gast ein. Ein anderer Befehl braucht eine neue Nachricht."
    ]

    await chat.redacts(event, by="katrin")

    await chat.says("!gäste")
    assert await chat.answers() == [NOBODY]


async def test_a_guest_who_leaves_is_no_guest_any_more(chat: Chat, hosts: dict[str, RoomId]):
    await invite(chat)

    await chat.sends("m.room.member", {"membership": "leave"}, by="ada", state_key="@ada:test")

    await at(chat, 3, 15, 9)
    assert await chat.answers() == []
    await chat.says("!gäste")
    assert await chat.answers() == [NOBODY]


async def test_who_is_not_in_the_room_has_still_to_be_invited(chat: Chat, hosts: dict[str, RoomId]):
    await chat.says("!gast @fremd:example.org bis 15.3.", by="katrin")

    assert (await chat.answers())[0].endswith(" Noch nicht im Raum. Einladen geht im Menü des Raums.")


# --- when they are told --------------------------------------------------------------------------


async def test_after_a_downtime_nobody_is_told_at_night(chat: Chat, hosts: dict[str, RoomId]):
    await invite(chat, "!gast @ada:test bis 16.3.")

    await at(chat, 3, 12, 21)
    assert await chat.answers() == []
    await at(chat, 3, 15, 7)
    assert await chat.answers() == [REMINDER.replace("Mo, 15.", "Di, 16.")] * 2


async def test_whoever_has_own_times_is_told_in_time_and_once(chat: Chat, hosts: dict[str, RoomId]):
    await chat.tells("meinezeit Di-Do 10 bis 14 Uhr", by="jule")
    await chat.tells("meinezeit Mo-Fr 10 bis 14 Uhr", by="ada")
    await chat.tells("abwesend 15.3.", by="ada")
    await chat.answers()
    await invite(chat)

    told = {}
    for day, hour in ((11, 8), (11, 9), (12, 7), (12, 9), (15, 9), (16, 8), (16, 9)):
        await at(chat, 3, day, hour)
        told[day, hour] = [name for name, room in hosts.items() for _ in await _said(chat, room)]
        await chat.answers()

    assert told == {
        (11, 8): [], (11, 9): ["jule"], (12, 7): ["katrin"], (12, 9): [], (15, 9): [], (16, 8): [], (16, 9): ["ada"],
    }  # fmt: skip


async def _said(chat: Chat, room: RoomId) -> list[str]:
    seen = chat._seen
    said = await chat.answers(room)
    chat._seen = seen
    return said


async def test_whoever_is_away_when_the_moderation_is_reminded_hears_it_when_back(
    chat: Chat, hosts: dict[str, RoomId]
):
    await invite(chat, "!gast @ada:test bis 18.3.")
    await chat.tells("abwesend 16.3.", by="jule")
    await chat.answers()

    await at(chat, 3, 16, 7)
    assert await chat.answers(hosts["katrin"]) == [REMINDER.replace("Mo, 15.", "Do, 18.")]
    await at(chat, 3, 17, 7)
    assert await chat.answers() == [REMINDER.replace("Mo, 15.", "Do, 18.")]
    assert chat.homeserver.sent[-1].room_id == hosts["jule"]

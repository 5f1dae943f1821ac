# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Reminders: said once at their time, to those who asked; joined, put off, changed and ended."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from method.ids import EventId, RoomId
from storage.tables import reminder_people, reminders, timers
from tests.chat import GROUP, Chat, user
from tests.fake_homeserver import ME

OTHER = RoomId("!other:test")

HOW = "Mit 🔔 erinnere ich auch andere. Aus: !erinnere aus {}"
AGAIN = "⏰ in einer Stunde noch einmal, 💤 morgen um diese Zeit: per Direktnachricht."
ALONE = "⏰ in einer Stunde noch einmal, 💤 morgen um diese Zeit."


async def kept(chat: Chat) -> tuple[int, int, int]:
    """Return how many reminders, joined people and promises of theirs there are."""
    async with chat.db.reading() as db:
        return (
            await db.scalar(select(func.count()).select_from(reminders)) or 0,
            await db.scalar(select(func.count()).select_from(reminder_people)) or 0,
            await db.scalar(select(func.count()).where(timers.c.kind.startswith("reminders."))) or 0,
        )


def called(chat: Chat, beginning: str) -> list[str]:
    """Return whom the bot's latest message that begins so notifies."""
    event = chat.post(beginning)
    [sent] = [one for one in chat.homeserver.sent if one.event_id == event]
    return list(sent.content["m.mentions"].get("user_ids", []))


async def test_group_is_reminded_once_and_only_who_asked_is_called(chat: Chat):
    await chat.says("!erinnere uns heute 10:00 Unterlagen mitbringen", by="lina")
    assert await chat.answers() == [f"Erinnerung 1: Mo, 22. Februar, 10:00. {HOW.format(1)}", "🔔"]

    await chat.pass_time(minutes=54)
    assert await chat.answers() == []
    await chat.pass_time(minutes=1)

    assert await chat.answers() == [f"Erinnerung: Unterlagen mitbringen\n{AGAIN}", "⏰", "💤"]
    assert called(chat, "Erinnerung: Unterlagen") == [user("lina")]
    await chat.pass_time(days=1)
    assert await chat.answers() == []


async def test_others_join_in_with_a_bell_and_leave_by_taking_it_back(chat: Chat):
    asked = await chat.says("!erinnere Mo 10:00 Unterlagen", by="lina")
    receipt = chat.post("Erinnerung 1")
    await chat.reacts(receipt, "🔔", by="ewa")
    await chat.reacts(asked, "🔔", by="henrik")
    bell = await chat.reacts(receipt, "🔔", by="murat")
    await chat.redacts(bell, by="murat")

    await chat.pass_time(minutes=55)

    assert called(chat, "Erinnerung: Unterlagen") == [user("ewa"), user("henrik"), user("lina")]


async def test_who_is_away_is_not_called(chat: Chat):
    await chat.says("!erinnere uns heute 10:00 Unterlagen", by="lina")
    for name in ("ewa", "henrik"):
        await chat.reacts(chat.post("Erinnerung 1"), "🔔", by=name)
    await chat.tells("abwesend heute", by="ewa")

    await chat.pass_time(minutes=55)

    assert called(chat, "Erinnerung: Unterlagen") == [user("henrik"), user("lina")]


async def test_private_reminder_is_told_alone(chat: Chat):
    room = await chat.direct("ewa")
    await chat.answers()
    await chat.tells("erinnere in 2 Stunden Amt anrufen", by="ewa")
    assert await chat.answers() == ["Erinnerung 1: Mo, 22. Februar, 11:05. Aus: erinnere aus 1"]

    await chat.pass_time(hours=2)

    assert await chat.answers(room) == [f"Erinnerung: Amt anrufen\n{ALONE}", "⏰", "💤"]
    assert await chat.answers() == []


async def test_private_reminder_goes_by_the_own_zone_and_names_it(chat: Chat):
    room = await chat.direct("ewa")
    await chat.tells("meinezeit New York", by="ewa")
    await chat.answers()
    await chat.tells("erinnere heute 10:00 Amt anrufen", by="ewa")
    await chat.tells("erinnere jeden Dienstag 9:00 Bericht", by="ewa")
    await chat.tells("erinnere uns heute 11:00 Fristen", by="ewa")
    assert await chat.answers(room) == [
        "Erinnerung 1: Mo, 22. Februar, 10:00 (New York). Aus: erinnere aus 1",
        "Erinnerung 2 kommt jeden Dienstag um 9:00 (New York), das nächste Mal am 23. Februar. "
        "Aus: erinnere aus 2",
        "Erinnerung 1 in der Gruppe: Mo, 22. Februar, 11:00.",
    ]

    chat.now = datetime(2027, 2, 22, 14, 59, tzinfo=UTC)
    await chat.pass_time(seconds=0)
    assert await chat.answers(room) == []
    await chat.pass_time(minutes=1)

    assert (await chat.answers(room))[0] == f"Erinnerung: Amt anrufen\n{ALONE}"
    chat.now = datetime(2027, 2, 23, 13, 59, tzinfo=UTC)
    await chat.pass_time(seconds=0)
    assert await chat.answers(room) == []
    await chat.pass_time(minutes=1)
    assert (await chat.answers(room))[0] == f"Erinnerung: Bericht\n{ALONE}"


async def test_private_reminder_keeps_its_local_time_in_another_zone(chat: Chat):
    room = await chat.direct("ewa")
    await chat.tells("erinnere heute 10:00 Amt anrufen", by="ewa")
    await chat.answers()
    await chat.tells("meinezeit London", by="ewa")
    await chat.tells("erinnerungen", by="ewa")
    assert (await chat.answers(room))[-1] == (
        "Erinnerungen:\n1: Mo, 22. Februar, 10:00 (London): Amt anrufen\nAus: erinnere aus 1"
    )

    await chat.pass_time(minutes=55)
    assert await chat.answers(room) == []
    await chat.pass_time(hours=1)

    assert (await chat.answers(room))[0] == f"Erinnerung: Amt anrufen\n{ALONE}"


async def test_group_can_be_reminded_from_a_direct_message_without_a_name(chat: Chat):
    await chat.tells("erinnere uns heute 10:00 Fristen", by="ewa")
    assert (await chat.answers())[-1] == "Erinnerung 1 in der Gruppe: Mo, 22. Februar, 10:00."

    await chat.pass_time(minutes=55)

    assert await chat.answers(GROUP) == [f"Erinnerung: Fristen\n{AGAIN}", "⏰", "💤"]
    assert called(chat, "Erinnerung: Fristen") == []


async def test_reminder_of_a_message_answers_it(chat: Chat):
    letter = await chat.says("Der Brief vom Amt liegt im Ordner", by="katrin")
    await chat.says("!erinnere Mo 10:00", by="lina", reply_to=letter)
    await chat.answers()

    await chat.pass_time(minutes=55)

    assert (await chat.answers())[0] == f"Erinnerung an diese Nachricht.\n{AGAIN}"
    [sent] = [s for s in chat.homeserver.sent if s.event_id == chat.post("Erinnerung an diese")]
    assert sent.content["m.relates_to"] == {"m.in_reply_to": {"event_id": letter}}


async def test_put_off_is_told_to_that_person_alone(chat: Chat):
    await chat.says("!erinnere Mo 10:00 Unterlagen", by="lina")
    room = await chat.direct("ewa")
    await chat.pass_time(minutes=55)
    await chat.answers()
    post = chat.post("Erinnerung: Unterlagen")
    await chat.reacts(post, "⏰", by="ewa")
    off = await chat.reacts(post, "💤", by="ewa")

    await chat.pass_time(minutes=60)
    assert await chat.answers() == [f"Erinnerung: Unterlagen\n{ALONE}", "⏰", "💤"]

    await chat.reacts(chat.post("Erinnerung: Unterlagen"), "💤", by="ewa", room=room)
    await chat.redacts(off, by="ewa")
    chat.now = datetime(2027, 2, 23, 9, 59, tzinfo=UTC)
    await chat.pass_time(seconds=0)
    assert await chat.answers() == []
    await chat.pass_time(minutes=1)
    assert await chat.answers(room) == [f"Erinnerung: Unterlagen\n{ALONE}", "⏰", "💤"]


async def test_recurring_reminder_keeps_its_local_time_over_the_clock_change(chat: Chat):
    """The clocks go forward on 28 March."""
    chat.now = datetime(2027, 3, 19, 8, 0, tzinfo=UTC)
    await chat.says("!erinnere uns jeden Montag 9:00 Board lesen", by="lina")
    assert (await chat.answers())[0] == (
        f"Erinnerung 1 kommt jeden Montag um 9:00, das nächste Mal am 22. März. {HOW.format(1)}"
    )

    chat.now = datetime(2027, 3, 22, 8, 0, tzinfo=UTC)
    await chat.pass_time(seconds=0)
    assert await chat.answers() == [f"Erinnerung: Board lesen\n{AGAIN}", "⏰", "💤", "🔔"]
    chat.now = datetime(2027, 3, 29, 6, 59, tzinfo=UTC)
    await chat.pass_time(seconds=0)
    assert await chat.answers() == []
    await chat.pass_time(minutes=1)

    assert (await chat.answers())[0] == f"Erinnerung: Board lesen\n{AGAIN}"


async def test_of_several_missed_only_the_newest_is_said_and_the_others_are_named(chat: Chat):
    await chat.says("!erinnere täglich 9:30 Tagesblatt", by="lina")
    await chat.answers()
    chat.now = datetime(2027, 2, 25, 10, 0, tzinfo=UTC)
    await chat.pass_time(seconds=0)

    assert (await chat.answers())[0] == (
        "Erinnerung: Tagesblatt\nGedacht war das für Do, 25. Februar, 9:30.\n"
        f"3-mal konnte ich nicht erinnern: Mo, 22. Februar, 9:30 bis Mi, 24. Februar, 9:30.\n{AGAIN}"
    )
    chat.now = datetime(2027, 2, 26, 8, 30, tzinfo=UTC)
    await chat.pass_time(seconds=0)
    assert (await chat.answers())[0] == f"Erinnerung: Tagesblatt\n{AGAIN}"


async def test_missed_one_that_waits_for_working_time_still_says_for_when_it_was_meant(chat: Chat):
    await chat.says("!erinnere uns jeden Montag 9:30 Board lesen", by="lina")
    await chat.answers()
    chat.now = datetime(2027, 2, 27, 11, 0, tzinfo=UTC)
    await chat.pass_time(seconds=0)
    on_saturday = await chat.answers()
    chat.now = datetime(2027, 3, 1, 7, 0, tzinfo=UTC)
    await chat.pass_time(seconds=0)
    at_eight = await chat.answers()
    chat.now = datetime(2027, 3, 1, 8, 30, tzinfo=UTC)
    await chat.pass_time(seconds=0)

    assert on_saturday == []
    assert at_eight[0] == f"Erinnerung: Board lesen\nGedacht war das für Mo, 22. Februar, 9:30.\n{AGAIN}"
    assert (await chat.answers())[0] == f"Erinnerung: Board lesen\n{AGAIN}"


async def test_single_missed_one_is_named_by_the_next(chat: Chat):
    await chat.says("!erinnere uns jeden Montag 9:30 Board lesen", by="lina")
    await chat.answers()
    chat.now = datetime(2027, 3, 1, 8, 40, tzinfo=UTC)
    await chat.pass_time(seconds=0)

    assert (await chat.answers())[0] == (
        f"Erinnerung: Board lesen\nAm Mo, 22. Februar, 9:30 konnte ich nicht erinnern.\n{AGAIN}"
    )


async def test_without_a_typed_time_it_waits_for_working_time(chat: Chat):
    await chat.says("!erinnere uns am Samstag Fristen", by="lina")

    assert (await chat.answers())[0] == f"Erinnerung 1: Mo, 1. März, 8:00. {HOW.format(1)}"


async def test_typed_time_counts_on_a_saturday_too(chat: Chat):
    await chat.says("!erinnere uns am Samstag 20:00 Lichter aus", by="lina")

    assert (await chat.answers())[0] == f"Erinnerung 1: Sa, 27. Februar, 20:00. {HOW.format(1)}"


async def test_edit_changes_it(chat: Chat):
    event = await chat.says("!erinnere Mo 10:00 Unterlagen", by="lina")
    await chat.answers()

    await chat.edits(event, "!erinnere Mo 11:00 Ordner", by="lina")

    now = f"Erinnerung 1: Mo, 22. Februar, 11:00. {HOW.format(1)}"
    assert await chat.answers() == [f"✎ {now}", "✏️ 🔔1"]
    await chat.pass_time(minutes=55)
    assert await chat.answers() == []
    await chat.pass_time(hours=1)
    assert (await chat.answers())[0] == f"Erinnerung: Ordner\n{AGAIN}"


@pytest.mark.parametrize("words", ["Mo bis Fr 10:00 Tee", "Mo um elfzig Tee", "Tee", "heute 0:01 Tee"])
async def test_edit_that_is_not_understood_leaves_it_as_it_was(chat: Chat, words: str):
    event = await chat.says("!erinnere Mo 10:00 Tee", by="lina")
    await chat.answers()

    await chat.edits(event, f"!erinnere {words}", by="lina")

    assert await chat.answers() == [
        "Das kann ich nicht lesen. Erinnerung 1 bleibt unverändert. Beispiel: !erinnere jeden Mo bis Fr 10:00 Text"
    ]
    await chat.pass_time(minutes=55)
    assert (await chat.answers())[0] == f"Erinnerung: Tee\n{AGAIN}"


async def test_deleting_the_message_ends_it_and_takes_back_what_was_said(chat: Chat):
    event = await chat.says("!erinnere täglich 10:00 Geheimsache", by="lina")
    receipt = chat.post("Erinnerung 1")
    await chat.reacts(receipt, "🔔", by="ewa")
    await chat.pass_time(minutes=55)
    said = chat.post("Erinnerung: Geheimsache")
    await chat.answers()

    await chat.redacts(event, by="lina")

    assert await chat.answers() == [f"✗ {receipt}", f"✗ {said}"]
    assert await kept(chat) == (0, 0, 0)
    assert not await chat.stores("Geheimsache")


async def put_off_twice(chat: Chat) -> tuple[EventId, list[EventId]]:
    """Let Ewa put off what Lina asked for, and once more; return Lina's message and where the words were said."""
    asked = await chat.says("!erinnere uns morgen 10:00 Geheimsache", by="lina")
    room = await chat.direct("ewa")
    said = [chat.post("Erinnerung 1")]
    chat.now = datetime(2027, 2, 23, 9, 0, tzinfo=UTC)
    await chat.pass_time(seconds=0)
    said.append(chat.post("Erinnerung: Geheimsache"))
    await chat.reacts(said[1], "⏰", by="ewa")
    await chat.pass_time(hours=1)
    said.append(chat.post("Erinnerung: Geheimsache"))
    await chat.reacts(said[2], "💤", by="ewa", room=room)
    await chat.answers()
    return asked, said


@pytest.mark.parametrize("who", ["lina", "jule"])
async def test_deleting_the_message_ends_what_others_have_put_off_too(chat: Chat, who: str):
    asked, said = await put_off_twice(chat)

    await chat.redacts(asked, by=who)

    assert sorted(await chat.answers()) == sorted(f"✗ {post}" for post in said)
    assert await kept(chat) == (0, 0, 0)
    assert not await chat.stores("Geheimsache")
    await chat.pass_time(days=1)
    assert await chat.answers() == []


async def test_deleting_the_message_ends_what_was_put_off_of_an_ended_reminder(chat: Chat):
    asked, _ = await put_off_twice(chat)
    await chat.says("!erinnere aus 1", by="lina")
    assert (await kept(chat))[0] == 2

    await chat.redacts(asked, by="lina")

    assert await kept(chat) == (0, 0, 0)


async def test_what_others_have_put_off_is_theirs_alone(chat: Chat):
    await put_off_twice(chat)

    await chat.tells("erinnerungen", by="lina")

    none = "Keine Erinnerung geplant. Beispiel: erinnere Fr 10:00 Unterlagen mitbringen"
    assert (await chat.answers())[-1] == none


@pytest.mark.parametrize("how", ["leaves", "forgets"])
async def test_who_leaves_takes_along_what_others_have_put_off(chat: Chat, how: str):
    await put_off_twice(chat)

    if how == "leaves":
        await chat.leaves("lina")
    else:
        await chat.tells("vergissmich", by="lina")
        await chat.tells("JA", by="lina")

    assert (await kept(chat))[:2] == (0, 0)
    assert not await chat.stores("Geheimsache")
    await chat.answers()
    await chat.pass_time(days=1)
    assert await chat.answers() == []


@pytest.mark.parametrize(("who", "ends"), [("lina", True), ("jule", True), ("henrik", False)])
async def test_ended_by_number_by_its_person_or_the_moderation(chat: Chat, who: str, *, ends: bool):
    await chat.says("!erinnere Mo 10:00 Unterlagen", by="lina")
    await chat.answers()

    await chat.says("!erinnere aus 1", by=who)

    refused = "Erinnerung 1 beendet, wer darum gebeten hat, oder die Moderation."
    assert await chat.answers() == (["✅ 🔔1"] if ends else [refused])
    assert (await kept(chat))[0] == (0 if ends else 1)


@pytest.mark.parametrize("words", ["aus 1 und 2", "aus 1, 2", "1 2 aus", "aus alle"])
async def test_several_are_ended_at_once(chat: Chat, words: str):
    await chat.says("!erinnere Mo 10:00 Unterlagen", by="lina")
    await chat.says("!erinnere Di 10:00 Kuchen", by="lina")
    await chat.says("!erinnere Di 10:00 Raum", by="henrik")
    await chat.answers()

    await chat.says(f"!erinnere {words}", by="lina")

    assert await chat.answers() == ["✅ 🔔1", "✅ 🔔2"]
    assert (await kept(chat))[0] == 1


async def test_own_ones_are_ended_where_they_are_to_come(chat: Chat):
    await chat.says("!erinnere aus alle", by="lina")
    await chat.tells("erinnere Mo 10:00 Zahnarzt", by="lina")
    await chat.says("!erinnere aus alle", by="lina")
    nowhere = "Hier kommt keine eigene Erinnerung. Die Liste: !erinnerungen"
    assert (await chat.answers(GROUP)) == [nowhere, nowhere]

    await chat.tells("erinnere aus alle", by="lina")

    assert (await chat.answers()) == ["✅ 🔔1"]


async def test_who_joined_in_leaves_by_the_number(chat: Chat):
    await chat.says("!erinnere Mo 10:00 Unterlagen", by="lina")
    await chat.reacts(chat.post("Erinnerung 1"), "🔔", by="ewa")

    await chat.says("!erinnere 1 aus", by="ewa")

    assert await kept(chat) == (1, 0, 1)


async def test_lists(chat: Chat):
    await chat.says("!erinnere uns Mi 10:00 Unterlagen", by="lina")
    await chat.says("!erinnere jeden 2. Mittwoch 9:00 Bericht", by="ewa")
    await chat.tells("erinnere morgen 10:00 Amt anrufen", by="lina")
    await chat.answers()

    await chat.says("!erinnerungen", by="ewa")
    assert await chat.answers() == [
        "Erinnerungen:\n"
        "2: alle 2 Wochen am Mittwoch um 9:00, das nächste Mal am 24. Februar: Bericht\n"
        "1: Mi, 24. Februar, 10:00: Unterlagen\n"
        "Aus: !erinnere aus 2"
    ]
    await chat.tells("erinnerungen", by="lina")
    assert await chat.answers() == [
        "Erinnerungen:\n"
        "1: Di, 23. Februar, 10:00: Amt anrufen\n"
        "In der Gruppe: Mi, 24. Februar, 10:00: Unterlagen\n"
        "Aus: erinnere aus 1"
    ]


async def test_past_time_is_asked_back_and_the_text_is_kept(chat: Chat):
    await chat.says("!erinnere heute 8:00 Unterlagen", by="lina")
    question = "Mo, 22. Februar, 8:00 ist vorbei. Ist Di, 23. Februar, 8:00 gemeint? Bestätigen mit 👍."
    assert await chat.answers() == [question]

    await chat.reacts(chat.post(question), by="lina")

    said = f"Erinnerung 1: Di, 23. Februar, 8:00. {HOW.format(1)}"
    assert await chat.answers() == [said, "🔔", "✎ Erledigt."]


@pytest.mark.parametrize("typed", ["gestern", "gestern 14:00", "vorgestern", "yesterday"])
async def test_for_yesterday_no_other_day_is_proposed(chat: Chat, typed: str):
    await chat.says(f"!erinnere uns {typed} Unterlagen", by="lina")
    over = "Diese Zeit ist vorbei. Bitte mit Tag und Uhrzeit antworten, zum Beispiel Mi 15:00."
    assert await chat.answers() == [over]

    await chat.says("Mi 15:00", by="lina", reply_to=chat.post(over))

    (said, *_) = await chat.answers()
    assert said.startswith("Erinnerung 1: Mi, 24. Februar, 15:00")


async def test_missing_time_is_asked_for(chat: Chat):
    await chat.says("!erinnere Unterlagen mitbringen", by="lina")
    question = "Wann soll ich erinnern? Bitte mit der Zeit antworten, zum Beispiel Fr 10:00."
    assert await chat.answers() == [question]

    await chat.says("Fr 10:00", by="lina", reply_to=chat.post(question))

    assert (await chat.answers())[0] == f"Erinnerung 1: Fr, 26. Februar, 10:00. {HOW.format(1)}"


async def test_who_leaves_takes_their_reminders_along(chat: Chat):
    await chat.says("!erinnere uns jeden Montag 9:30 Geheimsache", by="lina")
    await chat.reacts(chat.post("Erinnerung 1"), "🔔", by="ewa")
    await chat.says("!erinnere uns Mi 10:00 Bleibt", by="henrik")
    await chat.reacts(chat.post("Erinnerung 2"), "🔔", by="lina")

    await chat.leaves("lina")

    assert (await kept(chat))[:2] == (1, 0)
    assert not await chat.stores("Geheimsache")
    await chat.answers()
    await chat.pass_time(minutes=25)
    assert await chat.answers() == []


@pytest.fixture
async def private(chat: Chat) -> Chat:
    """Lina is in two groups; the bot reminds her alone every day at 10:00, in Berlin."""
    await chat.found(OTHER, "Wohnen", {"katrin": 100, "lina": 0})
    await chat.tells("erinnere täglich 10:00 Amt anrufen", by="lina")
    await chat.answers()
    return chat


async def put_out(chat: Chat, room: RoomId) -> None:
    """Let Katrin remove the bot from a room."""
    leaving = chat.event("m.room.member", {"membership": "leave"}, by="katrin", state_key=ME)
    await chat.syncs({"leave": {room: {"timeline": {"events": [leaving]}}}})


async def told(chat: Chat) -> bool:
    """Let a day go by, until a minute after 10:00; return whether Lina was reminded."""
    chat.now = (chat.now + timedelta(days=1)).replace(hour=9, minute=1)
    await chat.answers()
    await chat.pass_time(seconds=0)
    return any(
        one.startswith("Erinnerung: Amt anrufen\n") for one in await chat.answers(await chat.direct("lina"))
    )


@pytest.mark.parametrize("first", [GROUP, OTHER])
async def test_private_one_goes_on_as_long_as_its_person_is_in_a_group(private: Chat, first: RoomId):
    second = OTHER if first == GROUP else GROUP
    await private.leaves("lina", room=first)
    assert await told(private)

    await private.leaves("lina", room=second)

    assert not await told(private)
    assert (await kept(private))[0] == 0


async def test_private_one_goes_on_after_an_ausstieg_and_can_be_ended(private: Chat):
    await private.says("!ausstieg", by="lina")
    assert await told(private)

    await private.tells("erinnere aus 1", by="lina")

    assert not await told(private)


@pytest.mark.parametrize("room", [GROUP, OTHER])
async def test_private_one_goes_on_when_the_bot_is_put_out_of_one_group(private: Chat, room: RoomId):
    await put_out(private, room)

    assert await told(private)


async def test_private_one_goes_on_when_the_bot_and_its_person_meet_again(chat: Chat):
    await chat.tells("erinnere täglich 10:00 Amt anrufen", by="lina")
    await put_out(chat, GROUP)
    await chat.found(OTHER, "Wohnen", {"katrin": 100})
    await chat.joins("lina", room=OTHER)

    assert await told(chat)
    await chat.tells("vergissmich", by="lina")
    await chat.tells("JA", by="lina")
    assert not await told(chat)


async def test_what_the_group_said_is_not_said_to_who_has_left(private: Chat):
    await private.says("!erinnere uns heute 10:00 Geheimsache", by="ewa")
    await private.pass_time(minutes=55)
    await private.reacts(private.post("Erinnerung: Geheimsache"), "💤", by="lina")
    assert (await kept(private))[0] == 3

    await private.leaves("lina")

    assert (await kept(private))[0] == 2
    assert await told(private)


async def test_vergissmich_forgets_private_ones_too(chat: Chat):
    await chat.tells("erinnere morgen 10:00 Geheimsache", by="lina")
    await chat.tells("meinedaten", by="lina")
    await chat.tells("vergissmich", by="lina")
    await chat.tells("JA", by="lina")

    assert (await kept(chat))[:2] == (0, 0)
    await chat.answers()
    await chat.pass_time(days=1)
    assert [said for said in await chat.answers() if "Geheimsache" in said] == []


async def test_said_reminder_is_forgotten_after_a_week(chat: Chat):
    await chat.says("!erinnere Mo 10:00 Unterlagen", by="lina")
    await chat.pass_time(minutes=55)

    await chat.pass_time(days=6)
    assert await kept(chat) == (1, 0, 1)
    await chat.pass_time(days=2)
    assert await kept(chat) == (0, 0, 0)


async def test_nobody_reads_of_others_who_have_put_off_their_reminder(chat: Chat):
    await chat.says("!erinnere uns heute 10:00 Unterlagen", by="lina")
    await chat.pass_time(minutes=55)
    await chat.reacts(chat.post("Erinnerung: Unterlagen"), "💤", by="ewa")
    await chat.tells("meinedaten", by="lina")

    [shown] = [words for words in await chat.answers() if words.startswith("Das ist mit dem Konto")]
    assert "🔔" not in shown

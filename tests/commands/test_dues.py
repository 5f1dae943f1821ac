# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Whoever has a task is reminded of its day once: when they work, and before it is too late."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from method.ids import RoomId
from tests.chat import GROUP, Chat

HOW = (
    "Fertig: fertig A1. Anderer Termin: A1 bis {day} Abgeben: abgeben A1\nKeine solchen Nachrichten: pause an"
)


@pytest.fixture(autouse=True)
async def on_a_thursday(chat: Chat) -> None:
    """Let it be Thursday noon, with a room for Ewa alone."""
    chat.now = datetime(2027, 3, 11, 11, 15, tzinfo=UTC)
    await chat.direct("ewa")


async def told(chat: Chat, day: int, hour: int, minute: int = 0, *, who: str = "ewa") -> list[str]:
    """Let time go by until then (UTC, in March); return what the bot says to somebody alone meanwhile."""
    await chat.answers()
    chat.now = datetime(2027, 3, day, hour, minute, tzinfo=UTC)
    await chat.pass_time(seconds=5)
    return await chat.answers(await chat.direct(who))


def soon(due: str, another: str) -> list[str]:
    """Return the one reminder of the task."""
    return [f"Bald fällig: A1: ich backe, Termin {due}. März.\n{HOW.format(day=another)}"]


async def test_who_works_part_time_is_reminded_on_their_own_day(chat: Chat):
    await chat.tells("meinezeit Mo-Mi 9 bis 13 Uhr", by="ewa")
    await chat.says("!aufgabe ich backe bis Fr 19.3.", by="ewa")

    # Wednesday is the last day before; nine in Berlin is eight in UTC.
    assert [await told(chat, 17, *at) for at in ((7, 59), (8, 0), (12, 30))] == [[], soon("19", "26.3."), []]
    assert [await told(chat, day, 9) for day in (18, 19, 22)] == [[], [], []]


async def test_who_does_not_work_before_the_day_is_reminded_on_it(chat: Chat):
    await chat.tells("meinezeit Mo-Mi 9 bis 13 Uhr", by="ewa")
    await chat.says("!aufgabe ich backe bis Mo", by="ewa")

    assert [await told(chat, 12, 8), await told(chat, 15, 8), await told(chat, 16, 8)] == [
        [],
        soon("15", "22.3."),
        [],
    ]


async def test_own_hours_and_zone_count(chat: Chat):
    for typed in ("London", "14 bis 18 Uhr"):
        await chat.tells(f"meinezeit {typed}", by="ewa")
    await chat.says("!aufgabe ich backe bis Mo", by="ewa")

    assert [await told(chat, 12, hour) for hour in (8, 13, 14)] == [[], [], soon("15", "22.3.")]


@pytest.mark.parametrize("said_first", [True, False])
async def test_other_times_move_a_reminder(chat: Chat, said_first: bool):
    if said_first:
        await chat.tells("abwesend 16.3.-18.3.", by="ewa")
    await chat.says("!aufgabe ich backe bis 18.3.", by="ewa")
    if not said_first:
        await chat.tells("abwesend 16.3.-18.3.", by="ewa")

    assert [await told(chat, day, 8) for day in (12, 15, 16, 17, 19)] == [[], soon("18", "25.3."), [], [], []]


async def test_an_absence_that_is_taken_back_moves_it_again(chat: Chat):
    said = await chat.tells("abwesend 16.3.-18.3.", by="ewa")
    await chat.says("!aufgabe ich backe bis 18.3.", by="ewa")
    await chat.redacts(said, by="ewa", room=await chat.direct("ewa"))

    assert [await told(chat, day, 8) for day in (15, 17)] == [[], soon("18", "25.3.")]


async def test_who_is_away_hears_of_it_when_back(chat: Chat):
    await chat.says("!aufgabe ich backe bis 16.3.", by="ewa")
    await told(chat, 15, 6)
    await chat.tells("abwesend heute", by="ewa")

    assert [await told(chat, 15, 8), await told(chat, 16, 8), await told(chat, 17, 8)] == [
        [],
        soon("16", "23.3."),
        [],
    ]


async def test_a_day_that_has_passed_meanwhile_is_named_as_passed(chat: Chat):
    await chat.says("!aufgabe ich backe bis 16.3.", by="ewa")
    await told(chat, 15, 6)
    await chat.tells("abwesend bis 22.3.", by="ewa")

    assert [await told(chat, day, 8) for day in (15, 16, 22, 23, 24)] == [
        [],
        [],
        [],
        [f"A1 ich backe, Termin war der 16. März. Passt das noch?\n{HOW.format(day='30.3.')}"],
        [],
    ]


async def test_after_a_downtime_nobody_is_told_at_night(chat: Chat):
    await chat.says("!aufgabe ich backe bis Mo", by="ewa")

    assert [await told(chat, 12, 22), await told(chat, 15, 7)] == [[], soon("15", "22.3.")]


async def test_who_takes_it_over_is_reminded_too(chat: Chat):
    await chat.direct("henrik")
    await chat.says("!aufgabe ich backe bis 16.3.", by="ewa")
    first = await told(chat, 15, 8)
    await chat.says("!abgeben A1", by="ewa")
    await chat.says("!nehme A1", by="henrik")

    assert [first, await told(chat, 16, 8, who="henrik")] == [soon("16", "23.3."), soon("16", "23.3.")]


async def test_tasks_of_two_groups_are_one_message(chat: Chat):
    other = RoomId("!other:test")
    await chat.found(other, "Andere")
    await chat.says("!aufgabe ich backe bis Mo", by="ewa")
    await chat.says("!aufgabe ich lese bis Mo", by="ewa", room=other)

    said = await told(chat, 12, 8)

    assert [one.split("\n")[:2] for one in said] == [
        ["Bald fällig: A1: ich backe, Termin 15. März.", "A1: ich lese, Termin 15. März."]
    ]


async def test_the_days_of_the_group_count_where_nothing_is_said(chat: Chat):
    await chat.says("!aufgabe ich backe bis Mo", by="ewa")
    await chat.says("!einstellung arbeitstage Mo Di Mi Do", by="katrin")

    assert [await told(chat, 12, 8), await told(chat, 15, 8)] == [[], soon("15", "22.3.")]


# --- asked while away ----------------------------------------------------------------------------


def called(chat: Chat) -> list[list[str]]:
    """Return whom each message to the group has mentioned, where it asks for the task."""
    bodies = [
        sent.content
        for sent in chat.homeserver.sent
        if sent.room_id == GROUP and "passt das" in str(sent.content)
    ]
    return [content["m.mentions"].get("user_ids", []) for content in bodies]


async def test_who_is_away_is_called_when_back_and_the_group_sees_nothing_of_it(chat: Chat):
    await chat.tells("abwesend 11.3.", by="henrik")
    asker = await chat.direct("katrin")
    await chat.answers()
    await chat.says("!aufgabe Raum buchen @henrik bis 17.3.", by="katrin")
    question = (
        "A1: Raum buchen, bis Mi, 17. März. Henrik, passt das?"
        " Mit 👍 übernehmen. Ohne 👍 bleibt die Aufgabe offen."
    )
    alone = [sent.content["body"] for sent in chat.homeserver.sent if sent.room_id == asker][-1]
    before, said = called(chat), await chat.answers(GROUP)
    # Friday, eight in Berlin.
    chat.now = datetime(2027, 3, 12, 7, 0, tzinfo=UTC)
    await chat.pass_time(seconds=1)

    assert sorted(said) == sorted(["✅ A1", question])
    assert alone == "A1: Henrik bekommt die Frage in der eigenen Arbeitszeit."
    assert (before, called(chat)) == ([[]], [[], ["@henrik:test"]])
    assert await chat.answers(GROUP) == [f"✎ {question}"]


async def test_who_was_answered_for_meanwhile_is_not_called(chat: Chat):
    await chat.tells("abwesend 11.3.", by="henrik")
    await chat.says("!aufgabe Raum buchen @henrik bis 17.3.", by="katrin")
    await chat.says("!nehme A1", by="ewa")
    chat.now = datetime(2027, 3, 12, 7, 0, tzinfo=UTC)
    await chat.pass_time(seconds=1)

    assert called(chat) == [[]]


async def test_own_hours_put_off_a_call_and_the_evening_of_the_group_does_not(chat: Chat):
    await chat.tells("meinezeit Mo-Mi 9 bis 13 Uhr", by="henrik")
    chat.now = datetime(2027, 3, 11, 20, 0, tzinfo=UTC)
    await chat.says("!aufgabe Raum buchen @henrik bis 17.3.", by="katrin")
    await chat.says("!aufgabe Essen holen @ewa bis 17.3.", by="katrin")
    before = called(chat)
    chat.now = datetime(2027, 3, 15, 8, 0, tzinfo=UTC)
    await chat.pass_time(seconds=1)

    assert (before, called(chat)[2:]) == ([[], ["@ewa:test"]], [["@henrik:test"]])


async def test_a_reminder_of_a_task_that_is_deleted_is_deleted(chat: Chat):
    said = await chat.says("!aufgabe ich backe bis 18.3.", by="ewa")
    assert await told(chat, 17, 8) == soon("18", "25.3.")
    reminder = chat.post("Bald fällig")
    await chat.redacts(said, by="ewa")

    assert await chat.answers(await chat.direct("ewa")) == [f"✗ {reminder}"]


async def test_a_reminder_of_two_tasks_names_the_one_that_is_left(chat: Chat):
    said = await chat.says("!aufgabe ich frage Herrn Kanarienvogel bis 18.3.", by="ewa")
    other = await chat.says("!aufgabe ich backe bis 18.3.", by="ewa")
    await told(chat, 17, 8)
    reminder = chat.post("Bald fällig")
    await chat.redacts(said, by="ewa")
    left = await chat.answers(await chat.direct("ewa"))
    edits = [one.event_id for one in chat.homeserver.sent if "m.new_content" in one.content]
    await chat.redacts(other, by="ewa")

    expected = soon("18", "25.3.")[0].replace("A1", "A2")
    assert left == [f"✎ {expected}"]
    assert await chat.answers(await chat.direct("ewa")) == [f"✗ {reminder}", f"✗ {edits[-1]}"]


@pytest.mark.parametrize("days", [0, 3])
async def test_a_reminder_that_names_what_is_left_keeps_its_day(chat: Chat, days: int):
    await chat.says("!einstellung zeitzone New York", by="katrin")
    await chat.says("!aufgabe ich backe bis 18.3.", by="ewa")
    said = await chat.says("!aufgabe ich frage Herrn Kanarienvogel bis 22.3.", by="ewa")
    await chat.tells("abwesend 15.3.-18.3.", by="ewa")
    [both] = await told(chat, 19, 13)
    await chat.pass_time(days=days)
    await chat.answers()
    await chat.redacts(said, by="ewa")

    first = both.split("\n")[0]
    [edit] = await chat.answers(await chat.direct("ewa"))
    assert edit.split("\n")[0] == f"✎ {first}"
    assert first == "A1 ich backe, Termin war der 18. März. Passt das noch?"


async def test_a_reminder_that_was_not_sent_yet_names_only_what_is_left(
    chat: Chat, monkeypatch: pytest.MonkeyPatch
):
    said = await chat.says("!aufgabe ich frage Herrn Kanarienvogel bis 18.3.", by="ewa")
    await chat.says("!aufgabe ich backe bis 18.3.", by="ewa")
    sending = chat.outbox.drain

    async def nothing() -> None:
        """The homeserver is away."""

    monkeypatch.setattr(chat.outbox, "drain", nothing)
    await told(chat, 17, 8)
    await chat.redacts(said, by="ewa")
    monkeypatch.setattr(chat.outbox, "drain", sending)
    await chat.settle()

    expected = soon("18", "25.3.")[0].replace("A1", "A2")
    assert await chat.answers(await chat.direct("ewa")) == [expected]
    assert await told(chat, 18, 9) == []


async def test_a_deleted_reminder_comes_again_with_its_task(chat: Chat):
    await chat.says("!aufgabe ich backe bis 18.3.", by="ewa")
    await told(chat, 17, 8)
    await chat.pass_time(minutes=5)
    await chat.says("!löschen A1", by="ewa")
    await chat.says("!rückgängig", by="ewa")

    assert [await told(chat, 17, 8, 6), await told(chat, 18, 9)] == [soon("18", "25.3."), []]


async def test_a_reminder_that_is_still_to_come_stays_with_a_task_that_comes_back(chat: Chat):
    await chat.says("!aufgabe ich backe bis 18.3.", by="ewa")
    chat.now = datetime(2027, 3, 17, 7, 55, tzinfo=UTC)
    await chat.says("!löschen A1", by="ewa")
    await chat.says("!rückgängig", by="ewa")

    assert [await told(chat, 17, 8), await told(chat, 18, 9)] == [soon("18", "25.3."), []]

# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""A day on which everything is due: two posts that nobody asked for, what has its time first; the rest comes later."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from method.ids import EventId, RoomId
from tests.chat import GROUP, Chat
from tests.unasked import too_loud, unasked

FRIDAY = date(2027, 3, 12)


def reminder(*meetings: tuple[int, str]) -> str:
    """Return the post that reminds of these meetings of Friday."""
    return "\n".join(
        f"Bald ist T{number}: Runde {number}, Fr, 12. März, {hour}:00, online. Tagesordnung: 1 Punkt."
        for number, hour in meetings
    )


def beginnings(said: list[str]) -> list[str]:
    """Return what each post is about."""
    return [" ".join(words.split()[:3]) for words in said]


async def until(chat: Chat, end: datetime, *, minutes: int = 60) -> None:
    """Let time go by in steps."""
    while chat.now < end:
        await chat.pass_time(seconds=min(timedelta(minutes=minutes), end - chat.now).total_seconds())


async def ask_for_much(chat: Chat) -> None:
    """Let everything be due on Friday, 12 March: it is Thursday noon, Berlin time, then."""
    chat.now = datetime(2027, 3, 9, 9, 0, tzinfo=UTC)
    for number in range(1, 4):
        await chat.says(f"!entscheidung Das gilt {number}, wieder prüfen am 12.3.", by="jule")
    for number, hour in enumerate((11, 14, 16), 1):
        await chat.says(f"!treffen 12.3. {hour}:00 Runde {number} (online)", by="jule")
        await chat.says(f"!top T{number} Punkt zu E1", by="jule")
    for words in (
        "!treffen 12.3. 17:00 Ohne Thema (online)",
        "!checkin an Fr 9:00",
        "!sprint start bis 11.3. Ziel: Ein Faltblatt",
        "!erinnere uns am 12.3. 10:00 Unterlagen mitbringen",
        "!umfrage Was zuerst?; Lotsin; Profil bis Fr 12.3. 12:00",
        "!barriere Formular nur auf Papier",
    ):
        await chat.says(words, by="jule")
    for card in ("Der Raum ist laut", "Alles dauert lange", "Formulare fehlen"):
        await chat.tells(f"retro schwierig: {card}", by="ewa")
    await until(chat, datetime(2027, 3, 11, 11, 0, tzinfo=UTC))


async def test_day_with_everything_has_two_unasked_posts(chat: Chat):
    await ask_for_much(chat)
    gone = await chat.says("!barriere Steht nicht mehr lange da", by="lina")
    await until(chat, datetime(2027, 3, 11, 16, 10, tzinfo=UTC))
    await chat.says("!sprint start bis 12.3. Ziel: Noch ein Faltblatt", by="jule")
    await chat.redacts(gone, by="lina")
    # A meeting that nobody ends is reported in the morning.
    await chat.says("!treffen start Am Abend", by="lina")
    await chat.says("!barriere Am Abend gesagt", by="lina")

    await until(chat, datetime(2027, 3, 24, 20, 0, tzinfo=UTC))

    found = await unasked(chat)
    assert too_loud(found) == {}
    # T4 was spoken of on Thursday: its agenda is empty.
    assert found[FRIDAY][1] == reminder((1, "11"), (2, "14"), (3, "16"))
    # The eleventh has the look at T4, too; what gets no place on the twelfth comes on Monday. Only the
    # board, of which something was deleted, does not wait.
    assert {day.isoformat(): beginnings(said) for day, said in found.items()} == {
        "2027-03-11": ["Bald ist T4:", "Sprint 1 ist"],
        "2027-03-12": ["Board, Stand Fr,", "Bald ist T1:", "Sprint 2 ist"],
        "2027-03-15": ["Jetzt wieder prüfen:", "Rückschau (Retro) auf"],
        "2027-03-16": ["Jetzt wieder prüfen:", "Jetzt wieder prüfen:"],
        "2027-03-17": ["T5 ist zu", "U2: Was gehen"],
    }


async def test_late_look_at_the_day_keeps_the_places_too(chat: Chat):
    """The bot comes back at half past ten, and everything is due at once."""
    await ask_for_much(chat)
    chat.now = datetime(2027, 3, 12, 9, 30, tzinfo=UTC)
    await chat.pass_time(seconds=0)

    assert beginnings((await unasked(chat))[FRIDAY]) == ["Sprint 1 ist", "Bald ist T1:"]


async def test_sprint_that_ends_on_a_day_without_a_place_ends_on_the_next_morning(chat: Chat):
    """Both places are taken before anybody says that it ends today."""
    for number in (1, 2, 3):
        await chat.says(f"!entscheidung Das gilt {number}, wieder prüfen am 3.3.", by="jule")
    await until(chat, datetime(2027, 3, 3, 9, 0, tzinfo=UTC), minutes=24 * 60)
    await chat.says("!sprint start bis heute Ziel: Eins", by="jule")

    await until(chat, datetime(2027, 3, 4, 12, 0, tzinfo=UTC))

    found = await unasked(chat)
    assert {day.day: beginnings(said) for day, said in found.items()} == {
        3: ["Jetzt wieder prüfen:", "Jetzt wieder prüfen:"],
        4: ["Jetzt wieder prüfen:", "Sprint 1 ist"],
    }


# --- one reminder for all meetings of a day ------------------------------------------------------


@pytest.fixture
async def reminded(chat: Chat) -> Chat:
    """Return a group that was reminded of three meetings on the morning of Friday, 12 March."""
    chat.now = datetime(2027, 3, 11, 11, 0, tzinfo=UTC)
    for number, hour in enumerate((11, 14, 16), 1):
        await chat.says(f"!treffen 12.3. {hour}:00 Runde {number} (online)", by="jule")
        await chat.says(f"!top T{number} Punkt", by="jule")
    await until(chat, datetime(2027, 3, 12, 8, 0, tzinfo=UTC))
    said = await chat.answers()
    assert said[-1] == reminder((1, "11"), (2, "14"), (3, "16"))
    return chat


async def test_one_that_is_called_off_says_so_in_the_reminder(reminded: Chat):
    await reminded.says("!treffen absagen T2", by="jule")

    off = "Treffen T2: Runde 2, Fr, 12. März, 14:00, online. Es findet nicht statt."
    assert f"✎ {reminder((1, '11'))}\n{off}\n{reminder((3, '16'))}" in await reminded.answers()


async def test_one_that_was_moved_is_reminded_of_again(reminded: Chat):
    await reminded.says("!treffen verschieben T2 Di 16.3. 14:00", by="jule")
    moved = "Bald ist T2: Runde 2, Di, 16. März, 14:00, online. Tagesordnung: 1 Punkt."
    assert f"✎ {reminder((1, '11'), (3, '16'))}\n{moved}" in await reminded.answers()

    await until(reminded, datetime(2027, 3, 16, 9, 0, tzinfo=UTC))

    assert [words for words in await reminded.answers() if "Bald ist" in words] == [moved]


async def test_early_meeting_of_the_next_working_day_shares_the_post(chat: Chat):
    chat.now = datetime(2027, 3, 11, 11, 0, tzinfo=UTC)
    await chat.says("!treffen 12.3. 11:00 Runde 1 (online)", by="jule")
    await chat.says("!treffen Mo 15.3. 8:30 Früh (online)", by="jule")
    for label in ("T1", "T2"):
        await chat.says(f"!top {label} Punkt", by="jule")

    await until(chat, datetime(2027, 3, 15, 9, 0, tzinfo=UTC))

    early = "Bald ist T2: Früh, Mo, 15. März, 8:30, online. Tagesordnung: 1 Punkt."
    assert (await unasked(chat))[FRIDAY] == [f"{reminder((1, '11'))}\n{early}"]


async def test_deleted_title_is_gone_and_the_others_are_named_anew(chat: Chat):
    chat.now = datetime(2027, 3, 11, 11, 0, tzinfo=UTC)
    message = await chat.says("!treffen 12.3. 11:00 Kanarienvogel (online)", by="jule")
    await chat.says("!treffen 12.3. 14:00 Runde 2 (online)", by="jule")
    for label in ("T1", "T2"):
        await chat.says(f"!top {label} Punkt", by="jule")
    await until(chat, datetime(2027, 3, 12, 8, 0, tzinfo=UTC))
    post = chat.post("Bald ist T1")
    await chat.answers()

    await chat.redacts(message, by="jule")

    said = await chat.answers()
    assert f"✗ {post}" in said
    assert [words for words in said if words.startswith("Bald ist")] == [reminder((2, "14"))]
    assert not await chat.stores("Kanarienvogel")


async def announce(chat: Chat, *words: str) -> list[EventId]:
    """Announce meetings with something to talk about on Thursday, 11 March; return their messages."""
    chat.now = datetime(2027, 3, 11, 11, 0, tzinfo=UTC)
    messages = [await chat.says(f"!treffen {said} (online)", by="jule") for said in words]
    for number in range(1, len(words) + 1):
        await chat.says(f"!top T{number} Punkt", by="jule")
    return messages


async def reminders_after(chat: Chat, message: EventId) -> tuple[set[str], list[str]]:
    """Delete a message; return which events the bot deletes then, and of what it reminds."""
    await chat.answers()
    await chat.redacts(message, by="jule")
    said = await chat.answers()
    deleted = {words.removeprefix("✗ ") for words in said if words.startswith("✗")}
    return deleted, [words for words in said if "Bald ist" in words]


async def test_deleted_title_is_gone_from_the_reminder_of_every_day(chat: Chat):
    first, _ = await announce(chat, "12.3. 11:00 Kanarienvogel", "12.3. 14:00 Runde 2")
    await until(chat, datetime(2027, 3, 12, 8, 0, tzinfo=UTC))
    friday = chat.post("Bald ist T1")
    await chat.says("!treffen verschieben T1 Di 16.3. 14:00", by="jule")
    await until(chat, datetime(2027, 3, 16, 9, 0, tzinfo=UTC))
    tuesday = chat.post("Bald ist T1")

    deleted, reminded = await reminders_after(chat, first)

    # What else Friday's post named is over.
    assert friday != tuesday
    assert {friday, tuesday} - deleted == set()
    assert reminded == []


async def test_only_what_is_to_come_is_named_anew(chat: Chat):
    first, *_ = await announce(
        chat, "12.3. 11:00 Kanarienvogel", "12.3. 14:00 Runde 2", "Di 16.3. 16:00 Runde 3"
    )
    await until(chat, datetime(2027, 3, 12, 8, 0, tzinfo=UTC))
    friday = chat.post("Bald ist T1")
    await chat.says("!treffen verschieben T1 Di 16.3. 14:00", by="jule")
    await until(chat, datetime(2027, 3, 16, 9, 0, tzinfo=UTC))
    tuesday = chat.post("Bald ist T1")

    deleted, reminded = await reminders_after(chat, first)

    assert friday != tuesday
    assert {friday, tuesday} - deleted == set()
    assert reminded == ["Bald ist T3: Runde 3, Di, 16. März, 16:00, online. Tagesordnung: 1 Punkt."]


async def test_deleted_title_is_gone_from_the_room_that_the_group_has_left(chat: Chat):
    first, _ = await announce(chat, "12.3. 11:00 Kanarienvogel", "12.3. 14:00 Runde 2")
    await until(chat, datetime(2027, 3, 12, 8, 0, tzinfo=UTC))
    old, new = chat.post("Bald ist T1"), RoomId("!new:test")
    await chat.sends("m.room.tombstone", {"replacement_room": new}, by="katrin", state_key="")
    state: list[dict[str, Any]] = chat.room_state("Gruppe", {"katrin": 100, "jule": 50})
    state[0]["content"]["predecessor"] = {"room_id": GROUP}
    await chat.syncs({"join": {new: {"state": {"events": state}}}})
    await chat.says("!top T1 Noch ein Punkt", by="jule", room=new)
    again = chat.post("Bald ist T1")

    deleted, reminded = await reminders_after(chat, first)

    assert old != again
    assert {old, again} - deleted == set()
    assert reminded == [reminder((2, "14"))]


async def test_deleting_an_old_meeting_reminds_of_nothing_that_is_over(chat: Chat):
    first, _ = await announce(chat, "12.3. 11:00 Kanarienvogel", "12.3. 14:00 Runde 2")
    await until(chat, datetime(2027, 3, 12, 8, 0, tzinfo=UTC))
    post = chat.post("Bald ist T1")
    await until(chat, datetime(2027, 3, 15, 9, 0, tzinfo=UTC))

    deleted, reminded = await reminders_after(chat, first)

    assert post in deleted
    assert reminded == []


async def test_deleting_a_series_reminds_of_nothing_that_is_over(chat: Chat):
    series, _ = await announce(chat, "jeden Fr 14:00 Kanarienvogel", "12.3. 11:00 Runde 2")
    await until(chat, datetime(2027, 3, 12, 8, 0, tzinfo=UTC))
    post = chat.post("Bald ist T2")
    await until(chat, datetime(2027, 3, 12, 12, 0, tzinfo=UTC))

    deleted, reminded = await reminders_after(chat, series)

    assert post in deleted
    assert reminded == []

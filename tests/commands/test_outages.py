# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Meetings whose time has passed while the bot was away: over at their own times, with what was said meanwhile."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from storage.tables import meetings
from tests.chat import Chat

AWAY = "Ich war zu dieser Zeit nicht erreichbar."
NOT_REMINDED = "Die Erinnerung konnte ich nicht schicken."
OVER = "✎ Treffen T1: Runde, Mi, 3. März, 15:00, online. Es ist zu Ende."
NO_MEETING = "Gerade läuft kein Treffen. Beginnen: !treffen start Titel"
NEXT = (
    "Schritt 1 von 5: Barrieren erkennen. Fehlt etwas? Einfach !barriere, !idee, !aufgabe oder !entscheidung schreiben."
    " Alles auf einen Blick: !board"
)


async def at(chat: Chat, day: int, hour: int, minute: int = 0) -> list[str]:
    """Let it be this time of March in UTC, an hour before that in Berlin; return what is said."""
    chat.now = datetime(2027, 3, day, hour, minute, tzinfo=UTC)
    await chat.pass_time(seconds=1)
    return await chat.answers()


async def late(chat: Chat, words: str, day: int, hour: int, minute: int = 0) -> list[str]:
    """Let a message come that was written at this time; return what is said."""
    written = datetime(2027, 3, day, hour, minute, tzinfo=UTC)
    content = {"msgtype": "m.text", "body": words, "m.mentions": {}}
    stamp = int(written.timestamp() * 1000)
    await chat.sends("m.room.message", content, by="ewa", origin_server_ts=stamp)
    return await chat.answers()


async def row(chat: Chat, number: int = 1) -> dict[str, object]:
    async with chat.db.reading() as db:
        found = (await db.execute(select(meetings).where(meetings.c.number == number))).one()._mapping
    return {name: found[name] for name in ("stage", "began_at", "ended_at")}


def held(began: tuple[int, int], ended: tuple[int, int]) -> dict[str, object]:
    return {
        "stage": "ended",
        "began_at": datetime(2027, 3, 3, *began, tzinfo=UTC),
        "ended_at": datetime(2027, 3, 3, *ended, tzinfo=UTC),
    }


@pytest.fixture
async def planned(chat: Chat) -> Chat:
    """Return a group with a meeting on Wednesday at 15:00; it is Monday."""
    chat.now = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
    await chat.says("!treffen Mi 3.3. 15:00 Runde (online)", by="jule")
    await chat.says("!top Punkt", by="jule")
    await chat.answers()
    return chat


async def test_missed_meeting_is_over_at_its_own_times_and_the_next_one_can_begin(planned: Chat):
    chat = planned
    card = chat.post("Treffen T1")
    assert await at(chat, 4, 9) == [f"{OVER} {AWAY} {NOT_REMINDED}"]
    assert await row(chat) == held((14, 0), (15, 0))

    await chat.says("!barriere Am Donnerstag geschrieben", by="ewa")
    await chat.says("!treffen start Neues", by="ewa")
    assert "Treffen T2: Neues, Do, 4. März, 10:00." in "\n".join(await chat.answers())
    await chat.says("!treffen ende", by="ewa")
    await chat.answers()

    # Nothing arose in it: no message says so.
    assert await at(chat, 5, 9) == [f"✗ {card}", f"✗ {chat.post('Treffen T2')}"]


async def test_what_was_written_meanwhile_belongs_to_the_missed_meeting(planned: Chat):
    chat = planned
    await at(chat, 4, 9)
    await late(chat, "!barriere Vor dem Treffen", 3, 13, 50)
    await late(chat, "!barriere Im Treffen", 3, 14, 20)
    await late(chat, "!barriere Nach dem Treffen", 3, 18)
    await chat.says("!barriere Am Tag danach", by="ewa")
    await chat.answers()

    assert await at(chat, 4, 9, 6) == [
        f"T1 ist zu Ende. {AWAY} {NOT_REMINDED} Neu: B2. Entscheidungen: keine.\n{NEXT}"
    ]


async def test_what_is_read_before_the_clock_is_looked_at_belongs_to_it_too(planned: Chat):
    chat = planned
    chat.now = datetime(2027, 3, 4, 9, 0, tzinfo=UTC)
    await late(chat, "!barriere Im Treffen", 3, 14, 20)

    assert await at(chat, 4, 9) == [f"{OVER} {AWAY} {NOT_REMINDED}"]
    [report] = await at(chat, 4, 9, 6)
    assert report.startswith(f"T1 ist zu Ende. {AWAY} {NOT_REMINDED} Neu: B1.")


@pytest.mark.parametrize("clock_first", [True, False])
async def test_end_that_was_written_meanwhile_counts(planned: Chat, *, clock_first: bool):
    chat = planned
    chat.now = datetime(2027, 3, 4, 9, 0, tzinfo=UTC)
    if clock_first:
        await at(chat, 4, 9)
    answers = await late(chat, "!treffen start", 3, 14, 1)
    assert answers == ["✅ T1"] if clock_first else [f"{OVER} {AWAY} {NOT_REMINDED}", "✅ T1"]
    await late(chat, "!barriere Gegen Ende", 3, 15, 40)

    assert await late(chat, "!treffen ende", 3, 15, 45) == ["✅ T1"]

    assert await row(chat) == held((14, 0), (15, 45))
    [report] = await at(chat, 4, 9, 8)
    assert report.startswith(f"T1 ist zu Ende. {AWAY} {NOT_REMINDED} Neu: B1.")


async def test_late_beginning_gives_the_meeting_of_that_time_its_title(planned: Chat):
    chat = planned
    await at(chat, 4, 9)

    answers = await late(chat, "!treffen start Klausur", 3, 14, 1)

    assert answers == [
        f"{OVER.replace('Runde, Mi', 'Klausur, Mi').replace(', online', '')} {AWAY} {NOT_REMINDED}",
        "✅ T1",
    ]


async def test_late_beginning_and_end_are_not_those_of_an_earlier_meeting(chat: Chat):
    chat.now = datetime(2027, 3, 3, 9, 0, tzinfo=UTC)
    await chat.says("!treffen start Morgenrunde", by="jule")
    await at(chat, 3, 10)
    await chat.says("!treffen ende", by="jule")
    await at(chat, 3, 15)

    assert await late(chat, "!treffen ende", 3, 14, 20) == [NO_MEETING]
    [card] = await late(chat, "!treffen start Klausur", 3, 14, 30)
    assert card.startswith("Treffen T2: Klausur, Mi, 3. März, 15:30.")
    await late(chat, "!treffen ende", 3, 14, 50)

    first, second = await row(chat, 1), await row(chat, 2)
    assert first["ended_at"] == datetime(2027, 3, 3, 10, 0, 1, tzinfo=UTC)
    assert second == held((14, 30), (14, 50))


async def test_late_beginning_and_end_long_after_a_missed_meeting_are_those_of_another(planned: Chat):
    chat = planned
    await at(chat, 3, 20)
    [card] = await late(chat, "!treffen start Klausur", 3, 15, 30)
    assert card.startswith("Treffen T2: Klausur, Mi, 3. März, 16:30.")
    await late(chat, "!treffen ende", 3, 16)
    assert await row(chat, 2) == held((15, 30), (16, 0))

    # It is over: nobody ends the one before it instead.
    [refused] = await late(chat, "!treffen ende", 3, 16, 5)

    assert refused == NO_MEETING
    assert await row(chat) == held((14, 0), (15, 0))


async def test_late_end_is_that_of_the_meeting_that_went_on_then(planned: Chat):
    chat = planned
    await at(chat, 3, 20)
    await chat.says("!treffen start Abendrunde", by="jule")
    await chat.answers()

    # It was written before the one that goes on now had begun.
    assert await late(chat, "!treffen ende", 3, 14, 40) == ["✅ T1"]
    assert await row(chat) == held((14, 0), (14, 40))
    assert (await row(chat, 2))["stage"] == "running"

    await at(chat, 3, 21)
    await late(chat, "!treffen ende", 3, 20, 45)

    assert await row(chat) == held((14, 0), (14, 40))
    assert (await row(chat, 2))["ended_at"] == datetime(2027, 3, 3, 20, 45, tzinfo=UTC)


@pytest.mark.parametrize("clock_first", [True, False])
async def test_meeting_that_was_called_off_meanwhile_did_not_take_place(planned: Chat, *, clock_first: bool):
    chat = planned
    chat.now = datetime(2027, 3, 4, 9, 0, tzinfo=UTC)
    if clock_first:
        await at(chat, 4, 9)

    answers = await late(chat, "!treffen absagen", 3, 9)

    assert "✎ Treffen T1: Runde, Mi, 3. März, 15:00, online. Es findet nicht statt." in answers
    assert (await row(chat))["began_at"] is None
    assert await at(chat, 4, 10) == []


@pytest.fixture
async def two_missed(planned: Chat) -> Chat:
    """Return a group whose meetings of Wednesday and Thursday were missed; it is Friday."""
    await planned.says("!treffen Do 4.3. 15:00 Zweites (online)", by="jule")
    await planned.answers()
    await at(planned, 5, 9)
    return planned


def cards(chat: Chat) -> list[str]:
    """Return what the cards of meetings say now."""
    posts = [sent for sent in chat.homeserver.sent if sent.type == "m.room.message"]
    shown: dict[str, str] = {}
    for sent in posts:
        relation = sent.content.get("m.relates_to", {})
        edited = relation.get("rel_type") == "m.replace"
        content = sent.content["m.new_content"] if edited else sent.content
        shown[relation["event_id"] if edited else sent.event_id] = content["body"]
    return [f"✎ {words}" for words in shown.values() if words.startswith("Treffen T")]


SECOND = "✎ Treffen T2: Zweites, Do, 4. März, 15:00, online."


async def test_only_the_meeting_that_is_meant_is_called_off_late(two_missed: Chat):
    chat = two_missed
    assert await late(chat, "!treffen absagen T2", 2, 9) == [f"{SECOND} Es findet nicht statt.", "✅ T2"]
    assert await at(chat, 5, 9, 1) == []
    assert await row(chat) == held((14, 0), (15, 0))
    assert cards(chat) == [f"{OVER} {AWAY} {NOT_REMINDED}", f"{SECOND} Es findet nicht statt."]


async def test_no_missed_meeting_is_announced_again_before_it_is_known_which_is_meant(two_missed: Chat):
    chat = two_missed
    question = "Welches Treffen? Angekündigt sind: T1, T2. Bitte mit der Nummer antworten."
    assert await late(chat, "!treffen absagen", 2, 9) == [question]
    assert await at(chat, 5, 9, 1) == []

    await chat.says("T2", by="ewa", reply_to=chat.post("Welches Treffen?"))

    assert await chat.answers() == [f"{SECOND} Es findet nicht statt.", "✅ T2"]
    assert await at(chat, 5, 9, 2) == []
    assert cards(chat) == [f"{OVER} {AWAY} {NOT_REMINDED}", f"{SECOND} Es findet nicht statt."]


async def test_missed_meeting_stays_over_until_its_new_time_is_known(planned: Chat):
    chat = planned
    await at(chat, 5, 9)
    [question] = await late(chat, "!treffen verschieben 2.3. 15:00", 2, 9)
    assert question == "2. März 2027 ist vorbei. Ist Fr, 2. April 2027, 15:00 gemeint? Bestätigen mit 👍."
    assert await at(chat, 5, 9, 1) == []
    assert cards(chat) == [f"{OVER} {AWAY} {NOT_REMINDED}"]

    await chat.reacts(chat.post("2. März 2027"), by="ewa")

    await chat.answers()
    assert await row(chat) == {"stage": "planned", "began_at": None, "ended_at": None}
    [card] = cards(chat)
    assert card.startswith("✎ Treffen T1: Runde, Fr, 2. April, 15:00, online.")


async def test_missed_meeting_that_is_called_off_is_not_the_one_its_series_has_announced_since(chat: Chat):
    chat.now = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
    await chat.says("!treffen jeden Mittwoch 15:00 Runde (online)", by="jule")
    await at(chat, 4, 9)

    assert await late(chat, "!treffen absagen", 2, 9) == [
        "✎ Treffen T1: Runde, Mi, 3. März, 15:00, online. Es findet nicht statt.",
        "✅ T1",
    ]
    assert (await row(chat, 2))["stage"] == "planned"


async def test_meeting_of_long_ago_is_not_called_off(planned: Chat):
    chat = planned
    await at(chat, 4, 9)
    await at(chat, 5, 9)

    await chat.says("!treffen absagen T1", by="ewa")

    assert await chat.answers() == ["T1 ist zu Ende. Ein Treffen beginnen: !treffen start Titel"]
    assert await row(chat) == held((14, 0), (15, 0))


async def test_meeting_that_is_missed_twice_is_shown_as_over_twice(planned: Chat):
    chat = planned
    over = f"{OVER} {AWAY} {NOT_REMINDED}"
    assert await at(chat, 4, 9) == [over]

    # The clock was wrong; at the right time nobody is there either.
    [again] = await at(chat, 1, 10)
    assert again.startswith("✎ Treffen T1: Runde, Mi, 3. März, 15:00, online. ✋ ich möchte sprechen.")
    assert await at(chat, 4, 9) == [over]
    assert cards(chat) == [over]


async def test_meeting_that_goes_on_begins_late_and_its_missed_reminder_is_named_at_the_end(planned: Chat):
    chat = planned
    assert await at(chat, 3, 14, 30) == []
    assert (await row(chat))["stage"] == "running"
    await chat.says("!barriere Neu", by="ewa")
    await chat.answers()

    await chat.says("!treffen ende", by="ewa")

    assert await chat.answers() == [
        f"{OVER} {NOT_REMINDED}",
        f"T1 ist zu Ende. {NOT_REMINDED} Neu: B1. Entscheidungen: keine.\n{NEXT}",
    ]
    assert await row(chat) == held((14, 0), (14, 30)) | {"ended_at": chat.now}


async def test_meeting_whose_reminder_was_sent_says_nothing_of_it(planned: Chat):
    chat = planned
    [reminder] = await at(chat, 3, 8)
    assert reminder.startswith("Bald ist T1:")

    assert await at(chat, 4, 9) == [f"{OVER} {AWAY}"]


async def test_series_goes_on_after_a_missed_meeting(chat: Chat):
    chat.now = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
    await chat.says("!treffen jeden Mittwoch 15:00 Runde (online)", by="jule")
    await chat.answers()

    over, card, _file = await at(chat, 4, 9)

    assert over == f"{OVER} {AWAY} {NOT_REMINDED}"
    assert card.startswith("Treffen T2: Runde, Mi, 10. März, 15:00, online.")


async def test_forgotten_meeting_of_an_outage_ends_twelve_hours_after_it_began(chat: Chat):
    chat.now = datetime(2027, 3, 3, 9, 0, tzinfo=UTC)
    await chat.says("!treffen start Runde", by="jule")
    await chat.answers()

    await at(chat, 4, 9)
    await late(chat, "!barriere Im Treffen", 3, 20)
    await late(chat, "!barriere In der Nacht", 4, 1)

    assert (await row(chat))["ended_at"] == datetime(2027, 3, 3, 21, tzinfo=UTC)
    assert await at(chat, 4, 9, 8) == [f"T1 ist zu Ende. Neu: B1. Entscheidungen: keine.\n{NEXT}"]

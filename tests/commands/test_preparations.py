# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Meetings to come: a good time, a place, the calendar file, moved, called off, again and again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar, Event
from sqlalchemy import func, select

from method.ids import RoomId
from storage.tables import meeting_authors
from tests.chat import CAST, GROUP, Chat

OTHER = RoomId("!other:test")
BERLIN = ZoneInfo("Europe/Berlin")
HOW = (
    "✋ ich möchte sprechen. Rollen ziehen: !rollen\n"
    "Ohne ✋: !rede. Wer noch nicht gesprochen hat, kommt zuerst. Dann zählt, wer sich früher gemeldet hat."
)
FILE = "T1 für den Kalender: Datei öffnen. Tagesordnung: !top und dann der Text"
WHERE = (
    "Das erste Treffen gelingt am besten in Präsenz: So entsteht Vertrauen."
    " Wo ist T1? Bitte mit dem Ort antworten, oder mit „online“ und dem Link."
)


def files(chat: Chat) -> list[Event]:
    """Return the event of every calendar file that was sent."""
    return [Calendar.from_ical(data).events[0] for data in chat.homeserver.media.values()]


# --- the time ------------------------------------------------------------------------------------


async def test_holiday_is_asked_back_with_a_proposal_and_the_text_is_kept(chat: Chat):
    await chat.says("!treffen Mo 29.3. 15:00 Austausch (online)")
    question = (
        "Mo, 29. März, 15:00 ist ein Feiertag: Ostermontag. Ist Di, 30. März, 15:00 gemeint?"
        " Bestätigen mit 👍. Soll es dabei bleiben: „trotzdem“ dazuschreiben."
    )
    assert await chat.answers() == [question]

    await chat.reacts(chat.post(question))

    card, file, done = await chat.answers()
    assert card == f"Treffen T1: Austausch, Di, 30. März, 15:00, online. {HOW}"
    assert (file, done) == (FILE, "✎ Erledigt.")


async def test_evening_is_asked_back_and_kept_if_wanted(chat: Chat):
    event = await chat.says("!treffen Mi 3.3. 19:30 Austausch (online)")
    [question] = await chat.answers()
    assert question.startswith(
        "Mi, 3. März, 19:30 ist außerhalb der Arbeitszeit. Ist Mi, 3. März, 17:00 gemeint?"
    )

    await chat.edits(event, "!treffen Mi 3.3. 19:30 Austausch (online) trotzdem")

    assert (await chat.answers())[0] == f"Treffen T1: Austausch, Mi, 3. März, 19:30, online. {HOW}"


async def test_edited_to_a_holiday_it_is_asked_back_and_nothing_changes_until_then(chat: Chat):
    event = await chat.says("!treffen Mi 3.3. 15:00 Austausch (online)")
    await chat.answers()

    await chat.edits(event, "!treffen Mo 8.3. 15:00 Austausch (online)")
    question = (
        "Mo, 8. März, 15:00 ist ein Feiertag: Frauentag. Ist Di, 9. März, 15:00 gemeint?"
        " Bestätigen mit 👍. Soll es dabei bleiben: „trotzdem“ dazuschreiben."
    )
    assert await chat.answers() == [question]

    await chat.reacts(chat.post(question))
    card, done, *_ = await chat.answers()
    assert card == f"✎ Treffen T1: Austausch, Di, 9. März, 15:00, online. {HOW}"
    assert done == "✅ T1"

    await chat.edits(event, "!treffen Mo 8.3. 15:00 Austausch (online) trotzdem")
    assert (await chat.answers())[0] == f"✎ Treffen T1: Austausch, Mo, 8. März, 15:00, online. {HOW}"
    await chat.edits(event, "!treffen Mo 8.3. 15:00 Rückblick (online)")
    assert (await chat.answers())[0] == f"✎ Treffen T1: Rückblick, Mo, 8. März, 15:00, online. {HOW}"


async def test_edited_to_a_time_that_has_passed_it_is_asked_back_and_stays_announced(chat: Chat):
    event = await chat.says("!treffen Mi 3.3. 15:00 Austausch (online)")
    await chat.answers()

    await chat.edits(event, "!treffen heute 8:00 Austausch (online)")
    over = "Diese Zeit ist vorbei. Bitte mit Tag und Uhrzeit antworten, zum Beispiel Mi 15:00."
    assert await chat.answers() == [over]
    await chat.pass_time(seconds=2)
    assert await chat.answers() == []

    await chat.says("Do 10:00", reply_to=chat.post(over))
    assert (await chat.answers())[0] == f"✎ Treffen T1: Austausch, Do, 25. Februar, 10:00, online. {HOW}"


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("Mo 8.3. 15:00 Rückblick", "ja"),
        ("Do 4.3. Rückblick", "Do 4.3. 10:00"),
        ("heute 8:00 Rückblick", "Do 10:00"),
    ],
    ids=["holiday", "no time", "over"],
)
async def test_new_title_stays_while_the_new_time_is_asked_for(chat: Chat, words: str, answer: str):
    event = await chat.says("!treffen Mi 3.3. 15:00 Austausch (online)")
    await chat.edits(event, f"!treffen {words}")
    question = (await chat.answers())[-1]

    await chat.says(answer, reply_to=chat.post(question))

    assert (await chat.answers())[0].startswith("✎ Treffen T1: Rückblick, ")


# --- the place -----------------------------------------------------------------------------------


async def test_first_meeting_is_proposed_in_person_once(chat: Chat):
    await chat.says("!treffen Mi 3.3. 15:00 Gründung")
    assert await chat.answers() == [f"Treffen T1: Gründung, Mi, 3. März, 15:00. {HOW}", FILE, WHERE]

    await chat.says("Rathaus, Raum 3.12", reply_to=chat.post("Das erste Treffen"))
    about = "Gründung, Mi, 3. März, 15:00, Rathaus, Raum 3.12"
    assert await chat.answers() == [
        f"✎ Treffen T1: {about}. {HOW}",
        "✅ T1",
        f"T1 ist geändert: {about}. Die Datei ändert es auch im Kalender.",
    ]
    assert [(event["LOCATION"], event["SEQUENCE"]) for event in files(chat)[1:]] == [
        ("Rathaus, Raum 3.12", 1)
    ]

    await chat.says("!treffen Mi 10.3. 15:00 Zweites")
    assert len(await chat.answers()) == 2


async def test_yes_means_in_person(chat: Chat):
    await chat.says("!treffen Mi 3.3. 15:00 Gründung")
    await chat.says("ja", reply_to=chat.post("Das erste Treffen"))

    assert [str(event.get("LOCATION")) for event in files(chat)] == ["None", "in Präsenz"]


async def test_place_that_is_said_is_not_asked_for(chat: Chat):
    await chat.says("!treffen Mi 3.3. 15:00 Gründung in Präsenz, Raum 3.12")

    assert len(await chat.answers()) == 2


# --- the calendar file ---------------------------------------------------------------------------


async def test_calendar_file_follows_the_meeting(chat: Chat):
    await chat.says("!treffen Fr 26.3. 15:00-16:30 Austausch (online) trotzdem", by="lina")
    await chat.says("!treffen verschieben T1 Do 1.4. 15:00", by="ewa")
    await chat.says("!treffen absagen T1", by="jule")

    made, moved, off = files(chat)
    assert made["UID"] == moved["UID"] == off["UID"]
    assert [event["SEQUENCE"] for event in (made, moved, off)] == [0, 1, 2]
    assert [str(event["STATUS"]) for event in (made, moved, off)] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    assert made.start == datetime(2027, 3, 26, 15, tzinfo=BERLIN)
    assert made.end - made.start == timedelta(minutes=90)
    # Summer time has begun in between: the local time stays.
    assert moved.start == datetime(2027, 4, 1, 15, tzinfo=BERLIN)
    assert isinstance(moved.start, datetime)
    assert moved.start.utcoffset() == timedelta(hours=2)
    assert str(made["SUMMARY"]) == "T1: Austausch (Anerkannt und doch ohne Job)"
    for event in (made, moved, off):
        words = event.to_ical().decode().lower()
        assert [name for name in ("lina", "ewa", "jule", "katrin") if name in words] == []


async def test_meeting_that_begins_at_once_has_no_file_and_no_reminder(chat: Chat):
    """Line l026."""
    chat.now = datetime(2027, 2, 22, 12, 58, tzinfo=UTC)
    await chat.says("!treffen heute 14:00 Gründung in Präsenz, Raum 3.12", by="katrin")
    await chat.pass_time(minutes=1)

    assert len(await chat.answers()) == 1
    assert files(chat) == []


# --- moved and called off ------------------------------------------------------------------------


async def test_moved_meeting_begins_at_its_new_time(chat: Chat):
    await chat.says("!treffen morgen 10:00 Austausch (online)")
    await chat.answers()

    await chat.says("!treffen verschieben Do 25.2. 10:00", by="ewa")
    about = "Austausch, Do, 25. Februar, 10:00, online"
    assert await chat.answers() == [
        f"✎ Treffen T1: {about}. {HOW}",
        "✅ T1",
        f"T1 ist geändert: {about}. Die Datei ändert es auch im Kalender.",
    ]
    chat.now = datetime(2027, 2, 23, 9, 30, tzinfo=UTC)
    await chat.pass_time(seconds=0)
    await chat.says("!treffen ende", by="ewa")
    assert await chat.answers() == ["Gerade läuft kein Treffen. Beginnen: !treffen start Titel"]


@pytest.mark.parametrize("words", ["T1 16:00", "auf 16 Uhr", "T1 at 4 pm"])
async def test_time_alone_leaves_a_moved_meeting_on_its_day(chat: Chat, words: str):
    await chat.says("!treffen Mi 3.3. 15:00 Austausch (online)")
    await chat.answers()

    await chat.says(f"!treffen verschieben {words}", by="ewa")

    assert (await chat.answers())[-1].startswith("T1 ist geändert: Austausch, Mi, 3. März, 16:00, online.")


async def test_number_may_stand_before_what_is_to_be_done(chat: Chat):
    await chat.says("!treffen Mi 3.3. 15:00 Austausch (online)")
    await chat.answers()

    await chat.says("!treffen T1 verschieben auf Do 4.3. 16:00", by="ewa")
    await chat.says("!treffen T1 absagen", by="ewa")

    said = await chat.answers()
    assert (
        "T1 ist geändert: Austausch, Do, 4. März, 16:00, online. Die Datei ändert es auch im Kalender."
        in said
    )
    assert "✅ T1" in said
    assert [str(event["STATUS"]) for event in files(chat)] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]


async def test_time_to_move_to_is_asked_for(chat: Chat):
    await chat.says("!treffen morgen 10:00 Austausch (online)")
    await chat.says("!treffen verschieben T1", by="ewa")
    assert (await chat.answers())[-1].startswith("Wann ist das Treffen?")

    await chat.says("Do 25.2. 11:00", by="ewa", reply_to=chat.post("Wann ist das Treffen?"))

    assert (await chat.answers())[0].startswith("✎ Treffen T1: Austausch, Do, 25. Februar, 11:00, online.")


async def test_reason_of_a_meeting_called_off_is_not_kept_and_said_so(chat: Chat):
    await chat.says("!treffen morgen 10:00 Austausch (online)")
    await chat.answers()
    await chat.says("!treffen absagen T1 Grippe", by="ewa")

    assert "T1 ist abgesagt. Den Grund speichere ich nicht." in await chat.answers()


async def test_thanks_are_no_reason_of_a_meeting_called_off(chat: Chat):
    await chat.says("!treffen morgen 10:00 Austausch (online)")
    await chat.answers()
    await chat.says("!treffen T1 absagen danke", by="ewa")

    assert not any("Grund" in said for said in await chat.answers())


async def test_which_meeting_is_asked_for_among_several(chat: Chat):
    await chat.says("!treffen morgen 10:00 Austausch (online)")
    await chat.says("!treffen Do 25.2. 10:00 Zweites")
    await chat.answers()
    await chat.says("!treffen absagen", by="ewa")
    assert await chat.answers() == [
        "Welches Treffen? Angekündigt sind: T1, T2. Bitte mit der Nummer antworten."
    ]

    await chat.says("T2", by="ewa", reply_to=chat.post("Welches Treffen?"))

    assert (await chat.answers())[0].endswith("Zweites, Do, 25. Februar, 10:00. Es findet nicht statt.")


async def test_who_announced_it_is_forgotten_with_the_end(chat: Chat):
    await chat.says("!treffen morgen 10:00 Austausch (online)")
    await chat.says("!treffen ende T1", by="ewa")

    async with chat.db.reading() as db:
        assert await db.scalar(select(func.count()).select_from(meeting_authors)) == 0


# --- again and again -----------------------------------------------------------------------------


async def test_series_goes_on_when_a_meeting_has_ended_and_keeps_its_local_time(chat: Chat):
    chat.now = datetime(2027, 3, 15, 8, 0, tzinfo=UTC)
    await chat.says("!treffen jeden 2. Mittwoch 15:00 Austausch (online)", by="lina")
    assert await chat.answers() == [
        f"Treffen T1: Austausch, Mi, 17. März, 15:00, online. {HOW}",
        f"T1: alle 2 Wochen am Mittwoch. {FILE}",
    ]
    for hour in (8, 14):
        chat.now = datetime(2027, 3, 17, hour, 0, tzinfo=UTC)
        await chat.pass_time(seconds=0)
    await chat.answers()

    await chat.says("!treffen ende", by="ewa")

    over, card, file, closing = await chat.answers()
    assert over.endswith("Es ist zu Ende.")
    assert card == f"Treffen T2: Austausch, Mi, 31. März, 15:00, online. {HOW}"
    assert file == f"T2: alle 2 Wochen am Mittwoch. {FILE.replace('T1', 'T2')}"
    assert "Nächstes Treffen: T2: Austausch, Mi, 31. März, 15:00, online. Fehlt etwas?" in closing
    first, second = files(chat)
    assert first["UID"] != second["UID"]
    assert second.start == datetime(2027, 3, 31, 15, tzinfo=BERLIN)
    assert isinstance(second.start, datetime)
    assert second.start.utcoffset() == timedelta(hours=2)


async def test_series_steps_aside_for_a_holiday_and_says_so(chat: Chat):
    chat.now = datetime(2027, 3, 25, 8, 0, tzinfo=UTC)
    await chat.says("!treffen jeden Montag 10:00 Runde (online)", by="lina")

    card, file = await chat.answers()
    assert card.startswith("Treffen T1: Runde, Di, 30. März, 10:00, online.")
    assert file == (
        f"T1: jeden Montag. {FILE}\nOstermontag ist ein Feiertag, deshalb diesmal: Di, 30. März, 10:00."
        " Sonst: !treffen verschieben T1"
    )
    await chat.says("!treffen absagen T1", by="ewa")
    assert [said for said in await chat.answers() if said.startswith("Treffen T2")] == [
        f"Treffen T2: Runde, Mo, 5. April, 10:00, online. {HOW}"
    ]


async def test_series_goes_on_in_working_time_where_nobody_has_ended_its_meeting(chat: Chat):
    await chat.says("!treffen jeden Mittwoch 15:00 Runde (online)", by="lina")
    await chat.answers()
    announced = []
    for hour in (14, 23):
        chat.now = datetime(2027, 2, 24, hour, 30, tzinfo=UTC)
        await chat.pass_time(minutes=1)
    chat.now = datetime(2027, 2, 25, 2, 1, tzinfo=UTC)
    for _ in range(6):
        await chat.pass_time(hours=1)
        announced += [(chat.now.hour, said) for said in await chat.answers() if "T2" in said]

    assert announced == [
        (7, f"Treffen T2: Runde, Mi, 3. März, 15:00, online. {HOW}"),
        (7, f"T2: jeden Mittwoch. {FILE.replace('T1', 'T2')}"),
    ]


async def test_series_does_not_wait_for_working_time_that_comes_after_its_meeting(chat: Chat):
    await chat.says("!treffen jeden Tag 8:00 Runde (online)", by="lina")
    await chat.answers()
    announced = []
    # Tuesday to Thursday: nobody ends anything.
    for hour in range(9, 70):
        chat.now = datetime(2027, 2, 22, tzinfo=UTC) + timedelta(hours=hour)
        await chat.pass_time(minutes=1)
        announced += [said for said in await chat.answers() if said.startswith("Treffen")]

    assert [said.split(",")[2].strip() for said in announced] == ["24. Februar", "25. Februar"]


async def test_series_is_changed_and_ended_with_its_message(chat: Chat):
    event = await chat.says("!treffen jede Woche Mi 15:00 Austausch (online)", by="lina")
    await chat.answers()

    await chat.edits(event, "!treffen jeden Donnerstag 10:00 Austausch (online)", by="lina")
    card, receipt, _file = await chat.answers()
    assert card.startswith("✎ Treffen T1: Austausch, Do, 25. Februar, 10:00, online.")
    assert receipt == "✏️ T1"

    await chat.redacts(event, by="lina")
    assert [said for said in await chat.answers() if said.startswith(("✎", "Treffen"))] == [
        "✎ Treffen T1: Do, 25. Februar, 10:00. Es findet nicht statt."
    ]
    await chat.pass_time(days=14)
    assert [said for said in await chat.answers() if "Treffen" in said] == []


async def test_series_with_a_last_day_is_refused(chat: Chat):
    await chat.says("!treffen jede Woche Mi 15:00 bis 30.6. Austausch")

    assert await chat.answers() == [
        "Eine Reihe hat keinen letzten Tag. Beispiel: !treffen jede Woche Mi 15:00 Austausch."
        " Später beenden: !treffen serie aus"
    ]


async def test_series_is_ended_by_a_command(chat: Chat):
    await chat.says("!treffen serie aus", by="ewa")
    await chat.says("!treffen jede Woche Mi 15:00 Austausch (online)", by="lina")
    assert (await chat.answers())[0] == (
        "Es gibt keine Reihe von Treffen. Beispiel: !treffen jeden 2. Mittwoch 15:00 Austausch"
    )

    await chat.says("!treffen serie aus", by="ewa")
    assert await chat.answers() == [
        "Die Reihe ist zu Ende. Angekündigt bleibt: T1. Absagen: !treffen absagen T1"
    ]
    await chat.says("!treffen absagen T1", by="ewa")
    assert [said for said in await chat.answers() if "T2" in said] == []


# --- what could not be said in time ---------------------------------------------------------------


async def test_meeting_of_which_nobody_was_reminded_and_days_without_one_are_named(chat: Chat):
    await chat.says("!treffen jede Woche Mi 15:00 Austausch (online)", by="lina")
    await chat.answers()
    # Nothing has run since the Monday before.
    chat.now = datetime(2027, 3, 19, 9, 0, tzinfo=UTC)
    await chat.pass_time(seconds=0)
    await chat.pass_time(seconds=1)
    over, card, file = [one for one in await chat.answers() if len(one) > 3]
    await chat.pass_time(days=1)

    assert over.endswith(
        "Es ist zu Ende. Ich war zu dieser Zeit nicht erreichbar. Die Erinnerung konnte ich nicht schicken."
    )
    assert card.startswith("Treffen T2: Austausch, Mi, 24. März, 15:00, online.")
    assert file == (
        f"T2: jeden Mittwoch. {FILE.replace('T1', 'T2')}\n"
        "3-mal konnte ich kein Treffen ankündigen: Mi, 3. März bis Mi, 17. März."
    )
    assert [one for one in await chat.answers() if "erinnern" in one] == []


# --- where it is seen ----------------------------------------------------------------------------


async def test_next_meeting_stands_on_the_board_and_in_wo(chat: Chat):
    await chat.says("!treffen Mi 3.3. 15:00 Austausch (online)")
    await chat.answers()
    await chat.says("!wo")
    line = "Nächstes Treffen: T1: Austausch, Mi, 3. März, 15:00, online."
    assert await chat.answers() == [
        f"Wir sind in Schritt 1 von 5: Barrieren erkennen. {line} Mitmachen: !board, !idee, !hilfe"
    ]
    await chat.says("!board neu", by="katrin")
    await chat.pass_time(minutes=1)

    assert [board.split("\n")[-2] for board in (await chat.boards())[-1:]] == [line]


async def test_card_of_a_meeting_goes_in_the_night_after_its_message_was_deleted(chat: Chat):
    message = await chat.says("!treffen Mi 3.3. 15:00 Gespräch wegen Frau Meier", by="lina")
    await chat.answers()
    card = chat.post("Treffen T1: Gespräch")
    await chat.redacts(message, by="lina")
    await chat.answers()

    await chat.pass_time(days=1)

    assert f"✗ {card}" in await chat.answers()


async def test_board_that_named_a_meeting_is_said_anew_in_the_night_after_its_message_was_deleted(chat: Chat):
    await chat.says("!barriere Das Formular ist zu lang")
    message = await chat.says("!treffen Mi 3.3. 15:00 Gespräch wegen Frau Meier", by="lina")
    await chat.pass_time(minutes=1)
    assert [post for post in await chat.boards() if "Frau Meier" in post] != []
    await chat.redacts(message, by="lina")
    await chat.pass_time(minutes=1)
    await chat.boards()

    await chat.pass_time(days=1)

    deleted, board = sorted(await chat.boards(), key=len)
    assert deleted.startswith("✗ ")
    assert "T1: Gespräch" not in board


# --- another room --------------------------------------------------------------------------------


async def moves(chat: Chat) -> None:
    """Let the group's room be replaced by another one."""
    create = {"room_version": "10", "predecessor": {"room_id": GROUP, "event_id": "$tombstone"}}
    await chat.sends("m.room.tombstone", {"replacement_room": OTHER}, by="katrin", state_key="")
    state = chat.room_state("Anerkannt und doch ohne Job", CAST)
    state[0] = chat.event("m.room.create", create, by="katrin", state_key="")
    await chat.answers()
    await chat.syncs({"join": {OTHER: {"state": {"events": state}}}})


async def test_card_of_an_announced_meeting_moves_with_the_group(chat: Chat):
    await chat.says("!treffen heute 15:00 Austausch (online)", by="lina")
    old = chat.post("Treffen T1")
    await moves(chat)

    card = f"Treffen T1: Austausch, Mo, 22. Februar, 15:00, online. {HOW}"
    assert sorted((await chat.answers())[1:]) == sorted([card, f"✗ {old}"])
    await chat.pass_time(hours=6)
    await chat.reacts(chat.post("Treffen T1"), "✋", by="ewa", room=OTHER)

    assert (await chat.answers(OTHER))[-1].endswith("Als Nächstes: Ewa.")


async def test_card_and_round_of_a_running_meeting_move_with_the_group(chat: Chat):
    await chat.says("!treffen start Austausch", by="lina")
    await chat.says("!runde Was hat geholfen?", by="lina")
    old = chat.post("Treffen T1")
    await moves(chat)

    said = (await chat.answers())[1:]
    assert sorted(one.split(":")[0] for one in said) == sorted(
        ["Treffen T1", "Runde", f"✗ {old}".split(":")[0]]
    )

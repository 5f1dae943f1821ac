# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The calendar file: read back by its library and by another reader, with the rules of its time zone."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil.tz import tzical  # type: ignore[import-untyped]  # the library has no types
from icalendar import Calendar

from method.calendars import Entry, calendar, uid_of

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2027, 3, 1, 14, 6, 7, 8, tzinfo=UTC)
ENTRY = Entry(
    uid=uid_of("$meeting"),
    sequence=2,
    summary="T2: Austausch; mit Kommas, und „Zeichen“",
    place="https://meet.example.org/raum",
    description="Tagesordnung: B3\nzweite Zeile",
    starts_at=datetime(2027, 3, 3, 14, tzinfo=UTC),
    minutes=90,
    zone=BERLIN,
)


def test_file_reads_back_as_it_was_meant():
    file = Calendar.from_ical(calendar(ENTRY, now=NOW))
    [event] = file.events

    assert (file["METHOD"], file["VERSION"]) == ("PUBLISH", "2.0")
    assert (event["UID"], event["SEQUENCE"], event["STATUS"]) == (ENTRY.uid, 2, "CONFIRMED")
    assert (event["SUMMARY"], event["LOCATION"]) == (ENTRY.summary, ENTRY.place)
    assert event["DESCRIPTION"] == ENTRY.description
    assert event["DTSTART"].params["TZID"] == "Europe/Berlin"
    assert event.start == datetime(2027, 3, 3, 15, tzinfo=BERLIN)
    assert event.end - event.start == timedelta(minutes=90)
    assert event["DTSTAMP"].to_ical() == b"20270301T140607Z"


def test_cancelled_meeting_is_struck_out_under_the_same_name():
    file = Calendar.from_ical(calendar(replace(ENTRY, cancelled=True, sequence=3), now=NOW))
    [event] = file.events

    assert (event["UID"], event["SEQUENCE"], event["STATUS"]) == (ENTRY.uid, 3, "CANCELLED")


def test_names_are_the_same_for_one_message_only():
    assert uid_of("$meeting") == uid_of("$meeting")
    assert uid_of("$meeting") != uid_of("$another")
    assert "$meeting" not in uid_of("$meeting")


def test_lines_are_as_the_format_wants_them():
    data = calendar(replace(ENTRY, summary="Ä" * 200), now=NOW)

    assert data.endswith(b"END:VCALENDAR\r\n")
    assert [line for line in data.split(b"\r\n") if len(line) > 75] == []
    assert b"ATTENDEE" not in data
    assert b"ORGANIZER" not in data


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata"])
def test_another_reader_finds_the_same_times_in_the_file_alone(zone: str):
    """``tzical`` knows nothing but the rules inside: every quarter of an hour around both changes of 2027."""
    known = ZoneInfo(zone)
    data = calendar(replace(ENTRY, zone=known), now=NOW).decode()
    read = tzical(io.StringIO(data)).get()
    assert read is not None
    days = [
        datetime(2027, month, day, tzinfo=UTC)
        for month, day in ((3, 14), (3, 28), (4, 4), (10, 3), (10, 31), (11, 7))
    ]
    moments = [day + timedelta(minutes=15 * step) for day in days for step in range(-96, 192)]

    wall = [moment.astimezone(known).replace(tzinfo=None) for moment in moments]
    # A wall time that exists twice says nothing of which is meant.
    once = [one for one in wall if wall.count(one) == 1]

    assert [one.replace(tzinfo=read).utcoffset() for one in once] == [
        one.replace(tzinfo=known).utcoffset() for one in once
    ]

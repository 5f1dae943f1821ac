# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who is meant, until when, and what becomes of a task, as people write it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from method.errors import Missing, Suggestion
from method.ids import EventId, PersonId, UserId
from method.settings import Settings
from method.tasks import (
    Stage,
    Task,
    blocked,
    finished,
    free,
    offered,
    restored,
    resumed,
    stored,
    taken,
)
from method.tasks.days import better, checked, reminder_at, split_due
from method.tasks.people import Known, split_person
from method.tasks.phrases import means_day
from method.tasks.words import Verb, may_answer, read_answer, read_verb

ZONE = ZoneInfo("Europe/Berlin")
NOW = datetime(2027, 3, 11, 11, 15, tzinfo=UTC)
TODAY = date(2027, 3, 11)
LINA, THOMAS, MEYER = UserId("@lina:x.test"), UserId("@thomas.wielandt:x.test"), UserId("@tm:y.test")
HERE = [Known(LINA, "Lina Haddad"), Known(THOMAS, "Thomas Wieland"), Known(MEYER, "Thomas Meyer")]


@pytest.mark.parametrize(
    ("words", "rest", "day"),
    [
        ("Raum für den 18.3. buchen bis 15.3.", "Raum für den 18.3. buchen", "2027-03-15"),
        ("ich kläre die Kita bis Mo", "ich kläre die Kita", "2027-03-15"),
        ("8 Firmen einladen bis Di", "8 Firmen einladen", "2027-03-16"),
        ("Raum bis Freitag buchen", "Raum buchen", "2027-03-12"),
        ("bis morgen: Raum buchen", "Raum buchen", "2027-03-12"),
        ("Raum buchen, bis zum 15. März 2027.", "Raum buchen", "2027-03-15"),
        ("Raum buchen bis 2027-03-15", "Raum buchen", "2027-03-15"),
        ("Raum buchen until March 15", "Raum buchen", "2027-03-15"),
        ("Raum buchen in 2 Wochen", "Raum buchen", "2027-03-25"),
        ("Raum buchen Ende des Monats", "Raum buchen", "2027-03-31"),
        ("Raum buchen bis Ende der Woche", "Raum buchen", "2027-03-12"),
        ("Raum buchen bis Monatsende", "Raum buchen", "2027-03-31"),
        ("Raum buchen bis Fr 12 Uhr", "Raum buchen (12 Uhr)", "2027-03-12"),
        ("bis 2027-03-15 Bis Mo war es frei", "Bis Mo war es frei", "2027-03-15"),
        ("bis zu 10 Firmen einladen", "bis zu 10 Firmen einladen", None),
        ("Raum buchen bis zum Treffen", "Raum buchen bis zum Treffen", None),
        ("Flyer für Ende Juni", "Flyer für Ende Juni", None),
        ("Kurse in Mitte", "Kurse in Mitte", None),
        ("Treffen am 18.3.", "Treffen am 18.3.", None),
        ("Flyer bis nächste Woche", "Flyer", "2027-03-19"),
        ("bis zur nächsten Woche Flyer drucken", "Flyer drucken", "2027-03-19"),
        ("Flyer bis diese Woche", "Flyer", "2027-03-12"),
        ("Flyer bis übernächste Woche", "Flyer", "2027-03-25"),
        ("Flyer by next week", "Flyer", "2027-03-19"),
        ("Flyer bis KW 12", "Flyer", "2027-03-25"),
        ("Flyer bis 12. KW.", "Flyer", "2027-03-25"),
        ("Flyer bis KW12 drucken", "Flyer drucken", "2027-03-25"),
        ("Flyer bis KW 2", "Flyer", "2028-01-14"),
        ("Flyer spätestens 12.3.", "Flyer", "2027-03-12"),
        ("Flyer bis spätestens 12.3.", "Flyer", "2027-03-12"),
        ("Flyer spätestens am Fr", "Flyer", "2027-03-12"),
        ("Flyer am 12.3.", "Flyer", "2027-03-12"),
        ("Flyer für Herbst drucken am 12. März", "Flyer für Herbst drucken", "2027-03-12"),
        ("Raum für das Fest am 18.3.", "Raum für das Fest am 18.3.", None),
        ("Protokoll vom Abend am 18.3.", "Protokoll vom Abend am 18.3.", None),
        ("Bericht am 1.3.", "Bericht am 1.3.", None),
        ("Abgabe bis 18 Uhr", "Abgabe (18 Uhr)", "2027-03-11"),
        ("Sprechzeiten bis 18 Uhr prüfen", "Sprechzeiten bis 18 Uhr prüfen", None),
        ("Schild: offen von 9 bis 18 Uhr", "Schild: offen von 9 bis 18 Uhr", None),
        ("Zelte vom 1.4. bis 5.4. mieten", "Zelte vom 1.4. bis 5.4. mieten", None),
        (
            "Zelte vom 1. April bis 5. April mieten bis Fr",
            "Zelte vom 1. April bis 5. April mieten",
            "2027-03-12",
        ),
        ("Sprechstunde Montag bis Freitag klären", "Sprechstunde Montag bis Freitag klären", None),
        ("Liste von A bis Z", "Liste von A bis Z", None),
        ("Raum bis Montag in 14 Tagen", "Raum", "2027-03-29"),
        ("Raum bis Montag in einer Woche buchen", "Raum buchen", "2027-03-22"),
        ("Raum bis zum 18.", "Raum", "2027-03-18"),
        ("Raum bis zum 10.", "Raum", "2027-04-10"),
        ("Raum bis zum 18. buchen", "Raum buchen", "2027-03-18"),
        ("bis 18.", "", "2027-03-18"),
        ("Raum bis spätestens 18.", "Raum", "2027-03-18"),
        ("Raum by 18th", "Raum", "2027-03-18"),
        ("Kapitel 5 bis 7.", "Kapitel 5 bis 7.", None),
        ("Kapitel 5 bis zum 7.", "Kapitel 5 bis zum 7.", None),
        ("Wir brauchen 3 bis 5.", "Wir brauchen 3 bis 5.", None),
        ("Zeilen 1 bis 31.", "Zeilen 1 bis 31.", None),
        ("Etage 1. bis 3.", "Etage 1. bis 3.", None),
        ("Seite 7 bis 12., dann Pause", "Seite 7 bis 12., dann Pause", None),
        ("Werte zählen bis 10.", "Werte zählen bis 10.", None),
        ("Raum by the 18th", "Raum", "2027-03-18"),
        ("Flyer bis zum 3. Treffen", "Flyer bis zum 3. Treffen", None),
        ("Flyer by the 5th meeting", "Flyer by the 5th meeting", None),
        ("Kinder bis 3. Klasse einladen", "Kinder bis 3. Klasse einladen", None),
        ("bis Fr 10 Uhr 30 Leute anrufen", "30 Leute anrufen (10 Uhr)", "2027-03-12"),
        ("Antrag bis 13. 10 Uhr", "Antrag (10 Uhr)", "2027-03-13"),
        ("Raum buchen (bis Freitag)", "Raum buchen", "2027-03-12"),
        ("Raum (bis Freitag) buchen", "Raum buchen", "2027-03-12"),
        ("Raum bis morgen früh", "Raum (früh)", "2027-03-12"),
        ("Raum bis heute Abend", "Raum (Abend)", "2027-03-11"),
        ("Raum bis Freitagabend", "Raum (abend)", "2027-03-12"),
        ("Raum by tomorrow morning", "Raum (morning)", "2027-03-12"),
        ("Raum bis Fr abends um 8", "Raum (abends um 8)", "2027-03-12"),
        ("Raum bis Fr um halb drei", "Raum (halb drei)", "2027-03-12"),
        ("Sprechzeiten bis halb drei prüfen", "Sprechzeiten bis halb drei prüfen", None),
    ],
)
def test_the_day_is_taken_out_of_the_words(words: str, rest: str, day: str | None):
    expected = date.fromisoformat(day) if day else None

    assert split_due(words, NOW, Settings(), "aufgabe") == (rest, expected)


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("Flyer bis Ostern", True),
        ("Flyer bis Anfang Herbst", True),
        ("Flyer bis zu den Sommerferien", True),
        ("Flyer bis zum nächsten Quartal.", True),
        ("Flyer bis Freitagabend", True),
        ("Flyer bis April", True),
        ("Flyer bis Weihnachten 2027", True),
        ("Flyer spätestens KW 54", True),
        ("Flyer by Easter", True),
        ("Flyer bis Feitag", True),
        ("Flyer bis Dienstg", True),
        ("Flyer bis zum Septmber", True),
        ("Flyer bis Feiertag", False),
        ("Liste von A bis Z", False),
        ("Sprechzeiten bis 18 Uhr prüfen", False),
        ("Zahlen von Januar bis Dezember", False),
        ("Zahlen Januar bis Dezember", False),
        ("Angebote für Kinder bis 3 Jahre", False),
        ("Buch lesen bis Seite 12", False),
        ("Plätze für bis zu 5 Personen", False),
        ("Film ansehen bis zum Ende", False),
        ("Sort the cards by month", False),
        ("Bis Ostern war es frei", False),
        ("Text bis Kapitel 3.2", False),
        ("Flyer", False),
    ],
)
def test_a_day_that_cannot_be_read_is_noticed(words: str, meant: bool):
    assert means_day(words) is meant


@pytest.mark.parametrize("words", ["bis gestern", "until yesterday"])
def test_until_yesterday_is_asked_back_with_the_next_working_day(words: str):
    with pytest.raises(Suggestion) as asked:
        split_due(f"Raum buchen {words}", NOW, Settings(), "aufgabe")

    assert asked.value.line == "aufgabe bis 2027-03-12 Raum buchen"


@pytest.mark.parametrize("day", ["31.2.", "29.2."])
def test_a_day_that_does_not_exist_is_asked_for(day: str):
    with pytest.raises(Missing) as asked:
        split_due(f"Raum buchen bis {day}", NOW, Settings(), "aufgabe")

    assert (asked.value.line, asked.value.kind) == ("aufgabe bis {} Raum buchen", "word")


@pytest.mark.parametrize(
    ("day", "line"),
    [
        (date(2027, 2, 15), "aufgabe bis 2027-03-15 Raum"),
        (date(2026, 12, 31), "aufgabe bis 2027-03-31 Raum"),
        (date(2027, 3, 10), "aufgabe bis 2027-04-10 Raum"),
    ],
)
def test_a_past_day_is_proposed_anew(day: date, line: str):
    with pytest.raises(Suggestion) as asked:
        checked(day, TODAY, "aufgabe bis {} Raum")

    assert asked.value.line == line


def test_today_is_no_past_day_and_four_years_are_too_far():
    assert checked(TODAY, TODAY, "{}") == TODAY
    with pytest.raises(Missing):
        checked(date(2031, 3, 11), TODAY, "{}")


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (
            date(2027, 3, 29),
            "Der 29. März ist Ostermontag. Besser Di, 30. März? Mit 👍 ändere ich das Datum.",
        ),
        (date(2027, 3, 26), "Der 26. März ist Karfreitag. Besser Di, 30. März? Mit 👍 ändere ich das Datum."),
        (date(2027, 3, 27), None),
        (date(2027, 3, 8), "Der 8. März ist Frauentag. Besser Di, 9. März? Mit 👍 ändere ich das Datum."),
    ],
)
def test_another_day_is_proposed_for_a_public_holiday(day: date, said: str | None):
    found = better(day, Settings())

    assert (found and found[0].render("de")) == said


@pytest.mark.parametrize(
    ("due", "now", "at"),
    [
        # The working day before, an hour after work begins.
        ("2027-03-16", NOW, "2027-03-15T08:00"),
        ("2027-03-15", NOW, "2027-03-12T08:00"),
        ("2027-03-30", NOW, "2027-03-25T08:00"),
        # Taken on the day before: on the day itself.
        ("2027-03-12", NOW, "2027-03-12T08:00"),
        # Taken on Friday for Sunday, or on the day itself: no more.
        ("2027-03-14", datetime(2027, 3, 12, 9, tzinfo=UTC), None),
        ("2027-03-11", NOW, None),
    ],
)
def test_a_reminder_comes_in_working_time_before_the_day(due: str, now: datetime, at: str | None):
    expected = datetime.fromisoformat(f"{at}:00+00:00").astimezone(ZONE) if at else None
    if expected is not None:
        # Work begins at eight, whatever the clocks do.
        expected = expected.replace(hour=9)

    assert reminder_at(date.fromisoformat(due), now, Settings()) == expected


@pytest.mark.parametrize(
    ("words", "rest", "found"),
    [
        ("Raum buchen @thomas.wielandt:x.test bis Mo", "Raum buchen bis Mo", (THOMAS,)),
        ("@Thomas Wieland Raum buchen", "Raum buchen", (THOMAS,)),
        ("@Thomas Wieland, Raum buchen", "Raum buchen", (THOMAS,)),
        ("@thomas.wielandt: Raum buchen", "Raum buchen", (THOMAS,)),
        ("Raum buchen @Meyer", "Raum buchen", (MEYER,)),
        ("Raum buchen @@Meyer", "Raum buchen", (MEYER,)),
        ("Raum buchen @thomas", "Raum buchen", (THOMAS, MEYER)),
        ("Raum buchen @Hendrik", "Raum buchen", ()),
    ],
)
def test_a_person_is_found_by_id_name_or_a_part_of_it(words: str, rest: str, found: tuple[UserId, ...]):
    meant = split_person(words, HERE, LINA)

    assert (meant.rest, meant.found, meant.typed is not None, meant.mine) == (rest, found, True, False)


@pytest.mark.parametrize(
    ("words", "rest", "mine"),
    [
        ("ich kläre die Kita", "ich kläre die Kita", True),
        ("I'll book a room", "I'll book a room", True),
        ("Raum buchen @lina", "Raum buchen", True),
        ("Raum buchen @ich", "Raum buchen", True),
        ("Raum buchen @niemand", "Raum buchen", False),
        ("I2 weiterdenken", "I2 weiterdenken", False),
        ("Ichthyologie", "Ichthyologie", False),
        ("Mail an info@thomas.de", "Mail an info@thomas.de", False),
        ("Thomas Wieland fragen", "Thomas Wieland fragen", False),
    ],
)
def test_nobody_else_is_meant(words: str, rest: str, mine: bool):
    meant = split_person(words, HERE, LINA)

    assert (meant.rest, meant.typed, meant.found, meant.mine) == (rest, None, (), mine)


def test_a_name_without_at_counts_where_the_person_is_mentioned():
    meant = split_person("Raum buchen Thomas Wieland bis Mo", HERE, LINA, [THOMAS])

    assert (meant.rest, meant.found) == ("Raum buchen bis Mo", (THOMAS,))


@pytest.mark.parametrize(
    ("words", "read"),
    [
        ("fertig", (Verb.FINISH, "")),
        ("Ist erledigt!", (Verb.FINISH, "")),
        ("Nehme ich", (Verb.TAKE, "")),
        ("ich übernehme das", (Verb.TAKE, "")),
        ("blockiert: Der Raum ist belegt", (Verb.BLOCK, "Der Raum ist belegt")),
        ("blockiert", (Verb.BLOCK, "")),
        ("läuft wieder", (Verb.GO_ON, "")),
        ("Ja", (Verb.YES, "")),
        ("fertig ist das noch lange nicht", None),
        ("ja, aber erst im Mai", None),
        ("Danke", None),
        ("", None),
    ],
)
def test_one_word_says_what_becomes_of_a_task(words: str, read: tuple[Verb, str] | None):
    assert read_verb(words) == read


@pytest.mark.parametrize(
    ("words", "verb", "may"),
    [
        ("passt 👍", Verb.YES, True),
        ("👍🏽", Verb.YES, False),
        ("Ja, mache ich", Verb.YES, True),
        ("geht klar, danke!", Verb.YES, True),
        ("Nein, leider keine Zeit", Verb.NO, True),
        ("das schaffe ich leider nicht", Verb.NO, True),
        ("geht nicht", Verb.NO, True),
        ("Nein, kein Problem", None, True),
        ("geht erst Montag", None, True),
        ("ja, aber erst im Mai", None, True),
        ("Kann Lina das?", None, False),
        ("Geht das?", None, False),
        ("sicher?", None, False),
        ("Mir geht es gut", None, True),
        ("passt mir gut", Verb.YES, True),
        ("yes please", Verb.YES, True),
        ("ja bitte", Verb.YES, True),
        ("Der Raum ist im Rathaus", None, False),
    ],
)
def test_who_is_asked_says_yes_or_no_in_their_words(words: str, verb: Verb | None, *, may: bool):
    assert (read_answer(words), may_answer(words)) == (verb, may)


def test_a_task_goes_from_hand_to_hand():
    lina, thomas, day = PersonId(1), PersonId(2), date(2027, 3, 15)
    asked = offered(Task(due=day), thomas)
    running = taken(asked, thomas, EventId("$hand"))
    waits = blocked(running, "Kein Schlüssel")
    done = finished(waits, TODAY)

    assert (asked.stage, asked.owner, asked.asked) == (Stage.OPEN, None, thomas)
    assert running == Task(Stage.RUNNING, day, thomas, reaction=EventId("$hand"))
    assert waits == Task(Stage.BLOCKED, day, thomas, reason="Kein Schlüssel")
    assert done == Task(Stage.DONE, day, thomas, done=TODAY)
    assert resumed(done) == Task(Stage.RUNNING, day, thomas)
    assert resumed(blocked(Task(), "x")) == Task()
    assert free(running) == Task(due=day)
    assert taken(done, lina).owner == lina
    assert restored(stored(done)) == done

# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The result as bars: sorted, ties named, nothing that only the picture says, and none where there is no result."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from method.ids import GroupId, ItemId, PollId
from method.pictures import Picture
from method.polls import Kind, Openness, Option, Poll, State
from method.polls.ballots import Tally
from method.polls.pictures import bars

ZONE = ZoneInfo("Europe/Berlin")
NOW = datetime(2027, 2, 24, 11, tzinfo=UTC)
LONG = (
    "Eine zentrale Anlaufstelle, die nach der Anerkennung weiterhilft und Menschen mit Betrieben zusammenbringt "
    * 2
)


def a_poll(options: Sequence[Option] | str, kind: Kind = Kind.CHOICE, **more: Any) -> Poll:
    if isinstance(options, str):
        options = [Option(number, words) for number, words in enumerate(options.split(), 1)]
    values: dict[str, Any] = {
        "id": PollId(1), "group_id": GroupId(1), "number": 3, "kind": kind, "question": "Was zuerst?",
        "options": tuple(options), "most": 1, "openness": Openness.OPEN, "takes_suggestions": False,
        "state": State.OPEN, "ends_at": NOW, "author": None, "source": None,
    }  # fmt: skip
    return Poll(**(values | more))


def drawn(poll: Poll, people: int, *sums: int, language: str = "de") -> Picture:
    tally = Tally(people, dict(zip(poll.numbers, sums, strict=True)))
    picture = bars(poll, tally, now=NOW, zone=ZONE, language=language)
    assert picture is not None
    return picture


def rows(picture: Picture) -> list[tuple[str, int, bool, str]]:
    return [(row["long"], row["number"], row["first"], row["tie"]) for row in picture.data["bars"]]


def test_bars_are_sorted_and_the_caption_says_all_of_it() -> None:
    picture = drawn(a_poll("Lotsin Profil Probe"), 8, 1, 5, 2)

    assert rows(picture) == [("Profil", 5, True, ""), ("Probe", 2, False, ""), ("Lotsin", 1, False, "")]
    assert [picture.data[name] for name in ("under", "as_of", "meaning")] == [
        "U3, 8 Personen", "Stand: Mi, 24. Februar, 12:00", "Die Zahl zeigt die Stimmen."
    ]  # fmt: skip
    assert picture.data["title"] == {"long": "Was zuerst?", "rtl": False}
    assert picture.name == "umfrage-u3-2027-02-24.png"
    assert picture.caption.render("de") == (
        "Bild zu U3: Was zuerst?\n"
        "Ergebnis U3, 8 Personen: Profil 5, Probe 2, Lotsin 1.\n"
        "Stand: Mi, 24. Februar, 12:00"
    )


def test_english_group_gets_an_english_picture() -> None:
    picture = drawn(a_poll("Guide Profile", Kind.RESISTANCE), 1, 9, 0, language="en")

    assert picture.name == "poll-u3-2027-02-24.png"
    assert [picture.data[name] for name in ("lang", "under", "as_of", "meaning")] == [
        "en", "U3, 1 person", "As of Wed, 24 February, 12:00", "The number shows the resistance. Least stands first."
    ]  # fmt: skip
    assert picture.caption.render("en") == (
        "Picture of U3: Was zuerst?\n"
        "Result U3, 1 person: Profile 0, Guide 9.\n"
        "Least resistance: Profile.\n"
        "As of Wed, 24 February, 12:00"
    )


def test_ties_at_the_top_are_named() -> None:
    picture = drawn(a_poll("Lotsin Profil Probe Raum", most=2), 8, 4, 1, 4, 1)

    assert rows(picture) == [
        ("Lotsin", 4, True, "gleich viele"),
        ("Probe", 4, True, "gleich viele"),
        ("Profil", 1, False, ""),
        ("Raum", 1, False, ""),
    ]
    assert "Gleich viele Punkte: Lotsin und Probe (je 4)." in picture.caption.render("de").split("\n")


def test_least_resistance_comes_first_and_is_called_resistance() -> None:
    picture = drawn(a_poll("Mo Di Mi", Kind.RESISTANCE), 4, 12, 3, 3)

    assert rows(picture) == [
        ("Di", 3, True, "gleich viel"), ("Mi", 3, True, "gleich viel"), ("Mo", 12, False, "")
    ]  # fmt: skip
    assert picture.data["meaning"] == "Die Zahl zeigt den Widerstand. Der geringste steht oben."


def test_days_stand_in_their_order_and_the_best_is_marked() -> None:
    third = datetime(2027, 3, 3, 9, tzinfo=UTC)
    days = [
        Option(1, "", at=third),
        Option(2, "", at=third - timedelta(days=1), whole_day=True),
        Option(3, None),
    ]
    picture = drawn(a_poll(days, Kind.DATE, most=3), 6, 5, 2, 1)

    assert rows(picture) == [
        ("Di, 2. März", 2, False, ""),
        ("Mi, 3. März, 10:00", 5, True, ""),
        ("zurückgezogene Antwort", 1, False, ""),
    ]
    assert picture.data["meaning"] == "Die Zahl zeigt, wie vielen der Termin passt."


def test_entries_have_their_number_and_their_words() -> None:
    entries = [
        Option(2, "Nur Papier", item=ItemId(5), label="B2"),
        Option(7, "", item=ItemId(6), label="B7"),
        Option(4, "Lotsin", item=ItemId(7), label="I4"),
    ]
    picture = drawn(a_poll(entries, Kind.DOTS, most=3), 9, 4, 3, 3)

    assert [(row["label"], row["kind"], row["long"], row["tie"]) for row in picture.data["bars"]] == [
        ("B2", "barrier", "Nur Papier", ""),
        ("B7", "barrier", "", "gleich viele"),
        ("I4", "idea", "Lotsin", "gleich viele"),
    ]
    assert picture.caption.render("de").split("\n")[1:4] == [
        "Ergebnis U3, 9 Personen: B2 Nur Papier 4, B7 3, I4 Lotsin 3.",
        "Am meisten Punkte: B2 Nur Papier.",
        "Gleich viele Punkte: B7 und I4 Lotsin (je 3).",
    ]


def test_words_from_right_to_left_are_marked_for_the_drawing_and_isolated_in_the_caption() -> None:
    picture = drawn(a_poll([Option(1, "لا أحد يرد"), Option(2, "Profil")]), 3, 2, 1)

    assert [row["rtl"] for row in picture.data["bars"]] == [True, False]
    assert "3 Personen: \u2068لا أحد يرد\u2069 2, Profil 1." in picture.caption.render("de")


def test_twenty_long_options_are_cut_and_three_are_not() -> None:
    few = drawn(a_poll([Option(n, LONG[:100]) for n in (1, 2, 3)]), 3, 2, 1, 0)
    many = drawn(a_poll([Option(n, f"{n} {LONG}") for n in range(1, 21)]), 3, 2, 1, *[0] * 18)

    assert [row["long"] for row in few.data["bars"]] == [LONG[:100]] * 3
    assert many.data["bars"][0]["long"] == "1 Eine zentrale Anlaufstelle, die nach …"
    assert "1 Eine zentrale Anlaufstelle, die nach der Anerkennung" in many.caption.render("de")
    assert len(many.caption.render("de")) < 3000


def test_same_numbers_give_the_same_picture() -> None:
    first, second = (drawn(a_poll("B A C"), 6, 2, 2, 2) for _ in range(2))

    assert (first.name, first.data, first.caption) == (second.name, second.data, second.caption)
    # What is level stays in the order in which it was asked.
    assert [row[0] for row in rows(first)] == ["B", "A", "C"]


@pytest.mark.parametrize(
    ("poll", "people"),
    [
        (a_poll("A B"), 0),
        (a_poll("A B", openness=Openness.SECRET), 4),
        (a_poll("A B", Kind.CONSENT), 8),
        (a_poll((), Kind.ROUND), 8),
    ],
    ids=["nobody", "few secret votes", "consent", "round"],
)
def test_without_a_result_that_bars_can_show_there_is_no_picture(poll: Poll, people: int) -> None:
    tally = Tally(people, dict.fromkeys(poll.numbers, people))

    assert bars(poll, tally, now=NOW, zone=ZONE, language="de") is None


def test_five_secret_votes_are_shown() -> None:
    assert rows(drawn(a_poll("A B", openness=Openness.SECRET), 5, 2, 3))[0] == ("B", 3, True, "")

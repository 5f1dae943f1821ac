# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What pictures show: short, without names, and nothing that only the picture says."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from method import pictures
from method.ids import GroupId, ItemId
from method.items import Item, Kind, Listed, State

NOW = datetime(2027, 2, 26, 12, 0, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Berlin")


def listed(number: int, words: str, kind: Kind = Kind.BARRIER) -> Listed:
    item = Item(
        ItemId(number), GroupId(1), kind, number, words, State.OPEN, (), None, None, NOW, NOW
    )  # fmt: skip
    return Listed(item, 3, 0)


def board(*words: str, goal: str | None = None, language: str = "de") -> pictures.Picture:
    entries = [listed(number, line) for number, line in enumerate(words, 1)]
    return pictures.board(NOW, ZONE, 1, goal, entries, language)


def test_board_shows_six_of_each_kind_and_counts_the_rest() -> None:
    part = board(*["Hürde"] * 11).data["parts"][0]

    assert part["title"] == "11 Barrieren"
    assert [entry["label"] for entry in part["entries"]] == ["B1", "B2", "B3", "B4", "B5", "B6"]
    # Under so many as the drawing has room for.
    assert part["more"] == [f"+ {n} weitere" for n in (11, 10, 9, 8, 7, 6, 5)]


def test_caption_says_what_the_picture_shows() -> None:
    picture = board("Formular nur auf Papier", *["Hürde"] * 6, goal="Alle finden\nArbeit")

    assert picture.name == "board-2027-02-26.png"
    assert picture.caption.render("de") == (
        "Board, Stand Fr, 26. Februar, 13:00. Schritt 1 von 5: Barrieren erkennen.\n"
        "Ziel: Alle finden / Arbeit\n"
        "7 Barrieren: B1: Formular nur auf Papier. B2: Hürde. B3: Hürde. B4: Hürde. B5: Hürde. B6: Hürde."
        " Und 1 weitere.\n"
        "0 Ideen.\n"
        "Als Text: !board"
    )


def test_decisions_have_a_part_once_there_are_any() -> None:
    entries = [listed(1, "Hürde"), listed(1, "Wir testen", Kind.DECISION)]
    picture = pictures.board(NOW, ZONE, 1, None, entries, "de")

    assert [part["title"] for part in picture.data["parts"]] == ["1 Barriere", "0 Ideen", "1 Entscheidung"]
    assert "1 Entscheidung: E1: Wir testen." in picture.caption.render("de").split("\n")


def test_long_words_are_cut_at_a_blank_and_the_caption_has_as_much_as_the_picture() -> None:
    words = "Niemand ist zuständig " * 30
    picture = board(words)
    entry = picture.data["parts"][0]["entries"][0]

    assert entry["short"] == "Niemand ist zuständig Niemand ist zuständig …"
    assert len(entry["long"]) <= pictures.LONG + 2
    assert entry["long"] in picture.caption.render("de")


def test_word_without_end_may_break_but_not_between_a_letter_and_its_marks() -> None:
    entry = board("e\u0301" * 40).data["parts"][0]["entries"][0]

    assert entry["short"].split("\u200b")[:2] == ["e\u0301", "e\u0301"]
    assert "\u200b" not in board("Anerkennungsverfahren").data["parts"][0]["entries"][0]["long"]


@pytest.mark.parametrize(
    ("words", "rtl"),
    [
        pytest.param("لا أحد يرد (niemand)", True, id="arabic first"),
        pytest.param("(60) לא", True, id="hebrew after signs"),
        pytest.param("Mein Chef: لا أحد", False, id="german first"),
        pytest.param("60", False, id="no letter"),
    ],
)
def test_words_run_in_the_direction_of_their_first_letter(words: str, rtl: bool) -> None:
    assert board(words).data["parts"][0]["entries"][0]["rtl"] is rtl


def test_empty_board_says_how_to_begin() -> None:
    assert board().data["hint"] == "Mitmachen: !barriere und dann der Text."
    assert board("Hürde").data["hint"] is None


def test_steps_have_words_and_not_only_colours() -> None:
    picture = pictures.steps(NOW, ZONE, 3, "de")

    assert [(step["state"], step["word"]) for step in picture.data["steps"]] == [
        ("done", "fertig"),
        ("done", "fertig"),
        ("now", "jetzt"),
        ("later", "kommt noch"),
        ("later", "kommt noch"),
    ]
    assert picture.caption.render("de").split("\n")[2:4] == [
        "2: Barrieren konkretisieren: fertig.",
        "3: Lösungsansätze erarbeiten: jetzt.",
    ]


def test_sectors_picture_asks_which_view_is_missing() -> None:
    picture = pictures.sectors(NOW, ZONE, {"Verwaltung": 9, "": 4}, 6, "de")

    assert picture.name == "bereiche-2027-02-26.png"
    assert picture.caption.render("de") == (
        "Welche Sicht fehlt uns? Einträge nach Bereich, Stand Fr, 26. Februar, 13:00:"
        " Verwaltung 9, weitere 4, ohne Angabe 6."
    )
    assert [(bar["label"], bar["number"], bar["plain"]) for bar in picture.data["bars"]] == [
        ("Verwaltung", 9, False),
        ("weitere", 4, True),
        ("ohne Angabe", 6, True),
    ]


@pytest.mark.parametrize(
    ("entries", "people", "expected"),
    [
        pytest.param({"a": 5, "b": 2}, {"a": 3, "b": 4}, {"a": 5, "b": 2}, id="nobody is alone"),
        pytest.param({"a": 5, "b": 2, "c": 1}, {"a": 3, "b": 2, "c": 1}, {"a": 5, "": 3}, id="small ones together"),
        pytest.param({"a": 5, "b": 2, "c": 1}, {"a": 9, "b": 3, "c": 2}, {"a": 5, "": 3}, id="next smallest joins"),
        pytest.param({"a": 5}, {"a": 2}, {}, id="too few to show"),
        pytest.param({}, {"a": 3}, {"a": 0}, id="a view that is missing"),
        pytest.param({"gone": 2}, {"a": 3}, {"": 2}, id="whose people have left"),
    ],
)  # fmt: skip
def test_small_sectors_are_never_shown_alone(
    entries: dict[str, int], people: dict[str, int], expected: dict[str, int]
) -> None:
    assert pictures.merged(entries, people) == expected


def test_sectors_that_find_no_room_stand_together_and_nothing_is_lost() -> None:
    entries = {f"s{number}": number for number in range(1, 12)}

    merged = pictures.merged(entries, dict.fromkeys(entries, 3))

    assert len(merged) == pictures.MOST_BARS + 1
    assert sum(merged.values()) == sum(entries.values())

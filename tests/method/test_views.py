# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Sectors are read as people write them, and blanks are named."""

from __future__ import annotations

import pytest

from method.views import Sector, blanks, first_sector, matrix, missing

READ = [
    ("verwaltung Text", Sector.ADMINISTRATION),
    ("Behörden: Text", Sector.ADMINISTRATION),
    ("Zivilgesellschaft – Text", Sector.CIVIL_SOCIETY),
    ("civil society Text", Sector.CIVIL_SOCIETY),
    ("civil-society Text", Sector.CIVIL_SOCIETY),
    ("Wirtschaft, Text", Sector.BUSINESS),
    ("aus Sicht der Unternehmen: Text", Sector.BUSINESS),
    ("wirtschfat Text", Sector.BUSINESS),
    ("target group: Text", Sector.TARGET_GROUP),
    ("from the target group Text", Sector.TARGET_GROUP),
    ("Betroffene Text", Sector.TARGET_GROUP),
]


@pytest.mark.parametrize(("words", "sector"), READ)
def test_a_sector_is_read_with_its_text(words: str, sector: Sector):
    assert first_sector(words) == (sector, "Text")


@pytest.mark.parametrize(
    "words", ["Wir warten", "der Weg ist weit", "", "Wirt Text", "amtlich Text", "aus der"]
)
def test_other_words_are_no_sector(words: str):
    assert first_sector(words) == (None, words)


@pytest.mark.parametrize("sector", Sector)
@pytest.mark.parametrize("language", ["de", "en"])
def test_a_sector_is_understood_as_it_is_shown(sector: Sector, language: str):
    assert first_sector(f"{sector.text.render(language)} Text") == (sector, "Text")
    assert first_sector(f"{sector.value} Text") == (sector, "Text")


def test_missing_sectors_stand_in_the_usual_order():
    assert missing({Sector.BUSINESS, None}) == [
        Sector.ADMINISTRATION, Sector.CIVIL_SOCIETY, Sector.TARGET_GROUP,
    ]  # fmt: skip


def test_one_blank_is_named_with_how_to_fill_it():
    words = blanks("B3", set(Sector) - {Sector.BUSINESS})

    assert words is not None
    assert (
        words.render("de") == "Noch ohne Sicht: Wirtschaft. Ergänzen: !sicht B3 Wirtschaft und dann der Text."
    )
    assert words.render("en") == "No view yet: Business. To add one: !view B3 Business and then the text."
    assert blanks("B3", set(Sector)) is None


def test_many_barriers_are_cut():
    lines = matrix({f"B{number}": [] for number in range(1, 41)}).render("de").split("\n")

    assert len(lines) == 6
    assert lines[1].endswith("B14, B15 und 25 weitere")

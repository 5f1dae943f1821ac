# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Codes: hard to guess, easy to type."""

from __future__ import annotations

from math import log2

import pytest

from method import codes
from method.words import fold


@pytest.mark.parametrize("language", ["de", "en"])
def test_a_code_has_more_than_forty_bits(language: str):
    different = {fold(word) for word in codes.WORDS[language]}
    first, last = codes.NUMBERS

    assert len(different) == len(codes.WORDS[language])
    assert codes.LENGTH * log2(len(different)) + log2(last - first + 1) > 40


@pytest.mark.parametrize("language", ["de", "en"])
def test_words_can_be_typed_on_every_phone(language: str):
    assert [word for word in codes.WORDS[language] if not word.isascii() or not 2 <= len(word) <= 9] == []


def test_a_code_is_made_of_random_numbers():
    drawn = iter([0, 1, 2, 7])

    assert codes.new("de", below=lambda _most: next(drawn)) == "Abend-Ahorn-Alge-10007"


def test_every_number_is_asked_for_with_its_own_limit():
    asked: list[int] = []

    def below(most: int) -> int:
        asked.append(most)
        return most - 1

    codes.new("en", below=below)

    assert asked == [len(codes.WORDS["en"])] * 3 + [90_000]


@pytest.mark.parametrize(
    "typed",
    [
        "Tisch-Kanne-Mauer-48213",
        "tisch kanne mauer 48213",
        " Tisch – Kanne – Mauer – 48213. ",
        "Tisch, Kanne, Mauer, 48213",
        "TISCH-KANNE-MAUER-48213",
    ],
)
def test_a_code_is_read_however_it_is_typed(typed: str):
    assert codes.read(typed) == "tisch-kanne-maur-48213"


@pytest.mark.parametrize(
    "typed", ["Tisch-Kanne-42", "Tisch-Kanne-Mauer-Wolke-48213", "Tisch-Kanne-Mauer-4821"]
)
def test_what_is_nearly_a_code_is_read_too_so_that_it_stands_beside_nobody(typed: str):
    assert codes.read(typed) is not None


@pytest.mark.parametrize("typed", ["", "B3", "b 3", "Barriere 12", "die Barriere 12", "B1 Deutsch-Kurs 2027"])
def test_what_names_an_entry_is_no_code(typed: str):
    assert codes.read(typed) is None


def test_the_hash_is_that_of_the_code():
    one, same, other = (
        codes.hashed(codes.read(f"Tisch-Kanne-Mauer-{n}") or "") for n in ("48213", "48213", "48214")
    )

    assert one == same != other
    assert len(one) == 40

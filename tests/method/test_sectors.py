# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What people type is understood; what could show one person is merged or not said."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from method.sectors import (
    ADMINISTRATION,
    BUSINESS,
    CIVIL_SOCIETY,
    ENOUGH,
    NAMED,
    TARGET_GROUP,
    Sector,
    balance_line,
    by_key,
    find,
    further,
    is_shown,
    near,
    shares,
)

SCIENCE = further(7, "Wissenschaft")
CULTURE = further(8, "Kultur")
ADDED = {"wissenschaft": SCIENCE, "kultur": CULTURE}

WORDS = [
    ("Wirtschaft", BUSINESS),
    ("UNTERNEHMEN", BUSINESS),
    ("firma", BUSINESS),
    ("Firmen", BUSINESS),
    ("business", BUSINESS),
    ("company", BUSINESS),
    ("Verwaltung", ADMINISTRATION),
    ("Amt", ADMINISTRATION),
    ("Behörde", ADMINISTRATION),
    ("behoerde", ADMINISTRATION),
    ("public", ADMINISTRATION),
    ("administration", ADMINISTRATION),
    ("zivilgesellschaft", CIVIL_SOCIETY),
    ("Verein", CIVIL_SOCIETY),
    ("NGO", CIVIL_SOCIETY),
    ("civil society", CIVIL_SOCIETY),
    ("zielgruppe", TARGET_GROUP),
    ("Betroffene", TARGET_GROUP),
    ("target group", TARGET_GROUP),
    ("eigene Erfahrung", TARGET_GROUP),
    ("„Wissenschaft“", SCIENCE.key),
]


@pytest.mark.parametrize(("words", "key"), WORDS)
def test_a_sector_is_found_by_its_names(words: str, key: str):
    found = find(words, ADDED)

    assert found is not None
    assert found.key == key


@pytest.mark.parametrize("words", ["", "Kirche", "wirtschaft und verwaltung", "🏢"])
def test_other_words_are_no_sector(words: str):
    assert find(words, ADDED) is None


NEAR = [
    ("Unternhemen", BUSINESS),
    ("wirtshaft", BUSINESS),
    ("verwatlung", ADMINISTRATION),
    ("vereim", CIVIL_SOCIETY),
    ("zielgrupe", TARGET_GROUP),
    ("targetgroop", TARGET_GROUP),
    ("Wissenchaft", SCIENCE.key),
    ("firm", BUSINESS),
]


@pytest.mark.parametrize(("words", "key"), NEAR)
def test_a_mistyped_sector_is_near_one(words: str, key: str):
    found = near(words, ADDED)

    assert found is not None
    assert found.key == key


@pytest.mark.parametrize("words", ["", "am", "xyz", "Kirche", "Gewerkschaft", "kult"])
def test_what_is_far_or_short_is_near_none(words: str):
    assert near(words, {}) is None


def test_a_sector_is_known_by_its_key():
    assert by_key(BUSINESS, []) == NAMED[2]
    assert by_key(SCIENCE.key, [CULTURE, SCIENCE]) == SCIENCE
    assert by_key(SCIENCE.key, []) is None


# --- merging -------------------------------------------------------------------------------------

EVERYBODY = [*NAMED, SCIENCE, CULTURE]
KEYS = [sector.key for sector in EVERYBODY] + [TARGET_GROUP]
PEOPLE = st.dictionaries(st.sampled_from(KEYS), st.integers(0, 7))


@given(PEOPLE)
def test_no_number_below_three_is_ever_said(people: Mapping[str, int]):
    found = shares(people, [SCIENCE, CULTURE])

    numbers = [number for _, number in found.named]
    numbers += [n for n in (found.others, found.own_experience) if n]
    assert [number for number in numbers if number < ENOUGH] == []


@given(PEOPLE)
def test_others_hide_at_least_two_sectors(people: Mapping[str, int]):
    found = shares(people, [SCIENCE, CULTURE])

    merged = [key for key in KEYS[:-1] if 0 < people.get(key, 0) < ENOUGH]
    if found.others:
        assert len(merged) >= 2
        assert found.others == sum(people[key] for key in merged)
    assert (found.others == 0) == (merged == [])


@given(PEOPLE)
def test_nothing_said_depends_on_fewer_than_three_with_own_experience(people: Mapping[str, int]):
    said = {
        balance_line({**people, TARGET_GROUP: number}, [SCIENCE, CULTURE]).render("de")
        for number in range(ENOUGH)
    }

    assert len(said) == 1


@given(PEOPLE)
def test_everybody_counted_is_somewhere(people: Mapping[str, int]):
    found = shares(people, [SCIENCE, CULTURE])

    named = {sector.key: number for sector, number in found.named}
    assert named == {key: people[key] for key in KEYS[:-1] if people.get(key, 0) >= ENOUGH}
    assert [sector.key for sector in found.missing] == [s.key for s in NAMED if not people.get(s.key)]


LINES = [
    pytest.param(
        {},
        "Welche Sicht fehlt uns? Es fehlt: Verwaltung, Zivilgesellschaft, Wirtschaft."
        " Sicht der Zielgruppe: fehlt, oder weniger als 3 Personen.",
        id="nobody",
    ),
    pytest.param(
        {ADMINISTRATION: 3, CIVIL_SOCIETY: 4, TARGET_GROUP: 2},
        "Welche Sicht fehlt uns? Bereiche bisher: Verwaltung 3, Zivilgesellschaft 4. Es fehlt: Wirtschaft."
        " Sicht der Zielgruppe: fehlt, oder weniger als 3 Personen.",
        id="no business",
    ),
    pytest.param(
        {ADMINISTRATION: 1, CIVIL_SOCIETY: 1, BUSINESS: 5, TARGET_GROUP: 3},
        "Bereiche bisher: Wirtschaft 5, weitere: weniger als 3. Alle drei Bereiche sind dabei."
        " Sicht der Zielgruppe: 3 Personen.",
        id="two too few",
    ),
    pytest.param(
        {ADMINISTRATION: 2, CIVIL_SOCIETY: 2, SCIENCE.key: 3},
        "Welche Sicht fehlt uns? Bereiche bisher: Wissenschaft 3, weitere 4. Es fehlt: Wirtschaft."
        " Sicht der Zielgruppe: fehlt, oder weniger als 3 Personen.",
        id="further sectors",
    ),
    pytest.param(
        {ADMINISTRATION: 1, CIVIL_SOCIETY: 1, BUSINESS: 1},
        "Welche Sicht fehlt uns? Bereiche bisher: 3 Personen. Alle drei Bereiche sind dabei."
        " Sicht der Zielgruppe: fehlt, oder weniger als 3 Personen.",
        id="three from everywhere",
    ),
    pytest.param(
        {ADMINISTRATION: 2},
        "Welche Sicht fehlt uns? Bereiche bisher: weniger als 3 Personen. Es fehlt: Zivilgesellschaft, Wirtschaft."
        " Sicht der Zielgruppe: fehlt, oder weniger als 3 Personen.",
        id="too few at all",
    ),
]


@pytest.mark.parametrize(("people", "line"), LINES)
def test_the_balance_in_words(people: Mapping[str, int], line: str):
    assert balance_line(people, [SCIENCE, CULTURE]).render("de") == line


SHOWN = [
    pytest.param(BUSINESS, {BUSINESS: 3}, True, id="enough"),
    pytest.param(BUSINESS, {BUSINESS: 2, ADMINISTRATION: 9}, False, id="too few"),
    pytest.param(BUSINESS, {}, False, id="nobody any more"),
    pytest.param(TARGET_GROUP, {TARGET_GROUP: 9}, False, id="own experience never"),
]


@pytest.mark.parametrize(("key", "people", "expected"), SHOWN)
def test_a_sector_beside_an_entry(key: str, people: Mapping[str, int], expected: bool):
    assert is_shown(key, people) is expected


def test_a_name_of_a_group_turns_no_line():
    assert further(1, "جامعة") == Sector("further:1", further(1, "جامعة").name)
    assert further(1, "جامعة").name.render("de") == "\u2068جامعة\u2069"

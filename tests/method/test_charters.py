# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a group chooses: each value as people type it; what does not fit is answered with what does."""

from __future__ import annotations

from datetime import time
from zoneinfo import ZoneInfo

import pytest

from method import charters, states, zones
from method.charters import CHOICES, Charter, Choice
from method.errors import UserError
from method.settings import STATES, Address, Occasion, Receipt, Settings, Switch
from method.words import fold

CHOSEN = [
    pytest.param("name", "  Anerkannt \n und doch ", Charter("Anerkannt und doch"), id="name on one line"),
    pytest.param("anlass", "Ein Projekt", Charter(settings=Settings(occasion=Occasion.PROJECT)), id="occasion"),
    pytest.param("occasion", "Runder Tisch", Charter(settings=Settings(occasion=Occasion.COMMITTEE)), id="committee"),
    pytest.param("anrede", "DU", Charter(settings=Settings(Address.FAMILIAR)), id="du"),
    pytest.param("Anrede", "siezen", Charter(settings=Settings(Address.FORMAL)), id="sie"),
    pytest.param("tage", "Di, Do", Charter(settings=Settings(days=(1, 3))), id="days"),
    pytest.param("zeiten", "8:30-17", Charter(settings=Settings(begins=time(8, 30), ends=time(17))), id="hours"),
    pytest.param("zeiten", "Mo 9-15", Charter(settings=Settings(days=(0,), begins=time(9), ends=time(15))), id="both"),
    pytest.param("land", "NRW", Charter(settings=Settings(state="NW")), id="state"),
    pytest.param("zeitzone", "Wien", Charter(settings=Settings(zone=ZoneInfo("Europe/Vienna"))), id="zone"),
    pytest.param("Bestaetigung", "antworten", Charter(settings=Settings(receipt=Receipt.ANSWER)), id="receipt"),
    pytest.param("redeliste", "Sektor", Charter(settings=Settings(alternate=Switch.ON)), id="speakers"),
]  # fmt: skip


def named(word: str) -> Choice:
    choice = charters.find(word)
    assert choice is not None
    return choice


@pytest.mark.parametrize(("word", "words", "expected"), CHOSEN)
def test_choice_is_read_as_typed(word: str, words: str, expected: Charter):
    assert named(word).read(Charter(), words) == expected


@pytest.mark.parametrize("choice", CHOICES, ids=lambda choice: choice.name)
def test_what_does_not_fit_is_answered_with_an_example_that_does(choice: Choice):
    for language in ("de", "en"):
        for words in ("", "  ", "x" * 200):
            with pytest.raises(UserError) as caught:
                choice.read(Charter(), words)
            assert caught.value.text.render(language) == choice.advice().render(language)
        choice.read(Charter(), choice.example.render(language))


@pytest.mark.parametrize("choice", CHOICES, ids=lambda choice: choice.name)
def test_what_is_possible_can_be_chosen(choice: Choice):
    if choice in (charters.NAME, charters.DAYS, charters.HOURS, charters.ZONE, charters.LETTER):
        return
    for language in ("de", "en"):
        for words in choice.possible.render(language).split(", "):
            shown = choice.show(choice.read(Charter(), words))
            assert shown.render(language) == words


def test_no_word_names_two_choices():
    words = [
        word
        for choice in CHOICES
        for word in {fold(w) for w in (choice.name, choice.english, *choice.aliases)}
    ]

    assert len(words) == len(set(words))


def test_nothing_chosen_is_said():
    assert [choice.show(Charter()).render("de") for choice in (charters.NAME, charters.OCCASION)] == [
        "noch offen"
    ] * 2


STATES_TYPED = [
    ("be", "BE"), ("DE-BY", "BY"), ("bavaria", "BY"), ("Thueringen", "TH"), ("Baden Wuerttemberg", "BW"),
    ("meck pomm", "MV"), ("Sachsen Anhalt", "ST"), ("Freistaat Sachsen", "SN"), ("Lower Saxony", "NI"),
    ("rlp", "RP"), ("HESSEN", "HE"), ("saar", "SL"), ("Schleswig-Holstein", "SH"),
]  # fmt: skip


@pytest.mark.parametrize(("words", "code"), STATES_TYPED)
def test_state_is_read_as_typed(words: str, code: str):
    assert states.read(words) == code


def test_every_state_has_a_name_and_a_code():
    assert sorted(states.NAMES) == sorted(STATES)
    for code, name in states.NAMES.items():
        assert [states.read(words) for words in (code, name.render("de"), name.render("en"))] == [code] * 3
    assert states.read("Österreich") is None


@pytest.mark.parametrize(
    ("words", "key"),
    [
        pytest.param("Europe/Berlin", "Europe/Berlin", id="whole"),
        pytest.param("europe berlin", "Europe/Berlin", id="with a blank"),
        pytest.param("berlin", "Europe/Berlin", id="city"),
        pytest.param("Zürich", "Europe/Zurich", id="umlaut"),
        pytest.param("Warschau", "Europe/Warsaw", id="German"),
        pytest.param("München", "Europe/Berlin", id="German city"),
        pytest.param("frankfurt am main", "Europe/Berlin", id="three words"),
        pytest.param("New York", "America/New_York", id="two words"),
    ],
)
def test_zone_is_read_by_its_city(words: str, key: str):
    assert zones.read(words) == ZoneInfo(key)


def test_zone_of_nowhere_is_not_read():
    assert zones.read("Bielefeld") is None
    assert zones.read("../../etc/passwd") is None


def test_settings_survive_the_database():
    settings = Settings(occasion=Occasion.EVENT, receipt=Receipt.ANSWER)

    assert Settings.stored(settings.as_stored()) == settings
    assert Settings.stored(Settings().as_stored()) == Settings()

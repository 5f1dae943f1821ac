# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What is typed behind !umfrage and its like: any divider, flags in any order, nothing typed is lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from itertools import permutations
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from method.errors import Missing, UserError
from method.ids import GroupId, ItemId
from method.items import Item, State
from method.items import Kind as ItemKind
from method.polls import Kind, Openness
from method.polls.dots import Dots, dot_options, read_dots
from method.polls.flags import Present
from method.polls.words import Wish, read_poll
from method.settings import Settings

BERLIN = ZoneInfo("Europe/Berlin")
#: Wednesday, 10 March 2027, 9:40 in Berlin.
NOW = datetime(2027, 3, 10, 8, 40, tzinfo=UTC)
PRESENT = Present(NOW, Settings())


def read(words: str, kind: Kind = Kind.CHOICE) -> Wish:
    return read_poll(words, kind, PRESENT)


def answers(wish: Wish) -> list[str | None]:
    return [option.text for option in wish.options]


def local(at: datetime) -> str:
    return at.astimezone(BERLIN).strftime("%a %d.%m. %H:%M")


def refused(words: str, kind: Kind = Kind.CHOICE) -> tuple[str, str | None]:
    """Return the sentence, and the line that runs when it is answered."""
    with pytest.raises(UserError) as caught:
        read(words, kind)
    error = caught.value
    if isinstance(error, Missing):
        assert error.kind == "text"
        assert error.line.count("{}") == 1
    return error.text.message, error.line if isinstance(error, Missing) else None


def filled(words: str, answer: str, kind: Kind = Kind.CHOICE) -> Wish:
    """Answer the question that is asked about ``words``."""
    _, line = refused(words, kind)
    assert line is not None
    return read(line.replace("{}", answer, 1).partition(" ")[2], kind)


# --- dividers ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        "Was zuerst?; Lotsin; Profil",
        "Was zuerst? | Lotsin | Profil",
        "Was zuerst?\nLotsin\nProfil",
        "Was zuerst?\n- Lotsin\n- Profil",
        "Was zuerst?\n1. Lotsin\n2) Profil\n",
        "Was zuerst?\n1. Lotsin\n2. Profil\n2 Punkte",
        "Was zuerst? Lotsin; Profil",
        "Was zuerst?；Lotsin；Profil;",
        "Was  zuerst? |Lotsin|Profil|",
    ],
)
def test_answers_stand_behind_any_divider(words: str):
    wish = read(words)

    assert (wish.question, answers(wish)) == ("Was zuerst?", ["Lotsin", "Profil"])
    assert [option.number for option in wish.options] == [1, 2]
    assert (wish.openness, wish.takes_suggestions) == (Openness.OPEN, False)
    assert wish.most == (2 if "Punkte" in words else 1)


def test_days_of_a_month_are_no_numbers_of_answers():
    assert answers(read("Wann?\n3. März\n4. März")) == ["3. März", "4. März"]


def test_semicolon_between_bars_belongs_to_the_answer():
    assert answers(read("Was? | Lotsin; Ewa | Profil")) == ["Lotsin; Ewa", "Profil"]


def test_default_end_is_noon_of_the_second_working_day():
    assert local(read("Was?; A; B").ends_at) == "Fri 12.03. 12:00"


def test_default_end_leaves_out_weekends_and_holidays():
    # Thursday before Easter 2027: Friday and Monday are public holidays.
    present = Present(datetime(2027, 3, 25, 9, tzinfo=UTC), Settings())

    assert local(read_poll("Was?; A; B", Kind.CHOICE, present).ends_at) == "Wed 31.03. 12:00"


# --- flags ---------------------------------------------------------------------------------------

FLAGS = ("2 Punkte", "verdeckt", "bis Do 12:00", "offen für Vorschläge")


@pytest.mark.parametrize("order", list(permutations(FLAGS)))
def test_flags_stand_in_any_order(order: tuple[str, ...]):
    for words in (
        f"Was?; A; B; C {' '.join(order)}",
        f"Was? | A | B | C | {' '.join(order)}",
        f"Was?; A; B; C; {'; '.join(order)}",
        f"Was?\nA\nB\nC\n{', '.join(order)}",
        f"{' '.join(order)}: Was?; A; B; C",
        f"Was? {' '.join(order)}; A; B; C",
    ):
        wish = read(words)

        assert (wish.question, answers(wish)) == ("Was?", ["A", "B", "C"]), words
        assert (wish.most, wish.openness, wish.takes_suggestions) == (2, Openness.HIDDEN, True), words
        assert local(wish.ends_at) == "Thu 11.03. 12:00", words


@pytest.mark.parametrize(
    ("flag", "most", "openness"),
    [
        ("zwei Punkte pro Person", 2, Openness.OPEN),
        ("je 2 Punkte", 2, Openness.OPEN),
        ("geheim", 1, Openness.SECRET),
        ("geheim und 2 Stimmen", 2, Openness.SECRET),
        ("2 points, hidden", 2, Openness.HIDDEN),
    ],
)
def test_flag_is_read_behind_the_last_answer(flag: str, most: int, openness: Openness):
    wish = read(f"Was?; A; B; C {flag}")

    assert wish.openness is openness
    assert (wish.most, answers(wish)) == (most, ["A", "B", "C"])


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Wie lange?; bis Freitag; bis Montag", ["bis Freitag", "bis Montag"]),
        ("Wie lange?; bis Freitag; bis zum Schluss", ["bis Freitag", "bis zum Schluss"]),
        ("Wie stimmen wir ab?; offen; verdeckt; geheim", ["offen", "verdeckt", "geheim"]),
        ("Fenster?; zu; offen", ["zu", "offen"]),
        ("Fenster?; Fenster zu; Fenster offen", ["Fenster zu", "Fenster offen"]),
        ("Wie?; geheim; anders", ["geheim", "anders"]),
        ("Was?; Deutsch bis B1; Deutsch bis B2", ["Deutsch bis B1", "Deutsch bis B2"]),
    ],
)
def test_answer_that_looks_like_a_flag_stays_an_answer(words: str, expected: list[str]):
    assert answers(read(words)) == expected


def test_poll_of_the_scenario_is_read():
    wish = read(
        "Welche Idee testen wir zuerst? | Matching-Nachmittag (I1) | Lotsin (I3) | Ein-Seiten-Profil (I4)"
        " | Probe-Interviews (I6) | 2 Punkte verdeckt bis Do 12:00"
    )

    assert wish.question == "Welche Idee testen wir zuerst?"
    assert answers(wish)[1:] == ["Lotsin (I3)", "Ein-Seiten-Profil (I4)", "Probe-Interviews (I6)"]
    assert (wish.most, wish.openness, local(wish.ends_at)) == (2, Openness.HIDDEN, "Thu 11.03. 12:00")


# --- what cannot be meant ------------------------------------------------------------------------


def test_missing_question_is_asked_for():
    assert refused("") == ("What is the question? Example: Was zuerst?; Lotsin; Profil", "umfrage {}")
    assert filled("  ", "Was?; A; B").question == "Was?"


def test_missing_answers_are_asked_for_and_flags_are_kept():
    words = "Was zuerst? geheim bis Fr 10:00 | Lotsin"
    assert (
        refused(words)[0]
        == "A poll needs at least two answers. Example: !umfrage Was zuerst?; Lotsin; Profil"
    )

    wish = filled(words, "Profil")

    assert (wish.question, answers(wish)) == ("Was zuerst?", ["Lotsin", "Profil"])
    assert (wish.openness, local(wish.ends_at)) == (Openness.SECRET, "Fri 12.03. 10:00")


@pytest.mark.parametrize("answer", ["Fr 12:00", "bis Fr 12:00", "Freitag, 12 Uhr"])
def test_end_in_the_past_is_asked_for_again(answer: str):
    words = "Was?; A; B; C; 2 Punkte; bis 8.3. 12:00"

    assert refused(words)[0] == "{time} is over. Until when? Example: Fr 12:00"
    wish = filled(words, answer)
    assert (answers(wish), wish.most, local(wish.ends_at)) == (["A", "B", "C"], 2, "Fri 12.03. 12:00")


def test_end_that_is_no_moment_is_asked_for_again():
    assert (
        refused("Was?; A; B; bis irgendwann")[0]
        == "I do not know this end: {words}. Until when? Example: Fr 12:00"
    )
    assert local(filled("Was?; A; B; bis irgendwann", "morgen 9:00").ends_at) == "Thu 11.03. 09:00"


def test_end_in_many_years_is_asked_for_again():
    assert refused("Was?; A; B; bis 1.1.2030")[0].startswith("{time} is too far away.")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("Was?;" + ";".join(map(str, range(21))), "These are {count} answers. {limit} are possible."),
        ("Was?; Lotsin; lotsin", "Two answers are the same: {answer}."),
        ("Was?; A; B; 3 Punkte", "There are {count} answers, so {count} points per person at most."),
        ("Was?; A; B; 0 Punkte", "Each person needs at least one point."),
        (f"Was?; A; {'x' * 241}", "This has {count} characters."),
        (f"{'x' * 501}; A; B", "This has {count} characters."),
    ],
)
def test_what_cannot_be_meant_is_one_clear_sentence(words: str, sentence: str):
    assert refused(words)[0].startswith(sentence)


def test_place_of_the_answer_cannot_be_typed():
    wish = filled("Was {} heißt?; {A}", "B")

    assert (wish.question, answers(wish)) == ("Was { } heißt?", ["{A}", "B"])


@given(st.text(alphabet="Ab1;|\n?{} :.\u00fc", max_size=60), st.sampled_from(list(Kind)))
def test_whatever_is_typed_is_read_or_answered(words: str, kind: Kind):
    if kind is Kind.DOTS:
        return
    try:
        wish = read(words, kind)
    except UserError:
        refused(words, kind)
    else:
        assert wish.question
        assert len(wish.options) >= 2 or kind is Kind.ROUND


# --- dates ---------------------------------------------------------------------------------------


def test_dates_are_understood():
    wish = read("Austausch mit Arbeitgebenden | Mi 17.3. 10:00 | Mi 15:00 | Do | bis Fr 9:00", Kind.DATE)

    assert (wish.question, wish.most) == ("Austausch mit Arbeitgebenden", 3)
    assert [local(option.at) for option in wish.options if option.at] == [
        "Wed 17.03. 10:00", "Wed 10.03. 15:00", "Thu 11.03. 00:00",
    ]  # fmt: skip
    assert [option.whole_day for option in wish.options] == [False, False, True]
    assert local(wish.ends_at) == "Fri 12.03. 09:00"


@pytest.mark.parametrize(
    ("words", "sentence", "answer"),
    [
        ("Austausch; Mi 15:00; irgendwann", "I do not know this day: {day}.", "Do 10:00"),
        ("Austausch; 3.3. 15:00; Do 10:00", "{day} is over. Which day is meant?", "Mi 15:00"),
        ("Austausch; 2027-03-01; Do 10:00", "{day} is over. Which day is meant?", "Mi 15:00"),
        ("Mi 15:00; Do 10:00", "What is the date about?", "Austausch"),
        ("Austausch; Mi 15:00", "At least two days are needed.", "Do 10:00"),
    ],
)
def test_unclear_date_is_asked_for_and_the_others_are_kept(words: str, sentence: str, answer: str):
    assert refused(words, Kind.DATE)[0].startswith(sentence)

    wish = filled(words, answer, Kind.DATE)

    assert wish.question == "Austausch"
    assert [local(option.at) for option in wish.options if option.at] == [
        "Wed 10.03. 15:00",
        "Thu 11.03. 10:00",
    ]


def test_same_date_twice_is_one_too_many():
    assert refused("Austausch; Mi 15:00; 10.3. 15:00", Kind.DATE)[0].startswith("Two answers are the same")


# --- points for entries --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "of", "most", "end"),
    [
        ("barrieren 3 bis Fr 12:00", ItemKind.BARRIER, 3, "Fri 12.03. 12:00"),
        ("Hürden", ItemKind.BARRIER, 3, "Fri 12.03. 12:00"),
        ("ideen 2", ItemKind.IDEA, 2, "Fri 12.03. 12:00"),
        ("ideen bis morgen 9:00 2 Punkte", ItemKind.IDEA, 2, "Thu 11.03. 09:00"),
        ("#kita 1", "kita", 1, "Fri 12.03. 12:00"),
        ("barrieren 4 Punkte", ItemKind.BARRIER, 4, "Fri 12.03. 12:00"),
    ],
)
def test_points_for_entries_are_read(words: str, of: ItemKind | str, most: int, end: str):
    dots = read_dots(words, PRESENT)

    assert (dots.of, dots.most, local(dots.ends_at)) == (of, most, end)


def test_points_may_be_hidden():
    assert read_dots("barrieren verdeckt", PRESENT).openness is Openness.HIDDEN


def dots_asked(words: str, answer: str) -> Dots:
    with pytest.raises(Missing) as caught:
        read_dots(words, PRESENT)
    assert caught.value.kind == "text"
    return read_dots(caught.value.line.replace("{}", answer, 1).partition(" ")[2], PRESENT)


def test_unclear_points_are_asked_for():
    assert dots_asked("", "barrieren").of is ItemKind.BARRIER
    assert dots_asked("sachen 2", "ideen") == read_dots("ideen 2", PRESENT)
    assert dots_asked("barrieren viele", "3 Punkte") == read_dots("barrieren 3", PRESENT)
    assert dots_asked("barrieren 2 bis 1.3.", "Fr 9:00") == read_dots("barrieren 2 bis Fr 9:00", PRESENT)


def item(number: int) -> Item:
    words, id_ = f"Text {number}", ItemId(100 + number)
    return Item(id_, GroupId(1), ItemKind.BARRIER, number, words, State.OPEN, (), None, None, NOW, NOW)


def test_entries_keep_their_numbers_as_options():
    options, most = dot_options([item(2), item(7)], 3)
    mixed, _ = dot_options([item(2), replace(item(2), kind=ItemKind.IDEA)], 3)

    assert [(option.number, option.text, option.item) for option in options] == [
        (2, "Text 2", 102),
        (7, "Text 7", 107),
    ]
    assert most == 2
    assert [(option.number, option.label) for option in mixed] == [(1, "B2"), (2, "I2")]


@pytest.mark.parametrize("count", [0, 1, 21])
def test_too_few_or_too_many_entries_are_one_clear_sentence(count: int):
    with pytest.raises(UserError):
        dot_options([item(number) for number in range(count)], 3)


# --- one text ------------------------------------------------------------------------------------


def test_proposal_and_question_to_everybody_have_no_answers():
    consent = read("Wir treffen uns am Mittwoch; immer online. bis Fr 9:00", Kind.CONSENT)
    everybody = read("Was fehlt noch?", Kind.ROUND)

    assert (consent.question, [option.number for option in consent.options]) == (
        "Wir treffen uns am Mittwoch; immer online.", [1, 2],
    )  # fmt: skip
    assert local(consent.ends_at) == "Fri 12.03. 09:00"
    assert (everybody.question, everybody.options) == ("Was fehlt noch?", ())


def test_resistance_is_hidden_until_the_end():
    wish = read("Welcher Tag?; Mo; Di; Mi", Kind.RESISTANCE)

    assert (wish.openness, wish.most, len(wish.options)) == (Openness.HIDDEN, 1, 3)

# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""One person, one vote: the rules of MSC3381 and of the other doors, one example each."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from method.errors import Missing
from method.ids import EventId, GroupId, PersonId, PollId
from method.polls import (
    Kind,
    Openness,
    Option,
    Poll,
    State,
    answer_id,
    key_of,
    number_of,
    parse_label,
)
from method.polls.ballots import Door, Place, Tally, Vote, is_late, native_choices, standing, tally
from method.polls.votes import numbers, read_vote

END = datetime(2027, 2, 26, 11, tzinfo=UTC)
EWA, LINA = PersonId(1), PersonId(2)


def a_poll(
    most: int = 1,
    kind: Kind = Kind.CHOICE,
    openness: Openness = Openness.OPEN,
    options: tuple[int, ...] = (1, 2, 3, 4),
) -> Poll:
    dots = kind is Kind.DOTS
    return Poll(
        PollId(1), GroupId(1), 1, kind, "Was zuerst?",
        tuple(
            Option(number, f"Antwort {'abcdefghij'[number % 10]}", label=f"B{number}" if dots else None)
            for number in options
        ),
        most, openness, False, State.OPEN, END, None, EventId("$poll"),
    )  # fmt: skip


def votes(*said: tuple[Door, tuple[int, ...]], person: PersonId = EWA) -> list[Vote]:
    return [
        Vote(EventId(f"${person}-{place}"), person, door, choices, Place(place, 0))
        for place, (door, choices) in enumerate(said)
    ]


TAP, TYPE, NATIVE = Door.REACTION, Door.COMMAND, Door.NATIVE

STANDS = [
    pytest.param(1, [(NATIVE, (1,)), (NATIVE, (2,))], (2,), id="newest response"),
    pytest.param(1, [(NATIVE, (1,)), (NATIVE, ())], None, id="empty response withdraws"),
    pytest.param(1, [(NATIVE, ()), (NATIVE, (3,))], (3,), id="withdrawn, and voted again"),
    pytest.param(1, [(NATIVE, (1,)), (TYPE, (2,))], (2,), id="other door"),
    pytest.param(1, [(TAP, (1,)), (TAP, (2,))], (2,), id="one point: newest reaction"),
    pytest.param(2, [(TAP, (1,)), (TAP, (2,))], (2, 1), id="two points: both reactions"),
    pytest.param(2, [(TAP, (1,)), (TAP, (2,)), (TAP, (3,))], (3, 2), id="too many: newest reactions"),
    pytest.param(3, [(TAP, (1,)), (TYPE, (4,)), (TAP, (2,))], (2, 1), id="reactions as a whole again"),
    pytest.param(3, [(TAP, (1,)), (TAP, (2,)), (TYPE, (4,))], (4,), id="typed replaces all reactions"),
    pytest.param(3, [(TAP, (1,)), (TAP, (1,))], (1,), id="same option twice"),
    pytest.param(1, [(TYPE, (2,)), (TAP, (9,))], (2,), id="reaction for no option means nothing"),
    pytest.param(1, [(TAP, (1,)), (Door.REPLY, (3,)), (Door.DIRECT, (2,))], (2,), id="direct message"),
]


@pytest.mark.parametrize(("most", "said", "stands"), STANDS)
def test_newest_door_counts_as_a_whole(most, said, stands):
    given = votes(*said)

    assert standing(a_poll(most), given).get(EWA) == stands
    assert standing(a_poll(most), reversed(given + given)).get(EWA) == stands


def test_deleted_vote_revives_the_earlier_one():
    first, second = votes((NATIVE, (1,)), (NATIVE, (2,)))

    assert standing(a_poll(), [first, second]) == {EWA: (2,)}
    assert standing(a_poll(), [first]) == {EWA: (1,)}


@pytest.mark.parametrize(
    ("most", "answers", "choices"),
    [
        (1, ["a1"], (1,)),
        (1, ["a1", "nonsense"], (1,)),
        (2, ["a1", "nonsense"], ()),
        (2, ["a1", "a1", "a2"], (1,)),
        (3, ["a3", "a1", "a3"], (3, 1)),
        (1, [], ()),
        (1, ["A1"], ()),
        (1, ["a01"], ()),
        (1, [1], ()),
        (1, [None, "a1"], ()),
    ],
)
def test_native_response_is_cut_first_and_then_checked(most, answers, choices):
    assert native_choices(a_poll(most), answers) == choices


def test_clock_of_the_bot_says_what_is_late():
    assert not is_late(END, a_poll())
    assert is_late(END + timedelta(microseconds=1), a_poll())


SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("received", "sent", "counting", "late"),
    [
        (SECOND, -SECOND, None, True),
        (SECOND, -SECOND, 2 * SECOND, True),
        (timedelta(hours=1), -SECOND, None, False),
        (timedelta(hours=1), -SECOND, timedelta(hours=2), False),
        (timedelta(hours=1), SECOND, timedelta(hours=2), True),
        (timedelta(hours=1), None, timedelta(hours=2), True),
        (timedelta(0), timedelta(0), timedelta(0), True),
        (timedelta(0), timedelta(0), SECOND, False),
    ],
    ids=["there", "counted", "away", "away, counted", "sent late", "no time", "with its end", "at its end"],
)
def test_server_of_the_sender_is_asked_only_where_we_were_away(received, sent, counting, late):
    poll = replace(a_poll(), closing_since=None if counting is None else END + counting)

    assert is_late(END + received, poll, None if sent is None else END + sent) is late


def test_who_has_left_has_no_vote():
    given = votes((NATIVE, (1,))) + votes((NATIVE, (2,)), person=LINA)

    assert tally(a_poll(), given, {EWA, LINA}) == Tally(2, {1: 1, 2: 1, 3: 0, 4: 0})
    assert tally(a_poll(), given, {LINA}) == Tally(1, {1: 0, 2: 1, 3: 0, 4: 0})


@pytest.mark.parametrize("openness", [Openness.HIDDEN, Openness.SECRET])
def test_reactions_do_not_count_where_they_would_show_the_sums(openness):
    assert standing(a_poll(openness=openness), votes((TAP, (1,)))) == {}


def test_resistance_is_added_up():
    given = votes((TYPE, (0, 3, 10, 5))) + votes((Door.DIRECT, (1, 1, 1, 1)), (TAP, (2,)), person=LINA)

    assert tally(a_poll(kind=Kind.RESISTANCE), given, {EWA, LINA}) == Tally(2, {1: 1, 2: 4, 3: 11, 4: 6})


# --- typed votes ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "choices"),
    [
        ("2", (2,)),
        ("2 3 und 1", (2, 3, 1)),
        ("2, 3; 1", (2, 3, 1)),
        ("2+3", (2, 3)),
        ("Nr. 2 & 3", (2, 3)),
        ("2️⃣", (2,)),
        ("2 2", (2,)),
        ("antwort d", (3,)),
        ("keine", ()),
        ("zurück", ()),
        ("0", ()),
    ],
)
def test_vote_is_typed_in_many_ways(words, choices):
    assert read_vote(words, a_poll(3)) == choices


def test_points_for_entries_name_the_entries():
    poll = a_poll(3, Kind.DOTS, options=(2, 5, 7))

    assert read_vote("2 5 und B7", poll) == (2, 5, 7)
    assert read_vote("b 7, #b2", poll) == (7, 2)


def test_entries_in_brackets_name_their_options():
    options = (Option(1, "Matching-Nachmittag (I1)"), Option(2, "Lotsin (I3)"), Option(3, "Profil (I4)"))
    poll = replace(a_poll(2), options=options)

    assert read_vote("I4, i1", poll) == (3, 1)
    assert read_vote("2 und I4", poll) == (2, 3)
    with pytest.raises(Missing):
        read_vote("I2", poll)


def test_barriers_and_ideas_side_by_side_are_told_apart():
    poll = replace(a_poll(2, Kind.DOTS), options=(Option(1, "x", label="B2"), Option(2, "y", label="I2")))

    assert read_vote("I2", poll) == (2,)
    assert read_vote("b2 i 2", poll) == (1, 2)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("", "Welche Nummer? Beispiel: !stimme U1 1"),
        ("vielleicht", "Welche Nummer? Beispiel: !stimme U1 1"),
        ("2 vielleicht", "Welche Nummer? Beispiel: !stimme U1 1"),
        ("5", "5 ist keine Antwort von U1. Möglich sind: 1, 2, 3, 4."),
        ("1 2 3", "Bei U1 hat jede Person 2 Punkte. Welche Nummern? Beispiel: !stimme U1 1 2"),
    ],
)
def test_vote_that_cannot_count_is_asked_for_again(words, sentence):
    with pytest.raises(Missing) as caught:
        read_vote(words, a_poll(2))

    assert caught.value.text.render("de") == sentence
    assert (caught.value.line, caught.value.kind) == ("stimme U1 {}", "text")


def test_resistance_needs_a_number_for_each_answer():
    poll = a_poll(kind=Kind.RESISTANCE)

    assert read_vote("0 3 10 5", poll) == (0, 3, 10, 5)
    for words in ("0", "0 3 10", "0 3 11 5", "gar nicht"):
        with pytest.raises(Missing) as caught:
            read_vote(words, poll)
        assert caught.value.text.render("de") == (
            "U1 braucht 4 Zahlen von 0 bis 10, eine für jede Antwort. Beispiel: !stimme U1 0 3 10 5"
        )


def test_consent_is_said_in_words():
    poll = a_poll(kind=Kind.CONSENT, options=(1, 2))

    assert [read_vote(words, poll) for words in ("ja", "Einwand", "2")] == [(1,), (2,), (2,)]


@pytest.mark.parametrize("words", ["2 Euro wären gut", "", "ja", "x" * 300, "1 " * 200])
def test_reply_with_other_words_is_talk(words):
    assert numbers(words, a_poll()) is None


# --- names and signs -----------------------------------------------------------------------------


@pytest.mark.parametrize("number", [1, 9, 10, 11, 20, 123])
def test_reaction_stands_for_its_number(number):
    assert number_of(key_of(number)) == number
    assert number_of(key_of(number).replace("\ufe0f", "")) == number


@pytest.mark.parametrize("key", ["👍", "", "1a", "½", "-1", "✅ U1", "1" * 12])
def test_other_reactions_stand_for_no_number(key):
    assert number_of(key) is None


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("U1 2 5", (1, "2 5")),
        ("u 12: 3", (12, "3")),
        ("#U-2", (2, "")),
        ("2 5", (None, "2 5")),
        ("Und jetzt", (None, "Und jetzt")),
        ("U1x", (None, "U1x")),
    ],
)
def test_label_is_read(words, found):
    assert parse_label(words) == found


def test_poll_with_one_answer_is_native_and_with_several_is_not():
    assert a_poll().is_native
    assert not a_poll(2).is_native
    assert not a_poll(openness=Openness.SECRET).is_native
    assert not replace(a_poll(), takes_suggestions=True).is_native
    assert answer_id(3) == "a3"

# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The list of speakers is fair: nobody goes twice before somebody who waits has gone once."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from method.ids import PersonId
from method.speakers import Request, Turn, has_spoken, queue, speaking

PEOPLE = [PersonId(number) for number in range(1, 7)]
ANNA, BEN, CEM, DORA = PEOPLE[:4]

persons = st.sampled_from(PEOPLE)
spoken = st.lists(st.builds(Request, persons, st.just(Turn.SPOKEN)), max_size=12)
waiting = st.lists(st.builds(Request, persons), min_size=1, max_size=12)
sectors = st.dictionaries(persons, st.sampled_from(["verwaltung", "wirtschaft", "zivilgesellschaft"]))


def turns(requests: Sequence[Request], person: PersonId) -> int:
    return sum(r.person == person and r.turn is not Turn.WAITING for r in requests)


def asked(*people: PersonId) -> list[Request]:
    return [Request(person) for person in people]


@given(spoken, waiting, st.booleans(), sectors)
def test_queue_lets_those_go_first_who_have_spoken_least(before, now, alternate, fields):
    """Never spoken first, then fewest turns; whatever the sectors are."""
    order = queue(before + now, alternate=alternate, sectors=fields)

    numbers = [turns(before, person) for person in order]
    assert numbers == sorted(numbers)


@given(spoken, waiting, st.booleans(), sectors)
def test_queue_names_everybody_who_asked_once(before, now, alternate, fields):
    order = queue(before + now, alternate=alternate, sectors=fields)

    assert sorted(order) == sorted({r.person for r in now})


@given(spoken, waiting)
def test_queue_keeps_the_order_of_asking_among_equals(before, now):
    order = queue(before + now)

    first = {person: [r.person for r in now].index(person) for person in order}
    assert order == sorted(order, key=lambda person: (turns(before, person), first[person]))


@given(spoken, waiting, persons)
def test_queue_does_not_change_when_somebody_asks_again(before, now, person):
    if person in {r.person for r in now}:
        assert queue([*before, *now, Request(person)]) == queue(before + now)


@given(spoken, waiting, waiting)
def test_queue_does_not_change_for_those_who_wait_when_others_ask(before, now, later):
    order, longer = queue(before + now), queue(before + now + later)

    assert [person for person in longer if person in order] == order


@given(spoken, persons, st.booleans(), sectors)
def test_queue_starves_nobody(before, patient, alternate, fields):
    """Everybody else asks again as soon as they have spoken; the patient one gets a turn all the same."""
    requests = [*before, *asked(patient), *asked(*(p for p in PEOPLE if p != patient))]
    longest = len(PEOPLE) * (turns(before, patient) + 1)

    for _ in range(longest):
        following = queue(requests, alternate=alternate, sectors=fields)[0]
        requests.remove(Request(following))
        requests.append(Request(following, Turn.SPOKEN))
        if following == patient:
            return
        requests.append(Request(following))
    raise AssertionError("never called")


def test_queue_alternates_sectors_if_it_is_wanted():
    fields = {ANNA: "verwaltung", BEN: "verwaltung", CEM: "wirtschaft"}

    assert queue(asked(ANNA, BEN, CEM, DORA), alternate=True, sectors=fields) == [ANNA, CEM, BEN, DORA]
    assert queue(asked(ANNA, BEN, CEM, DORA), sectors=fields) == [ANNA, BEN, CEM, DORA]


def test_queue_alternates_with_who_speaks_now():
    fields = {ANNA: "verwaltung", BEN: "verwaltung", CEM: "wirtschaft"}
    requests = [Request(ANNA, Turn.SPEAKING), *asked(BEN, CEM)]

    assert queue(requests, alternate=True, sectors=fields) == [CEM, BEN]


@given(spoken, waiting, st.booleans(), sectors)
def test_queue_does_not_change_when_the_first_one_is_called(before, now, alternate, fields):
    """What the card has announced holds: sectors alternate with who speaks, not with who spoke."""
    first, *rest = queue(before + now, alternate=alternate, sectors=fields)
    called = [Request(first, Turn.SPEAKING), *(one for one in now if one.person != first)]

    assert queue(before + called, alternate=alternate, sectors=fields) == rest


@given(spoken, waiting, sectors)
def test_queue_has_the_same_sector_twice_only_where_nobody_else_could_come(before, now, fields):
    order = queue(before + now, alternate=True, sectors=fields)

    for number, (one, following) in enumerate(pairwise(order), 1):
        if one in fields and fields.get(one) == fields.get(following):
            equal = [p for p in order[number:] if turns(before, p) == turns(before, following)]
            assert {fields.get(person) for person in equal} == {fields[one]}


@given(spoken, waiting, sectors)
def test_queue_lets_nobody_overtake_within_a_sector(before, now, fields):
    """Nor anybody who has not said a sector those who have not either."""
    plain, order = queue(before + now), queue(before + now, alternate=True, sectors=fields)

    for sector in {fields.get(person) for person in order}:
        assert [p for p in order if fields.get(p) == sector] == [p for p in plain if fields.get(p) == sector]


def test_who_spoke_last_is_forgotten_when_nobody_speaks():
    fields = {ANNA: "verwaltung", BEN: "verwaltung", CEM: "wirtschaft"}
    requests = [Request(ANNA, Turn.SPOKEN), *asked(BEN, CEM)]

    assert queue(requests, alternate=True, sectors=fields) == [BEN, CEM]


def test_who_speaks_has_spoken():
    requests = [Request(ANNA, Turn.SPEAKING), *asked(BEN)]

    assert speaking(requests) == ANNA
    assert [has_spoken(requests, person) for person in (ANNA, BEN)] == [True, False]

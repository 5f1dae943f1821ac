# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who stands for whom; what a merge moves can always be moved back, and there is never a ring."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from method.ids import GroupId, ItemId, PersonId
from method.items import Item, Kind, Label, Listed, State
from method.parts import Move, Parts, gathered, leading_labels, read, stored, together

NOW = datetime(2027, 2, 24, 8, 15, tzinfo=UTC)
ONE, TWO, THREE, FOUR = map(ItemId, range(1, 5))


def item(number: int, *topics: str, links: tuple[int, ...] = ()) -> Item:
    answers = tuple(Label(Kind.BARRIER, one) for one in links)
    return Item(
        ItemId(number), GroupId(1), Kind.IDEA, number, f"Text {number}", State.OPEN, topics,
        None, None, NOW, NOW, answers,
    )  # fmt: skip


LABELS = [
    pytest.param("B1 B10", ["B1", "B10"], id="blank"),
    pytest.param("b1, b 10 und B-12", ["B1", "B10", "B12"], id="and"),
    pytest.param("1 10", ["B1", "B10"], id="numbers"),
    pytest.param("I1 mit 2", ["I1", "I2"], id="number of the first kind"),
    pytest.param("B1 + B#10", ["B1", "B10"], id="asked for"),
    pytest.param("B1 B1 B2", ["B1", "B2"], id="twice"),
    pytest.param("B1 und B10 sind dasselbe", ["B1", "B10"], id="words behind"),
    pytest.param("dasselbe wie B1", [], id="words before"),
    pytest.param("", [], id="nothing"),
]


@pytest.mark.parametrize(("words", "labels"), LABELS)
def test_labels_are_read(words: str, labels: list[str]):
    assert [str(label) for label in leading_labels(words)] == labels


def test_part_of_a_part_stands_in_the_topmost_entry():
    parts = Parts({ONE: TWO, TWO: THREE})

    assert (parts.top(ONE), list(parts.wholes(ONE))) == (THREE, [TWO, THREE])
    assert parts.family(THREE) == [THREE, TWO, ONE]
    assert parts.family(FOUR) == [FOUR]


def test_parts_of_a_withdrawn_entry_stand_for_themselves():
    parts = Parts({ONE: TWO, TWO: THREE}, {TWO})

    assert parts.top(ONE) == ONE
    assert parts.family(THREE) == [THREE]
    assert parts.family(TWO) == [TWO]


def test_entry_that_gets_parts_leaves_the_withdrawn_one():
    """Else there would be a ring when that one comes back: 1 in 2, 2 in 3, 3 in 1."""
    parts = Parts({ONE: TWO, TWO: THREE}, {TWO})

    assert parts.merge(ONE, [THREE]) == (Move(THREE, None, ONE), Move(ONE, TWO, None))


RETURNS = [
    pytest.param({ONE: TWO}, True, id="as it was left"),
    pytest.param({ONE: THREE}, False, id="moved elsewhere"),
    pytest.param({}, False, id="split"),
    pytest.param({ONE: TWO, TWO: THREE}, True, id="the entry became a part itself"),
]


@pytest.mark.parametrize(("recorded", "can"), RETURNS)
def test_merge_returns_only_from_where_it_went(recorded: dict[ItemId, ItemId], can: bool):
    assert Parts(recorded).can_return([Move(ONE, None, TWO)]) is can


def test_split_does_not_return_into_a_ring():
    assert not Parts({TWO: ONE}).can_return([Move(ONE, TWO, None)])


def test_moves_are_read_as_they_were_stored():
    moves = (Move(ONE, None, TWO), Move(THREE, FOUR, None))

    assert read(stored(moves)) == moves


def test_topics_and_links_of_all_parts_are_shown_once():
    shown = together(item(1, "Kita", links=(3,)), [item(2, "kita", "Amt", links=(1, 3))])

    assert shown.topics == ("Kita", "Amt")
    assert [str(label) for label in shown.links] == ["B1", "B3"]


def test_entry_counts_everybody_once():
    listed = [Listed(item(1), 2, 1), Listed(item(2), 2, 2), Listed(item(3), 1, 0)]
    anna, ben, cem = map(PersonId, range(1, 4))
    supporters = {TWO: {anna, ben}, THREE: {anna}, ONE: {ben, cem}}

    entries = gathered(listed, {TWO: ONE}, supporters)

    assert [(one.item.number, one.support, one.notes, one.parts) for one in entries] == [
        (1, 3, 3, (Label(Kind.IDEA, 2),)),
        (3, 1, 0, ()),
    ]


@given(st.lists(st.tuples(st.integers(1, 6), st.integers(1, 6), st.booleans()), max_size=30))
def test_whatever_is_merged_and_split_there_is_no_ring_and_everything_returns(steps):
    recorded: dict[ItemId, ItemId] = {}
    done: list[tuple[tuple[Move, ...], dict[ItemId, ItemId]]] = []

    def go(item: ItemId, to: ItemId | None) -> None:
        recorded.pop(item, None)
        if to is not None:
            recorded[item] = to

    for first, second, splits in steps:
        parts = Parts(dict(recorded))
        whole, part = parts.top(ItemId(first)), ItemId(second)
        if splits and parts.whole(part):
            moves = parts.split([part])
        elif parts.top(part) == part != whole:
            moves = parts.merge(whole, [part])
        else:
            continue
        done.append((moves, dict(recorded)))
        for move in moves:
            go(move.item, move.after)
        assert all(Parts(recorded).top(ItemId(one)) for one in range(1, 7))
    for moves, before in reversed(done):
        assert Parts(recorded).can_return(moves)
        for move in moves:
            go(move.item, move.before)
        assert recorded == before

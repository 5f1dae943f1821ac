# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a newcomer is told: the entries with most support, in at most six lines."""

from __future__ import annotations

from datetime import UTC, datetime

from method.ids import GroupId, ItemId
from method.items import Item, Kind, Listed, State
from method.newcomers import welcome

NOW = datetime(2027, 2, 22, 8, tzinfo=UTC)


def listed(number: int, support: int, kind: Kind = Kind.BARRIER, text: str = "Text") -> Listed:
    item = Item(ItemId(number), GroupId(1), kind, number, text, State.OPEN, (), None, None, NOW, NOW)
    return Listed(item, support, 0)


def told(
    *entries: Listed, name: str = "Runde", goal: str | None = None, agreed: str | None = None
) -> list[str]:
    return welcome(name, 3, goal, entries, agreed=agreed).render("de").split("\n")


def test_three_entries_with_most_support_are_shown_in_the_order_of_the_board():
    entries = [listed(1, 0), listed(2, 2), listed(3, 5), listed(4, 2), listed(9, 1, Kind.IDEA)]

    assert told(*entries)[1:-1] == [
        "B3: Text. 5 kennen das auch.",
        "B2: Text. 2 kennen das auch.",
        "B4: Text. 2 kennen das auch.",
    ]


def test_message_has_six_lines_at_most():
    lines = told(*(listed(number, 1, text="lang " * 300) for number in range(1, 9)), goal="Eins\nZwei\nDrei")

    assert len(lines) == 6
    assert lines[1] == "Ziel: Eins / Zwei / Drei."


def test_agreements_are_told_in_brief_and_take_the_place_of_an_entry():
    entries = [listed(number, 1) for number in range(1, 9)]

    lines = told(*entries, goal="Eins", agreed="Ausreden lassen\n" + "lang " * 300)

    assert len(lines) == 6
    assert lines[2].startswith("Unsere Vereinbarungen: Ausreden lassen / lang lang")
    assert lines[2].endswith(" lang … Ganz lesen und zustimmen: !vereinbarung")
    assert len(lines[2]) < 240
    assert len(told(*entries, agreed="Ausreden lassen")) == 6


def test_group_without_a_name_is_just_the_group():
    assert told(name="")[0] == (
        "Guten Tag, ich bin der Bot der Gruppe. Schritt 3 von 5: Lösungsansätze erarbeiten."
    )

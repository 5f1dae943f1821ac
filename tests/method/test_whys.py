# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Five whys, no more."""

from __future__ import annotations

import pytest

from method.errors import UserError
from method.items import Kind, Label
from method.whys import LIMIT, check_room, lines, question

B1 = Label(Kind.BARRIER, 1)


@pytest.mark.parametrize("length", range(LIMIT))
def test_there_is_room_for_five(length: int):
    check_room(B1, ["Grund"] * length)


def test_a_sixth_has_no_room():
    with pytest.raises(UserError) as refused:
        check_room(B1, ["Grund"] * LIMIT)

    assert refused.value.text.render("de").startswith("B1 hat schon 5 Warum, mehr gehen nicht.")


def test_the_next_question_is_about_the_last_reason():
    asked = [question(B1, "Hürde", chain).render("de") for chain in ([], ["Eins", "Zwei\nDrei"])]

    assert asked == [
        "B1: „Hürde“ Warum ist das so? Bitte einfach auf diese Nachricht antworten.",
        "B1: „Zwei / Drei“ Warum ist das so? Bitte einfach auf diese Nachricht antworten.",
    ]


def test_the_chain_is_numbered():
    assert [line.render("de") for line in lines(["Eins", "Zwei"])] == ["Warum 1: Eins", "Warum 2: Zwei"]

# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What people type for an agenda."""

from __future__ import annotations

import pytest

from method.agendas import Verb, Wish, in_short, read_wish
from method.errors import UserError
from method.items import Kind, Label

B3 = Label(Kind.BARRIER, 3)


@pytest.mark.parametrize(
    ("words", "wish"),
    [
        ("Profil besprechen", Wish(Verb.ADD, text="Profil besprechen")),
        ("Profil besprechen 10 min zu B3", Wish(Verb.ADD, text="Profil besprechen", minutes=10, link=B3)),
        ("Profil zu b3 (10 Minuten)", Wish(Verb.ADD, text="Profil", minutes=10, link=B3)),
        ("Rückblick, 15 min, B3", Wish(Verb.ADD, text="Rückblick", minutes=15, link=B3)),
        ("Kurse (B3)", Wish(Verb.ADD, text="Kurse", link=B3)),
        ("10 min Pause", Wish(Verb.ADD, text="Pause", minutes=10)),
        ("Kurse ab Deutsch B1", Wish(Verb.ADD, text="Kurse ab Deutsch B1")),
        ("3 Kisten holen", Wish(Verb.ADD, text="3 Kisten holen")),
        ("3 weg", Wish(Verb.WITHDRAW, 3)),
        ("TOP 3 parken", Wish(Verb.PARK, 3)),
        ("3 auf 1", Wish(Verb.MOVE, 3, place=1)),
        ("3 nach Platz 2", Wish(Verb.MOVE, 3, place=2)),
        ("3 zuerst", Wish(Verb.MOVE, 3, place=1)),
        ("3 10 min", Wish(Verb.CHANGE, 3, minutes=10)),
        ("3 zu B3", Wish(Verb.CHANGE, 3, link=B3)),
        ("§17 zu 3", Wish(Verb.CHANGE, 17, own=True, link=B3)),
        ("", Wish(Verb.SHOW)),
    ],
)
def test_words_for_an_agenda(words: str, wish: Wish):
    assert read_wish(words) == wish


@pytest.mark.parametrize("words", ["Text 0 min", "Text 999 min", "x" * 301])
def test_too_long_is_said(words: str):
    with pytest.raises(UserError):
        read_wish(words)


def test_nothing_to_talk_about_is_not_counted():
    assert in_short([]) is None

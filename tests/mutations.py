# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Damages what comes from outside: JSON values in one to three places, texts that are long, deep or odd."""

from __future__ import annotations

import copy
import random
import string
from typing import Any, Final

ODD: Final[list[Any]] = [
    None, True, 0, -1, 1.5, 2**80, "", "x", "=", "\x00", "\ud800", "A" * 43, "@:", "m.room.encrypted",
    [], {}, [[]], {"a": {}}, [None], {"": ""}, {"key": None}, "é" * 300, "9" * 5000, float("nan"),
]  # fmt: skip

#: Texts on which something could take long: each is about as large as an event may be.
HEAVY: Final[dict[str, str]] = {
    "plain": "a" * 60_000,
    "marks": "e" + "\u0301" * 20_000,
    "marks that are sorted": "e" + "\u0301\u0323" * 10_000,
    "blanks": "!barriere" + " " * 60_000 + "x",
    "lines": "!barriere " + "\n" * 60_000 + "x",
    "quoted lines": "> a\n" * 15_000,
    "commands": "!barriere a\n" * 5_000,
    "exclamation marks": "!" * 60_000,
    "topics": "!barriere a" + " #b" * 20_000,
    "hashes": "!barriere " + "#" * 60_000,
    "topic of sixty thousand letters": "!barriere a #" + "b" * 60_000,
    "labels": "!idee a zu B1" + ", B1" * 15_000,
    "labels that end wrong": "!idee a zu B1" + " und B1" * 8_000 + " x",
    "many beginnings of a link": "!idee " + "zu B1 " * 10_000,
    "links and blanks": "!idee a zu" + " " * 30_000 + "B1" + " " * 29_000 + "!",
    "digits": "!zeige B" + "9" * 60_000,
    "digits bare": "!löschen " + "1" * 60_000,
    "label blanks": "!löschen b#" + " " * 60_000,
    "word": "!" + "barrier" * 8_000,
    "umlauts": "!" + "ae" * 30_000,
    "compatibility letters": "!" + "\ufdfa" * 6_000,
    "joiners": "!barriere " + "\u200d" * 60_000,
    "families": "!barriere " + "\U0001f468\u200d" * 8_000,
    "directions": "!barriere " + "\u202e\u2066" * 10_000,
    "hangul": "!barriere " + "\u1100\u1161\u11a8" * 6_000,
    "separators": "!barriere " + ":" * 60_000,
    "dashes": "!barriere" + " -" * 30_000,
    "null": "!barriere " + "\x00" * 9_000,
    "answers": "+" + " +" * 30_000,
    "line breaks": "!barriere " + "\r\n\u2028\u2029\v" * 8_000,
}

#: Put where JSON of this depth shall stand; ``deepened`` does it, because Python's own writer cannot.
DEEP: Final = {f"~deep{n}~": n for n in (90, 300, 900, 5_000, 10_000)}


def mutated(value: Any, dice: random.Random) -> Any:
    """Return a copy of ``value`` with one to three places damaged."""
    value = copy.deepcopy(value)
    for _ in range(dice.randint(1, 3)):
        value = damaged(value, dice)
    return value


def answer(value: Any, dice: random.Random) -> dict[str, Any]:
    """Return a damaged answer; the homeserver port has made sure that it is an object."""
    result = mutated(value, dice)
    return result if isinstance(result, dict) else {}


def damaged(value: Any, dice: random.Random) -> Any:
    """Return ``value`` with one place damaged; it is changed where it stands."""
    if not value or not isinstance(value, dict | list) or dice.random() < 0.05:
        if isinstance(value, str) and dice.random() < 0.6:
            return broken_text(value, dice)
        return copy.deepcopy(dice.choice(ODD))
    key: Any = dice.choice(list(value)) if isinstance(value, dict) else dice.randrange(len(value))
    action = dice.random()
    if action < 0.1:
        del value[key]
    elif action < 0.2 and isinstance(value, dict):
        value[str(dice.choice(ODD))] = value.pop(key)
    else:
        value[key] = damaged(value[key], dice)
    return value


def broken_text(text: str, dice: random.Random) -> str:
    """Return ``text`` cut, reversed, or with a letter changed or added."""
    if not text:
        return text
    place = dice.randrange(len(text))
    letter = dice.choice(string.ascii_letters + "+/=*-_\x00")
    return dice.choice([text[:place], text[:place] + letter + text[place + 1 :], text + letter, text[::-1]])


def deepened(raw: bytes) -> bytes:
    """Return the JSON with every mark of ``DEEP`` replaced by lists and objects nested so deeply."""
    for mark, depth in DEEP.items():
        nested = b'{"a":[' * (depth // 2) + b"]}" * (depth // 2)
        raw = raw.replace(b'"' + mark.encode() + b'"', nested)
    return raw

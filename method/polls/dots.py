# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Points for entries of the board: reads the words behind !punkten, and makes options of entries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from config.texts import text
from method.errors import UserError
from method.items import Item
from method.items import Kind as ItemKind
from method.polls import FEWEST_OPTIONS, MOST_OPTIONS, Kind, Openness, Option
from method.polls import flags as poll_flags
from method.polls.flags import Present
from method.polls.words import Half, Typed, ends_of, safe, too_few_points
from method.words import brief, fold, is_blank

#: Points a person has if nothing is said.
DOTS: Final = 3

_ITEM_KINDS: Final = {
    fold(word): kind
    for kind, words in {
        ItemKind.BARRIER: "barrieren barriere barriers barrier hürden hürde hindernisse probleme problem b",
        ItemKind.IDEA: "ideen idee ideas idea lösungen lösung vorschläge vorschlag i",
    }.items()
    for word in words.split()
}


@dataclass(frozen=True, slots=True)
class Dots:
    """Points for entries, as they were asked for: of a kind, or with a topic."""

    of: ItemKind | str
    most: int
    openness: Openness
    ends_at: datetime


def read_dots(words: str, present: Present) -> Dots:
    """Read for what points are given: "barrieren 3 bis Fr 12:00", "#kita verdeckt".

    Raises:
        UserError: as ``read_poll``.
    """
    first, _, rest = " ".join(words.split()).partition(" ")
    of: ItemKind | str | None = _ITEM_KINDS.get(fold(first))
    if first.startswith("#") and not is_blank(first.strip("#")):
        of = first.strip("#")
    ask = text("Points for what? Examples: barrieren, ideen, #kita")
    if of is None:
        raise Half(ask, f"punkten {{}} {safe(rest)}".rstrip())
    number, _, behind = rest.partition(" ")
    if number.isascii() and number.isdigit() and not _says_points(behind):
        rest = f"{number[:4]} punkte {behind}".strip()
    flags = poll_flags.whole(rest, present) if rest else poll_flags.NONE
    if flags is None:
        raise Half(
            text(
                "This I do not understand: {words}. Example: !punkten barrieren 3 bis Fr 12:00",
                words=brief(rest),
            ),
            f"punkten {safe(first)} {{}}",
        )
    typed = Typed(Kind.DOTS, first, (), flags)
    if flags.most == 0:
        raise UserError(too_few_points())
    return Dots(of, flags.most or DOTS, flags.openness or Openness.OPEN, ends_of(typed, present))


def dot_options(items: Sequence[Item], most: int) -> tuple[tuple[Option, ...], int]:
    """Return the entries as options, and how many of them a person may choose.

    Raises:
        UserError: there are too few entries, or too many.
    """
    if len(items) < FEWEST_OPTIONS:
        raise UserError(text("Points need at least two entries. See what is there: !board"))
    if len(items) > MOST_OPTIONS:
        raise UserError(
            text(
                "These are {count} entries. {limit} are possible. Choose a topic, for example: !punkten #kita",
                count=len(items),
                limit=MOST_OPTIONS,
            )
        )
    # A bare number is that of the entry, unless barriers and ideas stand side by side.
    mixed = len({item.kind for item in items}) > 1
    options = tuple(
        Option(place if mixed else item.number, brief(item.text or ""), item=item.id, label=str(item.label))
        for place, item in enumerate(items, 1)
    )
    return options, min(most, len(options))


def _says_points(words: str) -> bool:
    return poll_flags.is_points(words.partition(" ")[0])

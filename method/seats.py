# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Seats: who the group still needs, as a function, a sector and a federal state, without names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from config.texts import Text, joined, text
from method.ids import EventId, GroupId, PersonId, SeatId
from method.words import SEPARATOR, fold, isolate

#: Entries shown unasked for all of them.
ENTRIES: Final = 7

_LABEL: Final = re.compile(r"\s*#?(?:w[ \-‐‑–.]?)?([0-9]{1,9})(?!\w)", re.IGNORECASE | re.ASCII)


class Stage(StrEnum):
    """How far the search is; every change is possible."""

    SOUGHT = "sought"
    ASKED = "asked"
    FILLED = "filled"
    DECLINED = "declined"


#: Still on the list of those who are needed.
OPEN: Final = (Stage.SOUGHT, Stage.ASKED)

_NAMES: Final = {
    Stage.SOUGHT: text("sought"),
    Stage.ASKED: text("asked"),
    Stage.FILLED: text("with us"),
    Stage.DECLINED: text("declined"),
}
#: What mostly comes next.
_THEN: Final = {
    Stage.SOUGHT: Stage.ASKED,
    Stage.ASKED: Stage.FILLED,
    Stage.FILLED: Stage.SOUGHT,
    Stage.DECLINED: Stage.SOUGHT,
}
_STAGES: Final = {
    fold(word): stage
    for stage, words in {
        Stage.SOUGHT: ("gesucht", "suchen", "offen", "sought", "wanted", "open"),
        Stage.ASKED: ("angefragt", "gefragt", "anfrage", "asked", "invited", "eingeladen"),
        Stage.FILLED: ("dabei", "ist dabei", "zugesagt", "ja", "with us", "in", "joined", "yes"),
        Stage.DECLINED: ("abgesagt", "absage", "nein", "declined", "no"),
    }.items()
    for word in words
}


@dataclass(frozen=True, slots=True)
class Seat:
    """Somebody who is still needed."""

    id: SeatId
    group_id: GroupId
    number: int
    #: None once deleted.
    text: str | None
    stage: Stage
    #: None once deleted, or once the person was forgotten.
    author: PersonId | None
    source: EventId | None

    @property
    def label(self) -> str:
        """How people name it: "W3"."""
        return f"W{self.number}"


def first_seat(words: str) -> tuple[int | None, str]:
    """Read the number at the beginning ("W1", "w 1", "1"); return it and what comes behind."""
    found = _LABEL.match(words)
    if found is None:
        return None, words.strip()
    behind = SEPARATOR.match(words, found.end())
    return int(found[1]), words[behind.end() if behind else found.end() :].strip()


def read_stage(words: str) -> Stage | None:
    """Read a stage in German or English."""
    return _STAGES.get(fold(words))


def stage_name(stage: Stage) -> Text:
    """Return the word for a stage."""
    return _NAMES[stage]


def wanted(seats: Sequence[Seat], *, whole: bool = False) -> Text:
    """List who is still needed, by number; the digest shows the same.

    Args:
        seats: of one group, by number.
        whole: also those that are settled, and as many as there are.
    """
    shown = list(seats) if whole else [seat for seat in seats if seat.stage in OPEN]
    if not shown:
        return joined(
            [text("Nobody is sought at the moment."), text("To write it down: !wenfehlt and then the text.")],
            separator=" ",
        )
    first = shown if whole else shown[:ENTRIES]
    lines = [text("Who do we still need?"), *map(entry, first)]
    if len(first) < len(shown):
        lines.append(text("and {count} more: !wen alle", count=len(shown) - len(first)))
    then = stage_name(_THEN[shown[0].stage])
    lines.append(text("To change it: !wen {label} {stage}", label=shown[0].label, stage=then))
    return joined(lines)


def entry(seat: Seat) -> Text:
    """Show one seat with its stage."""
    words = " / ".join(line.strip() for line in (seat.text or "").split("\n") if line.strip())
    return text(
        "{label}: {text}. At present: {stage}.",
        label=seat.label,
        text=isolate(words.rstrip(".")),
        stage=stage_name(seat.stage),
    )

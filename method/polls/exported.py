# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""A poll as an export holds it, read back: what was asked, and its sums."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from config.texts import Text, text
from method.ids import GroupId, PollId
from method.polls import Kind, Openness, Option, Poll, State
from method.polls.ballots import Tally

_NAMES: Final = {
    Kind.CHOICE: text("choice"),
    Kind.DOTS: text("points"),
    Kind.DATE: text("date"),
    Kind.RESISTANCE: text("resistance, the lowest sum wins"),
    Kind.CONSENT: text("consent"),
    Kind.ROUND: text("answers in own words"),
}


def kind_name(kind: Kind) -> Text:
    """Say in a word what was asked for."""
    return _NAMES[kind]


def poll(found: Mapping[str, Any]) -> Poll:
    """Return the poll; what only the database knows is empty."""
    return Poll(
        id=PollId(0),
        group_id=GroupId(0),
        number=int(found["id"][1:]),
        kind=Kind(found["kind"]),
        question=found["question"],
        options=tuple(
            Option(
                option["number"],
                option["text"],
                at=datetime.fromisoformat(option["at"]) if option["at"] else None,
                whole_day=option["whole_day"],
                label=option["entry"],
            )
            for option in found["options"]
        ),
        most=found["most"],
        openness=Openness(found["openness"]),
        takes_suggestions=False,
        state=State(found["state"]),
        ends_at=datetime.fromisoformat(found["ends"]),
        author=None,
        source=None,
    )


def tally(found: Mapping[str, Any]) -> Tally:
    """Return the sums, as far as they are told."""
    return Tally(
        found["people"] or 0, {option["number"]: option["votes"] or 0 for option in found["options"]}
    )

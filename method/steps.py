# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The five steps of the method (guide of the Regionales Integrationsnetzwerk Berlin)."""

from __future__ import annotations

from typing import Final

from config.texts import Text, text

STEPS: Final = (
    text("Recognise barriers"),
    text("Make barriers concrete"),
    text("Work out solutions"),
    text("Build and test prototypes"),
    text("Improve and hand on good practice"),
)


def step_line(number: int) -> Text:
    """Say in which step the group is; ``number`` counts from 1."""
    return text("Step {number} of {count}: {name}.", number=number, count=len(STEPS), name=STEPS[number - 1])

# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Everything people can say and do, assembled from its topics; the order is that of the help."""

from __future__ import annotations

from typing import Final

from commands import (
    anonymous,
    boards,
    changes,
    departures,
    details,
    exports,
    foundings,
    groups,
    guests,
    help,  # noqa: A004 -- named by its command
    items,
    languages,
    meetings,
    newcomers,
    notes,
    parking,
    parts,
    pictures,
    polls,
    preferences,
    privacy,
    problems,
    roles,
    rounds,
    search,
    seats,
    sectors,
    settings,
    speakers,
    steps,
    supports,
    undo,
    views,
    votes,
    whys,
)
from commands.router import Router

router: Final = Router()
router.include(
    items.router,
    notes.router,
    views.router,
    whys.router,
    anonymous.router,
    supports.router,
    boards.router,
    details.router,
    search.router,
    pictures.router,
    exports.router,
    changes.router,
    undo.router,
    parts.router,
    parking.router,
    problems.router,
    sectors.router,
    seats.router,
    guests.router,
    meetings.router,
    roles.router,
    speakers.router,
    rounds.router,
    polls.router,
    votes.router,
    foundings.router,
    groups.router,
    settings.router,
    steps.router,
    languages.router,
    newcomers.router,
    departures.router,
    preferences.router,
    privacy.router,
)
router.include(help.router_about(router))

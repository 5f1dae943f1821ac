# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Everything people can say and do, assembled from its topics; the order is that of the help."""

from __future__ import annotations

from typing import Final

from commands import (
    boards,
    changes,
    departures,
    foundings,
    groups,
    help,  # noqa: A004 -- named by its command
    items,
    languages,
    newcomers,
    notes,
    settings,
    steps,
    supports,
    undo,
)
from commands.router import Router

router: Final = Router()
router.include(
    items.router,
    notes.router,
    supports.router,
    boards.router,
    changes.router,
    undo.router,
    groups.router,
    foundings.router,
    settings.router,
    steps.router,
    languages.router,
    newcomers.router,
    departures.router,
)
router.include(help.router_about(router))

# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Everything people can say and do, assembled from its topics; the order is that of the help."""

from __future__ import annotations

from typing import Final

from commands import boards, changes, groups, help, items, languages, notes, pictures, supports, undo  # noqa: A004 -- named by its command
from commands.router import Router

router: Final = Router()
router.include(
    items.router,
    notes.router,
    supports.router,
    boards.router,
    pictures.router,
    changes.router,
    undo.router,
    groups.router,
    languages.router,
)
router.include(help.router_about(router))

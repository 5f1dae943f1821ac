# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Everything people can say and do, assembled from its topics; the order is that of the help."""

from __future__ import annotations

from typing import Final

from commands import boards, changes, exports, groups, help, items, languages, notes, supports, undo  # noqa: A004 -- named by its command
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
    exports.router,
    languages.router,
)
router.include(help.router_about(router))

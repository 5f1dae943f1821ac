# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The board after something was deleted that it shows: nothing of it goes out any more, and no history keeps it."""

from __future__ import annotations

from commands.context import Context
from method.hours import night
from method.ids import GroupId
from method.pages import BOARD_RENEWAL
from storage import boards, settings, timers


async def renew_board(ctx: Context, group_id: GroupId) -> None:
    """Let the board show no longer what was taken back; in the night it is said anew, without history."""
    await boards.hold_back(ctx.db, group_id)
    tonight = night(ctx.now, await settings.of_group(ctx.db, group_id))
    await timers.add(ctx.db, group_id, BOARD_RENEWAL, "", tonight)

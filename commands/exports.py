# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Give the moderation what the group has put together as files, for the record."""

from __future__ import annotations

from typing import Final

from commands.context import Context
from commands.router import MODERATION, Router
from config.texts import text
from method.archives import archive, file_name
from method.events import Message
from storage import exports

router: Final = Router()


@router.command(
    "export", "export", "akte", "archiv", "archive", "exportieren",
    help=text("everything as files, for the record"),
    example=text("!export"),
    power_level=MODERATION,
)  # fmt: skip
async def export(ctx: Context, message: Message, _args: None) -> None:
    """Send an archive into this room: the group's, or that of the person alone."""
    group = ctx.require_group()
    local = ctx.now.astimezone(await ctx.zone())
    name = f"board-{file_name(group.name, 'gruppe')}-{local:%Y-%m-%d}"
    data = archive(await exports.of_group(ctx.db, group.id), name=name, at=local, language=group.language)
    caption = text(
        "For the record: an archive with the board, the core problem, the polls, the meetings and the sectors."
        " As a web page, a text, tables and data. Without names, without the conversation."
    )
    await ctx.send_file(
        data, name=f"{name}.zip", mimetype="application/zip", caption=caption, to=message.event_id
    )

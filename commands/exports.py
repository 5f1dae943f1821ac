# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Give the moderation what the group has put together as files, for the record."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from commands import letters
from commands.context import Context
from commands.router import MODERATION, Router
from config.texts import text
from method.archives import archive, file_name, letters_as_markdown, packed
from method.events import Message
from storage import digests, exports, facts

router: Final = Router()


@router.command(
    "export", "export", "akte", "archiv", "archive", "exportieren",
    help=text("everything as files, for the record"),
    example=text("!export"),
    power_level=MODERATION,
)  # fmt: skip
async def export(ctx: Context, message: Message, _args: None) -> None:
    """Send an archive into this room, with the weekly letters: the group's room, or that of the person alone."""
    group = ctx.require_group()
    known = await facts.of_group(ctx.db, group)
    files = [
        letters.file(letter, known, group.language) for letter in await digests.of_group(ctx.db, group.id)
    ]
    local = ctx.now.astimezone(await ctx.zone())
    name = f"board-{file_name(group.name, 'gruppe')}-{local:%Y-%m-%d}"
    data = archive(await exports.of_group(ctx.db, group.id), name=name, at=local, language=group.language)
    if files:
        words = letters_as_markdown(file.data for file in files)
        data = packed(data, [(f"{name}/{letters.collection(group.language)}.md", words.encode())])
    caption = text(
        "For the record: an archive with the board, the core problem, the polls, the meetings, the sectors"
        " and the weekly letters."
        " As a web page, a text, tables and data. Without names, without the conversation."
    )
    await ctx.send_file(
        data,
        name=f"{name}.zip",
        mimetype="application/zip",
        caption=caption,
        to=message.event_id,
        documents=[replace(file, name=f"{name}/{file.name}") for file in files],
    )

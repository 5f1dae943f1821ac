# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Bring an export into the database, while no bot works with it."""

from __future__ import annotations

import asyncio
import shlex
from pathlib import Path

from bot import lock, reasons
from bot.stop import StopError
from config.addresses import shown
from config.settings import Settings
from config.texts import text
from storage import documents, exports, imports
from storage.database import Database
from storage.unreadable import UnreadableError


async def take_in(settings: Settings, file: Path, room: str, *, template: bool) -> int:
    """Take the export in ``file`` into the group of a room; return how many open entries it has got.

    Raises:
        StopError: the file, the group or both do not allow it; the sentence says what to do.
    """
    try:
        export = documents.read(await asyncio.to_thread(file.read_bytes))
    except OSError as error:
        raise StopError(
            text("The file {path} cannot be read: {reason}.", path=str(file), reason=reasons.of_file(error))
        ) from None
    except UnreadableError as error:
        raise StopError(
            text(
                "{path} is no export that this version can read ({reason}).",
                path=str(file),
                reason=error.reason,
            )
        ) from None
    if settings.database_file and not settings.database_file.exists():
        raise StopError(text("There is no database yet. It is made at the first start."))
    async with lock.held(settings.database_url):
        database = Database(settings.database_url)
        try:
            async with database.transaction() as db:
                group_id = await exports.find(db, room)
                return await imports.take_in(db, group_id, export, template=template)
        except exports.UnknownGroupError as error:
            raise unknown(room, error) from None
        except imports.NotEmptyError:
            raise StopError(
                text("This group has entries already. Invite the bot into a new room and import there.")
            ) from None
        finally:
            await database.close()


def unknown(room: str, error: exports.UnknownGroupError) -> StopError:
    """Return what to do about a group that is not to be found, with the names of some that are."""
    if error.several:
        example = "--room '!abc:example.org'"
        return StopError(
            text(
                "Several groups have the name {room}. Give the ID of the room. Example: {example}",
                room=shown(room),
                example=example,
            )
        )
    if not error.names:
        return StopError(text("There is no group yet. The bot founds one when it is invited into a room."))
    names = [shown(name) for name in error.names]
    return StopError(
        text(
            "There is no group with the room or name {room}. There are: {names}. Example: {example}",
            room=shown(room),
            names=", ".join(names),
            # A name that is not shown as it is would not be found.
            example=f"--room {shlex.quote(names[0] if names[0] == error.names[0] else '!abc:example.org')}",
        )
    )

# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""``tafelrunde backup``: everything a new installation needs to go on, in one folder.

The login is left out on purpose: a restored bot takes a new device and signs it with the same identity.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import suppress
from pathlib import Path
from typing import Final

from sqlalchemy.engine import make_url

from bot import reasons, session
from bot.start import SEEDS
from bot.stop import DAMAGED, EXIT_CONFIGURATION, StopError
from config.settings import Settings
from config.texts import text
from storage import backup as database
from storage.database import DamagedError

FILES: Final = (session.PICKLE_KEY, SEEDS)


def make(settings: Settings, folder: Path) -> None:
    """Copy database, pickle key and identity into ``folder``, which is made and must not be there.

    Raises:
        StopError: there is nothing to copy, it is damaged, or the folder cannot be written.
    """
    source = settings.database_file
    if source is None:
        raise _postgres(settings)
    if not source.exists():
        raise StopError(text("There is no database yet. It is made at the first start."))
    for name in FILES:
        if not (settings.data / name).exists():
            raise StopError(
                text("The file {file} is missing in the data folder.", file=name), EXIT_CONFIGURATION
            )
    if not folder.parent.is_dir():
        raise StopError(
            text(
                "The folder {path} does not exist. Make it first, or name another one. Example: {example}",
                path=str(folder.parent),
                example="tafelrunde backup /var/backups/tafelrunde-2027-02-22",
            )
        )
    draft = folder.parent / f"{folder.name}.new"
    try:
        if folder.exists():
            raise FileExistsError
        draft.mkdir(mode=0o700)
        database.copy(source, draft / source.name)
        for name in FILES:
            session.write_private(draft / name, (settings.data / name).read_bytes())
        _to_the_disk(draft / source.name)
        draft.rename(folder)
        _to_the_disk(folder.parent)
    except FileExistsError:
        raise StopError(text("{path} is there already. Name a new folder.", path=str(folder))) from None
    except DamagedError:
        _remove(draft)
        raise StopError(DAMAGED, EXIT_CONFIGURATION) from None
    except (sqlite3.Error, OSError) as error:
        _remove(draft)
        raise StopError(text("The backup failed: {reason}.", reason=reasons.of_copy(error))) from None


def _postgres(settings: Settings) -> StopError:
    name = make_url(settings.database_url).database or ""
    command = f"pg_dump --format=custom --file=tafelrunde.dump {name}"
    return StopError(
        text(
            "The database is PostgreSQL. Back it up with {command}, and copy {files} from {path}.",
            command=command,
            files=", ".join(FILES),
            path=str(settings.data),
        )
    )


def _remove(folder: Path) -> None:
    with suppress(OSError):
        for file in folder.iterdir():
            file.unlink()
        folder.rmdir()


def _to_the_disk(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

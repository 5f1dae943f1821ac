# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The two secret files of the login: ``session.json`` (who we are) and ``pickle.key`` (seals the Olm store).

Both are readable by the bot's user only, and are on the disk before anything relies on them. They belong
together with the database: a backup holds all of them or none.
"""

from __future__ import annotations

import json
import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Final

from bot.matrix.homeserver import Session
from method.ids import UserId

SESSION: Final = "session.json"
PICKLE_KEY: Final = "pickle.key"
#: Bytes; the length vodozemac asks for.
KEY_LENGTH: Final = 32
PRIVATE: Final = 0o600


class BrokenFileError(Exception):
    """A secret file is there but cannot be used; guessing would lose the device, so nobody guesses."""

    def __init__(self, path: Path) -> None:
        self.path = path
        super().__init__(path.name)


def find(data: Path) -> Session | None:
    """Return the stored session, None before the first login.

    Raises:
        BrokenFileError: the file is damaged.
    """
    path = data / SESSION
    content = _read(path)
    if content is None:
        return None
    try:
        found = json.loads(content)
        user_id, device_id, token = found["user_id"], found["device_id"], found["token"]
    except (ValueError, TypeError, KeyError):
        raise BrokenFileError(path) from None
    if not all(isinstance(part, str) and part for part in (user_id, device_id, token)):
        raise BrokenFileError(path)
    return Session(UserId(user_id), device_id, token)


def save(data: Path, session: Session) -> None:
    """Store ``session``; after a crash the file is the old or the new one, never half of it."""
    content = {"user_id": session.user_id, "device_id": session.device_id, "token": session.token}
    write_private(data / SESSION, json.dumps(content, indent=1).encode())


def find_pickle_key(data: Path) -> bytes | None:
    """Return the key that seals the Olm store, None if it has not been made.

    Raises:
        BrokenFileError: the file has not ``KEY_LENGTH`` bytes.
    """
    path = data / PICKLE_KEY
    key = _read(path)
    if key is not None and len(key) != KEY_LENGTH:
        raise BrokenFileError(path)
    return key


def pickle_key(data: Path) -> bytes:
    """Return the key that seals the Olm store; the first call makes it.

    Two processes that start at once get the same one.

    Raises:
        BrokenFileError: see ``find_pickle_key``.
    """
    key = find_pickle_key(data)
    if key is None:
        with suppress(FileExistsError):  # the other process was faster
            _create_private(data / PICKLE_KEY, secrets.token_bytes(KEY_LENGTH))
        key = find_pickle_key(data)
        if key is None:
            raise BrokenFileError(data / PICKLE_KEY)
    return key


def write_private(path: Path, content: bytes) -> None:
    """Write ``content`` so that only our user can read it, and that a power cut cannot halve it."""
    draft = path.with_name(f"{path.name}.new")
    draft.unlink(missing_ok=True)
    _write(draft, content)
    draft.replace(path)
    _sync(path.parent)


def _create_private(path: Path, content: bytes) -> None:
    """Write ``content`` in the same way, but into no file that is there already.

    Raises:
        FileExistsError: another process was faster.
    """
    # A name that no other process takes, in another container neither.
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}.new")
    try:
        _write(draft, content)
        try:
            path.hardlink_to(draft)
        except FileExistsError:
            raise
        except OSError:  # a file system without hard links
            draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    _sync(path.parent)


def _write(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync(path: Path) -> None:
    folder = os.open(path, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _read(path: Path) -> bytes | None:
    try:
        with path.open("rb") as file:
            if os.fstat(file.fileno()).st_mode & 0o077:  # copied back from a backup, most likely
                path.chmod(PRIVATE)
            return file.read()
    except FileNotFoundError:
        return None

# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Why the homeserver or the database cannot be reached, or a file be used, in words for the operator.

Nothing of the error's own text is shown: it could hold a password or somebody's words.
"""

from __future__ import annotations

import errno
import os
import socket
import sqlite3
import ssl

import aiohttp

from bot.matrix.errors import Unreachable
from config.texts import Text, text, verbatim


def of_homeserver(url: str, error: Unreachable) -> Text:
    """Return why the homeserver at ``url`` gave no usable answer."""
    cause = error.__cause__
    if isinstance(cause, Unreachable):
        cause = cause.__cause__
    # The order counts: some of aiohttp's errors are two of these.
    if isinstance(cause, TimeoutError):
        return text("The homeserver {url} does not answer in time.", url=url)
    if isinstance(cause, aiohttp.ClientConnectorDNSError):
        return text(
            "The name of the homeserver {url} is not known. Check spelling and name resolution.", url=url
        )
    if isinstance(cause, aiohttp.ClientConnectorCertificateError):
        return text("The certificate of the homeserver {url} is not accepted.", url=url)
    if isinstance(cause, aiohttp.ClientSSLError):
        return text("No secure connection to the homeserver {url} comes about.", url=url)
    if isinstance(cause, aiohttp.ClientConnectorError):
        if isinstance(cause.os_error, ConnectionRefusedError):
            return text(
                "The homeserver {url} refuses the connection. Does it run, is the port right?", url=url
            )
        return text("There is no way to the homeserver {url}. Check network and address.", url=url)
    if isinstance(cause, aiohttp.ClientConnectionError | OSError):
        return text("The homeserver {url} breaks off the connection.", url=url)
    return text("At {url} answers something that is no homeserver.", url=url)


def of_database(error: BaseException) -> Text | None:
    """Return why the database server cannot be used; None if it is none of the usual reasons."""
    from asyncpg import exceptions as postgresql  # noqa: PLC0415 -- three megabytes that SQLite does not need

    driver = getattr(error, "orig", None) or error
    cause = driver.__cause__ or driver
    if isinstance(cause, TimeoutError):
        return text("The database server does not answer in time.")
    if isinstance(cause, socket.gaierror):
        return text("The name of the database server is not known.")
    if isinstance(cause, ssl.SSLCertVerificationError):
        return text("The certificate of the database server is not accepted.")
    if isinstance(cause, ConnectionRefusedError):
        return text("The database server refuses the connection. Does it run, is the port right?")
    if isinstance(cause, postgresql.InvalidAuthorizationSpecificationError):
        return text("The database server does not accept name or password.")
    if isinstance(cause, postgresql.InvalidCatalogNameError):
        return text("The database server has no database of this name.")
    return None


def of_copy(error: sqlite3.Error | OSError) -> Text:
    """Return why a database could not be copied, as the end of a sentence."""
    if isinstance(error, OSError):
        return of_file(error)
    if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL:
        return text("there is no space left")
    return verbatim(getattr(error, "sqlite_errorname", None) or type(error).__name__)


def of_file(error: OSError) -> Text:
    """Return why a file or folder cannot be used, as the end of a sentence."""
    match error.errno:
        case errno.EACCES | errno.EPERM:
            return text("permission is missing")
        case errno.ENOENT:
            return text("there is no such path")
        case errno.EISDIR:
            return text("that is a folder")
        case errno.ENOTDIR | errno.EEXIST:
            return text("part of the path is no folder")
        case errno.ENOSPC | errno.EDQUOT:
            return text("there is no space left")
        case errno.EROFS:
            return text("nothing can be written there")
    return verbatim(os.strerror(error.errno or errno.EIO))

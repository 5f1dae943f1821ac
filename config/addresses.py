# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Judge the addresses in the settings: URLs, Matrix IDs, folders; say in one sentence what is wrong."""

from __future__ import annotations

import ipaddress
import os
import re
import unicodedata
from pathlib import Path
from typing import Final
from urllib.parse import SplitResult, urlsplit

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from config.texts import Text, text

#: Host name or IPv4 or bracketed IPv6, with an optional port (Matrix appendix "Server Name").
SERVER_NAME: Final = re.compile(
    r"(?:[0-9A-Za-z](?:[0-9A-Za-z.-]{0,252}[0-9A-Za-z])?|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{1,5})?"
)
#: Characters of old and new localparts (Matrix appendix "User Identifiers").
LOCALPART: Final = re.compile(r"[!-9;-~]+")
DRIVERS: Final = {
    "sqlite": "sqlite",
    "postgres": "postgresql+asyncpg",
    "postgresql": "postgresql+asyncpg",
    "postgresql+asyncpg": "postgresql+asyncpg",
}


class WrongValueError(ValueError):
    """A setting is wrong; ``text`` says which, and shows a right one."""

    def __init__(self, sentence: Text) -> None:
        self.text = sentence
        super().__init__(sentence.message)


def shown(value: str) -> str:
    """Return ``value`` fit for a terminal: no control or direction characters, at most 80 characters."""
    visible = "".join(c if unicodedata.category(c)[0] != "C" else "�" for c in value)
    return visible if len(visible) <= 80 else visible[:79] + "…"


def homeserver(name: str, value: str) -> str:
    """Return the base URL without a slash at the end.

    Plain http is for this machine, for names without a dot (containers in one network) and for private
    addresses; anywhere else the access token would be readable on the way.
    """
    example = f"{name}=https://matrix.example.org"
    url = _url(value.strip())
    if url is None or url.username or url.query or url.fragment or "/_matrix" in url.path:
        raise WrongValueError(
            text("{name} is not the address of a homeserver. Example: {example}", name=name, example=example)
        )
    host = url.hostname or ""
    if url.scheme == "http" and not (is_loopback(host) or _is_private(host)):
        raise WrongValueError(
            text(
                "{name} must begin with https://, otherwise the access token is readable on the way: "
                "{value}. Example: {example}",
                name=name,
                value=shown(value),
                example=example,
            )
        )
    return value.strip().rstrip("/")


def user_id(name: str, value: str) -> str:
    """Return the full user ID."""
    given = value.strip()
    local, colon, server = given.removeprefix("@").partition(":")
    right = given.startswith("@") and colon and LOCALPART.fullmatch(local) and SERVER_NAME.fullmatch(server)
    if not right or len(given.encode()) > 255:
        raise WrongValueError(
            text(
                "{name} is not a full Matrix user ID: {value}. Example: {example}",
                name=name,
                value=shown(value),
                example=f"{name}=@tafelrunde:example.org",
            )
        )
    return given


def writable_folder(name: str, value: Path) -> Path:
    """Return the absolute folder; only its last part may be missing, and nothing is made."""
    folder = value.expanduser().absolute()
    try:
        exists = folder.exists()
    except OSError:
        raise no_folder(name, folder) from None
    if not (folder.is_dir() if exists else os.access(folder.parent, os.W_OK | os.X_OK)):
        raise no_folder(name, folder)
    if not exists:
        return folder
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        raise WrongValueError(
            text(
                "{name}: the bot may not write to {value}. It must belong to the user the bot runs as.",
                name=name,
                value=shown(str(folder)),
            )
        )
    return folder


def no_folder(name: str, folder: Path) -> WrongValueError:
    """Return what is wrong with a folder that is none and cannot be made."""
    return WrongValueError(
        text(
            "{name} is not a folder, and it cannot be created: {value}. Example: {example}",
            name=name,
            value=shown(str(folder)),
            example=f"{name}=/var/lib/tafelrunde",
        )
    )


def database(name: str, value: str, data: Path | None = None) -> str:
    """Return the SQLAlchemy URL with an async driver; the sentence about a wrong one never shows it.

    An SQLite file may lie in ``data``, which is made later, or in a folder that is there.
    """
    try:
        url = make_url(value.strip())
        driver = DRIVERS[url.drivername]
    except (ArgumentError, KeyError, ValueError):
        raise WrongValueError(
            text(
                "{name} is not a SQLite or PostgreSQL URL. Examples: {sqlite} or {postgresql}",
                name=name,
                sqlite=f"{name}=sqlite:////var/lib/tafelrunde/tafelrunde.db",
                postgresql=f"{name}=postgresql://tafelrunde@localhost/tafelrunde",
            )
        ) from None
    url = url.set(drivername=driver)
    if url.get_backend_name() == "sqlite":
        return _sqlite(name, url, data)
    if not url.database:
        raise WrongValueError(
            text(
                "{name} names no database. Example: {example}",
                name=name,
                example=f"{name}=postgresql://tafelrunde@localhost/tafelrunde",
            )
        )
    if "sslmode" in url.query:  # libpq's word; asyncpg calls the same thing ssl
        url = url.update_query_dict({"ssl": url.query["sslmode"]}).difference_update_query(["sslmode"])
    return url.render_as_string(hide_password=False)


def sqlite_file(url: str) -> Path | None:
    """Return the file of a SQLite URL, None for another database."""
    parsed = make_url(url)
    return Path(parsed.database or "") if parsed.get_backend_name() == "sqlite" else None


def servers_and_users(name: str, value: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return the server names and the user IDs of a comma separated list."""
    servers, users = set(), set()
    for entry in filter(None, (part.strip() for part in value.split(","))):
        if entry.startswith("@"):
            users.add(user_id(name, entry))
        elif SERVER_NAME.fullmatch(entry):
            servers.add(entry.lower())
        else:
            raise WrongValueError(
                text(
                    "{name}: {value} is neither a server name nor a user ID. Example: {example}",
                    name=name,
                    value=shown(entry),
                    example=f"{name}=example.org,@anna:partner.example",
                )
            )
    return frozenset(servers), frozenset(users)


def host_and_port(name: str, value: str) -> tuple[str, int] | None:
    """Return host and port, None for ``off``; without a host it would listen everywhere."""
    given = value.strip().lower()
    if given == "off":
        return None
    url = _url(f"http://{given}")
    if url is None or not url.port or url.path or url.query or url.username:
        raise WrongValueError(
            text(
                "{name} is neither host:port nor off: {value}. Example: {example}",
                name=name,
                value=shown(value),
                example=f"{name}=127.0.0.1:8780",
            )
        )
    return str(url.hostname), url.port


def is_loopback(host: str) -> bool:
    """Say whether ``host`` is this machine."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def is_private_http(url: str) -> bool:
    """Say whether ``url`` is plain http to another machine of a private network."""
    parts = urlsplit(url)
    return parts.scheme == "http" and not is_loopback(parts.hostname or "")


def _is_private(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return "." not in host  # a name of the container network, not of the internet


def _url(value: str) -> SplitResult | None:
    try:
        url = urlsplit(value)
        port = url.port
    except ValueError:
        return None
    if url.scheme not in {"http", "https"} or not url.hostname or port == 0 or re.search(r"\s", value):
        return None
    return url


def _sqlite(name: str, url: URL, data: Path | None) -> str:
    if not url.database or url.database == ":memory:" or url.database.startswith("file:"):
        raise WrongValueError(
            text(
                "{name} must name a file, otherwise the bot forgets everything. Example: {example}",
                name=name,
                example=f"{name}=sqlite:////var/lib/tafelrunde/tafelrunde.db",
            )
        )
    file = Path(url.database).expanduser().absolute()
    if file.parent != data and not file.parent.is_dir():
        raise WrongValueError(
            text(
                "{name}: the folder {value} does not exist.",
                name=name,
                value=shown(str(file.parent)),
            )
        )
    return url.set(database=str(file)).render_as_string(hide_password=False)

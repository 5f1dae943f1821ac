# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Files on the homeserver: what it takes, handing them over, and making them unreadable for it."""

from __future__ import annotations

from typing import Any, Final

from nio.crypto.attachments import encrypt_attachment

from bot.matrix.errors import MatrixError, Unreachable
from bot.matrix.homeserver import Homeserver

_UPLOAD: Final = "/_matrix/media/v3/upload"
_CONFIG: Final = "/_matrix/client/v1/media/config"
#: Seconds in which a large file must have gone through a slow line.
_PATIENCE: Final = 300.0


async def upload_limit(homeserver: Homeserver) -> int | None:
    """Return how many bytes a file may have; None if the homeserver does not say.

    Raises:
        MatrixError, Unreachable: it does not answer the question now.
    """
    try:
        answer = await homeserver.request("GET", _CONFIG)
    except MatrixError as error:
        if error.status == 429 or error.status >= 500 or error.errcode == "M_UNKNOWN_TOKEN":
            raise
        return None  # before Matrix 1.11 it stood elsewhere; a file that is too large is refused all the same
    size = answer.get("m.upload.size")
    return size if isinstance(size, int) and not isinstance(size, bool) and size > 0 else None


async def upload(homeserver: Homeserver, data: bytes, *, mimetype: str, name: str) -> str:
    """Hand over a file that the homeserver may read; return its ``mxc://`` address."""
    return await _upload(homeserver, data, mimetype, name)


async def upload_encrypted(homeserver: Homeserver, data: bytes) -> dict[str, Any]:
    """Encrypt a file and hand it over; return the ``EncryptedFile`` that belongs into the message.

    The homeserver learns neither name nor kind (spec, "Sending encrypted attachments").
    """
    sealed, keys = encrypt_attachment(data)
    return {**keys, "url": await _upload(homeserver, sealed, "application/octet-stream", None)}


async def _upload(homeserver: Homeserver, data: bytes, mimetype: str, name: str | None) -> str:
    answer = await homeserver.request(
        "POST", _UPLOAD, body=data, params={"filename": name}, timeout=_PATIENCE, mimetype=mimetype
    )
    address = answer.get("content_uri")
    if not isinstance(address, str) or not address.startswith("mxc://"):
        raise Unreachable("the answer names no address")
    return address

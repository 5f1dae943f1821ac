# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a file needs before its message can be sent: drawn if it is a picture, encrypted, handed over.

Nothing here happens inside a transaction. A file handed over twice after a crash is a file nobody links to;
its message is sent once like every other. Where there can be no file, the message says so, with the caption.
"""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

import structlog

from bot.matrix import media
from bot.matrix.errors import MatrixError
from bot.matrix.homeserver import Homeserver
from bot.pictures.drawing import NotDrawn, size_of
from method.archives import packed
from method.files import DATA, DOCUMENTS, PICTURE
from method.ids import OutboxId
from storage.outbox import Post

logger = structlog.get_logger(__name__)

Draw = Callable[[Mapping[str, Any]], Awaitable[bytes]]
#: So many messages wait for another try with their file already handed over.
_KEPT: Final = 50
_TOO_LARGE: Final = 413


class Files:
    """Makes the content of a message with a file.

    Args:
        homeserver: gets the files.
        draw: makes a picture from what it shows.
    """

    def __init__(self, homeserver: Homeserver, draw: Draw) -> None:
        self._homeserver = homeserver
        self._draw = draw
        #: One picture at a time: they take the processor for themselves.
        self._drawing: Final = asyncio.Lock()
        self._limit: int | None = None
        self._asked = False
        #: Content of messages whose file is handed over, but which were not sent yet.
        self._ready: dict[tuple[OutboxId, bool], dict[str, Any]] = {}

    async def content(self, post: Post, *, encrypted: bool) -> dict[str, Any]:
        """Return the content of the message: with its file, or with a sentence instead.

        Raises:
            MatrixError, Unreachable: not now.
        """
        key = (post.id, encrypted)
        if key not in self._ready:
            while len(self._ready) >= _KEPT:
                del self._ready[next(iter(self._ready))]
            self._ready[key] = await self._made(post, encrypted=encrypted)
        return dict(self._ready[key])

    def sent(self, post: Post) -> None:
        """Forget what was kept for another try."""
        for encrypted in (False, True):
            self._ready.pop((post.id, encrypted), None)

    async def _made(self, post: Post, *, encrypted: bool) -> dict[str, Any]:
        content: dict[str, Any] = post.payload["content"]
        try:
            data = await self._data(post.payload)
        except NotDrawn as error:
            logger.warning("picture_not_drawn", post=post.id, reason=error.reason)
            return _instead(post.payload, "not_drawn")
        if not self._asked:
            self._limit, self._asked = await media.upload_limit(self._homeserver), True
        if self._limit is not None and len(data) > self._limit:
            logger.warning("file_too_large", post=post.id)
            return _instead(post.payload, "too_large")
        info = {**content["info"], "size": len(data)}
        if PICTURE in post.payload and info["mimetype"] == "image/png":
            info["w"], info["h"] = size_of(data)
        try:
            if encrypted:
                where: dict[str, Any] = {"file": await media.upload_encrypted(self._homeserver, data)}
            else:
                name = content["filename"]
                where = {
                    "url": await media.upload(self._homeserver, data, mimetype=info["mimetype"], name=name)
                }
        except MatrixError as error:
            reason = _refusal(error)
            if reason is None:
                raise
            logger.warning("file_refused", post=post.id, errcode=error.errcode)
            return _instead(post.payload, reason)
        return {**content, "info": info, **where}

    async def _data(self, payload: Mapping[str, Any]) -> bytes:
        if PICTURE in payload:
            async with self._drawing:
                return await self._draw(payload[PICTURE])
        data = await asyncio.to_thread(base64.b64decode, payload[DATA])
        documents = []
        for name, about in payload.get(DOCUMENTS, ()):
            async with self._drawing:
                documents.append((name, await self._draw(about)))
        return await asyncio.to_thread(packed, data, documents) if documents else data


def _refusal(error: MatrixError) -> str | None:
    """Return why there will never be this file; None if it may be tried again."""
    if error.status == _TOO_LARGE or error.errcode == "M_TOO_LARGE":
        return "too_large"  # without an errcode it was a proxy, and it will say the same again
    if error.status == 429 or error.status >= 500 or error.errcode in ("", "M_UNKNOWN_TOKEN"):
        return None
    return "refused"


def _instead(payload: Mapping[str, Any], reason: str) -> dict[str, Any]:
    content = payload["content"]
    words = [payload["instead"][reason]]
    if content["body"] != content["filename"]:
        words.append(content["body"])
    kept = {name: value for name, value in content.items() if name in ("m.mentions", "m.relates_to")}
    return {**kept, "msgtype": "m.notice", "body": "\n".join(words)}

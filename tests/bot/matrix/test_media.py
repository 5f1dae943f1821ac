# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Files on the way to the homeserver, over real HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from nio.crypto.attachments import decrypt_attachment

from bot.matrix import media
from bot.matrix.errors import MatrixError, Unreachable
from bot.matrix.homeserver import Homeserver

DATA = bytes(range(256)) * 100


class Shelf:
    """A homeserver that keeps files, and says how large they may be."""

    def __init__(self) -> None:
        self.config: tuple[int, dict] = (200, {"m.upload.size": 5000})
        self.answer: dict = {"content_uri": "mxc://test/file"}
        self.stored: list[tuple[str, str, bytes]] = []

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_get("/_matrix/client/v1/media/config", self._config)
        app.router.add_post("/_matrix/media/v3/upload", self._upload)
        return app

    async def _config(self, request: web.Request) -> web.Response:
        status, body = self.config
        return web.json_response(body, status=status)

    async def _upload(self, request: web.Request) -> web.Response:
        assert request.headers["Authorization"] == "Bearer token"
        self.stored.append((request.content_type, request.query_string, await request.read()))
        return web.json_response(self.answer)


@pytest.fixture
async def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
async def homeserver(shelf: Shelf) -> AsyncIterator[Homeserver]:
    async with TestServer(shelf.app()) as server:
        opened = Homeserver(str(server.make_url("")))
        opened.token = "token"
        yield opened
        await opened.close()


async def test_file_arrives_as_it_is_with_its_kind_and_name(homeserver: Homeserver, shelf: Shelf) -> None:
    address = await media.upload(homeserver, DATA, mimetype="image/png", name="board ä.png")

    assert address == "mxc://test/file"
    assert shelf.stored == [("image/png", "filename=board ä.png", DATA)]


async def test_encrypted_file_tells_the_homeserver_neither_name_nor_kind(
    homeserver: Homeserver, shelf: Shelf
) -> None:
    sealed = await media.upload_encrypted(homeserver, DATA)

    [(kind, query, stored)] = shelf.stored
    assert (kind, query) == ("application/octet-stream", "")
    assert DATA[:256] not in stored
    assert decrypt_attachment(stored, sealed["key"]["k"], sealed["hashes"]["sha256"], sealed["iv"]) == DATA
    assert {name: sealed[name] for name in ("v", "url")} == {"v": "v2", "url": "mxc://test/file"}


async def test_two_encrypted_files_have_two_keys(homeserver: Homeserver) -> None:
    first, second = [await media.upload_encrypted(homeserver, DATA) for _ in range(2)]

    assert (first["key"]["k"] == second["key"]["k"], first["iv"] == second["iv"]) == (False, False)


@pytest.mark.parametrize("answer", [{}, {"content_uri": 7}, {"content_uri": "https://x"}], ids=repr)
async def test_answer_without_an_address_is_none(homeserver: Homeserver, shelf: Shelf, answer: dict) -> None:
    shelf.answer = answer
    with pytest.raises(Unreachable):
        await media.upload(homeserver, DATA, mimetype="image/png", name="a.png")


@pytest.mark.parametrize(
    ("config", "limit"),
    [
        pytest.param((200, {"m.upload.size": 5000}), 5000, id="said"),
        pytest.param((200, {}), None, id="not said"),
        pytest.param((200, {"m.upload.size": "much"}), None, id="no number"),
        pytest.param((200, {"m.upload.size": True}), None, id="a word"),
        pytest.param((404, {"errcode": "M_UNRECOGNIZED"}), None, id="an older homeserver"),
    ],
)
async def test_homeserver_says_how_large_a_file_may_be(
    homeserver: Homeserver, shelf: Shelf, config: tuple[int, dict], limit: int | None
) -> None:
    shelf.config = config

    assert await media.upload_limit(homeserver) == limit


@pytest.mark.parametrize(
    "config",
    [(502, {}), (429, {"errcode": "M_LIMIT_EXCEEDED"}), (401, {"errcode": "M_UNKNOWN_TOKEN"})],
    ids=["away", "busy", "login lost"],
)
async def test_homeserver_that_cannot_say_it_now_is_asked_again(
    homeserver: Homeserver, shelf: Shelf, config: tuple[int, dict]
) -> None:
    shelf.config = config
    with pytest.raises(MatrixError):
        await media.upload_limit(homeserver)

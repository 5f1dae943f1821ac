# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Our HTTP against a real server on this machine, which answers as badly as servers and proxies do."""

import asyncio
import json
import logging
from email.utils import formatdate
from time import time

import pytest
from aiohttp import web

from bot.matrix import homeserver as port
from bot.matrix.errors import MatrixError, Unreachable
from bot.matrix.homeserver import Homeserver

TOKEN = "syt_canary"
ROOM = "!r:example.test"


class Server:
    """Answers every request with ``answer`` and remembers what was asked."""

    def __init__(self):
        self.answer = lambda: web.json_response({})
        self.asked = []
        self.headers = []
        self.bodies = []
        self.request = None

    async def handle(self, request):
        self.asked.append(f"{request.method} {request.raw_path}")
        self.headers.append(request.headers)
        self.bodies.append(await request.read())
        self.request = request
        answer = self.answer()
        return await answer if asyncio.iscoroutine(answer) else answer

    def says(self, status=200, body=b"", **headers):
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answer = lambda: web.Response(status=status, body=raw, headers=named)


@pytest.fixture
async def server():
    return Server()


@pytest.fixture
async def homeserver(server):
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", server.handle)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, number = runner.addresses[0][:2]
    opened = Homeserver(f"http://{host}:{number}/")
    opened.token = TOKEN
    yield opened
    await opened.close()
    await runner.cleanup()


async def test_the_token_is_in_the_header_and_nowhere_else(homeserver, server, caplog):
    caplog.set_level(logging.DEBUG)
    await homeserver.leave(ROOM)

    assert server.headers[0]["Authorization"] == f"Bearer {TOKEN}"
    assert TOKEN not in server.asked[0] + caplog.text + repr(homeserver)


async def test_what_needs_no_login_sends_no_token(homeserver, server):
    await homeserver.versions()

    assert "Authorization" not in server.headers[0]


async def test_ids_are_quoted_in_the_path(homeserver, server):
    server.says(body={"event_id": "$e"})
    await homeserver.send("!a/b:ä", "m.room.message", {}, "t?1")
    await homeserver.redact(ROOM, "..", "t%2")

    assert server.asked == [
        "PUT /_matrix/client/v3/rooms/%21a%2Fb%3A%C3%A4/send/m.room.message/t%3F1",
        "PUT /_matrix/client/v3/rooms/%21r%3Aexample.test/redact/%2E%2E/t%252",
    ]


CALLS = {
    "sync": (lambda h: h.sync("s1", timeout_ms=0, filter={"room": {}}),
             "GET /_matrix/client/v3/sync?since=s1&timeout=0&filter=%7B%22room%22%3A+%7B%7D%7D&set_presence=offline"),
    "first sync": (lambda h: h.sync(None, timeout_ms=5, full_state=True, filter="f1"),
                   "GET /_matrix/client/v3/sync?timeout=5&full_state=true&filter=f1&set_presence=offline"),
    "messages": (lambda h: h.messages(ROOM, start="a", end=None),
                 "GET /_matrix/client/v3/rooms/%21r%3Aexample.test/messages?dir=b&from=a&limit=100"),
    "join": (lambda h: h.join(ROOM, ["a.test", "b.test"]),
             "POST /_matrix/client/v3/join/%21r%3Aexample.test"
             "?via=a.test&via=b.test&server_name=a.test&server_name=b.test"),
    "forget": (lambda h: h.forget(ROOM), "POST /_matrix/client/v3/rooms/%21r%3Aexample.test/forget"),
    "query": (lambda h: h.query_keys(["@a:x"]), "POST /_matrix/client/v3/keys/query"),
    "claim": (lambda h: h.claim_keys({"one_time_keys": {}}), "POST /_matrix/client/v3/keys/claim"),
    "upload": (lambda h: h.upload_keys({}), "POST /_matrix/client/v3/keys/upload"),
    "to-device": (lambda h: h.send_to_device("m.x", "t", {}), "PUT /_matrix/client/v3/sendToDevice/m.x/t"),
    "signing keys": (lambda h: h.upload_signing_keys({}), "POST /_matrix/client/v3/keys/device_signing/upload"),
    "signatures": (lambda h: h.upload_signatures({}), "POST /_matrix/client/v3/keys/signatures/upload"),
}  # fmt: skip


@pytest.mark.parametrize(("call", "expected"), CALLS.values(), ids=CALLS)
async def test_each_endpoint_is_asked_as_the_specification_says(homeserver, server, call, expected):
    await call(homeserver)

    assert server.asked == [expected]


async def test_login_takes_over_the_session(homeserver, server):
    server.says(body={"user_id": "@bot:x", "device_id": "D", "access_token": "new"})
    session = await homeserver.login("bot", "secret", device_id="D", device_name="Tafelrunde")

    assert (session.user_id, session.device_id, session.token) == ("@bot:x", "D", "new")
    assert (homeserver.user_id, homeserver.device_id, homeserver.token) == ("@bot:x", "D", "new")
    assert json.loads(server.bodies[0])["device_id"] == "D"
    assert "new" not in repr(session)


async def test_whoami_keeps_the_token(homeserver, server):
    server.says(body={"user_id": "@bot:x", "device_id": "D"})
    session = await homeserver.whoami()

    assert (session.user_id, session.device_id, session.token) == ("@bot:x", "D", TOKEN)


async def test_state_that_is_not_there_is_none(homeserver, server):
    server.says(404, {"errcode": "M_NOT_FOUND"})

    assert await homeserver.get_state(ROOM, "m.room.encryption") is None


@pytest.mark.parametrize(
    ("status", "body"), [(403, {"errcode": "M_FORBIDDEN"}), (404, b"<html>Not Found</html>")], ids=str
)
async def test_state_that_may_not_be_read_is_an_error(homeserver, server, status, body):
    server.says(status, body)
    with pytest.raises(MatrixError):
        await homeserver.get_state(ROOM, "m.room.encryption")


async def test_full_state_is_a_list_of_events(homeserver, server):
    server.says(body=[{"type": "a"}, 3])

    assert await homeserver.full_state(ROOM) == [{"type": "a"}]


async def test_joined_members_have_a_profile(homeserver, server):
    server.says(body={"joined": {"@a:x": {"display_name": "A"}, "@b:x": None}})

    assert await homeserver.joined_members(ROOM) == {"@a:x": {"display_name": "A"}, "@b:x": {}}


# --- refusals --------------------------------------------------------------------------------------


async def test_a_refusal_carries_errcode_message_and_body(homeserver, server):
    server.says(401, {"errcode": "M_FORBIDDEN", "error": "No.", "session": "s"})
    with pytest.raises(MatrixError) as caught:
        await homeserver.leave(ROOM)
    error = caught.value

    assert (error.status, error.errcode, error.message, error.body["session"]) == (
        401,
        "M_FORBIDDEN",
        "No.",
        "s",
    )


REFUSALS = [
    (502, b"<html>Bad Gateway</html>"),
    (413, b""),
    (500, b"[]"),
    (404, b'{"errcode": 5, "error": {}}'),
]


@pytest.mark.parametrize(("status", "body"), REFUSALS, ids=[str(status) for status, _ in REFUSALS])
async def test_a_refusal_without_a_matrix_error_keeps_its_status(homeserver, server, status, body):
    server.says(status, body)
    with pytest.raises(MatrixError) as caught:
        await homeserver.leave(ROOM)

    assert (caught.value.status, caught.value.errcode) == (status, "")


WAITS = {
    "seconds": ("7", {}, 7.0),
    "header before body": ("7", {"retry_after_ms": 2000}, 7.0),
    "body": (None, {"retry_after_ms": 2000}, 2.0),
    "nothing": (None, {}, None),
    "zero": ("0", {}, 0.0),
    "negative": ("-5", {}, None),
    "negative, then the body": ("-5", {"retry_after_ms": 1000}, 1.0),
    "a day": ("86400", {}, 300.0),
    "absurd": ("9" * 40, {}, 300.0),
    "text": ("soon", {}, None),
    "other digits": ("²", {}, None),
    "exponent": ("1e9", {}, None),
    "past date": ("Wed, 21 Oct 2015 07:28:00 GMT", {}, None),
    "future date": ("Wed, 21 Oct 2065 07:28:00 GMT", {}, 300.0),
    "broken date": ("Wed, 99 Oct 20155 07:28:00 GMT", {}, None),
    "body negative": (None, {"retry_after_ms": -1}, None),
    "body absurd": (None, {"retry_after_ms": 10**400}, 300.0),
    "body is text": (None, {"retry_after_ms": "1000"}, None),
    "body is true": (None, {"retry_after_ms": True}, None),
    "body is not a number": (None, {"retry_after_ms": float("nan")}, None),
    "body is infinite": (None, {"retry_after_ms": float("inf")}, 300.0),
}


@pytest.mark.parametrize(("header", "body", "expected"), WAITS.values(), ids=WAITS)
async def test_the_time_to_wait_is_read_with_distrust(homeserver, server, header, body, expected):
    server.says(429, {"errcode": "M_LIMIT_EXCEEDED", **body}, **({"Retry_After": header} if header else {}))
    with pytest.raises(MatrixError) as caught:
        await homeserver.leave(ROOM)

    assert caught.value.retry_after == expected


async def test_a_date_to_wait_for_is_turned_into_seconds(homeserver, server):
    server.says(503, b"", Retry_After=formatdate(time() + 60, usegmt=True))
    with pytest.raises(MatrixError) as caught:
        await homeserver.leave(ROOM)

    assert caught.value.retry_after == pytest.approx(60, abs=5)


# --- no usable answer ------------------------------------------------------------------------------

BODIES = {
    "html": b"<html></html>",
    "empty": b"",
    "cut off": b'{"a": ',
    "no UTF-8": b'{"a": "\xff"}',
    "list": b"[]",
    "text": b'"ok"',
    "null": b"null",
    "bottomless": b'{"a":' * 100_000,
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
async def test_a_body_that_is_no_json_object_is_no_answer(homeserver, server, body):
    server.says(body=body)
    with pytest.raises(Unreachable):
        await homeserver.sync(None, timeout_ms=0)


@pytest.mark.parametrize("status", [204, 301, 302, 307])
async def test_a_redirect_is_not_followed(homeserver, server, status):
    server.says(status, b"{}" if status > 300 else b"", Location="/elsewhere")
    with pytest.raises(Unreachable):
        await homeserver.leave(ROOM)

    assert len(server.asked) == 1


async def test_an_answer_that_never_ends_is_cut_off(homeserver, server, monkeypatch):
    monkeypatch.setattr(port, "BODY_LIMIT", 1000)
    server.says(body={"a": "x" * 2000})
    with pytest.raises(Unreachable, match="too large"):
        await homeserver.versions()


async def test_a_server_that_does_not_answer_times_out(homeserver, server):
    asleep = asyncio.Event()
    server.answer = asleep.wait
    with pytest.raises(Unreachable, match="timeout"):
        await homeserver.request("GET", "/", timeout=0.05)
    asleep.set()


async def test_a_connection_that_breaks_in_the_middle_is_no_answer(homeserver, server):
    async def half():
        response = web.StreamResponse(headers={"Content-Length": "100"})
        await response.prepare(server.request)
        await response.write(b'{"a": 1')
        server.request.transport.abort()
        return response

    server.answer = half
    with pytest.raises(Unreachable):
        await homeserver.versions()


@pytest.mark.parametrize("url", ["http://127.0.0.1:9", "http://[", "nonsense", "http://a b"])
async def test_an_address_without_a_server_is_unreachable(url):
    homeserver = Homeserver(url)
    with pytest.raises(Unreachable):
        await homeserver.versions()
    await homeserver.close()


MISSING = {
    "no event id": lambda h: h.send(ROOM, "m.x", {}, "t"),
    "no user": lambda h: h.whoami(),
    "no token": lambda h: h.login("a", "b", device_name="c"),
    "no members": lambda h: h.joined_members(ROOM),
    "no list": lambda h: h.full_state(ROOM),
}


@pytest.mark.parametrize("call", MISSING.values(), ids=MISSING)
async def test_an_answer_without_what_was_asked_is_no_answer(homeserver, call):
    with pytest.raises(Unreachable):
        await call(homeserver)


@pytest.mark.parametrize("method", ["GET", "PUT", "POST"])
async def test_a_request_that_is_cut_off_is_sent_once(homeserver, server, method):
    def cut():
        server.request.transport.abort()
        return web.Response()

    server.answer = cut
    with pytest.raises(Unreachable, match="ServerDisconnectedError"):
        await homeserver.request(method, "/_matrix/client/v3/sync")

    assert server.asked == [f"{method} /_matrix/client/v3/sync"]

# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""HTTP to the homeserver: the client-server endpoints we use, and nothing that decides anything."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import aiohttp
from yarl import URL

from bot.matrix.answers import once, read_answer
from bot.matrix.errors import MatrixError, Unreachable
from bot.matrix.paths import CLIENT, RELATIONS, Params, path_of, query_of
from method.ids import EventId, RoomId, UserId

#: An initial sync of thousands of rooms stays below this; anything larger would only exhaust memory.
BODY_LIMIT: Final = 64 * 1024 * 1024
#: How long the homeserver may ask other homeservers for keys (milliseconds).
_FEDERATION_MS: Final = 10_000

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Session:
    """Who we are on the homeserver."""

    user_id: UserId
    device_id: str
    token: str = field(repr=False)


class Homeserver:
    """One homeserver and, after ``login`` or ``whoami``, our session on it.

    Every method raises ``MatrixError`` when the homeserver refuses and ``Unreachable`` when there is no
    usable answer. Nothing is repeated here: whoever calls knows whether and when to try again.

    Args:
        url: the homeserver's base address, ``https://matrix.example.org``.
        http: a session to use; without it, one is opened at the first request and closed by ``close``.
        confirm: asked right before each request; what it raises keeps the request from being sent.
    """

    def __init__(
        self,
        url: str,
        *,
        http: aiohttp.ClientSession | None = None,
        confirm: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self.url: Final = url.rstrip("/")
        self.token: str | None = None
        self.user_id: UserId | None = None
        self.device_id: str | None = None
        self._http = http
        self._owns_http = http is None
        self._confirm = confirm

    async def close(self) -> None:
        """Close the connections we opened ourselves."""
        if self._http is not None and self._owns_http:
            await self._http.close()
            self._http = None

    async def request(
        self,
        method: str,
        path: str,
        *,
        body: Mapping[str, Any] | bytes | None = None,
        params: Params | None = None,
        timeout: float = 45.0,
        auth: bool = True,
        mimetype: str = "application/json",
    ) -> Json:
        """Send one request and return the JSON object that answers it.

        Args:
            method: the HTTP method.
            path: percent-encoded path from the root, ``/_matrix/…``.
            body: sent as JSON; bytes are sent as they are.
            params: query; None values are left out, lists are repeated.
            timeout: seconds for the whole exchange.
            auth: whether the access token is sent (in a header, never in the address).
            mimetype: what the body is.
        """
        answer = await self._exchange(
            method, path, body=body, params=params, timeout=timeout, auth=auth, mimetype=mimetype
        )
        if not isinstance(answer, dict):
            raise Unreachable("the answer is no JSON object")
        return answer

    async def _exchange(
        self,
        method: str,
        path: str,
        *,
        body: Mapping[str, Any] | bytes | None = None,
        params: Params | None = None,
        timeout: float = 45.0,
        auth: bool = True,
        mimetype: str = "application/json",
    ) -> Any:
        headers = {"Accept": "application/json"}
        if auth and self.token is not None:
            headers["Authorization"] = f"Bearer {self.token}"
        data = None
        if body is not None:
            data = body if isinstance(body, bytes) else json.dumps(body).encode()
            headers["Content-Type"] = mimetype
        if self._http is None:
            self._http = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())
        if self._confirm is not None:
            await self._confirm()
        try:
            async with self._http.request(
                method,
                URL(self.url + path + query_of(params), encoded=True),
                data=data,
                headers=headers,
                allow_redirects=False,
                timeout=aiohttp.ClientTimeout(total=timeout),
                middlewares=(once,),
            ) as response:
                raw = await _read(response)
        except TimeoutError as error:
            raise Unreachable("timeout") from error
        except (aiohttp.ClientError, OSError, ValueError) as error:
            # The error's text may hold the address, the cause is kept for the developer.
            raise Unreachable(type(error).__name__) from error
        return read_answer(response.status, response.headers.get("Retry-After"), raw)

    # --- session ---------------------------------------------------------------------------------

    async def login(
        self, user: str, password: str, *, device_id: str | None = None, device_name: str
    ) -> Session:
        """Log in with a password; with ``device_id``, as that existing device."""
        body = {
            "type": "m.login.password",
            "identifier": {"type": "m.id.user", "user": user},
            "password": password,
            "initial_device_display_name": device_name,
        }
        if device_id is not None:
            body["device_id"] = device_id
        answer = await self.request("POST", f"{CLIENT}/login", body=body, auth=False)
        return self._adopt(answer, _text(answer, "access_token"))

    def resume(self, session: Session) -> None:
        """Go on with a stored session."""
        self.user_id, self.device_id, self.token = session.user_id, session.device_id, session.token

    async def whoami(self) -> Session:
        """Ask whose token we hold."""
        answer = await self.request("GET", f"{CLIENT}/account/whoami")
        return self._adopt(answer, self.token or "")

    def _adopt(self, answer: Json, token: str) -> Session:
        session = Session(UserId(_text(answer, "user_id")), _text(answer, "device_id"), token)
        self.resume(session)
        return session

    async def versions(self) -> Json:
        """Ask what the homeserver speaks; also the cheapest way to learn that it is up."""
        return await self.request("GET", "/_matrix/client/versions", auth=False, timeout=10.0)

    # --- receiving -------------------------------------------------------------------------------

    async def sync(
        self,
        since: str | None,
        *,
        timeout_ms: int,
        full_state: bool = False,
        filter: Mapping[str, Any] | str | None = None,  # noqa: A002 -- the specification's word
    ) -> Json:
        """Wait up to ``timeout_ms`` for what happened after ``since``.

        Args:
            since: the last ``next_batch``; None for an initial sync.
            timeout_ms: 0 answers at once.
            full_state: send every room's state again.
            filter: a filter object, or the id of a stored one.
        """
        named = filter if isinstance(filter, str) or filter is None else json.dumps(filter)
        return await self.request(
            "GET",
            f"{CLIENT}/sync",
            params={
                "since": since,
                "timeout": timeout_ms,
                "full_state": True if full_state else None,
                "filter": named,
                "set_presence": "offline",
            },
            timeout=timeout_ms / 1000 + 15,
        )

    async def messages(self, room: RoomId, *, start: str | None, end: str | None, limit: int = 100) -> Json:
        """Return one page of the timeline, back from ``start`` (None: its end), not beyond ``end``."""
        params: Params = {"dir": "b", "from": start, "to": end, "limit": limit}
        return await self.request("GET", path_of("rooms", room, "messages"), params=params)

    async def references(self, room: RoomId, event: EventId, *, start: str | None) -> Json:
        """Return one page of what refers to ``event`` (votes in a poll), oldest first."""
        params: Params = {"dir": "f", "from": start, "limit": 100}
        path = path_of("rooms", room, "relations", event, "m.reference", below=RELATIONS)
        return await self.request("GET", path, params=params)

    async def joined_rooms(self) -> set[RoomId]:
        """Return the rooms we are in."""
        answer = await self.request("GET", f"{CLIENT}/joined_rooms")
        joined = answer.get("joined_rooms")
        if not isinstance(joined, list):
            raise Unreachable("the answer names no rooms")
        return {RoomId(room) for room in joined if isinstance(room, str)}

    async def joined_members(self, room: RoomId) -> dict[UserId, Json]:
        """Return the joined members with their profile (``display_name``, ``avatar_url``)."""
        answer = await self.request("GET", path_of("rooms", room, "joined_members"))
        joined = answer.get("joined")
        if not isinstance(joined, dict):
            raise Unreachable("the answer names no members")
        return {
            UserId(user): profile if isinstance(profile, dict) else {} for user, profile in joined.items()
        }

    async def members(self, room: RoomId) -> list[Json]:
        """Return the membership events of everybody who has not left."""
        params: Params = {"not_membership": "leave"}
        answer = await self.request("GET", path_of("rooms", room, "members"), params=params)
        chunk = answer.get("chunk")
        if not isinstance(chunk, list):
            raise Unreachable("the answer names no members")
        return [event for event in chunk if isinstance(event, dict)]

    async def get_state(self, room: RoomId, event_type: str, key: str = "") -> Json | None:
        """Return the content of one state event, or None when the room has none (404)."""
        try:
            return await self.request("GET", path_of("rooms", room, "state", event_type, key))
        except MatrixError as error:
            # Only the homeserver's own word counts: a proxy's 404 must not make a room look unencrypted.
            if error.errcode == "M_NOT_FOUND":
                return None
            raise

    async def full_state(self, room: RoomId) -> list[Json]:
        """Return all current state events of a room."""
        answer = await self._exchange("GET", path_of("rooms", room, "state"))
        if not isinstance(answer, list):
            raise Unreachable("the answer is no list of events")
        return [event for event in answer if isinstance(event, dict)]

    # --- sending ---------------------------------------------------------------------------------

    async def send(self, room: RoomId, event_type: str, content: Mapping[str, Any], txn: str) -> EventId:
        """Send an event. The same ``txn`` always yields the first event, whatever the content."""
        return _event(
            await self.request("PUT", path_of("rooms", room, "send", event_type, txn), body=content)
        )

    async def redact(
        self, room: RoomId, event: EventId, txn: str, content: Mapping[str, Any] | None = None
    ) -> EventId:
        """Redact ``event``. Synapse keeps ``txn`` in one space with ``send`` (measured).

        Args:
            room: the room.
            event: loses its content.
            txn: the transaction id.
            content: put into the redaction's own content, where the homeserver does that (Synapse does).
        """
        path = path_of("rooms", room, "redact", event, txn)
        return _event(await self.request("PUT", path, body=dict(content or {})))

    async def put_state(self, room: RoomId, event_type: str, key: str, content: Mapping[str, Any]) -> EventId:
        """Set a state event."""
        return _event(
            await self.request("PUT", path_of("rooms", room, "state", event_type, key), body=content)
        )

    async def join(self, room: RoomId, via: Collection[str] = ()) -> None:
        """Join a room, through the servers ``via`` if ours is not in it."""
        # Servers before Matrix 1.12 know the parameter by its former name.
        params: Params = {"via": via, "server_name": via}
        await self.request("POST", path_of("join", room), body={}, params=params, timeout=120.0)

    async def leave(self, room: RoomId) -> None:
        """Leave a room, or decline its invitation."""
        await self.request("POST", path_of("rooms", room, "leave"), body={})

    async def forget(self, room: RoomId) -> None:
        """Forget a room we have left."""
        await self.request("POST", path_of("rooms", room, "forget"), body={})

    # --- keys ------------------------------------------------------------------------------------

    async def upload_keys(self, body: Mapping[str, Any]) -> Json:
        """Publish device, one-time and fallback keys; the answer counts the one-time keys."""
        return await self.request("POST", f"{CLIENT}/keys/upload", body=body)

    async def query_keys(self, users: Iterable[UserId]) -> Json:
        """Ask for all devices and cross-signing keys of ``users``."""
        body = {"device_keys": {user: [] for user in users}, "timeout": _FEDERATION_MS}
        return await self.request("POST", f"{CLIENT}/keys/query", body=body)

    async def claim_keys(self, body: Mapping[str, Any]) -> Json:
        """Claim one-time keys: ``{"one_time_keys": {user: {device: algorithm}}}``."""
        return await self.request("POST", f"{CLIENT}/keys/claim", body={"timeout": _FEDERATION_MS, **body})

    async def send_to_device(
        self, event_type: str, txn: str, messages: Mapping[UserId, Mapping[str, Json]]
    ) -> None:
        """Send ``{user: {device: content}}`` to devices."""
        await self.request("PUT", path_of("sendToDevice", event_type, txn), body={"messages": messages})

    async def upload_signing_keys(self, body: Mapping[str, Any]) -> Json:
        """Publish cross-signing keys; 401 with ``session`` and ``flows`` asks for authentication."""
        return await self.request("POST", f"{CLIENT}/keys/device_signing/upload", body=body)

    async def upload_signatures(self, body: Mapping[str, Any]) -> Json:
        """Publish signatures ``{user: {device or key: signed object}}``; look at ``failures``."""
        return await self.request("POST", f"{CLIENT}/keys/signatures/upload", body=body)


async def _read(response: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    async for chunk in response.content.iter_chunked(65_536):
        body += chunk
        if len(body) > BODY_LIMIT:
            raise Unreachable("the answer is too large")
    return bytes(body)


def _text(body: Json, name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str) or not value:
        raise Unreachable(f"the answer has no {name}")
    return value


def _event(answer: Json) -> EventId:
    return EventId(_text(answer, "event_id"))

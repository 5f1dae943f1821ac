# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""A homeserver that costs next to nothing, and still does what decides about lost and doubled answers.

It has one account, the bot's; everybody else speaks through ``say``. It notes when each answer arrived, so
that no clock but its own measures::

    async with Stub(rooms=3) as stub:
        event_id = stub.say(stub.rooms[0], "@p0-1:bench", "!test")
        answer = await stub.answered(event_id, within=5.0)
"""

from __future__ import annotations

import asyncio
import json
import random
import re
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import parse_qs, unquote

from aiohttp import web

from benchmarks.keyring import Keyring
from benchmarks.world import ME, SERVER, Filter, Json, Logged, Room, World, position_of, token
from bot.demo.synapse import HOST, Account, free_port

PASSWORD: Final = "not a secret"  # noqa: S105 -- the stub takes any password
_EVENT_ID: Final = re.compile(r"\$e\d+-\d+")
_PREFIX: Final = re.compile(r"/_matrix/client/(?:v\d+|r0|unstable)/")
#: An access token is this and the device's id.
_TOKEN: Final = "token-of-"  # noqa: S105 -- no token


@dataclass(frozen=True, slots=True)
class Answer:
    """Something the bot sent about an event of somebody else."""

    at: float
    event_id: str
    type: str
    content: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Trouble:
    """What happens to the bot's sends, each as a probability; ``delay`` in seconds for every send."""

    delay: float = 0.0
    limited: float = 0.0
    failed: float = 0.0
    answer_lost: float = 0.0
    lost: float = 0.0
    seed: int = 1


CALM: Final = Trouble()


class Refusal(Exception):  # noqa: N818 -- names what the homeserver does
    """An answer that says no."""

    def __init__(self, status: int, errcode: str, **more: Any) -> None:
        super().__init__(errcode)
        self.status = status
        self.body: Json = {"errcode": errcode, "error": errcode, **more}


@dataclass
class Request:
    """One request, taken apart."""

    method: str
    parts: list[str]
    query: dict[str, list[str]]
    body: Json
    http: web.BaseRequest = field(repr=False)

    def word(self, name: str) -> str | None:
        """Return a parameter of the address."""
        return self.query.get(name, [None])[0]


class Stub:
    """The stub homeserver, in this process; ``benchmarks.stubprocess`` has it in one of its own.

    Args:
        rooms: how many rooms the bot is in from the beginning.
        port: where to listen; 0 finds a free one.
        trouble: what happens to the bot's sends; may be changed at any time.
    """

    def __init__(self, rooms: int = 1, *, port: int = 0, trouble: Trouble = CALM) -> None:
        self.world: Final = World(rooms)
        self.port: Final = port or free_port()
        self.trouble = trouble
        #: What the bot asked for, by kind of request.
        self.requests: Final[Counter[str]] = Counter()
        #: When somebody said something, and what the bot answered to it, by event id.
        self.said: Final[dict[str, float]] = {}
        self.answers: Final[dict[str, list[Answer]]] = {}
        #: Called for each answer, at once.
        self.listeners: Final[list[Callable[[str, Answer], None]]] = []
        #: When the bot last asked for something.
        self.last_request = 0.0
        self._keys = Keyring()
        self._filters: dict[str, Filter] = {}
        self._parsed: dict[str, Filter] = {}
        self._data: dict[str, Json] = {}
        self._txns: dict[tuple[str, str], str] = {}
        self._told: set[tuple[int, str]] = set()
        self._news = asyncio.Event()
        self._runner: web.ServerRunner | None = None

    # --- life ------------------------------------------------------------------------------------

    @property
    def url(self) -> str:
        """The address for the bot."""
        return f"http://{HOST}:{self.port}"

    @property
    def account(self) -> Account:
        """The bot's account."""
        return Account(ME, PASSWORD)

    @property
    def rooms(self) -> list[Room]:
        """All rooms."""
        return self.world.rooms

    async def __aenter__(self) -> Self:
        """Begin to listen."""
        server = web.Server(self._serve, access_log=None)
        self._runner = web.ServerRunner(server, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, HOST, self.port, backlog=1024).start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop listening."""
        if self._runner is not None:
            await self._runner.cleanup()

    # --- what people do --------------------------------------------------------------------------

    def say(self, room: Room | int, user: str, body: str) -> str:
        """Let somebody write a message; return its event id."""
        return self.send(room, user, "m.room.message", {"msgtype": "m.text", "body": body})

    def send(self, room: Room | int, user: str, type_: str, content: Mapping[str, Any], **more: Any) -> str:
        """Let somebody send any event; keywords as in ``World.add``."""
        place = self.rooms[room] if isinstance(room, int) else room
        event = self.world.add(place, user, type_, content, **more)
        self.said[event.event_id] = time.perf_counter()
        self._wake()
        return event.event_id

    async def answered(self, event_id: str, within: float) -> Answer:
        """Wait for the bot's first answer: a reaction to, a reply to, or a message that names the event.

        Raises:
            TimeoutError: there is none in time.
        """
        async with asyncio.timeout(within):
            while event_id not in self.answers:
                await self._next_answer()
        return self.answers[event_id][0]

    async def _next_answer(self) -> None:
        heard = asyncio.get_running_loop().create_future()

        def listen(_event_id: str, _answer: Answer) -> None:
            if not heard.done():
                heard.set_result(None)

        self.listeners.append(listen)
        try:
            await heard
        finally:
            self.listeners.remove(listen)

    def _wake(self) -> None:
        self._news.set()
        self._news = asyncio.Event()

    # --- requests --------------------------------------------------------------------------------

    async def _serve(self, http: web.BaseRequest) -> web.StreamResponse:
        path, _, query = http.raw_path.partition("?")
        try:
            raw = await http.read()
            body = json.loads(raw) if raw else {}
            request = Request(http.method, _parts(path), parse_qs(query), body, http)
            self.last_request = time.perf_counter()
            found = await self._answer(request)
        except Refusal as refusal:
            return _json(json.dumps(refusal.body), refusal.status)
        except ConnectionAbortedError:
            if http.transport is not None:
                http.transport.abort()
            return _json("{}")
        return _json(found if isinstance(found, str) else json.dumps(found))

    async def _answer(self, request: Request) -> Json | str:
        match request.method, request.parts:
            case "PUT", ["rooms", room_id, "send", type_, txn]:
                return await self._sent(request, room_id, type_, txn, request.body)
            case "PUT", ["rooms", room_id, "redact", target, txn]:
                content = {**request.body, "redacts": target}
                return await self._sent(request, room_id, "m.room.redaction", txn, content)
            case "GET", ["sync"]:
                self.requests["sync"] += 1
                return await self._sync(request)
        self.requests["/".join(part for part in request.parts if part[:1] not in ("!", "@", "$"))] += 1
        match request.parts:
            case ["versions"]:
                return {"versions": ["r0.6.1", *(f"v1.{n}" for n in range(1, 13))], "unstable_features": {}}
            case ["login"] if request.method == "GET":
                return {"flows": [{"type": "m.login.password"}]}
            case ["login"]:
                device = request.body.get("device_id") or "BENCH"
                return {
                    "user_id": ME,
                    "device_id": device,
                    "access_token": _TOKEN + device,
                    "home_server": SERVER,
                }
            case ["account", "whoami"]:
                header = request.http.headers.get("Authorization", "").removeprefix("Bearer ")
                given = header or request.word("access_token") or "BENCH"
                return {"user_id": ME, "device_id": given.removeprefix(_TOKEN)}
            case ["rooms", room_id, *what]:
                return self._room(request, self._find(room_id), what)
            case ["join", room_id]:
                self._find(room_id).joined = True
                return {"room_id": room_id}
            case ["joined_rooms"]:
                return {"joined_rooms": [room.id for room in self.rooms if room.joined]}
        return self._account(request)

    def _room(self, request: Request, room: Room, what: list[str]) -> Json | str:
        match request.method, what:
            case _, ["messages"]:
                return self._messages(request, room)
            case _, ["members"]:
                inside = ",".join(map(room.member, (ME, *room.members)))
                return f'{{"chunk":[{inside}]}}'
            case _, ["joined_members"]:
                return {"joined": {user: {"display_name": user[1:]} for user in (ME, *room.members)}}
            case "GET", ["state"]:
                return f"[{room.full_state}]"
            case "GET", ["state", type_, *key]:
                return _content(room, type_, key[0] if key else "")
            case "PUT", ["state", type_, *key]:
                event = self.world.add(room, ME, type_, request.body, state_key=key[0] if key else "")
                return {"event_id": event.event_id}
            case "GET", ["event", event_id] if event_id in self.world.events:
                return self.world.events[event_id].text
            case _, ["join" | "leave" | "forget" as step]:
                room.joined = step == "join"
                return {"room_id": room.id}
            case _, ["receipt" | "typing" | "read_markers", *_]:
                return {}
        raise Refusal(404, "M_NOT_FOUND")

    def _account(self, request: Request) -> Json:
        match request.parts:
            case ["keys", *what]:
                return self._keys.answer(what, request.body)
            case ["user", _, "filter"]:
                name = str(len(self._filters))
                self._filters[name] = Filter.of(request.body)
                return {"filter_id": name}
            case ["profile", user, *_]:
                return {"displayname": user[1:]}
            case ["user", _, *kind] if request.method == "PUT":
                self._data["/".join(kind)] = request.body
                return {}
            case ["user", _, *kind] if "/".join(kind) in self._data:
                return self._data["/".join(kind)]
            case ["capabilities"]:
                return {"capabilities": {}}
            case ["sendToDevice" | "presence" | "pushrules", *_]:
                return {}
        raise Refusal(404, "M_NOT_FOUND")

    def _find(self, room_id: str) -> Room:
        room = self.world.by_id.get(room_id)
        if room is None:
            raise Refusal(404, "M_NOT_FOUND")
        return room

    # --- sending ---------------------------------------------------------------------------------

    async def _sent(self, request: Request, room_id: str, type_: str, txn: str, content: Json) -> Json:
        at = time.perf_counter()
        self.requests["send"] += 1
        room = self._find(room_id)
        answer_lost = False
        if self.trouble != CALM:
            answer_lost = await self._trouble(request)
        earlier = self._txns.get((room_id, txn))
        if earlier is None:
            extra = {"redacts": content["redacts"]} if type_ == "m.room.redaction" else None
            event = self.world.add(room, ME, type_, content, txn=txn, extra=extra)
            earlier = self._txns[room_id, txn] = event.event_id
            self._heard(event, content, at)
            self._wake()
        if answer_lost:
            raise ConnectionAbortedError
        return {"event_id": earlier}

    async def _trouble(self, request: Request) -> bool:
        """Do to a send what it meets; return whether its answer gets lost."""
        trouble = self.trouble
        if trouble.delay:
            await asyncio.sleep(trouble.delay)
        # The same request meets the same in every run; its repetition meets something else.
        self.requests["tries"] += 1
        chance = random.Random(f"{trouble.seed}:{self.requests['tries']}").random()  # noqa: S311 -- repeatable
        for share, what in (
            (trouble.limited, Refusal(429, "M_LIMIT_EXCEEDED", retry_after_ms=200)),
            (trouble.failed, Refusal(500, "M_UNKNOWN")),
            (trouble.lost, ConnectionAbortedError()),
        ):
            if chance < share:
                raise what
            chance -= share
        return chance < trouble.answer_lost

    def _heard(self, event: Logged, content: Json, at: float) -> None:
        for event_id in _about(content):
            if event_id in self.said:
                answer = Answer(at, event.event_id, event.type, content)
                self.answers.setdefault(event_id, []).append(answer)
                for listener in tuple(self.listeners):
                    listener(event_id, answer)

    # --- receiving -------------------------------------------------------------------------------

    async def _sync(self, request: Request) -> str:
        wanted = self._filter(request.word("filter"))
        since = position_of(request.word("since"))
        if since is None or request.word("full_state") == "true":
            return self._body(self.world.initial(wanted))
        deadline = time.perf_counter() + float(request.word("timeout") or 0) / 1000
        while True:
            news = self._news
            rooms = self.world.since(since, wanted, self._told)
            wait = deadline - time.perf_counter()
            if rooms or wait <= 0:
                return self._body(rooms)
            # What the filter has hidden need not be looked at again.
            since = self.world.now
            try:
                await asyncio.wait_for(news.wait(), wait)
            except TimeoutError:
                continue

    def _body(self, rooms: str) -> str:
        return (
            f'{{"next_batch":"{token(self.world.now)}","rooms":{{"join":{{{rooms}}},"invite":{{}},"leave":{{}}}},'
            f'{self._keys.counts},"account_data":{{"events":[]}},"presence":{{"events":[]}},'
            '"to_device":{"events":[]},"device_lists":{"changed":[],"left":[]}}'
        )

    def _filter(self, named: str | None) -> Filter:
        if named is None:
            return Filter()
        if named in self._filters:
            return self._filters[named]
        if named not in self._parsed:
            self._parsed[named] = Filter.of(json.loads(named))
        return self._parsed[named]

    def _messages(self, request: Request, room: Room) -> str:
        start = position_of(request.word("from"))
        end = position_of(request.word("to")) or 0
        limit = int(request.word("limit") or 10)
        start = self.world.now if start is None else start
        page, following = self.world.messages(room, start, end, limit)
        more = "" if following is None else f',"end":"{token(following)}"'
        inside = ",".join(event.text for event in page)
        return f'{{"chunk":[{inside}],"start":"{token(start)}"{more}}}'


def _about(content: Json) -> set[str]:
    """Return the events that a content refers to or names."""
    relation = content.get("m.relates_to") or {}
    reply = relation.get("m.in_reply_to") or {}
    named = set(_EVENT_ID.findall(str(content.get("body", ""))))
    return named | {target for target in (relation.get("event_id"), reply.get("event_id")) if target}


def _content(room: Room, type_: str, key: str) -> Json:
    for event in reversed(room.log):
        if event.type == type_ and event.state_key == key:
            found: Json = json.loads(event.text)["content"]
            return found
    for text in (room.member(key),) if type_ == "m.room.member" else room.base_state:
        state = json.loads(text)
        if state["type"] == type_ and state["state_key"] == key:
            content: Json = state["content"]
            return content
    raise Refusal(404, "M_NOT_FOUND")


def _parts(path: str) -> list[str]:
    if path == "/_matrix/client/versions":
        return ["versions"]
    short = _PREFIX.sub("", path, count=1).rstrip("/")
    return [unquote(part) for part in short.split("/")]


def _json(text: str, status: int = 200) -> web.Response:
    return web.Response(body=text.encode(), status=status, content_type="application/json")

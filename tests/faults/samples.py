# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Whole input of every kind, as the fuzz tests damage it."""

from __future__ import annotations

import json
import random
from base64 import b64encode
from collections.abc import Iterator
from typing import Any, Final

from method.ids import RoomId
from tests.chat import GROUP, user
from tests.fake_homeserver import DEVICE, ME
from tests.faults.target import ENCRYPTION, SEALED, Target

Json = dict[str, Any]

LINES: Final = (
    "!barriere Formular nur auf Papier #amt #papier", "!idee Termine abends zu B1 und B2", "!board", "!hilfe",
    "!ergänzen B1 Wir auch", "+ Wir auch", "!ändern B1 Anders", "!löschen B1", "!rückgängig", "!zeige B1", "!barriere",
    "!sprache en", "!ziel Weniger Papier", "!bariere Tippfehler", "!meine", "B1", "Guten Morgen!", "!test", "1", "👍",
)  # fmt: skip
PEOPLE: Final = (*map(user, ("lina", "katrin", "jule", "ewa", "fremd")), ME)
STATE: Final[dict[str, Json]] = {
    "m.room.power_levels": {"users": {user("katrin"): 100, user("jule"): "50"}, "redact": 50, "users_default": 0},
    "m.room.create": {"room_version": "10", "predecessor": {"room_id": "!old:test", "event_id": "$o"}},
    "m.room.name": {"name": "Runde"},
    "m.room.tombstone": {"body": "umgezogen", "replacement_room": "!new:test"},
    "m.room.encryption": ENCRYPTION,
    "m.room.history_visibility": {"history_visibility": "joined"},
    "m.room.pinned_events": {"pinned": ["$f1"]},
    "m.room.member": {"membership": "join", "displayname": "Lina", "avatar_url": "mxc://test/a"},
}  # fmt: skip


def event(target: Target, dice: random.Random) -> Json:
    """Return an event of any type, as it stands in a timeline."""
    type_ = dice.choice(
        [*STATE, *["m.room.message"] * 6, "m.reaction", "m.room.redaction", "m.room.encrypted", "poll"]
    )
    event_id = target.new_id()
    head = {
        "type": type_, "event_id": event_id, "sender": dice.choice(PEOPLE), "origin_server_ts": 1_800_000_000_000,
        "unsigned": {"age": 5},
    }  # fmt: skip
    if type_ in STATE:
        key = dice.choice(PEOPLE) if type_ == "m.room.member" else ""
        before = {"prev_content": {"membership": "leave"}}
        return {**head, "content": STATE[type_], "state_key": key, "unsigned": before}
    if type_ == "m.room.message":
        return {**head, "content": _message(target, dice)}
    if type_ == "m.room.encrypted":
        return {**head, "content": sealed(target, payload(target, dice))["content"]}
    if type_ == "poll":
        return {**head, **_poll(dice)}
    earlier = f"$f{dice.randint(1, 50)}"
    if type_ == "m.room.redaction":
        return {**head, "redacts": earlier, "content": {"redacts": earlier, "reason": "irrtum"}}
    relation = {"rel_type": "m.annotation", "event_id": earlier, "key": "👍"}
    return {**head, "content": {"m.relates_to": relation}}


def _message(target: Target, dice: random.Random) -> Json:
    earlier = dice.choice(
        [f"$f{dice.randint(1, 50)}", *(sent.event_id for sent in target.homeserver.sent[-5:])]
    )
    new = {"msgtype": "m.text", "body": dice.choice(LINES), "m.mentions": {"user_ids": [ME]}}
    relations: list[Json] = [
        {},
        {"m.relates_to": {"m.in_reply_to": {"event_id": earlier}}},
        {"m.relates_to": {"rel_type": "m.replace", "event_id": earlier}, "m.new_content": new},
        {
            "m.relates_to": {
                "rel_type": "m.thread", "event_id": earlier, "is_falling_back": True,
                "m.in_reply_to": {"event_id": earlier},
            }
        },
    ]  # fmt: skip
    return {**new, "format": "org.matrix.custom.html", "formatted_body": "<b>a</b>", **dice.choice(relations)}


def _poll(dice: random.Random) -> Json:
    answers = [{"id": str(i), "m.text": [{"body": "Ja"}]} for i in range(2)]
    start = {"m.poll": {"kind": "m.disclosed", "max_selections": 1, "question": {"m.text": [{"body": "?"}]}}}
    start["m.poll"]["answers"] = answers
    relation = {"m.relates_to": {"rel_type": "m.reference", "event_id": f"$f{dice.randint(1, 50)}"}}
    kinds = {
        "m.poll.start": start,
        "m.poll.response": {**relation, "m.selections": ["0"]},
        "m.poll.end": {**relation, "m.poll.results": {"0": 1}},
    }
    type_ = dice.choice([*kinds])
    return {"type": type_, "content": kinds[type_]}


# --- encrypted -----------------------------------------------------------------------------------


def payload(target: Target, dice: random.Random) -> Json:
    """Return what stands inside an encrypted event."""
    kinds = [("m.room.message", _message(target, dice)), *STATE.items(), ("m.reaction", {"m.relates_to": {}})]
    type_, content = kinds[0] if dice.random() < 0.7 else dice.choice(kinds)
    return {"type": type_, "content": content, "room_id": SEALED}


def sealed(target: Target, inside: Any) -> Json:
    """Return the event in which Lina sends ``inside``."""
    session: Any = target.lina.crypto._sharing._rooms[SEALED].session
    session.max_messages = 1_000_000
    content = {
        "algorithm": "m.megolm.v1.aes-sha2", "session_id": session.id,
        "ciphertext": session.encrypt(json.dumps(inside)),
    }  # fmt: skip
    return {
        "type": "m.room.encrypted", "sender": target.lina.user, "event_id": target.new_id(), "content": content,
    }  # fmt: skip


async def to_device(target: Target, room: str) -> list[Json]:
    """Return what Lina's device sends the bot's before it speaks in a new room."""
    await target.lina.says("erst", [target.bot], RoomId(room))
    found = target.people.server.inbox.pop((ME, DEVICE))
    others: list[Json] = [
        {"type": "m.room_key_request", "sender": user("lina"), "content": {"action": "request"}},
        {"type": "m.room_key.withheld", "sender": user("lina"), "content": {"code": "m.no_olm"}},
        {"type": "m.dummy", "sender": user("lina"), "content": {}},
        {"type": "m.key.verification.request", "sender": user("lina"), "content": {"from_device": "DEVICE"}},
    ]
    return [*found * 3, *others]


def room_key(target: Target) -> Json:
    """Return what stands inside an Olm message that brings a room key."""
    outbound: Any = target.lina.crypto._sharing._rooms[SEALED].session
    return {
        "sender": target.lina.user, "sender_device": "DEVICE", "keys": {"ed25519": target.lina.crypto.fingerprint},
        "recipient": ME, "recipient_keys": {"ed25519": target.chat.crypto.fingerprint},
        "type": "m.room_key",
        "content": {
            "algorithm": "m.megolm.v1.aes-sha2", "room_id": SEALED,
            "session_id": outbound.id, "session_key": outbound.session_key,
        },
    }  # fmt: skip


def olm(target: Target, inside: Any) -> Json:
    """Return the to-device message in which Lina's device sends ``inside``."""
    engine: Any = target.lina.crypto._machine.olm
    device = engine.device(ME, DEVICE)
    kind, body = engine.session_with(device).encrypt(json.dumps(inside)).to_parts()
    content = {
        "algorithm": "m.olm.v1.curve25519-aes-sha2", "sender_key": engine.account.identity_keys["curve25519"],
        "ciphertext": {device.curve25519: {"type": kind, "body": b64encode(body).decode().rstrip("=")}},
    }  # fmt: skip
    return {"type": "m.room.encrypted", "sender": target.lina.user, "content": content}


# --- whole answers -------------------------------------------------------------------------------


def sync_body(target: Target, dice: random.Random) -> Json:
    """Return an answer to /sync with something in every section."""
    room = dice.choice((GROUP, f"!room{dice.randrange(20)}:test"))
    member = {"type": "m.room.member", "sender": user("katrin"), "state_key": ME}
    invite = [{**member, "content": {"membership": "invite", "is_direct": True}}]
    states = [
        {"type": t, "content": c, "state_key": "", "sender": user("katrin"), "event_id": target.new_id()}
        for t, c in STATE.items()
    ]
    join = {
        "timeline": {"events": [event(target, dice) for _ in range(2)], "limited": dice.random() < 0.2,
                     "prev_batch": "p1"},
        "state": {"events": states}, "account_data": {"events": []}, "ephemeral": {"events": []},
        "summary": {"m.joined_member_count": 3, "m.heroes": [ME]}, "unread_notifications": {"highlight_count": 0},
    }  # fmt: skip
    left = {
        "timeline": {"events": [{**member, "event_id": target.new_id(), "content": {"membership": "leave"}}]}
    }
    sections: Json = {"join": {room: join}}
    if dice.random() < 0.3:
        sections["leave"] = {f"!room{dice.randrange(20)}:test": left}
        sections["invite"] = {f"!room{dice.randrange(20)}:test": {"invite_state": {"events": invite}}}
    return {
        **target.body(sections, [{"type": "m.dummy", "sender": ME, "content": {}}]),
        "device_lists": {"changed": [user("ewa")], "left": [user("murat")]},
        "device_one_time_keys_count": {"signed_curve25519": 50},
        "device_unused_fallback_key_types": ["signed_curve25519"],
        "presence": {"events": []}, "account_data": {"events": []},
    }  # fmt: skip


def everywhere(target: Target, text: str) -> Iterator[Json]:
    """Yield events with ``text`` in every place where text may stand."""
    message = {"msgtype": "m.text", "body": text}
    earlier = "$f1"
    contents: list[tuple[str, Json]] = [
        ("m.room.message", message),
        ("m.room.message", {**message, "m.relates_to": {"m.in_reply_to": {"event_id": earlier}}}),
        ("m.room.message", {
            "msgtype": "m.text", "body": "* a", "m.new_content": message,
            "m.relates_to": {"rel_type": "m.replace", "event_id": earlier},
        }),
        ("m.reaction", {"m.relates_to": {"rel_type": "m.annotation", "event_id": earlier, "key": text}}),
        ("m.room.message", {"msgtype": "m.text", "body": "!test", "m.relates_to": text, "m.mentions": text}),
    ]  # fmt: skip
    for type_, content in contents:
        yield {"type": type_, "sender": target.lina.user, "event_id": target.new_id(), "content": content}
    for type_, content in STATE.items():
        if type_ in ("m.room.name", "m.room.member", "m.room.create"):
            damaged = {**dict.fromkeys(content, text), "membership": "join"}
            key = user("ewa") if type_ == "m.room.member" else ""
            yield {
                "type": type_, "sender": user("katrin"), "event_id": target.new_id(), "content": damaged,
                "state_key": key,
            }  # fmt: skip

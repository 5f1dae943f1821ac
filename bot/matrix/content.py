# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Event JSON in, values of ``method.events`` out; nothing in an event can make this raise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypeGuard

from method.events import Edit, Event, Message, PollEnd, PollResponse, Reaction, Redaction
from method.ids import EventId, RoomId, UserId
from method.words import clean

#: Clients draw the same sign with and without these; people mean the same.
_VARIANTS: Final = dict.fromkeys([0xFE0F, 0xFE0E, *range(0x1F3FB, 0x1F400)])

#: Characters read of a message or a reaction's sign. An entry may have 2,000: what is longer is refused by any
#: command, and must not keep everybody waiting while it is looked through.
LONGEST: Final = 8_000
_LONGEST_SIGN: Final = 200
#: Mentions looked at; nobody names more people in one message.
_MOST_MENTIONS: Final = 100

_Head = tuple[EventId, RoomId, UserId, datetime]

#: Typed marks that begin a command; the second is what a full-width keyboard gives.
_COMMAND_MARKS: Final = ("!", "！")


#: Native polls (MSC3381): clients send the names with a prefix, and may send the others one day.
RESPONSES: Final = frozenset({"org.matrix.msc3381.poll.response", "m.poll.response"})
_ENDS: Final = frozenset({"org.matrix.msc3381.poll.end", "m.poll.end"})
#: Polls that others ask are none of our business.
_STARTS: Final = frozenset({"org.matrix.msc3381.poll.start", "m.poll.start"})
#: Answers read of a response: of a poll with one answer the first decides.
_MOST_ANSWERS: Final = 20

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Ignored:
    """An event we do not act upon, and the rule that says so."""

    rule: str


def parse(raw: Mapping[str, Any], *, room_id: RoomId, me: UserId, received_at: datetime) -> Event | Ignored:
    """Return what ``raw`` says to us.

    Args:
        raw: a room event in the clear or as decrypted: ``type``, ``content``, ``event_id``, ``sender``.
        room_id: the room whose timeline it stood in, whatever the event says.
        me: our own user id; our own events are never acted upon.
        received_at: when it was journalled.
    """
    content = raw.get("content")
    event_id, sender, type_ = raw.get("event_id"), raw.get("sender"), raw.get("type")
    if not (isinstance(content, dict) and _is_text(event_id) and _is_text(sender) and _is_text(type_)):
        return Ignored("malformed")
    if sender == me:
        return Ignored("own_event")
    if "state_key" in raw:
        return Ignored("state")
    if _redacted(raw):
        return Ignored("redacted")
    head = (EventId(event_id), room_id, UserId(sender), received_at)
    event = _read_event(type_, head, content, raw.get("redacts"), me)
    if isinstance(event, Ignored):
        return event
    return replace(event, sent_at=sent_at(raw, received_at))


def sent_at(raw: Mapping[str, Any], received_at: datetime) -> datetime | None:
    """Return when the sender's homeserver says that it got the event, but nothing later than we got it."""
    stamp = raw.get("origin_server_ts")
    if not isinstance(stamp, int) or isinstance(stamp, bool):
        return None
    try:
        return min(_EPOCH + timedelta(milliseconds=stamp), received_at)
    except OverflowError:
        return None


def _read_event(
    type_: str, head: _Head, content: Mapping[str, Any], redacts: object, me: UserId
) -> Event | Ignored:
    if type_ == "m.room.message":
        return _message(head, content, me)
    if type_ == "m.reaction":
        return _reaction(head, content)
    if type_ in RESPONSES:
        return _response(head, content)
    if type_ in _ENDS:
        start = _referred(content)
        return PollEnd(*head, target=start) if start is not None else Ignored("malformed")
    if type_ in _STARTS:
        return Ignored("foreign_poll")
    if type_ == "m.room.redaction":
        target = redacts or content.get("redacts")
        return Redaction(*head, target=EventId(target)) if _is_text(target) else Ignored("malformed")
    return Ignored("other_type")


#: Whether these are for us shows only in what they refer to.
_FOR_US: Final = RESPONSES | _ENDS | {"m.reaction", "m.room.redaction", "m.room.encrypted"}


def is_for_us(raw: Mapping[str, Any], *, me: UserId, direct: bool) -> bool:
    """Tell whether an event in a room without encryption may be addressed to the bot.

    What is not is never written down: only its id, so that it is not looked at again.
    """
    content = raw.get("content")
    if not isinstance(content, dict) or "state_key" in raw or _redacted(raw):
        return False
    if raw.get("type") in _FOR_US:
        return True
    if raw.get("type") != "m.room.message" or content.get("msgtype") != "m.text":
        return False
    body = content.get("body")
    if not isinstance(body, str):
        return False
    return direct or _addresses(content, body, me) or isinstance(content.get("m.relates_to"), dict)


def only_about(raw: Mapping[str, Any], *, me: UserId, direct: bool) -> tuple[str, ...]:
    """Return the events one of which must concern us so that this one does; none if it does by itself.

    People answer and correct each other: whether that is for us shows only in what they refer to.
    """
    content = raw.get("content")
    if not isinstance(content, dict):
        return ()
    relation, body = content.get("m.relates_to"), content.get("body")
    if not isinstance(relation, dict):
        return ()
    if raw.get("type") in RESPONSES | _ENDS:
        start = _referred(content)
        return (start,) if start is not None else ()
    if raw.get("type") != "m.room.message" or direct:
        return ()
    if not isinstance(body, str) or _addresses(content, body, me):
        return ()
    reply = relation.get("m.in_reply_to")
    targets = [relation.get("event_id"), reply.get("event_id") if isinstance(reply, dict) else None]
    return tuple(target for target in targets if _is_text(target))


def _addresses(content: Mapping[str, Any], body: str, me: UserId) -> bool:
    """Does a message begin like a command, or mention us?"""
    new = content.get("m.new_content")
    words = new.get("body") if isinstance(new, dict) else body
    if not isinstance(words, str):
        return False
    return _without_fallback(words).lstrip().startswith(_COMMAND_MARKS) or _mentions(content, me)


def _message(head: _Head, content: Mapping[str, Any], me: UserId) -> Event | Ignored:
    if content.get("msgtype") != "m.text":
        # Pictures and files are not looked at; notices are other bots (spec, "m.notice").
        return Ignored("no_text")
    relation = content.get("m.relates_to")
    relation = relation if isinstance(relation, dict) else {}
    if relation.get("rel_type") == "m.replace":
        return _edit(head, content, relation)
    body = content.get("body")
    if not isinstance(body, str):
        return Ignored("malformed")
    mentioned = _mentioned(content)
    reply = relation.get("m.in_reply_to")
    reply_to = reply.get("event_id") if isinstance(reply, dict) else None
    root = relation.get("event_id") if relation.get("rel_type") == "m.thread" else None
    # In a thread, the reply is only a hint for old clients unless the thread says otherwise.
    follows = None
    if root is not None and relation.get("is_falling_back", False) is True:
        reply_to, follows = None, reply_to
    return Message(
        *head,
        body=_read(_without_fallback(body) if reply_to or root else body),
        reply_to=EventId(reply_to) if _is_text(reply_to) else None,
        thread_root=EventId(root) if _is_text(root) else None,
        mentions_me=me in mentioned,
        follows=EventId(follows) if _is_text(follows) else None,
        mentions=tuple(one for one in mentioned if one != me),
    )


def _edit(head: _Head, content: Mapping[str, Any], relation: Mapping[str, Any]) -> Event | Ignored:
    new, target = content.get("m.new_content"), relation.get("event_id")
    if not isinstance(new, dict) or not _is_text(target):
        return Ignored("malformed")
    body = new.get("body")
    if new.get("msgtype") != "m.text" or not isinstance(body, str):
        return Ignored("no_text")
    return Edit(*head, target=EventId(target), body=_read(_without_fallback(body)), mentions=_mentioned(new))


def _reaction(head: _Head, content: Mapping[str, Any]) -> Event | Ignored:
    relation = content.get("m.relates_to")
    if not isinstance(relation, dict) or relation.get("rel_type") != "m.annotation":
        return Ignored("malformed")
    target, key = relation.get("event_id"), relation.get("key")
    if not _is_text(target) or not _is_text(key):
        return Ignored("malformed")
    return Reaction(*head, target=EventId(target), key=plain_sign(key))


def _referred(content: Mapping[str, Any]) -> EventId | None:
    """Return the poll that a vote or an end is about."""
    relation = content.get("m.relates_to")
    if not isinstance(relation, dict) or relation.get("rel_type") != "m.reference":
        return None
    target = relation.get("event_id")
    return EventId(target) if _is_text(target) else None


def _response(head: _Head, content: Mapping[str, Any]) -> Event | Ignored:
    """Read a vote; whatever cannot be read of its answers spoils it, and is none of them."""
    target = _referred(content)
    if target is None:
        return Ignored("malformed")
    stable, inner = content.get("m.selections"), content.get("org.matrix.msc3381.poll.response")
    given = inner.get("answers") if isinstance(inner, dict) else stable
    answers = given[:_MOST_ANSWERS] if isinstance(given, list) else [None]
    return PollResponse(*head, target=target, answers=tuple(a if _is_text(a) else "" for a in answers))


def plain_sign(key: str) -> str:
    """Return a reaction without skin tone and variation selector, at most 64 characters."""
    return clean(key[:_LONGEST_SIGN]).translate(_VARIANTS)[:64]


def _read(body: str) -> str:
    return clean(body[:LONGEST])


def _without_fallback(body: str) -> str:
    """Leave out the quoted lines that old clients put before a reply (removed in Matrix 1.13)."""
    lines = body.split("\n")
    start = 0
    while start < len(lines) and lines[start].startswith("> "):
        start += 1
    if start and start < len(lines) and not lines[start].strip():
        start += 1
    return "\n".join(lines[start:]) if start < len(lines) else body


def _mentions(content: Mapping[str, Any], me: UserId) -> bool:
    return me in _mentioned(content)


def _mentioned(content: Mapping[str, Any]) -> tuple[UserId, ...]:
    mentions = content.get("m.mentions")
    users = mentions.get("user_ids") if isinstance(mentions, dict) else None
    return (
        tuple(UserId(user) for user in users[:_MOST_MENTIONS] if _is_text(user))
        if isinstance(users, list)
        else ()
    )


def _redacted(raw: Mapping[str, Any]) -> bool:
    unsigned = raw.get("unsigned")
    return isinstance(unsigned, dict) and "redacted_because" in unsigned


def _is_text(value: object) -> TypeGuard[str]:
    if not isinstance(value, str) or not value:
        return False
    # No database keeps lone surrogates, and PostgreSQL no NUL.
    return not any(c == "\0" or "\ud800" <= c <= "\udfff" for c in value)

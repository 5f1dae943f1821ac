# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What our messages consist of: content, mentions, relation, and people's names in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from method import words
from method.ids import EventId, UserId
from storage.rooms import Member


@dataclass(frozen=True, slots=True)
class Operator:
    """What the people who run the bot say about themselves; may be empty."""

    responsible: str = ""
    privacy_contact: str = ""


def shown_name(member: Member) -> str:
    """Return a person's name as the bot may write it: one line that turns nothing around it."""
    return words.shown_name(member.name)


def message(body: str, *, mentions: tuple[UserId, ...] = (), rings: bool = False) -> dict[str, Any]:
    """Return the content of a message: silent, or a call when people are mentioned.

    A notice never notifies anybody (push rule ``.m.rule.suppress_notices``), so a person who must
    act is addressed with ``m.text``, and so is a group that has asked to be (``rings``). ``m.mentions`` is
    always there: without it, old clients search the body for names.
    """
    return {
        "msgtype": "m.text" if mentions or rings else "m.notice",
        "body": body,
        "m.mentions": {"user_ids": list(mentions)} if mentions else {},
    }


def relation_to(reply_to: EventId | None, thread_root: EventId | None) -> dict[str, Any]:
    """Return the part of a content that says what a message answers, and in which thread."""
    relation: dict[str, Any] = {}
    if thread_root:
        relation = {"rel_type": "m.thread", "event_id": thread_root, "is_falling_back": reply_to is None}
    if reply_to:
        relation["m.in_reply_to"] = {"event_id": reply_to}
    return {"m.relates_to": relation} if relation else {}

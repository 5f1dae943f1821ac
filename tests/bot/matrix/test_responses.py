# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Votes in native polls as clients write them, in both sets of names, and what nobody should write."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.matrix.content import Ignored, is_for_us, only_about, parse
from method.events import PollEnd, PollResponse
from method.ids import EventId, RoomId, UserId

ROOM, ME, EWA = RoomId("!room:test"), UserId("@tafel:test"), UserId("@ewa:test")
NOW = datetime(2027, 2, 24, 11, tzinfo=UTC)
UNSTABLE, STABLE = "org.matrix.msc3381.poll.response", "m.poll.response"
RELATION = {"m.relates_to": {"rel_type": "m.reference", "event_id": "$start"}}


def raw(type_: str, content: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": type_, "content": content, "event_id": "$vote", "sender": EWA, **more}


def read(event: dict[str, Any]) -> object:
    return parse(event, room_id=ROOM, me=ME, received_at=NOW)


@pytest.mark.parametrize(
    ("type_", "said", "answers"),
    [
        (UNSTABLE, {UNSTABLE: {"answers": ["a1"]}}, ("a1",)),
        (STABLE, {"m.selections": ["a1", "a2"]}, ("a1", "a2")),
        (STABLE, {UNSTABLE: {"answers": ["a2"]}}, ("a2",)),
        (UNSTABLE, {UNSTABLE: {"answers": []}}, ()),
        (UNSTABLE, {UNSTABLE: {"answers": "a1"}}, ("",)),
        (UNSTABLE, {UNSTABLE: {"answers": [7, None, "\ud800", "a1"]}}, ("", "", "", "a1")),
        (UNSTABLE, {}, ("",)),
        (UNSTABLE, {UNSTABLE: {"answers": ["a1"] * 1000}}, ("a1",) * 20),
    ],
)
def test_response_is_read_in_every_form(type_, said, answers):
    response = read(raw(type_, {**RELATION, **said}))

    assert response == PollResponse(
        EventId("$vote"), ROOM, EWA, NOW, target=EventId("$start"), answers=answers
    )


@pytest.mark.parametrize(
    "relation",
    [None, [], {"rel_type": "m.thread", "event_id": "$start"}, {"rel_type": "m.reference", "event_id": 7}],
)
def test_response_to_nothing_is_malformed(relation):
    assert read(raw(UNSTABLE, {"m.relates_to": relation})) == Ignored("malformed")


@pytest.mark.parametrize("prefix", ["org.matrix.msc3381.", "m."])
def test_polls_of_others_end_by_a_rule_of_their_own(prefix):
    event = raw(f"{prefix}poll.start", RELATION)

    assert read(event) == Ignored("foreign_poll")
    assert not is_for_us(event, me=ME, direct=False)


@pytest.mark.parametrize("prefix", ["org.matrix.msc3381.", "m."])
def test_end_is_read(prefix):
    event = raw(f"{prefix}poll.end", RELATION)

    assert read(event) == PollEnd(EventId("$vote"), ROOM, EWA, NOW, target=EventId("$start"))
    assert read(raw(f"{prefix}poll.end", {})) == Ignored("malformed")


@pytest.mark.parametrize("type_", [UNSTABLE, STABLE, "org.matrix.msc3381.poll.end", "m.poll.end"])
def test_response_and_end_are_for_us_if_the_poll_is(type_):
    event = raw(type_, RELATION)

    assert is_for_us(event, me=ME, direct=False)
    assert only_about(event, me=ME, direct=False) == ("$start",)


@pytest.mark.parametrize(
    ("stamp", "sent"),
    [
        (int(NOW.timestamp() * 1000) - 1000, NOW - timedelta(seconds=1)),
        (int(NOW.timestamp() * 1000) + 1000, NOW),
        (10**20, None),
        (-(10**20), None),
        ("now", None),
        (True, None),
        (None, None),
    ],
)
def test_time_of_the_senders_server_is_never_later_than_ours(stamp, sent):
    event = read(raw(UNSTABLE, RELATION, origin_server_ts=stamp))

    assert isinstance(event, PollResponse)
    assert event.sent_at == sent

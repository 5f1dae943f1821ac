# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""When a message was written: by our own clock, unless it came late."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from method.events import Message
from method.ids import EventId, RoomId, UserId

CAME = datetime(2027, 3, 4, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("before", "late"),
    [
        (None, False),
        (timedelta(0), False),
        (timedelta(minutes=5), False),
        (timedelta(minutes=5, seconds=1), True),
        (timedelta(days=14), True),
        (timedelta(days=30), False),
        (timedelta(days=20000), False),
    ],
    ids=str,
)
def test_only_of_what_came_late_another_clock_is_believed(before: timedelta | None, *, late: bool):
    sent = None if before is None else CAME - before
    message = Message(EventId("$1"), RoomId("!r:x"), UserId("@a:x"), CAME, "Hallo", sent_at=sent)

    assert message.is_late is late
    assert message.written_at == (sent if late else CAME)

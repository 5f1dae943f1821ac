# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The wall clock is set forward or back, or the machine was suspended: nothing is lost, doubled or stuck."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.health import Health
from bot.upkeep import LONGEST_WAIT
from method.floods import BURST
from method.ids import EventId
from tests.chat import user
from tests.fake_homeserver import ME
from tests.faults.life import ROOM, Life
from tests.fixtures_database import Databases

DAY = timedelta(days=1)
STEPS = [DAY, -DAY, -timedelta(minutes=5), timedelta(days=400)]
NAMES = ["+1 day", "-1 day", "-5 minutes", "+400 days"]
every_step = pytest.mark.parametrize("step", STEPS, ids=NAMES)


@pytest.fixture
def life(databases: Databases, tmp_path: Path) -> Iterator[Life]:
    """A bot whose clock can be set, with a homeserver whose clock is right."""
    life = Life.begin(databases, tmp_path)
    yield life
    life.close()


def say(life: Life, words: str, by: str = "lina") -> EventId:
    return life.model.put(ROOM, "m.room.message", {"msgtype": "m.text", "body": words}, user(by))


def soon_settled(life: Life) -> timedelta:
    """Let the bot finish; return how much time that took."""
    began = life.model.now
    life.run(life.settle())
    life.run(life.check())
    return life.model.now - began


@every_step
@pytest.mark.parametrize("fault", ["cut after", "429"])
def test_post_that_waits_for_another_try_is_sent_once(life: Life, step: timedelta, fault: str):
    message = say(life, "!barriere Nur Papier")
    life.run(life.pump())
    life.model.faults.extend([fault] * 3)
    life.run(life.beat())

    life.offset += step
    took = soon_settled(life)

    assert life.receipts(message) == ["✅ B1"]
    assert took <= LONGEST_WAIT + timedelta(minutes=4)


@every_step
def test_entries_that_were_held_back_are_taken_once_and_in_order(life: Life, step: timedelta):
    messages = [say(life, f"!barriere Nummer {i}") for i in range(BURST + 20)]
    life.run(life.settle_once())

    life.offset += step
    took = soon_settled(life)

    assert [life.receipts(message) for message in messages] == [
        [f"✅ B{i + 1}"] for i in range(len(messages))
    ]
    assert took <= LONGEST_WAIT + timedelta(minutes=4)


@every_step
def test_gap_that_waits_for_another_try_is_closed(life: Life, step: timedelta):
    messages = [say(life, f"!barriere Nummer {i}") for i in range(20)]
    life.run(life.pump())
    life.model.faults.extend(["502"] * 2)
    life.run(life.beat())

    life.offset += step
    took = soon_settled(life)

    assert [life.receipts(message) for message in messages] == [[f"✅ B{i + 1}"] for i in range(20)]
    assert took <= LONGEST_WAIT + timedelta(minutes=4)


@pytest.mark.parametrize("true", [timedelta(minutes=1), timedelta(hours=25)], ids=["1 minute", "25 hours"])
@pytest.mark.parametrize(
    "step", [-DAY, DAY, -3 * DAY, 3 * DAY], ids=["-1 day", "+1 day", "-3 days", "+3 days"]
)
def test_answer_of_unknown_outcome_is_said_once_whatever_clock_and_homeserver_remember(
    life: Life, step: timedelta, true: timedelta
):
    """After 25 hours the homeserver has forgotten the transaction id."""
    question = say(life, "!test")
    life.run(life.pump())
    life.run(life.work.inbox.drain())
    life.model.faults.extend(["", "", "cut after"])
    life.run(life.work.outbox.drain())
    assert len(life.replies(question)) == 1

    life.model.now += true
    life.offset += step
    life.run(life.restart())
    soon_settled(life)

    assert len(life.replies(question)) == 1


def test_suspended_machine_catches_up(life: Life):
    """A night: the clock shows it, the process has not noticed."""
    before = [say(life, f"!barriere Abend {i}") for i in range(3)]
    life.run(life.pump())
    life.model.now += timedelta(hours=11)
    after = [say(life, f"!barriere Morgen {i}") for i in range(12)]

    soon_settled(life)

    assert [life.receipts(m) for m in [*before, *after]] == [[f"✅ B{i}"] for i in range(1, 16)]


@pytest.mark.parametrize(
    ("step", "answered"), [(DAY, 0), (-DAY, 1), (timedelta(0), 1)], ids=["+1", "-1", "0"]
)
def test_question_expires_by_the_clock_and_never_twice(life: Life, step: timedelta, answered: int):
    question = say(life, "!barriere")
    life.run(life.settle())
    life.offset += step
    life.run(life.beat())

    answer = life.replies(question)
    relation = {"m.in_reply_to": {"event_id": life.reply_id(question)}}
    words = {"msgtype": "m.text", "body": "Keine Kurse am Abend", "m.relates_to": relation}
    life.model.put(ROOM, "m.room.message", words, user("lina"))
    soon_settled(life)

    assert len(answer) == 1
    assert len(life.run(life.items())) == answered


@pytest.mark.parametrize(("step", "late"), [(DAY, True), (-DAY, False)], ids=["+1 day", "-1 day"])
def test_age_of_a_sync_is_never_negative_and_right_again_after_the_next(
    life: Life, step: timedelta, late: bool
):
    health = Health()
    health.synced(life.clock())
    life.offset += step

    assert health.last_sync_age(life.clock()) == (DAY.total_seconds() if late else 0.0)
    health.synced(life.clock())
    assert health.last_sync_age(life.clock()) == 0.0


def test_set_clock_makes_no_loop_turn_faster(life: Life):
    """Everything done: whatever the clock says, a turn of the loops asks the homeserver once and sends nothing."""
    say(life, "!barriere Nur Papier")
    life.run(life.settle())
    position, syncs = life.model.position, life.model.syncs
    for step in [DAY, -DAY, -DAY, DAY, timedelta(seconds=1), -timedelta(seconds=1)]:
        life.offset += step
        life.run(life.beat())

    assert (life.model.position, life.model.syncs) == (position, syncs + 6)
    assert life.model.rooms[ROOM].membership(ME) == "join"

# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Inbox and outbox as a state machine: whatever happens, every command is answered exactly once, in order."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from method.ids import EventId
from tests.chat import user
from tests.fake_homeserver import ME
from tests.faults.conftest import Record
from tests.faults.life import LATER, ROOM
from tests.faults.machines import Machine, pattern, tried
from tests.faults.model import FAULTS
from tests.fixtures_database import Databases

NAMES = st.sampled_from(["katrin", "jule", "lina", "ewa"])


@dataclass
class Command:
    """What somebody has written."""

    event_id: EventId
    by: str
    #: The bot was in the room all the time until it had to be done.
    sure: bool = True


class Delivery(Machine):
    """People write, the network fails, the bot dies and is put out, the clock jumps."""

    def __init__(self) -> None:
        super().__init__()
        #: Barriers and questions, oldest first; those since the bot was last known to be done.
        self.barriers: list[Command] = []
        self.tests: list[Command] = []
        self.open: list[Command] = []

    def _in_room(self) -> bool:
        return self.model.rooms[ROOM].membership(ME) == "join"

    # --- people ----------------------------------------------------------------------------------

    @rule(by=NAMES)
    def writes_a_barrier(self, by: str) -> None:
        self._write(by, f"!barriere Nummer {len(self.barriers) + 1}", self.barriers)

    @rule(by=NAMES)
    def asks(self, by: str) -> None:
        self._write(by, "!test", self.tests)

    @rule(by=NAMES)
    def chats(self, by: str) -> None:
        self.model.put(ROOM, "m.room.message", {"msgtype": "m.text", "body": "Guten Morgen"}, user(by))

    @rule(by=NAMES, count=st.integers(9, 25))
    def writes_a_lot(self, by: str, count: int) -> None:
        for i in range(count):
            (self.chats, self.writes_a_barrier)[i % 5 == 0](by)

    def _write(self, by: str, words: str, kept: list[Command]) -> None:
        event_id = self.model.put(ROOM, "m.room.message", {"msgtype": "m.text", "body": words}, user(by))
        if self._in_room():
            command = Command(event_id, by)
            kept.append(command)
            self.open.append(command)
        self.counted["commands"] += 1

    # --- the bot ---------------------------------------------------------------------------------

    @rule()
    def syncs(self) -> None:
        self.life.run(self.life.survive(self.life.pump()))

    @rule()
    def works(self) -> None:
        self.life.run(self.life.survive(self.life.beat()))

    @rule(point=st.integers(0, 40))
    def dies_while_working(self, point: int) -> None:
        self.model.fate.die_at(point)
        self.works()
        self.model.fate.die_at(None)

    @rule(faults=st.lists(st.sampled_from(FAULTS), min_size=1, max_size=4))
    def requests_fail(self, faults: list[str]) -> None:
        self.model.faults.extend(faults)

    @rule(faults=st.lists(st.sampled_from(FAULTS), min_size=1, max_size=3))
    def answers_get_lost(self, faults: list[str]) -> None:
        self.model.send_faults.extend(faults)
        self.works()

    @precondition(lambda self: self.model.last_sync is not None)
    @rule()
    def an_old_answer_comes_again(self) -> None:
        assert self.model.last_sync is not None
        answer, whole = self.model.last_sync
        self.life.run(self.life.survive(self.life.work.pump.journal(answer, whole=whole)))

    @rule()
    def settles(self) -> None:
        self.life.run(self.life.settle())
        self.open.clear()

    # --- time ------------------------------------------------------------------------------------

    @rule(step=st.sampled_from([LATER, timedelta(minutes=20), timedelta(hours=25)]))
    def time_passes(self, step: timedelta) -> None:
        self.model.now += step

    @rule(step=st.sampled_from([-timedelta(days=1), -timedelta(minutes=30), timedelta(days=1)]))
    def the_clock_is_set(self, step: timedelta) -> None:
        self.life.offset += step

    # --- rooms -----------------------------------------------------------------------------------

    @precondition(_in_room)
    @rule(how=st.sampled_from(["leave", "ban"]))
    def is_put_out(self, how: str) -> None:
        self.model.moves(ROOM, ME, how, user("katrin"))
        for command in self.open:
            command.sure = False
        self.open.clear()

    @precondition(lambda self: not self._in_room())
    @rule()
    def is_invited(self) -> None:
        self.model.moves(ROOM, ME, "leave", user("katrin"))
        self.model.moves(ROOM, ME, "invite", user("katrin"))

    # --- what must hold --------------------------------------------------------------------------

    def finish(self) -> None:
        self.is_back()
        super().finish()
        items = self.life.run(self.life.items())
        numbers = {item.source_event_id: item.number for item in items}
        assert sorted(numbers.values()) == [*range(1, len(items) + 1)]
        taken = [command for command in self.barriers if command.event_id in numbers]
        assert len(taken) == len(items)
        # Who writes too much at once is taken later than the others, but in order too.
        for group in [{c.by} for c in taken] if self.life.flooded else [{c.by for c in taken}]:
            in_order = [numbers[command.event_id] for command in taken if command.by in group]
            assert in_order == sorted(in_order)
        for command in self.barriers:
            wanted = [f"✅ B{numbers[command.event_id]}"] if command.event_id in numbers else []
            receipts = self.life.receipts(command.event_id)
            assert receipts == wanted or (not command.sure and receipts == [])
            assert command.event_id in numbers or not command.sure
        for command in self.tests:
            # A flooder's questions are left out.
            least = command.sure and not self.life.flooded
            assert least <= len(self.life.replies(command.event_id)) <= 1

    def is_back(self) -> None:
        """Let the bot come back, if it was put out."""
        if not self._in_room():
            self.life.run(self.life.settle())
        if not self._in_room():
            self.is_invited()


@pytest.mark.timeout(7200)
def test_commands_are_answered_once_and_in_order(
    databases: Databases, tmp_path: Path, seed: int, long: bool, record: Record
):
    counted = tried(Delivery, databases, tmp_path, seed=seed, examples=1000 if long else 8, steps=40)

    record("inbox and outbox as a state machine", "each command answered once, in order", **counted)


def forget_transactions(patch: pytest.MonkeyPatch) -> None:
    """Take a repetition for something new, as a homeserver would with a fresh transaction id for each try."""
    patch.setattr("tests.faults.model.REMEMBERED", timedelta(0))


def leave_gaps(patch: pytest.MonkeyPatch) -> None:
    """Do not fetch what /sync left out."""

    async def nothing(*_args: object) -> None:
        return

    patch.setattr("storage.gaps.add", nothing)


@pytest.mark.parametrize("sabotage", [forget_transactions, leave_gaps])
def test_machine_sees_what_is_doubled_or_lost(
    databases: Databases, tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch, sabotage
):
    sabotage(monkeypatch)

    with pytest.raises(AssertionError):
        tried(Delivery, databases, tmp_path, seed=seed, examples=50, steps=40, shrink=False)


def test_people_who_write_too_much_are_taken_in_their_own_order(
    databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """An example at which the machine once asked for the order of the whole room."""
    monkeypatch.setattr(Delivery, "pattern", pattern(databases, tmp_path), raising=False)
    monkeypatch.setattr(Delivery, "counted", Counter(), raising=False)
    machine = Delivery()
    for i in range(10):
        machine.writes_a_lot("katrin", 25)
        machine.writes_a_lot(("jule", "ewa")[i % 2], 15)
    machine.teardown()

    assert machine.counted["commands"] == 80

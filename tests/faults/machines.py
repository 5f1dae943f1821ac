# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What all state machines share: a fresh database for each example, the seed, and how much is tried."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any, cast

import hypothesis
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

from tests.faults.life import Life
from tests.fixtures_database import Databases


class Machine(RuleBasedStateMachine):
    """A life of the bot, step by step; at the end it settles, and everything must hold."""

    #: Set by ``tried``: the database to copy, and what was counted over all examples.
    pattern: Path
    counted: Counter[str]

    def __init__(self) -> None:
        super().__init__()
        self._folder = Path(tempfile.mkdtemp(prefix="machine-"))
        file = self._folder / "tafelrunde.db"
        shutil.copyfile(self.pattern, file)
        self.life = Life(f"sqlite:///{file}", self._folder)
        self.model = self.life.model
        self.counted["examples"] += 1

    def finish(self) -> None:
        """Settle and check; the machines add what they promise."""
        self.life.run(self.life.settle())
        self.life.run(self.life.check())

    def teardown(self) -> None:
        """Finish, and leave nothing behind."""
        try:
            self.finish()
        finally:
            self.counted["crashes"] += self.life.crashes
            self.life.close()
            shutil.rmtree(self._folder)


def pattern(databases: Databases, folder: Path) -> Path:
    """Return an empty database to copy."""
    return Path(asyncio.run(databases.migrated("sqlite", folder)).partition("///")[2])


def tried(
    machine: type[Machine],
    databases: Databases,
    folder: Path,
    *,
    seed: int,
    examples: int,
    steps: int,
    shrink: bool = True,
) -> dict[str, int]:
    """Try a machine with as many examples of at most so many steps; return what was counted.

    A failure is made as short as possible, unless without ``shrink``.
    """
    machine.pattern = pattern(databases, folder)
    machine.counted = Counter()
    chosen = hypothesis.settings(
        max_examples=examples,
        stateful_step_count=steps,
        derandomize=False,
        database=None,
        deadline=None,
        suppress_health_check=list(hypothesis.HealthCheck),
        phases=[hypothesis.Phase.generate, *([hypothesis.Phase.shrink] if shrink else [])],
        print_blob=False,
        report_multiple_bugs=False,
    )

    @hypothesis.seed(seed)
    def factory() -> Machine:
        return machine()

    run_state_machine_as_test(cast("Any", factory), settings=chosen)
    return dict(machine.counted)

# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What all fault tests share: short or long, one seed, and the figures they count.

``FAULTS=long`` runs the long forms (``make faults``), ``FAULTS_SEED`` repeats a run, ``FAULTS_FIGURES`` names
the file to which the figures are added.
"""

from __future__ import annotations

import os
import random
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from bot.demo.synapse import Synapse
from tests.faults.forks import Nursery
from tests.faults.report import Count, Figure, append

SEED = int(os.environ.get("FAULTS_SEED", "20261125"))
LONG = os.environ.get("FAULTS") == "long"
FIGURES = os.environ.get("FAULTS_FIGURES")

#: Tests that exist in the long form only.
collect_ignore = [] if LONG else ["long"]

Record = Callable[..., None]


@pytest.fixture
def long() -> bool:
    """Is this the long form, with the full counts?"""
    return LONG


@pytest.fixture
def seed() -> int:
    """The number from which everything random in the test follows; it is printed."""
    print(f"FAULTS_SEED={SEED}")
    return SEED


@pytest.fixture
def dice(seed: int) -> random.Random:
    """Chance that can be repeated."""
    return random.Random(seed)


@pytest.fixture
def record() -> Record:
    """Write down what was counted: ``record("kill -9, plain rooms", "lost 0", kills=300, lost=0)``."""

    def write(title: str, goal: str, /, **counts: Count) -> None:
        print(f"{title}: {counts}")
        if FIGURES:
            append(Path(FIGURES), Figure(title, goal, counts, SEED))

    return write


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def synapse(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Synapse]:
    """One homeserver for all tests that need a real one."""
    async with Synapse(tmp_path_factory.mktemp("synapse")) as homeserver:
        yield homeserver


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def nursery() -> AsyncIterator[Nursery]:
    """Where bots start quickly."""
    async with Nursery() as loaded:
        yield loaded

# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the kernel knows of a process: time on the CPU and memory."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_TICKS: Final = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Memory:
    """Resident memory in MB: now, and the most it ever was."""

    now: float
    peak: float


def cpu(pid: int) -> float:
    """Return the CPU seconds of all threads of a process, in user and system mode."""
    stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii")
    # The program's name, in brackets, may hold spaces.
    fields = stat.rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def memory(pid: int) -> Memory:
    """Return how much memory a process has."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    pairs = dict(line.split(":", 1) for line in lines)
    now, peak = (int(pairs[name].split()[0]) / 1024 for name in ("VmRSS", "VmHWM"))
    return Memory(round(now, 1), round(peak, 1))

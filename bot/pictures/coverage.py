# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which characters a font file has: its ``cmap`` table (OpenType specification, chapter "cmap")."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, Final

#: First and last character of a stretch.
Stretch = tuple[int, int]

#: Forms of the table.
_SEGMENTS: Final = 4
_GROUPS: Final = (12, 13)


def stretches(font: Path, index: int = 0) -> list[Stretch]:
    """Return the characters of a font as stretches; of a file that cannot be read, none."""
    try:
        with font.open("rb") as file:
            return list(_stretches(file, index))
    except (OSError, struct.error, IndexError):
        return []


def _stretches(file: BinaryIO, index: int) -> Iterator[Stretch]:
    start = 0
    if _read(file, 0, ">4s")[0] == b"ttcf":
        (start,) = _read(file, 12 + 4 * index, ">I")
    (tables,) = _read(file, start + 4, ">H")
    for number in range(tables):
        tag, _, at, _ = _read(file, start + 12 + 16 * number, ">4sIII")
        if tag == b"cmap":
            yield from _of_table(file, at)


def _of_table(file: BinaryIO, at: int) -> Iterator[Stretch]:
    (count,) = _read(file, at + 2, ">H")
    offsets = {_read(file, at + 4 + 8 * number, ">HHI")[2] for number in range(count)}
    for offset in sorted(offsets):
        (kind,) = _read(file, at + offset, ">H")
        if kind == _SEGMENTS:
            yield from _of_segments(file, at + offset)
        elif kind in _GROUPS:
            (groups,) = _read(file, at + offset + 12, ">I")
            numbers = _read(file, at + offset + 16, f">{3 * groups}I")
            yield from zip(numbers[::3], numbers[1::3], strict=True)


def _of_segments(file: BinaryIO, at: int) -> Iterator[Stretch]:
    (doubled,) = _read(file, at + 6, ">H")
    count = doubled // 2
    ends = _read(file, at + 14, f">{count}H")
    starts = _read(file, at + 16 + doubled, f">{count}H")
    offsets_at = at + 16 + 3 * doubled
    # The last segment is the end mark U+FFFF.
    for number, offset in enumerate(_read(file, offsets_at, f">{count}H")[:-1]):
        first, last = starts[number], ends[number]
        if not offset:
            yield first, last
            continue
        # Here a segment may have holes: characters whose glyph is number 0, the empty box.
        glyphs = _read(file, offsets_at + 2 * number + offset, f">{last - first + 1}H")
        yield from ((first + place, first + place) for place, glyph in enumerate(glyphs) if glyph)


def _read(file: BinaryIO, at: int, form: str) -> tuple[Any, ...]:
    file.seek(at)
    return struct.unpack(form, file.read(struct.calcsize(form)))

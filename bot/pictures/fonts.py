# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The letters pictures are drawn with: a font that comes as a package, then those of the machine.

FiraGO (SIL Open Font License) has Latin, Cyrillic, Greek, Arabic, Hebrew, Georgian, Thai and Devanagari. It comes in
the package ``pymupdf-fonts``. For other scripts and for emoji the machine's own fonts are looked through.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import stat
import tempfile
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import typst

from bot.pictures.coverage import Stretch, stretches

_PACKAGED: Final = ("FiraGO_Regular", "FiraGO_Bold")
#: What typst itself brings has at least these (Latin, Greek, Cyrillic).
_BUILT_IN: Final[list[Stretch]] = [(0x20, 0x17F), (0x370, 0x3FF), (0x400, 0x45F), (0x2010, 0x2026)]


@contextmanager
def folder() -> Iterator[Path]:
    """Give the folder in which the packaged fonts stay unpacked, or a fresh one if somebody else has made it."""
    path = Path(tempfile.gettempdir()) / f"tafelrunde-fonts-{os.getuid()}"
    path.mkdir(mode=0o700, exist_ok=True)
    made = path.lstat()
    if stat.S_ISDIR(made.st_mode) and made.st_uid == os.getuid() and not made.st_mode & 0o077:
        yield path
        return
    with tempfile.TemporaryDirectory() as fresh:
        yield Path(fresh)


def unpack(into: Path) -> list[Path]:
    """Write the packaged fonts into a folder, once; return the files, none without the package."""
    files = []
    for name in _PACKAGED:
        try:
            module = importlib.util.find_spec(f"pymupdf_fonts.{name}")
        except ImportError:
            module = None
        if module is None or module.origin is None:
            return []
        # Another version of the package has another size.
        file = into / f"{name}-{Path(module.origin).stat().st_size}.ttf"
        if not file.exists():
            draft = into / f"{file.name}.{os.getpid()}"
            draft.write_bytes(importlib.import_module(module.name).fontbuffer)
            draft.replace(file)
        files.append(file)
    return files


def without(letters: set[str], files: Iterable[Path]) -> set[str]:
    """Return those of the letters that none of the font files has."""
    return _without(letters, (stretch for file in files for stretch in stretches(file)))


def without_system(letters: set[str]) -> set[str]:
    """Return those of the letters that no font of this machine has either."""
    left = _without(letters, _BUILT_IN)
    found = typst.Fonts(include_embedded_fonts=False).fonts() if left else []
    # Most often it is an emoji that is looked for.
    for font in sorted(found, key=lambda font: "emoji" not in font.family.lower()):
        if font.path is not None and left:
            left = _without(left, stretches(Path(font.path), font.index))
    return left


def drawn(words: str) -> set[str]:
    """Return the characters of which something is to be seen."""
    return {c for c in words if not c.isspace() and not _is_hidden(c)}


def replaced(words: str, missing: set[str]) -> str:
    """Return words without what no font has: signs are left out, letters become "…"; never nothing at all."""
    if missing.isdisjoint(words):
        return words
    kept: list[str] = []
    for c in words:
        if c in missing:
            kept += ["…"] if unicodedata.category(c).startswith("L") and kept[-1:] != ["…"] else []
        elif not _is_hidden(c) or (kept and not kept[-1].isspace() and kept[-1] != "…"):
            kept.append(c)
    return " ".join("".join(kept).split()) or "…"


def _without(letters: set[str], found: Iterable[Stretch]) -> set[str]:
    left = {ord(c) for c in letters}
    for first, last in found:
        if not left:
            break
        if any(first <= letter <= last for letter in left):
            left = {letter for letter in left if not first <= letter <= last}
    return {chr(letter) for letter in left}


def _is_hidden(c: str) -> bool:
    return unicodedata.category(c) == "Cf" or c in "\ufe0e\ufe0f"

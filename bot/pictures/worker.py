# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The process that draws one picture or sets one document: JSON comes in, a PNG or a PDF goes out.

It imports as little as possible: it is started for each picture.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import typst

from bot.pictures import fonts

TEMPLATES: Final = Path(__file__).parent / "templates"
#: So that one point of the templates is one pixel.
_PPI: Final = 72.0
#: Accessible, and readable for long: typst refuses what does not conform.
_STANDARDS: Final = ["ua-1", "a-2a"]
#: A picture takes a fifth of a second and 60 MB; whatever takes more than this is at fault.
_CPU_SECONDS: Final = 20
_MEMORY: Final = 2 * 1024**3
_POLITE: Final = 5


def main() -> None:
    """Draw what is asked for."""
    resource.setrlimit(resource.RLIMIT_CPU, (_CPU_SECONDS, _CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    with contextlib.suppress(OSError):  # some services may not
        os.nice(_POLITE)
    sys.stdout.buffer.write(render(json.load(sys.stdin.buffer)))


def render(picture: dict[str, Any]) -> bytes:
    """Return the picture as PNG, a document ("format": "pdf") as PDF/UA-1 and PDF/A-2a."""
    options: dict[str, Any] = {"format": "png", "ppi": _PPI}
    if picture.get("format") == "pdf":
        options = {"format": "pdf", "pdf_standards": _STANDARDS}
    letters = fonts.drawn("".join(_strings(picture)))
    with fonts.folder() as folder:
        files = fonts.unpack(folder)
        missing = fonts.without(letters, files)
        # Only if it must be: looking through a machine's fonts takes longer than drawing.
        foreign = bool(missing)
        missing = fonts.without_system(missing)
        pages: Any = typst.compile(
            str(TEMPLATES / f"{picture['template']}.typ"),
            root=str(TEMPLATES),
            font_paths=[str(folder)],
            ignore_system_fonts=not foreign,
            # People's words are data and never markup.
            sys_inputs={"data": json.dumps(_replaced(picture, missing))},
            **options,
        )
    # More than one page would be a list; that is no picture.
    return pages if isinstance(pages, bytes) else b""


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from _strings(part)
    elif isinstance(value, list):
        for part in value:
            yield from _strings(part)


def _replaced(value: Any, missing: set[str]) -> Any:
    if isinstance(value, str):
        return fonts.replaced(value, missing)
    if isinstance(value, dict):
        return {name: _replaced(part, missing) for name, part in value.items()}
    if isinstance(value, list):
        return [_replaced(part, missing) for part in value]
    return value


if __name__ == "__main__":
    main()

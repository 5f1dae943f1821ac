# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The scripts people here write, and which of them this machine cannot draw."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bot.pictures import fonts
from config.texts import Text, text

#: Some letters of each, the rare ones of its languages among them.
SCRIPTS: Final[Mapping[str, Text]] = {
    "aäßığłş": text("Latin"),
    "Ωά": text("Greek"),
    "Жїґ": text("Cyrillic"),
    "لأپڕ": text("Arabic"),
    "א": text("Hebrew"),
    "አው": text("Ethiopic (Amharic, Tigrinya)"),
    "ह": text("Devanagari (Hindi, Nepali)"),
    "ব": text("Bengali"),
    "த": text("Tamil"),
    "ა": text("Georgian"),
    "ա": text("Armenian"),
    "ท": text("Thai"),
    "中文": text("Chinese"),
    "한": text("Korean"),
    "👍🙂🏢": text("emoji"),
}


def missing() -> list[Text]:
    """Return the scripts of which pictures leave words out."""
    with fonts.folder() as folder:
        left = fonts.without(set("".join(SCRIPTS)), fonts.unpack(folder))
    left = fonts.without_system(left)
    return [script for letters, script in SCRIPTS.items() if not left.isdisjoint(letters)]

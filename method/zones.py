# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Time zones as people name them: by a city, or as the IANA database does."""

from __future__ import annotations

from functools import cache
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

from method.words import fold

#: Zones of these parts of the world bear a city's name; the rest ("Etc/GMT+3", "EST") are for machines.
_WORLD: Final = (
    "Africa/",
    "America/",
    "Antarctica/",
    "Arctic/",
    "Asia/",
    "Atlantic/",
    "Australia/",
    "Europe/",
    "Indian/",
    "Pacific/",
)
#: Where the German name is another.
_GERMAN: Final = {
    "Europe/Berlin": "Deutschland, Germany, MEZ, MESZ, CET, CEST, Hamburg, München, Munich, Köln, Cologne, Frankfurt,"
    " Frankfurt am Main, Stuttgart, Düsseldorf, Leipzig, Dresden, Hannover, Bremen, Nürnberg, Essen, Dortmund",
    "Europe/Athens": "Athen",
    "Europe/Brussels": "Brüssel",
    "Europe/Copenhagen": "Kopenhagen",
    "Europe/Istanbul": "Türkei",
    "Europe/Kyiv": "Kiew, Kiev",
    "Europe/Lisbon": "Lissabon",
    "Europe/Luxembourg": "Luxemburg",
    "Europe/Moscow": "Moskau",
    "Europe/Prague": "Prag",
    "Europe/Rome": "Rom",
    "Europe/Vienna": "Wien, Österreich, Austria",
    "Europe/Warsaw": "Warschau",
    "Europe/Zurich": "Schweiz, Switzerland",
}


def read(words: str) -> ZoneInfo | None:
    """Return the zone that is meant; None if there is none."""
    key = _keys().get(fold(words))
    return ZoneInfo(key) if key else None


@cache
def _keys() -> dict[str, str]:
    known = sorted(key for key in available_timezones() if key.startswith(_WORLD))
    found: dict[str, str] = {}
    # A city that several parts of the world have is the first one's; the whole name is always clear.
    for key in sorted(known, key=lambda key: not key.startswith("Europe/")):
        found.setdefault(fold(key.rpartition("/")[2]), key)
    named = {fold(word): key for key, words in _GERMAN.items() for word in words.split(", ")}
    return found | named | {fold(key): key for key in known}

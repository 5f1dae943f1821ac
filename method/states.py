# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The sixteen federal states: their names, and how people write them."""

from __future__ import annotations

from typing import Final

from config.texts import Text, text
from method.words import fold

#: By the code of ISO 3166-2:DE, in the order of the alphabet.
NAMES: Final[dict[str, Text]] = {
    "BW": text("Baden-Württemberg"),
    "BY": text("Bavaria"),
    "BE": text("Berlin"),
    "BB": text("Brandenburg"),
    "HB": text("Bremen"),
    "HH": text("Hamburg"),
    "HE": text("Hesse"),
    "MV": text("Mecklenburg-Western Pomerania"),
    "NI": text("Lower Saxony"),
    "NW": text("North Rhine-Westphalia"),
    "RP": text("Rhineland-Palatinate"),
    "SL": text("Saarland"),
    "SN": text("Saxony"),
    "ST": text("Saxony-Anhalt"),
    "SH": text("Schleswig-Holstein"),
    "TH": text("Thuringia"),
}

_WRITTEN: Final = {
    "BW": "Baden-Württemberg, BaWü, Baden, Württemberg",
    "BY": "Bayern, Freistaat Bayern, Bavaria, Bay",
    "BE": "Berlin, Land Berlin, Bln",
    "BB": "Brandenburg, Land Brandenburg, Brb",
    "HB": "Bremen, Freie Hansestadt Bremen, Bremerhaven",
    "HH": "Hamburg, Freie und Hansestadt Hamburg",
    "HE": "Hessen, Hesse",
    "MV": "Mecklenburg-Vorpommern, MeckPomm, Mecklenburg-Western Pomerania, Mecklenburg, Vorpommern",
    "NI": "Niedersachsen, Lower Saxony, Nds",
    "NW": "Nordrhein-Westfalen, North Rhine-Westphalia, NRW",
    "RP": "Rheinland-Pfalz, Rhineland-Palatinate, RLP",
    "SL": "Saarland, Saar",
    "SN": "Sachsen, Freistaat Sachsen, Saxony",
    "ST": "Sachsen-Anhalt, Saxony-Anhalt",
    "SH": "Schleswig-Holstein, Schleswig, Holstein",
    "TH": "Thüringen, Freistaat Thüringen, Thuringia",
}

_CODES: Final = {
    fold(word): code for code, words in _WRITTEN.items() for word in (code, f"DE-{code}", *words.split(", "))
}


def read(words: str) -> str | None:
    """Return the code of the state that is meant; None if there is none."""
    return _CODES.get(fold(words))

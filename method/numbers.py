# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Numbers as words, German and English."""

from __future__ import annotations

from typing import Final

from method.words import fold

#: Folded words from two on, as far as people write them as words; of one each place has its own forms.
CARDINALS: Final = {
    fold(word): number
    for number, words in (
        (2, "zwei two"),
        (3, "drei three"),
        (4, "vier four"),
        (5, "fünf five"),
        (6, "sechs six"),
        (7, "sieben seven"),
        (8, "acht eight"),
        (9, "neun nine"),
        (10, "zehn ten"),
        (11, "elf eleven"),
        (12, "zwölf twelve"),
        (14, "vierzehn fourteen"),
        (20, "zwanzig twenty"),
    )
    for word in words.split()
}

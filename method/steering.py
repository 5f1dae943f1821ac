# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Words behind a command that steer it and are no answer to what it asks: "verschieben bis Fr 12:00", "status"."""

from __future__ import annotations

import re
from typing import Final

from method.dates import NEAR, WEEKDAYS
from method.words import fold, folded

#: What asks how it stands.
STATUS: Final = folded("status stand")
#: "an 3 Bewerbungen" is an answer; "an jeden zweiten Montag" is none.
_ON: Final = folded("an on")
_MORE: Final = folded(
    "ein aus off ende end beenden start stop stopp jetzt now sofort status stand"
    " verschieben verlegen verlängern postpone move extend"
)
_UNTIL: Final = folded("bis until till")
_TIMES: Final = frozenset(NEAR) | folded(
    "jede jeden jedes jeder every each täglich daily werktags werktage wochentags weekday weekdays wochenende"
    " morgens vormittags mittags nachmittags abends früh morning mornings"
)
_BETWEEN: Final = folded("auf um am ab von zum und h uhr at by from to and zweiten")
_TOKEN: Final = re.compile(r"[^\W\d_]+|\d+")


def steers(words: str, *, until: bool) -> bool:
    """Do the words begin with one that steers, and go on with nothing but such words, days and times?

    Args:
        words: everything behind the command.
        until: "bis Fr 12:00" steers too; else "bis Freitag" is an answer.
    """
    first, *rest = map(fold, _TOKEN.findall(words) or [""])
    if first not in _ON | _MORE and not (until and first in _UNTIL and rest):
        return False
    return all(one in _ON | _MORE | _UNTIL | _BETWEEN or _is_time(one) for one in rest)


def _is_time(token: str) -> bool:
    return token.isdecimal() or token in _TIMES or (token.removesuffix("s")) in WEEKDAYS

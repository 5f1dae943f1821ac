# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Times of the day as people type them: "10:30", "9h30", "um zehn", "halb drei", "quarter past two", "abends um 8"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time
from typing import Final

from method.numbers import CARDINALS
from method.words import fold

#: A time that does not exist ("25:00").
IMPOSSIBLE: Final = time(0, 0, 0, 1)
#: "um viertel nach drei nachmittags": no time has more words.
_WORDS: Final = 6
#: No moment has more characters, and in many blanks the search would take long.
LONGEST: Final = 60
#: Said as people speak, an earlier hour is one of the afternoon: "um 3", "halb drei".
_MORNING: Final = 7

_NAMED: Final = CARDINALS | dict.fromkeys(("ein", "eins", "one"), 1)
NAMES: Final = (
    "eins|zwei|drei|vier|f(?:ü|ue)nf|sechs|sieben|acht|neun|zehn|elf|zw(?:ö|oe)lf"
    "|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
)
_HOUR: Final = rf"(?:\d{{1,2}}(?![\d.:])|(?:{NAMES})\b)"
_CLOCK: Final = r"(?:uhr|h|o['’]clock)"
#: "um", "at": behind them a number alone is a time.
_AT: Final = r"(?:(?:um|at|gegen)\s+(?:(?:ca\.?|circa|zirka|etwa|about|around|genau|punkt)\s+)?)"
#: "10.30" alone may be a day; behind "um", with "Uhr", or where there is no such month, it is a time.
_TIME: Final = re.compile(
    rf"(?:^|[\s,T]+)(?:(?P<called>{_AT})|(?:ab|from)\s+)?(?:"
    rf"(?P<hour>\d{{1,2}}):(?P<minute>\d{{2}})(?:\s?{_CLOCK}\b\.?|\s?(?P<half>[ap])\.?m\b\.?)?"
    rf"|(?P<dotted>\d{{1,2}})\.(?P<dots>\d{{2}})\s?(?:{_CLOCK}\b\.?|(?P<past>[ap])\.?m\b\.?)"
    r"|(?P<only>\d{1,2})\.(?P<minutes>00|1[3-9]|[2-5]\d)"
    r"|(?(called)(?P<under>\d{1,2})\.(?P<over>\d{2})|(?!))"
    rf"|(?P<split>\d{{1,2}})\s?{_CLOCK}\s?(?P<apart>\d{{2}})"
    rf"|(?P<whole>\d{{1,2}})\s?{_CLOCK}\b\.?"
    r"|(?P<twelve>\d{1,2})\s?(?P<meridiem>[ap])\.?m\b\.?"
    rf"|(?P<spoken>(?:(?P<part>halb|half\s+past|dreiviertel|(?:(?P<few>f(?:ü|ue)nf|zehn|zwanzig|five|ten|twenty|5|10|20)"
    rf"|viertel|(?:a\s+)?quarter)(?:\s+(?P<side>nach|vor|past|to))?)\s+(?P<of>{_HOUR})|(?P<name>ein|{NAMES})\s+uhr)"
    rf"(?:\s?{_CLOCK}\b\.?)?)"
    rf"|(?(called)(?P<bare>{_HOUR})|(?!))"
    r")$",
    re.IGNORECASE | re.ASCII,
)
#: "Freitagabend", "Fr abends", "in the evening"; "Morgen" alone is tomorrow.
_PART: Final = re.compile(
    r"(?:^|\s+|(?<=tag)|(?<=och))(?:am\s+|in\s+the\s+|at\s+)?"
    r"(?P<part>früh|frueh|morgens|vormittags?|mittags?|nachmittags?|abends?|nachts?|nacht"
    r"|morning|noon|afternoon|evening|night)$|(?:(?<=tag)|(?<=och))\s+(?P<day>morgen)$",
    re.IGNORECASE,
)
_TONIGHT: Final = re.compile(r"\btonight\b", re.IGNORECASE)
_THIS: Final = re.compile(r"\bthis\s+(?=(?:morning|afternoon|evening)\b)", re.IGNORECASE)
#: What says the part of the day behind a time: "8 Uhr abends"; "8 Uhr Abend vorbereiten" has a text.
_BEHIND: Final = re.compile(
    r"\s+(?P<part>morgens|vormittags|mittags|nachmittags|abends|nachts|(?:am|in\s+the)\s+(?:nachmittag|abend|vormittag"
    r"|morgen|morning|afternoon|evening)|at\s+night)$",
    re.IGNORECASE,
)
#: Where only the part of the day is said.
_USUAL: Final = {
    "morning": time(8),
    "forenoon": time(10),
    "noon": time(12),
    "afternoon": time(15),
    "evening": time(18),
}
_MEANT: Final = {
    **dict.fromkeys(map(fold, ("früh", "morgens", "morgen", "morning")), "morning"),
    **dict.fromkeys(("vormittag", "vormittags"), "forenoon"),
    **dict.fromkeys(("mittag", "mittags", "noon"), "noon"),
    **dict.fromkeys(("nachmittag", "nachmittags", "afternoon"), "afternoon"),
    **dict.fromkeys(("abend", "abends", "evening"), "evening"),
    **dict.fromkeys(("nacht", "nachts", "night"), "night"),
}
_ONE: Final = r"\d{1,2}(?:[:.]\d{2})?"
#: "von 9 bis 10:30", "9-10:30", "15 bis 16:30 Uhr", "3-4 pm": one of both shows that these are times.
_SPAN: Final = re.compile(
    rf"(?:(?P<from>(?:von|from|zwischen|between)\s+))?(?<![\d.:])(?P<start>{_ONE})(?:\s?{_CLOCK})?"
    rf"\s*(?:[-‐‑‒–—]|(?:bis|to|until|till|und|and)\b)\s*(?P<end>{_ONE})\s?(?P<clock>{_CLOCK}\b\.?|(?P<half>[ap])\.?m\b\.?)?$",
    re.IGNORECASE | re.ASCII,
)  # fmt: skip


#: "10 Uhr 30 Leute anrufen": apart from the clock a number counts the noun behind it.
_APART: Final = re.compile(r"(?:uhr|h)\s+\d{2}$|o['’]clock\s*\d{2}$", re.IGNORECASE | re.ASCII)
_NOUN: Final = re.compile(r"\s+[A-ZÄÖÜ]")


@dataclass(frozen=True, slots=True)
class _Clock:
    hour: int
    minute: int
    #: Said as people speak: which half of the day it is follows from the part of the day, or from what is usual.
    spoken: bool = False


def split_time(words: str) -> tuple[time | None, str]:
    """Take the time off the end of ``words``; return it and the other words.

    None where there is no time, IMPOSSIBLE where there is none such.
    """
    if len(words) > LONGEST:
        return None, words
    words = _THIS.sub("today ", _TONIGHT.sub("today evening", words))
    found = _BEHIND.search(words)
    if found:
        at, rest = _time_at_end(words[: found.start()])
        if at is not None:
            return _settled(at, fold(found["part"].split()[-1])), rest
    at, rest = _time_at_end(words)
    part = _PART.search(rest)
    if part is None:
        return (_settled(at, "") if at else None), rest
    name, before = fold(part["part"] or part["day"]), rest[: part.start()].rstrip(" ,")
    if at is None:
        usual = _USUAL.get(_MEANT[name])
        # "Vormittag" alone is no time of today.
        return (
            (usual, before) if usual and (before or name in ("mittag", "mittags", "noon")) else (None, words)
        )
    return _settled(at, name), before


def take_time(words: str) -> tuple[time | None, str]:
    """Take a time of the day off the beginning of ``words``; return it and the words behind it.

    The end of a span stays in front of these: "9-10:30 Tee" is 9:00 and "bis 10:30 Uhr Tee".
    """
    spans = [found.span() for found in re.finditer(r"\S+", words)][:_WORDS]
    for _, end in reversed(spans):
        shown, ends = without_end(words[:end].strip(" ,;:–-"))
        at, rest = split_time(shown) if not counts_noun(shown, words[end:]) else (None, shown)
        if at is not None and at is not IMPOSSIBLE and not rest:
            return at, f"bis {ends} {words[end:].lstrip()}" if ends else words[end:]
    return None, words


def counts_noun(shown: str, behind: str) -> bool:
    """Is the last number no minutes, but belongs to the noun ``behind``: "10 Uhr 30" and " Leute anrufen"?"""
    found = _APART.search(shown[-LONGEST:])
    return found is not None and (
        _NOUN.match(behind) is not None or ("clock" in found[0] and bool(behind.strip()))
    )


def without_end(words: str) -> tuple[str, str | None]:
    """Take the end off a span of time at the end of ``words``: "Do 9-10:30" is "Do 9 Uhr" and "10:30"."""
    found = _SPAN.search(words) if len(words) <= LONGEST else None
    if found is None or not (found["clock"] or ":" in found["start"] + found["end"] or found["from"]):
        return words, None
    start, end, half = found["start"], found["end"], found["half"]
    if half is None:
        return f"{words[: found.start()]}{start} Uhr", f"{end} Uhr"
    hours = int(start.replace(".", ":").partition(":")[0]), int(end.replace(".", ":").partition(":")[0])
    # "11-1 pm" begins in the morning.
    first = half if hours[0] % 12 <= hours[1] % 12 else "a"
    ends = hours[1] % 12 + (12 if half.lower() == "p" else 0)
    minutes = end.replace(".", ":").partition(":")[2] or "00"
    return f"{words[: found.start()]}{start} {first}m", f"{ends}:{minutes} Uhr"


def _time_at_end(words: str) -> tuple[_Clock | None, str]:
    found = _TIME.search(words)
    if found is None:
        return None, words
    rest = words[: found.start()].rstrip(" ,")
    called = (found["called"] or "").lower()
    if (found["only"] and not rest) or (found["meridiem"] and called.startswith(("um", "gegen"))):
        # "2.50" alone is a number; "um 3 am" goes on with a day or a place.
        return None, words
    if found["spoken"]:
        return _spoken(found), rest
    if found["bare"]:
        return _Clock(_number(found["bare"]), 0, spoken=True), rest
    hour = next(
        int(found[name])
        for name in ("hour", "dotted", "only", "under", "split", "whole", "twelve")
        if found[name]
    )
    minute = next(
        (int(found[name]) for name in ("minute", "dots", "minutes", "over", "apart") if found[name]), 0
    )
    half = found["half"] or found["past"] or found["meridiem"]
    if half is None:
        return _Clock(hour, minute), rest
    if not 1 <= hour <= 12:
        return _Clock(99, 0), rest
    return _Clock(hour % 12 + (12 if half.lower() == "p" else 0), minute), rest


def _spoken(found: re.Match[str]) -> _Clock:
    """Read "halb drei", "viertel nach drei", "zehn vor drei", "drei Uhr"."""
    if found["name"]:
        return _Clock(_number(found["name"]), 0, spoken=True)
    hour, part, side = _number(found["of"]), " ".join(found["part"].lower().split()), found["side"]
    if part == "halb":
        minutes = -30
    elif part == "half past":
        minutes = 30
    elif part == "dreiviertel":
        minutes = -15
    else:
        away = _number(found["few"]) if found["few"] else 15
        # In the east "viertel drei" is a quarter past two.
        minutes = away if side and side.lower() in ("nach", "past") else -away if side else -45
        if side is None and (found["few"] or "quarter" in part):
            return _Clock(99, 0)
    total = (hour % 24 * 60 + minutes) % (12 * 60 if hour <= 12 else 24 * 60)
    return _Clock(total // 60 or 12, total % 60, spoken=True)


def _settled(clock: _Clock, part: str) -> time:
    """Return the time that is meant in this part of the day."""
    hour, meant = clock.hour, _MEANT.get(part, "")
    if (hour, clock.minute) == (24, 0):
        return time(23, 59)
    afternoon = meant in ("afternoon", "evening") or (meant == "noon" and hour < 6)
    if (
        (afternoon and hour < 12)
        or (meant == "night" and 6 <= hour < 12)
        or (not meant and clock.spoken and hour < _MORNING)
    ):
        hour += 12
    return time(hour, clock.minute) if hour < 24 and clock.minute < 60 else IMPOSSIBLE


def _number(typed: str) -> int:
    return int(typed) if typed.isdigit() else _NAMED[fold(typed)]

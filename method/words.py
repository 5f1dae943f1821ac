# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Reads what people type: command words, lines and marks, tolerant of how they type."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Final

from rapidfuzz.distance import OSA

#: A letter may carry this many marks; more is decoration that climbs over the lines above it.
MARKS_LIMIT: Final = 8

#: So many letters may be wrong in a word that is longer than SHORT.
NEAR: Final = 2
SHORT: Final = 4

#: No command word has so many letters; of a longer one only the beginning is compared.
WORD_LIMIT: Final = 64

#: Signs that are command words although they are no letters.
SIGNS: Final = frozenset({"?", "+"})

_UMLAUT: Final = re.compile("([aou])e+")
#: ZWNJ and ZWJ: they join emoji and shape letters, and hide everywhere else.
_JOINERS: Final = "\u200c\u200d"
#: Other spellings of a line break (CR LF is handled before).
_BREAKS: Final = "\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
_DROPPED: Final = (
    "\u00ad\u061c\u180e\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2061\u2062\u2063\u2064"
    "\u2066\u2067\u2068\u2069\u206a\u206b\u206c\u206d\u206e\u206f\ufeff\ufff9\ufffa\ufffb"
)
_CONTROLS: Final = "".join(map(chr, [*range(0x20), *range(0x7F, 0xA0)]))
_TRANSLATION: Final = {
    **dict.fromkeys(map(ord, _CONTROLS + _DROPPED)),
    **dict.fromkeys(range(0xD800, 0xE000)),
    **dict.fromkeys(map(ord, _BREAKS), "\n"),
    ord("\t"): " ",
    ord("\n"): "\n",
}
#: Scripts whose letters are shaped by joiners: Arabic and its relatives, India, Myanmar, Khmer, Mongolia.
_SHAPED: Final = (range(0x0600, 0x0E00), range(0x1000, 0x10A0), range(0x1780, 0x18B0), range(0xA840, 0xAC00))
#: Joined emoji: the tail of a keycap, the selector of the coloured form, skin tones, arrows.
_EMOJI_PARTS: Final = frozenset("\u20e3\ufe0f\u2194\u2195\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff")
#: Letters that look like nothing.
_FILLERS: Final = frozenset("\u115f\u1160\u2800\u3164\uffa0\ufe0e\ufe0f")
#: Right-to-left letters and numbers (Unicode bidirectional classes).
_RIGHT_TO_LEFT: Final = frozenset({"R", "AL", "AN"})


def fold(word: str) -> str:
    """Return what remains of a word when case, umlauts, accents and punctuation are ignored.

    "Hürde", "huerde", "HURDE" and "„hürde“" are the same word. A sign alone stays what it is.
    """
    flat = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", word).casefold())
    letters = "".join(c for c in flat if c.isalnum()).casefold()
    return _UMLAUT.sub(r"\1", letters) or flat.strip()


def folded(words: str) -> frozenset[str]:
    """Return the folded words of a list such as "an on ein"."""
    return frozenset(map(fold, words.split()))


def clean(text: str) -> str:
    """Return ``text`` (NFC) without what is invisible, turns the reading direction or breaks lines open.

    Takes time in proportion to the length, whatever the text.
    """
    visible = text.replace("\r\n", "\n").translate(_TRANSLATION)
    # Marks are counted before they are sorted: sorting very many of them takes very long.
    composed = unicodedata.normalize("NFC", _without_excess(_without_loose_joiners(visible)))
    return _without_empty_lines(_without_excess(composed)).strip()


def is_blank(text: str) -> bool:
    """Is there nothing to see in ``text``?"""
    return all(c.isspace() or c in _FILLERS or c in _JOINERS or _is_mark(c) for c in text)


def isolate(text: str) -> str:
    """Return ``text`` so that right-to-left lines do not turn the words around them.

    Each line is wrapped alone: an isolate ends with its paragraph (Unicode UAX 9, X5c).
    """
    return "\n".join(f"\u2068{line}\u2069" if _turns(line) else line for line in text.split("\n"))


def shown_name(name: str) -> str:
    """Return a person's name as the bot may write it: one line that turns nothing around it."""
    return isolate(" ".join(clean(name).split()))


def brief(text: str, length: int = 100) -> str:
    """Return the beginning of ``text`` as one line, with "…" where something is left out."""
    line = " / ".join(part.strip() for part in text.split("\n") if part.strip())
    if len(line) <= length:
        return line
    head = line[:length]
    return (head.rpartition(" ")[0] or head).rstrip(" /,;:.") + " …"


@dataclass(frozen=True, slots=True)
class Typed:
    """A command as typed: its first word, and everything behind it."""

    word: str
    rest: str
    #: False in a direct message without "!": then it may just be an answer.
    marked: bool = True


#: "!" or its full-width form, but no row of them; the word ends at a blank, a colon or a "#".
_MARKED: Final = re.compile(r"\s*[!！﹗](?![!！﹗])\s*(\+|[^\s:：#]+)")
_BARE: Final = re.compile(r"\s*(\+|[^\s:：#]+)")
#: The second half of a command word that a phone has split; "termin e" is none.
_NEXT: Final = re.compile(r"([^\W\d_]{2,20})(?![\w:])")
#: What people put between the word and the text: a colon, a comma, or a dash with a blank behind it.
SEPARATOR: Final = re.compile(r"[^\S\n]*(?:[:：,]|[-‐‑‒–—](?=[^\S\n]))?\s*")


def parse_command(body: str, *, direct: bool = False) -> Typed | None:
    """Read the command at the beginning of a message; None if there is none.

    In a direct message "!" may be left out, so there every text begins with a possible command word.
    """
    found = _MARKED.match(body)
    if found is None and direct and not body.lstrip().startswith(("!", "！", "﹗")):
        found = _BARE.match(body)
        return _typed(found, body, marked=False) if found else None
    return _typed(found, body, marked=True) if found else None


def command_text(body: str, words: Collection[str], *, direct: bool) -> str | None:
    """Return the text of an edited message whose command is known already.

    The command word may have gone from the message, or be mistyped as it was when it was understood.

    Args:
        body: the whole new message.
        words: the folded words that call the command.
        direct: whether "!" may be left out.

    Returns:
        None if the message holds another command now.
    """
    typed = parse_command(body, direct=direct)
    if typed is None:
        return body.strip()
    typed = with_next(typed, words)
    if fold(typed.word) in words or (typed.marked and is_near(typed.word, words)):
        return typed.rest
    return None if typed.marked else body.strip()


def with_next(typed: Typed, words: Collection[str]) -> Typed:
    """Return the command with the word behind it, if both together are one of the folded ``words``: "Meine Daten"."""
    found = _NEXT.match(typed.rest)
    if found is None or fold(typed.word + found[1]) not in words:
        return typed
    behind = SEPARATOR.match(typed.rest, found.end())
    rest = typed.rest[behind.end() if behind else found.end() :].strip()
    return Typed(f"{typed.word}{found[1]}", rest, typed.marked)


def is_near(word: str, words: Collection[str]) -> bool:
    """Is ``word`` a mistyped form of one of the folded ``words``?"""
    folded = fold(word)
    return any(
        len(known) > SHORT and OSA.distance(folded, known, score_cutoff=NEAR) <= NEAR for known in words
    )


def lines_with_commands(body: str, is_command: Callable[[str], bool]) -> list[str]:
    """Split a message that begins with a command into its commands, each with the lines that belong to it.

    Args:
        body: the message.
        is_command: tells whether a word, as typed, calls a command. Only known words count,
            so "!!" or "! Achtung" at the beginning of a line is text.
    """
    commands: list[list[str]] = []
    for line in body.split("\n"):
        typed = parse_command(line)
        if not commands or (typed is not None and is_command(typed.word)):
            commands.append([line])
        else:
            commands[-1].append(line)
    return ["\n".join(lines).strip() for lines in commands]


def _typed(found: re.Match[str], body: str, *, marked: bool) -> Typed | None:
    word = found.group(1)[:WORD_LIMIT]
    if word not in SIGNS and not any(c.isalnum() for c in word):
        return None
    behind = SEPARATOR.match(body, found.end())
    return Typed(word, body[behind.end() if behind else found.end() :].strip(), marked)


def _turns(line: str) -> bool:
    return not line.isascii() and any(unicodedata.bidirectional(c) in _RIGHT_TO_LEFT for c in line)


def _is_mark(character: str) -> bool:
    return unicodedata.category(character).startswith("M")


def _without_excess(text: str) -> str:
    if text.isascii():
        return text
    kept: list[str] = []
    marks = 0
    for c in text:
        marks = marks + 1 if _is_mark(c) else 0
        if marks <= MARKS_LIMIT:
            kept.append(c)
    return "".join(kept)


def _without_loose_joiners(text: str) -> str:
    if not any(joiner in text for joiner in _JOINERS):
        return text
    return "".join(
        c
        for before, c, after in zip(" " + text[:-1], text, text[1:] + " ", strict=True)
        if c not in _JOINERS or (_joins(before) and _joins(after))
    )


def _joins(character: str) -> bool:
    if character in _EMOJI_PARTS or unicodedata.category(character) == "So":
        return True
    return character.isprintable() and any(ord(character) in script for script in _SHAPED)


def _without_empty_lines(text: str) -> str:
    lines: list[str] = []
    for line in text.split("\n"):
        stripped = line.rstrip()
        if stripped or lines[-2:] != ["", ""]:
            lines.append(stripped)
    return "\n".join(lines)

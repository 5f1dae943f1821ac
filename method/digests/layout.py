# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""A weekly letter as people read it: short in the room, whole in the file for the record."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any, Final

from config.texts import LANGUAGES, Moment, Text, counted, joined, text, verbatim
from method.cards import ranges
from method.digests import FLEETING, QUOTED, Facts, Letter, Line, Part, Source, tasks
from method.digests.lines import Reader
from method.digests.sections import SECTIONS
from method.items import Label
from method.signs import spelled
from method.steps import STEPS, step_line
from method.words import fold, isolate

#: Lines of a letter in the room, headings among them: two minutes.
MOST_LINES: Final = 30
#: Head, foot, and what a group reads in a minute.
_AROUND: Final = 3
_WORDS_A_MINUTE: Final = 180

_DATE: Final = {"de": "ccc, d. MMMM y", "en": "ccc, d MMMM y"}
_SPACE: Final = " "
#: How the name of a group may begin, folded.
_CALLED: Final = tuple(map(fold, ("Fokusgruppe", "Focus group")))


@dataclass(frozen=True, slots=True)
class Chapter:
    """A part of the letter with its words."""

    heading: Text
    #: Each with the numbers by which people name what it is about.
    lines: tuple[tuple[Text, Sequence[str]], ...]
    #: At most, and at least, so many of them stand in the room.
    most: int
    least: int


def room(letter: Letter, facts: Facts, *, attached: bool) -> Text:
    """Return the message: at most MOST_LINES lines, never a heading without something under it.

    Args:
        letter: what it tells.
        facts: the values its lines name.
        attached: the file for the record stands under it.
    """
    reader = Reader(facts, letter.at)
    remarks, found = _remarks(letter, reader), list(_chapters(letter, reader))
    shown = _fitted(found, MOST_LINES - _AROUND - len(remarks) - (not attached))
    blocks = [joined([chapter.heading, *(words for words, _ in chapter.lines)]) for chapter in shown]
    if not blocks and not remarks:
        blocks = [text("What stood here was deleted.")]
    head = joined([_title(letter, facts), _about(facts, blocks)])
    # The picture of the board follows by itself, and the file after it.
    if not attached:
        # A command has no full stop behind it: what follows stands in a line of its own.
        foot = joined(
            [
                joined([*_made(), text("As a picture: !bild")], _SPACE),
                text("For the record, as a PDF: !wochenbrief {number}", number=letter.number),
            ]
        )
    else:
        foot = joined([*_made(), text("For the record: the PDF further down.")], _SPACE)
    return joined([head, *remarks, *blocks, foot], "\n\n")


def language_of(letter: Letter, otherwise: str) -> str:
    """Return the language in which a letter was written: its words of our own stay in it, and so does the rest.

    It is that of its first words, which say the step; where they say none of today's, it is ``otherwise``.
    """
    own = {line.words for line in letter.lines if line.part is Part.WHERE and line.source is Source.WORDS}
    steps = [step_line(number) for number in range(1, len(STEPS) + 1)]
    found = (language for language in LANGUAGES if own & {step.render(language) for step in steps})
    return next(found, otherwise)


def stand(letter: Letter, facts: Facts) -> list[Text]:
    """Return the parts of a letter that one person asks for, without head and foot."""
    shown = _fitted(list(_chapters(letter, Reader(facts, letter.at))), MOST_LINES - _AROUND)
    return [joined([chapter.heading, *(words for words, _ in chapter.lines)]) for chapter in shown]


def gone(letter: Letter, facts: Facts) -> frozenset[int]:
    """Return the places of the lines that name what is not there any more."""
    reader = Reader(facts, letter.at)
    return frozenset(place for place, line in enumerate(letter.lines) if reader.words(line) is None)


def _is_fleeting(line: Line, facts: Facts) -> bool:
    is_of_retro = QUOTED.get(line.source) is Source.POLL and line.ref in facts.retro_polls
    return line.source in FLEETING or is_of_retro


def document(letter: Letter, facts: Facts, language: str) -> dict[str, Any]:
    """Return the file for the record as data to be set: every line, with all its words.

    Nothing of the conversation is in it, no single vote, and nobody's name: whoever keeps the file would have it
    for good. Signs are words in it: not every font has them.
    """
    lasting = tuple(line for line in letter.lines if not _is_fleeting(line, facts))
    letter, facts = replace(letter, lines=lasting), replace(facts, names={})
    reader = Reader(facts, letter.at, whole=True)
    remarks, found = _remarks(letter, reader), list(_chapters(letter, reader))
    nothing = [] if found or remarks else [text("What stood here was deleted.")]

    def said(words: Text) -> str:
        return spelled(words.render(language), language)

    return {
        "template": "documents/letter",
        "format": "pdf",
        "lang": language,
        "title": _title(letter, facts).render(language),
        "date": letter.at.astimezone(facts.settings.zone).date().isoformat(),
        "about": said(_group(facts)),
        "remarks": [said(words) for words in (*remarks, *nothing)],
        "parts": [
            {
                "heading": chapter.heading.render(language),
                "lines": [said(words) for words, _ in chapter.lines],
            }
            for chapter in found
        ],
        "made": joined(_made(), _SPACE).render(language),
        "page": text("Page").render(language),
    }


def file_name(letter: Letter, facts: Facts, language: str) -> str:
    """Return the name of the file: it says what is in it, and sorts by number."""
    word = "weekly-letter" if language == "en" else "wochenbrief"
    day = letter.at.astimezone(facts.settings.zone).date().isoformat()
    return f"{word}-{letter.number:02}-{day}.pdf"


def caption(letter: Letter) -> Text:
    """Return the words under the file."""
    return text("Weekly letter {number} as a PDF, for the record.", number=letter.number)


def _title(letter: Letter, facts: Facts) -> Text:
    day = Moment(letter.at, facts.settings.zone, _DATE)
    return text("Weekly letter {number}, {day}", number=letter.number, day=day)


def _group(facts: Facts) -> Text:
    name = isolate(" ".join(facts.name.split()).rstrip("."))
    # Most groups are called that anyway.
    if fold(facts.name).startswith(_CALLED):
        return verbatim(f"{name}.")
    return text("Focus group: {name}.", name=name)


def _about(facts: Facts, blocks: Sequence[Text]) -> Text:
    # The languages differ too little for that to matter.
    words = sum(len(block.render("de").split()) for block in blocks)
    minutes = max(1, round(words / _WORDS_A_MINUTE))
    reading = counted("Reading time: {n} minute.", "Reading time: {n} minutes.", minutes)
    return joined([_group(facts), reading], _SPACE)


def _made() -> list[Text]:
    return [text("This letter is made from the board."), text("Nobody counts who writes how much.")]


def _remarks(letter: Letter, reader: Reader) -> list[Text]:
    said = [reader.words(line) for line in letter.lines if line.source is Source.REMARK]
    return [words for words in said if words is not None]


def _chapters(letter: Letter, reader: Reader) -> Iterator[Chapter]:
    for section in SECTIONS:
        lines = list(_said([line for line in letter.lines if line.part is section.part], reader))
        if section.part is Part.WHERE:
            lines += _before(letter, reader)
        if lines:
            yield Chapter(section.heading, tuple(lines), section.most, section.least)


def _said(lines: Sequence[Line], reader: Reader) -> Iterator[tuple[Text, Sequence[str]]]:
    """Yield the lines with their words; tasks of one kind share a line, in the file each has one."""
    for key, run in groupby(enumerate(lines), key=lambda pair: _run(*pair, whole=reader.whole)):
        found = [(words, reader.label(line)) for _, line in run if (words := reader.words(line)) is not None]
        labels = [label for _, label in found if label]
        if found and not isinstance(key, int):
            source = key if isinstance(key, Source) else key[0]
            yield tasks.together(source, [words for words, _ in found]), labels
        elif found:
            yield found[0][0], labels


def _run(place: int, line: Line, *, whole: bool) -> Source | int | tuple[Source, int]:
    """Return what is the same for lines that stand together."""
    if not tasks.is_one(line):
        return place
    return (line.source, place) if whole else line.source


def _before(letter: Letter, reader: Reader) -> list[tuple[Text, Sequence[str]]]:
    """Name in one line what is older than the first letter."""
    there = [line for line in letter.lines if line.part is Part.BEFORE and reader.words(line) is not None]
    labels = [label for line in there if (label := reader.label(line))]
    if not labels:
        return []
    return [(text("From before: {labels}. To read: !zeige and the number.", labels=_named(labels)), ())]


def _fitted(chapters: Sequence[Chapter], room_for: int) -> list[Chapter]:
    """Give each part its first lines, then one more to each in turn; what is left out is named by its number."""
    wanted = [min(len(chapter.lines), chapter.most) for chapter in chapters]
    shown = [min(most, chapter.least) for most, chapter in zip(wanted, chapters, strict=True)]
    left = room_for - len(chapters) - sum(shown)
    while left > 0 and shown != wanted:
        for place, most in enumerate(wanted):
            if left > 0 and shown[place] < most:
                shown[place] += 1
                left -= 1
    return [_cut(chapter, n) for chapter, n in zip(chapters, shown, strict=True)]


def _cut(chapter: Chapter, number: int) -> Chapter:
    if number >= len(chapter.lines):
        return chapter
    # The line that names the rest takes the place of one; a single line stays, and the rest stands behind it.
    kept = chapter.lines[: max(1, number - 1)]
    rest = _rest([labels for _, labels in chapter.lines[len(kept) :]])
    if number > 1:
        return replace(chapter, lines=(*kept, (rest, ())))
    return replace(chapter, lines=((joined([kept[0][0], rest], _SPACE), ()),))


def _rest(left_out: Sequence[Sequence[str]]) -> Text:
    """Name what is left out; what has no number is counted."""
    nameless = sum(not labels for labels in left_out)
    said = [text("And {count} more.", count=nameless)] if nameless else []
    labels = [label for labels in left_out for label in labels]
    if labels:
        said.insert(0, text("Also: {labels}. To read: !zeige and the number.", labels=_named(labels)))
    return joined(said, _SPACE)


def _named(labels: Sequence[str]) -> Text:
    read = [Label.parse(label) for label in labels]
    entries = [label for label in read if label is not None]
    others = list(dict.fromkeys(label for label in labels if Label.parse(label) is None))
    return joined(([ranges(entries)] if entries else []) + [verbatim(label) for label in others], ", ")

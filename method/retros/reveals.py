# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The cards of a retro without names, in one message or several: a card stays in the message that shows it first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from config.texts import Text, counted, joined, text, verbatim
from method.pages import FIRST, REVEALED_BYTES, weight
from method.retros import Card, Topic
from method.retros.forms import Form, Heading
from method.words import brief, fold, isolate


def paged(topics: Sequence[Topic], language: str) -> list[Topic]:
    """Return the topics with each card in its message: those of a topic together, if a message can hold them."""
    pages = _Pages(language)
    return [replace(topic, cards=tuple(pages.place(topic))) for topic in topics]


def none() -> Text:
    """Say that there is nothing to reveal."""
    return text("Looking back (retro): there are no cards, so there is no vote.")


def revealed(topics: Sequence[Topic], form: Form, behind: Sequence[Text]) -> Text:
    """Show the cards of the first message; ``behind`` are the lines that say how it goes on."""
    if not topics:
        return none()
    head = text("Looking back (retro). These are the cards, without names.")
    return joined([head, *_lines(topics, form, FIRST), *behind])


def further(topics: Sequence[Topic], form: Form, page: int) -> Text | None:
    """Show the cards of a further message; None: there are none."""
    if not _on(topics, page):
        return None
    head = text("Looking back (retro), part {number}: more cards, without names.", number=page)
    return joined([head, *_lines(topics, form, page)])


def pages(topics: Sequence[Topic]) -> list[int]:
    """Return the numbers of the further messages."""
    return sorted({card.page for topic in topics for card in topic.cards} - {FIRST})


def distinct(cards: Sequence[Card]) -> list[str]:
    """Return what cards say, the same words once."""
    said = {fold(card.text): _whole(card.text) for card in reversed(cards)}
    return list(reversed(said.values()))


class _Pages:
    """What the messages hold so far."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._page = FIRST
        self._left = REVEALED_BYTES
        self._heading: Heading | None = None

    def place(self, topic: Topic) -> Iterator[Card]:
        """Yield the cards of the next topic, each with its message."""
        if not self._takes(topic):
            self._turn()
        if self._takes(topic):
            yield from self._put(topic)
            return
        held: tuple[Card, ...] = ()
        for card in topic.cards:
            if held and not self._takes(replace(topic, cards=(*held, card))):
                yield from self._put(replace(topic, cards=held))
                self._turn()
                held = ()
            held += (card,)
        yield from self._put(replace(topic, cards=held))

    def _takes(self, topic: Topic) -> bool:
        return self._weight(topic) <= self._left

    def _turn(self) -> None:
        if self._left < REVEALED_BYTES:
            self._page, self._left, self._heading = self._page + 1, REVEALED_BYTES, None

    def _put(self, topic: Topic) -> Iterator[Card]:
        self._left -= self._weight(topic)
        self._heading = topic.heading
        for card in topic.cards:
            yield replace(card, page=self._page)

    def _weight(self, topic: Topic) -> int:
        lines = [_line(topic)]
        if self._left == REVEALED_BYTES or topic.heading is not self._heading:
            lines.append(_question(topic.heading))
        return sum(weight(line.render(self._language)) for line in lines)


def _on(topics: Sequence[Topic], page: int) -> list[Topic]:
    """Return what stands of the topics in one message."""
    found = [
        replace(topic, cards=tuple(card for card in topic.cards if card.page == page)) for topic in topics
    ]
    return [topic for topic in found if topic.cards]


def _lines(topics: Sequence[Topic], form: Form, page: int) -> list[Text]:
    lines = []
    for heading in (*form.headings, None):
        here = [topic for topic in _on(topics, page) if topic.heading is heading]
        if here:
            lines += [_question(heading), *map(_line, here)]
    following = [number for number in pages(topics) if number > page]
    if following:
        lines.append(text("Continued in part {number}.", number=following[0]))
    return lines


def _question(heading: Heading | None) -> Text:
    return heading.question if heading else text("Also:")


def _line(topic: Topic) -> Text:
    lead, *others = distinct(topic.cards)
    number = len(topic.cards)
    alike = [counted("{n} card", "{n} cards", number)] if number > 1 else []
    alike += [text("also: {words}", words=words) for words in others]
    origin = next((card.origin for card in topic.cards if card.origin is not None), None)
    if origin is not None:
        alike.append(text("from retro {number}", number=origin))
    line = verbatim(f"- {lead}")
    return text("{card} ({remarks})", card=line, remarks=joined(alike, "; ")) if alike else line


def _whole(words: str) -> str:
    """Return a card as one line: a line break becomes three signs."""
    return isolate(brief(words, 3 * len(words)).rstrip(" .;"))

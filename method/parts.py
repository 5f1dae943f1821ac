# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Entries that are parts of others: who stands for whom, and what a merge moves."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from config.texts import Text, text
from method.drafts import first_label
from method.ids import ItemId, PersonId
from method.items import Item, Label, Listed
from method.words import fold

#: What people write between two labels.
_BETWEEN: Final = re.compile(r"(?:[\s,;+&/]|(?:und|and|mit|with)\b)*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Move:
    """What a merge or a split changed for one item: of which entry it was and is a part."""

    item: ItemId
    before: ItemId | None
    after: ItemId | None


@dataclass(frozen=True, slots=True)
class Parts:
    """Which items of a group are parts of which.

    A withdrawn entry has no parts: what was merged into it stands for itself, until it comes back.
    """

    #: The entry by its part, as it was said; there is never a ring.
    recorded: Mapping[ItemId, ItemId]
    withdrawn: Collection[ItemId] = frozenset()

    def whole(self, item: ItemId) -> ItemId | None:
        """Return the entry that this item is a part of; None if it stands for itself."""
        whole = self.recorded.get(item)
        return None if whole in self.withdrawn else whole

    def wholes(self, item: ItemId) -> Iterator[ItemId]:
        """Yield the entries above this item, the nearest first."""
        while (whole := self.whole(item)) is not None:
            yield whole
            item = whole

    def top(self, item: ItemId) -> ItemId:
        """Return the entry in which this item is shown: itself, if it is no part."""
        return ([item, *self.wholes(item)])[-1]

    def family(self, item: ItemId) -> list[ItemId]:
        """Return this item and everything that is a part of it, at any depth."""
        found = [item]
        for whole in found:
            if whole not in self.withdrawn:
                found += sorted(part for part, of in self.recorded.items() if of == whole)
        return [one for one in found if one == item or one not in self.withdrawn]

    def merge(self, whole: ItemId, parts: Iterable[ItemId]) -> tuple[Move, ...]:
        """Return the moves that make ``parts`` parts of ``whole``; all of them stand for themselves.

        ``whole`` leaves the withdrawn entry of which it was a part: if that comes back, there must be no ring.
        """
        left = self.recorded.get(whole)
        own = (Move(whole, left, None),) if left is not None else ()
        return (*(Move(part, self.recorded.get(part), whole) for part in parts), *own)

    def split(self, parts: Iterable[ItemId]) -> tuple[Move, ...]:
        """Return the moves that let ``parts`` stand for themselves."""
        return tuple(Move(part, self.recorded.get(part), None) for part in parts)

    def can_return(self, moves: Sequence[Move]) -> bool:
        """Is everything still as ``moves`` left it, and would going back make no ring?"""
        if any(self.recorded.get(move.item) != move.after for move in moves):
            return False
        earlier = {move.item: move.before for move in moves}
        back = Parts({item: of for item, of in ({**self.recorded, **earlier}).items() if of is not None})
        return all(_ends(back.recorded, move.item) for move in moves)


def stored(moves: Iterable[Move]) -> str:
    """Return moves as JSON."""
    return json.dumps([[move.item, move.before, move.after] for move in moves])


def read(moves: str) -> tuple[Move, ...]:
    """Return what ``stored`` has written."""
    return tuple(Move(*move) for move in json.loads(moves))


def leading_labels(words: str) -> tuple[Label, ...]:
    """Read the labels at the beginning of ``words``, each once; a number alone is of the kind of the first one."""
    found: list[Label] = []
    rest = words
    while True:
        between = _BETWEEN.match(rest)
        rest = rest[between.end() if between else 0 :]
        if found and rest[:1].isdigit():
            rest = f"{found[0].kind.letter}{rest}"
        label, rest = first_label(rest, bare=True)
        if label is None:
            return tuple(dict.fromkeys(found))
        found.append(label)


def together(item: Item, parts: Sequence[Item]) -> Item:
    """Return ``item`` with the topics and links of its parts as well."""
    topics = {fold(topic): topic for one in reversed((item, *parts)) for topic in reversed(one.topics)}
    own = {label for one in (item, *parts) for label in one.links}
    links = sorted(own, key=lambda label: label.place)
    return replace(item, topics=tuple(reversed(topics.values())), links=tuple(links))


def gathered(
    listed: Sequence[Listed],
    wholes: Mapping[ItemId, ItemId],
    supporters: Mapping[ItemId, Collection[PersonId]],
) -> list[Listed]:
    """Return a list of open items as that of the entries they make, in the same order.

    Args:
        listed: every open item by itself.
        wholes: the open entry by its part.
        supporters: of each part, and of each item that has parts. A person counts once for an entry.
    """
    parts = Parts(wholes)
    members: defaultdict[ItemId, list[Listed]] = defaultdict(list)
    for one in listed:
        members[parts.top(one.item.id)].append(one)
    return [
        _entry(one, [part for part in members[one.item.id] if part is not one], supporters)
        for one in listed
        if one.item.id in members
    ]


def _entry(
    one: Listed, others: Sequence[Listed], supporters: Mapping[ItemId, Collection[PersonId]]
) -> Listed:
    if not others:
        return one
    people = {person for part in (one, *others) for person in supporters.get(part.item.id, ())}
    return Listed(
        together(one.item, [part.item for part in others]),
        len(people),
        one.notes + sum(part.notes for part in others),
        tuple(part.item.label for part in others),
    )


def _ends(recorded: Mapping[ItemId, ItemId], item: ItemId) -> bool:
    seen = {item}
    while (whole := recorded.get(item)) is not None:
        if whole in seen:
            return False
        seen.add(whole)
        item = whole
    return True


def enumerated(labels: Sequence[Label]) -> Text:
    """Name several entries: "B1, B10 and B12"."""
    first = ", ".join(map(str, labels[:-1]))
    return text("{first} and {last}", first=first, last=str(labels[-1]))


def apart(labels: Sequence[Label]) -> Text:
    """Say that entries which were one stand for themselves again."""
    if len(labels) == 2:
        return text("{labels} are two entries again.", labels=enumerated(labels))
    return text("{labels} are entries of their own again.", labels=enumerated(labels))

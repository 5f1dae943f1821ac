# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The sectors people come from: read from what they type, and shown only where nobody can be recognised."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from rapidfuzz.distance import OSA

from config.texts import Text, joined, text, verbatim
from method.words import fold, isolate

#: From so many people on a sector is named together with a number, or beside an entry (guarantee 7).
ENOUGH: Final = 3

#: Keys of the sectors that every group has.
ADMINISTRATION: Final = "administration"
CIVIL_SOCIETY: Final = "civil-society"
BUSINESS: Final = "business"
#: Own experience: only ever given in private, never beside an entry, its number only from ENOUGH on.
TARGET_GROUP: Final = "target-group"

#: The reactions that stand for a sector, without variation selector. The target group has none: reactions are
#: visible to everybody and not encrypted.
SIGNS: Final = {"\U0001f3db": ADMINISTRATION, "\U0001f91d": CIVIL_SOCIETY, "\U0001f3e2": BUSINESS}
#: The same as the bot shows them.
BUTTONS: Final = ("\U0001f3db\ufe0f", "\U0001f91d", "\U0001f3e2")

#: So many letters may be wrong in a word; in a short one only one, in a very short one none.
_NEAR: Final = 2
_SHORT: Final = 5
_VERY_SHORT: Final = 3


@dataclass(frozen=True, slots=True)
class Sector:
    """A sector of a group."""

    #: How the database names it.
    key: str
    name: Text


#: In the order in which they are shown.
NAMED: Final = (
    Sector(ADMINISTRATION, text("Administration")),
    Sector(CIVIL_SOCIETY, text("Civil society")),
    Sector(BUSINESS, text("Business")),
)
OWN_EXPERIENCE: Final = Sector(TARGET_GROUP, text("Target group"))

#: Folded names of the sectors that every group has, one word or two.
WORDS: Final = {
    fold(word): key
    for key, words in {
        ADMINISTRATION: (
            "verwaltung", "öffentliche verwaltung", "amt", "ämter", "behörde", "behörden", "staat", "kommune",
            "administration", "public administration", "public", "public sector", "government", "authority",
            "authorities",
        ),
        CIVIL_SOCIETY: (
            "zivilgesellschaft", "zivil", "verein", "vereine", "ngo", "ngos", "verband", "ehrenamt", "initiative",
            "stiftung", "träger", "civil society", "civilsociety", "society", "civil", "nonprofit",
            "charity", "association",
        ),
        BUSINESS: (
            "wirtschaft", "unternehmen", "firma", "firmen", "betrieb", "betriebe", "arbeitgeber", "kammer",
            "business", "company", "companies", "economy", "employer", "employers",
        ),
        TARGET_GROUP: (
            "zielgruppe", "betroffene", "betroffen", "betroffener", "betroffenen", "eigene erfahrung", "erfahrung",
            "fachkraft", "fachkräfte", "selbst betroffen", "target group", "targetgroup", "target", "affected",
            "own experience", "lived experience",
        ),
    }.items()
    for word in words
}  # fmt: skip
BUILT_IN: Final = {sector.key: sector for sector in (*NAMED, OWN_EXPERIENCE)}


def further(number: int, name: str) -> Sector:
    """Return a sector that a group has added itself; ``number`` is its row's."""
    return Sector(f"further:{number}", verbatim(isolate(name)))


def by_key(key: str, added: Iterable[Sector]) -> Sector | None:
    """Return the sector with this key; None if the group has it no longer."""
    return BUILT_IN.get(key) or next((sector for sector in added if sector.key == key), None)


def find(words: str, added: Mapping[str, Sector]) -> Sector | None:
    """Return the sector that is named.

    Args:
        words: as typed, one word or two.
        added: the group's own sectors by folded name.
    """
    folded = fold(words)
    return BUILT_IN[WORDS[folded]] if folded in WORDS else added.get(folded)


def near(words: str, added: Mapping[str, Sector]) -> Sector | None:
    """Return the only sector of which ``words`` may be a mistyped name."""
    folded = fold(words)
    most = 1 if len(folded) < _SHORT else _NEAR
    if len(folded) <= _VERY_SHORT:
        return None
    names = {word: BUILT_IN[key] for word, key in WORDS.items()} | dict(added)
    distances = {
        name: OSA.distance(folded, name, score_cutoff=most) for name in names if len(name) > _VERY_SHORT
    }
    nearest = min(distances.values())
    found = {names[name].key: names[name] for name, distance in distances.items() if distance == nearest}
    return next(iter(found.values())) if nearest <= most and len(found) == 1 else None


def is_shown(key: str, people: Mapping[str, int]) -> bool:
    """May an entry say that it comes from this sector? Own experience is never shown beside an entry.

    Args:
        key: the sector.
        people: how many people of the group have declared each sector.
    """
    return key != TARGET_GROUP and people.get(key, 0) >= ENOUGH


@dataclass(frozen=True, slots=True)
class Shares:
    """How many people come from where, as far as it may be said."""

    #: Sectors with at least ENOUGH people.
    named: tuple[tuple[Sector, int], ...]
    #: People in all other sectors together; None: fewer than ENOUGH, but somebody; 0: nobody.
    others: int | None
    #: Sectors every group has and nobody here has declared.
    missing: tuple[Sector, ...]
    #: People with own experience; None: fewer than ENOUGH, perhaps nobody.
    own_experience: int | None


def shares(people: Mapping[str, int], added: Sequence[Sector] = ()) -> Shares:
    """Merge what would show single people.

    Args:
        people: how many people have declared each sector, by key.
        added: the group's own sectors.
    """
    listed = [sector for sector in (*NAMED, *added) if people.get(sector.key, 0) > 0]
    named = tuple((sector, people[sector.key]) for sector in listed if people[sector.key] >= ENOUGH)
    # The target group is not among the others: one more of them would be one with own experience.
    others = sum(people[sector.key] for sector in listed if people[sector.key] < ENOUGH)
    own = people.get(TARGET_GROUP, 0)
    return Shares(
        named=named,
        others=others if others == 0 or others >= ENOUGH else None,
        missing=tuple(sector for sector in NAMED if people.get(sector.key, 0) == 0),
        own_experience=own if own >= ENOUGH else None,
    )


def balance_line(people: Mapping[str, int], added: Sequence[Sector] = ()) -> Text:
    """Ask in one line which view is missing, with what may be said about those who are there."""
    return joined(balance(people, added), separator=" ")


def balance(people: Mapping[str, int], added: Sequence[Sector] = ()) -> list[Text]:
    """Return the same as one text for each line."""
    found = shares(people, added)
    # Fewer than ENOUGH people with own experience may be nobody: then it is still asked.
    lacking = bool(found.missing) or found.own_experience is None
    lines = [text("Whose view do we lack?")] if lacking else []
    parts = [_share(sector, number) for sector, number in found.named]
    if found.others != 0:
        parts.append(_others(found.others, alone=not parts))
    if parts:
        lines.append(text("So far: {shares}.", shares=joined(parts, separator=", ")))
    if found.missing:
        names = joined([sector.name for sector in found.missing], separator=", ")
        lines.append(text("Missing: {sectors}.", sectors=names))
    else:
        lines.append(text("All three sectors are there."))
    if found.own_experience is None:
        # Nobody, one and two read the same: else the text would change with a single person.
        lines.append(text("View of the target group: missing, or fewer than {count} people.", count=ENOUGH))
    else:
        lines.append(text("View of the target group: {count} people.", count=found.own_experience))
    return lines


def _others(number: int | None, *, alone: bool) -> Text:
    if number is None:
        few = text("fewer than {count} people", count=ENOUGH)
        return few if alone else text("others: fewer than {count}", count=ENOUGH)
    return text("{count} people", count=number) if alone else text("others: {count}", count=number)


def _share(sector: Sector, number: int) -> Text:
    return text("{sector}: {count}", sector=sector.name, count=number)

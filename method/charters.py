# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a group can choose for itself: how each choice is read as people type it, and how it is shown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final, TypeVar

from config.texts import Text, joined, text, verbatim
from method import rhythms, states, workweek, zones
from method.errors import UserError
from method.settings import LEAST_HOURS, Address, Occasion, Receipt, Recorders, Settings, Switch
from method.words import fold, is_blank, isolate

#: Characters in a group's name.
NAME_LIMIT: Final = 100


@dataclass(frozen=True, slots=True)
class Charter:
    """What a group has chosen."""

    name: str = ""
    settings: Settings = field(default_factory=Settings)


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to choose."""

    #: As German texts write it, and as English texts write it.
    name: str
    english: str
    aliases: tuple[str, ...]
    #: Its name at the beginning of a line, in the reader's language.
    title: Text
    possible: Text
    example: Text
    #: Returns None for words that do not fit.
    take: Callable[[Charter, str], Charter | None]
    show: Callable[[Charter], Text]
    #: What is possible, where there is little room; as above if None.
    brief: Text | None = None

    def read(self, charter: Charter, words: str) -> Charter:
        """Return the charter with what the words choose.

        Raises:
            UserError: they do not fit; says what would.
        """
        changed = None if is_blank(words) else self.take(charter, words.strip())
        if changed is None:
            raise UserError(self.advice())
        return changed

    def advice(self) -> Text:
        """Say what fits, with an example."""
        return text(
            "Possible for {title}: {possible}. Example: {example}",
            title=self.title,
            possible=self.possible,
            example=self.example,
        )

    def line(self, charter: Charter) -> Text:
        """Show the present value and what is possible, in one line."""
        possible = self.brief or self.possible
        return text(
            "{title}: {value} ({possible})", title=self.title, value=self.show(charter), possible=possible
        )

    def said(self, charter: Charter) -> Text:
        """Say the present value in the middle of a sentence."""
        value = self.show(replace(charter, name=charter.name.rstrip(".")))
        return joined([self.title, value], " ")


def find(word: str) -> Choice | None:
    """Return the choice that people call so."""
    return _BY_WORD.get(fold(word))


Value = TypeVar("Value", bound=StrEnum)


def _words(values: Mapping[Value, str]) -> dict[str, Value]:
    return {fold(word): value for value, words in values.items() for word in words.split(", ")}


_OCCASIONS: Final = _words(
    {
        Occasion.PROJECT: "project, a project, Projekt, Projekte, ein Projekt, Vorhaben",
        Occasion.COMMITTEE: "committee, a committee, Gremium, Gremien, ein Gremium, Ausschuss, Beirat, Runder Tisch,"
        " board",
        Occasion.EVENT: "event, an event, Veranstaltung, Veranstaltungen, eine Veranstaltung, Tagung, Fachtag,"
        " Workshop",
        Occasion.STRATEGY: "strategy, a strategy, Strategie, Strategien, eine Strategie, Konzept, Gesamtkonzept",
    }
)
_OCCASION_NAMES: Final = {
    Occasion.PROJECT: text("project"),
    Occasion.COMMITTEE: text("committee"),
    Occasion.EVENT: text("event"),
    Occasion.STRATEGY: text("strategy"),
}
_ADDRESSES: Final = _words(
    {
        Address.NEUTRAL: "neutral, ohne, keine, none",
        Address.FORMAL: "Sie, siezen, formell, formal, höflich",
        Address.FAMILIAR: "du, duzen, informell, informal, per du",
    }
)
#: German words, also where English is spoken: they say how German readers are addressed.
_ADDRESS_NAMES: Final = {Address.NEUTRAL: "neutral", Address.FORMAL: "Sie", Address.FAMILIAR: "du"}
_RECEIPTS: Final = _words(
    {
        Receipt.REACTION: "reaction, reactions, Reaktion, Reaktionen, Zeichen, emoji",
        Receipt.ANSWER: "answer, answers, reply, message, Antwort, Antworten, Nachricht, Text",
    }
)
_RECEIPT_NAMES: Final = {Receipt.REACTION: text("reaction"), Receipt.ANSWER: text("answer")}
_SWITCHES: Final = _words(
    {
        Switch.ON: "on, an, ein, ja, yes, Sektor, Sektoren, sector, sectors",
        Switch.OFF: "off, aus, nein, no, ohne, none",
    }
)
_SWITCH_NAMES: Final = {Switch.ON: text("on"), Switch.OFF: text("off")}
_RECORDERS: Final = _words(
    {
        Recorders.ALL: "all, everybody, alle, jeder, Gruppe, Mitglieder, members",
        Recorders.MODERATION: "moderation, moderators, nur Moderation, die Moderation",
    }
)
_RECORDER_NAMES: Final = {Recorders.ALL: text("all"), Recorders.MODERATION: text("moderation")}


def _of(charter: Charter, **values: object) -> Charter:
    return replace(charter, settings=replace(charter.settings, **values))  # type: ignore[arg-type]  # named by their fields


def _take_name(charter: Charter, words: str) -> Charter | None:
    name = " ".join(words.split())
    return replace(charter, name=name) if len(name) <= NAME_LIMIT else None


def _take_days(charter: Charter, words: str) -> Charter | None:
    days = workweek.read_days(words)
    return _of(charter, days=days) if days else None


def _take_times(charter: Charter, words: str) -> Charter | None:
    found = workweek.read(words)
    if found is None:
        return None
    days, hours = found
    begins, ends = hours or (charter.settings.begins, charter.settings.ends)
    return _of(charter, days=days or charter.settings.days, begins=begins, ends=ends)


def _take_state(charter: Charter, words: str) -> Charter | None:
    state = states.read(words)
    return _of(charter, state=state) if state else None


def _take_zone(charter: Charter, words: str) -> Charter | None:
    zone = zones.read(words)
    return _of(charter, zone=zone) if zone else None


def _taker(field_name: str, values: Mapping[str, StrEnum]) -> Callable[[Charter, str], Charter | None]:
    def take(charter: Charter, words: str) -> Charter | None:
        value = values.get(fold(words))
        return _of(charter, **{field_name: value}) if value else None

    return take


def _show_times(charter: Charter) -> Text:
    settings = charter.settings
    days, hours = workweek.show_days(settings.days), workweek.show_hours(settings.begins, settings.ends)
    return joined([days, hours], ", ")


def _listed(names: Iterable[Text]) -> Text:
    return joined(list(names), ", ")


def _show_occasion(charter: Charter) -> Text:
    chosen = charter.settings.occasion
    return _OCCASION_NAMES[chosen] if chosen else text("not chosen yet")


NAME: Final = Choice(
    "name", "name", ("gruppe", "gruppenname", "group"), text("Name"),
    text("1 to {most} characters", most=NAME_LIMIT), text("Work that fits"),
    _take_name, lambda charter: verbatim(isolate(charter.name)) if charter.name else text("not chosen yet"),
)  # fmt: skip
OCCASION: Final = Choice(
    "anlass", "occasion", ("rahmen",), text("Occasion"),
    _listed(_OCCASION_NAMES.values()), text("project"), _taker("occasion", _OCCASIONS), _show_occasion,
)  # fmt: skip
ADDRESS: Final = Choice(
    "anrede", "address", ("form", "ansprache"), text("Address"),
    verbatim(", ".join(_ADDRESS_NAMES.values())), verbatim(_ADDRESS_NAMES[Address.FAMILIAR]),
    _taker("address", _ADDRESSES), lambda charter: verbatim(_ADDRESS_NAMES[charter.settings.address]),
)  # fmt: skip
DAYS: Final = Choice(
    "tage", "days", ("tag", "arbeitstage", "wochentage", "day"), text("Days"),
    text("days of the week"), text("Mon to Fri"),
    _take_days, lambda charter: workweek.show_days(charter.settings.days),
)  # fmt: skip
HOURS: Final = Choice(
    "zeiten", "hours", ("zeit", "arbeitszeit", "arbeitszeiten", "uhrzeit", "uhrzeiten", "stunden", "times", "time"),
    text("Hours"), text("beginning and end, at least {least} hours between", least=LEAST_HOURS),
    text("Mon to Fri, 8 to 18"), _take_times,
    _show_times,
)  # fmt: skip
STATE: Final = Choice(
    "land", "state", ("bundesland", "länder", "feiertage", "holidays"), text("State"),
    _listed(states.NAMES.values()), text("Berlin"),
    _take_state, lambda charter: states.NAMES[charter.settings.state], text("any federal state"),
)  # fmt: skip
ZONE: Final = Choice(
    "zeitzone", "timezone", ("zone", "ortszeit"), text("Time zone"),
    text("a large city"), verbatim("Europe/Berlin"),
    _take_zone, lambda charter: verbatim(charter.settings.zone.key),
)  # fmt: skip
RECEIPT: Final = Choice(
    "bestätigung", "receipt", ("bestätigungen", "quittung", "receipts", "confirmation"), text("Receipt"),
    _listed(_RECEIPT_NAMES.values()), text("answer"),
    _taker("receipt", _RECEIPTS), lambda charter: _RECEIPT_NAMES[charter.settings.receipt],
)  # fmt: skip
SPEAKERS: Final = Choice(
    "redeliste", "speakers", ("rednerliste", "wortmeldungen", "redefolge", "sektorwechsel", "speakerlist", "alternate"),
    text("Speakers by sector"), _listed(_SWITCH_NAMES.values()), text("on"),
    _taker("alternate", _SWITCHES), lambda charter: _SWITCH_NAMES[charter.settings.alternate],
)  # fmt: skip
RECORDERS: Final = Choice(
    "entscheidungen", "decisions", ("entscheidung", "decision", "beschluss", "beschlüsse"),
    text("Decisions recorded by"), _listed(_RECORDER_NAMES.values()), text("moderation"),
    _taker("recorders", _RECORDERS), lambda charter: _RECORDER_NAMES[charter.settings.recorders],
)  # fmt: skip

LETTER: Final = Choice(
    "wochenbrief", "digest", ("brief", "wochenbericht", "weekly", "letter"), text("Weekly letter"),
    text("a day and a time, or off"), text("Fri 13:00"),
    lambda charter, words: _of(charter, letter=found[0]) if (found := rhythms.read(words, charter.settings)) else None,
    lambda charter: rhythms.shown(charter.settings),
)  # fmt: skip

#: Everything there is to choose, in the order of the list.
CHOICES: Final = (NAME, OCCASION, ADDRESS, DAYS, HOURS, STATE, ZONE, RECEIPT, SPEAKERS, RECORDERS, LETTER)

_BY_WORD: Final = {
    fold(word): choice for choice in CHOICES for word in (choice.name, choice.english, *choice.aliases)
}

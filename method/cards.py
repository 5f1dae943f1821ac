# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the card of a meeting says, and what is said at its end: names only while it runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Final

from config.texts import Moment, Text, counted, joined, text, verbatim
from method.items import Kind, Label
from method.meetings import Meeting, Stage, title_and_place
from method.roles import DRAWN, Role, holder
from method.words import isolate

#: Names in the list of speakers.
NAMES: Final = 8

_SPACE: Final = " "


@dataclass(frozen=True, slots=True)
class Speakers:
    """The list of speakers as names."""

    now: str | None = None
    #: In the order in which they will speak, and whether they have spoken before.
    then: Sequence[tuple[str, bool]] = ()
    #: The list was asked for and nobody is left on it.
    over: bool = False


@dataclass(frozen=True, slots=True)
class Arisen:
    """What came up in a meeting: entries, entries to which something was added, and whether it decided."""

    entries: Sequence[Label] = ()
    noted: Sequence[Label] = ()
    #: The notes since the meeting before are named too.
    after_another: bool = False
    #: A core problem was agreed on.
    agreed: bool = False

    def __bool__(self) -> bool:
        return bool(self.entries or self.noted or self.agreed)


@dataclass(frozen=True, slots=True)
class Missed:
    """What of a meeting has passed while the bot was away."""

    meeting: bool = False
    reminder: bool = False

    def sentences(self) -> list[Text]:
        """Say so."""
        return [
            *([text("I could not be reached at that time.")] if self.meeting else []),
            *([text("I could not send the reminder.")] if self.reminder else []),
        ]


NOTHING: Final = Missed()


@dataclass(frozen=True, slots=True)
class Card:
    """Everything a card shows."""

    meeting: Meeting
    at: Moment
    roles: Mapping[Role, str] = field(default_factory=dict)
    speakers: Speakers = field(default_factory=Speakers)
    #: Sectors take turns.
    alternate: bool = False
    #: What shall be talked about, as lines.
    agenda: Sequence[Text] = ()
    missed: Missed = NOTHING


def shown(card: Card) -> Text:
    """Return the card: what it is, how to take part, who does what, who speaks."""
    label, about = card.meeting.label, about_meeting(card.meeting, card.at)
    if card.meeting.stage is Stage.ENDED and card.meeting.began_at is None:
        return text("Meeting {label}: {about}. It does not take place.", label=label, about=about)
    if card.meeting.stage is Stage.ENDED:
        over = text("Meeting {label}: {about}. It is over.", label=label, about=about)
        return joined([over, *card.missed.sentences()], _SPACE)
    head = [text("Meeting {label}: {about}. ✋ I would like to speak.", label=label, about=about)]
    if not any(role in card.roles for role in DRAWN):
        head.append(text("Draw roles: !rollen"))
    lines = [
        joined(head, _SPACE),
        text(
            "Without ✋: !rede. First come those yet to speak. Then sectors take turns, then the order of asking."
        )
        if card.alternate
        else text("Without ✋: !rede. First come those yet to speak, then the order of asking."),
    ]
    lines += card.agenda
    if card.roles:
        lines.append(_roles(card.roles))
    line = _speakers(card.speakers)
    return joined([*lines, line] if line else lines)


def about_meeting(meeting: Meeting, at: Moment) -> Text:
    """Return title, date, time and place."""
    title, place = title_and_place(meeting.title) if meeting.title else (None, None)
    parts = [verbatim(isolate(title))] if title else []
    parts.append(text("{moment}", moment=at))
    return joined([*parts, verbatim(isolate(place))] if place else parts, ", ")


def following(meeting: Meeting, at: Moment) -> Text:
    """Say which meeting comes next."""
    return text("Next meeting: {label}: {about}.", label=meeting.label, about=about_meeting(meeting, at))


def closing(
    meeting: Meeting,
    arisen: Arisen,
    step: Text,
    after: tuple[Meeting, Moment] | None,
    missed: Missed = NOTHING,
) -> Text:
    """Return the one message at the end: what arose, and how to go on; nobody is named."""
    over = text("{label} is over.", label=meeting.label)
    sentences = [over, *missed.sentences(), _entries(arisen.entries)]
    if arisen.noted:
        noted = ranges(arisen.noted)
        if arisen.after_another:
            sentences.append(text("Added to since the last meeting: {labels}.", labels=noted))
        else:
            sentences.append(text("Added to: {labels}.", labels=noted))
    tasks = [label for label in arisen.entries if label.kind is Kind.TASK]
    if tasks:
        sentences.append(text("Open tasks: {labels}.", labels=ranges(tasks)))
    decisions = [label for label in arisen.entries if label.kind is Kind.DECISION]
    if decisions:
        sentences.append(text("Decisions: {labels}.", labels=ranges(decisions)))
    # Without its words: who withdraws them would not find them here.
    if arisen.agreed:
        sentences.append(text("Decisions: the core problem, see !kernproblem."))
    elif not decisions:
        sentences.append(text("Decisions: none."))
    how = [
        step,
        *([following(*after)] if after else []),
        text(
            "Is something missing? Just write !barriere, !idee, !aufgabe or !entscheidung. At a glance: !board"
        ),
    ]
    return joined([joined(sentences, _SPACE), joined(how, _SPACE)])


def ranges(labels: Sequence[Label]) -> Text:
    """Return labels shortly: "B1 to B7, I2"."""
    ordered = sorted(set(labels), key=lambda label: label.place)
    parts: list[Text] = []
    for _, run in groupby(enumerate(ordered), key=lambda one: (one[1].kind, one[1].number - one[0])):
        together = [label for _, label in run]
        if len(together) > len(("first", "last")):
            parts.append(text("{first} to {last}", first=str(together[0]), last=str(together[-1])))
        else:
            parts += [verbatim(str(label)) for label in together]
    return joined(parts, ", ")


def _entries(entries: Sequence[Label]) -> Text:
    parts = []
    for kind in (Kind.BARRIER, Kind.IDEA):
        labels = [label for label in entries if label.kind is kind]
        named = ranges(labels)
        if len(labels) > 1 and kind is Kind.BARRIER:
            named = text("{count} barriers ({labels})", count=len(labels), labels=named)
        elif len(labels) > 1:
            named = text("{count} ideas ({labels})", count=len(labels), labels=named)
        parts += [named] if labels else []
    return text("New: {entries}.", entries=joined(parts, ", ")) if parts else text("New: nothing.")


def _roles(roles: Mapping[Role, str]) -> Text:
    who = joined([holder(role, name) for role, name in roles.items()], ", ")
    sentences = [text("For this meeting: {roles}.", roles=who)]
    free = sum(role not in roles for role in DRAWN)
    if free:
        sentences.append(
            counted(
                "{n} role is free: !rolle and then the role.",
                "{n} roles are free: !rolle and then the role.",
                free,
            )
        )
    sentences.append(text("The roles hold for this meeting only. Swap: !rolle zeit and then the name."))
    if Role.VOICE in roles:
        sentences.append(
            text(
                "The voice looks after the view of the target group; all may. Give it back: !rolle zielgruppe zurück"
            )
        )
    else:
        sentences.append(text("Voice of the target group, whoever wants to: !rolle zielgruppe"))
    return joined(sentences, _SPACE)


def _speakers(speakers: Speakers) -> Text | None:
    sentences = [text("Speaking now: {name}.", name=speakers.now)] if speakers.now else []
    if speakers.then:
        names = [
            text("{name} (once more)", name=name) if again else verbatim(name)
            for name, again in speakers.then[:NAMES]
        ]
        if len(speakers.then) > NAMES:
            names.append(text("and more"))
        following = joined(names, ", ")
        then = (
            text("Then: {names}.", names=following)
            if speakers.now
            else text("Next: {names}.", names=following)
        )
        sentences.append(then)
    elif speakers.over and not speakers.now:
        sentences.append(text("The list of speakers is empty."))
    return joined(sentences, _SPACE) if sentences else None

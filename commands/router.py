# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Finds the handler for what people do: a command word, or an event of a kind."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, Protocol, Self

from rapidfuzz.distance import OSA

from commands.context import Context
from config.texts import Text
from method.events import Event, Message
from method.items import Label
from method.timers import Timer
from method.words import fold


class Args(Protocol):
    """What a command needs, read from the words behind it."""

    @classmethod
    def read(cls, words: str, about: Label | None) -> Self:
        """Read the words; ``about`` is the item the message replies to.

        Raises:
            UserError: something is missing; the sentence carries an example.
            Missing: one thing is missing and can be asked for, the rest is kept.
        """
        ...


def _always(_words: str) -> bool:
    return True


def _never(_words: str) -> bool:
    return False


def _rule(always: bool | Callable[[str], bool]) -> Callable[[str], bool]:
    if callable(always):
        return always
    return _always if always else _never


@dataclass(frozen=True, slots=True)
class Command:
    """A command word with everything that is known about it."""

    #: As German texts write it, and as English texts write it.
    name: str
    english: str
    aliases: tuple[str, ...]
    handler: Callable[[Context, Message, Any], Awaitable[None]]
    args: type[Args] | None
    #: What comes behind the word, in the reader's language; None where nothing does.
    usage: Text | None
    help: Text
    example: Text | None
    power_level: int
    #: Whether it belongs to a group, which may depend on the words behind the command.
    needs_group: Callable[[str], bool]
    #: Of these words nothing may be kept beside the person, not even for a question.
    discreet: Callable[[str], bool]
    #: With these words it can be nothing else, and is about the person alone: it never answers a question.
    personal: Callable[[str], bool]
    #: It stores the person's words; they are not lost when there are too many.
    keeps: bool
    #: It only shows: the board is afterwards as it was.
    shows: bool
    #: With these words it sets something that can be set again: an edit of the message does.
    sets: Callable[[str], bool]

    def word(self, language: str) -> str:
        """Return the command word in ``language``."""
        return self.english if language == "en" else self.name

    def words(self) -> Iterator[str]:
        """Yield every word that calls this command, as written."""
        yield from dict.fromkeys((self.name, self.english, *self.aliases))


#: Returns days to come, with what happens on them.
Days = Callable[[Context], Awaitable[list[tuple[date, Text]]]]


@dataclass(slots=True)
class Router:
    """The commands and listeners of one topic, or of all of them."""

    commands: list[Command] = field(default_factory=list)
    listeners: list[tuple[type[Event], Callable[[Context, Any], Awaitable[bool]]]] = field(
        default_factory=list
    )
    timers: dict[str, Callable[[Context, Timer], Awaitable[None]]] = field(default_factory=dict)
    #: Kinds of promises that are never given up.
    lasting: set[str] = field(default_factory=set)
    #: What people are told of promises to come, by kind (``!termine``).
    names: dict[str, Callable[[Context, Timer], Awaitable[Text | None]]] = field(default_factory=dict)
    #: The same for promises whose moment is not what people wait for: days to come, with what happens on them.
    days: dict[str, Days] = field(default_factory=dict)

    def command(
        self,
        name: str,
        english: str,
        *aliases: str,
        help: Text,  # noqa: A002 -- the field's word, keyword only in decorators
        args: type[Args] | None = None,
        usage: Text | None = None,
        example: Text | None = None,
        power_level: int = 0,
        needs_group: bool | Callable[[str], bool] = True,
        discreet: Callable[[str], bool] = _never,
        personal: Callable[[str], bool] = _never,
        keeps: bool = False,
        shows: bool = False,
        sets: bool | Callable[[str], bool] = False,
    ) -> Callable[
        [Callable[[Context, Message, Any], Awaitable[None]]],
        Callable[[Context, Message, Any], Awaitable[None]],
    ]:
        """Register the decorated function as the handler of a command word."""

        def register(
            handler: Callable[[Context, Message, Any], Awaitable[None]],
        ) -> Callable[[Context, Message, Any], Awaitable[None]]:
            self.commands.append(
                Command(
                    name,
                    english,
                    aliases,
                    handler,
                    args,
                    usage,
                    help,
                    example,
                    power_level,
                    _rule(needs_group),
                    discreet,
                    personal,
                    keeps,
                    shows,
                    _rule(sets),
                )
            )
            return handler

        return register

    def on(
        self, kind: type[Event]
    ) -> Callable[[Callable[[Context, Any], Awaitable[bool]]], Callable[[Context, Any], Awaitable[bool]]]:
        """Register the decorated function for events of ``kind``; it returns whether the event was its own."""

        def register(
            listener: Callable[[Context, Any], Awaitable[bool]],
        ) -> Callable[[Context, Any], Awaitable[bool]]:
            self.listeners.append((kind, listener))
            return listener

        return register

    def timer(
        self, kind: str, *, lasts: bool = False
    ) -> Callable[[Callable[[Context, Timer], Awaitable[None]]], Callable[[Context, Timer], Awaitable[None]]]:
        """Register the decorated function as the one that keeps promises of ``kind``.

        Kinds are the topic's name, a dot and what is done, for example "board.update"; they stand in the
        database, so a kind once used keeps its handler. What ``lasts`` must happen some time, however often it fails.

        Raises:
            ValueError: another function keeps them.
        """

        def register(
            handler: Callable[[Context, Timer], Awaitable[None]],
        ) -> Callable[[Context, Timer], Awaitable[None]]:
            self._take_timers({kind: handler})
            if lasts:
                self.lasting.add(kind)
            return handler

        return register

    def names_timer(
        self, kind: str
    ) -> Callable[
        [Callable[[Context, Timer], Awaitable[Text | None]]],
        Callable[[Context, Timer], Awaitable[Text | None]],
    ]:
        """Register the decorated function as the one that says what a promise of ``kind`` is, without its time.

        None: nobody needs to know. Kinds without such a function are never shown.
        """

        def register(
            name: Callable[[Context, Timer], Awaitable[Text | None]],
        ) -> Callable[[Context, Timer], Awaitable[Text | None]]:
            self.names[kind] = name
            return name

        return register

    def names_days(self, kind: str) -> Callable[[Days], Days]:
        """Register the decorated function as the one that says on which days is what promises of ``kind`` are about.

        A word before the day is due at another moment, and perhaps to one person only; the day concerns the group.
        """

        def register(days: Days) -> Days:
            self.days[kind] = days
            return days

        return register

    def include(self, *others: Router) -> None:
        """Take over what other routers have registered, in their order."""
        for other in others:
            self.commands.extend(other.commands)
            self.listeners.extend(other.listeners)
            self._take_timers(other.timers)
            self.lasting |= other.lasting
            self.names.update(other.names)
            self.days.update(other.days)

    def folded(self) -> dict[str, Command]:
        """Return the commands by folded word.

        Raises:
            ValueError: two commands share a word.
        """
        table: dict[str, Command] = {}
        for command in self.commands:
            for word in command.words():
                if table.setdefault(fold(word), command) is not command:
                    raise ValueError(f"!{word} calls two commands")
        return table

    async def tell(self, ctx: Context, event: Event) -> bool:
        """Offer ``event`` to every listener of its kind; return whether it was anybody's."""
        taken = False
        for kind, listener in self.listeners:
            if isinstance(event, kind):
                taken = await listener(ctx, event) or taken
        return taken

    async def ring(self, ctx: Context, timer: Timer) -> None:
        """Keep the promise that is due.

        Raises:
            LookupError: nobody keeps promises of this kind.
        """
        if timer.kind not in self.timers:
            raise LookupError(f"no handler for {timer.kind}")
        await self.timers[timer.kind](ctx, timer)

    def _take_timers(self, more: Mapping[str, Callable[[Context, Timer], Awaitable[None]]]) -> None:
        for kind, handler in more.items():
            if self.timers.setdefault(kind, handler) is not handler:
                raise ValueError(f"two functions keep promises of the kind {kind}")


def nearest(commands: Mapping[str, Command], word: str) -> list[Command]:
    """Return those of the ``commands``, by folded word, whose words are nearest to ``word``, if near enough."""
    word = fold(word)
    if len(word) <= _VERY_SHORT:
        return []
    most = 1 if len(word) < _SHORT else _NEAR
    found: dict[int, list[Command]] = {}
    for known, command in commands.items():
        distance = OSA.distance(word, known, score_cutoff=most)
        if distance <= most and len(known) > _VERY_SHORT and command not in found.setdefault(distance, []):
            found[distance].append(command)
    return found[min(found)] if any(found.values()) else []


#: So many letters may be wrong in a word; in a short one only one, in a very short one none.
_NEAR: Final = 2
_SHORT: Final = 6
_VERY_SHORT: Final = 3

#: Level from which a person moderates (guarantees: the room's own power levels decide).
MODERATION: Final = 50

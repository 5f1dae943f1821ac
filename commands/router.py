# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Finds the handler for what people do: a command word, or an event of a kind."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final, Protocol, Self

from commands.context import Context
from config.texts import Text
from method.events import Event, Message
from method.items import Label
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
    needs_group: bool
    #: It stores the person's words; they are not lost when there are too many.
    keeps: bool

    def word(self, language: str) -> str:
        """Return the command word in ``language``."""
        return self.english if language == "en" else self.name

    def words(self) -> Iterator[str]:
        """Yield every word that calls this command, as written."""
        yield from dict.fromkeys((self.name, self.english, *self.aliases))


@dataclass(slots=True)
class Router:
    """The commands and listeners of one topic, or of all of them."""

    commands: list[Command] = field(default_factory=list)
    listeners: list[tuple[type[Event], Callable[[Context, Any], Awaitable[bool]]]] = field(
        default_factory=list
    )

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
        needs_group: bool = True,
        keeps: bool = False,
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
                    needs_group,
                    keeps,
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

    def include(self, *others: Router) -> None:
        """Take over what other routers have registered, in their order."""
        for other in others:
            self.commands.extend(other.commands)
            self.listeners.extend(other.listeners)

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


#: Level from which a person moderates (guarantees: the room's own power levels decide).
MODERATION: Final = 50

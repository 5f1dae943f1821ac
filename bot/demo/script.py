# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Read a written conversation (three_weeks.yml): who says what, and what the bot must answer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Self

import yaml
from pydantic import BaseModel, ConfigDict, model_validator

from method.settings import BERLIN

THREE_WEEKS = Path(__file__).with_name("three_weeks.yml")

#: The first day, a Monday.
BEGINS = date(2027, 2, 22)

#: Between the beginning and the end of a text of which the middle does not matter.
BETWEEN = " …"

#: A target that starts like this is the bot's answer to the line, not the line itself.
ANSWER = "bot:"


class Room(StrEnum):
    """Where a line is written."""

    GROUP = "group"
    DM = "dm"


class Action(StrEnum):
    """What a person does."""

    SAY = "say"
    REPLY = "reply"
    THREAD = "thread"
    REACT = "react"
    UNREACT = "unreact"
    VOTE = "vote"
    EDIT = "edit"
    REDACT = "redact"
    JOIN = "join"
    ATTACH = "attach"
    WAIT = "wait"


#: Actions that refer to an earlier message.
AIMED = frozenset(
    {
        Action.REPLY,
        Action.THREAD,
        Action.REACT,
        Action.UNREACT,
        Action.VOTE,
        Action.EDIT,
        Action.REDACT,
    }
)


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Expect(_Frozen):
    """What the bot does because of one line; the head of three_weeks.yml explains the fields."""

    reaction: str | None = None
    offers: tuple[str, ...] = ()
    at: str | None = None
    reply: str | None = None
    edit: str | None = None
    private: str | None = None
    privates: Mapping[str, str] = {}
    picture: str | None = None
    file: str | None = None
    pinned: bool = False
    says: tuple[str, ...] = ()
    hides: tuple[str, ...] = ()
    nothing: bool = False

    @model_validator(mode="after")
    def _is_one_or_the_other(self) -> Self:
        private = self.private or self.privates
        something = self.reaction or self.reply or self.edit or private or self.picture or self.file
        if bool(something) == self.nothing:
            raise ValueError(
                "an expectation is either `nothing` or at least one of "
                "reaction, reply, edit, private, privates, picture, file"
            )
        if self.at and not self.reaction:
            raise ValueError("`at` needs a reaction")
        if (self.says or self.hides or self.pinned) and not self.reply:
            raise ValueError("`says`, `hides` and `pinned` need a reply")
        return self


class Line(_Frozen):
    """One thing that one person does."""

    id: str
    day: int
    time: str
    actor: str
    room: Room = Room.GROUP
    action: Action = Action.SAY
    target: str | None = None
    text: str = ""
    expect: Expect

    @property
    def at(self) -> datetime:
        """When it happens."""
        moment = time.fromisoformat(self.time)
        return datetime.combine(BEGINS + timedelta(days=self.day - 1), moment, BERLIN)

    @property
    def numbers(self) -> tuple[int, ...]:
        """What is voted for."""
        return tuple(map(int, self.text.split()))

    @property
    def told(self) -> Mapping[str, str]:
        """What the bot writes to which person alone."""
        mine = {self.actor: self.expect.private} if self.expect.private else {}
        return {**mine, **self.expect.privates}

    @property
    def answers_bot(self) -> bool:
        """Is the target the bot's answer, not a person's message?"""
        return self.target is not None and self.target.startswith(ANSWER)

    @property
    def target_line(self) -> str | None:
        """The id of the line that is meant by ``target``, with or without ``bot:``."""
        return self.target.removeprefix(ANSWER) if self.target else None

    @model_validator(mode="after")
    def _has_a_target(self) -> Self:
        # What is said aims at nothing, but may let the bot edit a post of its own.
        edits = self.expect.edit is not None and self.answers_bot
        if self.target is None if self.action in AIMED else self.target is not None and not edits:
            raise ValueError(f"{self.id}: {self.action} and target do not go together")
        return self


class Role(_Frozen):
    """One person of the cast."""

    name: str
    sector: str
    moderator: bool = False


class Board(_Frozen):
    """What the message of the board that the bot keeps up to date shows at the end."""

    says: tuple[str, ...] = ()
    hides: tuple[str, ...] = ()

    def wrong(self, text: str) -> str | None:
        """Say what is wrong with this text, or None."""
        return wrong(Expect(reply=text, says=self.says, hides=self.hides), text)


class Script(_Frozen):
    """A whole conversation."""

    cast: Mapping[str, Role]
    lines: tuple[Line, ...]
    board: Board = Board()

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        seen: set[str] = set()
        for line in self.lines:
            if line.actor not in self.cast:
                raise ValueError(f"{line.id}: {line.actor} is not in the cast")
            if strangers := line.expect.privates.keys() - self.cast.keys():
                raise ValueError(f"{line.id}: {sorted(strangers)} are not in the cast")
            for earlier in (line.target_line, line.expect.at):
                if earlier and earlier not in seen:
                    raise ValueError(f"{line.id}: {earlier} is not an earlier line")
            if line.id in seen:
                raise ValueError(f"{line.id} occurs twice")
            seen.add(line.id)
        return self


def load(path: Path = THREE_WEEKS) -> Script:
    """Read and check a script.

    Raises:
        pydantic.ValidationError: the file contradicts itself.
    """
    return Script.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))


def matches(expected: str, text: str) -> bool:
    """Is ``text`` what was expected? " …" stands for anything, at the end or between beginning and end."""
    beginning, between, end = expected.partition(BETWEEN)
    return text.startswith(beginning) and text.endswith(end.lstrip()) if between else text == expected


def wrong(expect: Expect, text: str) -> str | None:
    """Say what is wrong with the bot's message ``text``, or None if it fits ``expect``."""
    if expect.reply is not None and not matches(expect.reply, text):
        return f"expected “{expect.reply}”, got “{text}”"
    position = 0
    for part in expect.says:
        found = text.find(part, position)
        if found < 0:
            return f"“{part}” is missing in “{text}”"
        position = found + len(part)
    hidden = next((part for part in expect.hides if part in text), None)
    return f"“{hidden}” must not occur in “{text}”" if hidden else None

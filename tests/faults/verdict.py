# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What became of everything people asked of the bot, as a third person finds it in the room and the export."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass
from itertools import pairwise
from typing import Any, Final

from bot.demo.people import Person
from bot.demo.process import BotProcess
from bot.demo.timeline import Kind, Seen
from tests.real.group import plain

COMMAND: Final = "!barriere "
QUESTION: Final = "!test"
_RECEIPT: Final = re.compile(r"✅ B(\d+)")


@dataclass(frozen=True, slots=True)
class Verdict:
    """Counts; all but the first two are harm."""

    commands: int = 0
    questions: int = 0
    #: Without a receipt, an item or an answer.
    lost: int = 0
    #: With two of them, and whatever else the bot said twice.
    doubled: int = 0
    #: Neighbours in the timeline whose numbers descend.
    disordered: int = 0
    #: Events of the bot that somebody's client cannot read.
    unreadable: int = 0
    #: Messages of the bot without encryption in an encrypted room.
    in_plaintext: int = 0

    def __add__(self, other: Verdict) -> Verdict:
        return Verdict(*(mine + its for mine, its in zip(astuple(self), astuple(other), strict=True)))

    @property
    def harm(self) -> dict[str, int]:
        """What must not be."""
        return {
            "lost": self.lost,
            "doubled": self.doubled,
            "out of order": self.disordered,
            "unreadable": self.unreadable,
            "in plaintext": self.in_plaintext,
        }


#: All is well.
NO_HARM: Final = Verdict().harm


async def of_room(room_id: str, bot: BotProcess, reader: Person, others: Iterable[Person] = ()) -> Verdict:
    """Look at everything in a room.

    Args:
        room_id: the room.
        bot: whose doing is judged; asked for the export only.
        reader: reads the room's timeline from the homeserver.
        others: whose clients must be able to read the bot too.
    """
    code, output = await bot.run("export", "--room", room_id)
    items = json.loads(output)["items"] if code == 0 else []
    events = await reader.history(room_id)
    encrypted = any(event.type == "m.room.encryption" for event in events)
    verdict = judge(events, items, bot.user_id, encrypted=encrypted)
    unread = sum(
        event.kind is Kind.UNREADABLE and event.room_id == room_id and event.sender == bot.user_id
        for person in others
        for event in person.timeline
    )
    return verdict + Verdict(unreadable=unread)


def judge(
    events: Sequence[Seen], items: Sequence[Mapping[str, Any]], bot: str, *, encrypted: bool
) -> Verdict:
    """Compare what people wrote with what the bot made of it.

    Args:
        events: the room's timeline, oldest first, decrypted.
        items: those of the group's export.
        bot: the bot's user id.
        encrypted: whether the room is.
    """
    people = [event for event in events if event.sender != bot and event.kind is Kind.MESSAGE]
    commands = [event for event in people if event.body.startswith(COMMAND)]
    questions = [event for event in people if event.body == QUESTION]
    said = [event for event in events if event.sender == bot]
    receipts, answers = _numbers(said), Counter(event.target for event in said if event.kind is Kind.MESSAGE)
    found: defaultdict[str, list[str]] = defaultdict(list)
    for item in items:
        found[item["text"]].append(item["id"])

    lost = sum(not answers[question.event_id] for question in questions)
    doubled = repetitions(said)
    order = []
    for command in commands:
        numbers, labels = receipts[command.event_id], found[command.body.removeprefix(COMMAND)]
        lost += not numbers or labels[:1] != [f"B{numbers[0]}"]
        doubled += len(numbers) > 1 or len(labels) > 1
        order += numbers[:1]
    return Verdict(
        commands=len(commands),
        questions=len(questions),
        lost=lost,
        doubled=doubled,
        disordered=sum(one > next_ for one, next_ in pairwise(order)),
        unreadable=sum(event.kind is Kind.UNREADABLE for event in said),
        in_plaintext=sum(
            event.type == "m.room.message" and not event.encrypted for event in said if encrypted
        ),
    )


def most_within(times: Iterable[float], seconds: float) -> int:
    """How many of these moments lie in the busiest stretch of so many seconds."""
    waiting: deque[float] = deque()
    most = 0
    for at in sorted(times):
        waiting.append(at)
        while at - waiting[0] >= seconds:
            waiting.popleft()
        most = max(most, len(waiting))
    return most


def _numbers(said: Iterable[Seen]) -> defaultdict[str | None, list[int]]:
    numbers: defaultdict[str | None, list[int]] = defaultdict(list)
    for event in said:
        receipt = _RECEIPT.fullmatch(plain(event.key)) if event.kind is Kind.REACTION else None
        if receipt is not None:
            numbers[event.target].append(int(receipt[1]))
    return numbers


def repetitions(said: Iterable[Seen]) -> int:
    """How often the bot said the same about the same once more."""
    messages = Counter((event.body, event.target) for event in said if event.kind is Kind.MESSAGE)
    return sum(times - 1 for times in messages.values() if times > 1)

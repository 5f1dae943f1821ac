# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Draw the roles of a meeting among those present, and swap them; one is only taken willingly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import SystemRandom
from typing import Final, Self

from commands import cards
from commands.context import Context
from commands.router import Router
from config.texts import text
from method.errors import Missing, UserError
from method.events import Message
from method.ids import PersonId, UserId
from method.items import Label
from method.roles import DRAWN, Role, draw, give, read_role
from method.words import fold, isolate
from storage import meetings, people, roles, rooms
from storage.rooms import Member

router: Final = Router()

_CHANCE: Final = SystemRandom()
_BACK: Final = frozenset(map(fold, ("zurück", "abgeben", "zurückgeben", "back", "return")))
#: What is left of "Stimme der Zielgruppe" behind its first word.
_OF_THE_GROUP: Final = frozenset(("der", "zielgruppe", "of", "the", "target", "group"))
_ME: Final = frozenset(map(fold, ("ich", "mich", "mir", "me", "i", "myself")))


@dataclass(frozen=True, slots=True)
class Wanted:
    """Who is to have which role; without a role all are drawn."""

    role: Role | None
    #: As typed; empty for the person who speaks.
    name: str

    @classmethod
    def read(cls, words: str, about: Label | None) -> Self:
        """Read the role and the name behind it."""
        first, _, rest = words.strip().partition(" ")
        if not first:
            return cls(None, "")
        role = read_role(first)
        if role is None:
            raise UserError(
                text("The roles are: gesprächsleitung, zeit, board, zielgruppe. Example: !rolle zeit Lina")
            )
        if role is Role.VOICE:
            rest = " ".join(word for word in rest.split() if fold(word) not in _OF_THE_GROUP)
        return cls(role, rest.strip(" :,"))


@router.command(
    "rollen", "roles", "rolle", "role",
    args=Wanted,
    help=text("draw the roles of a meeting; swap: !rolle zeit and then the name; by will: !rolle zielgruppe"),
    example=text("!rollen"),
)  # fmt: skip
async def assign(ctx: Context, message: Message, args: Wanted) -> None:
    """Draw three different people, give one role to one person, or take the voice; the card shows it."""
    meeting = await cards.current(ctx)
    if not ctx.direct:
        await meetings.notice(ctx.db, meeting.id, await ctx.author())
    before = await roles.of_meeting(ctx.db, meeting.id)
    if args.role is None:
        drawn = draw(await cards.present(ctx, meeting), _CHANCE)
        held = {role: person for role, person in before.items() if role not in DRAWN}
        held |= {role: (await people.get_or_add(ctx.db, user)).id for role, user in drawn.items()}
    elif args.role is Role.VOICE:
        held = _voice(before, await ctx.author(), args.name)
    else:
        user = await _meant(ctx, args.role, args.name)
        person = await people.get_or_add(ctx.db, user)
        held = give(before, args.role, person.id)
    await roles.save(ctx.db, meeting.id, held)
    await cards.show(ctx, meeting)
    await ctx.acknowledge(message.event_id, f"✅ {meeting.label}")


def _voice(before: Mapping[Role, PersonId], speaker: PersonId, name: str) -> dict[Role, PersonId]:
    """Let who speaks take the voice of the target group, or give it back; to nobody else is it given."""
    if fold(name) in _BACK:
        return {role: person for role, person in before.items() if (role, person) != (Role.VOICE, speaker)}
    if name and fold(name) not in _ME:
        raise UserError(text("This role is only taken by who wants it. Anybody may: !rolle zielgruppe"))
    return give(before, Role.VOICE, speaker)


async def _meant(ctx: Context, role: Role, name: str) -> UserId:
    if not name or fold(name) in _ME:
        return ctx.user
    members = await rooms.members(ctx.db, await ctx.group_room())
    found = _named([m for m in members if m.membership == "join" and m.user_id != ctx.me], name)
    if len(found) == 1:
        return found[0].user_id
    shown = isolate(name[:50])
    if found:
        question = text(
            "Several people are called {name}. Reply with the whole ID, for example {example}.",
            name=shown,
            example=found[0].user_id,
        )
    else:
        question = text("I find nobody called {name}. Reply with the name as the room shows it.", name=shown)
    raise Missing(question, f"rolle {role.value} {{}}")


def _named(members: Sequence[Member], name: str) -> list[Member]:
    """Return whom a name means: by the whole ID, the whole name, or a part of it."""
    wanted = fold(name)
    ways = (
        [m for m in members if m.user_id.casefold() == name.casefold()],
        [m for m in members if fold(m.name) == wanted],
        [m for m in members if fold(m.user_id.partition(":")[0]) == wanted],
        [m for m in members if wanted in map(fold, m.name.split())],
    )
    return next((found for found in ways if found), [])

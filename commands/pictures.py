# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Show the board, the five steps or the sprint as a picture, with a caption that says the same."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final, Self

from commands import tasking
from commands.around import today
from commands.context import Context
from commands.router import Router
from config.texts import text
from method import pictures
from method.burn_ups import burn_up
from method.errors import UserError
from method.events import Message
from method.items import Label
from method.pictures import Picture
from method.polls.results import in_order
from method.sectors import NAMED, OWN_EXPERIENCE
from method.sprints import days
from method.words import fold
from storage import boards, items, polls, sectors, sprints

router: Final = Router()


class Subject(Enum):
    """What a picture can show, by the words people use for it."""

    BOARD = "board tafel übersicht barrieren ideen brett"
    STEPS = "schritte schritt steps step phasen phase"
    SECTORS = "bereiche bereich sektoren sectors sector"
    SPRINT = "sprint sprints burnup aufgaben tasks"


_SUBJECTS: Final = {fold(word): subject for subject in Subject for word in subject.value.split()}


@dataclass(frozen=True, slots=True)
class Wanted:
    """The picture that is asked for; the board if nothing is said."""

    subject: Subject

    @classmethod
    def read(cls, words: str, about: Label | None) -> Self:
        """Read the first word.

        Raises:
            UserError: there is no such picture.
        """
        word = fold(words.split(maxsplit=1)[0]) if words.split() else ""
        if word and word not in _SUBJECTS:
            raise UserError(
                text("The pictures are: !bild board, !bild schritte, !bild bereiche and !bild sprint")
            )
        return cls(_SUBJECTS.get(word, Subject.BOARD))


@router.command(
    "bild", "image", "picture", "boardbild", "foto",
    args=Wanted,
    help=text("the board, the five steps or the sprint as a picture"),
    example=text("!bild schritte"),
)  # fmt: skip
async def picture(ctx: Context, message: Message, args: Wanted) -> None:
    """Freeze what the picture shows; it is drawn when it is sent."""
    group, subject = ctx.require_group(), None
    if args.subject is Subject.STEPS:
        drawn = pictures.steps(ctx.now, await ctx.zone(), group.step, ctx.language)
    elif args.subject is Subject.SECTORS:
        drawn = await _sectors(ctx)
    elif args.subject is Subject.SPRINT:
        drawn, subject = await _sprint(ctx)
    else:
        listed = await items.listing(ctx.db, group.id)
        voted = in_order(one for one in await polls.everything(ctx.db, group.id) if not one[0].is_open)
        zone = await ctx.zone()
        drawn = pictures.board(ctx.now, zone, group.step, group.goal, listed, ctx.language, voted)
        subject = f"{boards.pictures(group.id)}:board"
    await ctx.send_picture(drawn, to=message.event_id, subject=subject)


async def _sprint(ctx: Context) -> tuple[Picture, str]:
    """Show the sprint that runs, else the latest one; return the picture and its outbox subject."""
    sprint = await sprints.latest(ctx.db, ctx.group_id)
    if sprint is None:
        raise UserError(text("There was no sprint yet. To begin one: !sprint start bis 19.3. Ziel: Text"))
    zone = await ctx.zone()
    found = days(sprint, await tasking.all_of_group(ctx), await today(ctx), zone)
    drawn = burn_up(ctx.now, zone, sprint, found, ctx.language)
    return drawn, f"{sprints.subject(sprint.id, 'picture')}:post"


async def _sectors(ctx: Context) -> Picture:
    """Show how many entries come from each sector, of those in which enough people are."""
    known = [*NAMED, OWN_EXPERIENCE, *await sectors.added(ctx.db, ctx.group_id)]
    names = {sector.key: sector.name.render(ctx.language) for sector in known}
    entries = await sectors.entries_by_sector(ctx.db, ctx.group_id)
    unsaid = entries.pop("", 0)
    people = await sectors.people_by_sector(ctx.db, ctx.group_id, await ctx.group_room())
    # A sector that the group has taken off its list has no name to show any more.
    unsaid += sum(entries.pop(key) for key in set(entries) - set(names))
    merged = pictures.merged(entries, {key: number for key, number in people.items() if key in names})
    # What may not be shown by itself, nor together with others, is shown as not said.
    unsaid += sum(entries.values()) - sum(merged.values())
    shown = {names.get(key, ""): number for key, number in merged.items()}
    return pictures.sectors(ctx.now, await ctx.zone(), shown, unsaid, ctx.language)

# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Show people what is connected with their account, and forget it at their word or when they leave."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, Self

import structlog

from commands import cards, checking, entries, questions, retrospecting, tasking
from commands.context import Context
from commands.router import Router
from config.texts import Text, joined, text
from method import own_data
from method.errors import UserError
from method.events import Message
from method.items import Label
from method.settings import BERLIN
from method.words import fold, is_blank
from storage import checkins, groups, items, notes, objections, personal, retros, seats, tasks

router: Final = Router()
logger = structlog.get_logger(__name__)

#: What confirms, and what confirms that entries go too.
_YES: Final = frozenset(map(fold, ("ja", "yes")))
_ALL: Final = frozenset(map(fold, ("alles", "all", "everything")))


@router.command(
    "meinedaten", "mydata", "auskunft",
    help=text("everything connected with your account (direct message only)"),
    example=text("!meinedaten"),
    needs_group=False,
)  # fmt: skip
async def my_data(ctx: Context, message: Message, _args: None) -> None:
    """Show everything connected with the account, over all groups."""
    if not ctx.direct:
        await ctx.tell(ctx.user, _by_direct_message(text("!meinedaten")), asked=True)
        return
    found = await personal.everything(ctx.db, ctx.user, now=ctx.now)
    await ctx.reply(
        joined(
            [
                text("This is connected with the account {account}:", account=found["account"]),
                *own_data.told(found["data"], ctx.now.astimezone(BERLIN).date()),
                text("The numbers of messages to me belong to it, without their words."),
                text("Anonymous entries are not here: I do not know who they come from."),
                text("Messages in the rooms lie on the servers. I do not keep them."),
                text("To delete it: vergissmich"),
            ]
        )
    )
    await ctx.send_file(
        (json.dumps(found, ensure_ascii=False, indent=2) + "\n").encode(),
        name=f"meine-daten-{ctx.now.astimezone(BERLIN):%Y-%m-%d}.json",
        mimetype="application/json",
        caption=text("Everything that belongs to it, as a file for programs."),
    )


@dataclass(frozen=True, slots=True)
class Confirmed:
    """How much is to be forgotten; nothing yet where it was not confirmed."""

    confirmed: bool
    entries: bool

    @classmethod
    def read(cls, words: str, about: Label | None) -> Self:
        """Read the confirmation."""
        word = fold(words)
        if not is_blank(words) and word not in _YES | _ALL:
            raise UserError(text("Nothing is deleted. To go on: vergissmich, and then JA or ALLES."))
        return cls(not is_blank(words), word in _ALL)


@router.command(
    "vergissmich", "forgetme", "löschmich",
    args=Confirmed,
    help=text("delete everything connected with your account (direct message only)"),
    example=text("!vergissmich"),
    needs_group=False,
)  # fmt: skip
async def forget_me(ctx: Context, message: Message, args: Confirmed) -> None:
    """Forget the account, after one question."""
    if not ctx.direct:
        await ctx.tell(ctx.user, _by_direct_message(text("!vergissmich")), asked=True)
        return
    if not args.confirmed:
        words = joined(
            [
                text("I delete everything connected with this account."),
                text("Its entries stay, without a link to the account. Entries too? Then write ALLES."),
                text("Only the app can delete the account's own chat messages."),
                text("To go on: JA."),
            ]
        )
        await questions.ask(ctx, message, "confirm", "vergissmich {}", words)
        return
    if args.entries:
        await _erase_entries(ctx)
    # The outbox does not say because of whom the card changed.
    quiet = replace(ctx, cause=f"forgotten:person:{ctx.person.id if ctx.person else None}")
    said = await checkins.of_person(ctx.db, ctx.person.id) if ctx.person else []
    cards_of = await retros.of_person(ctx.db, ctx.person.id) if ctx.person else []
    theirs = await tasks.of_person(ctx.db, ctx.person.id) if ctx.person else []
    counts = await personal.forget(ctx.db, ctx.user)
    _log(counts)
    for checkin in said:
        group = await groups.get(ctx.db, checkin.group_id)
        await checking.show(quiet.for_group(group), checkin)
    for retro_id in cards_of:
        retro = await retros.by_id(ctx.db, retro_id)
        await retrospecting.follow(quiet.for_group(await groups.get(ctx.db, retro.group_id)), retro)
    for group in await groups.of_member(ctx.db, ctx.user):
        await cards.follow(quiet.for_group(group), counts)
        await checking.follow(quiet.for_group(group))
    await tasking.nameless(quiet, theirs)
    if args.entries:
        done = text("Deleted, with all entries and my posts about them.")
    else:
        done = text("Deleted. Only the moderation can change the entries from now on.")
    rest = text(
        "The list of members comes from the server and stays. For anonymous entries only the code helps."
    )
    await ctx.reply(joined([done, rest]))


async def _erase_entries(ctx: Context) -> None:
    if ctx.person is None:
        return
    own, added = await personal.written(ctx.db, ctx.person.id)
    for item_id in own:
        # Named by the entry: the outbox does not say who had it deleted.
        await entries.take_back_posts(replace(ctx, cause=f"forgotten:item:{item_id}"), item_id)
        await items.withdraw(ctx.db, item_id, erase=True, now=ctx.now)
    for item_id, note_id in added:
        quiet = replace(ctx, cause=f"forgotten:note:{note_id}")
        await entries.take_back_posts(quiet, item_id, note_id)
        await notes.withdraw(ctx.db, note_id, erase=True, now=ctx.now)
    for seat_id in await seats.written(ctx.db, ctx.person.id):
        await seats.erase(ctx.db, seat_id)
    await objections.take_back_all(ctx.db, ctx.person.id)


def _log(counts: Mapping[str, int]) -> None:
    """Leave a proof that it was done: numbers, and nothing about whom it was."""
    if counts:
        logger.info("forgotten", **{f"{table}_rows": count for table, count in counts.items()})


def _by_direct_message(word: Text) -> Text:
    return text("That works by direct message to me: {word}", word=word)

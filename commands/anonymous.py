# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Take entries without a name by direct message, and publish them together at the next full hour.

Nothing connects an entry with whoever wrote it: its row names neither person nor event nor room nor the
moment it came, the answer's row in the outbox looks like that of any answer, and questions keep none of its words.
That the same message is not taken twice is known from the journal, in the same transaction.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Self

from commands import entries
from commands.context import Context
from commands.router import Router
from config.texts import text
from method import codes
from method.anonymous import kind_and_text, promise, publication
from method.drafts import Draft, draft
from method.errors import Missing, UserError
from method.events import Edit, Message
from method.hours import full_hour, is_working_time
from method.items import Kind, Label, State
from method.timers import Timer
from method.words import fold, is_blank, parse_command
from storage import anonymous, inbox, items, traces

router: Final = Router()

_PUBLISH: Final = "anonymous.publish"
#: How the commands of each kind are called in a kept line.
_WORDS: Final = {Kind.BARRIER: "barriere", Kind.IDEA: "idee"}


@dataclass(frozen=True, slots=True)
class Nameless:
    """The kind and the words of an entry without a name."""

    kind: Kind
    words: str

    @classmethod
    def read(cls, words: str, about: Label | None) -> Self:
        """Read them; what is missing is asked for where nobody else reads it."""
        return cls(*kind_and_text(words))


@router.command(
    "anonym", "anonymous", "anonyme", "anonymer", "anonymes", "anonymously",
    args=Nameless,
    keeps=True,
    usage=text("Text"),
    help=text("write down a barrier or an idea without a name (direct message only)"),
    example=text("!anonym They ask about children in the interview"),
    discreet=lambda _words: True,
)  # fmt: skip
async def anonym(ctx: Context, message: Message, args: Nameless) -> None:
    """Keep an entry without its author until the next full hour."""
    if not ctx.direct:
        # In the group it was read already: nothing is stored, and nothing points at it there.
        await ctx.tell(
            ctx.user,
            text(
                "This stood in the group already. What helps: delete that message, and write to me directly."
            ),
            asked=True,
        )
        return
    found = draft(args.words, args.kind)
    if is_blank(found.text):
        question = text(
            "What shall I write down without a name? Just answer. Example: They ask about children."
        )
        raise Missing(question, f"anonym {_WORDS[args.kind]} {{}}")
    await _check_links(ctx, found)
    settings = await ctx.settings()
    at = publication(ctx.now, settings)
    code = codes.new(ctx.language)
    kept = codes.hashed(codes.read(code) or "")
    await anonymous.add(ctx.db, ctx.group_id, args.kind, args.words, kept, due_at=at)
    await ctx.later(_PUBLISH, at, nominal=at.isoformat())
    # Where a restored older database takes the message once more, the code is another one and must be told.
    answer = replace(ctx, cause=traces.anew(ctx.cause))
    await answer.reply(promise(at, code, now=ctx.now, settings=settings), subject=traces.ANEW)


@router.timer(_PUBLISH, lasts=True)
async def publish(ctx: Context, timer: Timer) -> None:
    """Put on the board what has waited, all of it at once and in no order."""
    settings = await ctx.settings()
    if not is_working_time(ctx.now, settings):
        at = full_hour(ctx.now, settings)
        await ctx.later(_PUBLISH, at, nominal=at.isoformat())
        return
    for entry in await anonymous.due(ctx.db, ctx.group_id, now=ctx.now):
        found = draft(entry.text or "", entry.kind)
        item = await items.add(
            ctx.db, ctx.group_id, entry.kind, found.text, found.topics, None, None,
            now=ctx.now, links=[label for label in found.links if await _is_open(ctx, label)],
        )  # fmt: skip
        await anonymous.published(ctx.db, entry.code, item.id)
        # Under a name of its own: whatever else is published, this entry is said once.
        await entries.announce(replace(ctx, cause=f"anonymous:{entry.code}"), item)


@router.on(Edit)
async def edited(ctx: Context, edit: Edit) -> bool:
    """An edited message changes nothing: nobody knows which entry it was."""
    typed = parse_command(edit.body, direct=True)
    if not ctx.direct or typed is None or fold(typed.word) not in _FOLDED:
        return False
    entry = await inbox.find(ctx.db, edit.target)
    if entry is None or entry.rule in inbox.RETRIABLE or await items.by_event(ctx.db, edit.target):
        return False
    await ctx.reply(
        text("I do not know which entry this was. Only its code helps: löschen and then the code.")
    )
    return True


async def _check_links(ctx: Context, found: Draft) -> None:
    """Make sure that what an idea answers is there; asking for it would keep the words beside the person."""
    for label in found.links:
        if not await _is_open(ctx, label):
            raise UserError(
                text("{label} is not on the board. I keep nothing of it: send it again.", label=str(label))
            )


async def _is_open(ctx: Context, label: Label) -> bool:
    item = await items.find(ctx.db, ctx.group_id, label)
    return item is not None and item.state is State.OPEN


#: The folded words that call the command.
_FOLDED: Final = frozenset(router.folded())

# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Change or withdraw an entry by command."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Self

from commands import drafting, entries, tasking
from commands.context import Context
from commands.router import Router
from config.texts import text
from method import affected, codes
from method.drafts import first_label, within_limit
from method.errors import Missing, UserError
from method.events import Message
from method.ids import PersonId
from method.items import Item, Kind, Label, Note, State
from method.words import is_blank
from storage import anonymous, changes, groups, items, notes

router: Final = Router()


@dataclass(frozen=True, slots=True)
class Rewritten:
    """New words for an entry."""

    label: Label
    words: str
    #: The label was typed; otherwise the reply says which entry or note is meant.
    named: bool

    @classmethod
    def read(cls, words: str, about: Label | None) -> Self:
        """Read the label, which a reply may leave out, and the new text."""
        named, rest = first_label(words)
        label = named or about
        if label is None and is_blank(rest):
            raise Missing(text("Which entry shall change, and how? Example: B3 The new text."), "ändern {}")
        if label is None:
            question = text("Which entry gets this text? Reply with the number, for example B3.")
            raise Missing(question, f"ändern B#{{}} {rest}")
        if is_blank(rest):
            question = text("What is the new text of {label}? Just reply to this message.", label=str(label))
            raise Missing(question, f"ändern {label} {{}}")
        return cls(label, rest, named is not None)


@router.command(
    "ändern", "edit", "ändere", "bearbeiten", "change",
    args=Rewritten,
    keeps=True,
    usage=text("B3 Text"),
    help=text("give an entry a new text"),
    example=text("!ändern B3 There are no courses in the evening"),
    sets=True,
)  # fmt: skip
async def change(ctx: Context, message: Message, args: Rewritten) -> None:
    """Replace the text of an item, or of the note that is replied to."""
    item = await entries.find_open(ctx, args.label, f"ändern {{}} {args.words}")
    note = None if args.named else await _replied_note(ctx, message)
    if note is not None:
        await _check(ctx, item, note.author)
        mark = text("affected").render(ctx.require_group().language)
        words = within_limit(affected.as_before(note.text or "", args.words, mark))
        changed = await entries.rewrite_note(ctx, item, note, words, message.event_id)
    elif item.task is not None:
        await _change_task(ctx, message, item, args)
        return
    else:
        changed = await _change_item(ctx, message, item, args)
    if not changed:
        # A command is never left without a sign.
        await ctx.acknowledge(message.event_id, f"✏️ {item.label}", subject=items.subject(item.id))


async def _change_item(ctx: Context, message: Message, item: Item, args: Rewritten) -> bool:
    await _check(ctx, item, item.author)
    found, missing = await drafting.drafted(ctx, args.words, item.kind, item)
    if is_blank(found.text) and found.review:
        # Only the day is a new one.
        found = replace(found, text=item.text or "", topics=item.topics, links=item.links)
    if is_blank(found.text):
        raise Missing(
            text("What is the new text of {label}? Just reply to this message.", label=str(item.label)),
            f"ändern {item.label} {{}}",
        )
    if item.kind is not Kind.DECISION:
        await entries.check_links(ctx, found, f"ändern {item.label} zu {{}}: {found.text}")
    return await drafting.rewrite(ctx, item, found, missing, message.event_id)


async def _change_task(ctx: Context, message: Message, item: Item, args: Rewritten) -> None:
    label = str(item.label)
    command = f"ändern {label}"
    await tasking.check(ctx, item, f"{command} {args.words}")
    wish = await tasking.read(ctx, args.words, command, message.mentions)
    await entries.check_links(ctx, wish.draft, wish.line(command))
    changed = await tasking.rewrite(ctx, item, wish, message.event_id, whole=False)
    if tasking.of(changed).due != tasking.of(item).due:
        await tasking.propose_better(ctx, message, changed)
    elif changed.text != item.text:
        await tasking.ask_day(ctx, message, changed)


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """An entry to be taken off the board."""

    #: None where a code says which one.
    label: Label | None
    named: bool
    #: That of an anonymous entry, which only its author has.
    code: str = ""

    @classmethod
    def read(cls, words: str, about: Label | None) -> Self:
        """Read the label, which a reply may leave out, or the code of an anonymous entry."""
        code = codes.read(words)
        if code is not None:
            return cls(None, named=False, code=code)
        named, _ = first_label(words, bare=True)
        label = named or about
        if label is None:
            question = text("Which entry shall I withdraw? Reply with the number, for example B3.")
            raise Missing(question, "löschen {}")
        return cls(label, named is not None)


@router.command(
    "löschen", "delete", "lösche", "zurückziehen", "entfernen", "remove", "withdraw",
    args=Withdrawn,
    usage=text("B3"),
    help=text("withdraw an entry"),
    example=text("!löschen B3"),
    # A code says itself what is meant, and must not stand beside the person who knows it.
    needs_group=lambda words: codes.read(words) is None,
    discreet=lambda words: codes.read(words) is not None,
)  # fmt: skip
async def withdraw(ctx: Context, message: Message, args: Withdrawn) -> None:
    """Take an item off the board, or the note that is replied to; it can come back for thirty minutes."""
    if args.label is None:
        await _withdraw_by_code(ctx, args.code)
        return
    item = await entries.find_open(ctx, args.label, "löschen {}")
    label = str(item.label)
    note = None if args.named else await _replied_note(ctx, message)
    if note is None and item.task is not None:
        await tasking.check(ctx, item, f"löschen {label}")
    else:
        await _check(ctx, item, note.author if note else item.author)
    author = await ctx.author()
    if note is not None:
        await changes.add(
            ctx.db, ctx.group_id, author, "note-withdrawn", now=ctx.now, item_id=item.id, note_id=note.id
        )
        await entries.take_back_posts(ctx, item.id, note.id)
        await notes.withdraw(ctx.db, note.id, erase=False, now=ctx.now)
        done = text("The note to {label} is withdrawn. Bring it back: !rückgängig (30 minutes)", label=label)
    else:
        await changes.add(ctx.db, ctx.group_id, author, "withdrawn", now=ctx.now, item_id=item.id)
        await entries.take_back_posts(ctx, item.id)
        await items.withdraw(ctx.db, item.id, erase=False, now=ctx.now)
        done = text("{label} is withdrawn. Bring it back: !rückgängig (30 minutes)", label=label)
    if ctx.done is not None:
        ctx.done = done
    else:
        await ctx.reply(done, to=message.event_id)


async def _withdraw_by_code(ctx: Context, code: str) -> None:
    if not ctx.direct:
        await ctx.tell(
            ctx.user,
            text("Codes belong into a direct message to me. What helps: delete that message."),
            asked=True,
        )
        return
    kept = codes.hashed(code)
    entry = await anonymous.find(ctx.db, kept)
    if entry is None:
        raise UserError(text("I do not know this code. It looks like this: {code}", code=_CODE))
    await anonymous.remove(ctx.db, kept)
    if entry.item_id is not None:
        item = await items.by_id(ctx.db, entry.item_id)
        # Named by the entry, not by the message: nothing in the outbox leads from one to the other.
        hour = ctx.now.replace(minute=0, second=0, microsecond=0)
        quiet = replace(ctx, cause=f"anonymous:{kept}:withdrawn", now=hour)
        await entries.take_back_posts(quiet, item.id)
        await items.withdraw(ctx.db, item.id, erase=True, now=item.changed_at)
        # Whoever has the code may be in another group, or in none.
        await ctx.for_group(await groups.get(ctx.db, item.group_id)).changed()
    await ctx.reply(text("The anonymous entry is withdrawn, and its text is erased here."))


async def _replied_note(ctx: Context, message: Message) -> Note | None:
    note = await notes.by_source(ctx.db, message.reply_to) if message.reply_to else None
    if note is not None and note.state is State.WITHDRAWN:
        raise UserError(text("This note was withdrawn."))
    return note


async def _check(ctx: Context, item: Item, author: PersonId | None) -> None:
    if not await entries.may_change(ctx, author):
        label = str(item.label)
        raise UserError(
            text(
                "Only who wrote {label} can change it, or the moderation."
                " Everybody can add to it: !ergänzen {label} Text",
                label=label,
            )
        )


#: An example, which is nobody's.
_CODE: Final = "Tisch-Kanne-Wolke-48213"

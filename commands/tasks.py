# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Write down what is to be done, and show who does what by when; nobody gets a task without saying yes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Final, Self

from commands import asking, checking, drafting, dues, entries, questions, retrospecting, stages, tasking
from commands.around import around
from commands.context import Context
from commands.router import Router
from config.texts import Text, joined, text
from method import boards
from method.drafts import first_label
from method.errors import Missing, Suggestion, UserError
from method.events import Edit, Message
from method.items import Kind, Label, State
from method.tasks import Task, offered, taken
from method.tasks.posts import card, in_checkin
from method.tasks.words import read_verb
from method.timers import Timer
from method.words import command_text, fold, is_blank
from storage import items, people

router: Final = Router()

_COMMAND: Final = "aufgabe"
#: What stands behind "aufgaben" and names no task.
_DONE: Final = frozenset(map(fold, ("erledigt", "erledigte", "fertig", "fertige", "done", "finished")))
_ALL: Final = frozenset(map(fold, ("alle", "alles", "all", "everything")))
_OPEN: Final = frozenset(map(fold, ("offen", "offene", "aktuell", "liste", "open", "list")))
_OWN: Final = frozenset(map(fold, ("meine", "eigene", "mine", "my")))


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be done, or what is to become of a task; which day is meant depends on today."""

    words: str
    #: What the message replies to.
    about: Label | None

    @classmethod
    def read(cls, words: str, about: Label | None) -> Self:
        """Keep the words."""
        if is_blank(words) and (about is None or about.kind is not Kind.TASK):
            raise _what(f"{_COMMAND} {{}}")
        return cls("" if is_blank(words) else words, about)


@dataclass(frozen=True, slots=True)
class Listed(Wanted):
    """Nothing, to see the list; or what is to be done."""

    @classmethod
    def read(cls, words: str, about: Label | None) -> Self:
        """Keep the words."""
        return cls("" if is_blank(words) else words, about)


def _is_named(words: str) -> bool:
    label, _ = first_label(words)
    return label is not None and label.kind is Kind.TASK


@router.command(
    "aufgabe", "task", "todo",
    args=Wanted,
    keeps=True,
    usage=text("Text @Name bis Freitag"),
    help=text("write down a task; with a name that person is asked"),
    example=text("!aufgabe Book a room @Lina bis Freitag"),
    sets=_is_named,
)  # fmt: skip
async def write(ctx: Context, message: Message, args: Wanted) -> None:
    """Put a task on the board, or change one that is named."""
    named, rest = first_label(args.words)
    if named is not None and named.kind is Kind.TASK:
        await _about(ctx, message, named, rest)
        return
    about = args.about if args.about and args.about.kind is Kind.TASK else None
    if about is not None and (is_blank(args.words) or read_verb(args.words)):
        await _about(ctx, message, about, args.words)
        return
    await _capture(ctx, message, args)


@router.command(
    "aufgaben", "tasks", "todos",
    args=Listed,
    keeps=True,
    help=text("who does what by when"),
    example=text("!aufgaben"),
)  # fmt: skip
async def show(ctx: Context, message: Message, args: Listed) -> None:
    """Show every task that is still to be done, or those that are done; other words behind it become one."""
    which = fold(args.words)
    if which in _OWN:
        raise UserError(text("Your own tasks, for you alone: !meins"))
    if args.words and which not in _OPEN | _DONE | _ALL:
        await write(ctx, message, args)
        return
    at, here = boards.moment(ctx.now, await ctx.zone()), await around(ctx)
    listed = await items.listing(ctx.db, ctx.group_id, Kind.TASK)
    lines = [] if which in _DONE else [boards.all_of_kind(at, Kind.TASK, listed, here)]
    if which in _DONE | _ALL:
        lines.append(boards.done_tasks(listed, here))
    await ctx.reply(joined(lines), to=message.event_id)


@checking.line
async def due(ctx: Context, day: date) -> list[Text]:
    """Say in the question of the check-in what is due today, and on the days until the next one."""
    listed = await tasking.all_of_group(ctx)
    if not listed:
        return []
    return in_checkin(listed, await around(ctx), await checking.following_day(ctx, day))


@router.timer(asking.CALL)
async def call(ctx: Context, timer: Timer) -> None:
    """Call somebody who is asked to take a task, and was away or not at work when they were."""
    for item in await tasking.all_of_group(ctx):
        if str(item.id) == timer.subject and not tasking.of(item).is_done:
            await asking.call(ctx, item)


@router.on(Edit)
async def edited(ctx: Context, edit: Edit) -> bool:
    """Let the task be what its message says now."""
    item = await items.by_source(ctx.db, edit.target)
    if item is None or item.kind is not Kind.TASK:
        return False
    inside = await entries.of_group(ctx, item.group_id)
    if item.state is State.WITHDRAWN or inside is None or not entries.is_author(inside, item.author):
        return True
    label = str(item.label)
    words = command_text(edit.body, _WORDS, direct=ctx.direct)
    if words is None:
        raise UserError(text("This message is {label}. Another command needs a new message.", label=label))
    command = f"ändern {label}"
    try:
        await tasking.check(inside, item, f"{command} {words}")
        wish = await tasking.read(inside, words, command, edit.mentions)
    except Missing as missing:
        # A 👍 may answer; anything else is corrected in the message itself.
        if not isinstance(missing, Suggestion):
            raise UserError(
                text(
                    "I cannot read this. {label} stays as it was. Example: !ändern {label} bis 15.3.",
                    label=label,
                )
            ) from None
        await questions.ask(inside, _as_message(edit), missing.kind, missing.line, missing.text)
        return True
    if is_blank(wish.draft.text):
        raise UserError(
            text(
                "The text is missing. {label} stays as it was. To withdraw it: !löschen {label}", label=label
            )
        )
    for target in wish.draft.links:
        if await items.find(ctx.db, item.group_id, target) is None:
            raise UserError(
                text("{label} does not exist. {item} stays as it was.", label=str(target), item=label)
            )
    changed = await tasking.rewrite(inside, item, wish, edit.target, whole=True)
    if changed.text != item.text:
        await tasking.ask_day(inside, _as_message(edit), changed)
    return True


def _as_message(edit: Edit) -> Message:
    return Message(edit.target, edit.room_id, edit.sender, edit.received_at, edit.body)


async def _capture(ctx: Context, message: Message, args: Wanted) -> None:
    wish = await tasking.read(ctx, args.words, _COMMAND, message.mentions)
    found = wish.draft
    if is_blank(found.text):
        raise _what(f"{_COMMAND} {{}}{wish.rest}")
    if not found.links and args.about is not None and args.about.kind is not Kind.TASK:
        found = replace(found, links=(args.about,))
    await entries.check_links(ctx, found, wish.line(_COMMAND))
    task = Task(due=wish.due)
    if wish.mine:
        task = taken(task, await ctx.author())
    elif wish.person is not None:
        task = offered(task, (await people.get_or_add(ctx.db, wish.person)).id)
    item = await drafting.capture(ctx, message, Kind.TASK, found, task)
    await dues.promise(ctx, item)
    await retrospecting.link(ctx, item)
    await asking.ask(ctx, item)
    await tasking.propose_better(ctx, message, item)


async def _about(ctx: Context, message: Message, label: Label, words: str) -> None:
    """Do with a task what the words behind its number say."""
    item = await tasking.find(ctx, label, f"{_COMMAND} {{}} {words}".rstrip())
    if is_blank(words):
        shown = items.subject(item.id, "details:post")
        await ctx.reply(card(item, await around(ctx)), to=message.event_id, subject=shown)
        return
    verb = read_verb(words)
    if verb is not None and await stages.become(ctx, message, item, *verb):
        return
    await stages.move(ctx, message, item, words)


def _what(line: str) -> Missing:
    question = text("What is to be done? Just reply to this message. Example: Book a room bis Freitag")
    return Missing(question, line)


#: The folded words that write down a task: they are not part of an edited text.
_WORDS: Final = frozenset(map(fold, router.folded()))

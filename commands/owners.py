# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Take a task, give it back, say that it is done or blocked: by command, by reaction, or by a reply."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Self

from commands import entries, questions, stages, tasking
from commands.around import today
from commands.context import Context
from commands.router import Router
from config.texts import Text, joined, text, verbatim
from method.drafts import first_label, task_labels, within_limit
from method.errors import Missing, Suggestion, UserError
from method.events import Edit, Message, Reaction, Redaction
from method.items import Item, Kind, Label, State
from method.tasks import Stage, Task, blocked, finished, free, resumed, taken
from method.tasks.days import split_due
from method.tasks.posts import SHORT, closed
from method.tasks.words import Verb, may_answer, read_answer, read_verb, says_more
from method.words import brief, fold, is_blank, isolate, parse_command
from storage import changes, items, outbox, tasks
from storage import questions as open_questions

router: Final = Router()

#: Keys without skin tone and variation selector.
_YES, _NO, _HAND, _CHECK = "👍", "👎", "🙋", "✅"
#: "🙋‍♂️" and "🙋‍♀️" too.
_JOINER: Final = "\u200d"
#: How the line of a note begins that is offered.
_NOTE: Final = "ergänzen "
#: What an edit may say of a task that its message blocks.
_BLOCKS: Final = (Verb.BLOCK, Verb.GO_ON)
#: A longer reply is talk.
_TALK: Final = 500


@dataclass(frozen=True, slots=True)
class Named:
    """Tasks; none where the number was left out."""

    labels: tuple[Label, ...]
    #: What else was typed.
    words: str = ""

    @classmethod
    def read(cls, words: str, about: Label | None) -> Self:
        """Read the numbers, which a reply may leave out."""
        labels, rest = task_labels(words)
        if not labels and about is not None and about.kind is Kind.TASK:
            labels = (about,)
        return cls(labels, rest if says_more(rest) else "")

    def line(self, command: str) -> str:
        """Return the command again, with "{}" where the number belongs."""
        return f"{command} {{}} {self.words}".rstrip()


@router.command(
    "nehme", "take", "übernehme", "übernehmen",
    args=Named,
    usage=text("A3"),
    help=text("take a task; or react to it with 🙋"),
    example=text("!nehme A3"),
)  # fmt: skip
async def take(ctx: Context, message: Message, args: Named) -> None:
    """Let the person own tasks that nobody has, perhaps until a day."""
    taken_now = await _each(ctx, message, args, "nehme", Verb.TAKE)
    words, due = args.words, None
    for item in taken_now:
        words, due = split_due(args.words, ctx.now, await ctx.settings(), f"aufgabe {item.label}")
        if due is not None:
            await stages.move(ctx, message, item, f"bis {due}")
    await _offer_note(ctx, message, taken_now, words)


@router.command(
    "fertig", "done", "erledigt", "finished",
    args=Named,
    usage=text("A3"),
    help=text("a task is done; or react to it with ✅"),
    example=text("!fertig A3"),
)  # fmt: skip
async def finish(ctx: Context, message: Message, args: Named) -> None:
    """Let tasks be done; without a number, ask which of one's own."""
    if not args.labels:
        raise await _which(ctx, args)
    await _offer_note(ctx, message, await _each(ctx, message, args, "fertig", Verb.FINISH), args.words)


@router.command(
    "abgeben", "giveback", "zurückgeben", "freigeben",
    args=Named,
    usage=text("A3"),
    help=text("give a task back, for others to take"),
    example=text("!abgeben A3"),
)  # fmt: skip
async def give_back(ctx: Context, message: Message, args: Named) -> None:
    """Let everybody take tasks again."""
    await _offer_note(ctx, message, await _each(ctx, message, args, "abgeben", Verb.GIVE_BACK), args.words)


async def _each(ctx: Context, message: Message, args: Named, command: str, verb: Verb) -> list[Item]:
    """Let each task that is named become so, with its receipt; return those. What fails keeps no other from it.

    Raises:
        UserError: none became so, or an answer is needed for the one that did not.
    """
    if not args.labels:
        question = text("Which task? Reply with the number, for example A3.")
        raise Missing(question, args.line(command).replace("{}", "A#{}", 1))
    became, failed = [], []
    for label in args.labels:
        try:
            item = await tasking.find(ctx, label, args.line(command))
            await stages.become(ctx, message, item, verb)
        except UserError as mistake:
            failed.append((label, mistake))
        else:
            became.append(await items.by_id(ctx.db, item.id))
    if len(failed) > 1:
        labels = ", ".join(str(label) for label, _ in failed)
        problem = UserError(text("This did not work for {labels}. Send them one by one.", labels=labels))
    elif failed:
        problem = failed[0][1]
        if isinstance(problem, Suggestion) and args.words:
            problem = Suggestion(problem.text, f"{problem.line} {args.words}")
    else:
        return became
    if not became or isinstance(problem, Missing):
        raise problem
    # An error would undo the others.
    await ctx.reply(problem.text, to=message.event_id)
    return became


async def _offer_note(ctx: Context, message: Message, became: list[Item], words: str) -> None:
    """Ask whether what was typed behind the number shall stand at the entry: perhaps it concerns nobody else."""
    if became and not is_blank(words):
        await _ask_for_note(ctx, message, str(became[0].label), words)


async def _ask_for_note(ctx: Context, message: Message, label: str, words: str) -> None:
    # The words stand in the message that is answered, and go with it.
    question = text(
        "Shall everybody read the text behind the number at {label}? Confirm with 👍.", label=label
    )
    await questions.ask(ctx, message, "suggestion", f"{_NOTE}{label} {within_limit(words)}", question)


async def _which(ctx: Context, args: Named) -> UserError:
    """Ask which of their tasks the person has done."""
    still = [item for item in await tasking.all_of_group(ctx) if not tasking.of(item).is_done]
    own = [item for item in still if entries.is_author(ctx, tasking.of(item).owner)]
    shown = [verbatim(f"{item.label}: {closed(brief(isolate(item.text or ''), SHORT))}") for item in own]
    line = args.line("fertig").replace("{}", "A#{}", 1)
    if len(own) == 1:
        done = args.line("fertig").replace("{}", str(own[0].label), 1)
        return Suggestion(joined([*shown, text("Done? Confirm with 👍.")], " "), done)
    if own:
        words = [text("Which task is done?"), *shown, text("Reply with the number.")]
        return Missing(joined(words, " "), line)
    return Missing(text("Which task is done? Reply with the number, for example A3."), line)


# --- reactions and replies -----------------------------------------------------------------------


@router.on(Reaction)
async def reacted(ctx: Context, reaction: Reaction) -> bool:
    """Take 👍 of who was asked, 🙋 of anybody, and ✅ of who has the task; on its message, or on a post about it."""
    key = reaction.key.partition(_JOINER)[0]
    if key not in (_YES, _NO, _HAND, _CHECK) or reaction.sender == ctx.me:
        return False
    item = await items.by_event(ctx.db, reaction.target)
    if item is None or item.task is None or item.state is State.WITHDRAWN:
        return False
    if item.source != reaction.target and await outbox.by_event(ctx.db, reaction.target) is None:
        # That was a note to it.
        return False
    inside = await entries.of_group(ctx, item.group_id)
    new = await _reacted(inside, item, key, reaction) if inside is not None else None
    if inside is None or new is None:
        return False
    changed = await tasking.change(inside, item, new)
    if not await tasking.is_shown(inside, changed):
        await _receipt(inside, reaction, item, done=new.is_done)
    return True


async def _receipt(ctx: Context, reaction: Reaction, item: Item, *, done: bool) -> None:
    label = str(item.label)
    said = text("{label} is done.", label=label) if done else text("{label} is taken.", label=label)
    sign = "🏁" if done else _HAND
    await ctx.acknowledge(reaction.target, f"{sign} {label}", words=said, subject=items.subject(item.id))


async def _reacted(ctx: Context, item: Item, key: str, reaction: Reaction) -> Task | None:
    """Return what the task is now; None if this reaction of this person says nothing about it."""
    task = tasking.of(item)
    asked = task.asked is not None and entries.is_author(ctx, task.asked)
    if key == _NO:
        return replace(task, asked=None) if asked else None
    if key == _CHECK:
        mine = entries.is_author(ctx, item.author if task.owner is None else task.owner)
        return finished(task, await today(ctx), reaction.event_id) if mine and not task.is_done else None
    if task.owner is not None or task.is_done or (key == _YES and not asked):
        return None
    return taken(task, await ctx.author(), reaction.event_id)


@router.on(Redaction)
async def taken_back(ctx: Context, redaction: Redaction) -> bool:
    """Let a task be what it was before the reaction that was taken back, or before what blocks it was said."""
    item_id = await tasks.by_reaction(ctx.db, redaction.target)
    item = await items.by_id(ctx.db, item_id) if item_id is not None else None
    inside = await entries.of_group(ctx, item.group_id) if item is not None else None
    if item is not None and inside is not None and item.state is State.OPEN:
        await _without(inside, item, redaction)
    # What it was before can be taken back for a while, with the words of that message.
    await changes.forget_naming(ctx.db, redaction.target)
    return item is not None


async def _without(ctx: Context, item: Item, redaction: Redaction) -> None:
    task = tasking.of(item)
    if task.stage is Stage.BLOCKED:
        # Its message is gone already, whoever has deleted it.
        await tasking.change(ctx, item, resumed(task))
        await tasking.forget_reason(ctx, item)
        return
    if await entries.may_delete(ctx, task.owner if task.owner is not None else item.author, redaction):
        await tasking.change(ctx, item, resumed(task) if task.stage is Stage.DONE else free(task))


@router.on(Edit)
async def noted_anew(ctx: Context, edit: Edit) -> bool:
    """Ask for the note again where the words behind the number are others now; the earlier ones are forgotten."""
    question = await open_questions.by_event(ctx.db, edit.target)
    own = question is not None and ctx.person is not None and ctx.person.id == question.person_id
    if question is None or not own or not question.line.startswith(_NOTE):
        return False
    typed = parse_command(edit.body, direct=ctx.direct)
    label = first_label(question.line.removeprefix(_NOTE))[0]
    args = Named.read(typed.rest, label) if typed and fold(typed.word) in router.folded() else None
    await open_questions.drop(ctx.db, edit.target)
    if args is None or label not in args.labels:
        return False
    if not is_blank(args.words):
        message = Message(edit.target, edit.room_id, edit.sender, edit.received_at, edit.body)
        await _ask_for_note(ctx, message, str(label), args.words)
    return True


@router.on(Edit)
async def edited(ctx: Context, edit: Edit) -> bool:
    """Let what blocks a task be what its message says now; a task goes on where it says that."""
    item_id = await tasks.by_reaction(ctx.db, edit.target)
    if item_id is None:
        return False
    item = await items.by_id(ctx.db, item_id)
    inside = await entries.of_group(ctx, item.group_id)
    task = tasking.of(item)
    if inside is None or item.state is State.WITHDRAWN or task.stage is not Stage.BLOCKED:
        return True
    typed = parse_command(edit.body, direct=ctx.direct)
    marked = typed is not None and typed.marked
    label, words = first_label(typed.rest if typed and marked else edit.body)
    said = read_verb(words)
    if label not in (None, item.label) or (marked and (said is None or said[0] not in _BLOCKS)):
        # That says something else now, and is run where a command sets again what it has set.
        await tasking.change(inside, item, resumed(task))
        await tasking.forget_reason(inside, item)
        return False
    verb, reason = said or (Verb.BLOCK, words)
    new = blocked(task, within_limit(reason), edit.target) if verb is Verb.BLOCK and reason else resumed(task)
    if new != task:
        await tasking.change(inside, item, new)
        await tasking.forget_reason(inside, item)
        await inside.acknowledge(edit.target, f"✏️ {item.label}", subject=items.subject(item.id))
    return True


@router.on(Message)
async def replied(ctx: Context, message: Message) -> bool:
    """Take a reply to a task as what it says: "fertig", "ich übernehme", "blockiert: …", "bis 22.3."."""
    target = message.reply_to or message.thread_root
    item = await items.by_event(ctx.db, target) if target and len(message.body) <= _TALK else None
    if item is None or item.task is None or item.state is State.WITHDRAWN:
        return False
    inside = await entries.of_group(ctx, item.group_id)
    if inside is None:
        return False
    try:
        return await _answered(inside, message, item)
    except Missing as missing:
        await questions.ask(inside, message, missing.kind, missing.line, missing.text)
        return True


async def _answered(ctx: Context, message: Message, item: Item) -> bool:
    verb = read_verb(message.body)
    if verb is not None:
        return await stages.become(ctx, message, item, *verb)
    asked = tasking.of(item).asked
    is_asked = asked is not None and entries.is_author(ctx, asked)
    answer = read_answer(message.body) if is_asked else None
    if answer is not None:
        return await stages.become(ctx, message, item, answer)
    command = f"aufgabe {item.label}"
    rest, due = split_due(message.body, ctx.now, await ctx.settings(), command)
    if is_asked and may_answer(message.body):
        await ctx.reply(_yes_or_no(str(item.label)), to=message.event_id)
        return True
    if due is None or not is_blank(rest):
        return False
    await stages.move(ctx, message, item, message.body)
    return True


def _yes_or_no(label: str) -> Text:
    return text(
        "Is that a yes for {label}? 👍 takes it, 👎 leaves it to others."
        " Another day after that: !aufgabe {label} bis Mo",
        label=label,
    )

# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""From an event to its handler: finds the command, checks the right to it, asks back when words are missing."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Final

from commands import cards, choosing, questions
from commands.context import Context
from commands.meaning import COMMANDS, OBJECTION, begins_a_sentence, called_by, meaning, read
from commands.router import Command, nearest
from commands.topics import router
from config.texts import joined, text, verbatim
from method.drafts import first_label
from method.errors import Missing, UserError
from method.events import Edit, Event, Message, Reaction, Redaction
from method.floods import Weight
from method.items import Kind, Label
from method.retros.forms import is_labelled
from method.words import Typed, fold, lines_with_commands
from storage import groups, inbox, items
from storage import questions as open_questions
from storage.questions import Question

#: The reaction that accepts a suggestion.
YES: Final = "👍"
#: A reply that begins so adds a note to the item it answers.
PLUS: Final = "+"

_NOTE: Final = COMMANDS[fold("ergänzen")]
#: A direct message that begins with the number of a task is about that task.
_TASK: Final = COMMANDS[fold("aufgabe")]
#: One that begins with "schwierig:" is a card of a retro.
_RETRO: Final = COMMANDS[fold("retro")]

#: Rules after which every board is as it was.
_UNCHANGED: Final = frozenset({"chat", "unknown", "asked", "suggested", "not_ours"}) | {
    f"command_{fold(command.name)}" for command in COMMANDS.values() if command.shows
}


async def handle(ctx: Context, event: Event) -> str:
    """Do what ``event`` asks for; return the name of the rule that applied.

    Raises:
        UserError: a person can put it right; the caller undoes what was written and says so.
    """
    rule = await _handled(ctx, event)
    if rule not in _UNCHANGED:
        await _changed(ctx)
    return rule


async def _handled(ctx: Context, event: Event) -> str:
    if isinstance(event, Message):
        return await _message(ctx, event)
    if isinstance(event, Edit):
        return await _edit(ctx, event)
    if isinstance(event, Reaction) and event.key == YES and await _accept(ctx, event):
        return "suggestion_accepted"
    if isinstance(event, Redaction):
        await _forget_question(ctx, event)
    return "event" if await router.tell(ctx, event) else "not_ours"


async def _changed(ctx: Context) -> None:
    """Let the board follow; what people change in a direct message may belong to each of their groups."""
    meant = [ctx.group] if ctx.group and not ctx.direct else await groups.of_member(ctx.db, ctx.user)
    for group in meant:
        await ctx.for_group(group).changed()


def weight(event: Event, *, direct: bool) -> Weight:
    """Return what ``event`` asks of us, as far as its words show it."""
    if isinstance(event, Edit):
        return Weight.ENTRY
    if not isinstance(event, Message):
        return Weight.NOTHING
    typed, command = read(event.body, direct=direct)
    if command is not None:
        return Weight.ENTRY if command.keeps else Weight.ANSWER
    if typed is not None and typed.marked:
        return Weight.ANSWER
    # In a direct message every word may be the answer to a question.
    if direct or (event.reply_to is not None and _adds(event.body)):
        return Weight.ENTRY
    return Weight.NOTHING


async def _message(ctx: Context, message: Message) -> str:
    ctx.thread_root = message.thread_root
    await questions.decline(ctx, message)
    typed, command = read(message.body, direct=ctx.direct)
    discreet = typed is not None and command is not None and command.discreet(typed.rest)
    if typed is None or not typed.marked or discreet:
        rule = await _to_question(ctx, message, typed, discreet=discreet)
        if rule is not None:
            return rule
        if (message.reply_to or message.thread_root) and await router.tell(ctx, message):
            return "answered"
        if _adds(message.body) and await _about(ctx, message) is not None:
            return await _run(ctx, message, _NOTE, Typed(_NOTE.name, message.body[1:].strip()))
    if ctx.direct and command is None and _names_task(message.body):
        return await _run(ctx, message, _TASK, Typed(_TASK.name, message.body))
    if ctx.direct and command is None and is_labelled(message.body):
        return await _run(ctx, message, _RETRO, Typed(_RETRO.name, message.body))
    if typed is None:
        # An answer to a post of ours may be a topic's.
        return "answer" if await router.tell(ctx, message) else "chat"
    if command is None:
        return await _unknown(ctx, message, typed)
    if ctx.direct or not discreet:
        _only_one(message)
    return await _run(ctx, message, command, typed)


def _adds(body: str) -> bool:
    # "+1" says that somebody agrees; it is no example to be kept.
    return body.startswith(PLUS) and body.strip() != f"{PLUS}1"


def _names_task(body: str) -> bool:
    label, _ = first_label(body)
    return label is not None and label.kind is Kind.TASK


def _only_one(message: Message) -> None:
    lines = lines_with_commands(message.body, lambda word: fold(word) in COMMANDS)
    if len(lines) > 1:
        advice = text("I can run only one command per message. To copy:")
        raise UserError(joined([advice, *(verbatim(line) for line in lines)]))


async def _run(ctx: Context, message: Message, command: Command, typed: Typed) -> str:
    word = fold(typed.word)
    if ctx.direct and word == fold(command.english) != fold(command.name):
        ctx.typed_language = "en"
    if not await _choose_group(ctx, message, command, typed):
        return "asked"
    if command.power_level:
        await ctx.require_moderation()
    try:
        args = command.args.read(typed.rest, await _about(ctx, message)) if command.args else None
        await command.handler(ctx, message, args)
        await cards.notice(ctx)
    except Missing as missing:
        await questions.ask(ctx, message, missing.kind, missing.line, missing.text)
        return "asked"
    return _rule_of(command, direct=ctx.direct)


async def _about(ctx: Context, message: Message) -> Label | None:
    """Return the item of this group that the message replies to."""
    target = message.reply_to or message.thread_root
    item = await items.by_event(ctx.db, target) if target else None
    if item is None or (ctx.group is not None and item.group_id != ctx.group.id):
        return None
    return item.label


# --- direct messages: which group? ---------------------------------------------------------------


async def _choose_group(ctx: Context, message: Message, command: Command, typed: Typed) -> bool:
    """In a direct message, find the group that is meant; with several, ask once."""
    if not ctx.direct:
        return True
    mine = await groups.of_member(ctx.db, ctx.user)
    chosen = ctx.person.group_id if ctx.person else None
    ctx.group = next((g for g in mine if g.id == chosen), mine[0] if len(mine) == 1 else None)
    if ctx.group is not None or not command.needs_group(typed.rest):
        return True
    if not mine:
        raise UserError(choosing.NONE)
    lines = [choosing.which(mine)]
    line = f"{command.name} {typed.rest}".strip()
    if typed.rest and command.discreet(typed.rest):
        line = command.name
        lines.append(text("The text comes after that once more: I do not keep it until then."))
    await questions.ask(ctx, message, "group", line, joined(lines))
    return False


# --- questions -----------------------------------------------------------------------------------


async def _answer(ctx: Context, message: Message, question: Question) -> str:
    """Run the kept line with what was answered."""
    if question.kind == "suggestion":
        await _accepted(ctx, question, message.received_at)
        return "suggestion_accepted"
    await questions.close(ctx, question)
    line = question.line
    if question.kind == "group":
        await choosing.choose(ctx, message.body)
    else:
        line = line.replace(questions.BLANK, message.body, 1)
    if question.kind != "text":
        message = replace(message, event_id=question.event_id)
    return await _run_line(ctx, message, line)


async def _to_question(ctx: Context, message: Message, typed: Typed | None, *, discreet: bool) -> str | None:
    """Take ``message`` as the answer to the open question; None if there is none, or something else is said."""
    question = await questions.answered(ctx, message)
    if question is None:
        return None
    if discreet and typed is not None and not begins_a_sentence(typed):
        # Never the answer to something else; and what is said next is no answer to this question.
        await open_questions.answer(ctx.db, question.id)
        return None
    meant = meaning(message, question, typed)
    if meant is None:
        return await _answer(ctx, message, question)
    if meant.is_unclear:
        name = f"!{meant.command.word(ctx.language)}"
        await questions.ask_which(ctx, message, question, name, keeps=meant.keeps)
        return "suggested"
    if typed is not None and typed.rest and meant.command is called_by(question.line)[0]:
        await open_questions.answer(ctx.db, question.id)
    return None


async def _accept(ctx: Context, reaction: Reaction) -> bool:
    """Run a suggested command for the person who had typed it."""
    question = await questions.suggested(ctx, reaction.target)
    if question is None:
        return False
    await _accepted(ctx, question, reaction.received_at)
    return True


async def _accepted(ctx: Context, question: Question, received_at: datetime) -> None:
    """Run a suggestion, and say in its post what came of it."""
    await questions.close(ctx, question)
    message = Message(question.event_id, ctx.room.room_id, ctx.user, received_at, question.line)
    ctx.done = plain = text("Done.")
    await _run_line(ctx, message, question.line)
    item = await items.by_source(ctx.db, question.event_id)
    # What was said better than that stands.
    done = text("Saved as {label}.", label=str(item.label)) if item and ctx.done is plain else ctx.done
    await ctx.edit(await questions.post_of(ctx, question), done)


async def _run_line(ctx: Context, message: Message, line: str) -> str:
    # The answer is no reply to an item: what it is about stands in the line.
    return await _run(ctx, replace(message, reply_to=None), *called_by(line))


async def _forget_question(ctx: Context, redaction: Redaction) -> None:
    question = await open_questions.by_event(ctx.db, redaction.target)
    if question is None:
        return
    own = ctx.person is not None and ctx.person.id == question.person_id
    if own or (await ctx.powers()).may_redact_others(redaction.sender):
        await open_questions.drop(ctx.db, redaction.target)


# --- words we do not know ------------------------------------------------------------------------


async def _unknown(ctx: Context, message: Message, typed: Typed) -> str:
    near = nearest(COMMANDS, typed.word)
    word = f"!{typed.word[:30]}"
    if len(near) == 1 and (near[0].discreet(typed.rest) or (ctx.direct and near[0] is OBJECTION)):
        return await _unclear(ctx, message, near[0], typed)
    if len(near) == 1:
        words = text(
            "The command {word} does not exist. Perhaps {name} is meant. "
            "With 👍 on this message I run it. The text is not lost.",
            word=word, name=f"!{near[0].word(ctx.language)}",
        )  # fmt: skip
        await questions.ask(ctx, message, "suggestion", f"{near[0].name} {typed.rest}".strip(), words)
        return "suggested"
    if len(near) == 2:
        first, second = (f"!{command.word(ctx.language)}" for command in near)
        raise UserError(
            text(
                "The command {word} does not exist. Perhaps {first} or {second} is meant.",
                word=word,
                first=first,
                second=second,
            )
        )
    if ctx.direct:
        await ctx.reply(text("This I do not understand. What I can do: !hilfe"), to=message.event_id)
    else:
        await ctx.acknowledge(message.event_id, f"❓ !{COMMANDS[fold('hilfe')].word(ctx.language)}")
    return "unknown"


async def _unclear(ctx: Context, message: Message, command: Command, typed: Typed) -> str:
    """Ask for what must not be kept once more; in a group's room the command itself says what is to be done."""
    if not ctx.direct:
        return await _run(ctx, message, command, typed)
    raise UserError(
        text(
            "The command {word} does not exist. Perhaps {name} is meant. I keep nothing of it: send it again.",
            word=f"!{typed.word[:30]}",
            name=f"!{command.word(ctx.language)}",
        )
    )


# --- edits ---------------------------------------------------------------------------------------


async def _edit(ctx: Context, edit: Edit) -> str:
    """Change what the message made or set; if it had led to nothing, take the edit as a new try."""
    if await router.tell(ctx, edit):
        return "edited"
    entry = await inbox.find(ctx.db, edit.target)
    if entry is None or not (_retries(edit, entry) or _sets_again(edit, entry, direct=ctx.direct)):
        return "not_ours"
    message = Message(edit.target, edit.room_id, edit.sender, edit.received_at, edit.body)
    await questions.decline(ctx, message)
    await open_questions.drop(ctx.db, edit.target)
    rule = await _message(ctx, message)
    await inbox.finish(ctx.db, edit.target, "done", rule)
    return rule


def _retries(edit: Edit, entry: inbox.Entry) -> bool:
    return entry.sender == edit.sender and entry.rule in inbox.RETRIABLE


def _sets_again(edit: Edit, entry: inbox.Entry, *, direct: bool) -> bool:
    """Does a command set anew what it has set? Whoever edits needs the right to it, as with every command."""
    typed, command = read(edit.body, direct=direct)
    if typed is None or command is None or not command.sets(typed.rest):
        return False
    return entry.rule == _rule_of(command, direct=direct)


def _rule_of(command: Command, *, direct: bool) -> str:
    # The journal shall not say who used which command in private: it would tell who wrote something anonymous.
    return "command" if direct else f"command_{fold(command.name)}"

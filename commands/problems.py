# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Agree on the core problem: a proposal, 👍 and ✋, objections in words; it holds when no objection is open."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from typing import Final, Self

from commands import entries, proposals
from commands.context import Context
from commands.router import Router
from config.texts import Text, joined, text
from method import problems as rules
from method.drafts import within_limit
from method.errors import Missing, UserError
from method.events import Edit, Message, Reaction, Redaction
from method.ids import EventId, PersonId, VersionId
from method.items import Label
from method.problems import SIGNS, Problem, Stand
from method.timers import Timer
from method.words import command_text, fold, is_blank
from storage import groups, objections, outbox, problems

router: Final = Router()

_AGREED: Final = frozenset(map(fold, ("gilt", "beschlossen", "holds", "agreed")))
_HISTORY: Final = frozenset(map(fold, ("verlauf", "versionen", "history", "versions")))
_BACK: Final = frozenset(map(fold, ("zurück", "zurückziehen", "back", "withdraw")))

_STILL_OPEN: Final = text(
    "Your own objection is still open. To take it back: delete its message or take ✋ back."
)
_NOTHING: Final = text("There is no proposal for the core problem now. To make one: !kernproblem Text")


@dataclass(frozen=True, slots=True)
class Core:
    """The words of a proposal, or what shall happen with the present one."""

    words: str

    @classmethod
    def read(cls, words: str, about: Label | None) -> Self:
        """Read the text."""
        return cls("" if is_blank(words) else within_limit(words))


@router.command(
    "kernproblem", "core", "kern", "problemsatz", "kernprobleme",
    args=Core,
    keeps=True,
    usage=text("Text"),
    help=text("agree on the core problem, or show it"),
    example=text("!kernproblem Employers and skilled workers do not find each other"),
)  # fmt: skip
async def core(ctx: Context, message: Message, args: Core) -> None:
    """Show the core problem, show all versions, let it hold, or propose one."""
    if not args.words:
        await _present(ctx, message)
    elif fold(args.words) in _HISTORY:
        await _versions(ctx, message)
    else:
        await ctx.require_moderation()
        if fold(args.words) in _AGREED:
            await _let_it_hold(ctx, message)
        else:
            await proposals.propose(ctx, message.event_id, args.words)
            if ctx.direct:
                await ctx.acknowledge(message.event_id, f"✅ {_name(ctx)}")


async def _present(ctx: Context, message: Message) -> None:
    agreed = await problems.agreed(ctx.db, ctx.group_id)
    problem = await problems.proposed(ctx.db, ctx.group_id)
    parts = []
    if agreed is not None:
        parts.append(rules.agreed(agreed, (await ctx.settings()).zone, now=ctx.now))
    if problem is not None:
        standing = await objections.standing(ctx.db, problem.version.id)
        parts.append(rules.present(problem.version, standing, (await ctx.settings()).zone, now=ctx.now))
    about = problem.id if problem else agreed.problem_id if agreed else None
    if about is None:
        raise UserError(text("There is no core problem yet. To propose one: !kernproblem Text"))
    # With both in it, it goes when either does.
    both = problem is not None and agreed is not None and problem.id != agreed.problem_id
    shown = "shown:post"
    subject = problems.subject_of_all(ctx.group_id, shown) if both else problems.subject(about, shown)
    await ctx.reply(joined(parts), to=message.event_id, subject=subject)


async def _versions(ctx: Context, message: Message) -> None:
    versions = await problems.history(ctx.db, ctx.group_id)
    if not versions:
        raise UserError(text("There is no core problem yet. To propose one: !kernproblem Text"))
    words = rules.history(versions, (await ctx.settings()).zone, now=ctx.now)
    await ctx.reply(words, to=message.event_id, subject=problems.subject_of_all(ctx.group_id, "history:post"))


async def _let_it_hold(ctx: Context, message: Message) -> None:
    problem = await problems.proposed(ctx.db, ctx.group_id)
    if problem is None:
        raise UserError(_NOTHING)
    standing = await objections.standing(ctx.db, problem.version.id)
    if standing.objections:
        how = text("First find an answer to it, or change the text. Then: !kernproblem gilt")
        raise UserError(joined([*rules.objections(standing), how]))
    await proposals.agree(ctx, problem)
    if ctx.direct:
        await ctx.reply(proposals.HOLDS, to=message.event_id)


@router.timer(proposals.DUE, lasts=True)
async def due(ctx: Context, timer: Timer) -> None:
    """A working day has passed: the proposal holds, or its post says that objections are open."""
    problem = await problems.by_version(ctx.db, VersionId(int(timer.subject)))
    if problem is not None and problem.is_open and not await proposals.settle(ctx, problem):
        await proposals.remind(ctx, problem)


@router.names_timer(proposals.DUE)
async def named(ctx: Context, timer: Timer) -> Text | None:
    """Name the moment from which an open proposal holds."""
    problem = await problems.by_version(ctx.db, VersionId(int(timer.subject)))
    return text("End of objections to the core problem") if problem is not None and problem.is_open else None


# --- its message ---------------------------------------------------------------------------------


@router.on(Edit)
async def edited(ctx: Context, edit: Edit) -> bool:
    """Ask the group again, with the words that the message has now."""
    problem = await problems.by_source(ctx.db, edit.target)
    if problem is None:
        return await _sentence_edited(ctx, edit)
    inside = await entries.of_group(ctx, problem.group_id)
    if inside is None or not entries.is_author(inside, problem.author) or not await inside.may_moderate():
        return True
    if problem.version.state not in (rules.State.PROPOSED, rules.State.AGREED):
        return True
    words = command_text(edit.body, _CORE_WORDS, direct=ctx.direct)
    if words is None or fold(words) in _AGREED | _HISTORY:
        raise UserError(text("This message proposes the core problem. Another command needs a new message."))
    if is_blank(words):
        raise UserError(text("The text is missing. The core problem stays as it was."))
    if words != problem.version.text:
        await proposals.revise(inside, problem, within_limit(words))
        await inside.acknowledge(edit.target, f"✏️ {_name(inside)}")
    return True


@router.on(Redaction)
async def deleted(ctx: Context, redaction: Redaction) -> bool:
    """Withdraw the proposal whose message was deleted, or forget what the deleted event said to it."""
    problem = await problems.by_source(ctx.db, redaction.target)
    problem = problem or await _posted(ctx, redaction.target, only="post")
    if problem is None:
        return await _taken_back(ctx, redaction)
    inside = await entries.of_group(ctx, problem.group_id)
    if inside is not None and await entries.may_delete(inside, problem.author, redaction):
        await proposals.withdraw(inside, problem)
    return True


# --- how people stand to it ----------------------------------------------------------------------


@router.on(Reaction)
async def reacted(ctx: Context, reaction: Reaction) -> bool:
    """Remember a 👍 or a ✋ as long as the proposal is open."""
    stand = SIGNS.get(reaction.key)
    if stand is None or reaction.sender == ctx.me:
        return False
    problem = await problems.by_source(ctx.db, reaction.target) or await _posted(ctx, reaction.target)
    if problem is None or not problem.is_open or await entries.of_group(ctx, problem.group_id) is None:
        return False
    await objections.vote(ctx.db, problem.version.id, await ctx.author(), reaction.event_id, stand)
    return True


@router.on(Message)
async def replied(ctx: Context, message: Message) -> bool:
    """Take a reply to the proposal as yes or as an objection; what is said in a thread only from who objects."""
    targets = [target for target in (message.reply_to, message.thread_root) if target]
    found = [problem for target in targets if (problem := await _posted(ctx, target))]
    problem = found[0] if found else None
    if problem is None or not problem.is_open or ctx.direct or ctx.group_id != problem.group_id:
        return False
    version = problem.version.id
    if rules.is_yes(message.body):
        author = await ctx.author()
        await objections.vote(ctx.db, version, author, message.event_id, Stand.FOR)
        if await _has_objected(ctx, version, author):
            await ctx.reply(_STILL_OPEN, to=message.event_id)
        else:
            await ctx.acknowledge(message.event_id, f"✅ {text('yes').render(ctx.language)}")
        return True
    if is_blank(message.body) or not await _objects(ctx, version, in_thread=message.thread_root is not None):
        return False
    await _object(ctx, message, problem, within_limit(message.body.lstrip("+ ")))
    return True


@dataclass(frozen=True, slots=True)
class Objection:
    """What speaks against a proposal, or the code that takes an anonymous objection back."""

    words: str
    code: str | None

    @classmethod
    def read(cls, words: str, about: Label | None) -> Self:
        """Read the sentence, or "zurück" and a code."""
        if is_blank(words):
            question = text("What speaks against the proposal? One sentence is enough.")
            raise Missing(question, "einwand {}")
        first, _, rest = words.partition(" ")
        # Quoted, as our answer shows it, it is a code too: never words to be kept.
        code = "".join(rest.split()).strip('„“”"') if fold(first) in _BACK else ""
        return cls(within_limit(words), code if code.isascii() and code.isdigit() else None)


@router.command(
    "einwand", "objection", "einwände", "objections", "bedenken",
    args=Objection,
    keeps=True,
    usage=text("Text"),
    help=text("object to the proposed core problem; by direct message without a name"),
    example=text("!einwand That leaves out the children"),
    needs_group=False,
)  # fmt: skip
async def objection(ctx: Context, message: Message, args: Objection) -> None:
    """Keep an objection; by direct message nobody is remembered, only a code takes it back."""
    if args.code is not None:
        await _give_back(ctx, message, args.code)
        return
    problem = await _open_proposal(ctx)
    if not ctx.direct:
        await _object(ctx, message, problem, args.words)
        return
    code = f"{secrets.randbelow(10**8):08}"
    await objections.say_anonymously(ctx.db, problem.version.id, args.words, _hashed(code))
    words = text(
        "Written down without a name. The group sees it at once, the homeserver sees that you wrote to me."
        " The proposal does not hold as long as the objection is open."
        " To take it back: einwand zurück {code}",
        code=code,
    )
    await ctx.reply(words, to=message.event_id)


async def _open_proposal(ctx: Context) -> Problem:
    """Return the proposal that is meant. No question is asked: it would keep the words with a name."""
    here = await problems.proposed(ctx.db, ctx.group.id) if ctx.group else None
    if here is not None:
        return here
    mine = await groups.of_member(ctx.db, ctx.user) if ctx.direct else []
    found = [problem for group in mine if (problem := await problems.proposed(ctx.db, group.id))]
    if not found:
        raise UserError(_NOTHING)
    if len(found) > 1:
        raise UserError(
            text(
                "Several groups have a proposal. First choose the group: gruppe. Then write the objection again."
            )
        )
    return found[0]


async def _give_back(ctx: Context, message: Message, code: str) -> None:
    version = await objections.take_back_anonymous(ctx.db, _hashed(code))
    problem = await problems.by_version(ctx.db, version) if version else None
    if problem is None:
        raise UserError(text("There is no open objection with this code."))
    inside = await entries.of_group(ctx, problem.group_id)
    if inside is not None:
        await proposals.settle(inside, problem)
    await ctx.reply(text("The objection is taken back."), to=message.event_id)


async def _objects(ctx: Context, version: VersionId, *, in_thread: bool) -> bool:
    """Is what the person replies an objection? Who is in favour only talks, and in a thread people discuss."""
    person = ctx.person
    if person is None:
        return not in_thread
    if in_thread:
        raised = await objections.has(ctx.db, version, person.id, Stand.AGAINST)
        return raised and not await objections.has_said(ctx.db, version, person.id)
    return not await objections.has(ctx.db, version, person.id, Stand.FOR)


async def _has_objected(ctx: Context, version: VersionId, person: PersonId) -> bool:
    raised = await objections.has(ctx.db, version, person, Stand.AGAINST)
    return raised or await objections.has_said(ctx.db, version, person)


async def _object(ctx: Context, message: Message, problem: Problem, words: str) -> None:
    await objections.say(ctx.db, problem.version.id, await ctx.author(), message.event_id, words)
    await ctx.acknowledge(message.event_id, f"✅ {text('Objection').render(ctx.language)}")


async def _sentence_edited(ctx: Context, edit: Edit) -> bool:
    said = await objections.by_event(ctx.db, edit.target)
    if said is None or not said.is_sentence:
        return False
    if ctx.person is None or ctx.person.id != said.person_id:
        return True
    words = command_text(edit.body.lstrip("+ "), _OBJECTION_WORDS, direct=False)
    if words is None or is_blank(words):
        raise UserError(text("The objection stays as it was. To take it back: delete the message."))
    await objections.rewrite(ctx.db, edit.target, within_limit(words))
    await ctx.acknowledge(edit.target, f"✏️ {text('Objection').render(ctx.language)}")
    return True


async def _taken_back(ctx: Context, redaction: Redaction) -> bool:
    said = await objections.by_event(ctx.db, redaction.target)
    if said is None:
        return False
    problem = await problems.by_version(ctx.db, said.version_id)
    inside = await entries.of_group(ctx, problem.group_id) if problem else None
    if problem is None or inside is None or not await entries.may_delete(inside, said.person_id, redaction):
        return True
    await objections.take_back(ctx.db, redaction.target)
    await proposals.settle(inside, problem)
    return True


async def _posted(ctx: Context, event: EventId, only: str | None = None) -> Problem | None:
    """Return the proposal that a post of ours shows; ``only`` says which of its posts."""
    post = await outbox.by_event(ctx.db, event)
    number = problems.of_subject(post.subject) if post else None
    if post is None or number is None or (only and post.subject != problems.subject(number, only)):
        return None
    return await problems.get(ctx.db, number)


def _name(ctx: Context) -> str:
    return text("Core").render(ctx.language)


def _hashed(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()


#: The folded words of each command: they are not part of an edited text.
_CORE_WORDS, _OBJECTION_WORDS = (
    frozenset(folded for folded, command in router.folded().items() if command.handler is handler)
    for handler in (core, objection)
)

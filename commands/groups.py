# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Greet a group once, keep its goal, and say what is stored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Self

from commands import charters, entries, letters
from commands.context import Context
from commands.router import MODERATION, Router
from config.texts import Text, joined, text
from method import disclosures
from method.drafts import within_limit
from method.errors import Missing, UserError
from method.events import Edit, Membership, Message, Redaction
from method.ids import GroupId
from method.items import Label
from method.words import command_text, is_blank, isolate
from storage import changes, groups, outbox

router: Final = Router()


@router.on(Membership)
async def arrived(ctx: Context, change: Membership) -> bool:
    """Say once to a new group who the bot is and what it stores."""
    if change.user_id != ctx.me or change.membership != "join" or ctx.direct or ctx.group is None:
        return False
    subject = f"welcome:{ctx.group.id}"
    if await outbox.about(ctx.db, subject):
        return False
    await ctx.pin(await ctx.post(_welcome(ctx), subject=subject))
    # From the first moment: one that does not come is missed, and the next says so.
    await letters.plan(ctx)
    return True


@dataclass(frozen=True, slots=True)
class Goal:
    """What the group wants to reach."""

    words: str

    @classmethod
    def read(cls, words: str, about: Label | None) -> Self:
        """Read the goal."""
        if is_blank(words):
            question = text(
                "What is the goal of the group? Just reply to this message."
                " Example: Everybody finds work that fits their degree."
            )
            raise Missing(question, "ziel {}")
        return cls(within_limit(words))


@router.command(
    "ziel", "goal", "ziele", "goals",
    args=Goal,
    keeps=True,
    usage=text("Text"),
    help=text("write down the goal of the group"),
    example=text("!ziel Everybody finds work that fits their degree"),
    power_level=MODERATION,
)  # fmt: skip
async def goal(ctx: Context, message: Message, args: Goal) -> None:
    """Set the goal: from now on it stands at the top of the board."""
    await charters.set_goal(ctx, args.words, message.event_id)
    await ctx.acknowledge(message.event_id, f"✅ {text('Goal').render(ctx.language)}")
    await charters.answered(ctx, goal=True)
    if ctx.direct:
        await ctx.post(
            text("Goal: {goal}", goal=isolate(args.words)), subject=f"{_subject(ctx.group_id)}:post"
        )


@router.on(Edit)
async def edited(ctx: Context, edit: Edit) -> bool:
    """Give the group the goal that the message says now."""
    group = await groups.by_goal_event(ctx.db, edit.target)
    if group is None:
        return False
    inside = await entries.of_group(ctx, group.id)
    if inside is None or not await inside.may_moderate():
        return True
    ctx = inside
    words = command_text(edit.body, _WORDS, direct=ctx.direct)
    if words is None:
        raise UserError(text("This message is the goal of the group. Another command needs a new message."))
    if is_blank(words):
        raise UserError(text("The text is missing. The goal of the group stays as it was."))
    if words != group.goal:
        await charters.set_goal(ctx, within_limit(words), edit.target)
        await ctx.acknowledge(edit.target, f"✏️ {text('Goal').render(ctx.language)}")
    return True


@router.on(Redaction)
async def deleted(ctx: Context, redaction: Redaction) -> bool:
    """Forget the goal whose message was deleted."""
    group = await groups.by_goal_event(ctx.db, redaction.target)
    if group is None:
        return False
    inside = await entries.of_group(ctx, group.id)
    if inside is None:
        return True
    if await inside.may_moderate() or await entries.may_delete(inside, None, redaction):
        await groups.set_goal(ctx.db, group.id, None, None)
        await changes.forget(ctx.db, group.id, "goal")
        for post in await outbox.take_back(ctx.db, _subject(group.id)):
            await ctx.redact(post.id, room=post.room_id)
    return True


def _subject(group_id: GroupId) -> str:
    """Return what the bot's posts that repeat the goal are about."""
    return f"goal:{group_id}"


@router.command(
    "test", "test", "ping",
    help=text("see whether I am here"),
    example=text("!test"),
    needs_group=False,
    shows=True,
)  # fmt: skip
async def ping(ctx: Context, message: Message, _args: None) -> None:
    """Answer, and store nothing."""
    await ctx.reply(text("I am here. I have stored nothing."), to=message.event_id)


@router.command(
    "datenschutz", "privacy", "dsgvo", "gdpr",
    help=text("what I store, and who is responsible"),
    example=text("!datenschutz"),
    needs_group=False,
    shows=True,
)  # fmt: skip
async def privacy(ctx: Context, message: Message, _args: None) -> None:
    """Say what is stored, for how long, and who is responsible."""
    lines = [*(line.words for line in disclosures.LINES), joined(_contacts(ctx), separator=" ")]
    await ctx.reply(joined(lines), to=message.event_id)


def _welcome(ctx: Context) -> Text:
    return joined(
        [
            text(
                "Hello, I am the bot of this group. I write down barriers and ideas."
                " So the group needs fewer e-mails and minutes."
            ),
            text(
                "This is how: !barriere and then the text. !idee and then the text."
                " !board shows everything. !hilfe explains more."
            ),
            text(
                "What I store: commands, answers to me, reactions to entries and to my messages."
                " In a meeting also its roles. The other conversation I do not store."
            ),
            text("I read only what is written from now on. I never count who writes how much."),
            text("Without a name: write to me directly. First the word anonym, then the text."),
            joined([_responsible(ctx), text("More: !datenschutz")], separator=" "),
        ]
    )


def _contacts(ctx: Context) -> list[Text]:
    if not ctx.operator.privacy_contact:
        return [_responsible(ctx)]
    return [_responsible(ctx), text("Data protection: {contact}", contact=ctx.operator.privacy_contact)]


def _responsible(ctx: Context) -> Text:
    if ctx.operator.responsible:
        return text("Responsible: {name}.", name=ctx.operator.responsible.rstrip("."))
    return text("Responsible: the operators of {server}.", server=ctx.me.partition(":")[2])


#: The folded words that set the goal: they are not part of an edited text.
_WORDS: Final = frozenset(folded for folded, command in router.folded().items() if command.handler is goal)

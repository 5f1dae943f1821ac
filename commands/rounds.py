# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Ask everybody once: answers by reply, in the thread or by direct message, shown at the end without names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Self

from commands import cards, entries
from commands.context import Context
from commands.router import Router
from config.texts import text
from method import rounds as rules
from method.errors import Missing, UserError
from method.events import Edit, Message, Redaction
from method.ids import EventId, RoundId
from method.items import Label
from method.meetings import title_of
from method.rounds import Round, checked, read_round
from method.timers import Timer
from method.words import command_text, fold, is_blank
from storage import inbox, meetings, outbox, rounds

router: Final = Router()

_END: Final = frozenset(map(fold, ("ende", "end", "beenden", "schluss", "stop")))


@dataclass(frozen=True, slots=True)
class Words:
    """A question to everybody; in a direct message the answer to it."""

    words: str

    @classmethod
    def read(cls, words: str, about: Label | None) -> Self:
        """Take the words as they are."""
        return cls(words.strip())


@router.command(
    "runde", "round", "runden", "blitzlicht", "rounds",
    args=Words,
    keeps=True,
    usage=text("Question"),
    help=text("ask everybody in the meeting; close: !runde ende"),
    example=text("!runde What do we take with us? bis 15:30"),
)  # fmt: skip
async def ask(ctx: Context, message: Message, args: Words) -> None:
    """Open a round, or close it; in a direct message answer the one that is open."""
    if ctx.direct:
        await _answer_directly(ctx, message, args.words)
        return
    meeting = await cards.current(ctx)
    await cards.require_lead(ctx, meeting)
    asked = await rounds.latest(ctx.db, meeting.id)
    is_open = asked is not None and not asked.closed
    if fold(args.words) in _END:
        if asked is None or asked.closed:
            raise UserError(text("There is no round at the moment. To begin one: !runde Frage"))
        await cards.close_round(ctx, asked)
        await ctx.acknowledge(message.event_id, f"✅ {meeting.label}")
        return
    if is_blank(args.words):
        raise Missing(text("Which question goes to everybody? Example: What do we take with us?"), "runde {}")
    if asked is not None and is_open:
        until = await cards.time_of(ctx, asked.closes_at)
        raise UserError(text("A round is open until {time}. Close it: !runde ende", time=until))
    question, closes_at = await _read(ctx, args.words)
    meeting = await cards.begin(ctx, meeting)
    opened = await rounds.add(ctx.db, meeting.id, question, message.event_id, closes_at=closes_at)
    await cards.show_round(ctx, opened)
    await ctx.later("rounds.close", closes_at, subject=str(opened.id))


async def _read(ctx: Context, words: str) -> tuple[str, datetime]:
    """Return the question as one line, and when the round ends."""
    typed, at = read_round(words)
    question = title_of(typed)
    if question is None:
        raise Missing(
            text("Which question goes to everybody? Example: What do we take with us?"),
            f"runde bis {at.isoformat('minutes')}: {{}}" if at else "runde {}",
        )
    if at is None:
        return question, ctx.now + rules.LASTS
    zone = (await ctx.settings()).zone
    closes_at = datetime.combine(ctx.now.astimezone(zone).date(), at, zone).astimezone(UTC)
    if closes_at <= ctx.now:
        raise Missing(
            text(
                "{time} is over. Reply with a later time, for example 15:45.",
                time=await cards.time_of(ctx, closes_at),
            ),
            f"runde bis {{}}: {question}",
        )
    return question, closes_at


@router.timer("rounds.close", lasts=True)
async def close(ctx: Context, timer: Timer) -> None:
    """End a round at its deadline; nobody is waited for, nobody is named."""
    asked = await rounds.find(ctx.db, RoundId(int(timer.subject)))
    if asked is not None and not asked.closed:
        await cards.close_round(ctx, asked)


# --- answers -------------------------------------------------------------------------------------


@router.on(Message)
async def answered(ctx: Context, message: Message) -> bool:
    """Take a reply to the question, or a message in its thread, as an answer."""
    target = message.reply_to or message.thread_root
    post = await outbox.by_event(ctx.db, target) if target else None
    asked = await rounds.by_card(ctx.db, post.id) if post else None
    if asked is None or ctx.direct or ctx.group is None or is_blank(message.body):
        return False
    if (await meetings.by_id(ctx.db, asked.meeting_id)).group_id != ctx.group.id:
        return False
    await _take(ctx, asked, message.body, message.event_id)
    return True


@router.on(Edit)
async def edited(ctx: Context, edit: Edit) -> bool:
    """Give an answer the words that its message has now."""
    found = await rounds.by_answer(ctx.db, edit.target)
    if found is None:
        return False
    asked, author = found
    meeting = await meetings.by_id(ctx.db, asked.meeting_id)
    inside = await entries.of_group(ctx, meeting.group_id)
    if inside is None or not entries.is_author(inside, author):
        return True
    words = command_text(edit.body, _WORDS, direct=ctx.direct)
    if words is None or is_blank(words):
        raise UserError(text("The text is missing. The answer stays as it was."))
    await rounds.rewrite(ctx.db, edit.target, checked(words))
    await _show_late(inside, asked)
    await ctx.acknowledge(edit.target, f"✏️ {meeting.label}")
    return True


@router.on(Redaction)
async def deleted(ctx: Context, redaction: Redaction) -> bool:
    """Forget an answer whose message was deleted."""
    found = await rounds.by_answer(ctx.db, redaction.target)
    if found is None:
        return False
    asked, author = found
    inside = await entries.of_group(ctx, (await meetings.by_id(ctx.db, asked.meeting_id)).group_id)
    if inside is not None and await entries.may_delete(inside, author, redaction):
        await rounds.withdraw(ctx.db, redaction.target)
        await _show_late(inside, asked)
    return True


@router.on(Redaction)
async def question_deleted(ctx: Context, redaction: Redaction) -> bool:
    """Forget a round whose message was deleted, and delete the bot's own post that repeats its question."""
    asked = await rounds.by_source(ctx.db, redaction.target)
    if asked is None:
        return False
    if await entries.of_group(ctx, (await meetings.by_id(ctx.db, asked.meeting_id)).group_id) is not None:
        await rounds.erase(ctx.db, asked.id)
        for post in await outbox.take_back(ctx.db, rounds.subject_of_all(asked.id)):
            await ctx.redact(post.id, room=post.room_id)
    return True


async def _answer_directly(ctx: Context, message: Message, words: str) -> None:
    meeting = await meetings.running(ctx.db, ctx.group_id)
    asked = await rounds.latest(ctx.db, meeting.id) if meeting else None
    if asked is None:
        raise UserError(text("There is no round at the moment."))
    if is_blank(words):
        raise Missing(text("What is the answer to: {question}", question=asked.question), "runde {}")
    await _take(ctx, asked, words, message.event_id)


async def _take(ctx: Context, asked: Round, words: str, source: EventId) -> None:
    """Keep an answer; a second one of the same person waits until everybody has given the first."""
    meeting = await meetings.by_id(ctx.db, asked.meeting_id)
    author = await ctx.author()
    before = await _waiting(ctx, asked)
    await rounds.answer(ctx.db, asked.id, author, checked(words), source)
    await meetings.notice(ctx.db, meeting.id, author)
    after = await _waiting(ctx, asked)
    if source in after:
        await ctx.acknowledge(source, f"⏳ {text('waits').render(ctx.language)}")
    for event in [event for event in (*before, source) if event not in after]:
        entry = await inbox.find(ctx.db, event)
        await ctx.acknowledge(event, f"✅ {meeting.label}", room=entry.room_id if entry else None)
    await _show_late(ctx, asked)


async def _waiting(ctx: Context, asked: Round) -> list[EventId]:
    if asked.closed:
        return []
    present = await cards.known_present(ctx, await meetings.by_id(ctx.db, asked.meeting_id))
    return [answer.source for answer in rules.waiting(await rounds.answers(ctx.db, asked.id), present)]


async def _show_late(ctx: Context, asked: Round) -> None:
    """Late is fine: after the end the card follows."""
    if asked.closed:
        await cards.show_round(ctx, asked)


#: The folded words that call the command: they are not part of an answer.
_WORDS: Final = frozenset(router.folded())

# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the bot asks back: a near miss, a blank, the group that is meant; nothing typed is lost."""

from __future__ import annotations

from typing import Final

from commands.context import Context
from config.texts import Text, text
from method.drafts import first_label
from method.errors import UserError
from method.events import Message
from method.ids import EventId, OutboxId, QuestionId
from method.words import fold, parse_command
from storage import outbox, questions
from storage.questions import Question

#: What an answer is put in for.
BLANK: Final = "{}"
#: What answers a question of the kind "confirm"; everything else is just talk.
CONFIRMATIONS: Final = frozenset(map(fold, ("ja", "yes", "alles", "all", "everything")))
#: What answers one of the kind "consent".
CONSENTS: Final = frozenset(map(fold, ("ja", "yes", "nein", "no")))

#: Whoever says so, says nothing else.
THANKS: Final = frozenset(
    map(
        fold,
        ("danke", "danke dir", "danke schön", "dankeschön", "vielen dank", "merci", "thanks", "thank you"),
    )
)
_YES: Final = frozenset(map(fold, ("ja", "yes")))


async def ask(
    ctx: Context, message: Message, kind: str, line: str, words: Text, *, about: EventId | None = None
) -> None:
    """Ask one question and keep the words already typed for fifteen minutes.

    Args:
        kind: "suggestion" (👍 runs the line), "text", "label" or "word" (the answer fills the blank), "confirm"
            (only JA or ALLES fill it), "consent" (only JA or NEIN fill it), "group".
        line: the command line without "!".
        about: the message to which belongs what comes of it; the answered one if None.
    """
    author = await ctx.author()
    question = await questions.ask(
        ctx.db, ctx.room.room_id, author, kind, line, about or message.event_id, now=ctx.now
    )
    await ctx.reply(words, to=message.event_id, subject=_subject(question.id))


async def answered(ctx: Context, message: Message) -> Question | None:
    """Return the open question that ``message`` answers: as a reply, or as the next words in a direct message."""
    if ctx.person is None:
        return None
    target = message.reply_to or message.thread_root
    if target is not None:
        question = await _behind(ctx, target)
        if question is None and message.follows is not None:
            question = await _behind(ctx, message.follows)
    elif ctx.direct:
        question = await _latest(ctx)
        # What neither accepts nor declines a suggestion answers the question from before.
        if question is not None and question.kind == "suggestion" and fold(message.body) not in CONSENTS:
            question = await _latest(ctx, suggests=False)
    else:
        question = None
    if question is None or question.person_id != ctx.person.id:
        return None
    # A 👍 accepts it; for whoever cannot react, the word does.
    if question.kind == "suggestion" and fold(message.body) not in _YES:
        return None
    # Whoever answers something else is just talking: the question stays open.
    if target is None and fold(message.body) in THANKS:
        return None
    if question.kind == "label" and first_label(message.body, bare=True)[0] is None:
        return None
    if question.kind == "confirm" and fold(message.body) not in CONFIRMATIONS:
        return None
    if question.kind == "consent" and fold(message.body) not in CONSENTS:
        return None
    return question


async def ask_which(ctx: Context, message: Message, question: Question, command: str, *, keeps: bool) -> None:
    """Ask whether words that begin with a command word are the answer to ``question``: all may read what it makes.

    The question stays open: other words may answer it as well.

    Raises:
        UserError: nothing of the words may be kept (not ``keeps``).
    """
    if not keeps:
        raise UserError(
            text(
                "Is this the answer to my question? Then send it again as a reply to it."
                " Or is {name} meant? Then send it again with ! in front. I keep nothing of it.",
                name=command,
            )
        )
    words = text(
        "Is this the answer to my question? Then confirm with 👍. The text is not lost."
        " Or is {name} meant? Then send it again with ! in front.",
        name=command,
    )
    line = question.line.replace(BLANK, message.body, 1)
    about = message.event_id if question.kind == "text" else question.event_id
    await ask(ctx, message, "suggestion", line, words, about=about)


async def close(ctx: Context, question: Question) -> None:
    """Forget a question that is answered; with it the suggestion that was made of its answer, or the reverse."""
    await questions.answer(ctx.db, question.id)
    is_suggestion = question.kind == "suggestion"
    other = await _latest(ctx, suggests=not is_suggestion) if ctx.direct else None
    if other is not None:
        asked, suggestion = (other, question) if is_suggestion else (question, other)
        if suggestion.line.startswith(asked.line.partition(BLANK)[0]):
            await questions.answer(ctx.db, other.id)


async def decline(ctx: Context, message: Message) -> None:
    """Forget what was asked where its words come again with "!" in front, or are edited so: they are no answer."""
    typed = parse_command(message.body) if ctx.direct else None
    suggestion = await _latest(ctx, suggests=True) if typed else None
    if typed is None or suggestion is None:
        return
    if suggestion.event_id == message.event_id or suggestion.line.endswith(f"{typed.word} {typed.rest}"):
        await close(ctx, suggestion)


async def suggested(ctx: Context, target: EventId) -> Question | None:
    """Return the suggestion that a 👍 on ``target`` accepts: only that of the person who asked."""
    question = await _behind(ctx, target)
    if question is None or ctx.person is None or question.person_id != ctx.person.id:
        return None
    return question if question.kind == "suggestion" else None


async def post_of(ctx: Context, question: Question) -> OutboxId:
    """Return our post that asked ``question``."""
    return (await outbox.about(ctx.db, _subject(question.id)))[0].id


async def _latest(ctx: Context, *, suggests: bool | None = None) -> Question | None:
    if ctx.person is None:
        return None
    return await questions.latest(ctx.db, ctx.room.room_id, ctx.person.id, now=ctx.now, suggests=suggests)


def _subject(question: QuestionId) -> str:
    return f"question:{question}"


async def _behind(ctx: Context, event: EventId) -> Question | None:
    post = await outbox.by_event(ctx.db, event)
    if post is None or post.subject is None or not post.subject.startswith("question:"):
        return None
    number = QuestionId(int(post.subject.removeprefix("question:")))
    return await questions.by_id(ctx.db, number, now=ctx.now)

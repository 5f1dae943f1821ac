# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The weekly letter: when it comes, what will stand in it, a sentence of the moderation, and earlier ones as a file."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from typing import Final, Self

from commands import charters, entries, letters, schedules
from commands.context import Context
from commands.router import Router
from config.texts import Text, joined, text
from method import rhythms
from method.charters import LETTER
from method.digests import layout
from method.errors import Missing, UserError
from method.events import Edit, Message, Redaction
from method.items import Label
from method.limits import within
from method.schedules import LETTER as LATENESS
from method.schedules import Occurrence, Schedule, due
from method.settings import Settings
from method.timers import Timer
from method.words import command_text, fold, is_blank
from storage import digests, facts, groups, outbox

router: Final = Router()
#: Listens after every topic.
last: Final = Router()

#: Characters of the moderation's sentence.
_LIMIT: Final = 300
#: Behind "satz" they take it away.
_NONE: Final = frozenset(
    map(fold, ("aus", "off", "weg", "löschen", "entfernen", "delete", "remove", "kein", "keiner", "none"))
)
_NUMBER: Final = re.compile(r"#?([0-9]{1,6})", re.ASCII)
#: Later than this, a letter waits for the group's working time.
_LATE: Final = timedelta(hours=1)


class Verb(Enum):
    """What is to be done with the weekly letter."""

    SHOW = "show"
    PREVIEW = "preview"
    NOW = "now"
    REMARK = "remark"
    NO_REMARK = "no remark"
    FILE = "file"
    SCHEDULE = "schedule"


_VERBS: Final = {
    fold(word): verb
    for verb, words in {
        Verb.PREVIEW: "vorschau preview entwurf",
        Verb.NOW: "jetzt now sofort",
        Verb.REMARK: "satz sentence ergänzen hinweis remark",
        Verb.FILE: "pdf akte datei file",
    }.items()
    for word in words.split()
}


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be done, with which words."""

    verb: Verb
    words: str = ""

    @classmethod
    def read(cls, words: str, about: Label | None) -> Self:
        """Read the verb; a number is that of a letter, anything else says when it comes."""
        first, _, rest = words.strip().partition(" ")
        verb = _verb(words)
        if verb is Verb.REMARK and is_blank(rest):
            question = text("Which sentence shall stand in the letter? Just reply to this message.")
            raise Missing(question, "wochenbrief satz {}")
        if verb is Verb.REMARK and fold(rest) in _NONE:
            return cls(Verb.NO_REMARK)
        if fold(first) in _VERBS:
            return cls(verb, rest.strip())
        number = _NUMBER.fullmatch(words.strip())
        return cls(verb, number[1] if number else words.strip())


def _verb(words: str) -> Verb:
    if is_blank(words):
        return Verb.SHOW
    standard = Verb.FILE if _NUMBER.fullmatch(words.strip()) else Verb.SCHEDULE
    return _VERBS.get(fold(words.split(maxsplit=1)[0]), standard)


@router.command(
    "wochenbrief", "digest", "bericht", "wochenbericht", "brief", "letter",
    args=Wish,
    keeps=True,
    usage=text("preview"),
    help=text("what happened in the week; preview, now, off, Fri 13:00"),
    example=text("!wochenbrief preview"),
    sets=lambda words: _verb(words) is Verb.SCHEDULE,
)  # fmt: skip
async def digest(ctx: Context, message: Message, args: Wish) -> None:
    """Show, write, move or switch off the weekly letter."""
    if args.verb is Verb.SHOW:
        await ctx.reply(await _when(ctx), to=message.event_id)
    elif args.verb is Verb.PREVIEW:
        await _preview(ctx, message)
    elif args.verb is Verb.FILE:
        await _file(ctx, message, args.words)
    else:
        await ctx.require_moderation()
        if args.verb is Verb.NOW:
            await _now(ctx, message)
        elif args.verb is Verb.REMARK:
            await _remark(ctx, message, args.words)
        elif args.verb is Verb.NO_REMARK:
            await digests.take_remark_back(ctx.db, ctx.group_id)
            await ctx.reply(
                text("The next letter comes without a sentence of the moderation."), to=message.event_id
            )
        else:
            await _schedule(ctx, message, args.words)


async def _when(ctx: Context) -> Text:
    following = await letters.plan(ctx)
    if following is None:
        lines = [text("The weekly letter is off. The moderation switches it on: !wochenbrief an Fr 13:00")]
    else:
        next_one = rhythms.next_letter(following, await ctx.settings(), ctx.now)
        lines = [joined([text("The weekly letter says what has happened."), next_one], " ")]
    lines.append(text("What will stand in it: !wochenbrief vorschau"))
    newest = await digests.last_number(ctx.db, ctx.group_id)
    if newest:
        lines.append(text("The last one as a PDF: !wochenbrief {number}", number=newest))
    return joined(lines)


async def _preview(ctx: Context, message: Message) -> None:
    language = ctx.language if ctx.direct else (ctx.person and ctx.person.language) or ctx.language
    letter, known = await letters.draft(ctx, language)
    if await letters.is_worth(ctx, letter):
        head = text("Preview. Only in this chat. Until it is sent, it follows the board.")
        lines = [head, layout.room(letter, known, attached=True)]
    else:
        lines = [letters.nothing_new()]
    if await ctx.may_moderate():
        lines.append(text("To add one sentence: !wochenbrief satz and then the sentence."))
    words = joined(lines, "\n\n")
    if ctx.direct:
        await ctx.reply(words)
        return
    await ctx.tell(ctx.user, words, language=language, asked=True)
    await letters.told_privately(ctx, message.event_id)


async def _now(ctx: Context, message: Message) -> None:
    letter = await letters.write(ctx)
    if letter is None:
        raise UserError(letters.nothing_new())
    await _done(ctx, message)


async def _file(ctx: Context, message: Message, words: str) -> None:
    number = _NUMBER.fullmatch(words) if words else None
    newest = await digests.last_number(ctx.db, ctx.group_id)
    letter = await digests.find(ctx.db, ctx.group_id, int(number[1]) if number else newest)
    if letter is None:
        raise UserError(
            text("There is no such weekly letter. The last one: !wochenbrief {number}", number=newest)
            if newest
            else text("There is no weekly letter yet. Preview: !wochenbrief vorschau")
        )
    known = await facts.of_group(ctx.db, ctx.require_group())
    await ctx.send_picture(letters.file(letter, known, ctx.language), to=message.event_id)


async def _remark(ctx: Context, message: Message, words: str) -> None:
    await digests.remark(ctx.db, ctx.group_id, _sentence(words), message.event_id)
    await _done(ctx, message)


async def _schedule(ctx: Context, message: Message, words: str) -> None:
    present = await charters.present(ctx)
    try:
        new = LETTER.read(present, words)
    except UserError as mistake:
        how = text("Also: vorschau, jetzt, satz, or the number of a letter.")
        raise UserError(joined([mistake.text, how], ". ")) from mistake
    await charters.choose(ctx, LETTER, new)
    following = await letters.plan(ctx)
    lines = [text("Saved: {what}.", what=LETTER.said(new))]
    if following is not None:
        lines.append(rhythms.next_letter(following, new.settings, ctx.now))
    said = joined(lines, " ")
    await ctx.reply(said, to=message.event_id)
    if ctx.direct:
        # What holds for all is not changed behind their backs.
        await ctx.post(said)


async def _done(ctx: Context, message: Message) -> None:
    await ctx.acknowledge(message.event_id, f"✅ {text('Weekly letter').render(ctx.language)}")


def _sentence(words: str) -> str:
    return within(" ".join(words.split()), _LIMIT)


# --- time ----------------------------------------------------------------------------------------


@router.timer(letters.SEND)
async def send(ctx: Context, timer: Timer) -> None:
    """Write the letter whose time has come, once; what was missed for too long goes into the next one."""
    settings = await ctx.settings()
    schedule = rhythms.schedule(settings)
    if schedule is None:
        return
    late = _is_late(ctx, timer, schedule, settings)
    # What was missed is named by the letter that is written next, which may be a later one.
    if await schedules.keep(ctx, timer, schedule, LATENESS, quietly=late, names=False):
        await letters.write(ctx)


@router.names_timer(letters.SEND)
async def named(_ctx: Context, _timer: Timer) -> Text:
    """Name the next letter."""
    return text("Weekly letter")


def _is_late(ctx: Context, timer: Timer, schedule: Schedule, settings: Settings) -> bool:
    """Is the letter so late that nobody meant this time? Then it waits for working time."""
    found = due(schedule, Occurrence(timer.nominal, timer.due_at), ctx.now, settings, LATENESS).kept
    return found is not None and ctx.now - found.at > _LATE


# --- what is deleted -----------------------------------------------------------------------------


@router.on(Edit)
async def edited(ctx: Context, edit: Edit) -> bool:
    """Give the sentence the words that its message has now."""
    group_id = await digests.group_of_remark(ctx.db, edit.target)
    if group_id is None:
        return False
    inside = await entries.of_group(ctx, group_id)
    if inside is None or not await inside.may_moderate():
        return True
    words = command_text(edit.body, _WORDS, direct=ctx.direct)
    wish = Wish.read(words, None) if words else None
    if wish is not None and wish.verb is Verb.NO_REMARK:
        await digests.erase_remark(ctx.db, edit.target)
    elif wish is None or wish.verb is not Verb.REMARK:
        raise UserError(
            text("This message is a sentence for the letter. Another command needs a new message.")
        )
    else:
        await digests.remark(ctx.db, group_id, _sentence(wish.words), edit.target)
    await ctx.acknowledge(edit.target, f"✏️ {text('Weekly letter').render(ctx.language)}")
    return True


@last.on(Redaction)
async def deleted(ctx: Context, redaction: Redaction) -> bool:
    """Take out of every letter what was deleted; this comes after all topics have forgotten it."""
    own = await _own(ctx, redaction)
    meant = [ctx.group] if ctx.group and not ctx.direct else await groups.of_member(ctx.db, ctx.user)
    for group in meant:
        await letters.follow(ctx.for_group(group))
    return own


async def _own(ctx: Context, redaction: Redaction) -> bool:
    """Forget the sentence whose message was deleted, or that somebody has deleted a post of a letter."""
    group_id = await digests.group_of_remark(ctx.db, redaction.target)
    inside = await entries.of_group(ctx, group_id) if group_id is not None else None
    if inside is not None and (
        await inside.may_moderate() or await entries.may_delete(inside, None, redaction)
    ):
        await digests.erase_remark(ctx.db, redaction.target)
    post = await outbox.by_event(ctx.db, redaction.target)
    ours = post is not None and await digests.group_of_post(ctx.db, post.id) is not None
    if ours and post is not None and (await ctx.powers()).may_redact_others(redaction.sender):
        await digests.forget_post(ctx.db, post.id)
    return group_id is not None


#: The folded words that call the command: they are not part of an edited text.
_WORDS: Final = frozenset(router.folded())

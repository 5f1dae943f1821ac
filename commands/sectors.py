# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Ask people for their sector, which is voluntary, and say whose view is missing, never who said what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Self

from commands import entries
from commands.context import Context
from commands.router import Router
from config.texts import Text, joined, text
from method.errors import Missing, Suggestion, UserError
from method.events import Edit, Membership, Message, Reaction, Redaction
from method.ids import EventId, GroupId
from method.items import Label
from method.sectors import (
    BUTTONS,
    NAMED,
    OWN_EXPERIENCE,
    SIGNS,
    TARGET_GROUP,
    Sector,
    balance,
    by_key,
    find,
    near,
)
from method.settings import Address
from method.words import command_text, fold, is_blank
from storage import outbox, people, sectors
from storage.sectors import Mark

router: Final = Router()

#: The words behind ``!sektor`` that delete what was declared.
_NOTHING: Final = frozenset(
    map(
        fold, ("löschen", "lösche", "keine", "keiner", "kein", "weg", "entfernen", "delete", "remove", "none")
    )
)
#: The words behind ``!sektoren`` that add a sector.
_FURTHER: Final = frozenset(map(fold, ("weitere", "weiterer", "weiteren", "neu", "further", "more", "add")))
#: Characters of the name of a sector.
_LONGEST: Final = 40


def _is_sector(words: str) -> bool:
    return fold(words) in _NOTHING or (find(words, {}) or near(words, {})) is not None


@dataclass(frozen=True, slots=True)
class Words:
    """What stands behind the command; what it means depends on the group's own sectors."""

    words: str

    @classmethod
    def read(cls, words: str, about: Label | None) -> Self:
        """Keep the words."""
        return cls(words.strip())


@router.command(
    "sektor", "sector", "bereich",
    args=Words,
    usage=text("Text"),
    help=text("say which sector one comes from, better in a direct message"),
    example=text("!sektor wirtschaft"),
    personal=_is_sector,
)  # fmt: skip
async def sector(ctx: Context, message: Message, args: Words) -> None:
    """Remember, change or delete the person's sector."""
    await _take(ctx, message, args.words)


@router.command(
    "sektoren", "sectors", "bereiche",
    args=Words,
    help=text("ask everybody for their sector"),
    example=text("!sektoren"),
    personal=_is_sector,
)  # fmt: skip
async def ask(ctx: Context, message: Message, args: Words) -> None:
    """Ask with reactions as buttons, or add a sector to the usual ones; a sector alone is one's own."""
    first, _, rest = args.words.partition(" ")
    if not is_blank(args.words) and fold(first) not in _FURTHER:
        await _take(ctx, message, args.words)
        return
    await ctx.require_moderation()
    if fold(first) in _FURTHER:
        await sectors.add(ctx.db, ctx.group_id, await _new_name(ctx, rest), message.event_id)
        await ctx.acknowledge(message.event_id, _receipt(ctx, "✅"))
        return
    post = await ctx.post(await _question(ctx), subject=_subject(ctx.group_id))
    await ctx.offer(post, *BUTTONS)
    if ctx.direct:
        await ctx.acknowledge(message.event_id, _receipt(ctx, "✅"))


@router.command(
    "balance", "balance", "ausgewogenheit",
    help=text("whose view is missing"),
    example=text("!balance"),
)  # fmt: skip
async def show_balance(ctx: Context, message: Message, _args: None) -> None:
    """Say which sectors and which view are missing."""
    counted = await sectors.people_by_sector(ctx.db, ctx.group_id, await ctx.group_room())
    lines = balance(counted, await sectors.added(ctx.db, ctx.group_id))
    lines.append(text("Saying it is voluntary. In a direct message to me: sektor wirtschaft"))
    await ctx.reply(joined(lines), to=message.event_id)


# --- reactions, edits, deletions, departures -----------------------------------------------------


@router.on(Reaction)
async def tapped(ctx: Context, reaction: Reaction) -> bool:
    """Take the sector that a person has tapped under our question."""
    key = SIGNS.get(reaction.key)
    if key is None or reaction.sender == ctx.me or ctx.direct or ctx.group is None:
        return False
    post = await outbox.by_event(ctx.db, reaction.target)
    if post is None or post.subject != _subject(ctx.group.id):
        return False
    mark = Mark(ctx.group.id, await ctx.author(), key, reaction.event_id, public=True)
    await sectors.react(ctx.db, mark)
    return True


@router.on(Edit)
async def edited(ctx: Context, edit: Edit) -> bool:
    """Change the sector, or the name of the added sector, that the message says now."""
    mark = await sectors.by_event(ctx.db, edit.target)
    group_id = mark.group_id if mark else await sectors.group_of_source(ctx.db, edit.target)
    if group_id is None:
        return False
    inside = await entries.of_group(ctx, group_id)
    if inside is None or not (await inside.may_moderate() if mark is None else _is_own(inside, mark)):
        return True
    words = command_text(edit.body, _WORDS, direct=ctx.direct)
    if words is None:
        raise UserError(text("This message says a sector. Another command needs a new message."))
    if mark is None:
        first, _, rest = words.partition(" ")
        name = await _new_name(inside, rest if fold(first) in _FURTHER else words)
        await sectors.rename(ctx.db, edit.target, name)
    elif fold(words) in _NOTHING:
        await sectors.forget(ctx.db, group_id, mark.person_id)
    elif await _declare(inside, edit.target, words) is None:
        return True
    await ctx.acknowledge(edit.target, _receipt(ctx, "✏️"))
    return True


@router.on(Redaction)
async def deleted(ctx: Context, redaction: Redaction) -> bool:
    """Forget what was said by the reaction or message that is gone."""
    mark = await sectors.by_event(ctx.db, redaction.target)
    if mark is not None:
        here = not ctx.direct and mark.group_id == ctx.room.group_id
        if _is_own(ctx, mark) or (here and (await ctx.powers()).may_redact_others(redaction.sender)):
            await sectors.take_back(ctx.db, mark)
        return True
    group_id = await sectors.group_of_source(ctx.db, redaction.target)
    inside = await entries.of_group(ctx, group_id) if group_id else None
    if inside is None:
        return False
    if await inside.may_moderate() or await entries.may_delete(inside, None, redaction):
        await sectors.remove(ctx.db, redaction.target)
    return True


@router.on(Membership)
async def departed(ctx: Context, change: Membership) -> bool:
    """Forget the sector of somebody who is no longer in the group."""
    gone = change.membership in ("leave", "ban") and change.user_id != ctx.me
    if not gone or ctx.direct or ctx.group is None or ctx.room.upgraded_to is not None:
        return False
    person = await people.find(ctx.db, change.user_id)
    if person is None:
        return False
    await sectors.leave(ctx.db, ctx.group.id, person.id)
    return True


# --- one's own sector ----------------------------------------------------------------------------


async def _take(ctx: Context, message: Message, words: str) -> None:
    if fold(words) in _NOTHING and not is_blank(words):
        await sectors.forget(ctx.db, ctx.group_id, await ctx.author())
        await _confirm(ctx, message, text("Deleted: no sector is stored."))
        return
    if is_blank(words) and ctx.direct and await _show(ctx, message):
        return
    found = await _declare(ctx, message.event_id, words)
    if found is not None:
        await _confirm(ctx, message, text("Saved: {sector}.", sector=found.name))


async def _declare(ctx: Context, event_id: EventId, words: str) -> Sector | None:
    """Store the sector that ``words`` name, and return it; None if they belong into a direct message.

    Raises:
        Suggestion: one sector is close.
        Missing: none is.
    """
    added = await sectors.added_by_name(ctx.db, ctx.group_id)
    found = find(words, added)
    close = None if found else near(words, added)
    meant = found or close
    if meant is not None and meant.key == TARGET_GROUP and not ctx.direct:
        # Not even a question: it would repeat in the room what should not stand there.
        await ctx.tell(ctx.user, _PRIVATELY, asked=True)
        return None
    if found is None:
        raise _unclear(close, [*added.values(), *([OWN_EXPERIENCE] if ctx.direct else [])])
    mark = Mark(ctx.group_id, await ctx.author(), found.key, event_id, public=not ctx.direct)
    await sectors.declare(ctx.db, mark)
    return found


async def _confirm(ctx: Context, message: Message, stored: Text) -> None:
    """Say what was stored, in a direct message only; in the room a sign says that it was.

    Where a suggestion was accepted, its own message says so already.
    """
    words = joined([stored, _HOW], separator=" ") if ctx.direct else stored
    if ctx.done is not None:
        ctx.done = words
    elif ctx.direct:
        await ctx.reply(words, to=message.event_id)
    else:
        await ctx.acknowledge(message.event_id, _receipt(ctx, "✅"))


async def _show(ctx: Context, message: Message) -> bool:
    mark = await sectors.declared(ctx.db, ctx.group_id, await ctx.author())
    found = by_key(mark.sector, await sectors.added(ctx.db, ctx.group_id)) if mark else None
    if found is None:
        return False
    stored = text("Saved: {sector}.", sector=found.name)
    await ctx.reply(joined([stored, _HOW], separator=" "), to=message.event_id)
    return True


def _unclear(close: Sector | None, further: list[Sector]) -> Missing:
    if close is not None:
        words = text("Perhaps {sector} is meant. Confirm with 👍.", sector=close.name)
        return Suggestion(words, f"sektor {close.name.render('de')}")
    names = joined([one.name for one in (*NAMED, *further)], separator=", ")
    question = text("Which sector is meant? There are: {sectors}. Reply with one of them.", sectors=names)
    return Missing(question, "sektor {}")


def _is_own(ctx: Context, mark: Mark) -> bool:
    return entries.is_author(ctx, mark.person_id)


_HOW: Final = text(
    "I never show who said it, only numbers from three people on."
    " To change it: sektor verwaltung. To delete it: sektor löschen"
)
_PRIVATELY: Final = text(
    "That stood in the group. I have stored nothing."
    " Better: delete your message and write to me alone: sektor zielgruppe"
)


# --- sectors of the group ------------------------------------------------------------------------


_QUESTIONS: Final = {
    Address.NEUTRAL: text("Which sector is one’s own?"),
    Address.FORMAL: text("Which sector do you come from?"),
    Address.FAMILIAR: text("Which sector are you from?"),
}


async def _question(ctx: Context) -> Text:
    parts = [
        _QUESTIONS[(await ctx.settings()).address],
        text(
            "Saying it is voluntary. 🏛️ Administration, 🤝 Civil society, 🏢 Business."
            " Everybody can see reactions. In private it works by direct message: sektor wirtschaft."
            " Own experience as a skilled worker: only in private, with sektor zielgruppe"
        ),
    ]
    question = joined(parts, separator=" ")
    added = await sectors.added(ctx.db, ctx.group_id)
    if not added:
        return question
    names = joined([one.name for one in added], separator=", ")
    return joined([question, text("Further sectors, as text only: {sectors}.", sectors=names)])


async def _new_name(ctx: Context, words: str) -> str:
    """Return the name of a sector to be added.

    Raises:
        Missing: there is none.
        UserError: it is too long, or there is such a sector.
    """
    name = " ".join(words.split()).strip(".,;:")
    if is_blank(name) or not fold(name):
        question = text("Which sector shall be added? Just reply to this message. Example: Wissenschaft")
        raise Missing(question, "sektoren weitere {}")
    if len(name) > _LONGEST:
        raise UserError(
            text("The name has more than {limit} characters. A shorter one works.", limit=_LONGEST)
        )
    known = find(name, await sectors.added_by_name(ctx.db, ctx.group_id))
    if known is not None:
        raise UserError(text("There is such a sector already: {sector}.", sector=known.name))
    return name


def _receipt(ctx: Context, sign: str) -> str:
    # Reactions are not encrypted: which sector it is does not stand there.
    return f"{sign} {text('Sector').render(ctx.language)}"


def _subject(group_id: GroupId) -> str:
    return f"sectors:{group_id}"


#: The folded words that call the commands of a sector: they are not part of an edited text.
_WORDS: Final = frozenset(
    folded for folded, command in router.folded().items() if command.handler in (sector, ask)
)

# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The agenda of a meeting, by everybody: what to talk about, how long, and which barrier it serves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Self

from commands import entries, planning, questions, rescheduling
from commands.context import Context
from commands.router import Router
from config.texts import joined, text
from method import agendas as rules
from method.agendas import AgendaItem, Verb, Wish
from method.errors import Missing, UserError
from method.events import Edit, Message, Redaction
from method.ids import AgendaItemId, ItemId, MeetingId
from method.items import Kind, Label
from method.meetings import Meeting, first_number
from method.words import command_text, is_blank
from storage import agendas, items

router: Final = Router()


@dataclass(frozen=True, slots=True)
class Words:
    """What is wanted of which meeting's agenda; without a number the next one's."""

    meeting: int | None
    wish: Wish

    @classmethod
    def read(cls, words: str, about: Label | None) -> Self:
        """Read the meeting, and what is wanted; a reply to an entry serves that entry."""
        number, rest = first_number(words)
        wish = rules.read_wish(rest)
        if wish.verb is Verb.ADD and is_blank(wish.text):
            raise Missing(text("What is to be talked about? Just reply to this message."), "top {}")
        if wish.verb is Verb.ADD and wish.link is None and about is not None:
            wish = Wish(Verb.ADD, text=wish.text, minutes=wish.minutes, link=about)
        return cls(number, wish)


@router.command(
    "top", "agenda", "tops", "tagesordnung", "tagesordnungspunkt",
    args=Words,
    keeps=True,
    usage=text("Text 10 min zu B3"),
    help=text("put something on the agenda; show it: !top; change: !top 2 auf 1, !top 2 weg, !top 2 parken"),
    example=text("!top Profil besprechen 10 min zu B3"),
)  # fmt: skip
async def agenda(ctx: Context, message: Message, args: Words) -> None:
    """Put something on an agenda, change it, or show it."""
    meeting = await rescheduling.named(ctx, args.meeting) if args.meeting else await planning.in_question(ctx)
    wish = args.wish
    if wish.verb is Verb.SHOW:
        await _show(ctx, message, meeting)
    elif wish.verb is Verb.ADD:
        await _add(ctx, message, meeting, wish)
    else:
        item = await _meant(ctx, meeting, wish)
        await _change(ctx, item, wish)
        await ctx.acknowledge(message.event_id, f"✅ {await _place(ctx, item)}")


async def _show(ctx: Context, message: Message, meeting: Meeting | None) -> None:
    listed = await _listed(ctx, meeting)
    lines = rules.agenda_lines(listed, most=None)
    if not lines:
        lines = [text("The agenda is empty. Something to talk about? !top and then the text")]
    elif meeting is None:
        lines.insert(0, text("For the next meeting:"))
    else:
        lines.insert(0, text("{label}:", label=meeting.label))
    await ctx.reply(joined(lines), to=message.event_id)


async def _add(ctx: Context, message: Message, meeting: Meeting | None, wish: Wish) -> None:
    where = f"{meeting.label} " if meeting else ""
    minutes = f" {wish.minutes} min" if wish.minutes else ""
    linked = await _entry(ctx, wish.link, f"top {where}{wish.text}{minutes} zu {{}}")
    before = await _listed(ctx, meeting)
    item = await agendas.add(
        ctx.db, ctx.group_id, meeting.id if meeting else None, wish.text, message.event_id,
        minutes=wish.minutes, item_id=linked,
    )  # fmt: skip
    await planning.agenda_changed(ctx, item.meeting_id)
    words = text("Saved for the agenda.")
    await ctx.acknowledge(message.event_id, f"✅ {await _place(ctx, item)}", words=words)
    if meeting is None:
        await ctx.reply(text("No meeting is announced. I keep this for the next one."), to=message.event_id)
    await _ask_for_barrier(ctx, message, item, before)


async def _ask_for_barrier(
    ctx: Context, message: Message, item: AgendaItem, before: list[AgendaItem]
) -> None:
    """Ask which barrier an item serves; once for each agenda, for more would nag."""
    if item.link is not None or any(one.link is None for one in before):
        return
    if await items.last_number(ctx.db, ctx.group_id, Kind.BARRIER):
        question = text(
            "Which barrier is this about? Reply with its number, for example B3. It works without, too."
        )
        await questions.ask(ctx, message, "label", f"top §{item.id} zu {{}}", question)


async def _meant(ctx: Context, meeting: Meeting | None, wish: Wish) -> AgendaItem:
    if wish.own:
        item = await agendas.find(ctx.db, AgendaItemId(wish.number or 0))
        if item is not None and item.group_id == ctx.group_id:
            return item
        raise UserError(text("This is not on the agenda any more. To see it: !top"))
    listed = await _listed(ctx, meeting)
    if wish.number is None or not 0 < wish.number <= len(listed):
        raise UserError(
            text("There is no item {number} on the agenda. To see it: !top", number=wish.number or 0)
        )
    return listed[wish.number - 1]


async def _change(ctx: Context, item: AgendaItem, wish: Wish) -> None:
    if wish.verb is Verb.PARK:
        await planning.park(ctx, item)
        return
    if wish.verb is Verb.WITHDRAW:
        await agendas.remove(ctx.db, item.id)
    elif wish.verb is Verb.MOVE:
        others = [one.id for one in await _beside(ctx, item) if one.id != item.id]
        others.insert(max((wish.place or 1) - 1, 0), item.id)
        await agendas.arrange(ctx.db, others)
    else:
        linked = await _entry(ctx, wish.link or item.link, f"top §{item.id} zu {{}}")
        await agendas.rewrite(
            ctx.db, item.id, item.text, minutes=wish.minutes or item.minutes, item_id=linked
        )
    await planning.agenda_changed(ctx, item.meeting_id)


async def _entry(ctx: Context, link: Label | None, line: str) -> ItemId | None:
    return (await entries.find_open(ctx, link, line)).id if link else None


async def _listed(ctx: Context, meeting: Meeting | None) -> list[AgendaItem]:
    return await _of(ctx, meeting.id if meeting else None)


async def _beside(ctx: Context, item: AgendaItem) -> list[AgendaItem]:
    return await _of(ctx, item.meeting_id)


async def _of(ctx: Context, meeting_id: MeetingId | None) -> list[AgendaItem]:
    if meeting_id is None:
        return await agendas.parked(ctx.db, ctx.group_id)
    return await agendas.of_meeting(ctx.db, meeting_id)


async def _place(ctx: Context, item: AgendaItem) -> str:
    """Return how a receipt names an item: by its place, if it still has one on an agenda."""
    now = await agendas.find(ctx.db, item.id)
    if now is None or now.meeting_id is None:
        return "TOP"
    return f"TOP {[one.id for one in await _beside(ctx, now)].index(now.id) + 1}"


# --- the message ---------------------------------------------------------------------------------


@router.on(Edit)
async def edited(ctx: Context, edit: Edit) -> bool:
    """Let an item of the agenda be what its message says now."""
    item = await agendas.by_source(ctx.db, edit.target)
    if item is None:
        return False
    inside = await entries.of_group(ctx, item.group_id)
    if inside is None:
        return True
    words = command_text(edit.body, _WORDS, direct=ctx.direct)
    if words is None:
        raise UserError(text("This message is on the agenda. Another command needs a new message."))
    said, minutes, link = rules.read_item(first_number(words)[1])
    if is_blank(said):
        raise UserError(text("The text is missing. The agenda stays as it was."))
    # A barrier that was asked for afterwards does not stand in the message.
    try:
        linked = await _entry(inside, link or item.link, "")
    except Missing:
        raise UserError(
            text("{label} does not exist. The agenda stays as it was.", label=str(link or item.link))
        ) from None
    await agendas.rewrite(ctx.db, item.id, said, minutes=minutes, item_id=linked)
    await planning.agenda_changed(inside, item.meeting_id)
    await ctx.acknowledge(edit.target, f"✏️ {await _place(inside, item)}")
    return True


@router.on(Redaction)
async def deleted(ctx: Context, redaction: Redaction) -> bool:
    """Take an item off the agenda whose message was deleted."""
    item = await agendas.by_source(ctx.db, redaction.target)
    inside = await entries.of_group(ctx, item.group_id) if item else None
    if item is None or inside is None:
        return False
    await agendas.remove(ctx.db, item.id)
    await planning.agenda_changed(inside, item.meeting_id)
    return True


#: The folded words that call the command: they are not part of an edited text.
_WORDS: Final = frozenset(router.folded())

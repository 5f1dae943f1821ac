# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Guests: somebody is with the group until a day; the moderation is reminded, the guest hears farewell."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, Self

from commands import entries, schedules
from commands.context import Context
from commands.router import MODERATION, Router
from config.texts import Text, counted, joined, text
from method import dates
from method.errors import Missing, Suggestion, UserError
from method.events import Edit, Membership, Message, Redaction
from method.guests import FAREWELL, LONGEST, farewell_at, reminder_at
from method.hours import working_moment
from method.ids import EventId, GuestId, PersonId, UserId
from method.items import Label
from method.power import Powers
from method.presence import ALWAYS
from method.timers import Timer
from method.words import clean, command_text, fold, is_blank, isolate
from storage import guests, people, presence, rooms, timers
from storage.guests import Guest
from storage.rooms import Member

router: Final = Router()

#: The promise of a reminder, with the subject and the moment of the farewell.
_REMIND: Final = "guest.remind"

_ADDRESS: Final = re.compile(r"@[^\s:]+:[^\s,;]+")
_LOOSE_END: Final = re.compile(r"\s*\b(?:bis|until|till)$", re.IGNORECASE)
_END: Final = frozenset(map(fold, ("ende", "beenden", "aus", "löschen", "end", "off", "delete", "remove")))


@dataclass(frozen=True, slots=True)
class Stay:
    """Who is a guest and until when; which day is meant depends on today."""

    words: str

    @classmethod
    def read(cls, words: str, about: Label | None) -> Self:
        """Keep the words."""
        return cls(words.strip())


@router.command(
    "gast", "guest",
    args=Stay,
    usage=text("Name bis 15.3."),
    help=text("invite somebody for a while"),
    example=text("!gast @ada:example.org bis 15.3."),
    power_level=MODERATION,
)  # fmt: skip
async def guest(ctx: Context, message: Message, args: Stay) -> None:
    """Let somebody be a guest until a day, or no longer."""
    name, _, last = args.words.rpartition(" ")
    if name and fold(last) in _END:
        found = await _known(ctx, name)
        if found is None:
            raise UserError(text("There is no such guest. The list: !gäste"))
        await _end(ctx, found)
        await ctx.acknowledge(message.event_id, _receipt(ctx))
        return
    await _stay(ctx, message.event_id, args.words)


@router.command(
    "gäste", "guests",
    help=text("how many guests there are, and until when"),
    example=text("!gäste"),
)  # fmt: skip
async def show(ctx: Context, message: Message, _args: None) -> None:
    """Say how many guests there are and until when, without names."""
    days = await guests.last_days(ctx.db, ctx.group_id)
    if not days:
        await ctx.reply(text("There is no guest at the moment."), to=message.event_id)
        return
    today = await _today(ctx)
    until = joined([text("until {day}", day=dates.written(day, today)) for day in days], separator="; ")
    words = counted("{n} guest: {days}.", "{n} guests: {days}.", len(days), days=until)
    await ctx.reply(words, to=message.event_id)


@router.on(Edit)
async def edited(ctx: Context, edit: Edit) -> bool:
    """Let the guest stay as long as the message says now."""
    before = await guests.by_source(ctx.db, edit.target)
    if before is None:
        return False
    inside = await entries.of_group(ctx, before.group_id)
    if inside is None or not await inside.may_moderate():
        return True
    words = command_text(edit.body, _WORDS, direct=ctx.direct)
    if words is None:
        raise UserError(text("This message invites a guest. Another command needs a new message."))
    now = await _stay(inside, edit.target, words)
    if now.id != before.id:
        await _end(inside, before)
    return True


@router.on(Redaction)
async def deleted(ctx: Context, redaction: Redaction) -> bool:
    """Nobody is a guest whose message was deleted."""
    found = await guests.by_source(ctx.db, redaction.target)
    inside = await entries.of_group(ctx, found.group_id) if found else None
    if found is None or inside is None:
        return False
    if await inside.may_moderate() or await entries.may_delete(inside, None, redaction):
        await _end(inside, found)
    return True


@router.on(Membership)
async def departed(ctx: Context, change: Membership) -> bool:
    """Whoever has left is no guest any more, and nobody has to be reminded."""
    gone = change.membership in ("leave", "ban")
    if not gone or ctx.direct or ctx.group is None or ctx.room.upgraded_to is not None:
        return False
    person = await people.find(ctx.db, change.user_id)
    found = await guests.of_person(ctx.db, ctx.group.id, person.id) if person else None
    if found is None:
        return False
    await _end(ctx, found)
    return True


@router.timer(_REMIND)
async def remind(ctx: Context, timer: Timer) -> None:
    """Tell those who moderate, each alone and when they work, that a guest's time ends soon.

    Who has times of their own has a promise of their own, whose subject names them too.
    """
    number, _, only = timer.subject.partition(":")
    found = await guests.find(ctx.db, GuestId(int(number)))
    at = working_moment(ctx.now, await ctx.settings())
    if found is None:
        return
    if not only and at > ctx.now:
        await ctx.later(_REMIND, at, subject=timer.subject, nominal=timer.nominal)
        return
    words = await _ends_soon(ctx, found, date.fromisoformat(timer.nominal))
    for other, person in await _moderators(ctx, found):
        if only and (person is None or str(person) != only):
            continue
        at = await schedules.moment_for(ctx, other) if person is not None else ctx.now
        subject = f"{found.id}:{person or ''}"
        if at > ctx.now:
            await ctx.later(_REMIND, at, subject=subject, nominal=timer.nominal)
            continue
        # Named by the person: whoever was told at a time of their own is not told once more.
        cause = replace(timer, subject=subject).cause
        await (replace(ctx, cause=cause) if person is not None else ctx).tell(other, words)


async def _ends_soon(ctx: Context, stay: Guest, last_day: date) -> Text:
    user = (await people.get(ctx.db, stay.person_id)).user_id
    member = await rooms.member(ctx.db, await ctx.group_room(), user)
    return text(
        "{name} is a guest until {day}. To stay longer: !gast {user} bis and the new date",
        name=_name(member) if member else user,
        day=dates.written(last_day, await _today(ctx)),
        user=user,
    )


async def _moderators(ctx: Context, stay: Guest) -> list[tuple[UserId, PersonId | None]]:
    """Return who moderates the group, but the guest; those whom we do not know have no number."""
    room = await ctx.group_room()
    powers = await rooms.powers(ctx.db, room)
    known = {member.user_id: person for person, member in (await people.in_room(ctx.db, room)).items()}
    return [
        (member.user_id, known.get(member.user_id))
        for member in await rooms.members(ctx.db, room)
        if powers.of(member.user_id) >= Powers.MODERATION
        and member.membership == "join"
        and member.user_id != ctx.me
        and known.get(member.user_id) != stay.person_id
    ]


@router.timer(FAREWELL, lasts=True)
async def farewell(ctx: Context, timer: Timer) -> None:
    """Tell the guest, when they work, that the time is over; what they wrote stays."""
    found = await guests.find(ctx.db, GuestId(int(timer.subject)))
    if found is None:
        return
    user = (await people.get(ctx.db, found.person_id)).user_id
    at = await schedules.moment_for(ctx, user)
    if at > ctx.now:
        await ctx.later(FAREWELL, at, subject=timer.subject, nominal=timer.nominal)
        return
    last_day = date.fromisoformat(timer.nominal)
    words = text(
        "{day}: The time as a guest in the group “{group}” ends. Thank you. What was written stays with the group.",
        day=dates.written(last_day, await _today(ctx)),
        group=isolate(ctx.require_group().name),
    )
    await ctx.tell(user, words)
    await _end(ctx, found)


@router.names_days(FAREWELL)
async def days(ctx: Context) -> list[tuple[date, Text]]:
    """Say on which days a guest is there for the last time, without names."""
    today = await _today(ctx)
    last = Counter(day for day in await guests.last_days(ctx.db, ctx.group_id) if day >= today)
    return [
        (day, counted("last day of {n} guest", "last day of {n} guests", count))
        for day, count in last.items()
    ]


# --- from words to a guest -----------------------------------------------------------------------


async def _stay(ctx: Context, event_id: EventId, words: str) -> Guest:
    """Store who is a guest until when, promise the reminder and the farewell, and say the day.

    Raises:
        Missing: the person or the day is missing.
        Suggestion: the day is over, another one may be meant.
        UserError: the day is too far away.
    """
    today = await _today(ctx)
    name, read = dates.split_day(words, today)
    if read is None:
        raise _until_when(name)
    user = await _user(ctx, name)
    if user is None:
        raise Missing(
            text(
                "Who is the guest? Reply with the whole name, or with the address, for example @ada:example.org"
            ),
            f"gast bis {read.date.isoformat()} {{}}",
        )
    last_day = read.date
    if last_day < today:
        meant = dates.next_such_day(last_day, today)
        question = text(
            "{past} is over. Is {day} meant? Confirm with 👍.",
            past=dates.dated(last_day, year=last_day.year != today.year),
            day=dates.dated(meant, year=True),
        )
        raise Suggestion(question, f"gast {user} bis {meant.isoformat()}")
    if last_day - today > LONGEST:
        raise UserError(
            text("A guest stays for two years at most. Example: !gast @ada:example.org bis Freitag")
        )
    person = await people.get_or_add(ctx.db, user)
    stored = await guests.put(ctx.db, ctx.group_id, person.id, event_id)
    said = [text("Guest until {day}.", day=dates.written(last_day, today))]
    if await _promise(ctx, stored, last_day):
        said.append(text("I remind the moderation two days before."))
    member = await rooms.member(ctx.db, await ctx.group_room(), user)
    if member is None or member.membership not in ("join", "invite"):
        said.append(text("Not in the room yet. To invite: in the menu of the room."))
    await ctx.reply(joined(said, separator=" "), to=event_id)
    return stored


def _until_when(name: str) -> Missing:
    if is_blank(name):
        question = text("Who is the guest, and until when? Example: @ada:example.org bis 15.3.")
        return Missing(question, "gast {}")
    words = text("Until when? Reply with a date, for example 15.3. or: in 2 Wochen")
    name = _LOOSE_END.sub("", name)
    return Missing(words, f"gast {name} bis {{}}")


async def _promise(ctx: Context, stay: Guest, last_day: date) -> bool:
    """Promise the farewell and, if there is time for it, the reminder; tell whether there is."""
    settings = await ctx.settings()
    await _forget_promises(ctx, stay)
    promise = {"subject": str(stay.id), "nominal": last_day.isoformat()}
    await ctx.later(FAREWELL, farewell_at(last_day, settings, now=ctx.now), **promise)
    reminder = reminder_at(last_day, settings)
    if reminder > ctx.now:
        await ctx.later(_REMIND, reminder, **promise)
        for _, person in await _moderators(ctx, stay):
            own = await presence.of_person(ctx.db, person) if person is not None else ALWAYS
            at = reminder_at(last_day, settings, own)
            if own != ALWAYS and at > ctx.now:
                await ctx.later(_REMIND, at, subject=f"{stay.id}:{person}", nominal=promise["nominal"])
    return reminder > ctx.now


async def _end(ctx: Context, stay: Guest) -> None:
    await _forget_promises(ctx, stay)
    await guests.remove(ctx.db, stay.id)


async def _forget_promises(ctx: Context, stay: Guest) -> None:
    await timers.cancel(ctx.db, stay.group_id, FAREWELL, str(stay.id))
    for timer in await timers.of_kind(ctx.db, stay.group_id, _REMIND):
        if timer.subject.partition(":")[0] == str(stay.id):
            await timers.take(ctx.db, timer)


async def _known(ctx: Context, name: str) -> Guest | None:
    user = await _user(ctx, name)
    person = await people.find(ctx.db, user) if user else None
    return await guests.of_person(ctx.db, ctx.group_id, person.id) if person else None


async def _user(ctx: Context, typed: str) -> UserId | None:
    """Return the person who is named: by address, or by a name that only one in the room has."""
    address = _ADDRESS.search(typed)
    if address:
        return UserId(address[0])
    wanted = fold(typed.lstrip("@"))
    everybody = await rooms.members(ctx.db, await ctx.group_room())
    others = [member for member in everybody if member.user_id != ctx.me]
    for names in (_full_names, _first_names):
        found = [member.user_id for member in others if wanted in names(member)]
        if found:
            return found[0] if len(found) == 1 else None
    return None


def _full_names(member: Member) -> set[str]:
    localpart = member.user_id.removeprefix("@").partition(":")[0]
    return {fold(name) for name in (localpart, member.display_name or "") if name}


def _first_names(member: Member) -> set[str]:
    return {fold(word) for word in (member.display_name or "").split()[:1]}


def _name(member: Member) -> str:
    return isolate(" ".join(clean(member.name).split()))


async def _today(ctx: Context) -> date:
    return ctx.now.astimezone((await ctx.settings()).zone).date()


def _receipt(ctx: Context) -> str:
    return f"✅ {text('Guest').render(ctx.language)}"


#: The folded words that invite a guest: they are not part of an edited text.
_WORDS: Final = frozenset(folded for folded, command in router.folded().items() if command.handler is guest)

# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Show what comes next for the group: everything that is promised for a time and concerns people."""

from __future__ import annotations

from datetime import datetime, time
from typing import Final

from commands import schedules
from commands.context import Context
from commands.router import Router
from config.texts import Text, counted, joined, text
from method.deadlines import day_written, moment_written
from method.events import Message
from method.reminders import named
from storage import reminders, timers

#: Lines of the answer, with the first and the last.
LINES: Final = 10


def router_about(everything: Router) -> Router:
    """Return the router of the command that shows what the topics of ``everything`` have promised."""
    router = Router()

    @router.command(
        "termine", "calendar", "kalender",
        help=text("what comes next, with weekday, date and time"),
        example=text("!termine"),
        shows=True,
    )  # fmt: skip
    async def show(ctx: Context, message: Message, _args: None) -> None:
        """Show the next promises, the earliest first; what is for a whole day stands before its hours."""
        # What follows a schedule is promised with the next change otherwise.
        await schedules.plan_anew(ctx)
        zone = await ctx.zone()
        found: list[tuple[datetime, Text]] = []
        for timer in await timers.of_group(ctx.db, ctx.group_id):
            name = everything.names.get(timer.kind)
            shown = await name(ctx, timer) if name and timer.due_at > ctx.now else None
            if shown is not None:
                at = moment_written(timer.due_at, ctx.now, zone)
                found.append((timer.due_at, text("{moment}: {what}.", moment=at, what=shown)))
        for days in everything.days.values():
            for day, what in await days(ctx):
                line = text("{moment}: {what}.", moment=day_written(day, ctx.now, zone), what=what)
                found.append((datetime.combine(day, time(), zone), line))
        for due, what in await _own(ctx):
            line = text("{moment}: {what}.", moment=moment_written(due, ctx.now, zone), what=what)
            found.append((due, line))
        lines = [line for _, line in sorted(found, key=lambda one: one[0])]
        await ctx.reply(_listed(lines), to=message.event_id)

    return router


async def _own(ctx: Context) -> list[tuple[datetime, Text]]:
    """Return the reminders of one person alone, whatever group they stand with; in a group nothing of them."""
    if not ctx.direct or ctx.person is None:
        return []
    coming = await reminders.coming_for(ctx.db, ctx.person.id)
    return [(due, named(one)) for one, due in coming if one.private and due > ctx.now]


def _listed(lines: list[Text]) -> Text:
    if not lines:
        return text(
            "Nothing is planned. A meeting: !treffen Mi 3.3. 15:00 Titel. A check-in: !checkin an Di Do 9:00"
        )
    if len(lines) > LINES - 1:
        more = len(lines) - (LINES - 2)
        lines = [*lines[: LINES - 2], counted("and {n} more.", "and {n} more.", more)]
    return joined([text("What comes next:"), *lines])

# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What several topics do with a sprint: say that it runs, begin, move and end it, look back on it."""

from __future__ import annotations

import json
from datetime import date

from commands import planning, recaps, renewals, retrospecting, schedules
from commands.around import today
from commands.context import Context
from config.texts import LANGUAGES, Text, joined, text
from method import sprints as rules
from method.ids import OutboxId, SprintId
from method.sprints import Sprint
from storage import agendas, changes, meetings, sprints, timers


async def header(ctx: Context) -> Text | None:
    """Return the line of the board about the sprint that runs."""
    sprint = await sprints.running(ctx.db, ctx.group_id)
    return rules.header(sprint, await today(ctx)) if sprint else None


async def sentence(ctx: Context) -> Text | None:
    """Say which sprint runs."""
    sprint = await sprints.running(ctx.db, ctx.group_id)
    return rules.running(sprint, await today(ctx)) if sprint else None


async def promise(ctx: Context, sprint: Sprint) -> None:
    """Promise the end of a sprint, and nothing else about it."""
    for kind in (rules.END, rules.RETRO):
        await timers.cancel(ctx.db, ctx.group_id, kind, str(sprint.id))
    if sprint.ended is None:
        at = rules.end_at(sprint, await ctx.settings())
        await ctx.later(rules.END, at, subject=str(sprint.id), nominal=sprint.ends.isoformat())


@schedules.anew(rules.END, rules.RETRO)
async def plan_anew(ctx: Context) -> None:
    """Let the sprint that runs end, and the look back on the last one begin, by the zone and working time of now."""
    settings = await ctx.settings()
    for kind in (rules.END, rules.RETRO):
        for timer in await timers.of_kind(ctx.db, ctx.group_id, kind):
            sprint = await sprints.find(ctx.db, SprintId(int(timer.subject)))
            if sprint is not None and sprint.ended is None:
                await schedules.move(ctx, timer, rules.end_at(sprint, settings))
            elif sprint and await schedules.move(ctx, timer, rules.after_end(sprint.last, settings)[1]):
                await recaps.show_end(ctx, sprint)


async def begin(ctx: Context, sprint: Sprint) -> None:
    """Let a new sprint run."""
    await _remember(ctx, sprint, None)
    await promise(ctx, sprint)


async def amend(ctx: Context, sprint: Sprint, goal: str, ends: date) -> Sprint:
    """Give a sprint that runs another goal or another end; return it."""
    if (goal, ends) == (sprint.goal, sprint.ends):
        return sprint
    await _remember(ctx, sprint, sprint)
    changed = await sprints.save(ctx.db, sprint.id, goal, ends, sprint.ended)
    await promise(ctx, changed)
    await recaps.show_start(ctx, changed)
    return changed


async def end(ctx: Context, sprint: Sprint, *, by_person: bool) -> OutboxId:
    """End a sprint: say what was finished, propose the review, plan the look back."""
    if by_person:
        await _remember(ctx, sprint, sprint)
    day = await today(ctx)
    ended = await sprints.save(ctx.db, sprint.id, sprint.goal, sprint.ends, day)
    await promise(ctx, ended)
    await plan_retro(ctx, ended)
    return await recaps.say_end(ctx, ended)


async def plan_retro(ctx: Context, sprint: Sprint) -> None:
    """Promise to look back on a sprint that has ended; ``look_back`` is called then."""
    _, retro = rules.after_end(await today(ctx), await ctx.settings())
    await ctx.later(rules.RETRO, retro, subject=str(sprint.id))


async def look_back(ctx: Context, sprint: Sprint) -> None:
    """Begin the retro on a sprint: now, or when the vote of another is over."""
    later = await retrospecting.begin_after(ctx, sprint.number)
    if later is not None:
        await ctx.later(rules.RETRO, later, subject=str(sprint.id))


async def undo(ctx: Context, before: str) -> Text:
    """Let a sprint be as it was; say so."""
    value = json.loads(before)
    sprint_id = SprintId(value["id"])
    sprint = await sprints.find(ctx.db, sprint_id)
    was = value["was"]
    stays = await _call_off_review(ctx, sprint) if sprint is not None and was is not None else []
    if sprint is None or was is None:
        if sprint is not None:
            await withdraw(ctx, sprint)
        return text("Undone: sprint {number} is withdrawn.", number=value["number"])
    restored = await sprints.save(ctx.db, sprint_id, was["goal"], date.fromisoformat(was["ends"]), None)
    await promise(ctx, restored)
    await recaps.take_back(ctx, restored, "end")
    if (restored.goal, restored.ends) != (sprint.goal, sprint.ends):
        await recaps.show_start(ctx, restored)
    return joined([text("Undone."), rules.running(restored, await today(ctx)), *stays], " ")


async def _call_off_review(ctx: Context, sprint: Sprint) -> list[Text]:
    """Call off the review that was announced at the end of a sprint; say if it stays: people have changed it since."""
    if sprint.ended is None:
        return []
    review, _ = rules.after_end(sprint.ended, await ctx.settings())
    titles = {rules.review_of(sprint).render(language) for language in LANGUAGES}
    for meeting in await meetings.planned(ctx.db, ctx.group_id):
        if meeting.title in titles:
            if meeting.moment != review or await agendas.of_meeting(ctx.db, meeting.id):
                label = meeting.label
                return [
                    text(
                        "Still announced: {labels}. To cancel: !treffen absagen {label}",
                        labels=label,
                        label=label,
                    )
                ]
            await planning.close(ctx, meeting)
    return []


async def withdraw(ctx: Context, sprint: Sprint) -> None:
    """Let a sprint never have begun: nothing says its goal any more, and nobody looks back on it."""
    for kind in (rules.END, rules.RETRO):
        await timers.cancel(ctx.db, ctx.group_id, kind, str(sprint.id))
    await recaps.take_back(ctx, sprint)
    await renewals.renew_board(ctx, ctx.group_id)
    await retrospecting.withdraw_of(ctx, sprint.number)
    await _call_off_review(ctx, sprint)
    await sprints.remove(ctx.db, sprint.id)
    await changes.forget(ctx.db, ctx.group_id, "sprint")


async def _remember(ctx: Context, sprint: Sprint, was: Sprint | None) -> None:
    old = {"goal": was.goal, "ends": was.ends.isoformat()} if was else None
    before = json.dumps({"id": sprint.id, "number": sprint.number, "was": old})
    await changes.add(ctx.db, ctx.group_id, await ctx.author(), "sprint", now=ctx.now, before=before)

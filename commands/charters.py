# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What several topics do with what a group is about: its goal and its choices, and how they were before."""

from __future__ import annotations

import json
from dataclasses import replace

from commands import cards
from commands.context import Context
from config.texts import Text, text
from method import charters
from method.charters import Charter, Choice
from method.ids import EventId
from method.settings import Settings
from storage import changes, groups, meetings, problems, settings


async def present(ctx: Context) -> Charter:
    """Return what the group has chosen."""
    return Charter(ctx.require_group().name, await ctx.settings())


async def news(ctx: Context) -> list[Text]:
    """Say what the group can vote on now, and which meeting comes next."""
    told = []
    if await problems.proposed(ctx.db, ctx.group_id) is not None:
        told.append(text("To be decided: a proposal for the core problem. To see it: !kernproblem."))
    coming = await cards.announced_next(ctx)
    return [*told, coming] if coming else told


async def set_goal(ctx: Context, words: str, source: EventId) -> None:
    """Give the group a goal, said by the message ``source``, and remember the one before for a while."""
    group = ctx.require_group()
    before = json.dumps({"goal": group.goal, "event_id": group.goal_event_id})
    await changes.add(ctx.db, group.id, await ctx.author(), "goal", now=ctx.now, before=before)
    await groups.set_goal(ctx.db, group.id, words, source)
    ctx.group = replace(group, goal=words, goal_event_id=source)


async def choose(ctx: Context, choice: Choice, new: Charter) -> None:
    """Let the group's choices be ``new``, in which ``choice`` was made, and remember those before for a while."""
    old = await present(ctx)
    if old == new:
        return
    was, will_be = old.settings.as_stored(), new.settings.as_stored()
    before = {
        "choice": choice.name,
        "name": old.name if old.name != new.name else None,
        # Only what changes: undoing it leaves alone what came from elsewhere since.
        "settings": {name: value for name, value in was.items() if value != will_be[name]},
    }
    await changes.add(
        ctx.db, ctx.group_id, await ctx.author(), "settings", now=ctx.now, before=json.dumps(before)
    )
    await _keep(ctx, new)


async def unchoose(ctx: Context, before: str) -> Text:
    """Let a choice be as it was; say so."""
    was = json.loads(before)
    now = await present(ctx)
    stored = now.settings.as_stored() | was["settings"]
    old = Charter(now.name if was["name"] is None else was["name"], Settings.stored(stored))
    await _keep(ctx, old)
    choice = charters.find(was["choice"])
    if choice is None:
        raise LookupError("a change of settings names what was chosen")
    return text("Undone: {choice} again.", choice=choice.said(old))


async def _keep(ctx: Context, charter: Charter) -> None:
    group = ctx.require_group()
    before = await ctx.settings()
    await settings.save(ctx.db, group.id, charter.settings)
    if charter.settings.alternate is not before.alternate:
        meeting = await meetings.running(ctx.db, group.id)
        if meeting is not None:
            await cards.show(ctx, meeting)
    if charter.name != group.name:
        await groups.set_name(ctx.db, group.id, charter.name)
        ctx.group = replace(group, name=charter.name)

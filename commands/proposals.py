# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What happens to a proposal for the core problem, whoever or whatever causes it: asked, changed, agreed, withdrawn."""

from __future__ import annotations

import json
from typing import Final

from commands.context import Context
from config.texts import Text, text
from method import problems as rules
from method.hours import working_day_later
from method.ids import EventId, VersionId
from method.problems import Problem
from storage import changes, objections, outbox, problems

#: Rings when a proposal may hold by itself.
DUE: Final = "problem.due"
#: Without the words: who withdraws them would not find them here.
HOLDS: Final = text("The core problem holds. It stands at the top of the board: !board")


async def propose(ctx: Context, source: EventId, words: str) -> Problem:
    """Ask the group; an open proposal is replaced."""
    replaced = await problems.proposed(ctx.db, ctx.group_id)
    due = working_day_later(ctx.now, await ctx.settings())
    author = await ctx.author()
    problem = await problems.add(ctx.db, ctx.group_id, author, source, words, now=ctx.now, due=due)
    await _close(ctx, replaced, problem)
    zone = await ctx.zone()
    await ctx.post(rules.proposal(problem.version, zone), subject=problems.subject(problem.id, "post"))
    await _remember(ctx, problem, None)
    await ctx.later(DUE, due, subject=str(problem.version.id))
    return problem


async def revise(ctx: Context, problem: Problem, words: str, *, undoes: bool = False) -> Problem:
    """Ask the group again, with other words; what was said to the earlier ones no longer counts."""
    replaced = await problems.proposed(ctx.db, ctx.group_id)
    due = working_day_later(ctx.now, await ctx.settings())
    before = problem.version.id
    problem = await problems.revise(ctx.db, problem, words, now=ctx.now, due=due)
    await _close(ctx, replaced, problem)
    await _show(ctx, problem, rules.proposal(problem.version, await ctx.zone(), again=True))
    if not undoes:
        await _remember(ctx, problem, before)
    await ctx.later(DUE, due, subject=str(problem.version.id))
    return problem


async def agree(ctx: Context, problem: Problem) -> None:
    """Let the proposal hold from now on; the group hears of it in a message of its own."""
    problem = await problems.agree(ctx.db, problem, now=ctx.now)
    await _show(ctx, problem, rules.agreed(problem.version, await ctx.zone(), now=ctx.now))
    await ctx.post(HOLDS)


async def settle(ctx: Context, problem: Problem) -> bool:
    """Let an open proposal hold if its time has come and no objection is open; return whether it does now."""
    standing = await objections.standing(ctx.db, problem.version.id)
    if not rules.holds(problem.version, standing, now=ctx.now):
        return False
    await agree(ctx, problem)
    return True


async def remind(ctx: Context, problem: Problem) -> None:
    """Show in the post that the time has come, but objections are open."""
    standing = await objections.standing(ctx.db, problem.version.id)
    words = rules.proposal(problem.version, await ctx.zone(), objections=standing.objections)
    await _show(ctx, problem, words)


async def withdraw(ctx: Context, problem: Problem) -> None:
    """Erase a proposal, and delete the bot's own posts that repeat it."""
    below = problems.subject(problem.id, "").removesuffix(":")
    all_of_them = problems.subject_of_all(problem.group_id, "").removesuffix(":")
    for subject in (below, all_of_them):
        for post in await outbox.take_back(ctx.db, subject):
            await ctx.redact(post.id, room=post.room_id)
    await problems.erase(ctx.db, problem.id)


async def undo(ctx: Context, before: str) -> Text | None:
    """Take back what ``_remember`` has written down; None if it was changed since."""
    change = json.loads(before)
    problem = await problems.by_version(ctx.db, VersionId(change["made"]))
    if problem is None or not problem.is_open:
        return None
    if change["earlier"] is None:
        await withdraw(ctx, problem)
        return text("Undone: the proposal for the core problem is withdrawn.")
    words = await problems.wording(ctx.db, VersionId(change["earlier"]))
    await revise(ctx, problem, words, undoes=True)
    return text("Undone: the proposal for the core problem has its earlier text again.")


async def _remember(ctx: Context, problem: Problem, earlier: VersionId | None) -> None:
    before = json.dumps({"made": problem.version.id, "earlier": earlier})
    await changes.add(ctx.db, ctx.group_id, await ctx.author(), "problem", now=ctx.now, before=before)


async def _close(ctx: Context, replaced: Problem | None, by: Problem) -> None:
    if replaced is not None and replaced.id != by.id:
        await _show(
            ctx, replaced, text("Another proposal for our core problem has taken the place of this one.")
        )


async def _show(ctx: Context, problem: Problem, words: Text) -> None:
    """Keep the post of a proposal in step with it."""
    posts = await outbox.about(ctx.db, problems.subject(problem.id, "post"))
    if posts:
        post = posts[-1]
        await ctx.edit(post.id, words, room=post.room_id, language=ctx.require_group().language)

# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The board as text: complete without a picture, without names, without a rank."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import Final

from config.texts import Moment, Text, counted, joined, text, verbatim
from method import additions, affected, decisions
from method.items import Item, Kind, Label, Listed, Note
from method.steps import step_line, take_part
from method.tasks import posts as tasks
from method.tasks.posts import Around
from method.words import fold, isolate

#: Entries of each list on the overview, and characters of each entry.
ENTRIES: Final = 8
SHORT: Final = 200
#: Topics named on the overview.
TOPICS: Final = 8

#: CLDR patterns: "Di, 23. Februar, 8:55" and "22. Februar".
_MOMENT: Final = {"de": "ccc, d. MMMM, H:mm", "en": "ccc, d MMMM, HH:mm"}
_DAY: Final = {"de": "d. MMMM", "en": "d MMMM"}
_DAY_AND_YEAR: Final = {"de": "d. MMMM y", "en": "d MMMM y"}

_ENDS: Final = tuple(".!?…:؟۔。！？")
_CLOSING: Final = "“”\"'»«’)]"

_SPACE: Final = " "
_NOBODY: Final = Around()

_MORE: Final = {
    Kind.BARRIER: text("and {count} more: !board barrieren"),
    Kind.IDEA: text("and {count} more: !board ideen"),
    Kind.TASK: text("and {count} more: !aufgaben"),
    Kind.DECISION: text("and {count} earlier: !entscheidungen"),
}


def moment(at: datetime, zone: tzinfo) -> Moment:
    """Return an instant as the head of the board shows it."""
    return Moment(at, zone, _MOMENT)


def overview(
    at: Moment,
    step: int,
    goal: str | None,
    listed: Sequence[Listed],
    *,
    problem: str | None = None,
    parked: int = 0,
    polls: Sequence[Text] = (),
    sprint: Text | None = None,
    around: Around = _NOBODY,
) -> Text:
    """Show where the group stands: at most ENTRIES of each list, and how to take part.

    Args:
        at: now.
        step: of the method.
        goal: of the group.
        listed: the entries of the board.
        problem: the core problem, once agreed.
        parked: how many entries lie in the topic store.
        polls: the lines about polls.
        sprint: what the group wants to reach next.
        around: whose the tasks are.
    """
    lines = [joined([text("Board as of {moment}.", moment=at), step_line(step)], _SPACE)]
    if goal:
        lines.append(text("Goal: {goal}", goal=isolate(_one_line(goal))))
    if problem:
        lines.append(text("Core problem: {text}", text=isolate(_one_line(problem))))
    lines += [sprint] if sprint else []
    parts = {kind: [one for one in listed if one.item.kind is kind] for kind in Kind}
    lines += [line for kind, part in parts.items() if part for line in _part(part, kind, around)]
    topics = topic_line(listed)
    if topics:
        lines.append(topics)
    if parked:
        lines.append(text("{count} in the topic store: !board themenspeicher", count=parked))
    lines += polls
    empty = [_count(kind, 0) for kind, part in parts.items() if not part]
    lines.append(joined([*empty, take_part(step, empty=not listed)], _SPACE))
    return joined(lines)


def living(
    step: int,
    goal: str | None,
    listed: Sequence[Listed],
    *,
    problem: str | None = None,
    parked: int = 0,
    polls: Sequence[Text] = (),
    balance: Text | None = None,
    sprint: Text | None = None,
    around: Around = _NOBODY,
    meeting: Text | None = None,
) -> list[Text]:
    """Return the lines of the board that is kept up to date, without its head: every entry with its whole text.

    Args:
        step: of the method.
        goal: what the group wants to reach.
        listed: the open items, in the order of the board.
        problem: the core problem, once agreed.
        parked: how many entries lie in the topic store.
        polls: the lines about polls.
        balance: which view is missing.
        sprint: what the group wants to reach next.
        around: whose the tasks are.
        meeting: which meeting comes next.
    """
    lines = [text("Goal: {goal}", goal=isolate(_one_line(goal)))] if goal else []
    if problem:
        lines.append(text("Core problem: {text}", text=isolate(_one_line(problem))))
    lines += [sprint] if sprint else []
    for kind in Kind:
        lines += _whole([one for one in listed if one.item.kind is kind], kind, around)
    topics = topic_line(listed)
    if topics:
        lines.append(topics)
    if parked:
        lines.append(text("{count} in the topic store: !board themenspeicher", count=parked))
    lines += polls
    if balance:
        lines.append(balance)
    if meeting:
        lines.append(meeting)
    how = [take_part(step, empty=not listed), text("I keep this message up to date.")]
    return [*lines, joined(how, _SPACE)]


def all_of_kind(at: Moment, kind: Kind, listed: Sequence[Listed], around: Around = _NOBODY) -> Text:
    """Show every entry of one kind, with its whole text; of tasks who does what by when."""
    count, *lines = _whole(listed, kind, around)
    return joined([joined([text("Board as of {moment}.", moment=at), count], _SPACE), *lines])


def done_tasks(listed: Sequence[Listed], around: Around) -> Text:
    """Show the tasks that are done, each with its whole text."""
    done = [one for one in listed if one.item.task and one.item.task.is_done]
    if not done:
        return text("No task is done yet.")
    return joined([_entry(one, whole=True, around=around) for one in done])


def all_of_topic(at: Moment, topic: str, listed: Sequence[Listed], around: Around = _NOBODY) -> Text:
    """Show every entry that carries a topic, barriers first."""
    head = text("Board as of {moment}. Topic #{topic}:", moment=at, topic=isolate(topic))
    return joined([head, *(_entry(one, whole=True, around=around) for one in listed)])


def all_parked(at: Moment, listed: Sequence[Listed]) -> Text:
    """Show every entry in the topic store, barriers first."""
    if not listed:
        return text("The topic store is empty. To put an entry there: !parken B7")
    head = text("Topic store as of {moment}:", moment=at)
    how = text("Back on the board: !parken {label} zurück", label=str(listed[0].item.label))
    return joined([head, *(_entry(one, whole=True) for one in listed), how])


def all_affected(at: Moment, who: str, listed: Sequence[Listed]) -> Text:
    """Show every barrier that hits ``who`` hardest; "" stands for anybody who is named."""
    head = text("Board as of {moment}. Hit hardest is named:", moment=at)
    if who:
        head = text("Board as of {moment}. Hit hardest: {who}", moment=at, who=isolate(who))
    return joined([head, *(_entry(one, whole=True) for one in listed)])


def topic_line(listed: Sequence[Listed]) -> Text | None:
    """Name the most used topics, the first spelling of each; None if there are none."""
    spelling: dict[str, str] = {}
    uses: Counter[str] = Counter()
    for one in listed:
        for topic in one.item.topics:
            uses[fold(topic)] += 1
            spelling.setdefault(fold(topic), topic)
    if not uses:
        return None
    named = ", ".join(f"#{isolate(spelling[folded])} ({count})" for folded, count in uses.most_common(TOPICS))
    return text("Topics: {topics}", topics=named)


def details(
    item: Item,
    notes: Sequence[Note],
    support: int,
    answers: Sequence[Label],
    *,
    now: datetime,
    zone: tzinfo,
    parts: Sequence[Item] = (),
    asks_for_views: bool = False,
    sector: Text | None = None,
    around: Around = _NOBODY,
) -> Text:
    """Show one item with everything that belongs to it.

    Args:
        item: an open item, with the topics and links of its parts.
        notes: its notes of every kind, oldest first.
        support: how many people support it.
        answers: the ideas that answer it, the decisions that name it.
        now: dates of another year name the year.
        zone: the group's local time.
        parts: what was merged into it; notes, support and answers are those of all of them.
        asks_for_views: name missing views of a barrier even while there is none.
        sector: where it comes from, if that may be shown.
        around: whose a task is.
    """
    this_year = item.created_at.astimezone(zone).year == now.astimezone(zone).year
    day = Moment(item.created_at, zone, _DAY if this_year else _DAY_AND_YEAR)
    own = decisions.own_words(item) if item.kind is Kind.DECISION else affected.own_words(item)
    words = isolate(own)
    lines = [_headline(str(item.label), day, words, sector)]
    lines += [joined(tasks.sentences(item, around), _SPACE)] if item.task else []
    for part in parts:
        label, added = str(part.label), isolate(part.text or "")
        lines.append(text("{label} also holds {part}: {text}", label=str(item.label), part=label, text=added))
    if item.topics:
        topics = ", ".join(f"#{isolate(topic)}" for topic in item.topics)
        lines.append(text("Topics: {topics}", topics=topics))
    lines += additions.lines(item, notes, asks_for_views=asks_for_views, parts=parts)
    if support:
        lines.append(supported(item.kind, support))
    return joined(lines + _related(item, answers))


def _headline(label: str, day: Moment, words: str, sector: Text | None) -> Text:
    if sector is None:
        return text("{label}, {day}: {text}", label=label, day=day, text=words)
    return text("{label}, {sector}, {day}: {text}", label=label, sector=sector, day=day, text=words)


def _related(item: Item, answers: Sequence[Label]) -> list[Text]:
    if item.kind is Kind.DECISION:
        named = [*map(str, item.links), *decisions.polls(item.text or ""), *map(str, answers)]
        return [text("Related: {labels}", labels=", ".join(dict.fromkeys(named)))] if named else []
    lines = [text("Answers: {labels}", labels=_labels(item.links))] if item.links else []
    return [*lines, text("Related: {labels}", labels=_labels(answers))] if answers else lines


def supported(kind: Kind, number: int) -> Text:
    """Say in words how many support an item."""
    if kind is Kind.BARRIER:
        return counted("{n} person knows this too.", "{n} people know this too.", number)
    return counted("{n} person is in favour.", "{n} people are in favour.", number)


def shown(item: Item) -> Text:
    """Show an item in the group's room that was written somewhere else."""
    words = verbatim(f"{item.label}: {isolate(item.text or '')}")
    if item.links and item.kind is not Kind.DECISION:
        return joined([words, text("Answers: {labels}", labels=_labels(item.links))])
    return words


def highlights(listed: Sequence[Listed], most: int) -> list[Text]:
    """Return the lines of the entries that most people support, at most ``most`` of them."""
    # Sorting keeps the board's order among equals.
    best = sorted(listed, key=lambda one: -one.support)[:most]
    return [_entry(one, whole=False) for one in best]


def sentence(words: str) -> Text:
    """Return what a person wrote as one closed sentence, to stand among others."""
    return verbatim(closed(isolate(_one_line(words))))


def _part(listed: Sequence[Listed], kind: Kind, around: Around) -> list[Text]:
    done = tasks.finished_line(listed)
    listed = tasks.by_date(tasks.pending(listed)) if kind is Kind.TASK else listed
    # Of what was decided the latest matters most.
    # A line that says that one entry is left out takes the place of that entry.
    shown = len(listed) if len(listed) == ENTRIES + 1 else ENTRIES
    most = listed[-shown:] if kind is Kind.DECISION else listed[:shown]
    lines = [_count(kind, len(listed))] if listed else []
    lines += [_entry(one, whole=False, around=around) for one in most]
    more = len(listed) - len(most)
    if more > 0:
        lines.append(text(_MORE[kind].message, count=more))
    return [*lines, done] if done else lines


def _whole(listed: Sequence[Listed], kind: Kind, around: Around) -> list[Text]:
    """Return how many entries of a kind there are, and each; of tasks those still to be done, by date."""
    if kind is not Kind.TASK:
        return [_count(kind, len(listed)), *(_entry(one, whole=True) for one in listed)]
    done, still = tasks.finished_line(listed), tasks.by_date(tasks.pending(listed))
    lines = [_count(kind, len(still))] if still or not done else []
    lines += [_entry(one, whole=True, around=around) for one in still]
    return [*lines, done] if done else lines


def _count(kind: Kind, number: int) -> Text:
    if kind is Kind.BARRIER:
        return counted("{n} barrier:", "{n} barriers:", number) if number else text("No barriers yet.")
    if kind is Kind.IDEA:
        return counted("{n} idea:", "{n} ideas:", number) if number else text("No ideas yet.")
    if kind is Kind.TASK:
        return counted("{n} task:", "{n} tasks:", number) if number else text("No tasks yet.")
    return counted("{n} decision:", "{n} decisions:", number) if number else text("No decisions yet.")


def _entry(listed: Listed, *, whole: bool, around: Around = _NOBODY) -> Text:
    item = listed.item
    words = _one_line(item.text or "")
    short = words if whole or len(words) <= SHORT else _shortened(words)
    parts = [verbatim(f"{item.label}: {closed(isolate(short))}")]
    if short != words:
        parts.append(text("More: !zeige {label}", label=str(item.label)))
    parts += tasks.sentences(item, around)
    if listed.parts:
        parts.append(text("{label} also holds {parts}.", label=str(item.label), parts=_labels(listed.parts)))
    if item.links and item.kind is not Kind.DECISION:
        parts.append(text("Answers {labels}.", labels=_labels(item.links)))
    if item.review:
        parts.append(decisions.review_line(item.review))
    if listed.notes:
        parts.append(counted("{n} note.", "{n} notes.", listed.notes))
    if listed.support:
        parts.append(supported(item.kind, listed.support))
    return joined(parts, _SPACE)


def _labels(labels: Sequence[Label]) -> str:
    return ", ".join(map(str, labels))


def _one_line(words: str) -> str:
    """Only our own entries begin with a number at the start of a line."""
    return " / ".join(line.strip() for line in words.split("\n") if line.strip())


def _shortened(words: str) -> str:
    head = words[:SHORT]
    return (head.rpartition(" ")[0] or head).rstrip(" /,;:.") + " …"


def closed(words: str) -> str:
    """Return words with a full stop, if nothing ends them."""
    bare = words.rstrip("\u2069").rstrip(_CLOSING)
    return words if bare.endswith(_ENDS) else words + "."

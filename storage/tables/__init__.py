# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Every table, with a mark on every column that says whether it is about a person."""

from storage.tables.absences import absences
from storage.tables.agendas import (
    agenda_items,
    meeting_authors,
    meeting_plans,
    meeting_reminders,
    meeting_series,
)
from storage.tables.agreements import acceptances, agreements
from storage.tables.anonymous import anonymous
from storage.tables.boards import board_pages
from storage.tables.checkins import checkin_answers, checkin_routines, checkins
from storage.tables.digests import (
    digest_lines,
    digest_names,
    digest_quotes,
    digest_remarks,
    digests,
    unasked,
    visits,
)
from storage.tables.foundings import foundings
from storage.tables.groups import group_settings, groups, people, questions, timers
from storage.tables.guests import guests
from storage.tables.histories import item_events
from storage.tables.items import changes, item_links, item_topics, items, notes, supports
from storage.tables.matrix import (
    crypto,
    echoes,
    gaps,
    inbox,
    leader,
    megolm_seen,
    members,
    outbox,
    receipts,
    room_state,
    rooms,
    sync_state,
    to_device,
)
from storage.tables.meetings import (
    meeting_people,
    meeting_requests,
    meeting_roles,
    meeting_rounds,
    meetings,
    round_answers,
    round_pages,
)
from storage.tables.metadata import metadata
from storage.tables.newcomers import newcomers
from storage.tables.parking import parked_items
from storage.tables.parts import item_parts
from storage.tables.polls import poll_answers, poll_marks, poll_options, poll_votes, poll_words, polls
from storage.tables.preferences import preferences
from storage.tables.problems import problem_objections, problem_versions, problem_votes, problems
from storage.tables.reminders import reminder_people, reminders
from storage.tables.retention import retention
from storage.tables.retros import retro_actions, retro_cards, retro_pages, retro_topics, retros
from storage.tables.schedules import occurrences
from storage.tables.seats import seats
from storage.tables.sectors import further_sectors, item_sectors, sector_marks
from storage.tables.sprints import sprints
from storage.tables.tasks import completions, tasks

__all__ = [
    "absences", "acceptances", "agenda_items", "agreements", "anonymous", "board_pages", "changes",
    "checkin_answers", "checkin_routines", "checkins", "completions", "crypto", "digest_lines", "digest_names",
    "digest_quotes", "digest_remarks", "digests",
    "echoes", "foundings", "further_sectors", "gaps", "group_settings", "groups", "guests", "inbox",
    "item_events", "item_links", "item_parts", "item_sectors", "item_topics", "items", "leader",
    "meeting_authors", "meeting_people", "meeting_plans", "meeting_reminders",
    "meeting_requests", "meeting_roles", "meeting_rounds", "meeting_series", "meetings",
    "megolm_seen", "members", "metadata", "newcomers", "notes", "occurrences", "outbox", "parked_items", "people",
    "poll_answers", "poll_marks", "poll_options", "poll_votes", "poll_words", "polls", "preferences",
    "problem_objections", "problem_versions", "problem_votes", "problems", "questions", "receipts",
    "reminder_people", "reminders", "retention", "retro_actions", "retro_cards", "retro_pages", "retro_topics",
    "retros", "room_state", "rooms", "round_answers", "round_pages", "seats", "sector_marks", "sprints", "supports",
    "sync_state", "tasks", "timers", "to_device", "unasked", "visits",
]  # fmt: skip

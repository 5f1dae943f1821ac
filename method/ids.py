# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Names for the identifiers that travel through the program."""

from __future__ import annotations

from typing import NewType

#: Identifiers of the Matrix specification (appendix "Common identifier format").
RoomId = NewType("RoomId", str)
EventId = NewType("EventId", str)
UserId = NewType("UserId", str)

#: Keys of our own tables.
GroupId = NewType("GroupId", int)
PersonId = NewType("PersonId", int)
ItemId = NewType("ItemId", int)
NoteId = NewType("NoteId", int)
OutboxId = NewType("OutboxId", int)
QuestionId = NewType("QuestionId", int)
TimerId = NewType("TimerId", int)
AgreementId = NewType("AgreementId", int)
ProblemId = NewType("ProblemId", int)
VersionId = NewType("VersionId", int)
SeatId = NewType("SeatId", int)
GuestId = NewType("GuestId", int)
MeetingId = NewType("MeetingId", int)
RoundId = NewType("RoundId", int)
PollId = NewType("PollId", int)
CheckinId = NewType("CheckinId", int)
AbsenceId = NewType("AbsenceId", int)
DigestId = NewType("DigestId", int)
SprintId = NewType("SprintId", int)
ReminderId = NewType("ReminderId", int)
SeriesId = NewType("SeriesId", int)
AgendaItemId = NewType("AgendaItemId", int)
RetroId = NewType("RetroId", int)
RetroTopicId = NewType("RetroTopicId", int)

# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the bot says that it stores, for how long, and what not; each line with the data that it speaks of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from config.texts import Text, joined, text


@dataclass(frozen=True, slots=True)
class Kept:
    """A line: what is said, and of what."""

    words: Text
    #: Tables with people, as ``method.own_data.PARTS`` names them. Whatever is there must be said.
    of: tuple[str, ...] = ()
    #: Rules of retention (``storage.retention.RULES``) whose period it tells.
    rules: tuple[str, ...] = ()


#: In the order in which they are said.
LINES: Final = (
    Kept(text("I store: barriers, ideas, tasks, decisions, notes, topics, links, the goal and settings.")),
    Kept(
        text(
            "I remember who wrote, asked or proposed something."
            " Only that person and the moderation may change it."
        ),
        ("items", "notes", "polls", "poll_options", "problems", "agreements", "seats"),
    ),
    Kept(
        text(
            "What happens to an entry I store with the day, without the person."
            " Open questions I keep for 15 minutes, what can be undone for 30 minutes."
        ),
        ("item_events", "questions", "changes"),
    ),
    Kept(
        text(
            "On the core problem I store proposals, objections and reactions."
            " Objections and reactions I delete as soon as it holds."
        ),
        ("problem_objections", "problem_votes"),
    ),
    Kept(
        text("On the working agreements I store the text and each 👍. I only show how many there are."),
        ("acceptances",),
    ),
    Kept(
        text(
            "During a meeting: who takes part, roles, who wants to speak, answers. At its end I delete them at once."
        ),
        ("meeting_people", "meeting_roles", "meeting_requests", "round_answers"),
    ),
    Kept(
        text(
            "Votes and answers in polls I delete at the end, and only the sums stay."
            " Secret votes I never keep with the person."
        ),
        ("poll_votes", "poll_words"),
        ("votes",),
    ),
    Kept(
        text(
            "Answers in the check-in I keep with the person for 14 days."
            " I show a name only at a request for help, and only with consent."
        ),
        ("checkin_answers",),
        ("checkins",),
    ),
    Kept(
        text(
            "Cards of a retro I delete 30 days after its end; cards that wait for one, after half a year."
            " I never show whose they are."
        ),
        ("retro_cards",),
        ("retros", "box"),
    ),
    Kept(
        text("At a task I store who has taken it, or was asked, until it is given back or they leave."),
        ("tasks",),
    ),
    Kept(
        text("The weekly letter in the room names who had taken a task. That ends when they leave."),
        ("digest_names",),
    ),
    Kept(
        text(
            "Reminders I keep with the person, and who joined with 🔔, until a week after."
            " Who announced a meeting I forget at its end."
        ),
        ("reminders", "reminder_people", "meeting_authors"),
    ),
    Kept(
        text("Absences I store without a reason, and delete them the day after. Nobody else sees them."),
        ("absences",),
        ("absences",),
    ),
    Kept(
        text(
            "With the account I store: own times, pause, name on, language and group."
            " I delete that once it leaves the last group."
        ),
        ("people", "preferences"),
        ("gone",),
    ),
    Kept(
        text("After !stand I remember up to which entry it went. When it was I do not store."),
        ("visits",),
    ),
    Kept(
        text("Anonymous entries I store without a name. Only their code withdraws them, for 30 days."),
        rules=("codes",),
    ),
    Kept(
        text("I count 👍 and never show who it was. Every client shows it. Reactions are not encrypted."),
        ("supports",),
    ),
    Kept(
        text(
            "I also store sectors, guests, who was greeted, and who is still needed."
            " Sectors given in private appear only as a number, from three people on."
        ),
        ("sector_marks", "guests", "newcomers"),
    ),
    Kept(text("I do not store the other conversation. I read only what is written from now on.")),
    Kept(
        text(
            "Entries stay until they are deleted. A deleted message is deleted here at once."
            " After !löschen it takes 30 minutes."
        )
    ),
    Kept(
        text(
            "Technically I keep the list of members, keys for decryption and numbers of messages."
            " The list of messages read I keep for a year, after one day without the time."
        ),
        ("memberships",),
        ("journal", "moments"),
    ),
    Kept(
        joined(
            [
                text(
                    "Messages in the room lie on the servers of those taking part. I cannot delete them there."
                ),
                text(
                    "Earlier versions of the board and of other posts that I edit stay in the room’s history."
                ),
            ],
            separator=" ",
        )
    ),
    Kept(
        joined(
            [
                text(
                    "When somebody leaves the group, I delete what is personal, and the link to their entries."
                ),
                text("Own data, by direct message: meinedaten. To delete them: vergissmich."),
            ],
            separator=" ",
        )
    ),
)

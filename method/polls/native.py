# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""A poll as clients show it to be tapped (MSC3381), with the names that they send and read."""

from __future__ import annotations

import json
from datetime import datetime, tzinfo
from typing import Any, Final

from config.texts import joined, text, verbatim
from method.polls import Kind, Openness, Poll, answer_id
from method.polls.results import full_name
from method.words import isolate

# "m.poll.start" and the like are for rooms of a version that does not exist yet, and clients do not show them.
START: Final = "org.matrix.msc3381.poll.start"
END: Final = "org.matrix.msc3381.poll.end"
_TEXT: Final = "org.matrix.msc1767.text"
_KINDS: Final = {
    Openness.OPEN: "org.matrix.msc3381.poll.disclosed",
    Openness.HIDDEN: "org.matrix.msc3381.poll.undisclosed",
}

#: An event may have 64 KiB; encryption makes a third more of it (bytes of JSON).
_LONGEST: Final = 40_000


def start(poll: Poll, language: str, *, now: datetime, zone: tzinfo) -> dict[str, Any] | None:
    """Return the content of the event that asks; None where the poll is not native, or too long for an event.

    It mentions nobody, so it notifies nobody: the post beside it says the same.
    """
    if not poll.is_native:
        return None
    question = text("{poll}: {question}", poll=poll.label, question=isolate(poll.question or ""))
    if poll.kind is Kind.CONSENT:
        names = [text("I agree"), text("Objection (why: in one sentence as a reply)")]
    else:
        names = [full_name(option, now, zone) for option in poll.options]
    answers = list(zip(poll.numbers, names, strict=True))
    lines = [question, *(joined([verbatim(f"{number}:"), name], " ") for number, name in answers)]
    content = {
        _TEXT: joined(lines).render(language),
        "m.mentions": {},
        START: {
            "kind": _KINDS[poll.openness],
            "max_selections": 1,
            "question": {_TEXT: question.render(language)},
            "answers": [{"id": answer_id(number), _TEXT: name.render(language)} for number, name in answers],
        },
    }
    return content if len(json.dumps(content)) <= _LONGEST else None


def end(poll: Poll, language: str) -> dict[str, Any]:
    """Return the content of the event that ends it; the sender adds which one."""
    words = text("{poll} has ended.", poll=poll.label)
    return {_TEXT: words.render(language), "m.mentions": {}, END: {}}

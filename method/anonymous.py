# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""When an anonymous entry is published, and how it is announced and shown."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Final

from config.texts import Moment, Text, joined, text
from method.deadlines import moment_written
from method.hours import full_hour
from method.items import Item, Kind
from method.settings import Settings
from method.words import SEPARATOR, fold, isolate

#: At least so long passes between the message to the bot and the full hour of its publication.
DELAY: Final = timedelta(minutes=20)

_TIME: Final = {"de": "H:mm", "en": "HH:mm"}
#: What may stand before the text; "problem" and other words of these commands begin sentences.
_KINDS: Final = {
    fold(word): kind
    for kind, words in {Kind.BARRIER: "barriere hürde barrier", Kind.IDEA: "idee idea"}.items()
    for word in words.split()
}
_FIRST: Final = re.compile(r"\s*[!！﹗]?\s*([^\W\d_]+)")


def kind_and_text(words: str) -> tuple[Kind, str]:
    """Read what kind of entry it is, a barrier if nothing is said, and its text."""
    found = _FIRST.match(words)
    kind = _KINDS.get(fold(found[1])) if found else None
    if kind is None or found is None:
        return Kind.BARRIER, words.strip()
    behind = SEPARATOR.match(words, found.end())
    return kind, words[behind.end() if behind else found.end() :].strip()


def publication(now: datetime, settings: Settings) -> datetime:
    """Return the full hour within working time at which everything that comes now is published (aware, UTC)."""
    return full_hour(now + DELAY, settings)


def promise(at: datetime, code: str, *, now: datetime, settings: Settings) -> Text:
    """Say when it is published, how it is withdrawn, and what the bot cannot hide."""
    zone = settings.zone
    if at.astimezone(zone).date() == now.astimezone(zone).date():
        when = text("I write this into the group at {time}, without a name.", time=Moment(at, zone, _TIME))
    else:
        when = text(
            "I write this into the group on {moment}, without a name.", moment=moment_written(at, now, zone)
        )
    return joined(
        [
            joined([when, text("I do not store who it comes from.")], " "),
            text("Only this code withdraws it: “löschen {code}”", code=code),
            text("Tip: Name no details by which a person can be recognised."),
            text("What I cannot hide: The server sees that somebody wrote to me, and when."),
            text("In a small group the style can tell something. In this chat the text stays until deleted."),
        ]
    )


def post(item: Item) -> Text:
    """Return what the group reads."""
    return text("{label}, anonymous: {text}", label=str(item.label), text=isolate(item.text or ""))

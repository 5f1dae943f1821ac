# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a person wrote, taken apart: the item that is meant, the text, its topics and links."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from config.texts import text
from method.errors import Missing, UserError
from method.items import Kind, Label
from method.words import SEPARATOR, fold

#: Characters (code points) in one text, and topics in it.
TEXT_LIMIT: Final = 2000
TOPIC_LIMIT: Final = 20
#: A longer "topic" is just a word with a "#" in front.
TOPIC_LENGTH: Final = 50

_ID: Final = r"#?[bi][ \-‐‑–.]?[0-9]{1,9}(?!\w)"
#: At the beginning of words any entry may be named; an idea answers no decision. "A 10 minute walk" names none.
_ANY: Final = rf"(?:{_ID.replace('[bi]', '[bie]')}|#?a[\-‐‑–.]?[0-9]{{1,9}}(?!\w)|#?a [0-9]{{1,9}}(?=\s*$))"
#: What a task is for.
_TARGET: Final = _ID.replace("[bi]", "[bie]")
#: "B#" in front says which kind a bare number means: it is put there when a number was asked for.
_FIRST: Final = re.compile(
    rf"\s*(?:(?P<kind>[abie])#\s*)?(?:(?P<id>{_ANY})|(?P<number>[0-9]{{1,9}})(?!\w))", re.IGNORECASE
)
#: "zu B3" or "to B3 and B4" at the end of an idea; "bis zu B1" is a language level.
_LAST_LINK: Final = {
    kind: re.compile(
        rf"(?:(?<!\bbis)(?<!\bup)[^\S\n]|\n|^)(?:zu|to)\s+(?P<ids>{one}(?:\s*(?:,|und|and|&)\s*{one})*)[.!]?$",
        re.IGNORECASE,
    )
    for kind, one in ((Kind.IDEA, _ID), (Kind.TASK, _TARGET))
}
#: "zu B3: …" at the beginning of an idea.
_FIRST_LINK: Final = {
    kind: re.compile(rf"^(?:zu|to)\s+(?P<id>[bie]#\s*[0-9]{{1,9}}|(?:[bie]#\s*)?{one})\s*:\s*", re.IGNORECASE)
    for kind, one in ((Kind.IDEA, _ID), (Kind.TASK, _TARGET))
}
_IDS: Final = re.compile(_TARGET, re.IGNORECASE)
_ONE_TASK: Final = r"(?:#?a[ \-‐‑–.]?|#)?[0-9]{1,9}(?!\w)"
_AND: Final = r"(?:[,;&+/]|\s+(?:und|and)(?=\s))"
#: "A1 A2", "1, 2" and nothing else; "A1, A2 und A3" before other words, with "A" each.
_TASKS: Final = re.compile(
    rf"\s*(?P<ids>{_ONE_TASK}(?:\s*(?:{_AND}|\s)\s*{_ONE_TASK})*)[\s.!]*", re.IGNORECASE
)
_TASKS_AT_FIRST: Final = re.compile(
    rf"\s*(?P<ids>#?a[\-‐‑–.]?[0-9]{{1,9}}(?!\w)(?:\s*{_AND}\s*#?a[\-‐‑–.]?[0-9]{{1,9}}(?!\w))+)",
    re.IGNORECASE,
)
_TOPIC: Final = r"""#([^\s#.,;:!?()\[\]{}"'„“”‚‘’«»<>/|…]+)"""
_TOPICS: Final = re.compile(rf"(?<![\w#/&]){_TOPIC}")
_LAST_TOPIC: Final = re.compile(rf"{_TOPIC}[.,;]?")


@dataclass(frozen=True, slots=True)
class Draft:
    """The words of an item, before it is one."""

    text: str
    topics: tuple[str, ...] = ()
    links: tuple[Label, ...] = ()
    #: The day on which a decision is to be reviewed.
    review: date | None = None


def draft(words: str, kind: Kind) -> Draft:
    """Take the words of an item apart.

    Topics at the end leave the text, topics inside it stay readable. An idea or a task may say at its end
    (or, with a colon, at its beginning) which barriers it answers, or what it is for.

    Raises:
        UserError: longer than TEXT_LIMIT, or more than TOPIC_LIMIT topics.
    """
    rest = within_limit(words.strip())
    topics = _topics(rest)
    links: list[Label] = []
    first, last = _FIRST_LINK.get(kind), _LAST_LINK.get(kind)
    if first and (found := first.match(rest)):
        label, _ = first_label(found["id"])
        links, rest = [label] if label else [], rest[found.end() :]
    while True:
        rest = _without_last_topics(rest)
        found = last.search(rest) if last else None
        if found is None:
            return Draft(rest, topics, tuple(dict.fromkeys(links)))
        links, rest = links + _labels(found["ids"]), rest[: found.start()].rstrip()


def within_limit(words: str) -> str:
    """Return ``words``.

    Raises:
        UserError: there are more than TEXT_LIMIT characters.
    """
    if len(words) > TEXT_LIMIT:
        raise UserError(
            text(
                "The text has {count} characters. {limit} are possible."
                " Make it shorter, or send it in two messages.",
                count=len(words),
                limit=TEXT_LIMIT,
            )
        )
    return words


def first_label(words: str, *, bare: bool = False) -> tuple[Label | None, str]:
    """Read the item named at the beginning of ``words``; return it and what comes behind.

    Only the first one counts: "B1" further on may be a language level. ``bare`` also takes a
    number without a letter, as a barrier.
    """
    found = _FIRST.match(words)
    if found is None or (found["number"] and not (found["kind"] or bare)):
        return None, words.strip()
    label = Label.parse(_plain(found["id"])) if found["id"] else None
    if label is None:
        label = Label.parse(f"{found['kind'] or 'b'}{found['number']}")
    behind = SEPARATOR.match(words, found.end())
    return label, words[behind.end() if behind else found.end() :].strip()


def task_labels(words: str) -> tuple[tuple[Label, ...], str]:
    """Read the tasks named at the beginning of ``words``: "A1, A2", "A1 und 2", "3"; return them and what comes behind.

    "A3 2 Stühle fehlen" names one task.
    """
    found = _TASKS.fullmatch(words) or _TASKS_AT_FIRST.match(words)
    if found is None:
        label, rest = first_label(words)
        return (label,) if label else (), rest
    labels = [Label.parse(f"a{number}") for number in re.findall(r"[0-9]+", found["ids"])]
    behind = SEPARATOR.match(words, found.end())
    rest = words[behind.end() if behind else found.end() :].strip()
    return tuple(dict.fromkeys(label for label in labels if label)), rest


def unknown(label: Label, last: int, line: str) -> UserError:
    """Say that no open item has this label; ``last`` is the highest number given in its group.

    Args:
        label: what was typed.
        last: the highest number given; 0 if none was.
        line: the command line with "{}" where the label belongs.
    """
    if last == 0:
        return UserError(text(_NONE[label.kind].message, label=str(label)))
    return Missing(
        text(
            _UNKNOWN[label.kind][line.endswith("{}")].message,
            label=str(label),
            last=str(Label(label.kind, last)),
        ),
        line.replace("{}", f"{label.kind.letter}#{{}}", 1),
    )


_NONE: Final = {
    Kind.BARRIER: text("{label} does not exist. There is no barrier yet. The first one: !barriere Text"),
    Kind.IDEA: text("{label} does not exist. There is no idea yet. The first one: !idee Text"),
    Kind.TASK: text("{label} does not exist. There is no task yet. The first one: !aufgabe Text"),
    Kind.DECISION: text(
        "{label} does not exist. There is no decision yet. The first one: !entscheidung Text"
    ),
}
#: With words that are kept, and without.
_UNKNOWN: Final = {
    Kind.BARRIER: (
        text(
            "{label} does not exist. The last barrier is {last}. Reply with the right number,"
            " then I take the text from above. All barriers: !board barrieren"
        ),
        text(
            "{label} does not exist. The last barrier is {last}. Reply with the right number."
            " All barriers: !board barrieren"
        ),
    ),
    Kind.IDEA: (
        text(
            "{label} does not exist. The last idea is {last}. Reply with the right number,"
            " then I take the text from above. All ideas: !board ideen"
        ),
        text(
            "{label} does not exist. The last idea is {last}. Reply with the right number."
            " All ideas: !board ideen"
        ),
    ),
    Kind.TASK: (
        text(
            "{label} does not exist. The last task is {last}. Reply with the right number,"
            " then I take the text from above. All tasks: !aufgaben"
        ),
        text(
            "{label} does not exist. The last task is {last}. Reply with the right number."
            " All tasks: !aufgaben"
        ),
    ),
    Kind.DECISION: (
        text(
            "{label} does not exist. The last decision is {last}. Reply with the right number,"
            " then I take the text from above. All decisions: !entscheidungen"
        ),
        text(
            "{label} does not exist. The last decision is {last}. Reply with the right number."
            " All decisions: !entscheidungen"
        ),
    ),
}


def _without_last_topics(words: str) -> str:
    # Word by word from the end: a search from the beginning for each of hundreds of topics takes too long.
    while words and (found := _LAST_TOPIC.fullmatch(words.rsplit(None, 1)[-1])) and _is_topic(found[1]):
        words = words[: -len(found[0])].rstrip()
    return words


def _topics(words: str) -> tuple[str, ...]:
    topics = {fold(found): found for found in reversed(_TOPICS.findall(words)) if _is_topic(found)}
    if len(topics) > TOPIC_LIMIT:
        raise UserError(
            text(
                "The text has {count} topics. {limit} are possible. Leave some out and send it again.",
                count=len(topics),
                limit=TOPIC_LIMIT,
            )
        )
    return tuple(reversed(topics.values()))


def _is_topic(word: str) -> bool:
    return len(word) <= TOPIC_LENGTH and any(c.isalpha() for c in word) and Label.parse(word) is None


def _labels(ids: str) -> list[Label]:
    return [label for found in _IDS.findall(ids) if (label := Label.parse(_plain(found)))]


def _plain(label: str) -> str:
    return re.sub(r"[‐‑–.]", "-", label)

# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Tells what words mean while a question is open: its answer, a command, or one of both; then it is asked."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final

from commands.router import Command, nearest
from commands.topics import router
from method.drafts import first_label
from method.events import Message
from method.tasks.words import says_more
from method.words import Typed, fold, parse_command, with_next
from storage.questions import Question

#: Every command, by folded word.
COMMANDS: Final = router.folded()


def _commands(*words: str) -> tuple[Command, ...]:
    return tuple(COMMANDS[fold(word)] for word in words)


#: By direct message nobody may be remembered beside these words.
OBJECTION: Final = COMMANDS[fold("einwand")]
#: "nächste Woche" and "weiter so" call nothing: with words behind it, it is one of them.
_NEXT: Final = COMMANDS[fold("weiter")]
#: These concern their author alone; nobody else shall read them, not even mistyped.
_OWN: Final = _commands("erinnere", "abwesend", "meinezeit", "vergissmich", "meinedaten")
#: What answers these appears nowhere as a text of its own.
_QUIET: Final = _commands("suche", "stimme")
#: What answers these is a time and nothing else.
_TIMED: Final = _commands("abwesend", "meinezeit")
#: Their answers may begin with a label: "Hilfe: …", "Start: …", "Bedenken: …".
_LABELLED: Final = _commands("checkin", "retro", "ergänzen")
#: Words that begin a sentence more often than a command, or are no mistyped one.
_EVERYDAY: Final = frozenset(
    map(
        fold,
        (
            *("wer", "wo", "warum", "wieso", "weshalb", "was", "mehr", "meine", "andere", "zusammen"),
            *("who", "where", "why", "more", "my", "mine"),
            *("stimmt", "stimmung", "stimmungen", "anwesend", "anwesende", "anwesenheit"),
        ),
    )
)
#: An entry behind such a word makes a command of it: "mehr B3 …".
_NUMBERED: Final = re.compile(r"[a-z]\d", re.IGNORECASE)
_LABEL: Final = re.compile(r"\s*[^\s:：#]+(?::\s|：)")


#: Commands that take the next word for their own second half: "meine Daten", "zurück geben".
_HALVES: Final = frozenset({"meine", "my", "zuruck", "stand"})


@dataclass(frozen=True, slots=True)
class Meaning:
    """The command that is meant, or may be."""

    command: Command
    #: Whether it may as well be the answer.
    is_unclear: bool = False
    #: Whether the words may be kept until that is clear.
    keeps: bool = True


def meaning(message: Message, question: Question, typed: Typed | None) -> Meaning | None:
    """Return what ``message`` calls, or may call, while ``question`` is open; None: it is the answer."""
    if typed is None or message.reply_to or message.thread_root:
        return None
    command = COMMANDS.get(fold(typed.word))
    if command is not None and not typed.rest:
        return Meaning(command)
    if question.kind not in ("text", "word"):
        return None
    own, line = called_by(question.line)
    if own in _TIMED and command not in (None, own) and not own.personal(message.body):
        return Meaning(command)
    if first_label(message.body)[0] is not None:
        return None
    is_quiet = own in _QUIET or not own.needs_group(line.rest)
    found = _mistyped(typed, is_quiet=is_quiet) if command is None else _called(command, typed)
    if found is None or not found.is_unclear:
        return found
    if command is not None and (
        command is own
        or (is_quiet and command is not OBJECTION)
        or (own in _LABELLED and _is_label(command, typed, message.body))
    ):
        return None
    # What answers such a question must not stand beside its author either.
    return replace(found, keeps=found.keeps and own is not OBJECTION and not own.discreet(line.rest))


def read(body: str, *, direct: bool) -> tuple[Typed | None, Command | None]:
    """Return what is typed as a command, and the command; a phone may have made two words of one."""
    typed = parse_command(body, direct=direct)
    if typed is None:
        return None, None
    whole = with_next(typed, COMMANDS)
    first, command = COMMANDS.get(fold(typed.word)), COMMANDS.get(fold(whole.word))
    if whole != typed and command is not None and _is_sentence(command, whole):
        return typed, first
    if first in (None, command) or fold(typed.word) in _HALVES:
        return whole, command
    return typed, first


def _is_sentence(command: Command, whole: Typed) -> bool:
    """Do two words without a sign go on as a sentence would: "Meine Daten sind weg"?"""
    goes_on = says_more(whole.rest) and not _NUMBERED.match(whole.rest)
    return not whole.marked and goes_on and not command.personal(whole.rest)


def begins_a_sentence(typed: Typed) -> bool:
    """Is it another form of a command's word, which may as well begin a sentence: "Stimmen", "Anonyme"?"""
    word, command = fold(typed.word), COMMANDS[fold(typed.word)]
    is_name = word in (fold(command.name), fold(command.english))
    return not (typed.marked or is_name or _NUMBERED.match(typed.rest))


def called_by(line: str) -> tuple[Command, Typed]:
    """Return the command of a kept line, and the line as if it were typed.

    Raises:
        LookupError: it is no line of a command.
    """
    typed = parse_command(line, direct=True)
    if typed is None:
        raise LookupError("a kept line names no command")
    return COMMANDS[fold(typed.word)], typed


def _called(command: Command, typed: Typed) -> Meaning | None:
    if command.personal(typed.rest):
        return Meaning(command)
    if command is _NEXT or _is_everyday(typed):
        return None
    return Meaning(command, is_unclear=True, keeps=not _is_secret(command, typed))


def _is_secret(command: Command, typed: Typed) -> bool:
    """May nobody be remembered beside these words?"""
    return command is OBJECTION or command.discreet(typed.rest)


def _mistyped(typed: Typed, *, is_quiet: bool) -> Meaning | None:
    if _is_everyday(typed):
        return None
    for command in nearest(COMMANDS, typed.word):
        if _is_secret(command, typed):
            return Meaning(command, is_unclear=True, keeps=False)
        if command.personal(typed.rest):
            return Meaning(command)
        if command in _OWN and not is_quiet:
            return Meaning(command, is_unclear=True)
    return None


def _is_everyday(typed: Typed) -> bool:
    word = fold(typed.word)
    return (len(word) == 1 or word in _EVERYDAY) and not _NUMBERED.match(typed.rest)


def _is_label(command: Command, typed: Typed, body: str) -> bool:
    is_objection = fold(typed.word) in (fold(OBJECTION.name), fold(OBJECTION.english))
    is_private = is_objection or command in _OWN or command.discreet(typed.rest)
    return not is_private and _LABEL.match(body) is not None

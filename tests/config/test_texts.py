# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The texts people read: complete in both languages, short, plain, never blaming."""

from __future__ import annotations

import ast
import re
import string
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from config.texts import LANGUAGES, Moment, Text, catalogue, counted, joined, text, verbatim

ROOT = Path(__file__).parents[2]
FOLDERS = ("bot", "commands", "config", "method", "storage")

#: Words per sentence (R16).
LONGEST = 18
#: What blames, begs, jokes or is jargon (R14), and what addresses the reader (R17).
BANNED = {
    "de": re.compile(
        # "Bitte … antworten" begs for nothing: without it these are no sentences.
        r"\b(fehler|ungültig\w*|falsch\w*|leider|ups|bitte(?! [^.:]+ antworten)|sorry|entschuldigung"
        r"|vergessen|notwendig|gültig\w*"
        r"|sie|ihr|ihre\w*|ihnen|du|dein\w*|dir|dich|euch|euer|eure\w*)\b|[a-zäöü][*:_]in",
        re.IGNORECASE,
    ),
    "en": re.compile(
        r"\b(error|invalid|valid|wrong|unfortunately|oops|please|sorry|forgot\w*)\b", re.IGNORECASE
    ),
}
#: What else people call a barrier; the bot understands it, and always says "Barriere" and "barrier".
OTHER_WORDS = re.compile(r"hürde|hindernis|hemmnis|obstacle|hurdle", re.IGNORECASE)
#: Sentences that the vocabulary of the bot gives word for word.
GIVEN = {
    "Der Text hat sich geändert. Frühere 👍 und ✋ zählen nicht mehr. Bitte noch einmal reagieren.",
    "Der Text hat sich geändert. Frühere 👍 zählen nicht mehr. Bitte noch einmal reagieren.",
    "Aus welchem Bereich kommen Sie?",
    # The same for a group that has chosen to be addressed so.
    "Aus welchem Bereich kommst du?",
    "Darf Ihr Name dabeistehen? JA oder NEIN schreiben.",
    "Darf dein Name dabeistehen? JA oder NEIN schreiben.",
}


@dataclass(frozen=True, slots=True)
class Sentence:
    """A message id as it stands in the code."""

    where: str
    one: str
    many: str | None
    names: frozenset[str]


def written() -> Iterator[Sentence]:
    """Yield every text("…") and counted("…", "…") of the program."""
    for path in sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py")):
        source = path.read_text(encoding="utf-8")
        if "from config.texts import" not in source and path.name != "texts.py":
            continue
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                where = f"{path.relative_to(ROOT)}:{node.lineno}"
                names = frozenset(keyword.arg for keyword in node.keywords if keyword.arg)
                words = [str(arg.value) for arg in node.args if isinstance(arg, ast.Constant)]
                if node.func.id == "text" and words:
                    yield Sentence(where, words[0], None, names)
                elif node.func.id == "counted" and words:
                    yield Sentence(where, words[0], words[1], names | {"n"})


WRITTEN = list(written())


def entries(language: str, *, chat_only: bool = False) -> list[tuple[str, str]]:
    """Return all strings of a catalogue with their message ids, each plural form by itself."""
    found = []
    for message in _of_chat(language) if chat_only else catalogue(language):
        if message.id:
            ids = message.id if isinstance(message.id, tuple | list) else (message.id,)
            strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
            found += [(ids[min(i, len(ids) - 1)], s or "") for i, s in enumerate(strings)]
    return found


def _of_chat(language: str) -> Catalog:
    merged = Catalog(locale=language)
    for path in (ROOT / "config" / "catalogues").glob(f"*{language}.po"):
        if not path.name.startswith("operator."):
            with path.open("rb") as file:
                for message in read_po(file, locale=language):
                    merged[message.id] = message
    return merged


def sentences(words: str) -> list[str]:
    """Divide a text into sentences; a placeholder, a command and a number are one word each."""
    return re.split(r"(?<=[.!?:;])\s+|\n", re.sub(r"\{\w+\}", "X", words))


def placeholders(words: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(words) if name}


CHAT = [
    pytest.param(lang, words, id=f"{lang}: {message[:60]}")
    for lang in LANGUAGES
    for message, words in entries(lang, chat_only=True)
]
ALL = [
    pytest.param(lang, *entry, id=f"{lang}: {entry[0][:60]}") for lang in LANGUAGES for entry in entries(lang)
]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_stands_once_in_the_catalogues(language):
    files = (ROOT / "config" / "catalogues").glob(f"*{language}.po")
    blocks = [block for path in files for block in path.read_text(encoding="utf-8").split("\n\n")[1:]]
    ids = [block[block.index("msgid") : block.index("msgstr")] for block in blocks]

    assert [one for one, times in Counter(ids).items() if times > 1] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_of_the_program_is_in_the_catalogue(language):
    ids = [message.id for message in catalogue(language) if message.id]
    known = {one if isinstance(one, str) else tuple(one) for one in ids}
    used = {sentence.one if sentence.many is None else (sentence.one, sentence.many) for sentence in WRITTEN}

    assert sorted(map(str, used - known)) == []
    assert sorted(map(str, known - used)) == []


@pytest.mark.parametrize("sentence", WRITTEN, ids=lambda sentence: sentence.where)
def test_a_text_is_given_the_values_it_names(sentence):
    needed = placeholders(sentence.one) | placeholders(sentence.many or "")

    # Texts that are kept as constants get their values where they are used.
    assert sentence.names in (needed, frozenset()) or needed == sentence.names


@pytest.mark.parametrize(("language", "message", "words"), ALL)
def test_an_entry_is_translated_with_the_same_placeholders(language, message, words):
    assert words.strip() == words != ""
    assert placeholders(words) == placeholders(message) or "{n}" in message


@pytest.mark.parametrize(("language", "message", "words"), ALL)
def test_a_sentence_is_short(language, message, words):
    longest = max(sentences(words), key=lambda sentence: len(sentence.split()))

    assert len(longest.split()) <= LONGEST, longest


@pytest.mark.parametrize(("language", "words"), CHAT)
def test_what_is_said_in_the_chat_neither_blames_nor_addresses(language, words):
    banned = [found[0] for found in BANNED[language].finditer(words)]

    assert banned == [] or words in GIVEN


@pytest.mark.parametrize(("language", "message", "words"), ALL)
def test_a_barrier_has_one_word(language, message, words):
    assert not OTHER_WORDS.search(words)


@pytest.mark.parametrize(("language", "words"), CHAT)
def test_what_is_said_in_the_chat_is_plain(language, words):
    assert not re.search(r"[<>`|]|\*\*|_{2}|\t|  ", words)
    assert len(words.split("\n")) == 1


def test_a_plural_follows_the_number():
    one, many = "{n} barrier:", "{n} barriers:"

    rendered = [counted(one, many, n).render(lang) for lang in LANGUAGES for n in (1, 2)]

    assert rendered == ["1 Barriere:", "2 Barrieren:", "1 barrier:", "2 barriers:"]


def test_words_of_people_are_never_a_template():
    assert joined([verbatim("{0} {x} {} %s"), text("Goal: {goal}", goal="{goal} {}")]).render("de") == (
        "{0} {x} {} %s\nZiel: {goal} {}"
    )


def test_a_text_without_a_language_is_no_string():
    with pytest.raises(TypeError):
        str(text("Goal"))


def test_an_unknown_text_names_itself():
    with pytest.raises(KeyError, match="de: Never written"):
        Text("Never written", {}).render("de")


def test_a_moment_is_written_out():
    patterns = {"de": "ccc, d. MMMM, H:mm", "en": "ccc, d MMMM, HH:mm"}
    moment = Moment(datetime(2027, 2, 23, 7, 55, tzinfo=UTC), UTC, patterns)

    assert moment.render("de") == "Di, 23. Februar, 7:55"
    assert moment.render("en") == "Tue, 23 February, 07:55"

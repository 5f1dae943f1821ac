# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""People type as they do; the rules read it."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from method.words import (
    MARKS_LIMIT,
    Typed,
    clean,
    command_text,
    fold,
    is_blank,
    isolate,
    lines_with_commands,
    parse_command,
)

#: Anything at all, lone surrogates included, and much of what is troublesome.
ANYTHING = st.text(st.characters(exclude_categories=())) | st.text(
    st.sampled_from(
        "ab! \n\t\r\0\u00ad\u200b\u200c\u200d\u200e\u202e\u2066\u2069\ufeff\ud800\u0301\u0344\u20dd"
        "äßI\u0130نमक्ष👍🏽\ufe0f❤👩#:：！1한\u1100\u1161\u2028"
    )
)  # fmt: skip

WORDS = [
    pytest.param("hürde", "huerde", id="ue"),
    pytest.param("hürde", "hurde", id="u"),
    pytest.param("hürde", "HÜRDE", id="upper case"),
    pytest.param("hürde", "hu\u0308rde", id="decomposed"),
    pytest.param("ergänzen", "ergaenzen", id="ae"),
    pytest.param("löschen", "loeschen", id="oe"),
    pytest.param("straße", "STRASSE", id="sharp s"),
    pytest.param("barriere", "ｂａｒｒｉｅｒｅ", id="full width"),
    pytest.param("barriere", "„barriere“", id="typographic quotes"),
    pytest.param("barriere", "bar\u00adriere", id="soft hyphen"),
    pytest.param("barriere", "barriere,", id="punctuation"),
    pytest.param("barriere", "**barriere**", id="markdown"),
]


@pytest.mark.parametrize(("one", "other"), WORDS)
def test_fold_makes_spellings_equal(one, other):
    assert fold(one) == fold(other)


@pytest.mark.parametrize("sign", ["?", "+"])
def test_fold_keeps_a_sign_alone(sign):
    assert fold(sign) == sign


@given(ANYTHING)
def test_fold_twice_is_fold_once(word):
    assert fold(fold(word)) == fold(word)


@given(ANYTHING)
def test_clean_twice_is_clean_once(text):
    assert clean(clean(text)) == clean(text)


@given(ANYTHING)
def test_clean_leaves_nothing_hidden(text):
    cleaned = clean(text)

    hidden = {c for c in cleaned if unicodedata.category(c) in {"Cc", "Cs"} and c != "\n"}
    assert hidden == set()
    assert set(cleaned).isdisjoint("\u202a\u202e\u2066\u2069\u200e\u200f\u061c\u200b\u2060\ufeff\u00ad")
    assert unicodedata.is_normalized("NFC", cleaned)
    cleaned.encode("utf-8")


@given(ANYTHING)
def test_clean_leaves_at_most_a_few_marks_on_a_letter(text):
    marks = 0
    for c in clean(text):
        marks = marks + 1 if unicodedata.category(c).startswith("M") else 0
        assert marks <= MARKS_LIMIT


CLEANED = [
    pytest.param("a\0b", "ab", id="NUL"),
    pytest.param("a\tb", "a b", id="tab"),
    pytest.param("a\ud800b", "ab", id="lone surrogate"),
    pytest.param("a\u202eb\u202c", "ab", id="bidi override"),
    pytest.param("a\u2066b\u2069\u200f\u061c", "ab", id="bidi isolates and marks"),
    pytest.param("a\u200bb\u2060c\ufeffd\u00ade", "abcde", id="zero width"),
    pytest.param("a\u200db\u200cc", "abc", id="joiners between Latin letters"),
    pytest.param("👩🏽\u200d💻", "👩🏽\u200d💻", id="joined emoji"),
    pytest.param("👁️\u200d🗨️", "👁️\u200d🗨️", id="joined emoji with selector"),
    pytest.param("می\u200cخواهم", "می\u200cخواهم", id="Persian non-joiner"),
    pytest.param("क्\u200dष", "क्\u200dष", id="Devanagari joiner"),
    pytest.param("\u200dab\u200d", "ab", id="joiners at the edges"),
    pytest.param("a\r\nb\rc\u2028d\u0085e", "a\nb\nc\nd\ne", id="line breaks"),
    pytest.param("a\n\n\n\n\nb", "a\n\n\nb", id="many empty lines"),
    pytest.param("a\n \n\t\n  \n \nb", "a\n\n\nb", id="lines of blanks"),
    pytest.param("  a  \n  b  ", "a\n  b", id="blanks at line ends"),
    pytest.param("u\u0308", "ü", id="composed"),
    pytest.param("لا أحد يرد على طلباتي (niemand)", "لا أحد يرد على طلباتي (niemand)", id="Arabic stays"),
    pytest.param("<b>*x*</b> & `y`", "<b>*x*</b> & `y`", id="markup is text"),
]  # fmt: skip


@pytest.mark.parametrize(("dirty", "expected"), CLEANED)
def test_clean(dirty, expected):
    assert clean(dirty) == expected


LONG = [
    pytest.param("a" + "\u0301\u0323" * 10_000, id="20,000 marks of two classes"),
    pytest.param("a" + "\u0344" * 20_000, id="20,000 marks that fall apart"),
    pytest.param(" " * 60_000, id="60,000 blanks"),
    pytest.param("\n " * 30_000 + "x", id="30,000 empty lines"),
    pytest.param("\u200d" * 60_000, id="60,000 joiners"),
    pytest.param("e\u0301\u202e" * 20_000, id="a hostile mixture"),
    pytest.param("! " * 30_000, id="30,000 exclamation marks"),
    pytest.param("#" * 60_000, id="60,000 number signs"),
]


@pytest.mark.parametrize("text", LONG)
def test_long_texts_are_read_quickly(text):
    start = time.process_time()
    parse_command(clean(text), direct=True)
    parse_command(text)
    fold(text)

    assert time.process_time() - start < 10  # a quadratic reading takes minutes


COMMANDS = [
    pytest.param("!barriere Text", Typed("barriere", "Text"), id="plain"),
    pytest.param("  \n!barriere Text", Typed("barriere", "Text"), id="leading blanks"),
    pytest.param("! Barriere Text", Typed("Barriere", "Text"), id="blank after the mark"),
    pytest.param("！barriere Text", Typed("barriere", "Text"), id="full-width mark"),
    pytest.param("!barriere: Text", Typed("barriere", "Text"), id="colon"),
    pytest.param("!barriere:Text", Typed("barriere", "Text"), id="colon without blank"),
    pytest.param("!barriere : Text", Typed("barriere", "Text"), id="colon after a blank"),
    pytest.param("!barriere – Text", Typed("barriere", "Text"), id="dash"),
    pytest.param("!barriere - Text", Typed("barriere", "Text"), id="hyphen"),
    pytest.param("!ergänzen\n- eins\n- zwei", Typed("ergänzen", "- eins\n- zwei"), id="list keeps dashes"),
    pytest.param("!barriere\nText\nmehr", Typed("barriere", "Text\nmehr"), id="text on the next line"),
    pytest.param("!barriere", Typed("barriere", ""), id="nothing behind"),
    pytest.param("!idee „Checkliste“", Typed("idee", "„Checkliste“"), id="quotes in the text stay"),
    pytest.param("!board #frauen", Typed("board", "#frauen"), id="topic"),
    pytest.param("!board#frauen", Typed("board", "#frauen"), id="topic without blank"),
    pytest.param("!?", Typed("?", ""), id="question mark"),
    pytest.param("!+ mehr", Typed("+", "mehr"), id="plus"),
    pytest.param("!+mehr", Typed("+", "mehr"), id="plus without blank"),
    pytest.param("! Achtung", Typed("Achtung", ""), id="no known word, still a word"),
    pytest.param("!!!", None, id="excited"),
    pytest.param("!!barriere Text", None, id="two marks"),
    pytest.param("!", None, id="mark alone"),
    pytest.param("! - ", None, id="sign only"),
    pytest.param("mit !barriere Text kann man was eintragen", None, id="in a sentence"),
    pytest.param("Hallo\n!barriere Text", None, id="on a later line"),
    pytest.param("barriere Text", None, id="no mark"),
    pytest.param("", None, id="empty"),
]


@pytest.mark.parametrize(("body", "expected"), COMMANDS)
def test_parse_command(body, expected):
    assert parse_command(body) == expected


DIRECT = [
    pytest.param("help", Typed("help", "", marked=False), id="word alone"),
    pytest.param("Barriere: Text", Typed("Barriere", "Text", marked=False), id="colon"),
    pytest.param("!help", Typed("help", ""), id="mark is allowed"),
    pytest.param("!!!", None, id="excited"),
    pytest.param("?", Typed("?", "", marked=False), id="question mark"),
    pytest.param("👍", None, id="emoji"),
]


@pytest.mark.parametrize(("body", "expected"), DIRECT)
def test_parse_command_in_a_direct_message(body, expected):
    assert parse_command(body, direct=True) == expected


@given(ANYTHING, st.booleans())
def test_parse_command_reads_anything(body, direct):
    typed = parse_command(body, direct=direct)

    assert typed is None or (typed.word in body and typed.rest in body)


@given(st.sampled_from(["barriere", "Hürde", "HUERDE"]), ANYTHING)
def test_the_text_behind_the_word_is_kept(word, words):
    text = clean(words).lstrip(":：,-‐‑‒–—! \n").strip()

    assert parse_command(f"!{word} {text}") == Typed(word, text)


def test_two_commands_are_told_apart():
    body = "!barriere eins\nmehr dazu\n!! kein Befehl\n! Achtung\n!idee zwei"

    assert lines_with_commands(body, {"barriere", "idee"}.__contains__) == [
        "!barriere eins\nmehr dazu\n!! kein Befehl\n! Achtung",
        "!idee zwei",
    ]


@pytest.mark.parametrize("text", ["", " \n", "\u3164", "\ufe0f", "\u0301", "\u200d"])
def test_is_blank(text):
    assert is_blank(text)


def test_a_sign_is_something_to_see():
    assert not is_blank("👍")


def test_isolate_wraps_only_lines_that_turn():
    assert isolate("plain\nلا أحد (niemand)") == "plain\n\u2068لا أحد (niemand)\u2069"


@settings(max_examples=50)
@given(ANYTHING)
def test_isolate_closes_what_it_opens(text):
    isolated = isolate(clean(text))

    assert isolated.count("\u2068") == isolated.count("\u2069")


WORDS_OF_A_COMMAND = {"barriere", "hurde", "b"}

EDITED = [
    pytest.param("!hürde neu", False, "neu", id="with its word"),
    pytest.param("!bariere neu", False, "neu", id="with its word mistyped"),
    pytest.param("neu", False, "neu", id="without the word"),
    pytest.param("!!! neu", False, "!!! neu", id="no command"),
    pytest.param("!idee neu", False, None, id="another command"),
    pytest.param("!bb neu", False, None, id="short words are not guessed"),
    pytest.param("barriere neu", True, "neu", id="directly, with its word"),
    pytest.param("bariere neu", True, "bariere neu", id="directly, a word of the text"),
    pytest.param("!idee neu", True, None, id="directly, another command"),
]


@pytest.mark.parametrize(("body", "direct", "expected"), EDITED)
def test_the_text_of_an_edited_message(body, direct, expected):
    assert command_text(body, WORDS_OF_A_COMMAND, direct=direct) == expected

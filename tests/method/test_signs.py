# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""A sign that a text names is a word in a file."""

from __future__ import annotations

import unicodedata

import pytest

from config.texts import catalogue
from method.signs import spelled


@pytest.mark.parametrize("language", ["de", "en"])
def test_every_sign_of_the_texts_has_a_word(language):
    said = " ".join(str(message.string) for message in catalogue(language))
    signs = {c for c in said if unicodedata.category(c) == "So"}

    assert "👍" in signs
    assert [c for c in spelled("".join(sorted(signs)), language) if unicodedata.category(c) == "So"] == []


@pytest.mark.parametrize(
    ("words", "spelt"),
    [
        ("Mit 👍 reagieren.", "Mit Daumen hoch reagieren."),
        ("👍🏽 oder 🙋‍♀️", "Daumen hoch oder Hand oben"),
        ("Gut👍👍!", "Gut Daumen hoch Daumen hoch!"),
        ("(✋) „✅“", "(erhobene Hand) „Häkchen“"),
        ("👍super", "Daumen hoch super"),
        ("Kita 👶 für 3 €", "Kita 👶 für 3 €"),
    ],
)
def test_sign_is_a_word_of_its_own(words, spelt):
    assert spelled(words, "de") == spelt

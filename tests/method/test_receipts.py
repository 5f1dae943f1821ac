# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a receipt says in words."""

from __future__ import annotations

import pytest

from method.receipts import in_words

SAID = [
    pytest.param("✅ B7", "Gespeichert als B7.", id="item"),
    pytest.param("✅ Ziel", "Gespeichert: Ziel.", id="word"),
    pytest.param("✅", "Gespeichert.", id="sign alone"),
    pytest.param("✏️ B7", "Geändert: B7.", id="changed"),
    pytest.param("✏ B7", "Geändert: B7.", id="without variation selector"),
]


@pytest.mark.parametrize(("key", "words"), SAID)
def test_receipt_in_words(key: str, words: str):
    said = in_words(key)

    assert said is not None
    assert said.render("de") == words


@pytest.mark.parametrize("key", ["❓ !hilfe", "👍", "✏️", ""])
def test_what_stores_nothing_is_no_receipt(key: str):
    assert in_words(key) is None

# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Labels name items."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from method.items import Kind, Label


@pytest.mark.parametrize("typed", ["B7", "b7", "b 7", "B-7", "#b7", " B7 ", "B07"])
def test_a_label_is_read_as_people_type_it(typed):
    assert Label.parse(typed) == Label(Kind.BARRIER, 7)


@pytest.mark.parametrize("typed", ["", "7", "B", "BB7", "B7x", "X7", "B 7 8", "B1234567890", "B²"])
def test_other_words_are_no_label(typed):
    assert Label.parse(typed) is None


@given(st.sampled_from(Kind), st.integers(1, 999_999_999))
def test_a_label_is_read_as_it_is_written(kind, number):
    label = Label(kind, number)

    assert Label.parse(str(label)) == label

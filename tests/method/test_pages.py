# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""A board of any length fits into messages, and nothing of it is lost between them."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.texts import verbatim
from method import boards
from method.ids import GroupId, ItemId
from method.items import Item, Kind, Listed, State
from method.pages import PAGE_BYTES, Page, pages

NOW = datetime(2027, 2, 23, 7, 55, tzinfo=UTC)
AT = boards.moment(NOW, UTC)
LATER = boards.moment(NOW + timedelta(hours=1), UTC)
#: Of an event (spec, "Size limits"), less what the homeserver adds to it.
EVENT_BYTES = 62 * 1024


def divided(lines: list[str], **options) -> list[Page]:
    return pages([verbatim(line) for line in lines], options.get("step", 1), options.get("at", AT), "de")


def digests(found: list[Page]) -> list[str]:
    return [page.digest for page in found]


def listed(count: int, words: str) -> list[Listed]:
    return [
        Listed(
            Item(
                ItemId(n), GroupId(1), Kind.BARRIER if n % 2 else Kind.IDEA, n, f"{n} {words}", State.OPEN,
                (f"thema{n % 30}",), None, None, NOW, NOW,
            ),
            n % 7,
            n % 3,
        )
        for n in range(1, count + 1)
    ]  # fmt: skip


def test_short_board_is_one_message():
    assert [page.body for page in divided(["B1: Eins.", "B2: Zwei."])] == [
        "Board, Stand Di, 23. Februar, 7:55. Schritt 1 von 5: Barrieren erkennen.\nB1: Eins.\nB2: Zwei."
    ]


def test_long_board_has_pages_with_a_head_each():
    found = [page.body for page in divided([f"B{n}: " + "x" * 7000 for n in range(1, 6)])]

    assert [body.split("\n")[0] for body in found] == [
        "Board, Seite 1 von 3, Stand Di, 23. Februar, 7:55. Schritt 1 von 5: Barrieren erkennen.",
        "Board, Seite 2 von 3.",
        "Board, Seite 3 von 3.",
    ]
    assert [[line[:2] for line in body.split("\n")[1:]] for body in found] == [
        ["B1", "B2"],
        ["B3", "B4"],
        ["B5"],
    ]


@pytest.mark.parametrize(
    "words",
    [
        "Wir bekommen Zeugnisse, die wir nicht einordnen können. " * 10,
        "لا أحد يرد " * 40,
        "😀" * 1990,
        '"\\' * 900,
    ],
    ids=["German", "Arabic", "emoji", "quotation marks"],
)
def test_board_of_two_hundred_entries_stays_below_the_size_of_an_event(words):
    entries = listed(200, words)
    found = pages(boards.living(1, "Ziel " * 300, entries), 1, AT, "de")

    assert max(len(page.body.encode()) for page in found) < 16 * 1024
    # An edit holds the text twice, as ASCII, and encryption adds a third.
    edits = [{"body": f"* {page.body}", "m.new_content": {"body": page.body}} for page in found]
    assert max(len(json.dumps(edit)) for edit in edits) * 4 / 3 < EVENT_BYTES


@given(st.lists(st.text(st.characters(exclude_characters="\n", exclude_categories=["Cs"]), max_size=3000)))
def test_nothing_is_lost_between_the_pages(lines):
    found = divided(lines)

    assert "".join("".join(page.body.split("\n")[1:]) for page in found) == "".join(lines)
    assert max(len(json.dumps(page.body)) for page in found) <= PAGE_BYTES


def test_digest_does_not_depend_on_the_moment():
    lines = [f"B{n}: " + "x" * 9000 for n in range(3)]

    assert digests(divided(lines)) == digests(divided(lines, at=LATER))


def test_change_of_a_later_page_changes_the_first_one_too_because_of_its_moment():
    lines = [f"B{n}: " + "x" * 9000 for n in range(3)]
    before, after = divided(lines), divided([*lines[:-1], "B2: " + "y" * 9000])

    changed = [one != other for one, other in zip(digests(before), digests(after), strict=True)]
    assert changed == [True, False, True]


def test_step_stands_in_the_head_and_in_the_digest():
    one, two = divided(["B1: Eins."])[0], divided(["B1: Eins."], step=2)[0]

    assert two.body.split("\n")[0].endswith("Schritt 2 von 5: Barrieren konkretisieren.")
    assert one.digest != two.digest

# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The files of an export: complete, the same for the same board, and what people wrote is text in all of them."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from datetime import datetime
from html.parser import HTMLParser

import pytest

from method.archives import archive, as_csv, as_html, as_markdown, file_name

AT = datetime(2027, 3, 1, 10, 0)  # noqa: DTZ001 -- files in archives have local times
TIME = "2027-02-22T13:21:00Z"


def item(id_: str, text: str | None, **more: object) -> dict[str, object]:
    usual: dict[str, object] = {
        "id": id_,
        "kind": {"B": "barrier", "I": "idea", "E": "decision"}[id_[0]],
        "text": text,
        "topics": [],
        "links": [],
        "notes": [],
        "support": 0,
        "state": "open" if text else "withdrawn",
        "created": TIME,
        "changed": TIME,
        "part_of": None,
        "parked": False,
        "review": None,
    }
    return usual | more


def note(text: str, kind: str = "note", sector: str | None = None) -> dict[str, str | None]:
    return {"text": text, "kind": kind, "sector": sector, "created": TIME, "changed": TIME}


def document(
    *items: dict[str, object], goal: str | None = "Passende Arbeit", name: str = "Runde"
) -> dict[str, object]:
    return {
        "format": "tafelrunde-export",
        "version": 1,
        "group": {"name": name, "goal": goal, "step": 1, "state": "active", "created": TIME},
        "settings": {"language": "de"},
        "items": list(items),
    }


BOARD = document(
    item("B1", "Nur Absagen", topics=["frauen", "kita"], notes=[note("Auch bei uns")], support=2),
    item("B2", None),
    item("I1", "Eine Lotsin", links=["B1"]),
    item("E1", "Erst I1", links=["I1", "U3"], review="2027-06-15"),
)


def rows(written: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(written, newline=""), delimiter=";"))


class Reader(HTMLParser):
    """What a browser makes of a page: tags, and the text between them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.words: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        assert not any(name.startswith("on") or name in ("src", "href") for name, _ in attrs)

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def test_table_has_a_row_for_each_open_entry():
    assert rows(as_csv(BOARD, "de")) == [
        [
            "Nummer",
            "Art",
            "Text",
            "Themen",
            "Antwort auf",
            "Ergänzungen",
            "Zustimmung",
            "Ort",
            "Geschrieben am",
            "Wieder prüfen",
        ],
        [
            "B1",
            "Hürde",
            "Nur Absagen",
            "frauen, kita",
            "",
            "Ergänzung: Auch bei uns",
            "2",
            "",
            "2027-02-22",
            "",
        ],
        ["I1", "Idee", "Eine Lotsin", "", "B1", "", "0", "", "2027-02-22", ""],
        ["E1", "Entscheidung", "Erst I1", "", "I1, U3", "", "0", "", "2027-02-22", "2027-06-15"],
    ]


@pytest.mark.parametrize(
    "words", ["=1+1", "+49 30", "-5 Grad", "@SUM(A1)", "\t=1", "  =1", "＝1+1", "\n=1"], ids=repr
)
def test_no_cell_is_a_formula(words: str):
    cells = rows(as_csv(document(item("B1", words, topics=[words], notes=[note(words)])), "de"))[1]

    assert [cells[2], cells[3]] == [f"'{words}"] * 2
    assert cells[5] == f"Ergänzung: {words}"


@pytest.mark.parametrize("words", ["a;b", 'Sie sagte "nein"', "eins\nzwei", "5 - 3"], ids=repr)
def test_cell_holds_what_was_written(words: str):
    assert rows(as_csv(document(item("B1", words)), "de"))[1][2] == words


def test_markdown_reads_as_a_text():
    assert as_markdown(BOARD, "de") == (
        "# Board der Gruppe Runde\n\n"
        "Schritt 1 von 5: Barrieren erkennen\\.\n\n"
        "Ziel: Passende Arbeit\n\n"
        "## Hürden\n\n"
        "- **B1:** Nur Absagen\n"
        "  - Themen: \\#frauen, \\#kita\n"
        "  - Zustimmung: 2\n"
        "  - Ergänzung: Auch bei uns\n\n"
        "## Ideen\n\n"
        "- **I1:** Eine Lotsin\n"
        "  - Antwort auf: B1\n\n"
        "## Entscheidungen\n\n"
        "- **E1:** Erst I1\n"
        "  - Dazu: I1, U3\n"
        "  - Wieder prüfen: 2027\\-06\\-15\n"
    )


def test_markdown_of_people_is_no_markdown():
    written = as_markdown(document(item("B1", "# Titel\n[x](y) <b>*fett*</b>")), "de")

    assert "- **B1:** \\# Titel  \n  \\[x\\]\\(y\\) \\<b\\>\\*fett\\*\\</b\\>" in written


def test_page_has_everything_and_needs_nothing():
    page = Reader(as_html(BOARD, "de"))

    said = " ".join("".join(page.words).split())
    assert "script" not in page.tags
    for words in (
        "Board der Gruppe Runde",
        "Ziel: Passende Arbeit",
        "B1: Nur Absagen",
        "Auch bei uns",
        "Eine Lotsin",
    ):
        assert words in said
    assert (page.tags.count("h1"), page.tags.count("h2"), page.tags.count("li")) == (1, 3, 3)


def test_html_of_people_is_no_html():
    evil = "<script>alert(1)</script><img src=x onerror=alert(1)>"

    page = Reader(as_html(document(item("B1", evil), name=evil, goal=evil), "de"))

    assert {"script", "img"} & set(page.tags) == set()
    assert "".join(page.words).count(evil) == 4


def test_page_of_an_empty_board_says_so():
    page = Reader(as_html(document(goal=None), "en"))

    assert [words for words in page.words if "yet" in words] == [
        "No barriers yet.",
        "No ideas yet.",
        "No decisions yet.",
    ]


def test_archive_holds_four_files_and_is_the_same_each_time():
    packed = archive(BOARD, name="board-runde", at=AT, language="de")

    assert packed == archive(BOARD, name="board-runde", at=AT, language="de")
    with zipfile.ZipFile(io.BytesIO(packed)) as zipped:
        assert zipped.testzip() is None
        assert zipped.namelist() == [
            f"board-runde/{n}" for n in ("export.json", "board.html", "board.md", "board.csv")
        ]
        assert json.loads(zipped.read("board-runde/export.json")) == BOARD
        assert zipped.read("board-runde/board.csv").startswith(b"\xef\xbb\xbf")
        assert {info.date_time for info in zipped.infolist()} == {(2027, 3, 1, 10, 0, 0)}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Anerkannt und doch ohne Job", "anerkannt-und-doch-ohne-job"),
        ("Runde / Köln: Ämter!", "runde-köln-ämter"),
        ("../../etc", "etc"),
        ("🙂", "gruppe"),
        ("x" * 60, "x" * 40),
    ],
    ids=["words", "signs", "path", "no letter", "long"],
)
def test_file_name_has_letters_and_hyphens_only(name: str, expected: str):
    assert file_name(name, "gruppe") == expected


def test_merged_and_parked_entries_say_where_they_stand():
    board = document(
        item("B1", "Absagen"), item("B2", "Keine Antwort", part_of="B1"), item("B3", "Später", parked=True)
    )

    assert [row[7] for row in rows(as_csv(board, "de"))[1:]] == ["", "Teil von B1", "im Themenspeicher"]
    assert "Ort: Teil von B1" in as_markdown(board, "de")
    assert "Ort: im Themenspeicher" in as_html(board, "de")


def test_views_and_whys_are_told_from_notes():
    added = [note("Wir auch", "view", "business"), note("Keine Zeit", "why"), note("Dazu")]
    board = document(item("B1", "Absagen", notes=added))

    lines = ["Sicht Wirtschaft: Wir auch", "Warum: Keine Zeit", "Ergänzung: Dazu"]
    assert rows(as_csv(board, "de"))[1][5].split("\n") == lines
    assert [line in as_markdown(board, "de") for line in lines] == [True] * 3

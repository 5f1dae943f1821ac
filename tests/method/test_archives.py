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
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from method.archives import archive, as_csv, as_html, as_markdown, file_name, records_as_csv
from method.words import clean

AT = datetime(2027, 3, 1, 10, 0)  # noqa: DTZ001 -- files in archives have local times
TIME = "2027-02-22T13:21:00Z"


def item(id_: str, text: str | None, **more: object) -> dict[str, object]:
    usual: dict[str, object] = {
        "id": id_,
        "kind": {"B": "barrier", "I": "idea", "A": "task", "E": "decision"}[id_[0]],
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
        "task": None,
    }
    return usual | more


def note(text: str, kind: str = "note", sector: str | None = None) -> dict[str, str | None]:
    return {"text": text, "kind": kind, "sector": sector, "created": TIME, "changed": TIME}


def document(
    *items: dict[str, object], goal: str | None = "Passende Arbeit", name: str = "Runde", **more: object
) -> dict[str, object]:
    return {
        "format": "tafelrunde-export",
        "version": 1,
        "group": {"name": name, "goal": goal, "step": 1, "state": "active", "created": TIME},
        "settings": {"language": "de"},
        "items": list(items),
        "core_problem": [],
        "sectors": {"used": [], "balance": []},
        "polls": [],
        "meetings": [],
        "seats": [],
        "sprints": [],
        "guests_until": [],
        **more,
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
            "Stand",
            "Termin",
            "Verlauf",
        ],
        [
            "B1",
            "Barriere",
            "Nur Absagen",
            "frauen, kita",
            "",
            "Ergänzung: Auch bei uns",
            "2",
            "",
            "2027-02-22",
            "",
            "",
            "",
            "",
        ],
        ["I1", "Idee", "Eine Lotsin", "", "B1", "", "0", "", "2027-02-22", "", "", "", ""],
        ["E1", "Entscheidung", "Erst I1", "", "I1, U3", "", "0", "", "2027-02-22", "2027-06-15", "", "", ""],
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
        "Schritt 1 von 5: Barrieren erkennen.\n\n"
        "Ziel: Passende Arbeit\n\n"
        "## Barrieren\n\n"
        "- **B1:** Nur Absagen\n"
        "  - Themen: #frauen, #kita\n"
        "  - Zustimmung: 2\n"
        "  - Ergänzung: Auch bei uns\n\n"
        "## Ideen\n\n"
        "- **I1:** Eine Lotsin\n"
        "  - Antwort auf: B1\n\n"
        "## Aufgaben\n\n"
        "0 Aufgaben.\n\n"
        "## Entscheidungen\n\n"
        "- **E1:** Erst I1\n"
        "  - Dazu: I1, U3\n"
        "  - Wieder prüfen: 15. Juni 2027\n"
    )


def test_agreements_stand_at_the_top():
    board = document()
    group = {**board["group"], "agreements": "*Ausreden* lassen\nPünktlich sein"}  # type: ignore[dict-item]  # a group

    written = as_markdown({**board, "group": group}, "de")

    assert "\nUnsere Vereinbarungen: \\*Ausreden\\* lassen / Pünktlich sein\n\n## Barrieren" in written


def test_markdown_of_people_is_no_markdown():
    written = as_markdown(document(item("B1", "# Titel\n[x](y) <b>*fett*</b>")), "de")

    assert "- **B1:** # Titel  \n  \\[x\\](y) \\<b>\\*fett\\*\\</b>" in written


def test_markdown_of_people_can_be_edited():
    words = "Am 3.12. im #amt (5-7 Personen) + Kita!\n3.12. ja\n12. März\n- nichts\n#neu\nich_auch"
    lines = [
        "Am 3.12. im #amt (5-7 Personen) + Kita!",
        "3.12. ja",
        "12\\. März",
        "\\- nichts",
        "\\#neu",
        "ich_auch",
    ]

    assert "- **B1:** " + "  \n  ".join(lines) + "\n" in as_markdown(document(item("B1", words)), "de")


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
    assert (page.tags.count("h1"), page.tags.count("h2"), page.tags.count("li")) == (1, 4, 3)


def test_html_of_people_is_no_html():
    evil = "<script>alert(1)</script><img src=x onerror=alert(1)>"

    page = Reader(as_html(document(item("B1", evil), name=evil, goal=evil), "de"))

    assert {"script", "img"} & set(page.tags) == set()
    assert "".join(page.words).count(evil) == 4


def test_a_task_says_how_it_stands_and_until_when():
    blocked = {"stage": "blocked", "due": "2027-03-15", "done": None, "reason": "Der Raum ist belegt"}
    done = {"stage": "done", "due": None, "done": "2027-03-11", "reason": None}
    board = document(
        item("A1", "Raum buchen", task=blocked, links=["B1"]), item("A2", "Firmen einladen", task=done)
    )

    assert [row[-3:-1] for row in rows(as_csv(board, "de"))[1:]] == [
        ["blockiert: Der Raum ist belegt", "2027-03-15"],
        ["fertig: 2027-03-11", ""],
    ]
    assert (
        "- **A1:** Raum buchen\n"
        "  - Dazu: B1\n"
        "  - Stand: blockiert: Der Raum ist belegt\n"
        "  - Termin: 15. März 2027\n"
        "- **A2:** Firmen einladen\n"
        "  - Stand: fertig: 11. März 2027\n"
    ) in as_markdown(board, "de")


def test_an_entry_says_what_has_happened_to_it():
    happened = [
        {"day": "2026-12-30", "kind": "taken", "was": None, "becomes": None},
        {"day": "2027-03-02", "kind": "moved", "was": "2027-03-12", "becomes": "2027-03-15"},
        *(
            {"day": f"2027-04-{day:02}", "kind": "blocked", "was": None, "becomes": None}
            for day in range(1, 13)
        ),
    ]
    board = document(item("A1", "Raum buchen", history=happened))
    told = (
        "30. Dezember 2026 übernommen; 2. März 2027 verschoben vom 12. März 2027 auf den 15. März 2027; "
        + "; ".join(f"{day}. April 2027 blockiert" for day in range(1, 13))
    )

    assert rows(as_csv(board, "de"))[1][-1] == told
    assert f"Verlauf: {told}" in "".join(Reader(as_html(board, "de")).words)
    assert f"  - Verlauf: {told}\n" in as_markdown(board, "de").replace("\\", "")


def test_sprints_stand_beside_the_entries():
    sprint = {"number": 1, "goal": "Getestet", "starts": "2027-03-09", "ends": "2027-03-19"}
    over = document(sprints=[{**sprint, "ended": "2027-03-18"}])

    assert rows(records_as_csv(over, "de"))[1:] == [
        ["Sprint 1", "Sprints", "Getestet", "2027-03-09", "2027-03-18", "Zu Ende seit: 18. März 2027"]
    ]


def test_page_of_an_empty_board_says_so():
    page = Reader(as_html(document(goal=None), "en"))

    assert [words for words in page.words if "yet" in words] == [
        "No barriers yet.",
        "No ideas yet.",
        "No tasks yet.",
        "No decisions yet.",
    ]


def test_archive_holds_five_files_and_is_the_same_each_time():
    packed = archive(BOARD, name="board-runde", at=AT, language="de")

    assert packed == archive(BOARD, name="board-runde", at=AT, language="de")
    with zipfile.ZipFile(io.BytesIO(packed)) as zipped:
        assert zipped.testzip() is None
        assert zipped.namelist() == [
            f"board-runde/{n}" for n in ("export.json", "board.html", "board.md", "board.csv", "group.csv")
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


# --- what there is beside the entries ---------------------------------------------------------------


def version(text: str, state: str, in_favour: int = 0, agreed: str | None = None) -> dict[str, object]:
    return {"text": text, "state": state, "in_favour": in_favour, "proposed": TIME, "agreed": agreed}


def meeting(id_: str, title: str | None, **more: object) -> dict[str, object]:
    usual: dict[str, object] = {
        "state": "ended",
        "starts": None,
        "began": None,
        "ended": None,
        "new": [],
        "added_to": [],
        "core_problem": False,
    }
    return {"id": id_, "title": title, **usual, **more}


def option(number: int, text: str | None, votes: int | None, **more: object) -> dict[str, object]:
    usual = {"number": number, "text": text, "at": None, "whole_day": False, "entry": None, "votes": votes}
    return usual | more


def poll(id_: str, question: str, *options: dict[str, object], **more: object) -> dict[str, object]:
    usual = {
        "id": id_,
        "kind": "choice",
        "question": question,
        "openness": "open",
        "most": 1,
        "state": "closed",
        "ends": "2027-03-11T11:00:00Z",
        "people": 8,
        "options": list(options),
        "decisions": [],
    }
    return usual | more


WHOLE = document(
    item("B1", "Nur Absagen"),
    core_problem=[
        version("Zu wenige Kurse", "replaced"),
        version("Beide finden sich nicht", "agreed", 4, "2027-02-23T13:21:00Z"),
        version("Keine Zeit", "proposed"),
    ],
    sectors={
        "used": [{"id": "business", "name": "Wirtschaft"}, {"id": None, "name": "Wissenschaft"}],
        "balance": ["Welche Sicht fehlt uns?", "Bereiche bisher: Wirtschaft 3."],
    },
    meetings=[
        meeting(
            "T1",
            "Gründung",
            began="2027-02-22T13:00:00Z",
            ended="2027-02-22T14:30:00Z",
            new=["B1", "B2", "B3", "I1"],
            added_to=["B1"],
            core_problem=True,
        ),
        meeting("T2", None, starts=TIME, ended="2027-02-22T14:00:00Z"),
        meeting("T3", "Zweites", state="planned", starts="2027-03-30T12:00:00Z"),
    ],
    polls=[
        poll("U1", "Was zuerst?", option(1, "Lotsin", 3), option(2, "Profil", 5), decisions=["E1"]),
        poll(
            "U2",
            "Was ist wichtig?",
            option(7, None, 4, entry="B7"),
            option(9, "Zeit", 4, entry="B9"),
            kind="dots",
        ),
        poll("U3", "Gut so?", option(1, "", 7), option(2, "", 1), kind="consent"),
        poll("U4", "Was lief gut?", kind="round"),
        poll("U5", "Wohin?", option(1, "Nord", None), openness="secret", people=None),
        poll(
            "U6",
            "Wann?",
            option(1, "", None, at="2027-03-12T09:00:00Z"),
            kind="date",
            state="open",
            people=None,
        ),
    ],
    seats=[{"id": "W1", "text": "Leitung eines Amtes, Berlin", "state": "asked"}],
    guests_until=["2027-03-15"],
)


def test_text_holds_what_there_is_beside_the_entries():
    assert as_markdown(WHOLE, "de") == (
        "# Board der Gruppe Runde\n\n"
        "Schritt 1 von 5: Barrieren erkennen.\n\n"
        "Ziel: Passende Arbeit\n\n"
        "## Kernproblem\n\n"
        "- Zu wenige Kurse\n"
        "  - Vorgeschlagen am 22. Februar 2027. Ersetzt durch eine andere Fassung.\n"
        "- Beide finden sich nicht\n"
        "  - Vorgeschlagen am 22. Februar 2027. Gilt seit 23. Februar 2027. 4 einverstanden.\n"
        "- Keine Zeit\n"
        "  - Vorgeschlagen am 22. Februar 2027. Der Vorschlag ist offen.\n\n"
        "## Barrieren\n\n"
        "- **B1:** Nur Absagen\n\n"
        "## Ideen\n\n"
        "0 Ideen.\n\n"
        "## Aufgaben\n\n"
        "0 Aufgaben.\n\n"
        "## Entscheidungen\n\n"
        "0 Entscheidungen.\n\n"
        "## Wen brauchen wir noch?\n\n"
        "- **W1:** Leitung eines Amtes, Berlin\n"
        "  - Stand: angefragt.\n\n"
        "## Sektoren\n\n"
        "- Wirtschaft, Wissenschaft\n"
        "- Welche Sicht fehlt uns?\n"
        "- Bereiche bisher: Wirtschaft 3.\n\n"
        "## Umfragen\n\n"
        "- **U1:** Was zuerst?\n"
        "  - Art: Auswahl\n"
        "  - Antworten: Lotsin; Profil\n"
        "  - 8 Personen: Profil 5, Lotsin 3.\n"
        "  - Ende: Do, 11. März 2027, 12:00.\n"
        "  - Dazu: E1\n"
        "- **U2:** Was ist wichtig?\n"
        "  - Art: Punkte\n"
        "  - Antworten: B7 (zurückgezogen); B9 Zeit\n"
        "  - 8 Personen: B7 (zurückgezogen) 4, B9 4.\n"
        "  - Ende: Do, 11. März 2027, 12:00.\n"
        "- **U3:** Gut so?\n"
        "  - Art: Konsens\n"
        "  - 8 Personen: 1 Einwand ist offen.\n"
        "  - Ende: Do, 11. März 2027, 12:00.\n"
        "- **U4:** Was lief gut?\n"
        "  - Art: Antworten in eigenen Worten\n"
        "  - 8 Antworten.\n"
        "  - Ende: Do, 11. März 2027, 12:00.\n"
        "- **U5:** Wohin?\n"
        "  - Art: Auswahl\n"
        "  - Antworten: Nord\n"
        "  - U5 ist zu Ende. Weniger als 5 Stimmen."
        " Ich zeige kein Ergebnis, weil man sonst einzelne Personen erkennen kann.\n"
        "  - Ende: Do, 11. März 2027, 12:00.\n"
        "- **U6:** Wann?\n"
        "  - Art: Termin\n"
        "  - Antworten: Fr, 12. März, 10:00\n"
        "  - Läuft noch.\n"
        "  - Ende: Do, 11. März 2027, 12:00.\n\n"
        "## Treffen\n\n"
        "- **T1:** Gründung\n"
        "  - Beginn: Mo, 22. Februar 2027, 14:00\n"
        "  - Ende: Mo, 22. Februar 2027, 15:30\n"
        "  - Neu: B1 bis B3, I1.\n"
        "  - Ergänzt: B1.\n"
        "  - Das Kernproblem wurde beschlossen.\n"
        "- **T2:** ohne Titel\n"
        "  - Angekündigt für: Mo, 22. Februar 2027, 14:21\n"
        "  - Fiel aus.\n"
        "- **T3:** Zweites\n"
        "  - Angekündigt für: Di, 30. März 2027, 14:00\n\n"
        "## Gäste\n\n"
        "- bis 15. März 2027\n"
    )


def test_second_table_holds_what_there_is_beside_the_entries():
    head, *found = rows(records_as_csv(WHOLE, "en"))

    assert head == ["Number", "Kind", "Text", "Begin", "End", "Details"]
    replaced = "Proposed on 22 February 2027. Another version has taken its place."
    assert found[0] == ["", "Core problem", "Zu wenige Kurse", "2027-02-22", "", replaced]
    assert [row[:5] for row in found[3:]] == [
        ["W1", "Who do we still need?", "Leitung eines Amtes, Berlin", "", ""],
        ["", "Sectors", "Wirtschaft, Wissenschaft", "", ""],
        ["", "Sectors", "Welche Sicht fehlt uns?", "", ""],
        ["", "Sectors", "Bereiche bisher: Wirtschaft 3.", "", ""],
        ["U1", "Polls", "Was zuerst?", "", "2027-03-11 12:00"],
        ["U2", "Polls", "Was ist wichtig?", "", "2027-03-11 12:00"],
        ["U3", "Polls", "Gut so?", "", "2027-03-11 12:00"],
        ["U4", "Polls", "Was lief gut?", "", "2027-03-11 12:00"],
        ["U5", "Polls", "Wohin?", "", "2027-03-11 12:00"],
        ["U6", "Polls", "Wann?", "", "2027-03-11 12:00"],
        ["T1", "Meetings", "Gründung", "2027-02-22 14:00", "2027-02-22 15:30"],
        ["T2", "Meetings", "without a title", "2027-02-22 14:21", ""],
        ["T3", "Meetings", "Zweites", "2027-03-30 14:00", ""],
        ["", "Guests", "until 15 March 2027", "", "2027-03-15"],
    ]


@pytest.mark.parametrize("language", ["de", "en"])
def test_page_and_text_and_table_say_the_same_beside_the_entries(language: str):
    page = " ".join("".join(Reader(as_html(WHOLE, language)).words).split())
    text = as_markdown(WHOLE, language).replace("\\", "")

    for row in rows(records_as_csv(WHOLE, language))[1:]:
        for words in (row[2], *row[5].split("\n")):
            assert words in page
            assert words in text


def test_times_are_those_of_the_group():
    far = WHOLE | {"settings": {"language": "de", "zone": "Asia/Kathmandu"}}

    assert rows(records_as_csv(far, "de"))[14][3:5] == ["2027-02-22 18:45", "2027-02-22 20:15"]


EVIL = "<script>alert(1)</script> \"&amp;' =1+1"


def evil_group(words: str) -> dict[str, object]:
    """Return a group in which people have written these words everywhere."""
    return document(
        item("B1", words, topics=[words], notes=[note(words)]),
        name=words,
        goal=words,
        core_problem=[version(words, "agreed", 1, TIME)],
        sectors={"used": [{"id": None, "name": words}], "balance": [words]},
        polls=[poll("U1", words, option(1, words, 8))],
        meetings=[meeting("T1", words, began=TIME, ended=TIME)],
        seats=[{"id": "W1", "text": words, "state": "sought"}],
    )


def test_html_of_people_is_no_html_anywhere():
    page = Reader(as_html(evil_group(EVIL), "de"))

    assert {"script", "img"} & set(page.tags) == set()
    assert "".join(page.words).count(EVIL) == 14


@pytest.mark.parametrize("words", ["=1+1", "+49 30", "-5 Grad", "@SUM(A1)", "＝1+1"], ids=repr)
def test_no_cell_is_a_formula_in_the_second_table(words: str):
    cells = [cell for row in rows(records_as_csv(evil_group(words), "de")) for cell in row]

    assert [cell for cell in cells if cell.endswith(words)] == [f"'{words}"] * 6
    assert [cell for cell in cells if cell.startswith(words)] == []


#: What Markdown could take for more than words.
ODD = [
    "Titel\n=====",
    "Titel\n-----",
    "eins\n\n    vier Leerzeichen",
    "eins\n\tTabulator",
    "# Titel",
    "1. eins\n2) zwei",
    "* * *",
    "> Zitat",
    "~~~\nCode\n~~~",
    "```\nCode",
    "[x](https://example.org) ![y](z)",
    "<https://example.org> <b>",
    "[x]: https://example.org",
    "a | b\n--|--\n1 | 2",
    "*a* __b__ ~~c~~ `d` $e$ ^f^",
    "&lt;b&gt; &#35; # \\",
    "Ende mit zwei Leerzeichen  \nnoch eins\\\nund noch eins",
]


def read_markdown(written: str) -> tuple[set[str], str]:
    """Return the kinds of nodes a reader of Markdown finds, and the words it shows, without blanks."""
    reader = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    kinds: set[str] = set()
    words = ""
    for block in reader.parse(written):
        for node in block.children or [block]:
            kinds.add(node.type.removesuffix("_open").removesuffix("_close"))
            words += node.content
    return kinds, "".join(words.split())


PLAIN, _ = read_markdown(as_markdown(document(item("B1", "a\nb", topics=["c"])), "de"))


def shown_as_written(words: str) -> None:
    kinds, shown = read_markdown(as_markdown(evil_group(words), "de"))

    assert kinds <= PLAIN
    # Name, goal, core problem, entry, topic, note, seat, sector, balance, meeting; the heading names no line breaks.
    assert shown.count("".join(words.split())) >= 10


@pytest.mark.parametrize("words", ODD, ids=repr)
def test_odd_words_are_shown_as_written(words: str):
    shown_as_written(clean(words))


@given(st.text(st.sampled_from("ab1 \n\t=-#*_`~>|[]()<>!&;:/.+$^{}\"'"), min_size=1).map(clean).filter(bool))
def test_whatever_is_written_markdown_shows_it(words: str):
    shown_as_written(words)


def test_no_bare_link_is_cut_short():
    assert "https\\://example.org" in as_markdown(document(item("B1", "https://example.org")), "de")

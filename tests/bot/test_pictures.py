# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Drawing: the same data gives the same picture, nothing overflows, no empty boxes, no fault spreads."""

from __future__ import annotations

import asyncio
import os
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.pictures import fonts
from bot.pictures.coverage import stretches
from bot.pictures.drawing import NotDrawn, draw, size_of
from bot.pictures.worker import TEMPLATES, render
from method import pictures
from method.burn_ups import burn_up
from method.ids import GroupId, ItemId, PollId, SprintId
from method.items import Item, Kind, Listed, State
from method.polls import Kind as PollKind
from method.polls import Openness, Option, Poll
from method.polls import State as PollState
from method.polls.ballots import Tally
from method.polls.pictures import bars
from method.sprints import Day, Sprint

NOW = datetime(2027, 2, 26, 12, 0, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Berlin")
#: A phone on a train loads it at once.
MOST_BYTES = 300_000


def board(barriers: list[str], ideas: list[str], goal: str | None = None) -> pictures.Picture:
    entries = [
        Listed(
            Item(ItemId(n), GroupId(1), kind, n, words, State.OPEN, (), None, None, NOW, NOW), 0, 0
        )
        for kind, lines in ((Kind.BARRIER, barriers), (Kind.IDEA, ideas))
        for n, words in enumerate(lines, 1)
    ]  # fmt: skip
    return pictures.board(NOW, ZONE, 1, goal, entries, "de")


USUAL = ["Nach der Anerkennung ist niemand mehr zuständig", "Formular nur auf Papier"]
BOARDS = {
    "empty": board([], []),
    "usual": board(USUAL, USUAL[:1], "Alle finden Arbeit"),
    "full": board(USUAL * 50, USUAL * 50, "Alle finden Arbeit, die zu ihrem Abschluss passt. " * 9),
    "wide": board(["W" * 2000] * 9, ["=" * 2000] * 9, "W" * 900),
    "high": board(["ฏ๎" * 90] * 9, ["ẬǼ̂" * 90] * 9),
    "arabic": board(["لا أحد يرد على طلباتي (niemand antwortet)"] * 7, ["شهادتي معترف بها"], "عمل"),
    "cyrillic": board(["Ніхто не відповідає на мої заявки"], ["Провідниця телефонує"]),
    "emoji": board(["Kita fehlt 👶👩‍👧 und 🏛️ schweigt", "🙂" * 200], ["🇩🇪?"]),
    "markup": board(['#panic("x") $x^2$ *a* _b_ @c <d> \\ #import "/etc/passwd"'], ['"]) }'], "#sys.inputs"),
}
SPRINT = Sprint(SprintId(1), GroupId(1), 1, "Ein Format ist getestet", date(2027, 2, 9), date(2027, 3, 2))


def sprint(*numbers: tuple[int, int], goal: str = SPRINT.goal, language: str = "de") -> pictures.Picture:
    days = [Day(SPRINT.starts + timedelta(days=n), *both) for n, both in enumerate(numbers)]
    return burn_up(NOW, ZONE, replace(SPRINT, goal=goal), days, language)


PICTURES = {
    **BOARDS,
    "steps": pictures.steps(NOW, ZONE, 3, "de"),
    "last step": pictures.steps(NOW, ZONE, 5, "en"),
    "sectors": pictures.sectors(NOW, ZONE, {"Verwaltung": 9, "Wirtschaft": 0, "": 4}, 6, "de"),
    "sprint": sprint((3, 0), (3, 1), (5, 1), (8, 2), (8, 8)),
    "first day of a sprint": sprint((0, 0), language="en"),
    "full sprint": sprint(*((900 + n, 45 * n) for n in range(21)), goal="W" * 900),
    "sprint in Arabic": sprint((1, 1), goal="عمل للجميع"),
    "many sectors": pictures.sectors(NOW, ZONE, {f"Bereich {n}" * 9: n for n in range(8)}, 0, "de"),
}


def result(
    words: list[str], *, kind: PollKind = PollKind.CHOICE, question: str = "Was zuerst?"
) -> pictures.Picture:
    labels = [f"B{number + 80}" if kind is PollKind.DOTS else None for number in range(len(words))]
    options = [
        Option(number, said, label=label)
        for number, (said, label) in enumerate(zip(words, labels, strict=True), 1)
    ]
    poll = Poll(
        PollId(1), GroupId(1), 3, kind, question, tuple(options), 3, Openness.OPEN, False, PollState.OPEN, NOW, None,
        None,
    )  # fmt: skip
    tally = Tally(31, {number: number * 7 % 5 for number in poll.numbers})
    picture = bars(poll, tally, now=NOW, zone=ZONE, language="de")
    assert picture is not None
    return picture


RESULTS = {
    "three": result(["Lotsin", "Profil", "Probe"]),
    "long": result([f"{n}. {'Nach der Anerkennung ist niemand zuständig. ' * 5}" for n in range(20)]),
    "dots": result(USUAL * 10, kind=PollKind.DOTS),
    "resistance": result(["Mo", "Di"], kind=PollKind.RESISTANCE),
    "wide": result(["W" * 240, "=" * 240] * 10, question="W" * 500),
    "arabic": result(
        ["شهادتي معترف بها ولكن لا أحد يعرف ماذا تعني، ويجب أن أشرح ذلك"] * 20, question="ما الذي؟"
    ),
    "cyrillic": result(["Ніхто не відповідає на мої заявки"] * 20, kind=PollKind.DOTS),
    "markup": result(['#panic("x") $x^2$ *a* _b_ @c <d> \\', '"]) }'], question="#sys.inputs"),
}


@pytest.mark.parametrize("picture", RESULTS.values(), ids=RESULTS)
def test_result_is_small_fits_and_is_always_the_same(picture: pictures.Picture) -> None:
    first = render(dict(picture.data))
    width, height = size_of(first)

    assert width == 1080
    # Three phones high at most.
    assert 500 < height < 3000
    assert len(first) < MOST_BYTES
    assert render(dict(picture.data)) == first
    assert margin_of(first) == {"white"}


@pytest.mark.parametrize("picture", PICTURES.values(), ids=PICTURES)
def test_picture_is_a_small_portrait_and_always_the_same(picture: pictures.Picture) -> None:
    first = render(dict(picture.data))

    assert size_of(first) == (1080, 1350)
    assert len(first) < MOST_BYTES
    assert render(dict(picture.data)) == first


@pytest.mark.parametrize("picture", PICTURES.values(), ids=PICTURES)
def test_picture_fits_on_one_page_inside_its_frame(picture: pictures.Picture) -> None:
    png = render(dict(picture.data))

    # The paper between the frame and the words is white on all four sides.
    assert margin_of(png) == {"white"}


def margin_of(png: bytes) -> set[str]:
    image = pytest.importorskip("PIL.Image")
    from io import BytesIO  # noqa: PLC0415 -- only where there is something to look at

    with image.open(BytesIO(png)) as opened:
        paper = opened.convert("RGB")
        end = paper.height - 12
        boxes = [(12, 12, 48, end), (1032, 12, 1068, end), (12, 12, 1068, 48), (12, end - 36, 1068, end)]
        colours = {colour for box in boxes for _, colour in paper.crop(box).getcolors(maxcolors=100_000)}
    return {"white" if colour == (255, 255, 255) else str(colour) for colour in colours}


def test_smallest_letters_can_be_read_on_a_phone() -> None:
    """36 of 1080 pixels are about ten points on a phone; titles have 54."""
    sizes = {
        float(size)
        for template in TEMPLATES.glob("*.typ")
        for size in re.findall(r"size: ([0-9.]+)pt", template.read_text(encoding="utf-8"))
    }

    assert min(sizes) >= 36


@pytest.mark.parametrize("words", ["اللغة", "Слово", "ελληνικά", "עברית"], ids=["ar", "uk", "el", "he"])
def test_packaged_font_has_the_scripts_people_here_write(words: str, tmp_path: Path) -> None:
    files = fonts.unpack(tmp_path)

    assert fonts.without(fonts.drawn(words), files[:1]) == set()


def test_fonts_stay_unpacked_in_a_folder_of_our_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with fonts.folder() as first:
        pass
    with fonts.folder() as second:
        mode = second.stat().st_mode & 0o777

    assert (first, mode) == (second, 0o700)


def test_folder_that_others_can_write_to_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with fonts.folder() as first:
        first.chmod(0o777)
    with fonts.folder() as second:
        there = second.exists()

    assert (second == first, there, second.exists()) == (False, True, False)


def test_what_no_font_has_is_left_out_or_becomes_dots() -> None:
    missing = set("👶🏛አማ")

    assert fonts.replaced("Kita fehlt 👶 und 🏛️ schweigt", missing) == "Kita fehlt und schweigt"
    assert fonts.replaced("አማ sagt nichts", missing) == "… sagt nichts"
    assert fonts.replaced("👶", missing) == "…"
    assert fonts.replaced("Kita", missing) == "Kita"


def test_font_file_says_which_characters_it_has(tmp_path: Path) -> None:
    letters = stretches(fonts.unpack(tmp_path)[0], 0)

    assert any(first <= ord("A") <= last for first, last in letters)


def test_file_that_is_no_font_has_no_characters(tmp_path: Path) -> None:
    (tmp_path / "broken.ttf").write_bytes(b"\0\1\0\0\0\1 not a font")

    assert stretches(tmp_path / "broken.ttf") == stretches(tmp_path / "missing.ttf") == []


# --- the process ---------------------------------------------------------------------------------


async def test_process_draws_what_the_function_draws() -> None:
    data = dict(BOARDS["usual"].data)

    assert await draw(data) == render(data)


async def test_picture_that_cannot_be_drawn_is_an_error_of_its_own() -> None:
    with pytest.raises(NotDrawn) as raised:
        await draw({"template": "no-such-template"})

    assert raised.value.reason == "exit_1"


async def test_process_that_hangs_is_ended() -> None:
    with pytest.raises(NotDrawn) as raised:
        await draw(dict(BOARDS["usual"].data), patience=0.0)

    assert raised.value.reason == "timeout"


async def test_process_that_is_ended_in_the_middle_of_much_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "floods.py").write_text("import os\nwhile True:\n    os.write(1, bytes(65_536))\n")
    monkeypatch.syspath_prepend(str(tmp_path))

    for _ in range(8):  # asyncio forgets to read on only if it is interrupted between two reads
        with pytest.raises(NotDrawn):
            async with asyncio.timeout(10):
                await draw({}, worker="floods", patience=0.2)


async def test_process_that_says_something_else_has_drawn_nothing() -> None:
    with pytest.raises(NotDrawn) as raised:
        await draw({}, worker="this")

    assert raised.value.reason == "exit_0"


async def test_process_knows_none_of_our_secrets(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "tells.py").write_text(
        "import os, sys\nsys.stdout.buffer.write(b'\\x89PNG\\r\\n\\x1a\\n' + ' '.join(os.environ).encode())\n"
    )
    monkeypatch.setenv("TAFELRUNDE_PASSWORD", "secret")
    monkeypatch.syspath_prepend(str(tmp_path))

    told = (await draw({}, worker="tells")).decode(errors="replace")

    assert "TAFELRUNDE_PASSWORD" in os.environ
    assert "TAFELRUNDE" not in told


# --- documents -----------------------------------------------------------------------------------

LETTER = {
    "template": "documents/letter",
    "format": "pdf",
    "lang": "de",
    "title": "Wochenbrief 4, Fr, 19. März 2027",
    "date": "2027-03-19",
    "about": "Fokusgruppe: Anerkannt und doch ohne Job.",
    "remarks": ["Von der Moderation: #danke *alle* = $1$"],
    "parts": [
        {"heading": "Wo stehen wir?", "lines": ["Schritt 4 von 5."]},
        {
            "heading": "Neu auf dem Board",
            "lines": [f"B{n}: {word}" for n in range(80) for word in ("Wort", "كلمة")],
        },
    ],
    "made": "Dieser Brief entsteht aus dem Board.",
    "page": "Seite",
}


async def test_document_is_accessible_and_always_the_same() -> None:
    first, second = await draw(LETTER), render(dict(LETTER))

    assert first == second
    assert first.startswith(b"%PDF-1.7")
    # typst refuses what does not conform (PDF/UA-1, PDF/A-2a).
    marks = (b"pdfuaid:part", b"pdfaid:part", b"/StructTreeRoot", b"/Lang")
    assert [mark in first for mark in marks] == [True] * 4

# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The weekly letter over several weeks: each contribution in exactly one, nothing deleted in any."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime

import pytest

from tests.chat import Chat, user

HEAD = "Fokusgruppe: Anerkannt und doch ohne Job. Lesezeit: 1 Minute."
STEP = "Wo stehen wir?\nSchritt 1 von 5: Barrieren erkennen."
WOMENS_DAY = "Nächste Termine\nMo, 8. März: Feiertag (Frauentag)."
JOIN = (
    "Mitmachen in einer Minute\nEine Barriere kommt bekannt vor? Mit 👍 auf die Nachricht reagieren.\n"
    "Noch eine Barriere? !barriere und dann der Text."
)
MADE = "Dieser Brief entsteht aus dem Board. Gezählt wird nicht, wer wie viel schreibt."
FOOT = f"{MADE} Für die Akte: das PDF weiter unten."
NOTHING = "Seit dem letzten Wochenbrief gibt es nichts Neues. Ein leerer wird nicht verschickt."


def letter(head: str, *blocks: str, foot: str = FOOT) -> str:
    return "\n\n".join([f"{head}\n{HEAD}", *blocks, foot])


async def at(chat: Chat, year: int, month: int, day: int, hour: int = 12, minute: int = 0) -> list[str]:
    """Let it be this moment (UTC); return what the bot says then."""
    await chat.pass_time(seconds=20)
    await chat.answers()
    chat.now = datetime(year, month, day, hour, minute, 1, tzinfo=UTC)
    await chat.pass_time(seconds=0)
    return await chat.answers()


async def texts(chat: Chat, year: int, month: int, day: int, hour: int = 12) -> list[str]:
    """Return only the letter of what the bot says then: not the picture, not the file."""
    return [
        said
        for said in await at(chat, year, month, day, hour)
        if said.startswith("Wochenbrief") and "\n" in said
    ]


def chapters(words: str) -> dict[str, list[str]]:
    """Divide a letter into its parts by heading."""
    blocks = [block.split("\n") for block in words.split("\n\n")[1:-1]]
    return {heading: lines for heading, *lines in blocks}


# --- what it says --------------------------------------------------------------------------------


async def test_letter_comes_on_friday_with_a_picture_and_a_file(chat: Chat):
    await chat.says("!barriere Formular nur auf Papier")
    await chat.says("!barriere Niemand ist zuständig.", by="ewa")

    said = await at(chat, 2027, 2, 26)

    new = "Neu auf dem Board\nB2: Niemand ist zuständig.\nB1: Formular nur auf Papier."
    assert said == [
        letter("Wochenbrief 1, Fr, 26. Februar 2027", STEP, new, WOMENS_DAY, JOIN),
        "Board, Stand Fr, 26. Februar, 13:00. Schritt 1 von 5: Barrieren erkennen.\n"
        "2 Barrieren: B1: Formular nur auf Papier. B2: Niemand ist zuständig.\n"
        "0 Ideen.\n"
        "Als Text: !board",
        "Wochenbrief 1 als PDF, für die Akte.",
    ]
    words, picture, file = chat.homeserver.sent[-3:]
    assert (words.content["msgtype"], picture.content["msgtype"]) == ("m.notice", "m.image")
    assert file.content["filename"] == "wochenbrief-01-2027-02-26.pdf"
    assert file.content["info"]["mimetype"] == "application/pdf"
    pdf = chat.homeserver.media[file.content["url"]]
    assert pdf.startswith(b"%PDF-1.7")
    assert b"pdfuaid:part" in pdf


async def test_empty_week_sends_nothing(chat: Chat):
    assert await texts(chat, 2027, 2, 26) == []

    await chat.says("!barriere Formular nur auf Papier")
    assert len(await texts(chat, 2027, 3, 5)) == 1
    assert await at(chat, 2027, 3, 12) == []


async def test_each_contribution_stands_in_one_letter(chat: Chat):
    await chat.says("!barriere Formular nur auf Papier")
    await chat.says("!ergänzen B1 Auch im Jobcenter", by="ewa")
    [first] = await texts(chat, 2027, 2, 26)
    await chat.says("!idee Lotsin zu B1", by="ewa")
    await chat.says("!ergänzen B1 Und am Schalter", by="murat")
    await chat.says("!entscheidung Wir arbeiten zuerst an B1", by="jule")
    [second] = await texts(chat, 2027, 3, 5)
    await chat.says("!barriere Keine Abendkurse")
    [third] = await texts(chat, 2027, 3, 12)

    assert [chapters(words).get("Neu auf dem Board") for words in (first, second, third)] == [
        ["B1: Formular nur auf Papier.", "Ergänzung zu B1: Auch im Jobcenter."],
        ["I1: Lotsin. Gehört zu B1.", "Ergänzung zu B1: Und am Schalter."],
        ["B2: Keine Abendkurse."],
    ]
    assert [chapters(words).get("Entscheidungen") for words in (first, second, third)] == [
        None,
        ["E1 vom 26. Februar: Wir arbeiten zuerst an B1."],
        ["Keine neue. Es gilt: E1 vom 26. Februar: Wir arbeiten zuerst an B1."],
    ]


async def test_letter_tells_polls_meetings_and_who_is_needed(chat: Chat):
    await chat.says("!umfrage Was zuerst?; Lotsin; Profil bis Mo 1.3. 12:00", by="jule")
    await chat.says("!stimme U1 2")
    await chat.says("!treffen Mi 3.3. 15:00 Austausch (online)", by="katrin")
    await chat.says("!wenfehlt Eine Ausländerbehörde")
    [first] = await texts(chat, 2027, 2, 26)
    for day in (1, 3):
        await at(chat, 2027, 3, day, 14)
    await chat.says("!treffen ende", by="katrin")
    [second] = await texts(chat, 2027, 3, 5)

    assert chapters(first) == {
        "Wo stehen wir?": ["Schritt 1 von 5: Barrieren erkennen."],
        "Hier wird Hilfe gesucht": ["Gesucht: W1: Eine Ausländerbehörde. Stand: gesucht."],
        "Läuft gerade": ["U1: Was zuerst? Ende: Mo, 1. März, 12:00. Mitmachen: !stimme U1 2"],
        "Nächste Termine": [
            "T1: Austausch, Mi, 3. März, 15:00, online. Die Tagesordnung ist leer."
            " Gibt es etwas zu besprechen? !top und dann der Text",
            "Mo, 8. März: Feiertag (Frauentag).",
        ],
        "Mitmachen in einer Minute": ["Noch eine Barriere? !barriere und dann der Text."],
    }
    assert chapters(second)["Was ist passiert?"] == [
        "Treffen T1: Austausch, Mi, 3. März, online.",
        "U1: Was zuerst? 1 Person: Profil 1, Lotsin 0.",
    ]
    assert "Läuft gerade" not in chapters(second)


async def test_anonymous_entry_stands_there_without_a_name(chat: Chat):
    await chat.tells("anonym one company asked again about children. pls tell them before", by="oleks")
    await at(chat, 2027, 2, 22, 12)

    [words] = await texts(chat, 2027, 2, 26)

    assert chapters(words)["Neu auf dem Board"] == [
        "B1, anonym: one company asked again about children. pls tell them before."
    ]


async def test_long_letter_has_thirty_lines_and_names_the_rest(chat: Chat):
    for number in range(40):
        await chat.says(f"!barriere Hürde {number} {'x' * 300}")
        await chat.pass_time(seconds=20)
    await chat.says("!idee Lotsin")

    [words] = await texts(chat, 2027, 2, 26)

    assert len([line for line in words.split("\n") if line]) == 30
    *shown, rest = chapters(words)["Neu auf dem Board"]
    assert shown[0].startswith("B40: Hürde 39")
    assert shown[0].endswith("… Mehr: !zeige B40")
    last = 40 - len(shown)
    assert rest == f"Außerdem: B1 bis B{last}, I1. Lesen: !zeige und die Nummer."


# --- when it comes -------------------------------------------------------------------------------


async def test_letter_moves_before_a_holiday_and_says_so(chat: Chat):
    await chat.says("!barriere Formular nur auf Papier")
    [before] = await texts(chat, 2027, 3, 19)
    await chat.says("!barriere Keine Abendkurse")

    [moved] = await texts(chat, 2027, 3, 25)

    assert chapters(before)["Nächste Termine"][0] == (
        "Do, 25. März, 13:00: nächster Wochenbrief, wegen des Feiertags (Karfreitag)."
    )
    assert moved.startswith("Wochenbrief 2, Do, 25. März 2027\n")
    await chat.says("!barriere Noch eine")
    assert await texts(chat, 2027, 3, 26) == []


@pytest.mark.parametrize(
    "back",
    [
        pytest.param((2027, 2, 26, 20), id="in the evening"),
        pytest.param((2027, 2, 27, 9), id="on Saturday"),
        pytest.param((2027, 2, 28, 11), id="on Sunday"),
    ],
)
async def test_late_letter_waits_for_working_time(chat: Chat, back: tuple[int, int, int, int]):
    await chat.says("!barriere Formular nur auf Papier")

    early = await at(chat, *back)
    still = await at(chat, 2027, 3, 1, 6, 59)
    [monday] = await texts(chat, 2027, 3, 1, 7)

    assert (early, still) == ([], [])
    assert monday.startswith("Wochenbrief 1, Mo, 1. März 2027\n")
    assert "kam nicht" not in monday
    assert await texts(chat, 2027, 3, 5) == []


async def test_letter_of_this_afternoon_comes_at_once(chat: Chat):
    await chat.says("!barriere Formular nur auf Papier")

    [late] = await texts(chat, 2027, 2, 26, 16)

    assert late.startswith("Wochenbrief 1, Fr, 26. Februar 2027\n")


@pytest.mark.parametrize("back", [(2027, 2, 28, 13), (2027, 3, 2, 9)])
async def test_missed_letter_is_named_by_the_next_which_tells_all_of_it(
    chat: Chat, back: tuple[int, int, int, int]
):
    """More than two days late it does not come; its week is not "from before" in the next one."""
    await chat.says("!barriere Formular nur auf Papier")
    assert await at(chat, *back) == []
    await chat.says("!barriere Niemand ist zuständig", by="ewa")

    [friday] = await texts(chat, 2027, 3, 5)
    await chat.says("!barriere Keine Abendkurse")
    [following] = await texts(chat, 2027, 3, 12)

    assert chapters(friday)["Wo stehen wir?"] == ["Schritt 1 von 5: Barrieren erkennen."]
    assert chapters(friday)["Was ist passiert?"] == [
        "Der Wochenbrief vom Fr, 26. Februar kam nicht. Was seitdem geschehen ist, steht in diesem."
    ]
    assert chapters(friday)["Neu auf dem Board"] == [
        "B2: Niemand ist zuständig.",
        "B1: Formular nur auf Papier.",
    ]
    assert "kam nicht" not in following


async def test_letters_of_several_weeks_are_named_in_one_line(chat: Chat):
    await chat.says("!barriere Formular nur auf Papier")

    # Good Friday's letter came on the Thursday before: that is the day that is named.
    assert await at(chat, 2027, 3, 31, 9) == []
    [late] = await texts(chat, 2027, 4, 2)

    assert chapters(late)["Was ist passiert?"] == [
        "5 Wochenbriefe kamen nicht, vom Fr, 26. Februar bis Do, 25. März. Was seitdem geschehen ist, steht in diesem."
    ]
    assert chapters(late)["Neu auf dem Board"] == ["B1: Formular nur auf Papier."]


async def test_missed_letter_is_named_when_there_is_something_to_tell(chat: Chat):
    """No letter is written for it alone; the one by hand is the next one, and previews name it too."""
    await chat.direct("jule")
    await chat.says("!wochenbrief")
    assert await at(chat, 2027, 3, 2, 9) == []
    assert await at(chat, 2027, 3, 5) == []
    await chat.says("!barriere Formular nur auf Papier")
    await chat.answers()
    gap = "Der Wochenbrief vom Fr, 26. Februar kam nicht. Was seitdem geschehen ist, steht in diesem."

    await chat.tells("wochenbrief vorschau", by="jule")
    [preview] = await chat.answers()
    await chat.says("!wochenbrief jetzt", by="jule")
    by_hand = (await chat.answers())[0]
    await chat.says("!barriere Keine Abendkurse")
    [following] = await texts(chat, 2027, 3, 12)

    assert [gap in words for words in (preview, by_hand, following)] == [True, True, False]


async def test_moderation_moves_it_and_switches_it_off(chat: Chat):
    await chat.says("!wochenbrief an Do 9:00")
    assert (await chat.answers())[-1].startswith("Das macht in dieser Gruppe die Moderation.")
    await chat.says("!wochenbrief an Do 9:00", by="jule")
    assert await chat.answers() == [
        "Gespeichert: Wochenbrief Do 9:00. Der nächste kommt am Do, 25. Februar, 9:00."
    ]
    await chat.says("!barriere Formular nur auf Papier")
    assert len(await texts(chat, 2027, 2, 25, 8)) == 1
    await chat.says("!barriere Keine Abendkurse")
    assert await texts(chat, 2027, 2, 26) == []

    await chat.says("!einstellung wochenbrief aus", by="jule")
    assert await texts(chat, 2027, 3, 4, 8) == []
    await chat.says("!wochenbrief")
    assert (await chat.answers())[-1] == (
        "Der Wochenbrief ist aus. Die Moderation schaltet ihn ein: !wochenbrief an Fr 13:00\n"
        "Das steht im nächsten: !wochenbrief vorschau\n"
        "Der letzte als PDF: !wochenbrief 1"
    )
    await chat.says("!wochenbrief an", by="jule")
    assert (await chat.answers())[
        -1
    ] == "Gespeichert: Wochenbrief Fr 13:00. Der nächste kommt am Fr, 5. März, 13:00."
    assert len(await texts(chat, 2027, 3, 5)) == 1


async def test_letter_whose_time_nobody_has_chosen_comes_in_working_time(chat: Chat):
    await chat.says("!einstellung arbeitstage Mo Di Mi Do", by="katrin")
    await chat.says("!einstellung zeiten 8 bis 12", by="katrin")
    await chat.says("!barriere Formular nur auf Papier")
    await chat.answers()
    await chat.says("!wochenbrief")
    await chat.says("!termine")
    when, dates = await chat.answers()
    assert when.startswith(
        "Der Wochenbrief sagt, was passiert ist. Der nächste kommt am Do, 25. Februar, 11:00."
    )
    assert "Do, 25. Februar, 11:00: Wochenbrief." in dates

    await chat.says("!wochenbrief Fr 13:00", by="katrin")
    chosen = "Gespeichert: Wochenbrief Fr 13:00. Der nächste kommt am Fr, 26. Februar, 13:00."
    assert await chat.answers() == [chosen]

    assert await texts(chat, 2027, 2, 25, 10) == []
    assert len(await texts(chat, 2027, 2, 26)) == 1


async def test_word_that_is_no_time_gets_an_example(chat: Chat):
    await chat.says("!wochenbrief Blumenkohl", by="jule")

    assert await chat.answers() == [
        "Möglich bei Wochenbrief: ein Tag und eine Uhrzeit, oder aus. Beispiel: Fr 13:00."
        " Auch möglich: vorschau, jetzt, satz oder die Nummer eines Briefs."
    ]


# --- preview, now, a sentence --------------------------------------------------------------------


async def test_preview_goes_to_whoever_asks_and_changes_nothing(chat: Chat):
    room = await chat.direct("lina")
    await chat.says("!barriere Formular nur auf Papier")
    await chat.pass_time(seconds=20)
    await chat.answers()
    await chat.says("!wochenbrief vorschau")

    preview = (
        chat.homeserver.sent[-2]
        if chat.homeserver.sent[-1].type == "m.reaction"
        else chat.homeserver.sent[-1]
    )
    assert min(await chat.answers(), key=len) == "✉️ Direktnachricht"
    assert preview.room_id == room
    body = str(preview.content["body"])
    assert body.startswith(
        "Vorschau, nur in diesem Chat. Bis zum Versand folgt der Brief dem Board.\n\nWochenbrief 1, "
    )
    [words] = await texts(chat, 2027, 2, 26)
    assert words.startswith("Wochenbrief 1, ")


async def test_letter_of_now_leaves_only_what_is_newer_for_friday(chat: Chat):
    await chat.says("!barriere Formular nur auf Papier")
    await chat.says("!wochenbrief jetzt")
    assert (await chat.answers())[-1].startswith("Das macht in dieser Gruppe die Moderation.")
    await chat.says("!wochenbrief jetzt", by="jule")
    said = await chat.answers()
    assert [said[0].partition(",")[0], said[-1]] == ["Wochenbrief 1", "Wochenbrief 1 als PDF, für die Akte."]
    await chat.says("!wochenbrief jetzt", by="jule")
    assert (await chat.answers())[-1] == NOTHING
    await chat.says("!barriere Keine Abendkurse")

    [friday] = await texts(chat, 2027, 2, 26)

    assert chapters(friday)["Neu auf dem Board"] == ["B2: Keine Abendkurse."]


async def test_what_is_only_still_open_makes_no_second_letter_so_soon(chat: Chat):
    await chat.says("!umfrage Was?; A; B bis 12.3.", by="lina")
    await at(chat, 2027, 2, 26, 11)
    await chat.says("!wochenbrief jetzt", by="katrin")
    assert (await chat.answers())[0].startswith("Wochenbrief 1, ")

    assert await texts(chat, 2027, 2, 26) == []
    await chat.says("!wochenbrief jetzt", by="katrin")
    assert await chat.answers() == [NOTHING]
    await chat.says("!umfrage Wo?; A; B bis 12.3.", by="lina")
    await chat.says("!wochenbrief jetzt", by="katrin")
    assert any(said.startswith("Wochenbrief 2, ") for said in await chat.answers())

    # A week later, what is still open is reminded of.
    assert len(await texts(chat, 2027, 3, 5)) == 1


async def test_moderation_adds_one_sentence_and_takes_it_back(chat: Chat):
    await chat.says("!barriere Formular nur auf Papier")
    await chat.says("!wochenbrief satz Danke für die Gastfreundschaft", by="lina")
    assert (await chat.answers())[-1].startswith("Das macht in dieser Gruppe die Moderation.")
    await chat.says("!wochenbrief satz Erster Versuch", by="jule")
    sentence = await chat.says("!wochenbrief satz Danke für die Gastfreundschaft", by="jule")
    await chat.edits(sentence, "!wochenbrief satz Danke für den Raum", by="jule")

    [words] = await texts(chat, 2027, 2, 26)
    assert words.split("\n\n")[1] == "Von der Moderation: Danke für den Raum."

    await chat.redacts(sentence, by="jule")
    assert (await chat.answers())[0].split("\n\n")[1] == STEP
    assert not await chat.stores("Erster Versuch")


async def test_sentence_is_taken_away_by_a_word(chat: Chat):
    await chat.says("!barriere Formular nur auf Papier")
    await chat.says("!wochenbrief satz Danke für den Raum", by="jule")
    await chat.says("!wochenbrief satz aus", by="jule")
    assert (await chat.answers())[-1] == "Der nächste Wochenbrief kommt ohne Satz der Moderation."

    [words] = await texts(chat, 2027, 2, 26)

    assert words.split("\n\n")[1] == STEP
    assert not await chat.stores("Danke für den Raum")


# --- what is deleted -----------------------------------------------------------------------------


async def test_what_is_withdrawn_before_stands_in_no_letter(chat: Chat):
    gone = await chat.says("!barriere Formular nur auf Papier")
    await chat.says("!barriere Keine Abendkurse")
    await chat.redacts(gone, by="lina")

    [words] = await texts(chat, 2027, 2, 26)

    assert chapters(words)["Neu auf dem Board"] == ["B2: Keine Abendkurse."]


async def test_letter_in_the_room_loses_what_is_deleted_later(chat: Chat):
    gone = await chat.says("!barriere Formular nur auf Papier")
    await chat.says("!barriere Keine Abendkurse")
    await at(chat, 2027, 2, 26)
    picture, file = (sent.event_id for sent in chat.homeserver.sent[-2:])
    await chat.says("!barriere Noch eine")
    await at(chat, 2027, 3, 5)
    later = chat.homeserver.sent[-2].event_id
    await chat.redacts(gone, by="lina")

    said = [words for words in await chat.answers() if not words.startswith("✎ Board")]

    foot = f"{MADE} Als Bild: !bild\nFür die Akte, als PDF: !wochenbrief 1"
    blocks = (STEP, "Neu auf dem Board\nB2: Keine Abendkurse.", WOMENS_DAY, JOIN)
    edited = "✎ " + letter("Wochenbrief 1, Fr, 26. Februar 2027", *blocks, foot=foot)
    assert said == [edited, f"✗ {picture}", f"✗ {file}", f"✗ {later}"]

    await chat.pass_time(seconds=20)
    assert await chat.answers() == []
    await chat.says("!wochenbrief 1")
    assert chat.homeserver.sent[-1].content["filename"] == "wochenbrief-01-2027-02-26.pdf"


async def test_letter_stays_in_its_language_when_the_group_chooses_another(chat: Chat):
    deleted = await chat.says("!barriere Formular nur auf Papier")
    await chat.says("!barriere Niemand ist zuständig.", by="ewa")
    await at(chat, 2027, 2, 26)
    await chat.says("!sprache en", by="katrin")
    await chat.answers()

    await chat.redacts(deleted, by="lina")

    [edited] = [said for said in await chat.answers() if said.startswith("✎ Wochenbrief 1, ")]
    assert chapters(edited)["Neu auf dem Board"] == ["B2: Niemand ist zuständig."]
    assert WOMENS_DAY in edited
    assert "PDF: !wochenbrief 1" in edited


async def test_letter_shows_again_what_comes_back(chat: Chat):
    await chat.says("!barriere Formular nur auf Papier")
    [words] = await texts(chat, 2027, 2, 26)
    await chat.says("!löschen B1")
    await chat.pass_time(seconds=20)
    lost = [said for said in await chat.answers() if said.startswith("✎ Wochenbrief")]
    await chat.says("!rückgängig")
    await chat.pass_time(seconds=20)
    back = [said for said in await chat.answers() if said.startswith("✎ Wochenbrief")]

    assert ["B1: Formular" in said for said in (words, *lost, *back)] == [True, False, True]
    assert await texts(chat, 2027, 3, 5) == []


async def test_letter_that_waits_is_said_without_what_is_deleted(chat: Chat):
    gone = await chat.says("!barriere Formular nur auf Papier")
    await chat.says("!barriere Keine Abendkurse")
    await chat.pass_time(seconds=20)
    await chat.answers()
    chat.now = datetime(2027, 2, 26, 12, 0, 1, tzinfo=UTC)
    await chat.timers()  # written, and the homeserver is away

    await chat.redacts(gone, by="lina")

    said = await chat.answers()
    assert [words for words in said if "Formular" in words] == []
    [words] = [words for words in said if words.startswith("Wochenbrief 1, ")]
    assert chapters(words)["Neu auf dem Board"] == ["B2: Keine Abendkurse."]


async def test_deleted_letter_is_not_said_again(chat: Chat):
    gone = await chat.says("!barriere Formular nur auf Papier")
    await at(chat, 2027, 2, 26)
    await chat.redacts(chat.post("Wochenbrief 1, "), by="katrin")
    await chat.answers()

    await chat.redacts(gone, by="lina")

    assert [said for said in await chat.answers() if "Wochenbrief" in said] == []


# --- the record ----------------------------------------------------------------------------------


async def test_archive_holds_every_letter_as_text_and_as_pdf(chat: Chat):
    await chat.says("!barriere Formular nur auf *Papier*")
    await at(chat, 2027, 2, 26)
    await chat.says("!barriere Keine Abendkurse")
    await at(chat, 2027, 3, 5)
    await chat.says("!export", by="katrin")

    zipped = zipfile.ZipFile(io.BytesIO(chat.homeserver.media[chat.homeserver.sent[-1].content["url"]]))
    names = [name.rpartition("/")[2] for name in zipped.namelist()]
    assert names[-3:] == ["wochenbriefe.md", "wochenbrief-01-2027-02-26.pdf", "wochenbrief-02-2027-03-05.pdf"]
    words = zipped.read(zipped.namelist()[-3]).decode()
    assert words.startswith("# Wochenbrief 1, Fr, 26. Februar 2027\n")
    assert "- B1: Formular nur auf \\*Papier\\*.\n" in words
    assert zipped.read(zipped.namelist()[-1]).startswith(b"%PDF-")


async def test_number_without_a_letter_names_the_last(chat: Chat):
    await chat.says("!wochenbrief 3")
    assert await chat.answers() == ["Es gibt noch keinen Wochenbrief. Vorschau: !wochenbrief vorschau"]
    await chat.says("!barriere Formular nur auf Papier")
    await at(chat, 2027, 2, 26)
    await chat.says("!wochenbrief 3")
    assert await chat.answers() == ["Diesen Wochenbrief gibt es nicht. Der letzte: !wochenbrief 1"]


async def test_letters_name_nobody(chat: Chat):
    await chat.says("!name an")
    for number, name in enumerate(("lina", "ewa", "henrik")):
        await chat.says(f"!barriere Hürde {number}", by=name)
        await chat.says("!ergänzen B1 Auch hier", by=name)
    [words] = await texts(chat, 2027, 2, 26)

    names = ("lina", "ewa", "henrik")
    assert [name for name in names if name in words.lower() or user(name) in words] == []

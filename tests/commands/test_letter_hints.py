# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a weekly letter proposes, which dates it names, and what is left of what is over."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime
from pathlib import Path

from bot.pictures import fonts
from tests.chat import Chat
from tests.commands.test_digests import at, chapters, texts

HOW = "und dann der Text."


async def test_an_idea_is_wanted_for_the_barrier_that_the_group_has_put_first(chat: Chat):
    for words in ("Papier", "Kita", "Portale"):
        await chat.says(f"!barriere {words}")
    await chat.says("!schritt 3", by="katrin")
    await chat.says("!punkten barrieren 2 bis Fr 11:00", by="katrin")
    await chat.says("!stimme U1 2 3", by="ewa")
    await chat.says("!stimme U1 2", by="murat")
    await chat.says("!umfrage ende U1", by="katrin")
    [voted] = await texts(chat, 2027, 2, 26)
    await chat.says("!idee Betreuung zu B2")
    [answered] = await texts(chat, 2027, 3, 5)

    assert [chapters(words)["Mitmachen in einer Minute"] for words in (voted, answered)] == [
        [f"Noch ohne Idee: B1 bis B3. Eine Idee? !idee zu B2 {HOW}"],
        [f"Noch ohne Idee: B1, B3. Eine Idee? !idee zu B3 {HOW}"],
    ]


async def test_an_idea_is_wanted_for_the_oldest_barrier_without_a_vote(chat: Chat):
    for words in ("Papier", "Kita"):
        await chat.says(f"!barriere {words}")
    await chat.says("!schritt 3", by="katrin")

    [words] = await texts(chat, 2027, 2, 26)

    assert chapters(words)["Mitmachen in einer Minute"] == [
        f"Noch ohne Idee: B1, B2. Eine Idee? !idee zu B1 {HOW}"
    ]


async def test_the_end_of_the_sprint_is_a_date_and_its_tasks_stand_once(chat: Chat):
    chat.now = datetime(2027, 3, 9, 9, tzinfo=UTC)
    await chat.says("!sprint start bis 19.3. Ziel: Ein Format ist getestet", by="jule")
    await chat.says("!aufgabe Raum buchen bis 15.3.")

    [words] = await texts(chat, 2027, 3, 12)

    assert chapters(words)["Nächste Termine"] == [
        "Fr, 19. März: Ende von Sprint 1.",
        "Fr, 26. März: Feiertag (Karfreitag).",
    ]
    assert words.count("Raum buchen") == 1


async def test_of_a_date_poll_the_letter_names_the_date_that_was_found(chat: Chat):
    chat.now = datetime(2027, 3, 1, 9, tzinfo=UTC)
    await chat.says("!termin Austausch; 3.3. 10:00; 3.3. 15:00; 4.3. 10:00")
    await chat.says("!stimme U1 2", by="ewa")
    await chat.says("!umfrage ende U1")

    [words] = await texts(chat, 2027, 3, 5)

    assert chapters(words)["Was ist passiert?"][1:] == [
        "U1: Austausch. 1 Person: Mi, 3. März, 15:00 (1). 2 weitere: !zeige U1"
    ]


async def test_what_became_part_of_another_entry_says_so(chat: Chat):
    await chat.says("!barriere Kita")
    await chat.says("!idee Speeddating")
    await chat.says("!idee Nachmittag zu B1")
    await chat.says("!zusammen I1 I2", by="katrin")

    [words] = await texts(chat, 2027, 2, 26)

    assert chapters(words)["Neu auf dem Board"][1] == "I2: Nachmittag. Gehört zu B1. Jetzt Teil von I1."


async def test_the_file_names_signs_by_words_that_its_font_has(chat: Chat, tmp_path: Path):
    await chat.says("!barriere Formular")
    await at(chat, 2027, 2, 26)
    await chat.says("!export", by="katrin")

    [archived] = [said for said in chat.homeserver.media.values() if said.startswith(b"PK")]
    words = in_archive(archived, "wochenbriefe.md")
    assert fonts.without(fonts.drawn(words), fonts.unpack(tmp_path)) == set()
    assert ("Mit Daumen hoch auf die Nachricht reagieren" in words, "👍" in words) == (True, False)


def in_archive(archived: bytes, name: str) -> str:
    zipped = zipfile.ZipFile(io.BytesIO(archived))
    [found] = [one for one in zipped.namelist() if one.endswith(name)]
    return zipped.read(found).decode()

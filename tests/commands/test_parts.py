# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Entries that say the same become one, and two again, without anything being lost."""

from __future__ import annotations

import pytest

from method.ids import EventId
from tests.chat import GROUP, Chat

MERGED = "B10 ist jetzt Teil von B1. Rückgängig: !rückgängig (30 Minuten)"
APART = "B1 und B10 sind wieder zwei Einträge."
FIRST = "!barriere Absagen trotz Anerkennung #bewerbung"
TENTH = "!barriere Rekruter antworten nicht auf Profile mit ausländische Namen #namen"
NOT_MODERATION = "Das macht in dieser Gruppe die Moderation. Moderation sind: Jule, Katrin."


@pytest.fixture
async def messages(chat: Chat) -> dict[str, EventId]:
    """Return the messages of B1 (Lina's) and B10 (Oleks'), with B2 to B9 between them."""
    first = await chat.says(FIRST, by="lina")
    await chat.says_at_once([f"!barriere Hürde {number}" for number in range(2, 10)], by="ewa")
    tenth = await chat.says(TENTH, by="oleks")
    await chat.answers()
    return {"B1": first, "B10": tenth}


async def lines(chat: Chat, body: str = "!board barrieren") -> list[str]:
    await chat.answers()
    await chat.says(body, by="murat")
    return "\n".join(await chat.answers()).split("\n")


async def entry(chat: Chat, label: str = "B1") -> str | None:
    found = [line for line in await lines(chat) if line.startswith(f"{label}:")]
    return found[0] if found else None


async def test_merged_entry_stands_once_on_the_board_and_is_two_again_after_undo(
    chat: Chat, messages: dict[str, EventId]
):
    """The scenario of the third day: lines 56 to 58."""
    for name in ("ewa", "murat"):
        await chat.reacts(messages["B1"], by=name)
    for name in ("murat", "henrik"):
        await chat.reacts(messages["B10"], by=name)
    before = await lines(chat)

    merging = await chat.says("!zusammen B1 B10", by="katrin")
    assert await chat.answers() == [MERGED]
    assert await entry(chat) == ("B1: Absagen trotz Anerkennung. B1 enthält auch B10. 3 kennen das auch.")
    assert await entry(chat, "B10") is None
    await chat.answers()

    await chat.says("Moment, das ist nicht dasselbe", by="murat", reply_to=merging)
    assert await chat.answers() == []

    await chat.says("!rückgängig", by="katrin")
    assert await chat.answers() == [f"Rückgängig gemacht: {APART}"]
    assert await lines(chat) == before


async def test_an_idea_keeps_the_links_of_its_part(chat: Chat):
    """The scenario of the seventeenth day: line 123."""
    await chat.says_at_once(["!barriere Eins", "!barriere Zwei", "!barriere Keine Kita"], by="ewa")
    await chat.says("!idee Matching-Nachmittag", by="jule")
    await chat.says("!idee Matching-Nachmittag mit Kinderbetreuung zu B3", by="ewa")
    await chat.answers()

    await chat.says("!zusammen I1 I2", by="katrin")

    assert await chat.answers() == ["I2 ist jetzt Teil von I1. Rückgängig: !rückgängig (30 Minuten)"]
    assert (await lines(chat, "!board ideen"))[1:] == [
        "I1: Matching-Nachmittag. I1 enthält auch I2. Gehört zu B3."
    ]
    assert (await lines(chat, "!zeige I2"))[:2] == [
        "I2 ist Teil von I1.",
        "I1, 22. Februar: Matching-Nachmittag",
    ]
    assert (await lines(chat, "!zeige B3"))[-1] == "Dazu: I1"


async def test_label_of_a_part_shows_the_whole_entry(chat: Chat, messages: dict[str, EventId]):
    await chat.says("!ergänzen B10 Auch bei uns", by="ewa")
    await chat.says("!ergänzen B1 Seit Jahren", by="ewa")
    await chat.says("!zusammen B1 B10", by="katrin")

    shown = [
        "B1, 22. Februar: Absagen trotz Anerkennung",
        "B1 enthält auch B10: Rekruter antworten nicht auf Profile mit ausländische Namen",
        "Themen: #bewerbung, #namen",
        "2 Ergänzungen:",
        "- Auch bei uns",
        "- Seit Jahren",
    ]
    assert await lines(chat, "!zeige B1") == shown
    assert await lines(chat, "!zeige B10") == ["B10 ist Teil von B1.", *shown]
    assert (await lines(chat, "!board #namen"))[1].startswith("B1: ")


async def test_new_support_of_a_part_counts_for_the_entry(chat: Chat, messages: dict[str, EventId]):
    await chat.says("!zusammen B1 B10", by="katrin")
    first = await chat.reacts(messages["B10"], by="ewa")
    second = await chat.reacts(messages["B1"], by="ewa")
    assert str(await entry(chat)).endswith("B10. 1 kennt das auch.")

    await chat.redacts(first, by="ewa")
    assert str(await entry(chat)).endswith("B10. 1 kennt das auch.")

    await chat.redacts(second, by="ewa")
    assert str(await entry(chat)).endswith("B1 enthält auch B10.")


async def test_message_of_a_part_changes_and_deletes_the_part(chat: Chat, messages: dict[str, EventId]):
    await chat.says("!zusammen B1 B10", by="katrin")
    await chat.says("!zeige B1", by="murat")
    shown = chat.post("B1, 22.")
    await chat.answers()

    await chat.edits(messages["B10"], "!barriere Namen entscheiden", by="oleks")
    assert await chat.answers() == ["✏️ B10"]
    assert (await lines(chat, "!zeige B1"))[1] == "B1 enthält auch B10: Namen entscheiden"

    again = chat.post("B1, 22.")
    await chat.redacts(messages["B10"], by="oleks")
    assert await chat.answers() == [f"✗ {shown}", f"✗ {again}"]
    assert await entry(chat) == "B1: Absagen trotz Anerkennung."
    assert not await chat.stores("Namen entscheiden")


async def test_deleting_the_entry_keeps_its_part(chat: Chat, messages: dict[str, EventId]):
    await chat.says("!zusammen B1 B10", by="katrin")

    await chat.redacts(messages["B1"], by="lina")

    assert await entry(chat, "B1") is None
    assert str(await entry(chat, "B10")).startswith("B10: Rekruter antworten nicht")


async def test_withdrawing_and_bringing_back_the_entry_brings_back_its_part(
    chat: Chat, messages: dict[str, EventId]
):
    await chat.says("!zusammen B1 B10", by="katrin")
    before = await lines(chat)
    await chat.says("!löschen B1", by="lina")
    assert str(await entry(chat, "B10")).startswith("B10: Rekruter antworten nicht")

    await chat.says("!rückgängig", by="lina")

    assert await lines(chat) == before


async def test_parts_of_parts_stand_in_the_topmost_entry(chat: Chat, messages: dict[str, EventId]):
    await chat.says("!zusammen B3 B2", by="katrin")
    await chat.says("!zusammen B2 B1", by="katrin")
    await chat.says("!zusammen B4 B3", by="katrin")
    assert (await chat.answers())[1:] == [
        "B1 ist jetzt Teil von B3. Rückgängig: !rückgängig (30 Minuten)",
        "B3 ist jetzt Teil von B4. Rückgängig: !rückgängig (30 Minuten)",
    ]
    assert await entry(chat, "B4") == "B4: Hürde 4. B4 enthält auch B1, B2, B3."

    await chat.says("!trennen B3", by="katrin")
    assert await chat.answers() == [
        "B4 und B3 sind wieder zwei Einträge. Rückgängig: !rückgängig (30 Minuten)"
    ]
    assert await entry(chat, "B3") == "B3: Hürde 3. B3 enthält auch B1, B2."


async def test_several_entries_become_one_and_several_again(chat: Chat, messages: dict[str, EventId]):
    before = await lines(chat)

    await chat.says("!zusammen b1, B10 und 5", by="katrin")
    assert await chat.answers() == ["B10 und B5 sind jetzt Teil von B1. Rückgängig: !rückgängig (30 Minuten)"]
    assert str(await entry(chat)).endswith("B1 enthält auch B5, B10.")

    await chat.answers()
    await chat.says("!undo", by="katrin")
    assert await chat.answers() == ["Rückgängig gemacht: B1, B10 und B5 sind wieder einzelne Einträge."]
    assert await lines(chat) == before


SPLIT = [
    pytest.param("!trennen B10", None, id="label"),
    pytest.param("!trennen", "B10", id="reply"),
    pytest.param("!split 10", None, id="English"),
    pytest.param("!trennen B1", None, id="the entry with the parts"),
]


@pytest.mark.parametrize(("body", "reply_to"), SPLIT)
async def test_split_gives_the_earlier_board_and_is_undone(
    chat: Chat, messages: dict[str, EventId], body: str, reply_to: str | None
):
    before = await lines(chat)
    await chat.says("!zusammen B1 B10", by="katrin")
    merged = await lines(chat)

    await chat.says(body, by="jule", reply_to=messages[reply_to] if reply_to else None)
    assert await chat.answers() == [f"{APART} Rückgängig: !rückgängig (30 Minuten)"]
    assert await lines(chat) == before

    await chat.says("!rückgängig", by="jule")
    assert await chat.answers() == ["Rückgängig gemacht: B1 enthält wieder B10."]
    assert await lines(chat) == merged


async def test_posts_that_showed_the_merged_entry_go_when_it_is_split(
    chat: Chat, messages: dict[str, EventId]
):
    await chat.says("!zusammen B1 B10", by="katrin")
    await chat.says("!zeige B1")
    shown = chat.post("B1, 22.")
    await chat.answers()

    await chat.says("!rückgängig", by="katrin")

    assert await chat.answers() == [f"✗ {shown}", f"Rückgängig gemacht: {APART}"]


async def test_a_reply_names_one_of_the_entries(chat: Chat, messages: dict[str, EventId]):
    await chat.says("!zusammen B10", by="katrin", reply_to=messages["B1"])

    assert await chat.answers() == [MERGED]


async def test_what_is_missing_is_asked_for(chat: Chat, messages: dict[str, EventId]):
    await chat.says("!zusammen", by="katrin")
    await chat.says("B1", by="katrin", reply_to=chat.post("Welche Einträge"))
    await chat.says("10", by="katrin", reply_to=chat.post("Was gehört"))
    await chat.says("!trennen", by="katrin")
    await chat.says("B10", by="katrin", reply_to=chat.post("Welcher Eintrag"))

    assert await chat.answers() == [
        "Welche Einträge gehören zusammen? Beispiel: B1 B10",
        "Was gehört zu B1? Bitte mit der Nummer antworten, zum Beispiel B10.",
        MERGED,
        "Welcher Eintrag soll wieder für sich stehen? Bitte mit der Nummer antworten, zum Beispiel B10.",
        f"{APART} Rückgängig: !rückgängig (30 Minuten)",
    ]


SAME_KIND = "Zusammen gehen nur Barrieren mit Barrieren und Ideen mit Ideen. Beispiel: !zusammen B1 B10"
REFUSED = [
    pytest.param("!zusammen B1 I1", SAME_KIND, id="two kinds"),
    pytest.param(
        "!zusammen B1 B1", "Was gehört zu B1? Bitte mit der Nummer antworten, zum Beispiel B10.", id="itself"
    ),
    pytest.param("!zusammen B1 B2", "B2 ist schon Teil von B1. Herausnehmen: !trennen B2", id="again"),
    pytest.param("!zusammen B2 B1", "B2 ist schon Teil von B1. Herausnehmen: !trennen B2", id="upside down"),
    pytest.param(
        "!zusammen B3 B2", "B2 ist schon Teil von B1. Herausnehmen: !trennen B2", id="another's part"
    ),
    pytest.param("!trennen B3", "B3 ist schon ein eigener Eintrag.", id="no part"),
]


@pytest.mark.parametrize(("body", "answer"), REFUSED)
async def test_what_cannot_be_merged_is_refused(
    chat: Chat, messages: dict[str, EventId], body: str, answer: str
):
    await chat.says("!idee Lotsin")
    await chat.says("!zusammen B1 B2", by="katrin")
    before = await lines(chat)

    await chat.says(body, by="katrin")

    assert await chat.answers() == [answer]
    assert await lines(chat) == before


async def test_only_moderation_merges(chat: Chat, messages: dict[str, EventId]):
    await chat.says("!zusammen B1 B10", by="lina")
    await chat.says("!trennen B1", by="lina")

    assert await chat.answers() == [NOT_MODERATION] * 2


async def test_undo_of_a_merge_that_was_changed_since_is_refused(chat: Chat, messages: dict[str, EventId]):
    await chat.says("!zusammen B1 B10", by="katrin")
    await chat.says("!trennen B10", by="jule")
    await chat.answers()

    await chat.says("!rückgängig", by="katrin")

    assert await chat.answers() == ["Das hat sich danach noch einmal geändert. Es bleibt, wie es ist."]


async def test_an_edit_of_the_entry_hinders_no_undo(chat: Chat, messages: dict[str, EventId]):
    await chat.says("!zusammen B1 B10", by="katrin")
    await chat.says("!ändern B1 Nur Absagen", by="lina")
    await chat.answers()

    await chat.says("!rückgängig", by="katrin")

    assert await chat.answers() == [f"Rückgängig gemacht: {APART}"]
    assert await entry(chat) == "B1: Nur Absagen."


async def test_merging_in_a_direct_message_is_said_in_the_group(chat: Chat, messages: dict[str, EventId]):
    await chat.tells("zusammen B1 B10", by="katrin")

    assert await chat.answers(GROUP) == [MERGED]


async def test_what_is_said_about_a_part_is_found_with_its_entry(chat: Chat, messages: dict[str, EventId]):
    await chat.says("!sicht B10 zielgruppe Sie rufen nie zurück", by="oleks")
    await chat.says("!betroffen B10 Menschen mit fremdem Namen", by="oleks")
    await chat.says("!zusammen B1 B10", by="katrin")
    first = "B1: Absagen trotz Anerkennung"

    part = "B10: Rekruter antworten nicht auf Profile mit ausländische Namen"
    assert await lines(chat, "!suche Rekruter") == ["1 Eintrag mit „Rekruter“:", f"{first} / {part}"]
    assert await lines(chat, "!suche rufen") == [
        "1 Eintrag mit „rufen“:",
        f"{first} / Ergänzung: Sie rufen nie zurück",
    ]
    assert (await lines(chat, "!board betroffen fremdem"))[1].startswith(f"{first}.")
    assert (await lines(chat, "!sichten"))[-2] == "Zielgruppe: " + ", ".join(f"B{n}" for n in range(2, 10))


async def test_who_is_hit_by_a_part_says_its_own_text_too(chat: Chat, messages: dict[str, EventId]):
    await chat.says("!barriere Kein Kurs am Abend, betroffen: Schichtarbeitende", by="ewa")
    await chat.says("!zusammen B1 B11", by="katrin")

    assert (await lines(chat, "!board betroffen schichtarbeitende"))[1].startswith("B1: ")


async def test_each_part_keeps_its_own_chain_of_whys(chat: Chat, messages: dict[str, EventId]):
    for number in range(1, 6):
        await chat.says(f"!warum B1 Grund {number}", by="ewa")
    await chat.says("!warum B10 Anderer Grund", by="ewa")
    await chat.says("!zusammen B1 B10", by="katrin")

    assert [line for line in await lines(chat, "!zeige B1") if "Warum" in line] == [
        *(f"Warum {number}: Grund {number}" for number in range(1, 6)),
        "B10, Warum 1: Anderer Grund",
    ]


async def test_merged_into_the_topic_store_it_says_so(chat: Chat, messages: dict[str, EventId]):
    await chat.says("!parken B1", by="katrin")
    await chat.answers()

    await chat.says("!zusammen B1 B10", by="katrin")

    assert await chat.answers() == [f"{MERGED}\nB1 liegt im Themenspeicher."]

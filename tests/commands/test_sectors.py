# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Where people come from: voluntary, in public or in private, and never shown where it could be one person."""

from __future__ import annotations

import pytest

from method.ids import EventId, GroupId, RoomId
from method.settings import Address, Settings
from storage import settings
from tests.chat import GROUP, Chat
from tests.fake_homeserver import ME

QUESTION = (
    "Welcher Bereich ist der eigene? Die Angabe ist freiwillig. 🏛️ Verwaltung, 🤝 Zivilgesellschaft, 🏢 Wirtschaft."
    " Reaktionen sind für alle sichtbar. Privat geht es per Direktnachricht: „sektor wirtschaft“."
    " Eigene Erfahrung als Fachkraft: nur privat, mit „sektor zielgruppe“"
)
CLOSE = "Gemeint ist vielleicht: Wirtschaft. Mit 👍 bestätigen."
WHICH = (
    "Welcher Bereich ist gemeint? Zur Wahl: Verwaltung, Zivilgesellschaft, Wirtschaft."
    " Bitte mit einem davon antworten."
)
WHICH_ALONE = WHICH.replace("Wirtschaft.", "Wirtschaft, Zielgruppe.")
HOW = (
    "Ich zeige nie, von wem die Angabe ist, nur eine Anzahl ab drei Personen."
    " Ändern: „sektor verwaltung“. Löschen: „sektor löschen“"
)
PRIVATELY = (
    "Das stand in der Gruppe. Gespeichert habe ich nichts."
    " Besser: die eigene Nachricht löschen und mir direkt schreiben: „sektor zielgruppe“"
)
VOLUNTARY = "Die Angabe ist freiwillig. Per Direktnachricht an mich: „sektor wirtschaft“"
NO_TARGET = "Sicht der Zielgruppe: fehlt, oder weniger als 3 Personen."
EMPTY = [
    "Welche Sicht fehlt uns?",
    "Es fehlt: Verwaltung, Zivilgesellschaft, Wirtschaft.",
    NO_TARGET,
    VOLUNTARY,
]
OFFICE, HANDS, COMPANY = "🏛️", "🤝", "🏢"


@pytest.fixture
async def question(chat: Chat) -> EventId:
    """Return the post that asks for sectors."""
    await chat.says("!sektoren", by="katrin")
    await chat.answers()
    return chat.post("Welcher Bereich")


async def balance(chat: Chat) -> list[str]:
    """Return the lines of the balance."""
    await chat.answers()
    await chat.says("!balance", by="murat")
    return (await chat.answers())[0].split("\n")


async def stored(chat: Chat, person: str) -> str:
    """Return what the bot says in private that a person has declared."""
    await chat.direct(person)
    await chat.answers()
    await chat.tells("sektor", by=person)
    return (await chat.answers())[0].removesuffix(f" {HOW}")


# --- as in the scenario --------------------------------------------------------------------------


async def test_the_first_day_of_the_scenario(chat: Chat):
    """Lines 15 to 25, and 50."""
    await chat.joins("petra")
    await chat.joins("sabine")
    await chat.joins("thomas")
    await chat.answers()
    await chat.says("!sektoren", by="katrin")
    assert await chat.answers() == [QUESTION, OFFICE, HANDS, COMPANY]
    post = chat.post("Welcher Bereich")

    for person, sign in (("katrin", "🏛️"), ("thomas", "🏛️"), ("ewa", "🤝"), ("sabine", "🏛"), ("jule", "🤝")):
        await chat.reacts(post, sign, by=person)
    assert await chat.answers() == []

    await chat.says("!Sektor Unternhemen", by="henrik")
    assert await chat.answers() == [CLOSE]
    assert await stored(chat, "henrik") == WHICH_ALONE
    await chat.reacts(chat.post("Gemeint ist vielleicht: Wirtschaft"), "👍", by="henrik")
    assert await chat.answers(GROUP) == ["✎ Gespeichert: Wirtschaft."]

    await chat.tells("!sektor betroffene", by="lina")
    await chat.tells("!sector target group", by="oleks")
    assert await chat.answers() == [
        f"Gespeichert: Zielgruppe. {HOW}",
        "Saved: Target group. I never show who said it, only numbers from three people on. To change it:"
        " “sector administration”. To delete it: “sector delete”\nEnglish from now on: !language en",
    ]
    await chat.says("!bereich wirtschaft", by="petra")
    assert await chat.answers() == ["✅ Bereich"]
    assert await balance(chat) == [
        "Welche Sicht fehlt uns?",
        "Bereiche bisher: Verwaltung 3, weitere 4.",
        "Alle drei Bereiche sind dabei.",
        NO_TARGET,
        VOLUNTARY,
    ]

    await chat.joins("priya")
    await chat.tells("!sprache en", by="priya")
    await chat.tells("sector target group", by="priya")
    assert await chat.answers(GROUP) == []
    assert await balance(chat) == [
        "Bereiche bisher: Verwaltung 3, weitere 4.",
        "Alle drei Bereiche sind dabei.",
        "Sicht der Zielgruppe: 3 Personen.",
        VOLUNTARY,
    ]


# --- by reaction ---------------------------------------------------------------------------------

SIGNS = [
    pytest.param("🏛️", "Verwaltung", id="office"),
    pytest.param("🏛", "Verwaltung", id="without variation selector"),
    pytest.param("🤝🏽", "Zivilgesellschaft", id="skin tone"),
    pytest.param("🏢\ufe0f", "Wirtschaft", id="selector too many"),
]


@pytest.mark.parametrize(("sign", "name"), SIGNS)
async def test_a_reaction_says_the_sector(chat: Chat, question: EventId, sign: str, name: str):
    await chat.reacts(question, sign, by="ewa")

    assert await chat.answers() == []
    assert await stored(chat, "ewa") == f"Gespeichert: {name}."


@pytest.mark.parametrize("sign", ["👍", "🏠", "🏛️🏢", "Verwaltung"])
async def test_another_sign_means_nothing(chat: Chat, question: EventId, sign: str):
    await chat.reacts(question, sign, by="ewa")

    assert await stored(chat, "ewa") == WHICH_ALONE


async def test_the_buttons_of_the_bot_say_nothing(chat: Chat, question: EventId):
    for sign in (OFFICE, HANDS, COMPANY):
        await chat.reacts(question, sign, by=ME)

    assert await balance(chat) == EMPTY


async def test_a_reaction_under_anything_else_says_nothing(chat: Chat, question: EventId):
    barrier = await chat.says("!barriere Text", by="lina")
    await chat.reacts(barrier, OFFICE, by="ewa")
    await chat.reacts(chat.post("Gespeichert als B1"), OFFICE, by="ewa")

    assert await balance(chat) == EMPTY


async def test_a_reaction_from_another_group_says_nothing(chat: Chat, question: EventId):
    other = RoomId("!other:test")
    await chat.found(other, "Andere Gruppe", {"katrin": 100, "ewa": 0})

    await chat.reacts(question, OFFICE, by="ewa", room=other)

    assert await balance(chat) == EMPTY


@pytest.mark.parametrize("by", ["ewa", "katrin"])
async def test_a_reaction_taken_back_is_forgotten(chat: Chat, question: EventId, by: str):
    reaction = await chat.reacts(question, OFFICE, by="ewa")

    await chat.redacts(reaction, by=by)

    assert await stored(chat, "ewa") == WHICH_ALONE


async def test_nobody_else_takes_a_reaction_back(chat: Chat, question: EventId):
    reaction = await chat.reacts(question, OFFICE, by="ewa")

    await chat.redacts(reaction, by="lina")

    assert await stored(chat, "ewa") == "Gespeichert: Verwaltung."


async def test_the_latest_reaction_that_still_stands_counts(chat: Chat, question: EventId):
    first = await chat.reacts(question, OFFICE, by="ewa")
    second = await chat.reacts(question, COMPANY, by="ewa")
    assert await stored(chat, "ewa") == "Gespeichert: Wirtschaft."

    await chat.redacts(second, by="ewa")
    assert await stored(chat, "ewa") == "Gespeichert: Verwaltung."
    await chat.redacts(first, by="ewa")
    assert await stored(chat, "ewa") == WHICH_ALONE


async def test_what_is_written_counts_more_than_reactions(chat: Chat, question: EventId):
    reaction = await chat.reacts(question, OFFICE, by="ewa")
    await chat.tells("sektor zielgruppe", by="ewa")

    await chat.redacts(reaction, by="ewa")

    assert await stored(chat, "ewa") == "Gespeichert: Zielgruppe."


async def test_same_reaction_twice_is_one(chat: Chat, question: EventId):
    for person in ("ewa", "lina", "oleks"):
        for _ in range(2):
            await chat.reacts(question, OFFICE, by=person)

    assert (await balance(chat))[1] == "Bereiche bisher: Verwaltung 3."


async def test_an_older_question_still_takes_answers(chat: Chat, question: EventId):
    await chat.says("!sektoren", by="jule")
    assert await chat.answers() == [QUESTION, OFFICE, HANDS, COMPANY]

    await chat.reacts(question, OFFICE, by="ewa")

    assert await stored(chat, "ewa") == "Gespeichert: Verwaltung."


async def test_the_buttons_stand_under_the_question(chat: Chat, question: EventId):
    buttons = [sent for sent in chat.homeserver.sent if sent.type == "m.reaction"]

    assert [sent.content["m.relates_to"] for sent in buttons] == [
        {"rel_type": "m.annotation", "event_id": question, "key": sign} for sign in (OFFICE, HANDS, COMPANY)
    ]


async def test_the_question_asked_in_private_stands_in_the_group(chat: Chat):
    await chat.tells("sektoren", by="jule")

    assert await chat.answers(GROUP) == [QUESTION, OFFICE, HANDS, COMPANY]


# --- by text -------------------------------------------------------------------------------------

TYPED = [
    pytest.param("!sektor wirtschaft", "Wirtschaft", id="German"),
    pytest.param("!sector business", "Wirtschaft", id="English"),
    pytest.param("!Bereich: FIRMA", "Wirtschaft", id="alias, colon, capitals"),
    pytest.param("!sektor company", "Wirtschaft", id="company"),
    pytest.param("!sektor Behoerde", "Verwaltung", id="umlaut as two letters"),
    pytest.param("!sektor public administration", "Verwaltung", id="two words"),
    pytest.param("!sektor Amt.", "Verwaltung", id="full stop"),
    pytest.param("!sektor NGO", "Zivilgesellschaft", id="ngo"),
    pytest.param("!sektor civil society", "Zivilgesellschaft", id="civil society"),
    pytest.param("!sektoren verein", "Zivilgesellschaft", id="plural"),
]


@pytest.mark.parametrize(("body", "name"), TYPED)
async def test_a_sector_typed_in_the_room_gets_a_sign_that_does_not_say_it(chat: Chat, body: str, name: str):
    await chat.says(body, by="ewa")

    assert await chat.answers() == ["✅ Bereich"]
    assert await stored(chat, "ewa") == f"Gespeichert: {name}."


@pytest.mark.parametrize(
    "body", ["!sektor zielgruppe", "!sektor target group", "!sektor eigene erfahrung", "!sektor zielgrupe"]
)
async def test_own_experience_typed_in_the_room_is_answered_in_private_only(chat: Chat, body: str):
    direct = await chat.direct("lina")
    await chat.answers()

    await chat.says(body, by="lina")

    assert await chat.answers(direct) == [PRIVATELY]
    assert [sent for sent in chat.homeserver.sent if sent.room_id == GROUP][1:] == []
    assert await stored(chat, "lina") == WHICH_ALONE
    assert not await chat.stores("zielgrup")


async def test_own_experience_as_an_answer_in_the_room_is_not_stored_either(chat: Chat):
    await chat.direct("lina")
    await chat.answers()
    await chat.says("!sektor", by="lina")
    assert await chat.answers() == [WHICH]

    await chat.says("zielgruppe", by="lina", reply_to=chat.post("Welcher Bereich"))

    assert await chat.answers() == [PRIVATELY]


async def test_an_unclear_sector_is_asked_for_and_the_answer_taken(chat: Chat):
    await chat.says("!sektor Kirche", by="ewa")
    assert await chat.answers() == [WHICH]

    await chat.says("Verein", by="ewa", reply_to=chat.post("Welcher Bereich"))

    assert await chat.answers() == ["✅ Bereich"]
    assert await stored(chat, "ewa") == "Gespeichert: Zivilgesellschaft."


async def test_nobody_else_confirms_a_near_miss(chat: Chat):
    await chat.says("!sektor Unternhemen", by="henrik")
    await chat.answers()

    await chat.reacts(chat.post("Gemeint"), by="ewa")

    assert await chat.answers() == []


async def test_a_corrected_near_miss_needs_no_thumb(chat: Chat):
    event = await chat.says("!sektor Unternhemen", by="henrik")
    await chat.answers()

    await chat.edits(event, "!sektor Unternehmen", by="henrik")

    assert await chat.answers() == ["✅ Bereich"]


async def test_a_near_miss_in_private_is_confirmed_there(chat: Chat):
    await chat.tells("sektor zielgrupe", by="lina")
    assert await chat.answers() == ["Gemeint ist vielleicht: Zielgruppe. Mit 👍 bestätigen."]

    await chat.reacts(chat.post("Gemeint"), by="lina", room=await chat.direct("lina"))

    assert await chat.answers() == [f"✎ Gespeichert: Zielgruppe. {HOW}"]


async def test_a_sector_is_changed_and_deleted(chat: Chat):
    await chat.tells("sektor amt", by="ewa")
    await chat.tells("sektor verein", by="ewa")
    assert await stored(chat, "ewa") == "Gespeichert: Zivilgesellschaft."

    await chat.tells("sektor löschen", by="ewa")

    assert await chat.answers() == [f"Gelöscht: Es ist kein Bereich gespeichert. {HOW}"]
    assert await stored(chat, "ewa") == WHICH_ALONE


async def test_the_message_edited_or_deleted_changes_or_deletes_the_sector(chat: Chat):
    event = await chat.says("!sektor amt", by="ewa")
    await chat.answers()
    await chat.edits(event, "!sektor firma", by="ewa")
    assert await chat.answers() == ["✏️ Bereich"]
    assert await stored(chat, "ewa") == "Gespeichert: Wirtschaft."

    await chat.redacts(event, by="ewa")

    assert await stored(chat, "ewa") == WHICH_ALONE


async def test_the_message_edited_to_own_experience_is_answered_in_private(chat: Chat):
    event = await chat.says("!sektor amt", by="lina")
    direct = await chat.direct("lina")
    await chat.answers()

    await chat.edits(event, "!sektor zielgruppe", by="lina")

    assert await chat.answers(direct) == [PRIVATELY]
    assert await stored(chat, "lina") == "Gespeichert: Verwaltung."


async def test_the_message_edited_to_something_else_says_so(chat: Chat):
    event = await chat.says("!sektor amt", by="ewa")
    await chat.answers()

    await chat.edits(event, "!barriere Text", by="ewa")

    assert await chat.answers() == [
        "Diese Nachricht nennt einen Bereich. Ein anderer Befehl braucht eine neue Nachricht."
    ]


async def test_whoever_leaves_is_forgotten_and_not_counted(chat: Chat, question: EventId):
    for person in ("ewa", "lina", "oleks"):
        await chat.reacts(question, OFFICE, by=person)
    assert (await balance(chat))[1] == "Bereiche bisher: Verwaltung 3."

    await chat.sends("m.room.member", {"membership": "leave"}, by="ewa", state_key="@ewa:test")

    assert (await balance(chat))[1] == "Bereiche bisher: weniger als 3 Personen."
    await chat.joins("ewa")
    assert (await balance(chat))[1] == "Bereiche bisher: weniger als 3 Personen."


async def test_a_familiar_group_is_asked_familiarly(chat: Chat):
    async with chat.db.transaction() as db:
        await settings.save(db, GroupId(1), Settings(address=Address.FAMILIAR))
    await chat.says("!sektoren", by="katrin")

    assert (await chat.answers())[0].startswith("Aus welchem Bereich kommst du? Die Angabe ist freiwillig.")


# --- sectors of the group ------------------------------------------------------------------------


async def test_a_group_adds_a_sector_that_is_chosen_by_text(chat: Chat):
    event = await chat.says("!sektoren weitere Wissenschaft", by="katrin")
    await chat.says("!sektoren", by="katrin")
    assert await chat.answers() == [
        "✅ Bereich",
        f"{QUESTION}\nWeitere Bereiche, nur als Text: Wissenschaft.",
        OFFICE,
        HANDS,
        COMPANY,
    ]
    for person in ("ewa", "lina", "oleks"):
        await chat.tells("sektor wissenschaft", by=person)
    assert (await balance(chat))[1] == "Bereiche bisher: Wissenschaft 3."

    await chat.edits(event, "!sektoren weitere Forschung", by="katrin")
    assert (await balance(chat))[1] == "Bereiche bisher: Forschung 3."
    await chat.redacts(event, by="katrin")
    assert await balance(chat) == EMPTY
    assert await stored(chat, "ewa") == WHICH_ALONE


async def test_a_sector_without_a_name_is_asked_for(chat: Chat):
    await chat.says("!sektoren weitere", by="katrin")
    await chat.says("Wissenschaft", by="katrin", reply_to=chat.post("Welcher Bereich soll"))

    assert (await chat.answers())[-1] == "✅ Bereich"


REFUSED = [
    pytest.param("Firma", "Diesen Bereich gibt es schon: Wirtschaft.", id="known"),
    pytest.param("x" * 41, "Der Name hat mehr als 40 Zeichen. Ein kürzerer geht.", id="long"),
]


@pytest.mark.parametrize(("name", "answer"), REFUSED)
async def test_a_sector_that_cannot_be_added(chat: Chat, name: str, answer: str):
    await chat.says(f"!sektoren weitere {name}", by="katrin")

    assert await chat.answers() == [answer]


async def test_only_the_moderation_adds_sectors(chat: Chat):
    await chat.says("!sektoren weitere Wissenschaft", by="ewa")

    assert await chat.answers() == [
        "Das macht in dieser Gruppe die Moderation. Moderation sind: Jule, Katrin."
    ]


# --- beside an entry -----------------------------------------------------------------------------


async def shown(chat: Chat, label: str = "B1") -> str:
    await chat.answers()
    await chat.says(f"!zeige {label}", by="murat")
    return (await chat.answers())[0]


async def test_an_entry_shows_its_sector_from_three_people_on(chat: Chat, question: EventId):
    await chat.reacts(question, HANDS, by="ewa")
    await chat.reacts(question, HANDS, by="jule")
    await chat.says("!barriere Frauen mit Kindern fallen raus", by="ewa")
    assert await shown(chat) == "B1, 22. Februar: Frauen mit Kindern fallen raus"

    await chat.tells("sektor zivilgesellschaft", by="murat")

    assert await shown(chat) == "B1, Zivilgesellschaft, 22. Februar: Frauen mit Kindern fallen raus"


async def test_an_entry_keeps_the_sector_it_came_from(chat: Chat, question: EventId):
    for person in ("ewa", "jule", "murat", "lina"):
        await chat.reacts(question, HANDS, by=person)
    await chat.says("!barriere Text", by="ewa")

    await chat.says("!sektor amt", by="ewa")

    assert await shown(chat) == "B1, Zivilgesellschaft, 22. Februar: Text"


async def test_a_deleted_sector_is_deleted_beside_entries_too(chat: Chat, question: EventId):
    for person in ("ewa", "jule", "murat", "lina"):
        await chat.reacts(question, HANDS, by=person)
    await chat.says("!barriere Text", by="ewa")

    await chat.tells("sektor löschen", by="ewa")

    assert await shown(chat) == "B1, 22. Februar: Text"


@pytest.mark.parametrize("name", ["zielgruppe", "zivilgesellschaft"])
async def test_a_private_sector_is_never_shown_beside_an_entry(chat: Chat, name: str):
    """Everybody sees in the room who wrote the entry."""
    for person in ("ewa", "jule", "murat", "lina"):
        await chat.tells(f"sektor {name}", by=person)

    await chat.says("!barriere Text", by="lina")

    assert await shown(chat) == "B1, 22. Februar: Text"


async def test_an_entry_of_somebody_without_a_sector_shows_none(chat: Chat, question: EventId):
    for person in ("ewa", "jule", "murat"):
        await chat.reacts(question, HANDS, by=person)

    await chat.says("!barriere Text", by="lina")

    assert await shown(chat) == "B1, 22. Februar: Text"


# --- the balance ---------------------------------------------------------------------------------


async def test_the_balance_of_nobody_names_everything_missing(chat: Chat):
    assert await balance(chat) == EMPTY


async def test_the_balance_names_a_missing_sector(chat: Chat, question: EventId):
    for person, sign in (("katrin", OFFICE), ("ewa", HANDS), ("jule", HANDS), ("murat", HANDS)):
        await chat.reacts(question, sign, by=person)

    assert await balance(chat) == [
        "Welche Sicht fehlt uns?",
        "Bereiche bisher: Zivilgesellschaft 3, weitere: weniger als 3.",
        "Es fehlt: Wirtschaft.",
        NO_TARGET,
        VOLUNTARY,
    ]


@pytest.mark.parametrize("number", [0, 1, 2])
async def test_fewer_than_three_with_own_experience_read_the_same(chat: Chat, number: int):
    for person in ("ewa", "lina", "oleks")[:number]:
        await chat.tells("sektor zielgruppe", by=person)

    assert await balance(chat) == EMPTY


async def test_three_with_own_experience_are_counted(chat: Chat):
    for person in ("ewa", "lina", "oleks"):
        await chat.tells("sektor zielgruppe", by=person)

    assert (await balance(chat))[2] == "Sicht der Zielgruppe: 3 Personen."


async def test_only_in_private_the_target_group_is_offered(chat: Chat):
    await chat.says("!sektor", by="ewa")
    await chat.tells("sektor", by="henrik")

    assert await chat.answers() == [WHICH, WHICH_ALONE]

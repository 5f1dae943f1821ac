# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The core problem is agreed when no objection is open, never by majority, and nobody is named."""

from __future__ import annotations

import re

import pytest

from method.ids import EventId, RoomId
from tests.chat import GROUP, Chat
from tests.fake_homeserver import ME

FIRST = (
    "Das Matching zwischen Fachkräften und Betrieben funktioniert nicht. Frauen sind am meisten betroffen."
)
SECOND = (
    "Fachkräfte und Betriebe finden nicht zueinander: Betriebe trauen sich nicht,"
    " Fachkräfte werden nicht gesehen. Frauen sind am meisten betroffen."
)
NONE_YET = "Ein Kernproblem gibt es noch nicht. Vorschlagen: !kernproblem Text"
NO_PROPOSAL = "Gerade gibt es keinen Vorschlag für ein Kernproblem. Vorschlagen: !kernproblem Text"
AGAIN = "Der Text hat sich geändert. Frühere 👍 und ✋ zählen nicht mehr. Bitte noch einmal reagieren."
HOW = "Zuerst eine Antwort darauf finden oder den Text ändern. Dann: !kernproblem gilt"
HOLDS = "Das Kernproblem gilt. Es steht oben auf dem Board: !board"
SENTENCE = "Matching klingt, als ob man nur sortieren muss. Es geht auch um Zutrauen von den Firmen"


TOMORROW = (
    "Gilt ab Di, 23. Februar, 9:05, wenn bis dahin kein Einwand offen ist."
    " Wer nichts schreibt, ist einverstanden."
)
SOON = "Gilt, sobald kein Einwand mehr offen ist."


def asks(words: str, when: str = TOMORROW) -> str:
    return (
        f"Vorschlag für unser Kernproblem: „{words}“ 👍 einverstanden, ✋ Einwand."
        " Einwände in einem Satz als Antwort. Ohne Namen per Direktnachricht: „einwand“ und dann der Text."
        f"\n{when}"
    )


@pytest.fixture
async def proposed(chat: Chat) -> EventId:
    """Return Katrin's message that proposes FIRST."""
    event = await chat.says(f"!kernproblem {FIRST}", by="katrin")
    await chat.answers()
    return event


def post(chat: Chat) -> EventId:
    return chat.post("Vorschlag für unser Kernproblem")


async def shown(chat: Chat, body: str = "!kernproblem") -> list[str]:
    await chat.answers()
    await chat.says(body, by="lina")
    lines = (await chat.answers())[0].split("\n")
    return [line for line in lines if not line.startswith("Gilt")]


async def on_the_board(chat: Chat) -> str | None:
    lines = await shown(chat, "!board")
    return next((line for line in lines if line.startswith("Kernproblem: ")), None)


# --- from proposal to agreement ------------------------------------------------------------------


async def test_scenario_of_the_third_day(chat: Chat):
    """Lines 59 to 63: proposal, objection, its sentence in the thread, another wording, objection withdrawn."""
    message = await chat.says(f"!kernproblem {FIRST}", by="katrin")
    assert await chat.answers() == [asks(FIRST)]
    asked = post(chat)

    hand = await chat.reacts(asked, "✋", by="murat")
    assert await chat.answers() == []
    assert await shown(chat) == [f"Vorschlag für unser Kernproblem: „{FIRST}“", "1 Einwand ist offen."]

    await chat.answers()
    await chat.says(SENTENCE, by="murat", thread=asked)
    assert await chat.answers() == ["✅ Einwand"]
    assert (await shown(chat))[1:] == ["1 Einwand ist offen.", f"- {SENTENCE}"]

    await chat.answers()
    await chat.edits(message, f"!kernproblem {SECOND}", by="katrin")
    assert await chat.answers() == [f"✎ {asks(SECOND)}\n{AGAIN}", "✏️ Kern"]

    await chat.redacts(hand, by="murat")
    assert await chat.answers() == []
    assert await shown(chat) == [f"Vorschlag für unser Kernproblem: „{SECOND}“ Kein Einwand ist offen."]


async def test_proposal_holds_by_itself_after_a_working_day(chat: Chat, proposed: EventId):
    for name in ("lina", "ewa", "murat"):
        await chat.reacts(post(chat), by=name)
    await chat.pass_time(hours=23, minutes=59)
    assert await chat.answers() == []
    assert await on_the_board(chat) is None

    await chat.answers()
    await chat.pass_time(minutes=1)

    holds = f"Kernproblem: „{FIRST}“ Es gilt seit Di, 23. Februar. 3 einverstanden."
    assert await chat.answers() == [f"✎ {holds}", HOLDS]
    assert await on_the_board(chat) == f"Kernproblem: {FIRST}"
    assert await shown(chat) == [holds]


async def test_weekend_and_holiday_are_no_working_days(chat: Chat):
    # Thursday before Easter, half past four in the afternoon.
    await chat.pass_time(days=31, hours=7, minutes=25)
    await chat.says(f"!kernproblem {FIRST}", by="katrin")
    await chat.answers()

    await chat.pass_time(days=4, hours=22)
    assert await chat.answers() == []
    await chat.pass_time(hours=2)
    assert (await chat.answers())[0].startswith("✎ Kernproblem: ")


async def test_open_objection_keeps_it_a_proposal_until_it_is_withdrawn(chat: Chat, proposed: EventId):
    for name in ("lina", "ewa", "henrik", "oleks"):
        await chat.reacts(post(chat), by=name)
    hand = await chat.reacts(post(chat), "✋🏽", by="murat")
    await chat.pass_time(days=1)
    assert await chat.answers() == [f"✎ {asks(FIRST, SOON)}\n1 Einwand ist offen. Ansehen: !kernproblem"]
    assert await on_the_board(chat) is None

    await chat.answers()
    await chat.redacts(hand, by="murat")

    assert await chat.answers() == [
        f"✎ Kernproblem: „{FIRST}“ Es gilt seit Di, 23. Februar. 4 einverstanden.",
        HOLDS,
    ]


async def test_moderation_lets_it_hold_at_once(chat: Chat, proposed: EventId):
    await chat.reacts(post(chat), by="ewa")

    await chat.says("!kernproblem gilt", by="jule")

    assert await chat.answers() == [
        f"✎ Kernproblem: „{FIRST}“ Es gilt seit Mo, 22. Februar. 1 einverstanden.",
        HOLDS,
    ]
    assert (await shown(chat, "!board"))[:2][1] == f"Kernproblem: {FIRST}"
    await chat.says("!kernproblem gilt", by="jule")
    assert await chat.answers() == [NO_PROPOSAL]


async def test_it_stands_below_the_goal(chat: Chat, proposed: EventId):
    await chat.says("!ziel Alle finden Arbeit", by="katrin")
    await chat.says("!kernproblem gilt", by="katrin")

    assert (await shown(chat, "!board"))[1:3] == ["Ziel: Alle finden Arbeit", f"Kernproblem: {FIRST}"]


async def test_it_does_not_hold_against_an_objection(chat: Chat, proposed: EventId):
    await chat.says("Das lässt die\nKinder aus", by="lina", reply_to=post(chat))
    await chat.tells("einwand Zu lang", by="ewa")
    await chat.reacts(post(chat), "✋", by="murat")
    await chat.answers()

    await chat.says("!kernproblem gilt", by="katrin")

    assert "\n".join(await chat.answers()).split("\n") == [
        "3 Einwände sind offen.",
        "- Das lässt die",
        "  Kinder aus",
        "- Zu lang",
        HOW,
    ]
    assert await on_the_board(chat) is None


async def test_people_are_counted_once_and_who_objects_does_not_agree(chat: Chat, proposed: EventId):
    await chat.reacts(post(chat), "👍", by="ewa")
    await chat.reacts(post(chat), "👍🏽", by="ewa")
    await chat.reacts(proposed, "👍", by="ewa")
    await chat.reacts(post(chat), "👍", by="murat")
    await chat.reacts(post(chat), "✋", by="murat")
    await chat.says("Ein Einwand", by="murat", reply_to=post(chat))
    await chat.reacts(post(chat), "👍", by=ME)

    assert await shown(chat) == [
        f"Vorschlag für unser Kernproblem: „{FIRST}“ 1 einverstanden.",
        "1 Einwand ist offen.",
    ]


async def test_reactions_are_forgotten_when_it_holds(chat: Chat, proposed: EventId):
    await chat.reacts(post(chat), by="ewa")
    await chat.says("!kernproblem gilt", by="katrin")
    late = await chat.reacts(post(chat), "✋", by="murat")
    await chat.redacts(late, by="murat")

    async with chat.db.reading() as db:
        counted = await db.exec_driver_sql(
            "select (select count(*) from problem_votes) + (select count(*) from problem_objections)"
        )
        assert counted.scalar_one() == 0
    assert (await shown(chat))[0].endswith("1 einverstanden.")


# --- objections ----------------------------------------------------------------------------------


@pytest.mark.parametrize("by", ["murat", "katrin"])
async def test_deleted_reply_closes_its_objection(chat: Chat, proposed: EventId, by: str):
    reply = await chat.says("Kanarienvogel", by="murat", reply_to=post(chat))
    assert await chat.answers() == ["✅ Einwand"]
    assert (await shown(chat))[1:] == ["1 Einwand ist offen.", "- Kanarienvogel"]

    await chat.redacts(reply, by=by)

    assert await shown(chat) == [f"Vorschlag für unser Kernproblem: „{FIRST}“ Kein Einwand ist offen."]
    assert not await chat.stores("Kanarienvogel")


async def test_withdrawn_hand_closes_the_objection_with_its_sentence(chat: Chat, proposed: EventId):
    hand = await chat.reacts(post(chat), "✋", by="murat")
    await chat.says("Kanarienvogel", by="murat", reply_to=post(chat))

    await chat.redacts(hand, by="murat")

    assert await shown(chat) == [f"Vorschlag für unser Kernproblem: „{FIRST}“ Kein Einwand ist offen."]
    assert not await chat.stores("Kanarienvogel")


async def test_hand_without_its_sentence_is_still_an_objection(chat: Chat, proposed: EventId):
    await chat.reacts(post(chat), "✋", by="murat")
    reply = await chat.says("Doch nicht so", by="murat", reply_to=post(chat))

    await chat.redacts(reply, by="murat")

    assert (await shown(chat))[1:] == ["1 Einwand ist offen."]


async def test_nobody_else_closes_an_objection(chat: Chat, proposed: EventId):
    hand = await chat.reacts(post(chat), "✋", by="murat")
    other = RoomId("!other:test")
    await chat.found(other, "Andere Gruppe", {"oleks": 100})

    await chat.redacts(hand, by="lina")
    await chat.redacts(hand, by="oleks", room=other)

    assert (await shown(chat))[1:] == ["1 Einwand ist offen."]


async def test_edited_reply_changes_the_sentence(chat: Chat, proposed: EventId):
    reply = await chat.says("Alt", by="murat", reply_to=post(chat))
    await chat.answers()

    await chat.edits(reply, "Neu", by="murat")
    await chat.edits(reply, "!board", by="murat")
    await chat.edits(reply, "Fremd", by="lina")

    assert await chat.answers() == [
        "✏️ Einwand",
        "Der Einwand bleibt, wie er war. Zurückziehen: die Nachricht löschen.",
    ]
    assert (await shown(chat))[1:] == ["1 Einwand ist offen.", "- Neu"]


async def test_what_is_only_talk_is_not_stored(chat: Chat, proposed: EventId):
    await chat.reacts(post(chat), by="ewa")
    await chat.says("Guter Satz, Kanarienvogel", by="ewa", reply_to=post(chat))
    await chat.says("Was meinst du, Kanarienvogel?", by="lina", thread=post(chat))
    await chat.says("Kanarienvogel", by="lina")

    assert await chat.answers() == []
    assert not await chat.stores("Kanarienvogel")
    assert await shown(chat) == [
        f"Vorschlag für unser Kernproblem: „{FIRST}“ 1 einverstanden. Kein Einwand ist offen."
    ]


@pytest.mark.parametrize("body", ["Ja", "einverstanden!", "👍", "ok"])
async def test_yes_in_words_counts_like_a_thumb(chat: Chat, proposed: EventId, body: str):
    said = await chat.says(body, by="ewa", reply_to=post(chat))
    assert await chat.answers() == ["✅ ja"]
    assert (await shown(chat))[0].endswith("1 einverstanden. Kein Einwand ist offen.")

    await chat.redacts(said, by="ewa")
    assert (await shown(chat))[0].endswith("“ Kein Einwand ist offen.")


async def test_objection_by_command_in_the_group(chat: Chat, proposed: EventId):
    await chat.says("!einwand Zu lang", by="ewa")
    await chat.says("!einwand", by="murat")
    await chat.says("Zu kurz", by="murat", reply_to=chat.post("Was spricht"))

    assert await chat.answers() == [
        "✅ Einwand",
        "Was spricht gegen den Vorschlag? Ein Satz reicht.",
        "✅ Einwand",
    ]
    assert (await shown(chat))[1:] == ["2 Einwände sind offen.", "- Zu lang", "- Zu kurz"]


async def test_anonymous_objection_belongs_to_nobody_and_is_taken_back_by_its_code(
    chat: Chat, proposed: EventId
):
    event = await chat.tells("einwand Kanarienvogel", by="ewa")
    (answer,) = await chat.answers()
    assert answer.startswith(
        "Notiert, ohne Namen. Die Gruppe sieht das sofort, der Homeserver sieht die Direktnachricht an mich."
    )
    found = re.search(r"„einwand zurück ([0-9]{8})“$", answer)
    assert found is not None
    async with chat.db.reading() as db:
        kept = (await db.exec_driver_sql("select * from problem_objections")).mappings().one()
        assert (kept["person_id"], kept["source_event_id"], kept["text"]) == (None, None, "Kanarienvogel")
        assert event not in map(str, kept.values())
        people = (await db.exec_driver_sql("select user_id from people")).scalars().all()
        assert "@ewa:test" not in people
    assert (await shown(chat))[1:] == ["1 Einwand ist offen.", "- Kanarienvogel"]

    await chat.answers()
    await chat.tells("einwand zurück 00000000", by="ewa")
    await chat.tells(f"einwand zurück {found[1]}", by="ewa")
    assert await chat.answers() == [
        "Einen offenen Einwand mit diesem Code gibt es nicht.",
        "Der Einwand ist zurückgezogen.",
    ]
    assert (await shown(chat))[0].endswith("Kein Einwand ist offen.")
    assert not await chat.stores("Kanarienvogel")


async def test_last_objection_taken_back_by_its_code_lets_it_hold(chat: Chat, proposed: EventId):
    await chat.tells("einwand Zu lang", by="ewa")
    code = str((await chat.answers())[0]).rpartition(" ")[2].strip("“")
    await chat.pass_time(days=1)
    await chat.answers()

    await chat.tells(f"einwand zurück {code}", by="ewa")

    assert await chat.answers(GROUP) == [f"✎ Kernproblem: „{FIRST}“ Es gilt seit Di, 23. Februar.", HOLDS]


async def test_code_is_understood_with_the_quotation_marks_around_it(chat: Chat, proposed: EventId):
    await chat.tells("einwand Zu lang", by="ewa")
    shown_to_ewa = str((await chat.answers())[0]).partition("Zurückziehen: ")[2]

    await chat.tells(shown_to_ewa, by="ewa")

    assert await chat.answers() == ["Der Einwand ist zurückgezogen."]


async def test_whoever_asks_hears_from_when_on_it_holds(chat: Chat, proposed: EventId):
    await chat.says("!kernproblem", by="lina")
    assert (await chat.answers())[0].split("\n")[-1] == TOMORROW

    await chat.reacts(post(chat), "✋", by="murat")
    await chat.pass_time(days=1)
    await chat.answers()
    await chat.says("!kernproblem", by="lina")
    assert (await chat.answers())[0].split("\n")[1:] == ["1 Einwand ist offen.", SOON]


async def test_moderation_lets_it_hold_from_a_direct_message_and_the_group_hears_of_it(
    chat: Chat, proposed: EventId
):
    await chat.tells("kernproblem gilt", by="katrin")

    agreed = f"✎ Kernproblem: „{FIRST}“ Es gilt seit Mo, 22. Februar."
    assert await chat.answers() == [agreed, HOLDS, HOLDS]


async def test_objection_without_a_proposal_says_so(chat: Chat):
    await chat.says("!einwand Zu lang", by="ewa")
    await chat.tells("einwand Zu lang", by="ewa")

    assert await chat.answers() == [NO_PROPOSAL] * 2


async def test_objection_with_several_groups_goes_to_the_one_with_a_proposal(chat: Chat, proposed: EventId):
    other = RoomId("!other:test")
    await chat.found(other, "Andere Gruppe", {"jule": 100, "ewa": 0})
    await chat.answers()
    await chat.tells("einwand Zu lang", by="ewa")
    assert (await chat.answers())[0].startswith("Notiert, ohne Namen.")

    await chat.says("!kernproblem Anderes", by="jule", room=other)
    await chat.answers()
    await chat.tells("einwand Zu lang", by="ewa")
    assert await chat.answers() == [
        "Vorschläge gibt es in mehreren Gruppen. Zuerst die Gruppe wählen: „gruppe“."
        " Danach den Einwand noch einmal schreiben."
    ]


# --- versions ------------------------------------------------------------------------------------


async def test_all_versions_can_be_read(chat: Chat, proposed: EventId):
    await chat.edits(proposed, "!kernproblem Zwei", by="katrin")
    await chat.says("!kernproblem gilt", by="katrin")
    await chat.pass_time(days=1)
    await chat.says("!kernproblem Drei", by="jule")

    assert await shown(chat, "!kernproblem verlauf") == [
        "Kernproblem, alle Fassungen:",
        f"Mo, 22. Februar: „{FIRST}“ Ersetzt.",
        "Mo, 22. Februar: „Zwei“ Das gilt.",
        "Di, 23. Februar: „Drei“ Offener Vorschlag.",
    ]
    assert await shown(chat) == [
        "Kernproblem: „Zwei“ Es gilt seit Mo, 22. Februar.",
        "Vorschlag für unser Kernproblem: „Drei“ Kein Einwand ist offen.",
    ]


async def test_edit_starts_the_working_day_again(chat: Chat, proposed: EventId):
    await chat.pass_time(hours=5)
    await chat.edits(proposed, "!kernproblem Zwei", by="katrin")
    await chat.answers()

    await chat.pass_time(hours=20)
    assert await chat.answers() == []
    await chat.pass_time(hours=5)
    assert await chat.answers() == ["✎ Kernproblem: „Zwei“ Es gilt seit Di, 23. Februar.", HOLDS]


async def test_edit_of_what_holds_asks_again_and_the_old_text_holds_until_then(chat: Chat, proposed: EventId):
    await chat.says("!kernproblem gilt", by="katrin")
    await chat.answers()

    await chat.edits(proposed, "!kernproblem Zwei", by="katrin")

    assert await chat.answers() == [f"✎ {asks('Zwei')}\n{AGAIN}", "✏️ Kern"]
    assert await on_the_board(chat) == f"Kernproblem: {FIRST}"
    await chat.says("!kernproblem gilt", by="katrin")
    assert await on_the_board(chat) == "Kernproblem: Zwei"


async def test_another_proposal_takes_the_place_of_an_open_one(chat: Chat, proposed: EventId):
    await chat.reacts(post(chat), "✋", by="murat")
    await chat.says("!kernproblem Zwei", by="jule")
    assert await chat.answers() == [
        "✎ Diesen Vorschlag für unser Kernproblem ersetzt ein neuer.",
        asks("Zwei"),
    ]

    await chat.edits(proposed, "!kernproblem Drei", by="katrin")
    assert await chat.answers() == []
    assert await shown(chat) == ["Vorschlag für unser Kernproblem: „Zwei“ Kein Einwand ist offen."]


@pytest.mark.parametrize("holds", [False, True], ids=["open", "agreed"])
async def test_deleted_message_withdraws_it_and_erases_all_versions(chat: Chat, holds: bool):
    message = await chat.says("!kernproblem Kanarienvogel", by="katrin")
    await chat.edits(message, "!kernproblem Kanarienvogel und mehr", by="katrin")
    await chat.says("Kanarienvogel sagt nein", by="murat", reply_to=post(chat))
    asked = post(chat)
    await chat.says("!kernproblem verlauf")
    versions = chat.post("Kernproblem, alle")
    if holds:
        await chat.edits(message, "!kernproblem Kanarienvogel drei", by="katrin")
        await chat.says("!kernproblem gilt", by="katrin")
    await chat.answers()

    await chat.redacts(message, by="katrin")

    # Of an edited post each edit is deleted too.
    edits = [sent.event_id for sent in chat.homeserver.sent if asked in str(sent.content.get("m.relates_to"))]
    assert await chat.answers() == [f"✗ {one}" for one in (asked, *edits, versions)]
    assert await shown(chat) == [NONE_YET]
    assert await shown(chat, "!kernproblem verlauf") == [NONE_YET]
    assert await on_the_board(chat) is None
    assert not await chat.stores("Kanarienvogel")


async def test_moderation_withdraws_it_by_deleting_the_post(chat: Chat, proposed: EventId):
    await chat.redacts(post(chat), by="jule")

    assert await shown(chat) == [NONE_YET]


async def test_deleting_an_answer_about_it_withdraws_nothing(chat: Chat, proposed: EventId):
    await shown(chat)
    await chat.redacts(post(chat), by="jule")

    assert await shown(chat) == [f"Vorschlag für unser Kernproblem: „{FIRST}“ Kein Einwand ist offen."]


async def test_others_neither_edit_nor_delete_it(chat: Chat, proposed: EventId):
    await chat.edits(proposed, "!kernproblem Zwei", by="jule")
    await chat.redacts(proposed, by="lina")

    assert await chat.answers() == []
    assert await shown(chat) == [f"Vorschlag für unser Kernproblem: „{FIRST}“ Kein Einwand ist offen."]


async def test_edit_into_something_else_is_refused(chat: Chat, proposed: EventId):
    for body in ("!board", "!kernproblem gilt", "!kernproblem"):
        await chat.edits(proposed, body, by="katrin")

    other = "Diese Nachricht ist der Vorschlag für das Kernproblem. Ein anderer Befehl braucht eine neue Nachricht."
    assert await chat.answers() == [other, other, "Der Text fehlt. Das Kernproblem bleibt, wie es war."]


# --- undo and rights -----------------------------------------------------------------------------


async def test_proposal_and_edit_are_undone(chat: Chat, proposed: EventId):
    asked = post(chat)
    await chat.edits(proposed, "!kernproblem Zwei", by="katrin")
    await chat.answers()

    await chat.says("!rückgängig", by="katrin")
    assert await chat.answers() == [
        f"✎ {asks(FIRST)}\n{AGAIN}",
        "Rückgängig gemacht: Der Vorschlag für das Kernproblem hat wieder den früheren Text.",
    ]

    await chat.says("!kernproblem Drei", by="jule")
    await chat.answers()
    await chat.says("!rückgängig", by="jule")
    withdrawn = chat.post("Vorschlag für unser Kernproblem: „Drei")
    assert withdrawn != asked
    assert await chat.answers() == [
        f"✗ {withdrawn}",
        "Rückgängig gemacht: Der Vorschlag für das Kernproblem ist zurückgezogen.",
    ]


async def test_what_holds_already_is_not_undone(chat: Chat, proposed: EventId):
    await chat.says("!kernproblem gilt", by="jule")
    await chat.answers()

    await chat.says("!rückgängig", by="katrin")

    assert await chat.answers() == ["Das hat sich danach noch einmal geändert. Es bleibt, wie es ist."]


async def test_only_moderation_proposes_and_everybody_reads(chat: Chat):
    await chat.says("!kernproblem Eins", by="lina")
    await chat.says("!kernproblem gilt", by="lina")
    assert (
        await chat.answers()
        == ["Das macht in dieser Gruppe die Moderation. Moderation sind: Jule, Katrin."] * 2
    )

    await chat.says("!kernproblem gilt", by="katrin")
    assert await chat.answers() == [NO_PROPOSAL]
    assert await shown(chat) == [NONE_YET]


async def test_proposal_in_a_direct_message_is_asked_in_the_group(chat: Chat):
    await chat.tells("kernproblem Eins", by="katrin")

    assert await chat.answers() == [asks("Eins"), "✅ Kern"]
    assert chat.homeserver.sent[-2].room_id == GROUP


async def test_nobody_is_named(chat: Chat, proposed: EventId):
    await chat.reacts(post(chat), by="ewa")
    await chat.says("Zu lang", by="murat", reply_to=post(chat))
    await chat.says("!kernproblem")
    await chat.says("!kernproblem verlauf")
    await chat.says("!kernproblem gilt", by="katrin")

    said = "\n".join(await chat.answers()).casefold()
    assert [name for name in ("katrin", "ewa", "murat", "@") if name in said] == []


@pytest.mark.parametrize("sign", [False, True])
async def test_yes_of_somebody_who_objects_says_that_the_objection_is_open(
    chat: Chat, proposed: EventId, sign: bool
):
    if sign:
        raised = await chat.reacts(post(chat), "✋", by="ewa")
    else:
        raised = await chat.says("Zu lang", by="ewa", reply_to=post(chat))
    await chat.answers()

    await chat.says("einverstanden", by="ewa", reply_to=post(chat))
    assert await chat.answers() == [
        "Der eigene Einwand ist noch offen. Zurückziehen: seine Nachricht löschen oder ✋ zurücknehmen."
    ]

    await chat.redacts(raised, by="ewa")
    assert (await shown(chat))[0].endswith("1 einverstanden. Kein Einwand ist offen.")

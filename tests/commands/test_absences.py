# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who is away hears nothing unasked; why, nobody asks, and nobody else sees it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from commands import schedules
from commands.context import Context
from commands.topics import router
from config.texts import verbatim
from method.ids import GroupId
from method.timers import Timer
from storage import people, timers
from tests.chat import Chat, user


@pytest.fixture
def tells(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> Chat:
    """Return a chat in which a promise tells Lina something unasked."""

    async def tell(ctx: Context, _timer: Timer) -> None:
        await ctx.tell(user("lina"), verbatim("Ungefragt"))

    monkeypatch.setitem(router.timers, "test.tell", tell)
    chat.now = datetime(2027, 3, 4, 16, 3, tzinfo=UTC)
    return chat


async def told(chat: Chat, day: int, hour: int = 9) -> list[str]:
    chat.now = datetime(2027, 3, day, hour, tzinfo=UTC)
    async with chat.db.transaction() as db:
        await timers.add(db, GroupId(1), "test.tell", "", chat.now)
    await chat.pass_time()
    return await chat.answers()


async def test_who_is_away_is_told_nothing_on_that_day(tells: Chat):
    await tells.tells("abwesend 10.3.")
    assert await tells.answers() == ["Notiert: Mi, 10. März. Niemand sonst sieht das."]

    assert [await told(tells, day) for day in (9, 10, 11)] == [["Ungefragt"], [], ["Ungefragt"]]


async def test_day_of_absence_is_one_of_the_group(tells: Chat):
    """In London it is still Wednesday when Thursday has begun in Berlin."""
    await tells.says("!einstellung zeitzone London", by="katrin")
    await tells.tells("abwesend 10.3.")
    await tells.answers()

    assert [await told(tells, day, 23) for day in (9, 10)] == [["Ungefragt"], []]


async def test_period_has_both_its_ends(tells: Chat):
    await tells.tells("urlaub 22.3.-2.4.")
    assert await tells.answers() == ["Notiert: Mo, 22. März bis Fr, 2. April. Niemand sonst sieht das."]

    assert [await told(tells, day) for day in (21, 22, 31)] == [["Ungefragt"], [], []]


@pytest.mark.parametrize("typed", ["abwesend ab morgen", "urlaub vom 5.3."])
async def test_day_until_which_somebody_is_away_is_asked_for(tells: Chat, typed: str):
    await tells.tells(typed)
    [question] = await tells.answers()
    await tells.tells("12.3.")

    assert question == "Bis wann? Bitte mit einem Datum antworten, zum Beispiel 15.3. oder: Freitag"
    assert await tells.answers() == ["Notiert: Fr, 5. März bis Fr, 12. März. Niemand sonst sieht das."]


async def test_days_the_wrong_way_round_are_asked_back(tells: Chat):
    await tells.tells("abwesend 2.4.-22.3.")
    [question] = await tells.answers()
    await tells.reacts(tells.post("Der letzte Tag"), room=await tells.direct("lina"))

    assert question == "Der letzte Tag steht zuerst. Tauschen? Bestätigen mit 👍."
    assert (await tells.answers())[0] == ("Notiert: Mo, 22. März bis Fr, 2. April. Niemand sonst sieht das.")


async def test_in_the_room_only_a_receipt_says_that_it_was_heard(tells: Chat):
    said = await tells.says("!abwesend 10.3.")
    assert await tells.answers() == ["✅"]

    await tells.edits(said, "!abwesend 11.3.")
    assert await tells.answers() == ["✅"]
    assert [await told(tells, day) for day in (10, 11)] == [["Ungefragt"], []]


async def test_deleting_the_message_deletes_the_absence(tells: Chat):
    said = await tells.says("!abwesend 10.3.")
    await tells.redacts(said, by="lina")
    await tells.answers()

    assert await told(tells, 10) == ["Ungefragt"]


async def test_back_again_forgets_every_absence(tells: Chat):
    await tells.tells("abwesend 10.3.")
    await tells.tells("abwesend 15.3. bis 16.3.")
    await tells.tells("abwesend")
    await tells.tells("abwesend aus")
    await tells.tells("abwesend")

    assert (await tells.answers())[2:] == [
        "Abwesend: Mi, 10. März\nAbwesend: Mo, 15. März bis Di, 16. März",
        "Es ist keine Abwesenheit mehr notiert.",
        "Es ist keine Abwesenheit notiert. Beispiel: abwesend 22.3.-2.4.",
    ]


async def test_back_alone_ends_the_absence_that_runs(chat: Chat):
    await chat.says("!barriere Keine Kurse am Abend", by="lina")
    await chat.tells("abwesend heute")
    await chat.answers()

    await chat.tells("zurück")
    await chat.tells("abwesend")
    await chat.says("!board barrieren")

    first, second, board = await chat.answers()
    assert (first, second.partition(".")[0]) == (
        "Es ist keine Abwesenheit mehr notiert.",
        "Es ist keine Abwesenheit notiert",
    )
    assert board.split("\n")[1:] == ["B1: Keine Kurse am Abend."]


@pytest.mark.parametrize("words", ["zurück", "Zurück", "zurück bitte", "back"])
async def test_back_without_an_absence_withdraws_nothing(chat: Chat, words: str):
    await chat.says("!barriere Keine Kurse am Abend", by="lina")
    await chat.tells("abwesend 15.3.")
    await chat.answers()

    await chat.tells(words)
    await chat.says("!board barrieren")

    asked, board = await chat.answers()
    said = "No absence of yours" if words == "back" else "Gerade läuft keine Abwesenheit."
    assert (asked[: len(said)], board.split("\n")[1:]) == (said, ["B1: Keine Kurse am Abend."])


async def test_back_with_more_words_says_how_to_end_an_absence(chat: Chat):
    await chat.tells("abwesend heute")
    await chat.answers()

    await chat.tells("zurück im Büro")
    await chat.tells("!zurück bitte")

    asked, ended = await chat.answers()
    assert asked.startswith("Eine Abwesenheit beenden: nur „!zurück“")
    assert ended.startswith("Es ist keine Abwesenheit mehr notiert.")


@pytest.mark.parametrize(
    ("typed", "question"),
    [
        ("irgendwann", "An welchen Tagen? Einfach einen Tag oder Zeitraum schreiben. Beispiel: 22.3.-2.4."),
        ("1.3.", "Mo, 1. März ist vorbei. Einfach Tage schreiben, die noch kommen. Beispiel: Mo bis Mi"),
    ],
)
async def test_what_is_no_day_to_come_is_asked_back(tells: Chat, typed: str, question: str):
    await tells.tells(f"abwesend {typed}")
    await tells.tells("10.3.")

    assert await tells.answers() == [question, "Notiert: Mi, 10. März. Niemand sonst sieht das."]


async def test_it_is_shown_to_its_owner_and_gone_with_them(tells: Chat):
    await tells.tells("abwesend 10.3.")
    await tells.tells("meinedaten")
    [shown] = [answer for answer in await tells.answers() if "Abwesenheiten: 1" in answer]
    assert "\nMi, 10. März\n" in shown

    await tells.tells("vergissmich")
    await tells.tells("JA")
    await tells.answers()
    assert not await tells.stores("2027-03-10")


async def test_it_is_deleted_the_day_after(tells: Chat):
    await tells.tells("abwesend 10.3.")
    tells.now = datetime(2027, 3, 10, 9, tzinfo=UTC)
    await tells.pass_time()
    assert await tells.stores("2027-03-10")

    tells.now = datetime(2027, 3, 11, 3, tzinfo=UTC)
    await tells.pass_time()
    assert not await tells.stores("2027-03-10")


# --- own time ------------------------------------------------------------------------------------


async def moment(chat: Chat, name: str, now: datetime) -> datetime:
    async with chat.db.transaction() as db:
        ctx = await chat.timers._context(db, GroupId(1), "test")
        ctx.now = now
        await people.get_or_add(db, user(name))
        return await schedules.moment_for(ctx, user(name))


async def test_own_days_hours_and_zone_say_when_a_person_may_be_told_something(chat: Chat):
    thursday = datetime(2027, 3, 4, 8, tzinfo=UTC)
    assert await moment(chat, "lina", thursday) == thursday
    for typed in ("Mo-Mi 9 bis 13 Uhr", "London"):
        await chat.tells(f"meinezeit {typed}")

    assert await chat.answers() == [
        "Von selbst schreibe ich nur: Mo bis Mi, 9 bis 13 Uhr. Wie in der Gruppe: meinezeit aus",
        "Von selbst schreibe ich nur: Mo bis Mi, 9 bis 13 Uhr, Europe/London. Wie in der Gruppe: meinezeit aus",
    ]
    # Monday is a holiday in Berlin.
    assert await moment(chat, "lina", thursday) == datetime(2027, 3, 9, 9, tzinfo=UTC)

    await chat.tells("abwesend 9.3.-10.3.")
    assert await moment(chat, "lina", thursday) == datetime(2027, 3, 15, 9, tzinfo=UTC)

    await chat.tells("abwesend aus")
    await chat.tells("meinezeit aus")
    assert (await chat.answers())[-1] == (
        "Es gelten die Zeiten der Gruppe. Ändern: meinezeit Mo-Mi 9 bis 13 Uhr"
    )
    assert await moment(chat, "lina", thursday) == thursday


async def test_own_time_is_said_in_private(chat: Chat):
    await chat.says("!meinezeit Mo-Mi 9 bis 13 Uhr")
    await chat.tells("meinezeit abends")
    await chat.tells("Di Do")

    assert await chat.answers() == [
        "Das geht per Direktnachricht an mich: !meinezeit Mo-Mi 9 bis 13 Uhr",
        "Ich verstehe Tage, mindestens 4 Stunden am Tag oder eine Stadt. Beispiel: Mo-Mi 9 bis 13 Uhr, oder London.",
        "Von selbst schreibe ich nur: Di, Do. Wie in der Gruppe: meinezeit aus",
    ]

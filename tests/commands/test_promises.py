# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What comes next for the group, with weekday, date and time."""

from __future__ import annotations

from commands.topics import router
from tests.chat import Chat

#: Of a moment that is named already, or silent: only the bot needs them.
OURS = {
    "board.renewal", "board.update", "checkin.close", "meetings.end", "meetings.look", "meetings.remind",
    "meetings.next", "meetings.report", "meetings.sweep", "polls.recounted", "polls.update", "reminders.forget",
    # On the card of the round, for minutes.
    "rounds.close",
}  # fmt: skip
#: They concern one person, or the moderation.
PRIVATE = {"anonymous.publish", "guest.remind", "reminders.tell", "tasks.call"}


def test_every_kind_is_named_or_left_out_on_purpose():
    """A new kind belongs into ``!termine``, or into one of the sets above."""
    named = router.names.keys() | router.days.keys()

    assert set(router.timers) == named | OURS | PRIVATE
    assert named & (OURS | PRIVATE) == set()
    assert router.names.keys() & router.days.keys() == set()


async def test_nothing_is_planned(chat: Chat):
    await chat.says("!wochenbrief aus", by="jule")
    await chat.answers()
    await chat.says("!termine")

    assert await chat.answers() == [
        "Es steht nichts an. Ein Treffen: !treffen Mi 3.3. 15:00 Titel. Ein Check-in: !checkin an Di Do 9:00"
    ]


async def test_group_with_nothing_but_the_letter_sees_when_it_comes(chat: Chat):
    await chat.says("!termine")

    assert await chat.answers() == ["Das kommt als Nächstes:\nFr, 26. Februar, 13:00: Wochenbrief."]


async def test_every_topic_names_what_it_has_promised(chat: Chat):
    """It is Monday, the 22nd of February, 9:05. What only the bot needs is not among it, nor what is private."""
    for words in (
        "!aufgabe ich backe bis 12.3.",
        "!aufgabe Faltblatt bis 12.3.",
        "!aufgabe ich räume auf bis 11.3.",
        "!fertig A3",
        "!erinnere uns am 14.6. 10:00 Unterlagen",
        "!entscheidung Wir testen, wieder prüfen am 15.6.",
        "!treffen Mi 3.3. 15:00 Austausch",
        "!umfrage Was zuerst?; Lotsin; Profil bis Fr 12:00",
        "!checkin an Di Do 9:00",
        "!kernproblem Es gibt keine Kurse",
        "!gast @ada:example.org bis 15.3.",
    ):
        await chat.says(words, by="katrin")
    await chat.answers()

    await chat.says("!kalender", by="lina")

    assert await chat.answers() == [
        "Das kommt als Nächstes:\n"
        "Di, 23. Februar, 9:00: Check-in.\n"
        "Di, 23. Februar, 9:05: Ende der Einwände zum Kernproblem.\n"
        "Fr, 26. Februar, 12:00: Ende von U1.\n"
        "Fr, 26. Februar, 13:00: Wochenbrief.\n"
        "Mi, 3. März, 15:00: Treffen T1: Austausch.\n"
        "Fr, 12. März: A1, A2 fällig.\n"
        "Mo, 15. März: letzter Tag von 1 Gast.\n"
        "Mo, 14. Juni, 10:00: Erinnerung 1: Unterlagen.\n"
        "Di, 15. Juni, 8:00: E1 wieder prüfen."
    ]


async def test_no_more_than_ten_lines(chat: Chat):
    for day in (12, 13, 14, 15, 16, 19, 20, 21, 22, 23, 26, 27):
        await chat.says(f"!treffen {day}.4. 15:00 Austausch")
    await chat.answers()

    await chat.says("!termine")

    [answer] = await chat.answers()
    assert (answer.count("\n") + 1, answer.split("\n")[-1]) == (10, "und 5 weitere Termine.")


async def test_sprint_its_retro_and_what_is_due_today_are_named(chat: Chat):
    """A retro takes cards, a sprint ends, and the day of a task is its own moment, not that of the word before it."""
    for words in (
        "!retro start bis 25.2. 9:30",
        "!sprint start bis 26.2. Ziel: Eins",
        "!aufgabe Eins bis heute",
    ):
        await chat.says(words, by="jule")
    await chat.answers()

    await chat.says("!termine")

    assert await chat.answers() == [
        "Das kommt als Nächstes:\n"
        "Mo, 22. Februar: A1 fällig.\n"
        "Do, 25. Februar, 9:30: Abstimmung zur Rückschau.\n"
        "Fr, 26. Februar, 13:00: Wochenbrief.\n"
        "Fr, 26. Februar, 17:00: Ende von Sprint 1."
    ]


async def test_ended_poll_and_withdrawn_decision_are_not_named(chat: Chat):
    await chat.says("!umfrage Was zuerst?; Lotsin; Profil bis Fr 12:00", by="katrin")
    decided = await chat.says("!entscheidung Wir testen, wieder prüfen am 15.6.", by="katrin")
    await chat.says("!umfrage ende U1", by="katrin")
    await chat.redacts(decided, by="katrin")
    await chat.answers()

    await chat.says("!termine")

    assert await chat.answers() == ["Das kommt als Nächstes:\nFr, 26. Februar, 13:00: Wochenbrief."]


async def test_reminder_of_the_group_is_named_and_that_of_one_person_is_not(chat: Chat):
    await chat.says("!erinnere uns am 12.4. 10:00 Unterlagen mitbringen")
    await chat.says("erinnere am 13.4. 10:00 Alleine", by="lina", room=await chat.direct("lina"))
    await chat.answers()

    await chat.says("!termine")

    [answer] = await chat.answers()
    assert answer.split("\n")[2:] == ["Mo, 12. April, 10:00: Erinnerung 1: Unterlagen mitbringen."]


async def test_own_reminders_are_named_to_the_person_alone(chat: Chat):
    await chat.says("!erinnere uns am 12.4. 10:00 Unterlagen mitbringen")
    await chat.tells("erinnere am 13.4. 10:00 Zahnarzt", by="lina")
    await chat.tells("erinnere am 13.4. 11:00 Post", by="katrin")
    await chat.answers()

    await chat.tells("termine", by="lina")
    await chat.says("!termine", by="lina")

    ours = "Mo, 12. April, 10:00: Erinnerung 1: Unterlagen mitbringen."
    own, group = await chat.answers()
    assert own.split("\n")[2:] == [ours, "Di, 13. April, 10:00: eigene Erinnerung 1: Zahnarzt."]
    assert group.split("\n")[2:] == [ours]

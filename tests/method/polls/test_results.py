# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Results and posts of polls: numbers first, ties named, people counted, no sector and no person in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from method.ids import EventId, GroupId, OutboxId, PersonId, PollId
from method.polls import Kind, Openness, Option, Poll, State
from method.polls.ballots import Tally
from method.polls.bridges import Bridge, bridge
from method.polls.posts import asked, running
from method.polls.results import ranks, result, winners

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2027, 3, 10, 9, tzinfo=UTC)
IDEAS = ("Matching-Nachmittag (I1)", "Lotsin (I3)", "Ein-Seiten-Profil (I4)", "Probe-Interviews (I6)")


def a_poll(*answers: str, **more: object) -> Poll:
    poll = Poll(
        PollId(1), GroupId(1), 3, Kind.CHOICE, "Welche Idee testen wir zuerst?",
        tuple(Option(number, answer) for number, answer in enumerate(answers or IDEAS, 1)),
        2, Openness.OPEN, False, State.OPEN, datetime(2027, 3, 11, 11, tzinfo=UTC), None, EventId("$poll"),
    )  # fmt: skip
    return replace(poll, **more)  # type: ignore[arg-type]  # fields of a poll


def dots(*numbers: int) -> Poll:
    options = tuple(Option(number, f"Text {number}", label=f"B{number}") for number in numbers)
    return a_poll(
        kind=Kind.DOTS, number=1, most=3, options=options, question="Welche Barrieren sind wichtig?"
    )


def said(poll: Poll, tally: Tally, language: str = "de", **more: object) -> list[str]:
    return result(poll, tally, now=NOW, zone=BERLIN, **more).render(language).split("\n")  # type: ignore[arg-type]  # as ``result`` takes them


def test_result_has_numbers_first_and_a_line_to_copy():
    assert said(a_poll(), Tally(8, {1: 7, 2: 1, 3: 4, 4: 3})) == [
        "Ergebnis U3, 8 Personen: Matching-Nachmittag (I1) 7, Ein-Seiten-Profil (I4) 4, Probe-Interviews (I6) 3,"
        " Lotsin (I3) 1.",
        "Entscheiden macht die Gruppe. Zum Kopieren: !entscheidung Welche Idee testen wir zuerst?"
        " Matching-Nachmittag (I1)",
    ]


def test_ties_are_named():
    poll = dots(1, 2, 3, 4, 9)

    assert said(poll, Tally(9, {1: 7, 2: 3, 3: 3, 4: 1, 9: 3})) == [
        "Ergebnis U1, 9 Personen: B1 7, B2 3, B3 3, B9 3, B4 1.",
        "Am meisten Punkte: B1 Text 1.",
        "Gleich viele Punkte: B2, B3 und B9 (je 3).",
        "Entscheiden macht die Gruppe. Zum Kopieren: !entscheidung Welche Barrieren sind wichtig? B1",
    ]


def test_tie_at_the_top_has_no_line_to_copy():
    poll = a_poll("A", "B", "C", most=1)

    assert said(poll, Tally(1, {1: 0, 2: 1, 3: 0}))[0] == "Ergebnis U3, 1 Person: B 1, A 0, C 0."
    assert said(poll, Tally(5, {1: 2, 2: 1, 3: 2})) == [
        "Ergebnis U3, 5 Personen: A 2, C 2, B 1.",
        "Gleich viele Stimmen: A und C (je 2).",
        "Entscheiden macht die Gruppe.",
    ]
    assert winners(poll, Tally(5, {1: 2, 2: 1, 3: 2})) == (poll.options[0], poll.options[2])


def test_nobody_has_voted():
    assert said(a_poll(), Tally(0, {})) == ["U3 ist zu Ende. Es gab keine Stimme."]
    assert winners(a_poll(), Tally(0, {})) == ()


@pytest.mark.parametrize(("people", "shown"), [(0, False), (4, False), (5, True)])
def test_few_secret_votes_are_not_shown(people: int, shown: bool):
    lines = said(a_poll(openness=Openness.SECRET), Tally(people, {1: people, 2: 0, 3: 0, 4: 0}))

    assert lines[0].startswith("Ergebnis") is shown
    if not shown:
        assert lines == [
            "U3 ist zu Ende. Weniger als 5 Stimmen. Ich zeige kein Ergebnis, weil man sonst einzelne Personen"
            " erkennen kann."
        ]


def test_votes_that_could_not_be_read_are_admitted():
    assert said(a_poll(), Tally(0, {}), unreadable=1)[-1] == "1 Stimme konnte ich nicht lesen."
    assert said(a_poll(), Tally(0, {}), "en", unreadable=2)[-1] == "I could not read 2 votes."


def test_lowest_resistance_wins():
    poll = a_poll("Mo", "Di", "Mi", kind=Kind.RESISTANCE, most=1)

    assert said(poll, Tally(3, {1: 12, 2: 0, 3: 7}))[:2] == [
        "Ergebnis U3, 3 Personen: Di 0, Mi 7, Mo 12.",
        "Am wenigsten Widerstand: Di.",
    ]
    assert [rank.value for rank in ranks(poll, {1: 2, 2: 2, 3: 9})] == [2, 9]
    assert said(poll, Tally(3, {1: 2, 2: 2, 3: 9}))[1] == "Gleich viel Widerstand: Mo und Di (je 2)."


def test_objection_blocks_and_names_nobody():
    poll = a_poll(
        kind=Kind.CONSENT,
        most=1,
        options=(Option(1, ""), Option(2, "")),
        question="Wir treffen uns mittwochs.",
    )
    blocked = Tally(4, {1: 3, 2: 1})

    assert said(poll, blocked, objections=["Mittwochs ist Kurs."]) == [
        "Ergebnis U3, 4 Personen: „Wir treffen uns mittwochs.“ 1 Einwand ist offen."
        " Der Vorschlag gilt also noch nicht.",
        "- Mittwochs ist Kurs.",
    ]
    assert said(poll, Tally(3, {1: 3, 2: 0})) == [
        "Ergebnis U3, 3 Personen: „Wir treffen uns mittwochs.“ Kein Einwand ist offen.",
        "Entscheiden macht die Gruppe. Zum Kopieren: !entscheidung Wir treffen uns mittwochs.",
    ]


def test_date_is_offered_as_a_meeting():
    days = (
        Option(1, "", at=datetime(2027, 3, 17, 9, tzinfo=UTC)),
        Option(2, "", at=datetime(2027, 3, 17, 14, tzinfo=UTC)),
        Option(3, "", at=datetime(2027, 3, 17, 23, tzinfo=UTC), whole_day=True),
    )
    poll = a_poll(kind=Kind.DATE, most=3, options=days, question="Austausch")

    assert said(poll, Tally(3, {1: 1, 2: 3, 3: 0})) == [
        "Ergebnis U3, 3 Personen: Mi, 17. März, 15:00 (3); Mi, 17. März, 10:00 (1); Do, 18. März (0).",
        "Entscheiden macht die Gruppe. Zum Kopieren: !treffen Mi 17.3. 15:00 Austausch",
    ]


def test_number_after_a_number_stands_in_brackets():
    poll = a_poll("Raum 2", "Aula", most=1)

    assert said(poll, Tally(4, {1: 3, 2: 1}))[0] == "Ergebnis U3, 4 Personen: Raum 2 (3); Aula (1)."


# --- sectors -------------------------------------------------------------------------------------


def chosen(
    *groups: tuple[str, Sequence[tuple[int, ...]]],
) -> tuple[dict[PersonId, tuple[int, ...]], dict[PersonId, str]]:
    votes: dict[PersonId, tuple[int, ...]] = {}
    sectors: dict[PersonId, str] = {}
    for sector, given in groups:
        for choices in given:
            person = PersonId(len(votes) + 1)
            votes[person] = choices
            if sector:
                sectors[person] = sector
    return votes, sectors


def test_majority_and_bridge_differ():
    # B1 has the most points, all from one sector; B2 is carried by both.
    votes, sectors = chosen(("business", [(1, 3)] * 4 + [(1, 2)] * 4), ("civil", [(2, 4), (2,), (4, 3)]))

    assert bridge(dots(1, 2, 3, 4), votes, sectors) == Bridge(carried=(2,), differing=(1, 4))


def test_bridge_needs_two_sectors_of_three_people():
    votes, sectors = chosen(("business", [(1,)] * 3), ("civil", [(2,)] * 2), ("", [(2,)] * 9))
    assert bridge(dots(1, 2), votes, sectors) is None

    votes, sectors = chosen(("business", [(1,)] * 3), ("civil", [(2,)] * 3), ("", [(2,)] * 9))
    assert bridge(dots(1, 2), votes, sectors) == Bridge((), (1, 2))
    assert bridge(replace(dots(1, 2), openness=Openness.SECRET), votes, sectors) is None
    assert bridge(a_poll("A", "B"), votes, sectors) is None


def test_bridge_is_one_line_for_each_side_and_names_no_sector():
    lines = said(dots(1, 2, 3), Tally(9, {1: 4, 2: 6, 3: 2}), bridge=Bridge((2,), (1, 3)))

    assert lines[2:4] == ["Von allen Bereichen getragen: B2.", "Hier gehen die Sichten auseinander: B1, B3."]


# --- posts ---------------------------------------------------------------------------------------


def shown(poll: Poll) -> list[str]:
    return asked(poll, now=NOW, zone=BERLIN).render("de").split("\n")


def test_hidden_poll_says_what_hidden_means():
    assert shown(a_poll(openness=Openness.HIDDEN)) == [
        "U3: Welche Idee testen wir zuerst?",
        "1: Matching-Nachmittag (I1)",
        "2: Lotsin (I3)",
        "3: Ein-Seiten-Profil (I4)",
        "4: Probe-Interviews (I6)",
        "Zwei Punkte pro Person. Ende: Do, 11. März, 12:00.",
        "Mit den Nummern antworten. Oder: !stimme U3 1 3",
        "Verdeckt heißt: Ergebnisse erst am Ende. Geheim ist es nicht: Technisch ist sichtbar, wer wie abgestimmt hat."
        " Für geheime Stimmen: das Wort geheim dazuschreiben.",
    ]


def test_secret_poll_says_what_secret_means():
    assert shown(a_poll("A", "B", openness=Openness.SECRET, most=1))[3:] == [
        "1 Stimme pro Person. Ende: Do, 11. März, 12:00.",
        "Diese Abstimmung ist geheim. Stimme per Direktnachricht an mich: stimme U3 2."
        " Ich zeige nur die Summe und lösche danach, wer abgestimmt hat.",
        "Eine geheime Stimme lässt sich nicht ändern: Ich weiß nicht, welche es war.",
    ]


def test_native_poll_has_a_twin_in_text():
    native = a_poll("A", "B", most=1, native=OutboxId(7))

    assert shown(native)[-1] == "Die Umfrage lässt sich hier nicht antippen? Dann: !stimme U3 2"


def test_entries_are_listed_under_their_numbers():
    lines = shown(dots(2, 7))

    assert lines[1:4] == ["B2 Text 2", "B7 Text 7", "Drei Punkte pro Person. Ende: Do, 11. März, 12:00."]
    assert lines[4].startswith("Die Zahlen unter dieser Nachricht antippen.")


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("openness", list(Openness))
@pytest.mark.parametrize("language", ["de", "en"])
def test_every_kind_can_be_asked_and_counted(kind: Kind, openness: Openness, language: str):
    poll = a_poll(kind=kind, openness=openness, takes_suggestions=True)

    assert asked(poll, now=NOW, zone=BERLIN).render(language)
    assert said(poll, Tally(5, {1: 2, 2: 3, 3: 0, 4: 0}), language)


def test_open_polls_are_listed():
    assert running([a_poll()], now=NOW, zone=BERLIN).render("de") == (
        "Offene Umfragen:\nU3: Welche Idee testen wir zuerst? Ende: Do, 11. März, 12:00."
    )
    assert running([], now=NOW, zone=BERLIN).render("de").startswith("Keine Umfrage ist offen.")

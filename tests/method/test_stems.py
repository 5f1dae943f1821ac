# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Words are the same whatever their form, and some whatever their language."""

from __future__ import annotations

import pytest

from method.stems import HEAD, STOP_WORDS, folded, heads, stem, words

SAME = """
kurs kurse kursen course courses class classes schulung schulungen unterricht
sprache sprachen language languages deutsch german
frau frauen woman women mutter mütter mother mothers
kind kinder kindern child children kita kitas kindergarten childcare daycare nursery kinderbetreuung
betreuung care
anerkennung anerkennungen anerkannt recognition recognised recognized
zeugnis zeugnisse certificate certificates abschluss abschlüsse degree degrees diploma qualification
firma firmen betrieb betriebe unternehmen arbeitgeber company companies employer employers business
arbeit job jobs work working stelle stellen position positions
bewerbung bewerbungen bewerben application applications apply
absage absagen rejection rejections rejected refusal
amt ämter aemter behörde behörden office offices authority authorities verwaltung administration immigration
termin termine appointment appointments
formular formulare form forms
papier papiere paper papers
wohnung wohnungen wohnen flat flats apartment house housing
zuständig zuständigkeit responsible responsibility
warten wartezeit wait waiting dauer dauern dauert
monat monate month months
geld kosten kostet teuer teure money cost costs expensive
förderung fördern funding funds subsidy zuschuss zuschüsse
information informieren wissen weiß kennen know
abend abends evening evenings
vormittag vormittags morning mornings
gespräch gespräche interview interviews vorstellungsgespräch
frage fragen ask asks question questions
antwort antworten beantwortet answer answers reply
beratung counselling advice advisor
lotsin guide guides lotse lotsen
verstehen versteht verständlich understand
visum visa
angst afraid fear fürchtet
fachkraft fachkräfte skilled professional professionals
übersetzung übersetzen übersetzt translation translated dolmetscher interpreter
anruf anrufen telefon call calls phone
fehlt fehlen missing lack
"""

CONCEPTS = [pytest.param(line.split(), id=line.split()[0]) for line in SAME.strip().split("\n")]


@pytest.mark.parametrize("forms", CONCEPTS)
def test_forms_and_translations_have_one_stem(forms: list[str]):
    assert {word for word in forms if stem(word) != stem(forms[0])} == set()


def test_concepts_are_kept_apart():
    assert len({stem(line.split()[0]) for line in SAME.strip().split("\n")}) == len(CONCEPTS)


def test_words_that_say_nothing_are_left_out():
    assert words("Es gibt KEINE Kurse am Abend, für 2 Gruppen!") == ["kurse", "abend", "2", "gruppen"]


def test_stop_words_are_folded():
    assert {word for word in STOP_WORDS if folded(word) != word} == set()


@pytest.mark.parametrize("forms", CONCEPTS)
def test_words_begin_as_their_concept_says(forms: list[str]):
    assert {word for word in forms if folded(word)[:HEAD] not in heads(frozenset({stem(word)}))} == set()

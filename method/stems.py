# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What remains of words when form and language are ignored: "Kurse", "course" and "courses" are the same."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

import snowballstemmer

from method.words import fold

#: Words with the same beginning are looked at more closely: a stem takes a thousand times as long.
HEAD: Final = 3

_WORD: Final = re.compile(r"[^\W_]+")
_GERMAN: Final = snowballstemmer.stemmer("german")
_ENGLISH: Final = snowballstemmer.stemmer("english")
#: Words of people stay in memory only, and only single ones.
_REMEMBERED: Final = 8192

#: Words that say nothing about the matter, folded; German ones, then English ones.
_STOP_WORDS: Final = """
    aber alle allem allen aller alles als also am an auch auf aus bei beim bekomme bekommen bekommt bin
    bis da damit dann das dass dem den denn der des die dies diese diesem diesen dieser doch dort durch
    ein eine einem einen einer eines einfach er es etwas fur gar geben gehen geht gibt gut haben habe halt
    hat hatte hier ich ihr ihre ihren im immer in ins ist ja jede jeden jeder jedes kann kaum kein keine
    keinem keinen keiner konnen man manche mehr mein meine mich mir mit muss mussen nach nicht nichts nie
    niemand noch nur ob obwohl oder oft ohne schon sehr sein seine sich sie sind so soll sollen sollte
    sondern uber um und uns unser unsere unter viel viele vielen vom von vor wann war was weil wenn
    wahrend wer werden wie wir wird wo wurde zu zum zur zwischen
    a about after all also although an and any are as at be because been but by can cannot do dont dos
    during for from get gets have has he her his how i if in into is it its just many me more most much my
    never no nobody not nothing of often on one only or our out she should so some than that the their
    them then there these they this to too up us very was we were what when where which who will with
    without would you your
"""
STOP_WORDS: Final = frozenset(_STOP_WORDS.split())

#: One concept a line, as stems: German and English words of the groups' field that mean the same.
_CONCEPTS: Final = """
    kur cour class schulung unterricht
    sprach languag deutsch german
    frau wom woman mutt moth
    kind childr child kita kindergart childcar nurseri daycar kinderbetreu kindertagesstatt
    betreu car
    anerkenn anerkannt recognit recogn recognis approb
    zeugni certificat abschlus abschluss degr diplom diploma qualif
    firm firma betrieb unternehm arbeitgeb compani employ kmu busi
    arbeit job work stell posit
    bewerb applic appli
    absag reject refus
    amt behord offic author verwalt auslanderbehord administr immigr
    termin appoint
    formular form
    papi pap
    onlin digital digit internet
    wohn wohnung flat apart hous
    zustand responsibl respons
    wart wartezeit wait dau daurt
    monat month
    woch week
    geld money kost cost teu teur expensiv
    forder ford fund subsidi zuschuss
    inform informi wiss weiss kenn know
    abend evening
    vormittag morning morn
    nachmittag afternoon
    gesprach interview vorstellungsgesprach
    frag ask qustion
    antwort beantwort answ repli
    beratung berat counsel advic advis advisor
    lotsin lot guid mentor mentorin
    versteh versteht understand verstand
    visum visa
    aufenthalt residenc
    universitat universiti studium
    angst afraid fear scare furcht
    portal platform plattform websit webseit
    fachkraft skill profession
    mitarbeit staff
    einarbeit onboard
    verkehr transport bahn bus
    arzt doctor medizin
    ubersetz ubersetzt translat dolmetsch interpr
    brief lett
    anruf telefon call phon ruft
    schul school
    klein small
    englisch english
    fehl fehlt miss lack
"""
_SYNONYMS: Final = {line.split()[0]: frozenset(line.split()) for line in _CONCEPTS.strip().split("\n")}
_CONCEPT: Final = {stem: concept for concept, stems in _SYNONYMS.items() for stem in stems}


def all_words(text: str) -> list[str]:
    """Return the words and numbers of ``text`` in their order, in small letters."""
    return _WORD.findall(text.casefold())


def words(text: str) -> list[str]:
    """Return the words of ``text`` that say something, in their order, in small letters."""
    return [
        word
        for word in all_words(text)
        if folded(word) not in STOP_WORDS and (len(word) > 1 or word.isdigit())
    ]


@lru_cache(_REMEMBERED)
def folded(word: str) -> str:
    """Return ``fold(word)``."""
    return fold(word)


@lru_cache(_REMEMBERED)
def stem(word: str) -> str:
    """Return what remains of a word without its endings, German and English ones; its concept if it has one."""
    bare = fold(_ENGLISH.stemWord(_GERMAN.stemWord(word.casefold())))
    return _CONCEPT.get(bare, bare)


def without_meeting(word: str) -> str:
    """Return a word without the meeting in front of it: "Sitzungsprotokolle" are "Protokolle".

    Only of what each meeting has is that said. What else stands in front of a word makes another thing of it as often
    as not: "Elternzeit" is no "Zeit", "Deutschkurse" are some of the "Kurse", "Sitzungsgeld" is what one is paid.
    """
    for before in _MEETINGS:
        if word.startswith(before) and stem(word[len(before) :]) in _OF_EACH_MEETING:
            return word[len(before) :]
    return word


#: How compounds begin that name a meeting.
_MEETINGS: Final = ("sitzungs", "besprechungs", "meeting", "workshop")
_PARTS: Final = """
    protokoll leitung moderation einladung unterlagen raum ablauf dauer ergebnis vorbereitung nachbereitung
"""
#: What each meeting has.
_OF_EACH_MEETING: Final = frozenset(map(stem, _PARTS.split()))


def heads(stems: frozenset[str]) -> frozenset[str]:
    """Return how words may begin that have one of these stems."""
    return frozenset(synonym[:HEAD] for one in stems for synonym in _SYNONYMS.get(one, frozenset()) | {one})

# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Codes that withdraw an anonymous entry: words and a number, shown once and kept only as a hash.

Three words of a list and five digits are more than 40 bits: guessing one takes a machine that may ask the bot
a thousand times a second more than thirty years, and the hash of each guess costs some ten milliseconds.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Callable
from typing import Final

from method.words import fold

#: Short names of things: easy to read aloud, to type on a phone, and to nobody's harm.
_GERMAN: Final = """
Abend Ahorn Alge Amsel Anker Antenne Apfel Arena Arnika Asche Aster Atlas Auster Bach Balken Ball Balkon
Bambus Banane Bank Basalt Baum Becher Beere Berg Besen Besteck Biber Biene Birke Birne Blatt Blech Blume
Bluse Bogen Bohne Boje Boot Brett Brief Brille Brot Brunnen Buche Bucht Buntstift Burg Butter Dach Dachs
Damm Decke Delle Delta Diele Dill Distel Docht Dohle Dorf Dose Drachen Dorsch Eiche Eimer Eisen Elch Elle
Ente Erbse Erle Esche Esel Eule Fackel Faden Falke Falter Farbe Farn Fass Feder Feige Feile Feld Fels
Fenster Ferse Fichte Fisch Flasche Fleck Flieder Flocke Floh Flosse Fluss Forelle Fuchs Funke Gabel Gans
Garten Gasse Geige Gerste Giebel Ginster Glas Globus Glocke Gold Granit Gras Griff Grille Gurke Gurt Hafen
Hafer Hahn Halle Halm Hammer Harfe Harke Hase Haus Hecke Hefe Heide Helm Hemd Herbst Herd Hering Himbeere
Himmel Hirse Holz Honig Horn Hose Hummel Hut Igel Ingwer Insel Jacke Kabel Kachel Kamel Kamin Kamm Kanal
Kanne Kante Kappe Karte Kasten Katze Kegel Kelle Kerze Kessel Kette Kiefer Kiesel Kirsche Kissen Kiste
Klee Klinke Knopf Koffer Kohle Komet Kompass Korb Korken Kran Kranich Kreide Kresse Krone Kugel Kupfer
Lampe Laterne Laub Lauch Leiter Lerche Libelle Linde Linse Lorbeer Luchs Lupe Mais Malve Mandel Mantel
Marder Marmor Matte Mauer Meise Melone Mine Mohn Mond Moos Morgen Motte Mulde Murmel Muschel Nabe Nadel
Nagel Narzisse Nebel Nelke Nest Nuss Ofen Olive Orgel Otter Papier Pappel Perle Pfanne Pfeffer Pinie
Pinsel Quelle Rabe Radio Rahmen Regal Regen Reh Reis Ring Robbe Rose Ruder Salbei Salz Sand Sattel Schal
Schatten Schiff Schilf Schnee Segel Seife Seil Silber Socke Sommer Sonne Spaten Specht Spiegel Stein Stern
Storch Strand Strauch Tafel Tanne Tasse Taube Teich Teller Tisch Topf Traube Treppe Tulpe Turm Ufer Vase
Veilchen Wald Wand Wanne Watte Weide Weizen Welle Wiese Wind Winter Wolke Wolle Wurzel Zange Zaun Zebra
Zeder Zelt Ziegel Zimt Zitrone Zucker Zweig Zwiebel
"""
_ENGLISH: Final = """
acorn agate alder almond amber anchor anvil apple apron arch arrow ash aspen atlas attic badge bagel balcony
ball bamboo banana barley barn basil basin basket beach bead bean bear beaver beech bell bench berry birch
blanket board boat bolt book bottle bowl branch brass bread brick bridge broom brush bucket bulb butter
button cabin cable cactus camel canal candle canoe carpet carrot castle cat cedar chain chair chalk cherry
chess chimney cider clay cliff clock cloud clover coal coast coat comet compass copper coral cork corner
cotton cove crane crayon cricket crown cup curtain daisy dam daffodil deer delta desk dice dock dolphin
door dove dragon drum duck dune eagle ear easel echo elbow elm ember engine falcon feather fence fennel fern
ferry fiddle field fig finch fir flag flame flask flint flour flute forest fork fossil fountain fox frame
frost garden garlic gate ginger glacier glass globe glove goat gold goose granite grape grass gravel hammer
harbor harp hat hawk hay hazel hedge helmet heron hill hinge honey hook horn house ice igloo ink iron island
ivory ivy jacket jar jasmine jewel kettle key kite ladder lake lamp lantern lark laurel lava leaf lemon lens
lentil lilac lily linen lizard log lupin magnet maple marble market meadow melon mill mint mirror moon moss
moth mug needle nest nickel north nut oak oar oat olive onion orchard orchid otter oven owl paddle paint palm
panda paper parrot path peach pear pearl pebble pencil pepper piano pillow pine planet plate plum pocket pond
poppy quartz quilt rabbit radio raft rain raven reed ribbon rice ring river robin rocket roof root rope rose
ruby saddle sage sail salt sand scarf seal seed shell ship silver sky sled slate snow soap sofa spoon spring
spruce square star stone storm straw stream sugar summer sun swan table tea tent thread tide tiger timber
toast tower trail train tree tulip tunnel turtle vase velvet vine violet violin wagon walnut wave wheat wheel
whistle willow wind window winter wolf wood wool zebra
"""
WORDS: Final = {"de": tuple(_GERMAN.split()), "en": tuple(_ENGLISH.split())}

#: How many words, and the smallest and largest number behind them.
LENGTH: Final = 3
NUMBERS: Final = (10_000, 99_999)

_WORD: Final = r"[^\W\d_]{2,20}"
_GAP: Final = r"[\s\-‐‑‒–—_.,]+"
_CODE: Final = re.compile(rf"({_WORD}){_GAP}({_WORD}){_GAP}({_WORD}){_GAP}([0-9]{{5}})\W*")
#: Half a code, or one with too much: words and a number with hyphens between.
_NEARLY: Final = re.compile(rf"(?:{_WORD}[-‐‑‒–—]){{2,5}}[0-9]{{2,7}}\W*")

#: Each guess shall cost something (RFC 7914); about ten milliseconds and four megabytes.
_COST: Final = {"n": 2**12, "r": 8, "p": 1, "dklen": 20}
_SALT: Final = b"tafelrunde anonymous entry"


def new(language: str, *, below: Callable[[int], int] = secrets.randbelow) -> str:
    """Return a new code in the reader's language, for example "Tisch-Kanne-Wolke-48213".

    Args:
        language: "de" or "en".
        below: returns a random number from 0 up to, not including, its argument.
    """
    words = WORDS[language]
    first, last = NUMBERS
    parts = [words[below(len(words))].capitalize() for _ in range(LENGTH)]
    return "-".join([*parts, str(first + below(last - first + 1))])


def read(words: str) -> str | None:
    """Return the code in ``words`` in the form that is hashed, however it was typed; None if it is none."""
    found = _CODE.fullmatch(words.strip())
    if found:
        return "-".join([*map(fold, found.groups()[:LENGTH]), found[LENGTH + 1]])
    return fold(words) if _NEARLY.fullmatch(words.strip()) else None


def hashed(code: str) -> str:
    """Return what is kept of a code that ``read`` has returned: the same for the same code, not reversible."""
    return hashlib.scrypt(code.encode(), salt=_SALT, **_COST).hex()

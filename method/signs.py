# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The signs that texts name, as words: a file is read on machines whose fonts have no emoji, and aloud."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from config.texts import Text, text

#: A test names a sign of the catalogues that is missing here.
SIGNS: Final[Mapping[str, Text]] = {
    "👍": text("thumbs up"),
    "👎": text("thumbs down"),
    "✋": text("palm up"),
    "🙋": text("raised hand"),
    "✅": text("tick"),
    "🔔": text("bell"),
    "⏰": text("alarm clock"),
    "💤": text("pause"),
    "🏛": text("town hall"),
    "🤝": text("handshake"),
    "🏢": text("office building"),
}
#: Skin tones, forms, and what makes a woman or a man of a sign belong to it.
_SIGN: Final = re.compile(
    f"([{''.join(SIGNS)}])[\ufe0e\ufe0f\U0001f3fb-\U0001f3ff]*(?:\u200d[♀♂]\ufe0f?)?(?=(\\w?))"
)
_OPENING: Final = "([„“‚»«\"'\u2068"


def spelled(words: str, language: str) -> str:
    """Return words with a word instead of each sign that texts name."""

    def word(found: re.Match[str]) -> str:
        before = words[found.start() - 1 : found.start()]
        gap = " " if before.strip() and before not in _OPENING else ""
        return f"{gap}{SIGNS[found[1]].render(language)}{' ' if found[2] else ''}"

    return _SIGN.sub(word, words)

# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""People's mistakes, as one clear sentence."""

from __future__ import annotations

from config.texts import Text


class UserError(Exception):
    """Something a person can put right; its text becomes the reply."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.message)
        self.text = text

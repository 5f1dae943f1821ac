# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""``python -m bot`` is the same as ``tafelrunde``."""

from bot.cli import app

app(prog_name="tafelrunde")

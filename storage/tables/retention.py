# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""On which day the periods of retention were last applied."""

from __future__ import annotations

from sqlalchemy import String, Table

from storage.columns import neutral
from storage.tables.metadata import metadata

#: One row.
retention = Table(
    "retention",
    metadata,
    #: The local date, for example "2027-02-23".
    neutral("day", String, primary_key=True),
)

# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What alembic runs: the migrations on the connection, in the transaction, that it was given."""

from __future__ import annotations

from alembic import context

from storage.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # True for SQLite too, because our engine begins transactions by itself.
    transactional_ddl=True,
)
context.run_migrations()

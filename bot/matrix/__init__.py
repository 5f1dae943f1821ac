# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The Matrix ports: HTTP to the homeserver, encryption, cross-signing."""

# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The demonstration: a local Synapse, people with real clients, and a group's first three weeks played."""

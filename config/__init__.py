# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Settings of the operator and the texts people read; imports nothing of ours."""

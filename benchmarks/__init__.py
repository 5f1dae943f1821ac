# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Benchmarks anyone can run: a fast homeserver, bots to compare with, and a report."""

# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The bots that are compared: floors that are no products, peers, and Tafelrunde."""

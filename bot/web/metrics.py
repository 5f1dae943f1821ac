# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The figures of ``bot.health`` in Prometheus' format, without a user or a room in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Final

from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from bot.health import COUNTERS, GAUGES, Health

PREFIX: Final = "tafelrunde_"


class HealthCollector(Collector):
    """Reads ``Health`` at each scrape, so nothing is counted twice and nothing is global."""

    def __init__(self, health: Health, now: Callable[[], datetime]) -> None:
        self._health = health
        self._now = now

    def collect(self) -> Iterator[Metric]:
        """Yield counters, gauges and the states of ``/readyz`` as 0 or 1."""
        for name, (description, label) in COUNTERS.items():
            counter = CounterMetricFamily(PREFIX + name, description, labels=[label] if label else None)
            found = {value: n for (counted, value), n in self._health.counts.items() if counted == name}
            for value, n in sorted(found.items()) if label else [("", found.get("", 0))]:
                counter.add_metric([value] if label else [], n)
            yield counter
        for name, measured in self._health.gauges.items():
            yield _gauge(name, GAUGES[name], measured)
        yield from self._states()

    def _states(self) -> Iterator[Metric]:
        report = self._health.report(self._now())
        yield _gauge("ready", "1 if the bot is ready", report["ready"])
        yield _gauge("leading", "1 if this process does the work, 0 if it waits", report["leading"])
        yield _gauge("logged_in", "1 if the homeserver knows the access token", report["logged_in"])
        yield _gauge("cross_signed", "1 if the device is cross-signed", report["cross_signed"])
        yield _gauge("database_writable", "1 if the last write succeeded", report["database_writable"])
        if report["last_sync_age"] is not None:
            yield _gauge("last_sync_age_seconds", "Time since the last sync", report["last_sync_age"])
        yield _gauge(
            "oldest_unsent_age_seconds",
            "Wait of the oldest message",
            report["oldest_unsent_age"] or 0,
        )


def registry(health: Health, now: Callable[[], datetime]) -> CollectorRegistry:
    """Return a registry of our own with the bot's and the process's figures."""
    own = CollectorRegistry()
    own.register(HealthCollector(health, now))
    ProcessCollector(registry=own)
    return own


def _gauge(name: str, description: str, value: float) -> GaugeMetricFamily:
    gauge = GaugeMetricFamily(PREFIX + name, description)
    gauge.add_metric([], float(value))
    return gauge

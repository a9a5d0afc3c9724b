"""What processes do by themselves, again and again, counted for Prometheus."""

import time
from collections.abc import Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge


class BackgroundMetrics:
    """By task. `intervals`: of the tasks that this process has, in seconds; none of those that are switched off."""

    def __init__(self, registry: CollectorRegistry, intervals: Mapping[str, float]) -> None:
        self._runs = Counter(
            "forebay_background_runs", "Rounds of what is done again and again.", ("task", "outcome"), registry=registry
        )
        self._success = Gauge(
            "forebay_background_last_success_timestamp_seconds",
            "When a round last ended well; before the first one, when the process began.",
            ("task",),
            registry=registry,
        )
        every = Gauge(
            "forebay_background_interval_seconds",
            "How long it is at most from one round to the next.",
            ("task",),
            registry=registry,
        )
        for task, seconds in intervals.items():
            if seconds:
                every.labels(task).set(seconds)
                self._success.labels(task).set(time.time())
                for outcome in ("ok", "failed"):
                    self._runs.labels(task, outcome)

    def ended(self, task: str, *, ok: bool) -> None:
        self._runs.labels(task, "ok" if ok else "failed").inc()
        if ok:
            self._success.labels(task).set(time.time())

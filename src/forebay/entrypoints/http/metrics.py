"""Metrics of the HTTP side, in Prometheus' naming: base units, `_total` for counters."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

# What the alarm ForebayUploadsFailing looks for (deploy/prometheus/rules).
_OUR_FAULT = ("internal_error", "database_unavailable", "storage_unavailable", "storage_full", "schema_outdated")
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800)


class HttpMetrics:
    """One set for each registry."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.registry = registry
        labels = ("method", "route", "status")
        self.requests = Counter("forebay_http_requests", "Requests answered", labels, registry=registry)
        self.seconds = Histogram(
            "forebay_http_request_duration_seconds",
            "Time from the request's head to the answer's end",
            ("method", "route"),
            buckets=_SECONDS,
            registry=registry,
        )
        self.in_progress = Gauge("forebay_http_requests_in_progress", "Requests under way", registry=registry)
        self.received = Counter("forebay_http_received_bytes", "Bytes of request bodies read", registry=registry)
        self.sent = Counter("forebay_http_sent_bytes", "Bytes of response bodies sent", registry=registry)
        self.uploads = Counter(
            "forebay_uploads",
            "Uploads by outcome: stored, replayed or the code of the error",
            ("outcome",),
            registry=registry,
        )
        for outcome in ("stored", "replayed", *_OUR_FAULT):
            self.uploads.labels(outcome)  # from 0 on, else the first of them is no increase

"""What workers do, counted for Prometheus."""

from prometheus_client import CollectorRegistry, Counter, Histogram

from forebay.application.ports.observer import ProcessingObserver
from forebay.domain.errors import ForebayError
from forebay.domain.processing.job import Job

_SECONDS = (0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 15.0, 60.0, 300.0, 1800.0)
_OUTCOMES = ("succeeded", "failed", "cancelled", "postponed", "released", "lost")


class ProcessingMetrics:
    """Jobs by kind and outcome, step durations, waiting times, takeovers, and what was catalogued."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._jobs = Counter(
            "forebay_job_attempts", "Attempts at jobs that have ended.", ("kind", "outcome"), registry=registry
        )
        self._job_seconds = Histogram(
            "forebay_job_attempt_seconds", "How long attempts took.", ("kind",), buckets=_SECONDS, registry=registry
        )
        self._steps = Histogram(
            "forebay_step_seconds",
            "How long steps took.",
            ("kind", "step", "outcome"),
            buckets=_SECONDS,
            registry=registry,
        )
        self._waits = Histogram(
            "forebay_job_wait_seconds",
            "From when a job was due until a worker had it.",
            ("kind",),
            buckets=_SECONDS,
            registry=registry,
        )
        self._takeovers = Counter(
            "forebay_lease_takeovers", "Jobs taken over from a worker that went away.", ("kind",), registry=registry
        )
        self._defects = Counter(
            "forebay_step_defects",
            "Steps that raised what they should not.",
            ("kind",),
            registry=registry,
        )
        self._kinds: set[str] = set()
        self._members = Counter("forebay_catalogued_members", "Members catalogued.", registry=registry)
        self._bytes = Counter("forebay_catalogued_bytes", "Unpacked bytes catalogued.", registry=registry)

    def job_claimed(self, job: Job, *, waited: float, taken_over: bool) -> None:
        self._waits.labels(job.kind).observe(waited)
        if job.kind not in self._kinds:
            self._kinds.add(job.kind)
            for outcome in _OUTCOMES:
                self._jobs.labels(job.kind, outcome)  # from 0 on, else the first of them is no increase
            self._defects.labels(job.kind)
        if taken_over:
            self._takeovers.labels(job.kind).inc()

    def step_ended(self, job: Job, step: str, *, outcome: str, seconds: float) -> None:
        self._steps.labels(job.kind, step, outcome).observe(seconds)

    def job_ended(self, job: Job, *, outcome: str, seconds: float) -> None:
        self._jobs.labels(job.kind, outcome).inc()
        self._job_seconds.labels(job.kind).observe(seconds)

    def defect(self, job: Job, error: BaseException) -> None:
        self._defects.labels(job.kind).inc()

    def trouble(self, error: ForebayError) -> None:
        """Parts that do not answer have metrics of their own."""

    def catalogued(self, *, members: int, unpacked_bytes: int) -> None:
        self._members.inc(members)
        self._bytes.inc(unpacked_bytes)


def _fits(metrics: ProcessingMetrics) -> ProcessingObserver:
    return metrics

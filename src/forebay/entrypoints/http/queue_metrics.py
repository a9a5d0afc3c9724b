"""How much waits for workers, asked when somebody looks."""

import asyncio

from prometheus_client import CollectorRegistry, Gauge, exposition

from forebay.application.processing.show_jobs import QueueStatus
from forebay.domain.errors import ForebayError

_PATIENCE_SECONDS = 3.0  # of those who scrape, there is little


async def queue_metrics(queue_status: QueueStatus) -> bytes:
    """In Prometheus' text format; nothing while the database does not answer: no number is better than an old one."""
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            depth, age = await queue_status()
    except (ForebayError, TimeoutError):
        return b""
    registry = CollectorRegistry()
    jobs = Gauge("forebay_queue_jobs", "Jobs that are not at their end, by status", ("status",), registry=registry)
    jobs.labels("queued").set(depth.queued)
    jobs.labels("running").set(depth.running)
    Gauge("forebay_queue_due_jobs", "Jobs that a worker could claim now", registry=registry).set(depth.due)
    Gauge(
        "forebay_queue_oldest_due_age_seconds",
        "For how long the oldest of the due jobs could have been claimed; 0 when none is due",
        registry=registry,
    ).set(age)
    return exposition.generate_latest(registry)

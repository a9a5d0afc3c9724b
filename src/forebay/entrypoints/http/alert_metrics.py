"""How many alerts are open, asked when somebody looks."""

import asyncio

from prometheus_client import CollectorRegistry, Gauge, exposition

from forebay.application.pipelines.handle_alerts import CountOpenAlerts
from forebay.domain.errors import ForebayError
from forebay.domain.pipelines.alert_rule import RuleType

_PATIENCE_SECONDS = 3.0  # of those who scrape, there is little


async def alert_metrics(count_open: CountOpenAlerts) -> bytes:
    """In Prometheus' text format; nothing while the database does not answer: no number is better than an old one."""
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            counts = await count_open()
    except (ForebayError, TimeoutError):
        return b""
    registry = CollectorRegistry()
    alerts = Gauge("forebay_alerts_open", "Alerts that are open, by type of rule", ("rule_type",), registry=registry)
    for rule_type in RuleType:
        alerts.labels(rule_type).set(counts.get(rule_type, 0))
    return exposition.generate_latest(registry)

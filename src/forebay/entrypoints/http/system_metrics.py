"""Whether the parts work and what is left of resources, asked when somebody looks."""

import asyncio

from prometheus_client import CollectorRegistry, Gauge, exposition

from forebay.application.system.check_health import HealthReport
from forebay.application.system.show_resources import Resources
from forebay.application.use_cases import SystemUseCases

_PATIENCE_SECONDS = 3.0  # of those who scrape, there is little; parts have a limit of their own


async def system_metrics(system: SystemUseCases, version: str) -> bytes:
    """In Prometheus' text format. A part that does not answer is down; a disk that does not answer is left out."""
    report, resources = await asyncio.gather(system.check_health(), _resources(system))
    registry = CollectorRegistry()
    Gauge("forebay_build_info", "1, for the version that runs.", ("version",), registry=registry).labels(version).set(1)
    _show_parts(report, registry)
    if resources is not None:
        _show_resources(resources, registry)
    return exposition.generate_latest(registry)


async def _resources(system: SystemUseCases) -> Resources | None:
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            return await system.resources()
    except TimeoutError:
        return None


def _show_parts(report: HealthReport, registry: CollectorRegistry) -> None:
    up = Gauge("forebay_part_up", "Whether a part works, as /readyz has it: 1 or 0.", ("part",), registry=registry)
    for part in report.parts:
        up.labels(part.name).set(part.ok)


def _show_resources(resources: Resources, registry: CollectorRegistry) -> None:
    if (pool := resources.connections) is not None:
        in_use = Gauge("forebay_database_connections_in_use", "Connections that are in use now.", registry=registry)
        in_use.set(pool.in_use)
        limit = Gauge("forebay_database_connections_limit", "Connections there can be at a time.", registry=registry)
        limit.set(pool.limit)
    size = Gauge("forebay_disk_size_bytes", "Size of the disk, by what is kept there.", ("place",), registry=registry)
    free = Gauge("forebay_disk_free_bytes", "Bytes that may still be written to it.", ("place",), registry=registry)
    for place, disk in resources.disks.items():
        size.labels(place).set(disk.size)
        free.labels(place).set(disk.free)

"""What every kind of worker opens, and how it is counted."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from pathlib import Path

from prometheus_client import CollectorRegistry, GCCollector, PlatformCollector, ProcessCollector, values
from prometheus_client.multiprocess import MultiProcessCollector

from forebay.adapters.metered.alerts import AlertMetrics
from forebay.adapters.metered.blobs import BlobMetrics, MeteredBlobStore
from forebay.adapters.metered.processing import ProcessingMetrics
from forebay.application.ports.blobs import Probe
from forebay.application.use_cases import UseCases
from forebay.bootstrap.alert_observing import AlertLog, AlertObservers
from forebay.bootstrap.observing import Observers, ProcessingLog
from forebay.bootstrap.runtime import Replacements, open_use_cases
from forebay.bootstrap.settings import Settings
from forebay.bootstrap.tracing import WORKER, begin_tracing


@asynccontextmanager
async def open_working(
    settings: Settings, registry: CollectorRegistry, *, probes: tuple[Probe, ...] = ()
) -> AsyncIterator[UseCases]:
    """Use cases whose work is counted and logged."""
    metrics = BlobMetrics(registry)
    tracing = begin_tracing(WORKER)
    wrapped = Replacements(
        probes=probes,
        wrap_blobs=lambda store: MeteredBlobStore(store, metrics),
        observer=Observers((ProcessingMetrics(registry), ProcessingLog())),
        alert_observer=AlertObservers((AlertMetrics(registry), AlertLog())),
        tracing=tracing,
    )
    async with (
        nullcontext() if tracing is None else tracing.closing(settings.shutdown_grace_seconds),
        open_use_cases(settings, wrapped) as use_cases,
    ):
        yield use_cases


def background_intervals(settings: Settings, *, sweeps: bool = True) -> dict[str, float]:
    """What servers (and, but for sweeps, `forebay worker`) do again and again, and how many seconds lie between."""
    return {
        "recovery": settings.recovery_interval_seconds,
        "sync": settings.sync_interval_seconds,
        **({"sweep": settings.sweep_interval_seconds} if sweeps else {}),
    }


def make_registry() -> CollectorRegistry:
    """With what there is to say of this process."""
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    PlatformCollector(registry=registry)
    GCCollector(registry=registry)
    return registry


def count_in(folder: Path) -> CollectorRegistry:
    """In a process of a pool: its counts go into files of `folder` from now on, where the main process reads them.

    prometheus_client looks for the variable when it is imported, which in a process that was forked late has happened.
    """
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)
    values.ValueClass = values.get_value_class()  # type: ignore[no-untyped-call]  # the library is typed in parts
    return CollectorRegistry()


def show_counts_in(folder: Path, registry: CollectorRegistry) -> None:
    """In the main process: what its pool has counted, those included that are gone."""
    MultiProcessCollector(registry, str(folder))  # type: ignore[no-untyped-call]  # as above

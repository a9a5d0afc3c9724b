"""Opens the parts, builds the graph, and closes everything in the right order."""

from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from dependency_injector import providers

from forebay.adapters.system.polling_signals import PollingSignals
from forebay.adapters.system.spool import FileSpool
from forebay.application.ports.alert_observer import AlertObserver
from forebay.application.ports.archives import ArchiveReader
from forebay.application.ports.blobs import BlobStore, IncompleteUploads, Probe
from forebay.application.ports.clock import Clock
from forebay.application.ports.ids import IdGenerator
from forebay.application.ports.notifier import Notifiers
from forebay.application.ports.observer import ProcessingObserver
from forebay.application.ports.queue import BrokerDepth, JobQueue
from forebay.application.ports.run_source import RunSources
from forebay.application.ports.signals import ChangeSignals
from forebay.application.ports.text import TextExtractor
from forebay.application.ports.unit_of_work import UnitOfWorkFactory
from forebay.application.system.installation import OwnWorker
from forebay.application.use_cases import UseCases
from forebay.bootstrap.alert_observing import EmbeddedAlertLog
from forebay.bootstrap.alerting import open_notifiers
from forebay.bootstrap.archives import open_archives
from forebay.bootstrap.classification import open_classifiers
from forebay.bootstrap.container import Container
from forebay.bootstrap.observing import EmbeddedLog
from forebay.bootstrap.parts import BlobParts, DatabaseParts, QueueParts
from forebay.bootstrap.run_sources import open_sources
from forebay.bootstrap.schemes import choose_blobs, choose_database, choose_queue, scheme_of
from forebay.bootstrap.settings import Settings
from forebay.bootstrap.text import open_text
from forebay.bootstrap.tracing import Tracing


@dataclass(frozen=True, slots=True, kw_only=True)
class Replacements:
    """Adapters that the caller brings along instead of those that the settings choose. The caller closes them.

    `signals` belong to `unit_of_work`; without them everybody looks once a second. `broker_depth` belongs to `queue`;
    without it lost jobs are announced again more rarely. `wrap_blobs` is put around the blob store, whoever chose it:
    for metrics, limits and the like. `observer` hears what workers do, `alert_observer` what becomes of alerts.
    `own_worker`: what to say of the worker that the caller runs on the use cases. `tracing` is told of all work, and
    closed by the caller.
    """

    unit_of_work: UnitOfWorkFactory | None = None
    signals: ChangeSignals | None = None
    blobs: BlobStore | None = None
    incomplete: IncompleteUploads | None = None
    queue: JobQueue | None = None
    broker_depth: BrokerDepth | None = None
    archives: ArchiveReader | None = None
    text: TextExtractor | None = None
    run_sources: RunSources | None = None
    observer: ProcessingObserver | None = None
    notifiers: Notifiers | None = None
    alert_observer: AlertObserver | None = None
    clock: Clock | None = None
    ids: IdGenerator | None = None
    probes: tuple[Probe, ...] = ()
    wrap_blobs: Callable[[BlobStore], BlobStore] | None = None
    own_worker: OwnWorker | None = None
    tracing: Tracing | None = None

    @property
    def kinds(self) -> frozenset[str]:
        """Which of database, blobs and queue the settings do not choose."""
        given = {"database": self.unit_of_work, "blobs": self.blobs, "queue": self.queue}
        return frozenset(name for name, part in given.items() if part is not None)


@asynccontextmanager
async def open_use_cases(settings: Settings, replacements: Replacements | None = None) -> AsyncIterator[UseCases]:
    """Every use case on the parts that the settings choose. Errors name the setting that is at fault."""
    given = replacements or Replacements()
    async with AsyncExitStack() as stack:
        if given.unit_of_work is not None:
            database = DatabaseParts(unit_of_work=given.unit_of_work, signals=given.signals)
        else:
            database = await stack.enter_async_context(choose_database(settings)(settings))
        if given.blobs is not None:
            blobs = BlobParts(store=given.blobs, incomplete=given.incomplete)
        else:
            blobs = await stack.enter_async_context(choose_blobs(settings)(settings))
        if given.wrap_blobs is not None:
            blobs = replace(blobs, store=given.wrap_blobs(blobs.store))
        if given.tracing is not None:
            backend = scheme_of(settings.blob_url) if given.blobs is None else "given"
            blobs = replace(blobs, store=given.tracing.wrap_blobs(blobs.store, backend))
            if database.traced is not None:
                database = replace(database, unit_of_work=database.traced(given.tracing.statements))
        if given.queue is not None:
            queue = QueueParts(queue=given.queue, is_local=False, depth=given.broker_depth)
        else:
            queue = await stack.enter_async_context(choose_queue(settings)(settings))
        archives = given.archives or await stack.enter_async_context(open_archives(settings))
        text = given.text or await stack.enter_async_context(open_text(settings))
        classification = await stack.enter_async_context(open_classifiers(settings))
        run_sources = given.run_sources or await stack.enter_async_context(open_sources(settings))
        notifiers = given.notifiers or await stack.enter_async_context(open_notifiers())
        spooling = stack.enter_context(ThreadPoolExecutor(max_workers=2, thread_name_prefix="forebay-spool"))
        hashing = stack.enter_context(ThreadPoolExecutor(max_workers=2, thread_name_prefix="forebay-hash"))
        probes = tuple(
            probe for probe in (database.probe, blobs.probe, queue.probe, *given.probes) if probe is not None
        )
        container = Container(
            settings=settings,
            database=database,
            blob_parts=blobs,
            hashing=hashing,
            probes=probes,
            signals=database.signals or PollingSignals(),
            queue_parts=queue,
            archives=archives,
            text=text,
            spool=FileSpool(Path(settings.spool_dir) if settings.spool_dir else None, spooling),
            classification=classification,
            run_sources=run_sources,
            notifiers=notifiers,
            alert_observer=given.alert_observer or EmbeddedAlertLog(),
            observer=given.observer or EmbeddedLog(),
            own_worker=providers.Object(given.own_worker),
            replaced=given.kinds,
        )
        if given.clock is not None:
            container.clock.override(providers.Object(given.clock))
        if given.ids is not None:
            container.ids.override(providers.Object(given.ids))
        if given.tracing is not None:
            container.tracer.override(providers.Object(given.tracing.work))
        stack.callback(container.blocks().close)
        yield container.use_cases()

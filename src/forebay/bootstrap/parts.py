"""What an adapter of each kind gives once it is open. Outside packages build these in their openers."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

from forebay.application.ports.blobs import BlobStore, IncompleteUploads, Probe
from forebay.application.ports.links import PresignedReads
from forebay.application.ports.queue import BrokerDepth, JobQueue
from forebay.application.ports.signals import ChangeSignals
from forebay.application.ports.system import ConnectionPool, SchemaVersion
from forebay.application.ports.tracing import StatementTracer
from forebay.application.ports.unit_of_work import UnitOfWorkFactory
from forebay.bootstrap.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseParts:
    """What a database gives; `signals` where it can tell of changes, `schema` where it has one that is migrated,

    `pool` where it keeps connections, `traced` where it can tell a tracer of its statements.
    """

    unit_of_work: UnitOfWorkFactory
    signals: ChangeSignals | None = None
    schema: SchemaVersion | None = None
    pool: ConnectionPool | None = None
    probe: Probe | None = None
    traced: Callable[[StatementTracer], UnitOfWorkFactory] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BlobParts:
    """What a blob store gives; `incomplete`, `presigned` and `probe` where it has them."""

    store: BlobStore
    incomplete: IncompleteUploads | None = None
    presigned: PresignedReads | None = None
    probe: Probe | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueParts:
    """What a queue gives; `depth` where it can tell. `is_local`: workers find jobs without it, so the server may have

    one inside.
    """

    queue: JobQueue
    is_local: bool
    depth: BrokerDepth | None = None
    probe: Probe | None = None


OpenDatabase = Callable[[Settings], AbstractAsyncContextManager[DatabaseParts]]
OpenBlobs = Callable[[Settings], AbstractAsyncContextManager[BlobParts]]
OpenQueue = Callable[[Settings], AbstractAsyncContextManager[QueueParts]]

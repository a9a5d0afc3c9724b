"""Forebay for other programs: the facades of entrypoints.library, and how they are opened.

This module is loaded by `import forebay`, so it imports nothing heavy: what open() needs is loaded by open().
"""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from os import PathLike, fspath
from typing import Self, TypedDict, Unpack

from forebay.application.ports.blobs import BlobStore, IncompleteUploads, Probe
from forebay.application.ports.clock import Clock
from forebay.application.ports.ids import IdGenerator
from forebay.application.ports.unit_of_work import UnitOfWorkFactory
from forebay.entrypoints.library.asynchronous import AsyncForebay
from forebay.entrypoints.library.blocking import BlockingForebay
from forebay.entrypoints.library.loop_thread import LoopThread


class OpenOptions(TypedDict, total=False):
    """The keyword arguments of open(). Settings win over the environment and `.env`; None leaves them to those.

    Adapters stand in for those that the settings choose, and the caller closes them. `incomplete`: what finds the
    leftovers of a store given as `blobs`. `probes` join health().
    """

    data_dir: str | PathLike[str] | None
    database_url: str | None
    blob_url: str | None
    max_upload_bytes: int | None
    sweep_grace_seconds: float | None
    database_pool_size: int | None
    database_wait_seconds: float | None
    spool_dir: str | PathLike[str] | None
    unit_of_work: UnitOfWorkFactory | None
    blobs: BlobStore | None
    incomplete: IncompleteUploads | None
    clock: Clock | None
    ids: IdGenerator | None
    probes: tuple[Probe, ...]


class Forebay(AsyncForebay):
    """Forebay in this process: `async with Forebay.open() as forebay: ...`."""

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        *,
        data_dir: str | PathLike[str] | None = None,
        database_url: str | None = None,
        blob_url: str | None = None,
        max_upload_bytes: int | None = None,
        sweep_grace_seconds: float | None = None,
        database_pool_size: int | None = None,
        database_wait_seconds: float | None = None,
        spool_dir: str | PathLike[str] | None = None,
        unit_of_work: UnitOfWorkFactory | None = None,
        blobs: BlobStore | None = None,
        incomplete: IncompleteUploads | None = None,
        clock: Clock | None = None,
        ids: IdGenerator | None = None,
        probes: tuple[Probe, ...] = (),
    ) -> AsyncIterator[Self]:
        """On the settings of the environment and `.env`, over which the arguments win; see OpenOptions.

        SettingError names the setting at fault. An SQLite database is created and migrated; a PostgreSQL one must
        have been migrated (`forebay migrate`), or SchemaOutdatedError.
        """
        from forebay.bootstrap.runtime import Replacements, open_use_cases  # noqa: PLC0415 - `import forebay` is quick
        from forebay.bootstrap.settings import load_settings  # noqa: PLC0415 - as above
        from forebay.bootstrap.tracing import joined_tracing  # noqa: PLC0415 - as above

        given = {
            "data_dir": None if data_dir is None else fspath(data_dir),
            "database_url": database_url,
            "blob_url": blob_url,
            "max_upload_bytes": max_upload_bytes,
            "sweep_grace_seconds": sweep_grace_seconds,
            "database_pool_size": database_pool_size,
            "database_wait_seconds": database_wait_seconds,
            "spool_dir": None if spool_dir is None else fspath(spool_dir),
        }
        settings = load_settings(overrides={name: str(value) for name, value in given.items() if value is not None})
        replacements = Replacements(
            unit_of_work=unit_of_work,
            blobs=blobs,
            incomplete=incomplete,
            clock=clock,
            ids=ids,
            probes=probes,
            tracing=joined_tracing(),
        )
        async with open_use_cases(settings, replacements) as use_cases:
            yield cls(use_cases, sweep_grace=timedelta(seconds=settings.sweep_grace_seconds))


class SyncForebay(BlockingForebay):
    """The same for programs without an event loop: `with SyncForebay.open() as forebay: ...`."""

    @classmethod
    @contextmanager
    def open(cls, **options: Unpack[OpenOptions]) -> Iterator[Self]:
        """As Forebay.open(), on an event loop in a thread of its own."""
        with LoopThread[AsyncForebay](Forebay.open(**options)) as thread:
            yield cls(thread)

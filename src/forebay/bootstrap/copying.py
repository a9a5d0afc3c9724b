"""What a copy works on: the Forebay of the settings, and the database and store that it is to go to."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from urllib.parse import parse_qs, urlsplit

from msgspec.structs import replace

from forebay.adapters.sql.copying_source import SqlRecordSource
from forebay.adapters.sql.copying_target import SqlRecordTarget
from forebay.adapters.sql.engine import is_sqlite, open_database, sqlite_path, wait_for_database
from forebay.adapters.sql.group_commit import WriterLimits
from forebay.adapters.sql.transaction import Database
from forebay.adapters.system.clock import SystemClock
from forebay.application.ports.blobs import BlobStore
from forebay.application.system.copy_forebay import CopyForebay
from forebay.bootstrap.copy_target import BLOBS, DATABASE, TO_BLOBS, TO_DATABASE, TargetBlobs, about
from forebay.bootstrap.schemes import choose_blobs, choose_database, file_path, scheme_of
from forebay.bootstrap.settings import Settings
from forebay.domain.errors import InvalidInputError, SettingError

_WAIT_SECONDS = 30.0  # for a connection, or for somebody else's lock
_HOURS = 7 * 24 * 3600.0  # that the transaction of a copy may take


@asynccontextmanager
async def open_copy(settings: Settings, *, to_database: str | None, to_blobs: str | None) -> AsyncIterator[CopyForebay]:
    """From where the settings point to these URLs. Errors name the setting or the option that is at fault.

    Nothing is migrated in the source. InvalidInputError, SettingError, UnavailableError's.
    """
    if to_database is None and to_blobs is None:
        raise InvalidInputError(f"say where to: {TO_DATABASE} URL, {TO_BLOBS} URL, or both")
    if to_blobs is not None:
        with about(TO_BLOBS, BLOBS):
            if _place(to_blobs) == _place(settings.blob_url):
                raise SettingError("this is where the blobs are; expected another store", field=BLOBS)
    async with AsyncExitStack() as stack:
        target: Database | None = None
        target_blobs: BlobStore | None = None
        source = _source(settings)
        stack.push_async_callback(source.dispose)
        await _wait(source, settings)
        source_blobs = await _store(stack, settings, of="source")
        if to_database is not None:
            with about(TO_DATABASE, DATABASE):
                there = replace(settings, database_url=to_database)
                target = _target(there, source)
                stack.push_async_callback(target.dispose)
                await _wait(target, there)
        if to_blobs is not None:
            with about(TO_BLOBS, BLOBS):
                target_blobs = TargetBlobs(await _store(stack, replace(settings, blob_url=to_blobs), of="target"))
        yield CopyForebay(
            source=SqlRecordSource(source, settings.database_url),
            source_blobs=source_blobs,
            target=SqlRecordTarget(target, to_database) if target is not None and to_database is not None else None,
            target_blobs=target_blobs,
            clock=SystemClock(),
        )


def _source(settings: Settings) -> Database:
    _known(settings, "to copy from")
    url = settings.database_url
    if is_sqlite(url) and not sqlite_path(url).is_file():
        raise SettingError(f"there is no database at {sqlite_path(url)}; expected the one to copy", field=DATABASE)
    return open_database(url, pool_size=1, readers=1, wait_seconds=_WAIT_SECONDS)


def _target(settings: Settings, source: Database) -> Database:
    _known(settings, "to copy to")
    limits = WriterLimits(wait=_WAIT_SECONDS, turn=_HOURS)
    database = open_database(settings.database_url, pool_size=1, wait_seconds=_WAIT_SECONDS, writer=limits)
    if database.label == source.label:
        raise SettingError(f"{source.label} is the database to copy; expected another one", field=DATABASE)
    return database


def _known(settings: Settings, what_for: str) -> None:
    choose_database(settings)  # says which schemes there are
    scheme = scheme_of(settings.database_url)
    if scheme not in {"sqlite", "postgresql", "postgres"}:
        raise SettingError(
            f"{DATABASE} has the scheme {scheme!r}; {what_for}, expected sqlite:///path or "
            "postgresql://user@host/database, which outlive the program",
            field=DATABASE,
        )


async def _store(stack: AsyncExitStack, settings: Settings, *, of: str) -> BlobStore:
    opener = choose_blobs(settings)
    if scheme_of(settings.blob_url) == "memory":
        raise SettingError(
            f"{BLOBS} is memory:, which ends with the program that has it; as the {of} of a copy, expected "
            "file:///path or s3://bucket/prefix",
            field=BLOBS,
        )
    return (await stack.enter_async_context(opener(settings))).store


async def _wait(database: Database, settings: Settings) -> None:
    if not is_sqlite(settings.database_url):
        await wait_for_database(database, limit_seconds=settings.database_wait_seconds)


def _place(url: str) -> tuple[str, ...]:
    """The same for two URLs of the same store, as far as they show it, whoever asks."""
    if scheme_of(url) == "file":
        return (str(file_path(url).resolve()),)
    try:
        parts = urlsplit(url)
    except ValueError:  # which whoever opens it says in better words
        return (url,)
    endpoint = parse_qs(parts.query).get("endpoint_url", [""])[0].rstrip("/")
    return (scheme_of(url), parts.netloc.rpartition("@")[2], parts.path.strip("/"), endpoint)

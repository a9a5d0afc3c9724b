"""The upload as a competent team writes it in a day: FastAPI, python-multipart, SQLAlchemy's ORM on SQLite.

Same durability as Forebay: the run is committed as pending, the file is hashed, written, fsynced, renamed and its
folder fsynced, then one transaction records blob and file and marks the run stored; SQLite in WAL mode with
synchronous=FULL. Copying, hashing and fsync happen in one call to the thread pool, so the event loop stays free; a pool
of one connection was tried as well and is no faster. No limits, no check of the first bytes, no progress timeout.
Started by uvicorn with uvloop and httptools, one worker.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, BinaryIO

from fastapi import (  # type: ignore[import-not-found, unused-ignore]  # only in the dependency group `bench`
    FastAPI,
    Form,
    HTTPException,
    UploadFile,
)
from sqlalchemy import ForeignKey, event, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.pool import ConnectionPoolEntry

CHUNK = 1024 * 1024
TYPES = {"ds_etc", "instance_etc", "app_bundle", "single_conf", "document", "archive"}

DATA_DIR = Path(os.environ.get("PEER_DATA_DIR", "."))
BLOBS = DATA_DIR / "blobs"


def now() -> datetime:
    return datetime.now(UTC)


class Base(DeclarativeBase):
    pass


class Run(Base):
    __tablename__ = "ingestion_runs"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    type: Mapped[str]
    label: Mapped[str | None]
    notes: Mapped[str | None]
    owner: Mapped[str | None]
    status: Mapped[str] = mapped_column(default="pending", index=True)
    created_at: Mapped[datetime] = mapped_column(default=now, index=True)
    updated_at: Mapped[datetime] = mapped_column(default=now, onupdate=now)


class Blob(Base):
    __tablename__ = "blobs"
    sha256: Mapped[str] = mapped_column(primary_key=True)
    size_bytes: Mapped[int]
    object_key: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=now)


class File(Base):
    __tablename__ = "files"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    run_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("ingestion_runs.id"), index=True)
    path: Mapped[str]
    media_type: Mapped[str | None]
    size_bytes: Mapped[int]
    sha256: Mapped[str] = mapped_column(ForeignKey("blobs.sha256"))
    stored_object_key: Mapped[str]


engine = create_async_engine(f"sqlite+aiosqlite:///{DATA_DIR}/peer.db", connect_args={"timeout": 30})
Session = async_sessionmaker(engine, class_=AsyncSession, expire_on_commit=False)


@event.listens_for(engine.sync_engine, "connect")
def set_pragmas(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    BLOBS.mkdir(parents=True, exist_ok=True)
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    yield
    await engine.dispose()


def store(source: BinaryIO, key: str) -> tuple[str, int]:
    """Copy to a temporary file, make it durable under its name; returns digest and size. Runs in a thread."""
    digest, size = hashlib.sha256(), 0
    temporary = BLOBS / f".{key}.part"
    try:
        with temporary.open("wb") as out:
            while chunk := source.read(CHUNK):
                digest.update(chunk)
                out.write(chunk)
                size += len(chunk)
            out.flush()
            os.fsync(out.fileno())
        temporary.rename(BLOBS / key)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    folder = os.open(BLOBS, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return digest.hexdigest(), size


async def upload(
    file: UploadFile,
    type: Annotated[str, Form()],  # noqa: A002 - the form field's name
    label: Annotated[str | None, Form()] = None,
    notes: Annotated[str | None, Form()] = None,
    owner: Annotated[str | None, Form()] = None,
) -> dict[str, object]:
    if type not in TYPES:
        raise HTTPException(status_code=422, detail="unknown type")
    run = Run(type=type, label=label, notes=notes, owner=owner)
    async with Session() as session:
        session.add(run)
        await session.commit()
    key = f"{run.id}-{uuid.uuid4()}.tar"
    try:
        digest, size = await asyncio.to_thread(store, file.file, key)
    except OSError as error:
        async with Session() as session:
            session.add(run)
            run.status = "failed"
            await session.commit()
        raise HTTPException(status_code=500, detail="could not store the file") from error
    async with Session() as session:
        blob = insert(Blob).values(sha256=digest, size_bytes=size, object_key=key, created_at=now())
        await session.execute(blob.on_conflict_do_nothing())
        stored_key = (await session.execute(select(Blob.object_key).where(Blob.sha256 == digest))).scalar_one()
        session.add(run)
        run.status = "stored"
        entry = File(
            run_id=run.id,
            path=file.filename or "upload",
            media_type=file.content_type,
            size_bytes=size,
            sha256=digest,
            stored_object_key=stored_key,
        )
        session.add(entry)
        await session.commit()
    if stored_key != key:
        await asyncio.to_thread((BLOBS / key).unlink)
    return {
        "id": str(run.id),
        "type": run.type,
        "status": run.status,
        "created_at": run.created_at.isoformat(),
        "files": [{"id": str(entry.id), "path": entry.path, "size_bytes": size, "sha256": digest}],
    }


def health() -> dict[str, str]:
    return {"status": "ok"}


app = FastAPI(lifespan=lifespan)
# Not as decorators: without the bench group mypy knows no FastAPI, and strict mode refuses an untyped decorator.
app.add_api_route("/v1/uploads", upload, methods=["POST"], status_code=201, response_model=None)
app.add_api_route("/healthz", health, methods=["GET"])

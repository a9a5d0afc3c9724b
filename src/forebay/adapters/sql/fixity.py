"""How long ago blobs were proven, in SQL.

There is no index on the proofs: it would cost every upload, and a walk along the digests needs none.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import BindParameter, Select, bindparam, func, select, tuple_, update

from forebay.adapters.sql.column_types import UtcTime
from forebay.adapters.sql.documents_tables import documents, learned_models
from forebay.adapters.sql.intake_tables import blobs, files, ingestion_runs
from forebay.adapters.sql.processing_tables import artifacts, jobs
from forebay.adapters.sql.rows import blob_of
from forebay.adapters.sql.statements import Statements
from forebay.application.ports.fixity import BlobReference, DueBlobs, FixityRecords, ReferenceKind
from forebay.domain.intake.blob import Blob, ObjectKey, Sha256

_MANY = 500  # values in one IN (...)
_PROVEN = func.coalesce(blobs.c.verified_at, blobs.c.created_at, type_=UtcTime())
_PLACE = tuple_(_PROVEN, blobs.c.sha256)
_LAST_PLACE = tuple_(bindparam("last_at", type_=UtcTime()), bindparam("last_digest"))
_IS_DUE = bindparam("since", type_=UtcTime()) > _PROVEN
_TOTAL = select(func.count().label("blobs"), func.coalesce(func.sum(blobs.c.size_bytes), 0).label("bytes"))
_ALL_DUE = _TOTAL.where(_IS_DUE)
_NTH_DUE = select(blobs).where(_IS_DUE).order_by(_PROVEN, blobs.c.sha256).offset(bindparam("nth")).limit(1)
_DUE_UP_TO = _ALL_DUE.where(_PLACE <= _LAST_PLACE)
_LIST = select(blobs).where(_IS_DUE, blobs.c.sha256 > bindparam("after")).order_by(blobs.c.sha256)
_LIST_DUE = _LIST.limit(bindparam("most"))
_LIST_DUE_UP_TO = _LIST.where(_PLACE <= _LAST_PLACE).limit(bindparam("most"))
# Rows that others hold are passed over (on SQLite there is one writer): a deletion holds those that it releases, and
# to wait for it while holding others that it wants would be a deadlock.
_MARK = update(blobs).where(
    blobs.c.sha256.in_(
        select(blobs.c.sha256)
        .where(blobs.c.object_key.in_(bindparam("keys", expanding=True)))
        .with_for_update(key_share=True, skip_locked=True)
    )
)
_RELOCATE = (
    update(blobs)
    .where(blobs.c.sha256 == bindparam("digest"), blobs.c.object_key == bindparam("old"))
    .values(object_key=bindparam("new"), verified_at=bindparam("at", type_=UtcTime()))
)
_OF_RUN = (ingestion_runs.c.id.label("run_id"), ingestion_runs.c.label, ingestion_runs.c.owner)
_MOST: BindParameter[int] = bindparam("most")
_REFERENCES: dict[ReferenceKind, Select[*tuple[object, ...]]] = {
    ReferenceKind.FILE: select(files.c.id, files.c.path.label("name"), *_OF_RUN)
    .join(ingestion_runs, ingestion_runs.c.id == files.c.run_id)
    .where(files.c.sha256 == bindparam("digest"))
    .order_by(files.c.id)
    .limit(_MOST),
    ReferenceKind.ARTIFACT: select(artifacts.c.id, artifacts.c.name, *_OF_RUN)
    .join(jobs, jobs.c.id == artifacts.c.job_id)
    .outerjoin(ingestion_runs, ingestion_runs.c.id == jobs.c.run_id)
    .where(artifacts.c.sha256 == bindparam("digest"))
    .order_by(artifacts.c.id)
    .limit(_MOST),
    ReferenceKind.DOCUMENT_TEXT: select(documents.c.id, documents.c.path.label("name"), *_OF_RUN)
    .join(ingestion_runs, ingestion_runs.c.id == documents.c.run_id)
    .where(documents.c.text_sha256 == bindparam("digest"))
    .order_by(documents.c.id)
    .limit(_MOST),
}
_MODELS = (
    select(learned_models.c.model_id, learned_models.c.version)
    .where(learned_models.c.sha256 == bindparam("digest"))
    .order_by(learned_models.c.version)
    .limit(_MOST)
)


class SqlFixity:
    """Blobs by their proofs."""

    def __init__(self, statements: Statements) -> None:
        self._do = statements

    async def due(self, *, unproven_since: datetime, limit: int | None) -> DueBlobs:
        last: Blob | None = None
        if limit is not None:
            row = await self._do.first(_NTH_DUE, {"since": unproven_since, "nth": limit - 1})
            last = blob_of(row) if row is not None else None
        total = await self._do.first(
            _ALL_DUE if last is None else _DUE_UP_TO, {"since": unproven_since, **_up_to(last)}
        )
        assert total is not None  # an aggregate always has a row
        return DueBlobs(unproven_since=unproven_since, count=int(total.blobs), size_bytes=int(total.bytes), last=last)

    async def list_due(self, due: DueBlobs, *, after: Sha256 | None, limit: int) -> Sequence[Blob]:
        values = {
            "since": due.unproven_since,
            "after": after.hex if after is not None else "",
            "most": limit,
            **_up_to(due.last),
        }
        rows = await self._do.fetch(_LIST_DUE if due.last is None else _LIST_DUE_UP_TO, values)
        return tuple(blob_of(row) for row in rows)

    async def mark_verified(self, keys: Sequence[ObjectKey], *, at: datetime) -> None:
        for start in range(0, len(keys), _MANY):
            some = [key.value for key in keys[start : start + _MANY]]
            await self._do.write(_MARK, {"keys": some, "verified_at": at})

    async def relocate(self, sha256: Sha256, *, old: ObjectKey, new: ObjectKey, at: datetime) -> bool:
        values = {"digest": sha256.hex, "old": old.value, "new": new.value, "at": at}
        return await self._do.write(_RELOCATE, values) > 0

    async def references(self, sha256: Sha256, *, limit: int) -> Sequence[BlobReference]:
        found: list[BlobReference] = []
        for kind, statement in _REFERENCES.items():
            rows = await self._do.fetch(statement, {"digest": sha256.hex, "most": limit - len(found)})
            found += [
                BlobReference(kind=kind, id=row.id, name=row.name, run_id=row.run_id, label=row.label, owner=row.owner)
                for row in rows
            ]
        rows = await self._do.fetch(_MODELS, {"digest": sha256.hex, "most": limit - len(found)})
        found += [
            BlobReference(kind=ReferenceKind.LEARNED_MODEL, id=row.model_id, name=f"version {row.version}")
            for row in rows
        ]
        return tuple(found)


def _up_to(last: Blob | None) -> dict[str, object]:
    return {} if last is None else {"last_at": last.proven_at, "last_digest": last.sha256.hex}


def _fits(statements: Statements) -> FixityRecords:
    return SqlFixity(statements)

"""How long ago blobs were proven, in memory."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice
from uuid import UUID

from forebay.adapters.memory.state import State
from forebay.adapters.memory.work import Work
from forebay.application.ports.fixity import BlobReference, DueBlobs, FixityRecords, ReferenceKind
from forebay.domain.intake.blob import Blob, ObjectKey, Sha256
from forebay.domain.intake.run import IngestionRun


class MemoryFixity:
    """Blobs by their proofs."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def due(self, *, unproven_since: datetime, limit: int | None) -> DueBlobs:
        blobs = (await self._work.state()).blobs.values()
        found = sorted((blob for blob in blobs if blob.proven_at < unproven_since), key=_place)[:limit]
        is_limited = limit is not None and len(found) == limit
        return DueBlobs(
            unproven_since=unproven_since,
            count=len(found),
            size_bytes=sum(blob.size_bytes for blob in found),
            last=found[-1] if is_limited and found else None,
        )

    async def list_due(self, due: DueBlobs, *, after: Sha256 | None, limit: int) -> Sequence[Blob]:
        found = [
            blob
            for blob in (await self._work.state()).blobs.values()
            if blob.proven_at < due.unproven_since
            and (due.last is None or _place(blob) <= _place(due.last))
            and (after is None or blob.sha256.hex > after.hex)
        ]
        return tuple(sorted(found, key=lambda blob: blob.sha256.hex)[:limit])

    async def mark_verified(self, keys: Sequence[ObjectKey], *, at: datetime) -> None:
        with self._work.writing():
            state = await self._work.state()
            for key in keys:
                sha256 = state.digests.get(key)
                if sha256 is not None:
                    state.blobs[sha256] = replace(state.blobs[sha256], verified_at=at)

    async def relocate(self, sha256: Sha256, *, old: ObjectKey, new: ObjectKey, at: datetime) -> bool:
        with self._work.writing():
            state = await self._work.state()
            blob = state.blobs.get(sha256)
            if blob is None or blob.object_key != old:
                return False
            state.remove_blob(sha256)
            state.add_blob(replace(blob, object_key=new, verified_at=at))
            return True

    async def references(self, sha256: Sha256, *, limit: int) -> Sequence[BlobReference]:
        return tuple(islice(_references(await self._work.state(), sha256), limit))


def _place(blob: Blob) -> tuple[datetime, str]:
    return blob.proven_at, blob.sha256.hex


def _references(state: State, sha256: Sha256) -> Iterator[BlobReference]:
    for file in sorted((one for one in state.files.values() if one.sha256 == sha256), key=lambda one: one.id):
        yield _reference(ReferenceKind.FILE, file.id, file.path, state.runs[file.run_id])
    artifacts = (one for one in state.artifacts.values() if one.sha256 == sha256)
    for artifact in sorted(artifacts, key=lambda one: one.id):
        run_id = state.jobs[artifact.job_id].run_id
        run = state.runs[run_id] if run_id is not None else None
        yield _reference(ReferenceKind.ARTIFACT, artifact.id, artifact.name, run)
    documents = (one for one in state.documents.values() if one.text is not None and one.text.sha256 == sha256)
    for document in sorted(documents, key=lambda one: one.id):
        yield _reference(ReferenceKind.DOCUMENT_TEXT, document.id, document.path, state.runs[document.run_id])
    for version in sorted(version for version, one in state.learned.items() if one.sha256 == sha256):
        yield _reference(ReferenceKind.LEARNED_MODEL, state.learned[version].model_id, f"version {version}", None)


def _reference(kind: ReferenceKind, of: UUID, name: str, run: IngestionRun | None) -> BlobReference:
    if run is None:
        return BlobReference(kind=kind, id=of, name=name)
    return BlobReference(kind=kind, id=of, name=name, run_id=run.id, label=run.label, owner=run.owner)


def _fits(work: Work) -> FixityRecords:
    return MemoryFixity(work)

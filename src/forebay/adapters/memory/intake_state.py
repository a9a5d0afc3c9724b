"""What intake has recorded, with the constraints that a database would hold."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import islice
from uuid import UUID

from forebay.adapters.memory.listing import Listing
from forebay.adapters.memory.storable import check_storable
from forebay.adapters.memory.tables import Tables
from forebay.application.ports.intake import IdempotencyRecord
from forebay.domain.errors import ConflictError, InternalStateError
from forebay.domain.intake.blob import Blob, ObjectKey, Sha256
from forebay.domain.intake.errors import (
    BlobNotFoundError,
    FileNotFoundInRunError,
    ParentRunNotFoundError,
    RunNotFoundError,
)
from forebay.domain.intake.file import StoredFile
from forebay.domain.intake.member import Catalogue, Member
from forebay.domain.intake.run import IngestionRun, RunStatus


class IntakeState(Tables):
    """Runs, files, blobs, idempotency keys and members."""

    __slots__ = ()

    def add_run(self, run: IngestionRun) -> None:
        if run.id in self.runs:
            raise ConflictError(f"there is a run {run.id} already")
        self.put_run(run)

    def put_run(self, run: IngestionRun) -> None:
        if (run.status is RunStatus.FAILED) != (run.error is not None):
            raise InternalStateError("a run has an error exactly when it failed")
        if run.parent_run_id not in {None, run.id} and run.parent_run_id not in self.runs:
            raise ParentRunNotFoundError(
                f"parent_run_id is {run.parent_run_id}; there is no such run", field="parent_run_id"
            )
        detail = run.error.detail if run.error else None
        check_storable({"label": run.label, "notes": run.notes, "owner": run.owner, "error": detail})
        self.runs[run.id] = run

    def delete_run(self, run_id: UUID) -> None:
        del self.runs[run_id]
        for file in [file for file in self.files.values() if file.run_id == run_id]:
            del self.files[file.id]
        for record in [record for record in self.keys.values() if record.run_id == run_id]:
            del self.keys[record.key_hash]
        for child in [run for run in self.runs.values() if run.parent_run_id == run_id]:
            self.runs[child.id] = replace(child, parent_run_id=None)
        self.catalogues.pop(run_id, None)
        for catalogue_id, listing in self.listings_of(run_id):
            self._drop_members(catalogue_id, listing, sum(map(len, listing.batches)))

    def add_file(self, file: StoredFile) -> None:
        if file.id in self.files:
            raise ConflictError(f"there is a file {file.id} already")
        self.check_run(file.run_id)
        self.check_blob(file.sha256)
        check_storable({"path": file.path, "media_type": file.media_type})
        self.files[file.id] = file

    def remove_file(self, file_id: UUID) -> None:
        del self.files[file_id]

    def add_blob(self, blob: Blob) -> None:
        if blob.object_key in self.digests:
            raise ConflictError(f"there is an object {blob.object_key} already")
        self.blobs[blob.sha256] = blob
        self.digests[blob.object_key] = blob.sha256

    def is_referenced(self, sha256: Sha256) -> bool:
        return any(file.sha256 == sha256 for file in self.files.values()) or any(
            artifact.sha256 == sha256 for artifact in self.artifacts.values()
        )

    def remove_blob(self, sha256: Sha256) -> ObjectKey:
        blob = self.blobs.pop(sha256)
        del self.digests[blob.object_key]
        return blob.object_key

    def add_key(self, record: IdempotencyRecord) -> None:
        self.check_run(record.run_id)
        check_storable({"Idempotency-Key": record.key_hash, "fingerprint": record.fingerprint})
        self.keys[record.key_hash] = record

    def files_of(self, run_ids: Iterable[UUID]) -> list[StoredFile]:
        wanted = set(run_ids)
        return sorted((file for file in self.files.values() if file.run_id in wanted), key=lambda file: file.id)

    def add_members(self, members: Sequence[Member]) -> None:
        batches: dict[UUID, list[Member]] = {}
        for member in members:
            self.check_run(member.run_id)
            file = self.files.get(member.file_id)
            if file is None or file.run_id != member.run_id:
                raise FileNotFoundInRunError(f"there is no file {member.file_id} in run {member.run_id}")
            if member.id in self.members:
                raise ConflictError(f"there is a member {member.id} already")
            check_storable(
                {
                    "path": member.path,
                    "stored_path": member.stored_path,
                    "media_type": member.media_type,
                    "link_target": member.link_target,
                }
            )
            self.members[member.id] = member
            batches.setdefault(member.catalogue_id, []).append(member)
        for catalogue_id, batch in batches.items():
            listing = self.listings.get(catalogue_id) or Listing(batch[0].run_id)
            self.listings[catalogue_id] = listing.with_batch(tuple(batch))

    def publish(self, catalogue: Catalogue) -> None:
        self.check_run(catalogue.run_id)
        self.catalogues[catalogue.run_id] = catalogue

    def discard_members(self, run_id: UUID, limit: int) -> int:
        shown = self.catalogues.get(run_id)
        gone = 0
        for catalogue_id, listing in self.listings_of(run_id):
            if shown is None or catalogue_id != shown.id:
                gone += self._drop_members(catalogue_id, listing, limit - gone)
        return gone

    def listings_of(self, run_id: UUID) -> list[tuple[UUID, Listing]]:
        return [(found, listing) for found, listing in self.listings.items() if listing.run_id == run_id]

    def check_run(self, run_id: UUID) -> None:
        if run_id not in self.runs:
            raise RunNotFoundError(f"there is no run {run_id}")

    def check_blob(self, sha256: Sha256) -> None:
        if sha256 not in self.blobs:
            raise BlobNotFoundError(f"there is no blob {sha256}")

    def _drop_members(self, catalogue_id: UUID, listing: Listing, limit: int) -> int:
        dropped = [member.id for member in islice(listing, limit)]
        for member_id in dropped:
            del self.members[member_id]
        rest = listing.without_first(len(dropped))
        if rest is None:
            del self.listings[catalogue_id]
        else:
            self.listings[catalogue_id] = rest
        return len(dropped)

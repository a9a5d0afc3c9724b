"""CatalogueFiles: every member of what was uploaded, with its digest, shown all at once."""

import asyncio
from collections import Counter
from contextlib import suppress
from uuid import UUID

from forebay.application.cancellation import to_the_end
from forebay.application.ports.archives import ArchiveLimits, ArchiveReader, EntryBatch
from forebay.application.ports.clock import Clock
from forebay.application.ports.ids import IdGenerator
from forebay.application.ports.observer import ProcessingObserver
from forebay.application.ports.processing import ProcessingUnitOfWork
from forebay.application.processing.catalogue.unseen import discard_some_unseen, discard_unseen
from forebay.application.processing.processor import ProcessingStep, StepContext, StepOutcome
from forebay.domain.errors import ForebayError
from forebay.domain.intake.file import StoredFile
from forebay.domain.intake.member import Catalogue, Member, MemberEntry
from forebay.domain.processing.model import ModelSpec


class CatalogueFiles:
    """Members are written in parts under a catalogue that nobody sees, and published in the step's transaction.

    What an attempt before left behind is removed first; what this one replaces goes with the next step. One that is
    cancelled removes what it can in a moment.
    """

    name = "catalogue"

    def __init__(
        self,
        *,
        reader: ArchiveReader,
        limits: ArchiveLimits,
        observer: ProcessingObserver,
        clock: Clock,
        ids: IdGenerator,
        version: str,
    ) -> None:
        self._reader = reader
        self._limits = limits
        self._observer = observer
        self._clock = clock
        self._ids = ids
        self._version = version

    @property
    def model(self) -> ModelSpec:
        limits = self._limits
        parameters = {
            "max_bytes": limits.max_bytes,
            "max_ratio": limits.max_ratio,
            "max_members": limits.max_members,
            "max_path_bytes": limits.max_path_bytes,
            "max_depth": limits.max_depth,
        }
        return ModelSpec(name="forebay-archive-reader", kind="parser", version=self._version, parameters=parameters)

    async def __call__(self, context: StepContext) -> StepOutcome:
        catalogue_id = self._ids.new_id()
        count = _Count()
        await discard_unseen(context)
        try:
            for file in context.files:
                await self._read(context, file, catalogue_id, count)
        except asyncio.CancelledError:
            with suppress(ForebayError):  # a worker that stops must not wait for more than a moment
                await to_the_end(discard_some_unseen(context))
            raise
        except Exception:
            with suppress(ForebayError):
                await discard_unseen(context)
            raise
        self._observer.catalogued(members=count.members, unpacked_bytes=count.unpacked_bytes)
        catalogue = Catalogue(
            id=catalogue_id,
            run_id=context.run.id,
            job_id=context.job.id,
            member_count=count.members,
            unpacked_bytes=count.unpacked_bytes,
            created_at=self._clock.now(),
        )

        async def record(work: ProcessingUnitOfWork) -> None:
            await work.members.publish(catalogue)

        return StepOutcome(metadata=count.metadata(), record=record)

    async def _read(self, context: StepContext, file: StoredFile, catalogue_id: UUID, count: "_Count") -> None:
        before = count.unpacked_bytes
        async with context.source(file) as source, self._reader.catalogue(source, self._limits) as batches:
            async for batch in batches:
                members = tuple(self._member(entry, file, catalogue_id) for entry in batch.entries)
                if members:
                    async with context.writing() as work:
                        await work.members.add(members)
                count.add(batch, before)
                await context.progress(
                    f"{count.members} members of {file.path} so far",
                    {"members": count.members, "read_bytes": batch.read_bytes, "size_bytes": file.size_bytes},
                )

    def _member(self, entry: MemberEntry, file: StoredFile, catalogue_id: UUID) -> Member:
        return Member(
            id=self._ids.new_id(),
            run_id=file.run_id,
            file_id=file.id,
            catalogue_id=catalogue_id,
            location=entry.location,
            path=entry.path,
            stored_path=entry.stored_path,
            kind=entry.kind,
            size_bytes=entry.size_bytes,
            sha256=entry.sha256,
            media_type=entry.media_type,
            mtime=entry.mtime,
            mode=entry.mode,
            link_target=entry.link_target,
            flags=entry.flags,
        )


class _Count:
    """What was found."""

    def __init__(self) -> None:
        self.members = 0
        self.unpacked_bytes = 0
        self._kinds: Counter[str] = Counter()
        self._flags: Counter[str] = Counter()

    def add(self, batch: EntryBatch, before: int) -> None:
        self.members += len(batch.entries)
        self.unpacked_bytes = before + batch.unpacked_bytes
        for entry in batch.entries:
            self._kinds[entry.kind] += 1
            self._flags.update(entry.flags)

    def metadata(self) -> dict[str, object]:
        return {
            "members": self.members,
            "unpacked_bytes": self.unpacked_bytes,
            "kinds": dict(sorted(self._kinds.items())),
            "flags": dict(sorted(self._flags.items())),
        }


def _fits(step: CatalogueFiles) -> ProcessingStep:
    return step

"""CopyForebay: a Forebay goes from one database and store to others."""

from collections.abc import Mapping
from datetime import timedelta

from forebay.application.ports.blobs import BlobStore
from forebay.application.ports.clock import Clock
from forebay.application.ports.copying import RecordSource, RecordTarget, SourceRecords
from forebay.application.system.copy_blobs import CopyBlobs
from forebay.application.system.copy_index import CopyIndex
from forebay.application.system.copy_records import CopyRecords
from forebay.application.system.copy_report import CopiedBlobs, CopyCommand, CopyReport
from forebay.domain.system.copy_errors import CopySourceBusyError

_SEVERAL = 500  # keys in one question: a database takes no more than so many, and all blobs may be missing
_UPLOAD_SILENCE = timedelta(seconds=60)  # an upload under way shows that it is alive several times meanwhile


class CopyForebay:
    """One state of the source is copied: first the bytes, then the records that point at them, verified and at once.

    Every check comes before the first byte. Begun again after it was killed, it ends as if it had not been. Records
    stay behind when a blob is missing or damaged, unless told otherwise: what they say would not be true.
    CopySourceBusyError, CopyTargetNotEmptyError, CopyDiffersError, SchemaOutdatedError.
    """

    def __init__(
        self,
        *,
        source: RecordSource,
        source_blobs: BlobStore,
        target: RecordTarget | None,
        target_blobs: BlobStore | None,
        clock: Clock,
    ) -> None:
        """Without `target`, or `target_blobs`, the database, or the store, stays where it is."""
        self._source = source
        self._target = target
        self._records = CopyRecords(target=target, index=CopyIndex(texts=source_blobs)) if target is not None else None
        self._blobs = CopyBlobs(source=source_blobs, target=target_blobs) if target_blobs is not None else None
        self._clock = clock

    async def __call__(self, command: CopyCommand) -> CopyReport:
        begun = self._clock.now()
        target = self._target.label if self._target is not None else None
        report = CopyReport(source=self._source.label, target=target)
        async with self._source.open() as source:
            await self._check_work(source, command)
            if self._records is not None:
                await self._records.check(source, command, report)
            if self._blobs is not None:
                is_new = await self._blobs.check(source)
                report.blobs = CopiedBlobs()
                await self._blobs(source, command, report.blobs, is_new=is_new)
            if self._records is not None and not report.already_there:
                if report.blobs is not None and report.blobs.faults and not command.despite_damage:
                    report.records_held_back = True
                else:
                    await self._records(source, command, report)
            before = await _state(source)
        async with self._source.open() as source:
            await self._look_again(source, before, report)
        if command.on_finding is not None and report.blobs is not None:
            for finding in report.blobs.faults:
                command.on_finding(finding)
        report.seconds = (self._clock.now() - begun).total_seconds()
        return report

    async def _check_work(self, source: SourceRecords, command: CopyCommand) -> None:
        """What only reads the store, for a first copy of the blobs, may be done beside running servers."""
        if command.live or self._records is None:
            return
        now = self._clock.now()
        if found := await source.at_work(now=now, heard_since=now - _UPLOAD_SILENCE):
            raise CopySourceBusyError(
                f"somebody is at work on the source: {'; '.join(found)}. Stop servers and workers and wait until they "
                "have ended, or copy nevertheless (--live): what they do from now on stays behind"
            )

    async def _look_again(self, source: SourceRecords, before: Mapping[str, object], report: CopyReport) -> None:
        """At the state that the source has now."""
        if report.tables is not None:
            now = await _state(source)
            report.changed = [name for name in before if before[name] != now[name]]
        if self._records is None and report.blobs is not None and report.blobs.faults:
            # Servers may run beside a copy of blobs alone: what somebody deleted meanwhile is not missing.
            faults, report.blobs.faults = report.blobs.faults, []
            for start in range(0, len(faults), _SEVERAL):
                some = faults[start : start + _SEVERAL]
                known = await source.known([fault.key for fault in some])
                report.blobs.faults += [fault for fault in some if fault.key in known]


async def _state(source: SourceRecords) -> dict[str, tuple[int, int | None]]:
    """What shows in nearly every change, and takes little time to look at."""
    counts, positions = await source.counts(), await source.last_positions()
    return {name: (counts[name], positions.get(name)) for name in source.tables}

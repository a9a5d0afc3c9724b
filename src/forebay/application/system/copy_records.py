"""CopyRecords: all records go into another database in one transaction, which is committed only when both agree."""

import hashlib
from collections.abc import Mapping

from forebay.application.ports.copying import Records, RecordTarget, SourceRecords, TargetRecords
from forebay.application.system.copy_index import CopyIndex
from forebay.application.system.copy_report import CopiedTable, CopyCommand, CopyReport, CopyStage
from forebay.domain.system.copy_errors import CopyDiffersError, CopyTargetNotEmptyError


class CopyRecords:
    """Before, the target is empty; killed at any moment, it still is; after, it holds exactly what the source holds.

    Compared are, within the transaction, the number of records of each table and a digest over them in order.
    """

    def __init__(self, *, target: RecordTarget, index: CopyIndex) -> None:
        self._target = target
        self._index = index

    async def check(self, source: SourceRecords, command: CopyCommand, report: CopyReport) -> None:
        """Makes the target's tables, and fills the report if it holds the same already. CopyTargetNotEmptyError."""
        await self._target.prepare()
        async with self._target.open() as target:
            holdings = await target.holdings()
            if not holdings:
                return
            counts = await source.counts()
            if holdings == {name: number for name, number in counts.items() if number}:
                verified = _Pieces(command, CopyStage.VERIFY, 2 * sum(counts.values()))
                here = [await _digest(name, source, verified) for name in source.tables]
                if here == [await _digest(name, target, verified) for name in source.tables]:
                    report.tables = here
                    report.already_there = True
                    return
        raise self._not_empty(holdings)

    async def __call__(self, source: SourceRecords, command: CopyCommand, report: CopyReport) -> None:
        total = sum((await source.counts()).values())
        async with self._target.open() as target:
            if holdings := await target.holdings():
                raise self._not_empty(holdings)
            await target.clear()
            copied = _Pieces(command, CopyStage.RECORDS, total)
            tables = [await _copy(name, source, target, copied) for name in source.tables]
            await target.finish(await source.last_positions())
            await self._index(source, target, command, report)
            verified = _Pieces(command, CopyStage.VERIFY, total)
            for table in tables:
                _agree(table, await _digest(table.name, target, verified))
            await target.commit()
        report.tables = tables

    def _not_empty(self, holdings: Mapping[str, int]) -> CopyTargetNotEmptyError:
        held = ", ".join(f"{name} ({number})" for name, number in sorted(holdings.items()))
        return CopyTargetNotEmptyError(
            f"the target, {self._target.label}, holds other records than the source: {held}; expected an empty "
            "database, or one that holds a whole copy of this source"
        )


async def _copy(name: str, source: Records, target: TargetRecords, progress: "_Pieces") -> CopiedTable:
    digest, number = hashlib.sha256(), 0
    async for records in source.read(name):
        for record in records:
            digest.update(repr(record).encode())
        number += len(records)
        await target.add(name, records)
        progress.add(len(records))
    return CopiedTable(name=name, records=number, sha256=digest.hexdigest())


async def _digest(name: str, side: Records, progress: "_Pieces") -> CopiedTable:
    """What Python writes for the values tells any two of them apart, and is the same for the same."""
    digest, number = hashlib.sha256(), 0
    async for records in side.read(name):
        for record in records:
            digest.update(repr(record).encode())
        number += len(records)
        progress.add(len(records))
    return CopiedTable(name=name, records=number, sha256=digest.hexdigest())


def _agree(sent: CopiedTable, arrived: CopiedTable) -> None:
    if sent.records != arrived.records:
        raise CopyDiffersError(
            f"table {sent.name} has {sent.records} records in the source and {arrived.records} in the target, so "
            "nothing was kept there; please report it"
        )
    if sent != arrived:
        raise CopyDiffersError(
            f"the records of table {sent.name} changed on the way to the target, so nothing was kept there; please "
            "report it"
        )


class _Pieces:
    """How many of them are done."""

    def __init__(self, command: CopyCommand, stage: CopyStage, total: int) -> None:
        self._command = command
        self._stage = stage
        self._total = total
        self._done = 0

    def add(self, more: int) -> None:
        self._done += more
        self._command.tell(self._stage, self._done, self._total)

"""forebay pipelines import: reports from a file, of any length."""

from collections import Counter
from dataclasses import dataclass, field

from forebay.application.pipelines.record_runs import MAX_REPORTS, AddressedReport
from forebay.application.pipelines.report_records import read_record
from forebay.domain.errors import ForebayError, InvalidInputError
from forebay.domain.pipelines.run import Verdict
from forebay.entrypoints.cli.errors import Failure, failure_of
from forebay.entrypoints.cli.exit_codes import ExitCode
from forebay.entrypoints.cli.gateway import ByteSource, Gateway
from forebay.entrypoints.cli.input_file import open_input
from forebay.entrypoints.cli.options import Invocation
from forebay.entrypoints.cli.output import flush, one_line, print_failure, print_json, print_line
from forebay.entrypoints.cli.progress import OnProgress, progress
from forebay.entrypoints.cli.record_file import Record, read_records
from forebay.entrypoints.cli.session import with_gateway

_MOST_BYTES = 8 * 1024 * 1024  # of a batch; a server takes 32 MiB


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportArguments:
    """As typed."""

    file: str
    create_missing: bool
    show_progress: bool
    as_json: bool


@dataclass(slots=True)
class _Batch:
    """Records on their way, with the lines that they stand on, and what is wrong with those that are not sent."""

    reports: list[AddressedReport] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    rejected: list[tuple[int, Failure]] = field(default_factory=list)
    size: int = 0

    @property
    def is_full(self) -> bool:
        return len(self.reports) + len(self.rejected) >= MAX_REPORTS or self.size >= _MOST_BYTES


def import_runs(invocation: Invocation, given: ImportArguments) -> ExitCode:
    """REJECTED when some of the records were, else OK. A broken file is told after what came before it was sent."""

    async def run(gateway: Gateway) -> ExitCode:
        importing = _Importing(gateway, given)
        try:
            with (
                open_input(given.file) as source,
                progress(given.file, source.size, shown=given.show_progress) as moved,
            ):
                await importing.all_of(_Counted(source, moved))
        except ForebayError as error:
            failure = failure_of(error)
            if importing.counts:
                importing.tell()
            print_failure(failure, as_json=given.as_json, about=given.file)
            return failure.exit_code
        importing.tell()
        return ExitCode.REJECTED if importing.counts[Verdict.REJECTED] else ExitCode.OK

    return with_gateway(invocation, run)


class _Counted:
    """A source whose bytes are counted for a person to see."""

    def __init__(self, source: ByteSource, moved: OnProgress) -> None:
        self._source = source
        self._moved = moved
        self._taken = 0

    @property
    def size(self) -> int | None:
        return self._source.size

    async def readinto(self, buffer: memoryview) -> int:
        count = await self._source.readinto(buffer)
        self._taken += count
        self._moved(self._taken)
        return count


class _Importing:
    """Sends batches, tells what is rejected of each, and counts."""

    def __init__(self, gateway: Gateway, given: ImportArguments) -> None:
        self._gateway = gateway
        self._given = given
        self.counts: Counter[str] = Counter()

    async def all_of(self, source: ByteSource) -> None:
        batch = _Batch()
        try:
            async for record in read_records(source):
                self._take(batch, record)
                if batch.is_full:
                    full, batch = batch, _Batch()
                    await self._send(full)
        except InvalidInputError:  # the file is broken from there on
            await self._send(batch)
            raise
        await self._send(batch)

    def tell(self) -> None:
        """The sum, also of an import that was broken off."""
        counts = {verdict.value: self.counts[verdict] for verdict in Verdict}
        total = sum(counts.values())
        if self._given.as_json:
            print_json({"file": self._given.file, "records": total, "summary": counts})
        else:
            words = ", ".join(f"{count} {verdict}" for verdict, count in {"read": total, **counts}.items() if count)
            print_line(f"{one_line(self._given.file)}: {words or 'no records'}")
        flush()

    def _take(self, batch: _Batch, record: Record) -> None:
        try:
            if isinstance(record.value, InvalidInputError):
                raise record.value
            batch.reports.append(read_record(record.value))
        except InvalidInputError as error:
            batch.rejected.append((record.line, failure_of(error)))
            return
        batch.lines.append(record.line)
        batch.size += record.size

    async def _send(self, batch: _Batch) -> None:
        """And tells what is rejected of it, by line."""
        rejected = list(batch.rejected)
        if batch.reports:
            answer = await self._gateway.report_runs(batch.reports, create_missing=self._given.create_missing)
            for told in answer.verdicts:
                if told.verdict == Verdict.REJECTED:
                    code, reason = told.code or "invalid_report", told.reason or "it was rejected"
                    failure = Failure(code=code, message=reason, field=told.field or None)
                    rejected.append((batch.lines[told.index], failure))
                else:
                    self.counts[told.verdict] += 1
        self.counts[Verdict.REJECTED] += len(rejected)
        for line, failure in sorted(rejected, key=lambda one: one[0]):
            print_failure(failure, as_json=self._given.as_json, about=f"{self._given.file}:{line}")

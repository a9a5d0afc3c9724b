"""Section `uploads`: files of four sizes, one and eight at a time, through HTTP, against the floor and two peers."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from benchmarks.contestants import Contestant
from benchmarks.load import LoadFailedError, upload
from benchmarks.processes import MemoryWatch, ServerDidNotStartError
from benchmarks.quiet import DISTURBED, Others, wait_until_calm
from benchmarks.report import Table, bytes_text, megabytes, ratio, say
from benchmarks.workspace import Workspace

KIB, MIB, GIB = 1024, 1024**2, 1024**3
TRIES = 2
SMALL = 64 * KIB  # below it a case is told in uploads a second, above in megabytes a second


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """`count` uploads of `size` bytes over `concurrency` connections, repeated for a median."""

    size: int
    concurrency: int
    count: int
    repeats: int

    @property
    def title(self) -> str:
        return f"{bytes_text(self.size)} x {self.concurrency}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One run of one contestant."""

    contestant: str
    uploads_per_second: float
    megabytes_per_second: float
    median_latency: float
    server_cpu_per_upload: float
    server_cpu_per_gigabyte: float
    memory_above_idle: int
    client_cpu_per_second: float
    others: float  # CPUs that neither server nor client kept busy meanwhile


@dataclass(slots=True, kw_only=True)
class CaseResult:
    case: Case
    samples: list[Sample] = field(default_factory=list)
    problems: dict[str, str] = field(default_factory=dict)

    def median(self, contestant: str, value: str) -> float | None:
        values = [float(getattr(sample, value)) for sample in self.samples if sample.contestant == contestant]
        return statistics.median(values) if values else None


def cases(sizes: Sequence[int], concurrencies: Sequence[int], repeats: int | None, *, quick: bool) -> Iterator[Case]:
    """Enough uploads in each run that it lasts long enough to be told from noise."""
    for size in sizes:
        for concurrency in concurrencies:
            if size <= SMALL:
                count, default = (300 if concurrency == 1 else 1200), 5
            elif size <= 4 * MIB:
                count, default = (48 if concurrency == 1 else 192), 5
            elif size <= 256 * MIB:
                count, default = (8 if concurrency == 1 else 24), 3
            else:
                count, default = concurrency, 3
            if quick:
                count, default = max(concurrency, count // 3), 1
            yield Case(size=size, concurrency=concurrency, count=count, repeats=repeats or default)


def measure(contestant: Contestant, case: Case, workspace: Workspace) -> Sample:
    """One run on a fresh server: a verified warm-up, then the load."""
    warm = min(case.size, 64 * MIB)
    with contestant.serve(workspace) as server:
        warm_count = max(case.concurrency * 2, 20) if case.size <= SMALL else 1
        # tus answers without a digest; the others are held to the one that the client computes.
        upload(
            contestant,
            workspace,
            port=server.port,
            size=warm,
            count=warm_count,
            concurrency=case.concurrency,
            verify=contestant.protocol == "multipart",
        )
        wait_until_calm()
        cpu = server.cpu_seconds()
        with MemoryWatch(server) as memory, Others() as others:
            run = upload(
                contestant,
                workspace,
                port=server.port,
                size=case.size,
                count=case.count,
                concurrency=case.concurrency,
            )
        cpu = server.cpu_seconds() - cpu
    return Sample(
        contestant=contestant.name,
        uploads_per_second=run.uploads_per_second,
        megabytes_per_second=run.megabytes_per_second,
        median_latency=run.median_latency,
        server_cpu_per_upload=cpu / case.count,
        server_cpu_per_gigabyte=cpu / (case.count * case.size) * 1e9,
        memory_above_idle=memory.above_idle,
        client_cpu_per_second=run.client_cpu_seconds / run.seconds,
        others=others.without(cpu),
    )


def measure_undisturbed(contestant: Contestant, case: Case, workspace: Workspace) -> Sample:
    """The least disturbed of at most `TRIES` runs; one that nobody disturbed ends the search."""
    best = measure(contestant, case, workspace)
    for _ in range(TRIES - 1):
        if best.others <= DISTURBED:
            break
        best = min(best, measure(contestant, case, workspace), key=lambda sample: sample.others)
    return best


def run_case(case: Case, contestants: Sequence[Contestant], workspace: Workspace) -> CaseResult:
    """Round after round, everybody once in each, starting with another one every time."""
    result = CaseResult(case=case)
    needed = case.size * case.count * 2 + GIB  # FastAPI holds the spooled body and the stored file at once
    if needed > workspace.free_bytes():
        result.problems["all"] = f"needs {bytes_text(needed)} of free disk"
        return result
    for round_ in range(case.repeats):
        start = round_ % len(contestants)
        for contestant in (*contestants[start:], *contestants[:start]):
            if contestant.name in result.problems:
                continue
            try:
                sample = measure_undisturbed(contestant, case, workspace)
            except (LoadFailedError, ServerDidNotStartError) as error:
                result.problems[contestant.name] = str(error)
                say(f"  {case.title}: {contestant.name}: {error}")
                continue
            result.samples.append(sample)
            say(
                f"  {case.title}, round {round_ + 1}: {contestant.name}: {sample.uploads_per_second:.1f}/s, "
                f"{sample.megabytes_per_second:.0f} MB/s, others {sample.others:.2f} CPUs"
            )
    return result


def tables(results: Sequence[CaseResult], contestants: Sequence[Contestant]) -> list[Table]:
    heading = [
        "upload",
        "who",
        "uploads/s",
        "MB/s",
        "of floor",
        "x FastAPI",
        "x tus",
        "x tus-fsync",
        "median ms",
        "server CPU",
        "others",
    ]
    rows: list[list[str]] = []
    for result in results:
        for contestant in contestants:
            name = contestant.name
            rate = result.median(name, "uploads_per_second")
            if rate is None:
                reason = result.problems.get(name) or result.problems.get("all") or "not run"
                rows.append([result.case.title, name, reason.partition(";")[0][:60], *[""] * 8])
                continue
            against = [result.median(peer, "uploads_per_second") for peer in ("floor", "fastapi", "tus", "tus-fsync")]
            small = result.case.size <= SMALL
            cpu = result.median(name, "server_cpu_per_upload" if small else "server_cpu_per_gigabyte") or 0.0
            rows.append(
                [
                    result.case.title,
                    name,
                    f"{rate:.4g}",
                    f"{result.median(name, 'megabytes_per_second') or 0:.0f}",
                    *(ratio(rate, peer) for peer in against),
                    f"{(result.median(name, 'median_latency') or 0) * 1000:.4g}",
                    f"{cpu * 1000:.2f} ms each" if small else f"{cpu:.2f} s/GB",
                    f"{result.median(name, 'others') or 0:.2f}",
                ]
            )
    memory = Table(
        title="Memory above idle during these uploads (peak, median of the runs)",
        heading=["upload", *(contestant.name for contestant in contestants)],
        rows=[
            [result.case.title, *(megabytes(result.median(c.name, "memory_above_idle")) for c in contestants)]
            for result in results
        ],
    )
    notes = [f"{contestant.name}: {contestant.does}." for contestant in contestants]
    return [Table(title="Uploads", heading=heading, rows=rows, notes=notes), memory]

"""Section `memory`: how far the server grows over large and many uploads, and what stalled clients do to the others."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from benchmarks.contestants import Contestant
from benchmarks.load import upload
from benchmarks.processes import MemoryWatch
from benchmarks.report import Table, bytes_text, megabytes, ratio, say
from benchmarks.services import s3_store
from benchmarks.stalled import StalledClients
from benchmarks.workspace import Workspace

MIB = 1024**2
TARGET = 64 * MIB
STALLED = 30
PATIENCE = 180.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """One run: bytes resident before, at most during, and how fast it went."""

    contestant: str
    store: str
    scenario: str
    idle: int
    peak: int
    megabytes_per_second: float

    @property
    def above_idle(self) -> int:
        return self.peak - self.idle


@dataclass(frozen=True, slots=True, kw_only=True)
class Stall:
    """Four uploads beside `STALLED` clients that sent `eager` bytes and then a byte a second; times in seconds."""

    contestant: str
    eager: int
    alone: float
    beside: float
    memory_above_idle: int
    cut_off: tuple[float, ...] = field(default=())
    answers: tuple[str, ...] = field(default=())
    never: int = 0


def scenarios(*, quick: bool) -> list[tuple[str, int, int]]:
    """Title, bytes of one upload, uploads at once."""
    if quick:
        return [("one of 1 GiB", 1024 * MIB, 1), ("16 of 64 MiB at once", 64 * MIB, 16)]
    return [("one of 4 GiB", 4096 * MIB, 1), ("16 of 256 MiB at once", 256 * MIB, 16)]


@contextmanager
def stores(names: Sequence[str]) -> Iterator[list[tuple[str, dict[str, str]]]]:
    """The blob stores to measure on, by name, with the settings that choose them."""
    found: list[tuple[str, dict[str, str]]] = [("filesystem", {})] if "filesystem" in names else []
    if "s3" not in names:
        yield found
        return
    with s3_store() as (title, settings):
        yield [*found, (title, settings)]


def grow(contestants: Sequence[Contestant], workspace: Workspace, names: Sequence[str], *, quick: bool) -> list[Growth]:
    """Each on a fresh server that has taken one small upload, so that imports and pools are not counted as growth."""
    results: list[Growth] = []
    with stores(names) as found:
        for store, settings in found:
            for scenario, size, count in scenarios(quick=quick):
                for contestant in contestants:
                    with contestant.serve(workspace, settings) as server:
                        upload(contestant, workspace, port=server.port, size=1 * MIB, verify=True)
                        with MemoryWatch(server) as memory:
                            run = upload(
                                contestant, workspace, port=server.port, size=size, count=count, concurrency=count
                            )
                    growth = Growth(
                        contestant=contestant.name,
                        store=store,
                        scenario=scenario,
                        idle=memory.idle,
                        peak=memory.peak,
                        megabytes_per_second=run.megabytes_per_second,
                    )
                    results.append(growth)
                    say(f"  {store}, {scenario}: {contestant.name}: {megabytes(growth.above_idle)} above idle")
    return results


def stall(contestant: Contestant, workspace: Workspace, *, eager: int, repeats: int) -> Stall:
    """Alone and beside, taken in turn on the same server; the last round waits until everybody is cut off."""
    size = 256 * MIB
    alone: list[float] = []
    beside: list[float] = []
    with contestant.serve(workspace) as server:

        def four() -> float:
            return upload(contestant, workspace, port=server.port, size=size, count=4, concurrency=4).seconds

        four()
        with MemoryWatch(server) as memory:
            for number in range(repeats):
                alone.append(four())
                clients = StalledClients(
                    port=server.port, count=STALLED, eager=eager, path=contestant.path, type_="archive"
                )
                with clients:
                    clients.wait_until_cut_off(2)  # nothing to see yet, but the server knows them all by now
                    beside.append(four())
                    if number == repeats - 1:
                        clients.wait_until_cut_off(PATIENCE)
    over = [victim.answered_after or victim.closed_after for victim in clients.victims]
    result = Stall(
        contestant=contestant.name,
        eager=eager,
        alone=statistics.median(alone),
        beside=statistics.median(beside),
        memory_above_idle=memory.above_idle,
        cut_off=tuple(sorted(when for when in over if when is not None)),
        answers=tuple(sorted({victim.status for victim in clients.victims})),
        never=over.count(None),
    )
    say(
        f"  stalled after {bytes_text(eager)}: {contestant.name}: "
        f"{result.alone:.2f} s alone, {result.beside:.2f} s beside"
    )
    return result


def tables(growths: Sequence[Growth], stalls: Sequence[Stall]) -> list[Table]:
    growth = Table(
        title="Memory of the server",
        heading=["store", "uploads", "who", "idle", "peak", "above idle", "at most 64 MiB", "MB/s"],
        rows=[
            [
                result.store,
                result.scenario,
                result.contestant,
                megabytes(result.idle),
                megabytes(result.peak),
                megabytes(result.above_idle),
                "yes" if result.above_idle <= TARGET else "NO",
                f"{result.megabytes_per_second:.0f}",
            ]
            for result in growths
        ],
        notes=["Resident bytes of all the server's processes; the higher of 50 ms samples and the kernel's VmHWM."],
    )
    cut = Table(
        title=f"Four uploads of 256 MiB beside {STALLED} clients that send a byte a second",
        heading=[
            "who",
            "stalled after",
            "alone s",
            "beside s",
            "ratio",
            "cut off after s",
            "answer",
            "never",
            "memory",
        ],
        rows=[
            [
                result.contestant,
                bytes_text(result.eager),
                f"{result.alone:.2f}",
                f"{result.beside:.2f}",
                ratio(result.beside, result.alone),
                f"{result.cut_off[0]:.0f} to {result.cut_off[-1]:.0f}" if result.cut_off else "",
                ", ".join(result.answers),
                str(result.never),
                megabytes(result.memory_above_idle),
            ]
            for result in stalls
        ],
    )
    return [growth, cut]

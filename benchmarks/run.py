"""Chooses what to measure, runs it, prints the tables and keeps the figures."""

from __future__ import annotations

import argparse
import re
import signal
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

from benchmarks import catalogue, documents, footprint, jobs, listing, memory, pipelines, search, startup, uploads, web
from benchmarks.contestants import NAMES, Contestant, UnavailableError, line_up
from benchmarks.quiet import alone
from benchmarks.report import Table, machine, say, write_json
from benchmarks.workspace import RESULTS, Workspace, open_workspace

UNITS = {"": 1, "k": 1024, "m": 1024**2, "g": 1024**3}
OURS = ("forebay", "forebay-granian")
STORES = ("filesystem", "s3")
DATABASES = ("sqlite", "postgresql")
Outcome = tuple[object, list[Table]]


def size(text: str) -> int:
    found = re.fullmatch(r"(\d+)([kmg]?)(?:i?b)?", text.strip().lower())
    if found is None or int(found[1]) * UNITS[found[2]] < 512:
        raise argparse.ArgumentTypeError(f"{text!r} is not a size of at least 512 bytes such as 1k, 64m or 2g")
    return int(found[1]) * UNITS[found[2]]


def run_uploads(options: argparse.Namespace, workspace: Workspace) -> Outcome:
    contestants, missing = line_up(workspace, options.who)
    for name, reason in missing.items():
        say(f"{name} does not take part: {reason}")
    sizes = options.sizes or [
        size(text) for text in (("1k", "1m", "64m") if options.quick else ("1k", "1m", "64m", "2g"))
    ]
    results = [
        uploads.run_case(case, contestants, workspace)
        for case in uploads.cases(sizes, options.concurrency, options.repeats, quick=options.quick)
    ]
    found = uploads.tables(results, contestants)
    if missing:
        found.append(Table(title="Not measured", heading=["who", "why"], rows=[list(item) for item in missing.items()]))
    return results, found


def ours(options: argparse.Namespace, workspace: Workspace) -> list[Contestant]:
    """Forebay's own contestants; without one the section cannot say anything, and says so."""
    contestants, missing = line_up(workspace, [name for name in options.who if name in OURS])
    for name, reason in missing.items():
        say(f"{name} does not take part: {reason}")
    if not contestants:
        raise UnavailableError("; ".join(missing.values()) or f"--who names none of {', '.join(OURS)}")
    return contestants


def run_memory(options: argparse.Namespace, workspace: Workspace) -> Outcome:
    contestants = ours(options, workspace)
    growths = memory.grow(contestants, workspace, options.stores, quick=options.quick)
    repeats = options.repeats or (1 if options.quick else 3)
    stalls = [
        memory.stall(contestant, workspace, eager=eager, repeats=repeats)
        for contestant in contestants
        for eager in ([8 * 1024**2] if options.quick else [512, 8 * 1024**2])
    ]
    return {"growth": growths, "stalled": stalls}, memory.tables(growths, stalls)


def run_startup(options: argparse.Namespace, workspace: Workspace) -> Outcome:
    ours(options, workspace)
    starts = startup.measure(workspace, options.repeats or (3 if options.quick else 10))
    return starts, startup.tables(starts)


def run_listing(options: argparse.Namespace, workspace: Workspace) -> Outcome:
    ours(options, workspace)
    counts = options.rows or ([1_000, 100_000] if options.quick else [10_000, 1_000_000])
    listed = listing.measure(workspace, options.databases, counts, 50 if options.quick else 200)
    return listed, listing.tables(listed)


def run_jobs(options: argparse.Namespace, workspace: Workspace) -> Outcome:
    ours(options, workspace)
    passed = jobs.measure(
        workspace, options.queues, repeats=options.repeats or (1 if options.quick else 3), quick=options.quick
    )
    return passed, jobs.tables(passed)


def run_catalogue(options: argparse.Namespace, workspace: Workspace) -> Outcome:
    return catalogue.run(workspace, options.repeats or (1 if options.quick else 5), quick=options.quick)


def run_documents(options: argparse.Namespace, workspace: Workspace) -> Outcome:
    return documents.run(workspace, options.repeats or (1 if options.quick else 5), quick=options.quick)


def run_search(options: argparse.Namespace, workspace: Workspace) -> Outcome:
    (count, *_) = options.rows or [10_000 if options.quick else 100_000]
    found = search.measure(workspace, options.databases, count, each=20 if options.quick else 100)
    return found, search.tables(found, count)


def run_web(options: argparse.Namespace, workspace: Workspace) -> Outcome:
    found, sizes = web.measure(workspace, options.repeats or (3 if options.quick else 10))
    return found, web.tables(found, sizes)


def run_footprint(options: argparse.Namespace, workspace: Workspace) -> Outcome:
    ours(options, workspace)
    residents, kept = footprint.measure(workspace, options.databases, quick=options.quick)
    return {"memory": residents, "database": kept}, footprint.tables(residents, kept)


def run_pipelines(options: argparse.Namespace, workspace: Workspace) -> Outcome:
    counts = options.rows or ([pipelines.SMALL] if options.quick else [pipelines.SMALL, 5_000_000])
    return pipelines.run(workspace, counts, quick=options.quick)


SECTIONS: dict[str, Callable[[argparse.Namespace, Workspace], Outcome]] = {
    "uploads": run_uploads,
    "memory": run_memory,
    "listing": run_listing,
    "startup": run_startup,
    "catalogue": run_catalogue,
    "documents": run_documents,
    "search": run_search,
    "pipelines": run_pipelines,
    "jobs": run_jobs,
    "footprint": run_footprint,
    "web": run_web,
}


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("sections", nargs="*", metavar="SECTION", help=f"{', '.join(SECTIONS)}; default: all")
    parser.add_argument("--quick", action="store_true", help="a few minutes: fewer and smaller runs, no medians")
    parser.add_argument("--sizes", type=size, nargs="+", help="upload sizes, such as 1k 64m 2g")
    parser.add_argument("--concurrency", type=int, nargs="+", default=[1, 8])
    parser.add_argument("--repeats", type=int, help="runs of each contestant in each case")
    parser.add_argument("--who", nargs="+", choices=NAMES, default=list(NAMES), help="contestants of the uploads")
    parser.add_argument(
        "--stores", nargs="+", choices=STORES, default=list(STORES), help="blob stores of the memory runs"
    )
    parser.add_argument("--databases", nargs="+", choices=DATABASES, default=list(DATABASES), help="for the listing")
    parser.add_argument("--queues", nargs="+", choices=jobs.QUEUES, default=list(jobs.QUEUES), help="for the jobs")
    parser.add_argument("--rows", type=int, nargs="+", help="numbers of runs to compare in the listing")
    parser.add_argument("--folder", type=Path, default=RESULTS, help="for results and temporary data; a real disk")
    options = parser.parse_args()
    unknown = [name for name in options.sections if name not in SECTIONS]
    if unknown:
        parser.error(f"there is no section {unknown[0]!r}; there are {', '.join(SECTIONS)}")
    return options


def main() -> None:
    options = arguments()
    facts = machine()
    print("## Benchmarks\n\n" + ", ".join(f"{name} {value}" for name, value in facts.items()) + "\n", flush=True)
    kept: dict[str, object] = {}
    failed = False
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that servers are ended and folders removed
    with alone(), open_workspace(options.folder) as workspace:
        for name in options.sections or SECTIONS:
            say(f"section {name}")
            try:
                kept[name], found = SECTIONS[name](options, workspace)
            except Exception as error:  # noqa: BLE001 - one broken section must not cost the figures of the others
                traceback.print_exc()
                found, failed = [Table(title=name, heading=["failed"], rows=[[str(error)[:300]]])], True
            for table in found:
                print(table.markdown(), flush=True)
    say(f"figures: {write_json(options.folder, facts, kept)}")
    sys.exit(1 if failed else 0)

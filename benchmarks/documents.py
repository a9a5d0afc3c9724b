"""Section `documents`: text of PDFs, against pdftotext and markitdown on the same files."""

from __future__ import annotations

import importlib.util
import json
import shutil
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.contestants import UnavailableError
from benchmarks.quiet import wait_until_calm
from benchmarks.report import Table, megabytes, say
from benchmarks.workspace import REPOSITORY, Workspace

OURS, POPPLER, MARKITDOWN = "forebay", "pdftotext", "markitdown"
MOST_OF_POPPLER, LEAST_OF_MARKITDOWN = 1.5, 3.0
_PAIRS = REPOSITORY / ".corpus" / "pairs"
_FILES = (
    "debian-faq--debian-faq.en.pdf",
    "debian-policy--policy.pdf",
    "developers-reference--developers-reference.pdf",
    "debian-reference-de--debian-reference.de.pdf",
)
_LOOK_SECONDS = 0.003


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """Seconds for each file, and the most memory that was resident in the process that opened them."""

    who: str
    seconds: tuple[float, ...]
    peak_bytes: int


def in_python(who: str, arguments: list[str]) -> tuple[Turn, int]:
    done = subprocess.run(
        [sys.executable, *arguments], check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        cwd=REPOSITORY,
    )  # fmt: skip
    found = json.loads(done.stdout)
    return Turn(who=who, seconds=tuple(found["seconds"]), peak_bytes=found["peak_bytes"]), int(found.get("pages", 0))


def poppler(program: str, paths: list[str]) -> Turn:
    """A process for each file: that is how it is used. Its memory is looked at while it runs."""
    seconds: list[float] = []
    peak = 0
    for path in paths:
        began = time.perf_counter()
        child = subprocess.Popen([program, path, "-"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while child.poll() is None:
            peak = max(peak, _resident(child.pid))
            try:
                child.wait(_LOOK_SECONDS)
            except subprocess.TimeoutExpired:
                continue
        seconds.append(time.perf_counter() - began)
    return Turn(who=POPPLER, seconds=tuple(seconds), peak_bytes=peak)


def _resident(pid: int) -> int:
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
        return int(status.split("VmHWM:")[1].split()[0]) * 1024 if "pdftotext" in status.split("\n", 1)[0] else 0
    except (OSError, IndexError):
        return 0


def run(workspace: Workspace, repeats: int, *, quick: bool) -> tuple[list[Turn], list[Table]]:
    del workspace
    paths = [str(_PAIRS / name) for name in (_FILES[:1] if quick else _FILES)]
    if missing := [path for path in paths if not Path(path).exists()]:
        raise UnavailableError(f"{Path(missing[0]).name} is not there: run python tests/corpus/fetch.py")
    program = shutil.which(POPPLER)
    absent = [] if program else [f"{POPPLER} is not installed (Debian: poppler-utils)"]
    markitdown = importlib.util.find_spec(MARKITDOWN) is not None
    absent += [] if markitdown else [f"{MARKITDOWN} is not installed (pip install 'markitdown[pdf]')"]
    for reason in absent:
        say(f"  {reason}")
    turns: list[Turn] = []
    pages = 0
    for _ in range(repeats):
        wait_until_calm()
        own, pages = in_python(OURS, ["-m", "benchmarks.documents_run", *paths])
        turns.append(own)
        if program:
            turns.append(poppler(program, paths))
        if markitdown:
            turns.append(in_python(MARKITDOWN, ["benchmarks/peers/markitdown_run.py", *paths])[0])
        say("  " + ", ".join(f"{turn.who} {sum(turn.seconds):.2f} s" for turn in turns[-3:]))
    return turns, [_table(turns, pages, len(paths), absent)]


def _table(turns: list[Turn], pages: int, files: int, absent: list[str]) -> Table:
    totals = {who: [sum(turn.seconds) for turn in turns if turn.who == who] for who in (OURS, POPPLER, MARKITDOWN)}
    own = statistics.median(totals[OURS])
    rows = []
    for who, seconds in totals.items():
        if seconds:
            median = statistics.median(seconds)
            peak = max(turn.peak_bytes for turn in turns if turn.who == who)
            rows.append([
                who, f"{median:.2f} s", f"{min(seconds):.2f} to {max(seconds):.2f} s", f"{pages / median:.0f}",
                f"{own / median:.2f}", megabytes(peak),
            ])  # fmt: skip
    return Table(
        title=f"Text of {files} PDFs with {pages} pages",
        heading=["who", "median", "range", "pages a second", "Forebay's time to it", "memory of the reader"],
        rows=rows,
        notes=[
            f"to reach: at most {MOST_OF_POPPLER} of {POPPLER}'s time, 1/{LEAST_OF_MARKITDOWN:g} of {MARKITDOWN}'s",
            "Forebay's includes the bytes' way to another process, the text's way back, and telling the language",
            *absent,
        ],
    )

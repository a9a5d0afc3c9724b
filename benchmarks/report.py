"""What a benchmark leaves: Markdown on standard output, JSON in results/, progress on standard error."""

from __future__ import annotations

import dataclasses
import json
import os
import platform
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.workspace import commit


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One Markdown table with its title and the lines that explain it."""

    title: str
    heading: Sequence[str]
    rows: Sequence[Sequence[str]]
    notes: Sequence[str] = field(default=())

    def markdown(self) -> str:
        lines = [self.heading, ["---"] * len(self.heading), *self.rows]
        text = "\n".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |" for line in lines)
        notes = "".join(f"- {note}\n" for note in self.notes)
        return f"### {self.title}\n\n{text}\n\n{notes}"


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def ratio(value: float | None, against: float | None) -> str:
    return f"{value / against:.2f}" if value is not None and against else ""


def bytes_text(size: int) -> str:
    for unit, name in ((1024**3, "GiB"), (1024**2, "MiB"), (1024, "KiB")):
        if size >= unit:
            return f"{size / unit:.4g} {name}"
    return f"{size} B"


def megabytes(size: float | None) -> str:
    return "" if size is None else f"{size / 1024**2:.0f} MiB"


def milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:.4g} ms"


def machine() -> dict[str, str]:
    """What the figures depend on, and no name of a machine or person."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "commit": commit(),
        "time": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "system": f"{platform.system()} {platform.machine()}",
        "cpus": str(os.cpu_count()),
        "memory": bytes_text(memory),
        "python": platform.python_version(),
    }


def plain(value: object) -> object:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {entry.name: plain(getattr(value, entry.name)) for entry in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value


def write_json(folder: Path, facts: Mapping[str, str], sections: Mapping[str, object]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{facts['time'].replace(':', '')}-{'-'.join(sections) or 'none'}.json"
    target.write_text(json.dumps({"machine": facts, "sections": plain(sections)}, indent=2) + "\n", encoding="utf-8")
    return target

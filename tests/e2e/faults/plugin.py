"""A package that is installed for a test only: a processor and blob stores of ours, found through entry points."""

from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[3]
_METADATA = "Metadata-Version: 2.1\nName: forebay-faults\nVersion: 1.0\n"
_ENTRY_POINTS = """\
[forebay.processors]
gated = tests.e2e.faults.gated_processor:processor
[forebay.blob_stores]
slow = tests.e2e.faults.slow_blobs:open_slow_blobs
gated = tests.e2e.faults.gated_blobs:open_gated_blobs
"""


def installed_for_processes(folder: Path) -> dict[str, str]:
    """The environment in which a process finds the package."""
    info = folder / "installed" / "forebay_faults-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(_METADATA)
    (info / "entry_points.txt").write_text(_ENTRY_POINTS)
    return {"PYTHONPATH": f"{info.parent}:{_ROOT}"}


def installed_here(patch: pytest.MonkeyPatch) -> None:
    """The test's own process finds the processor as well."""
    point = EntryPoint("gated", "tests.e2e.faults.gated_processor:processor", "forebay.processors")
    patch.setattr("forebay.bootstrap.processors.entry_points", lambda *, group: [point])

"""A package that is installed for the processes of a test only: a processor and a blob store of ours."""

import sys
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[3]
_METADATA = "Metadata-Version: 2.1\nName: forebay-faults\nVersion: 1.0\n"
_ENTRY_POINTS = """\
[forebay.processors]
gated = tests.e2e.faults.gated_processor:processor
[forebay.blob_stores]
slow = tests.e2e.faults.slow_blobs:open_slow_blobs
"""


def installed_for_processes(folder: Path) -> dict[str, str]:
    """The environment in which the package is found."""
    info = folder / "installed" / "forebay_faults-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(_METADATA)
    (info / "entry_points.txt").write_text(_ENTRY_POINTS)
    return {"PYTHONPATH": f"{info.parent}:{_ROOT}"}


def installed_here(folder: Path, patch: pytest.MonkeyPatch) -> dict[str, str]:
    """The same, and the test's own process finds it as well."""
    environ = installed_for_processes(folder)
    patch.syspath_prepend(environ["PYTHONPATH"].partition(":")[0])
    assert sys.path[0] == environ["PYTHONPATH"].partition(":")[0]
    return environ

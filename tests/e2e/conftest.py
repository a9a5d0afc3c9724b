"""What the tests of this folder have in common."""

from pathlib import Path

import pytest

from tests.e2e.faults.plugin import installed_here
from tests.e2e.faults.setting import BACKENDS, settings_on


@pytest.fixture(params=BACKENDS)
def quick(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Settings with short leases on an empty database, with the gated processor installed here and for processes."""
    installed_here(monkeypatch)
    return settings_on(request.param, tmp_path, request)

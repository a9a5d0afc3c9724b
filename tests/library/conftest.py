"""A Forebay on memory and one on the embedded default; tests that ask for `forebay` or `blocking` run on both."""

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from forebay import Forebay, SyncForebay
from forebay.bootstrap.library import OpenOptions


@pytest.fixture(autouse=True)
def _clean_surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting from the environment or a `.env` of the developer's gets in."""
    for name in os.environ:
        if name.startswith("FOREBAY_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


@pytest.fixture(
    params=[
        pytest.param("memory", marks=pytest.mark.adapter("memory")),
        pytest.param("default", marks=pytest.mark.adapter("sqlite", "filesystem")),
    ]
)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> OpenOptions:
    if request.param == "memory":
        return {"database_url": "memory:", "blob_url": "memory:", "max_upload_bytes": 2_000_000}
    return {"data_dir": tmp_path / "data", "max_upload_bytes": 2_000_000}


@pytest.fixture
async def forebay(place: OpenOptions) -> AsyncIterator[Forebay]:
    async with Forebay.open(**place) as opened:
        yield opened


@pytest.fixture
def blocking(place: OpenOptions) -> Iterator[SyncForebay]:
    with SyncForebay.open(**place) as opened:
        yield opened

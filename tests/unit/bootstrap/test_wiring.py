"""The object graph, and the parts that URLs choose."""

import dataclasses
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from importlib.metadata import EntryPoint, EntryPoints
from pathlib import Path

import pytest

from forebay.adapters.memory.blobs import MemoryBlobStore
from forebay.adapters.memory.queue import MemoryQueue
from forebay.bootstrap import schemes
from forebay.bootstrap.archives import open_archives
from forebay.bootstrap.container import Container
from forebay.bootstrap.observing import EmbeddedLog
from forebay.bootstrap.parts import BlobParts
from forebay.bootstrap.runtime import open_use_cases
from forebay.bootstrap.schemes import choose_blobs, choose_database, file_path, open_memory_database
from forebay.bootstrap.settings import Settings, load_settings
from forebay.domain.errors import SettingError

IN_MEMORY = Settings(database_url="memory:", blob_url="memory:")


async def test_every_provider_of_the_container_builds() -> None:
    """mypy does not see a wrong argument in a container; this does."""
    async with open_memory_database(IN_MEMORY) as database, open_archives(IN_MEMORY) as archives:
        with ThreadPoolExecutor() as hashing:
            container = Container(
                settings=IN_MEMORY,
                database=database,
                blob_parts=BlobParts(store=MemoryBlobStore()),
                hashing=hashing,
                probes=(),
                signals=database.signals,
                queue=MemoryQueue(),
                archives=archives,
                observer=EmbeddedLog(),
            )
            built = {name: provider() for name, provider in container.providers.items()}
            bundle = built["use_cases"]
            for context in dataclasses.fields(bundle):
                for use_case in dataclasses.fields(getattr(bundle, context.name)):
                    assert callable(getattr(getattr(bundle, context.name), use_case.name))
            assert container.use_cases() is bundle


async def test_memory_works_for_every_part() -> None:
    async with open_use_cases(IN_MEMORY) as use_cases:
        report = await use_cases.system.check_health()
        assert report.ok


@pytest.mark.parametrize("url", ["ftp://x", "", "C:/blobs", "mysql://x"])
def test_a_scheme_that_is_not_known_is_refused_with_those_that_are(url: str) -> None:
    with pytest.raises(SettingError, match="file, memory, s3") as caught:
        choose_blobs(Settings(blob_url=url))
    assert caught.value.field == "FOREBAY_BLOB_URL"
    with pytest.raises(SettingError, match="postgresql"):
        choose_database(Settings(database_url=url))


def test_an_outside_package_adds_a_scheme_through_an_entry_point(monkeypatch: pytest.MonkeyPatch) -> None:
    point = EntryPoint(name="tape", value=f"{__name__}:open_tape", group="forebay.blob_stores")
    monkeypatch.setattr(schemes, "entry_points", lambda *, group: EntryPoints([point] if "blob" in group else []))
    assert choose_blobs(Settings(blob_url="tape://drive/1")) is open_tape


@asynccontextmanager
async def open_tape(settings: Settings) -> AsyncIterator[BlobParts]:
    yield BlobParts(store=MemoryBlobStore())


@pytest.mark.parametrize("url", ["file://relative/x", "file:relative"])
def test_a_folder_must_be_absolute(url: str) -> None:
    with pytest.raises(SettingError, match="three slashes"):
        file_path(url)


def test_a_folder_may_have_any_name(tmp_path: Path) -> None:
    settings = load_settings({"FOREBAY_DATA_DIR": str(tmp_path / "a b#ü")}, env_file=tmp_path / "none")
    assert file_path(settings.blob_url) == tmp_path / "a b#ü" / "blobs"

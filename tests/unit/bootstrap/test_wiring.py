"""The object graph, and the parts that URLs choose."""

import dataclasses
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import timedelta
from importlib.metadata import EntryPoint, EntryPoints
from pathlib import Path

import pytest

from forebay.adapters.memory.blobs import MemoryBlobStore
from forebay.adapters.memory.queue import MemoryQueue
from forebay.adapters.system.local_queue import LocalQueue
from forebay.adapters.system.no_sources import NoSources
from forebay.adapters.system.polling_signals import PollingSignals
from forebay.adapters.system.spool import FileSpool
from forebay.application.ports.signals import Topic
from forebay.bootstrap import runtime, schemes
from forebay.bootstrap.alert_observing import EmbeddedAlertLog
from forebay.bootstrap.alerting import open_notifiers
from forebay.bootstrap.archives import open_archives
from forebay.bootstrap.classification import open_classifiers
from forebay.bootstrap.container import Container
from forebay.bootstrap.observing import EmbeddedLog
from forebay.bootstrap.parts import BlobParts, QueueParts
from forebay.bootstrap.runtime import Replacements, open_use_cases
from forebay.bootstrap.schemes import choose_blobs, choose_database, choose_queue, file_path, open_memory_database
from forebay.bootstrap.settings import Settings, load_settings
from forebay.bootstrap.text import open_text
from forebay.domain.errors import SettingError
from tests.unit.intake.archives import ScriptedArchives

IN_MEMORY = Settings(database_url="memory:", blob_url="memory:", queue_url="memory:")


async def test_every_provider_of_the_container_builds() -> None:
    """mypy does not see a wrong argument in a container; this does."""
    async with (
        open_memory_database(IN_MEMORY) as database,
        open_archives(IN_MEMORY) as archives,
        open_text(IN_MEMORY) as text,
        open_classifiers(IN_MEMORY) as classification,
        open_notifiers() as notifiers,
    ):
        with ThreadPoolExecutor() as hashing:
            container = Container(
                settings=IN_MEMORY,
                database=database,
                blob_parts=BlobParts(store=MemoryBlobStore()),
                hashing=hashing,
                probes=(),
                signals=database.signals,
                queue_parts=QueueParts(queue=MemoryQueue(), is_local=True),
                archives=archives,
                text=text,
                spool=FileSpool(None, hashing),
                classification=classification,
                run_sources=NoSources(),
                observer=EmbeddedLog(),
                notifiers=notifiers,
                alert_observer=EmbeddedAlertLog(),
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
        assert [part.name for part in report.parts] == ["storage", "queue"]


async def test_a_queue_and_archives_and_an_observer_may_be_brought_along() -> None:
    queue = MemoryQueue()
    given = Replacements(queue=queue, archives=ScriptedArchives(), observer=EmbeddedLog())
    async with open_use_cases(Settings(database_url="memory:", blob_url="memory:"), given) as use_cases:
        assert (await use_cases.processing.recover_jobs(grace=timedelta(0))).announced == 0


async def test_a_unit_of_work_without_signals_is_looked_at_once_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[PollingSignals] = []

    class Remembered(PollingSignals):
        def __init__(self) -> None:
            super().__init__()
            made.append(self)

    monkeypatch.setattr(runtime, "PollingSignals", Remembered)
    async with open_memory_database(IN_MEMORY) as database:
        given = Replacements(unit_of_work=database.unit_of_work, archives=ScriptedArchives())
        async with open_use_cases(IN_MEMORY, given):
            (signals,) = made
            async with signals.listen(Topic.JOBS) as listener:
                assert await listener.wait(60) is True


@pytest.mark.parametrize("url", ["ftp://x", "", "C:/blobs", "mysql://x"])
def test_a_scheme_that_is_not_known_is_refused_with_those_that_are(url: str) -> None:
    with pytest.raises(SettingError, match="file, memory, s3") as caught:
        choose_blobs(Settings(blob_url=url))
    assert caught.value.field == "FOREBAY_BLOB_URL"
    with pytest.raises(SettingError, match="postgresql"):
        choose_database(Settings(database_url=url))
    with pytest.raises(SettingError, match="amqp, amqps, local, memory, redis, rediss") as caught:
        choose_queue(Settings(queue_url=url))
    assert caught.value.field == "FOREBAY_QUEUE_URL"


async def test_the_local_queue_is_the_default_and_says_where_jobs_are_found() -> None:
    async with choose_queue(Settings())(Settings()) as parts:
        assert isinstance(parts.queue, LocalQueue)
        assert parts.is_local
        assert parts.probe is not None
        assert "database" in await parts.probe.check()


def test_an_outside_package_adds_a_scheme_through_an_entry_point(monkeypatch: pytest.MonkeyPatch) -> None:
    point = EntryPoint(name="tape", value=f"{__name__}:open_tape", group="forebay.blob_stores")
    monkeypatch.setattr(schemes, "entry_points", lambda *, group: EntryPoints([point] if "blob" in group else []))
    assert choose_blobs(Settings(blob_url="tape://drive/1")) is open_tape


def test_an_outside_package_adds_a_queue_through_an_entry_point(monkeypatch: pytest.MonkeyPatch) -> None:
    point = EntryPoint(name="pigeon", value=f"{__name__}:open_pigeons", group="forebay.queues")
    monkeypatch.setattr(schemes, "entry_points", lambda *, group: EntryPoints([point] if "queues" in group else []))
    assert choose_queue(Settings(queue_url="pigeon://loft")) is open_pigeons


@asynccontextmanager
async def open_pigeons(settings: Settings) -> AsyncIterator[QueueParts]:
    yield QueueParts(queue=MemoryQueue(), is_local=False)


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

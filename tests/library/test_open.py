"""Opening: settings and what wins over them, adapters that are brought along, and what `import forebay` costs."""

import inspect
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

import forebay as package
from forebay import Forebay, ForebayError, SettingError, SyncForebay, UnavailableError
from forebay.adapters.memory.blobs import MemoryBlobStore
from forebay.adapters.memory.unit_of_work import MemoryDatabase, MemoryUnitOfWorkFactory
from forebay.bootstrap.library import OpenOptions
from tests.library.contents import SMALL

HEAVY = ("alembic", "dependency_injector", "httpx", "litestar", "msgspec", "rich", "sqlalchemy", "structlog", "typer")


class NamedProbe:
    name = "coffee"

    async def check(self) -> str:
        return "hot"


class StoppedClock:
    def now(self) -> datetime:
        return datetime(2031, 5, 17, 12, tzinfo=UTC)


class CountingIds:
    def __init__(self) -> None:
        self._numbers: Iterator[int] = iter(range(1, 1000))

    def new_id(self) -> UUID:
        return UUID(int=next(self._numbers))

    def random_id(self) -> UUID:
        return UUID(int=next(self._numbers), version=4)


async def test_the_settings_say_where_when_the_caller_does_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text(f"FOREBAY_DATA_DIR={tmp_path / 'from env file'}\nFOREBAY_MAX_UPLOAD_BYTES=10\n")
    monkeypatch.setenv("FOREBAY_DATA_DIR", str(tmp_path / "from environment"))
    async with Forebay.open() as forebay:
        with pytest.raises(ForebayError, match="limit of 10 bytes"):
            await forebay.upload(SMALL, type="document", name="a.txt")
    assert (tmp_path / "from environment" / "forebay.db").is_file()
    assert not (tmp_path / "from env file").exists()


async def test_what_the_caller_says_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOREBAY_DATABASE_URL", "nonsense:")
    monkeypatch.setenv("FOREBAY_BLOB_URL", "nonsense:")
    database_url = f"sqlite:///{tmp_path / 'deep' / 'down' / 'my.db'}"
    async with Forebay.open(database_url=database_url, blob_url=(tmp_path / "bytes").as_uri()) as forebay:
        await forebay.upload(SMALL, type="document", name="a.txt")
    assert (tmp_path / "deep" / "down" / "my.db").is_file()
    assert (tmp_path / "bytes").is_dir()


async def test_what_is_stored_is_there_the_next_time(tmp_path: Path) -> None:
    async with Forebay.open(data_dir=tmp_path / "data") as forebay:
        run = (await forebay.upload(SMALL, type="document", name="a.txt")).run
    async with Forebay.open(data_dir=tmp_path / "data") as forebay:
        assert await forebay.get_run(run.id) == run
        assert await forebay.read_file(run.files[0].id) == SMALL


@pytest.mark.parametrize(
    ("options", "setting"),
    [
        (OpenOptions(database_url="oracle://x"), "FOREBAY_DATABASE_URL"),
        (OpenOptions(blob_url="ftp://x"), "FOREBAY_BLOB_URL"),
        (OpenOptions(blob_url="file://host/relative"), "FOREBAY_BLOB_URL"),
        (OpenOptions(max_upload_bytes=0), "FOREBAY_MAX_UPLOAD_BYTES"),
        (OpenOptions(sweep_grace_seconds=1.0), "FOREBAY_SWEEP_GRACE_SECONDS"),
    ],
)
async def test_a_setting_that_cannot_be_is_named(tmp_path: Path, options: OpenOptions, setting: str) -> None:
    options = {"data_dir": tmp_path / "data", **options}
    with pytest.raises(SettingError, match=setting):
        async with Forebay.open(**options):
            pytest.fail("it was opened")


async def test_adapters_can_be_brought_along() -> None:
    blobs, database = MemoryBlobStore(), MemoryDatabase()
    async with Forebay.open(
        unit_of_work=MemoryUnitOfWorkFactory(database),
        blobs=blobs,
        incomplete=blobs,
        clock=StoppedClock(),
        ids=CountingIds(),
        probes=(blobs, NamedProbe()),
    ) as forebay:
        run = (await forebay.upload(SMALL, type="document", name="a.txt")).run
        report = await forebay.health()
    assert run.id == UUID(int=1)
    assert run.created_at == StoppedClock().now()
    # The store is the caller's, and still open.
    assert [info.size_bytes async for info in blobs.list_objects()] == [len(SMALL)]
    parts = {part.name: part.detail for part in report.parts}
    assert parts.pop("queue").startswith("local: ")
    assert parts == {"storage": "memory, 1 objects", "coffee": "hot"}


async def test_one_adapter_can_be_brought_along(tmp_path: Path) -> None:
    blobs = MemoryBlobStore()
    async with Forebay.open(data_dir=tmp_path / "data", blobs=blobs) as forebay:
        await forebay.upload(SMALL, type="document", name="a.txt")
    assert [info.size_bytes async for info in blobs.list_objects()] == [len(SMALL)]
    assert (tmp_path / "data" / "forebay.db").is_file()
    assert not (tmp_path / "data" / "blobs").exists()


async def test_nothing_is_written_to_standard_output(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    url = "postgresql://nobody@127.0.0.1:1/nothing"
    with pytest.raises(UnavailableError):
        async with Forebay.open(data_dir=tmp_path, database_url=url, database_wait_seconds=0.5):
            pytest.fail("it was opened")
    assert capsys.readouterr().out == ""


def test_a_subclass_opens_as_itself() -> None:
    class Mine(SyncForebay):
        def newest(self) -> str:
            return self.list_runs(limit=1).items[0].files[0].path

    with Mine.open(database_url="memory:", blob_url="memory:") as mine:
        mine.upload(SMALL, type="document", name="a.txt")
        assert mine.newest() == "a.txt"


def test_the_options_are_the_parameters_of_open() -> None:
    parameters = inspect.signature(Forebay.open).parameters
    assert list(OpenOptions.__annotations__) == list(parameters)
    assert {p.kind for p in parameters.values()} == {inspect.Parameter.KEYWORD_ONLY}


def test_importing_it_loads_nothing_heavy() -> None:
    program = f"import sys, forebay; print(*(name for name in {HEAVY!r} if name in sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert loaded.stdout.split() == []


def test_everything_it_says_it_has_is_there() -> None:
    assert sorted(package.__all__) == package.__all__
    assert all(hasattr(package, name) for name in package.__all__)
    assert package.__version__
    assert (Path(package.__file__).parent / "py.typed").is_file()

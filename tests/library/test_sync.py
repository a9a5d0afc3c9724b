"""SyncForebay: the same as Forebay, for threads instead of tasks."""

import asyncio
import inspect
import io
import shutil
import signal
import tarfile
import threading
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import pytest

from forebay import Forebay, NotFoundError, RunStatus, SettingError, SortOrder, SweepFinding, SyncForebay
from forebay.bootstrap.library import OpenOptions
from forebay.domain.intake.errors import RunNotFoundError, UploadInterruptedError, WrongContentError
from forebay.entrypoints.library.asynchronous import AsyncForebay
from forebay.entrypoints.library.blocking import BlockingForebay
from tests.library.contents import BLOCKING, LARGE, SMALL, close, sha256

LINE = LARGE.partition(b"\n")[0] + b"\n"


@pytest.mark.parametrize("form", BLOCKING)
def test_every_form_of_content_is_stored_whole(blocking: SyncForebay, tmp_path: Path, form: str) -> None:
    given = BLOCKING[form](tmp_path / "app.conf", LARGE)
    receipt = blocking.upload(given, type="single_conf", name="given.conf", sha256=sha256(LARGE))
    assert blocking.read_file(receipt.run.files[0].id) == LARGE
    close(given)


def test_both_twins_see_the_same(tmp_path: Path) -> None:
    with SyncForebay.open(data_dir=tmp_path / "data") as blocking:
        for number in range(3):
            blocking.upload(b"%d" % number, type="document", name=f"{number}.txt", label=f"No {number}")
        seen_blocking = (
            list(blocking.runs()),
            blocking.list_runs(limit=2, label="no"),
            list(blocking.runs(order=SortOrder.ASC, label="1")),
            blocking.get_run(blocking.list_runs().items[0].id),
            list(blocking.files(blocking.list_runs().items[0].id)),
            blocking.health().ok,
            blocking.sweep(dry_run=True),
        )

    async def look() -> object:
        async with Forebay.open(data_dir=tmp_path / "data") as forebay:
            newest = (await forebay.list_runs()).items[0]
            return (
                [run async for run in forebay.runs()],
                await forebay.list_runs(limit=2, label="no"),
                [run async for run in forebay.runs(order=SortOrder.ASC, label="1")],
                await forebay.get_run(newest.id),
                [file async for file in forebay.files(newest.id)],
                (await forebay.health()).ok,
                await forebay.sweep(dry_run=True),
            )

    assert asyncio.run(look()) == seen_blocking


def test_the_twins_have_the_same_methods_with_the_same_parameters() -> None:
    def methods(facade: type) -> dict[str, list[str]]:
        return {
            name: [p.name for p in inspect.signature(method).parameters.values() if p.name != "fields"]
            for name, method in inspect.getmembers(facade, inspect.isfunction)
            if not name.startswith("_")
        }

    asynchronous, blocking = methods(AsyncForebay), methods(BlockingForebay)
    for name in ("upload", "upload_document"):  # the rest are typed dictionaries, which mypy holds against these two
        assert blocking.pop(name) == asynchronous.pop(name)[:2]
    assert blocking == asynchronous


def test_errors_are_those_of_the_use_cases(blocking: SyncForebay) -> None:
    with pytest.raises(WrongContentError):
        blocking.upload(SMALL, type="archive", name="a.tar")
    with pytest.raises(RunNotFoundError):
        blocking.get_run(uuid4())
    with pytest.raises(NotFoundError), blocking.open_file(uuid4()):
        pytest.fail("it was opened")
    with pytest.raises(FileNotFoundError):
        blocking.upload("none.txt", type="document")


def test_an_iterator_that_breaks_leaves_a_failed_run(blocking: SyncForebay) -> None:
    def breaking() -> Iterator[bytes]:
        yield LARGE
        raise ConnectionResetError

    with pytest.raises(UploadInterruptedError):
        blocking.upload(breaking(), type="document", name="a.txt")
    assert blocking.list_runs().items[0].status is RunStatus.FAILED


def test_a_stored_file_is_read_like_any_binary_file(blocking: SyncForebay) -> None:
    run = blocking.upload(LARGE, type="document", name="a.txt").run
    with blocking.open_file(run.files[0].id) as content:
        assert content.file == run.files[0]
        assert content.readline() == LINE
        assert content.read(10) + content.read() == LARGE[len(LINE) :]
        assert content.read() == b""
    assert content.closed
    with blocking.open_file(run.files[0].id, start=100, stop=300_000) as content:
        assert b"".join(content.chunks()) == LARGE[100:300_000]
    with blocking.open_file(run.files[0].id) as content:
        assert sum(1 for _ in content) == 20_000
    copy = io.BytesIO()
    with blocking.open_file(run.files[0].id) as content:
        shutil.copyfileobj(content, copy)
    assert copy.getvalue() == LARGE


def test_an_archive_is_read_without_a_copy_on_disk(blocking: SyncForebay) -> None:
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w:gz") as tar:
        member = tarfile.TarInfo("app/default/app.conf")
        member.size = len(LARGE)
        tar.addfile(member, io.BytesIO(LARGE))
    run = blocking.upload(raw.getvalue(), type="app_bundle", name="app.tgz").run
    with blocking.open_file(run.files[0].id) as content, tarfile.open(fileobj=content, mode="r|*") as stored:
        assert stored.getnames() == ["app/default/app.conf"]


def test_download(blocking: SyncForebay, tmp_path: Path) -> None:
    run = blocking.upload(LARGE, type="document", name="a.txt").run
    assert blocking.download(run.files[0].id, tmp_path / "b.txt").read_bytes() == LARGE
    with pytest.raises(FileExistsError):
        blocking.download(run.files[0].id, tmp_path / "b.txt")


def test_many_threads_share_one(blocking: SyncForebay) -> None:
    contents = [b"%d " % number + LARGE for number in range(12)]

    def round_trip(content: bytes) -> bytes:
        file = blocking.upload(content, type="document", name="a.txt").run.files[0]
        with blocking.open_file(file.id) as stored:
            return stored.read()

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(round_trip, contents)) == contents
    assert len(list(blocking.runs())) == 12


def test_ctrl_c_ends_an_upload_in_order(blocking: SyncForebay) -> None:
    main = threading.main_thread().ident
    assert main is not None

    async def interrupting() -> AsyncIterator[bytes]:
        yield LARGE
        signal.pthread_kill(main, signal.SIGINT)
        await asyncio.Event().wait()

    upload = AsyncForebay.upload(blocking._forebay, interrupting(), type="document", name="a.txt")
    with pytest.raises(KeyboardInterrupt):
        blocking._thread.run(upload)
    (run,) = blocking.runs()
    assert run.error is not None
    assert run.error.code == "upload_cancelled"


def test_leaving_waits_for_calls_under_way_and_refuses_new_ones(place: OpenOptions) -> None:
    arrived, go_on = threading.Event(), threading.Event()

    def slow() -> Iterator[bytes]:
        yield SMALL
        arrived.set()
        go_on.wait()

    with ThreadPoolExecutor(1) as pool:
        with SyncForebay.open(**place) as forebay:
            upload = pool.submit(forebay.upload, slow(), type="document", name="a.txt")
            arrived.wait()
            threading.Timer(0.05, go_on.set).start()
        assert upload.result().run.status is RunStatus.STORED
    with pytest.raises(RuntimeError, match="was closed"):
        forebay.list_runs()


def test_a_file_left_open_is_closed_with_the_rest(place: OpenOptions) -> None:
    with SyncForebay.open(**place) as forebay:
        file = forebay.upload(LARGE, type="document", name="a.txt").run.files[0]
        opened = forebay.open_file(file.id)
        content = opened.__enter__()
        assert content.read(10) == LARGE[:10]
    with pytest.raises(RuntimeError, match="was closed"):
        content.read()
    opened.__exit__(None, None, None)


def test_a_callback_cannot_call_back(place: OpenOptions) -> None:
    """It runs on the event loop's thread, which would wait for itself for ever."""
    with SyncForebay.open(**place) as forebay:
        loop_thread = forebay._thread

        async def call_back() -> None:
            forebay.list_runs()

        with pytest.raises(RuntimeError, match="own event loop"):
            loop_thread.run(call_back())

        def on_finding(finding: SweepFinding) -> None:
            pytest.fail(f"there is nothing to find: {finding}")

        forebay.sweep(on_finding=on_finding)


def test_what_cannot_be_opened_is_the_same_error(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="FOREBAY_BLOB_URL"), SyncForebay.open(blob_url="ftp://example"):
        pytest.fail("it was opened")


async def test_it_may_be_used_where_an_event_loop_runs(place: OpenOptions) -> None:
    def script() -> bytes:
        with SyncForebay.open(**place) as forebay:
            return forebay.read_file(forebay.upload(SMALL, type="document", name="a.txt").run.files[0].id)

    assert script() == SMALL
    assert await asyncio.to_thread(script) == SMALL

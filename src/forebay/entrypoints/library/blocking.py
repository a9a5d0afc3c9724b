"""The same methods for callers without an event loop."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Unpack
from uuid import UUID

from forebay.application.intake.sweep import SweepFinding, SweepReport
from forebay.application.intake.verify_report import DamagedBlob, VerifyReport
from forebay.application.system.check_health import HealthReport
from forebay.application.system.describe_system import SystemReport
from forebay.domain.intake.file import FileRole
from forebay.domain.paging import DEFAULT_LIMIT, MAX_LIMIT, Page, SortOrder
from forebay.entrypoints.library.asynchronous import AsyncForebay
from forebay.entrypoints.library.blocking_alerts import BlockingAlerts
from forebay.entrypoints.library.blocking_content import BlockingFileContent
from forebay.entrypoints.library.fields import RunWhere, UploadFields
from forebay.entrypoints.library.loop_thread import LoopThread
from forebay.entrypoints.library.results import File, Folder, Receipt, Run
from forebay.entrypoints.library.sources import BlockingContent


class BlockingForebay(BlockingAlerts):
    """AsyncForebay for scripts: same methods, same results, same errors. Usable from any number of threads."""

    def __init__(self, thread: LoopThread[AsyncForebay]) -> None:
        super().__init__(thread)

    def upload(self, content: BlockingContent, **fields: Unpack[UploadFields]) -> Receipt:
        """Stores `content` (a path as str or Path, bytes, a binary file, an iterator of bytes) whole and verified.

        `type` is required. `name`: the file's name; needed unless the content has one. `sha256`: what the bytes must
        hash to. `documents`: of an archive, whether what is inside becomes documents. `idempotency_key`: the same key
        with the same content answers with the first run.
        """
        return self._thread.run(self._forebay.upload(content, **fields))

    def list_runs(
        self,
        *,
        order: SortOrder | str = SortOrder.DESC,
        cursor: str | None = None,
        limit: int = DEFAULT_LIMIT,
        **where: Unpack[RunWhere],
    ) -> Page[Run]:
        """One page, newest first. `cursor`: the `next_cursor` of the page before. `limit`: 1 to 1000."""
        return self._thread.run(self._forebay.list_runs(order=order, cursor=cursor, limit=limit, **where))

    def runs(self, *, order: SortOrder | str = SortOrder.DESC, **where: Unpack[RunWhere]) -> Iterator[Run]:
        """All of them, page by page: runs that arrive meanwhile neither repeat nor hide one."""
        cursor: str | None = None
        while True:
            page = self.list_runs(order=order, cursor=cursor, limit=MAX_LIMIT, **where)
            yield from page.items
            if (cursor := page.next_cursor) is None:
                return

    def get_run(self, run_id: UUID | str) -> Run:
        """RunNotFoundError."""
        return self._thread.run(self._forebay.get_run(run_id))

    def delete_run(self, run_id: UUID | str) -> None:
        """Its bytes go as well when no other run refers to them. RunNotFoundError, RunInProgressError."""
        self._thread.run(self._forebay.delete_run(run_id))

    def list_files(
        self,
        run_id: UUID | str,
        *,
        role: FileRole | str | None = None,
        prefix: str = "",
        cursor: str | None = None,
        limit: int = DEFAULT_LIMIT,
    ) -> Page[File]:
        """One page of a run's files: what was sent, then what is inside of it, by path. RunNotFoundError.

        `prefix`: what the path begins with.
        """
        return self._thread.run(self._forebay.list_files(run_id, role=role, prefix=prefix, cursor=cursor, limit=limit))

    def files(self, run_id: UUID | str, *, role: FileRole | str | None = None, prefix: str = "") -> Iterator[File]:
        """All files of a run, page by page. RunNotFoundError."""
        cursor: str | None = None
        while True:
            page = self.list_files(run_id, role=role, prefix=prefix, cursor=cursor, limit=MAX_LIMIT)
            yield from page.items
            if (cursor := page.next_cursor) is None:
                return

    def browse(
        self, run_id: UUID | str, folder: str = "", *, cursor: str | None = None, limit: int = DEFAULT_LIMIT
    ) -> Folder:
        """One page of what lies directly in a folder inside of what was sent; "" is the top. RunNotFoundError."""
        return self._thread.run(self._forebay.browse(run_id, folder, cursor=cursor, limit=limit))

    @contextmanager
    def open_file(
        self, file_id: UUID | str, *, start: int = 0, stop: int | None = None
    ) -> Iterator[BlockingFileContent]:
        """A file's bytes, or those from `start` up to, not including, `stop`. FileNotFoundInRunError.

        Those of a member come out of its archive: MemberWithoutContentError for a folder or a link,
        MemberUnreadableError for one that is encrypted.
        """
        with self._thread.entered(self._forebay.open_file(file_id, start=start, stop=stop)) as content:

            async def next_chunk() -> bytes:
                return await anext(content, b"")

            with BlockingFileContent(content.file, lambda: self._thread.run(next_chunk())) as opened:
                yield opened

    def read_file(self, file_id: UUID | str) -> bytes:
        """All bytes of a file, in memory; open_file() is for large ones. FileNotFoundInRunError."""
        return self._thread.run(self._forebay.read_file(file_id))

    def download(self, file_id: UUID | str, target: str | os.PathLike[str], *, overwrite: bool = False) -> Path:
        """Saves a file at `target`, or under its own name in the folder `target`, and says where.

        It appears there whole and with the recorded digest, or not at all. FileExistsError unless `overwrite`.
        """
        return self._thread.run(self._forebay.download(file_id, target, overwrite=overwrite))

    def sweep(self, *, dry_run: bool = False, on_finding: Callable[[SweepFinding], None] | None = None) -> SweepReport:
        """Marks abandoned uploads failed and deletes what they left behind, once untouched for the grace period.

        The grace period is the setting FOREBAY_SWEEP_GRACE_SECONDS. A dry run only tells. `on_finding` is called on
        Forebay's own thread.
        """
        return self._thread.run(self._forebay.sweep(dry_run=dry_run, on_finding=on_finding))

    def verify(
        self,
        *,
        sample: int | str | None = None,
        older_than: timedelta | None = None,
        max_bytes_per_second: int | None = None,
        on_damage: Callable[[DamagedBlob], None] | None = None,
        on_progress: Callable[[VerifyReport], None] | None = None,
    ) -> VerifyReport:
        """Reads stored bytes again and compares them with their digests; what seems damaged is looked at twice.

        All blobs, or those not proven for `older_than`, or a `sample` of those proven longest ago: so many, or `"5%"`
        of all. `on_damage` and `on_progress` are called on Forebay's own thread. StorageUnavailableError when the
        store as a whole is down.
        """
        return self._thread.run(
            self._forebay.verify(
                sample=sample,
                older_than=older_than,
                max_bytes_per_second=max_bytes_per_second,
                on_damage=on_damage,
                on_progress=on_progress,
            )
        )

    def health(self) -> HealthReport:
        """Whether each part works; never raises for one that does not."""
        return self._thread.run(self._forebay.health())

    def system(self) -> SystemReport:
        """What this Forebay is, its settings in force (secrets masked), jobs that wait, workers that hold some."""
        return self._thread.run(self._forebay.system())

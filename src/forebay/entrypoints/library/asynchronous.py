"""Every use case as a method to await."""

import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Unpack
from uuid import UUID

from forebay.application.intake.browse_members import BrowseQuery
from forebay.application.intake.list_files import ListFilesQuery
from forebay.application.intake.list_runs import ListRunsQuery
from forebay.application.intake.receive_upload import ReceiveUploadCommand
from forebay.application.intake.sweep import SweepCommand, SweepFinding, SweepReport
from forebay.application.intake.verify_blobs import VerifyCommand
from forebay.application.intake.verify_report import DamagedBlob, VerifyReport
from forebay.application.system.check_health import HealthReport
from forebay.application.system.describe_system import SystemReport
from forebay.application.use_cases import UseCases
from forebay.domain.intake.file import FileRole
from forebay.domain.intake.fixity import Sample
from forebay.domain.intake.run import RunType
from forebay.domain.paging import DEFAULT_LIMIT, MAX_LIMIT, Page, SortOrder
from forebay.entrypoints.library.alerts import AsyncAlerts
from forebay.entrypoints.library.content import FileContent
from forebay.entrypoints.library.download import save, target_path
from forebay.entrypoints.library.fields import (
    RunWhere,
    parse_id,
    parse_order,
    parse_role,
    parse_text,
    run_filter,
    upload_details,
)
from forebay.entrypoints.library.results import File, Folder, Receipt, Run
from forebay.entrypoints.library.sources import Content, open_source


class AsyncForebay(AsyncAlerts):
    """Forebay in this process. For one event loop, and there for any number of tasks.

    Every method may raise ForebayError: InvalidInputError names the field, NotFoundError, ConflictError,
    UnavailableError (database or blob store). Ids may be given as UUID or as text.
    """

    def __init__(self, use_cases: UseCases, *, sweep_grace: timedelta) -> None:
        super().__init__(use_cases)
        self._sweep_grace = sweep_grace

    async def upload(
        self,
        content: Content,
        *,
        type: RunType | str,  # noqa: A002 - the field has this name everywhere
        name: str | None = None,
        label: str | None = None,
        notes: str | None = None,
        owner: str | None = None,
        parent_run_id: UUID | str | None = None,
        documents: bool = False,
        sha256: str | None = None,
        idempotency_key: str | None = None,
    ) -> Receipt:
        """Stores `content` (a path as str or Path, bytes, a binary file, an iterator of bytes) whole and verified.

        `name`: the file's name; needed unless the content has one. `sha256`: what the bytes must hash to.
        `documents`: of an archive, whether what is inside becomes documents.
        `idempotency_key`: the same key with the same content answers with the first run.
        """
        details = upload_details(
            run_type=type,
            label=label,
            notes=notes,
            owner=owner,
            parent_run_id=parent_run_id,
            documents=documents,
            sha256=sha256,
        )
        async with open_source(content, name=name, details=details) as source:
            command = ReceiveUploadCommand(source=source, idempotency_key=idempotency_key)
            return Receipt.of(await self._intake.receive_upload(command))

    async def list_runs(
        self,
        *,
        order: SortOrder | str = SortOrder.DESC,
        cursor: str | None = None,
        limit: int = DEFAULT_LIMIT,
        **where: Unpack[RunWhere],
    ) -> Page[Run]:
        """One page, newest first. `cursor`: the `next_cursor` of the page before. `limit`: 1 to 1000."""
        page = await self._intake.list_runs(
            ListRunsQuery(where=run_filter(where), order=parse_order(order), cursor=cursor, limit=limit)
        )
        return Page(items=tuple(Run.of(item) for item in page.items), next_cursor=page.next_cursor)

    async def runs(self, *, order: SortOrder | str = SortOrder.DESC, **where: Unpack[RunWhere]) -> AsyncIterator[Run]:
        """All of them, page by page: runs that arrive meanwhile neither repeat nor hide one."""
        cursor: str | None = None
        while True:
            page = await self.list_runs(order=order, cursor=cursor, limit=MAX_LIMIT, **where)
            for run in page.items:
                yield run
            if (cursor := page.next_cursor) is None:
                return

    async def get_run(self, run_id: UUID | str) -> Run:
        """RunNotFoundError."""
        return Run.of(await self._intake.get_run(parse_id(run_id, field="run_id")))

    async def delete_run(self, run_id: UUID | str) -> None:
        """Its bytes go as well when no other run refers to them. RunNotFoundError, RunInProgressError."""
        await self._intake.delete_run(parse_id(run_id, field="run_id"))

    async def list_files(
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
        query = ListFilesQuery(
            run_id=parse_id(run_id, field="run_id"),
            role=parse_role(role),
            prefix=parse_text(prefix, field="prefix"),
            cursor=cursor,
            limit=limit,
        )
        page = await self._intake.list_files(query)
        return Page(items=tuple(File.of(item) for item in page.items), next_cursor=page.next_cursor)

    async def files(
        self, run_id: UUID | str, *, role: FileRole | str | None = None, prefix: str = ""
    ) -> AsyncIterator[File]:
        """All files of a run, page by page. RunNotFoundError."""
        cursor: str | None = None
        while True:
            page = await self.list_files(run_id, role=role, prefix=prefix, cursor=cursor, limit=MAX_LIMIT)
            for file in page.items:
                yield file
            if (cursor := page.next_cursor) is None:
                return

    async def browse(
        self, run_id: UUID | str, folder: str = "", *, cursor: str | None = None, limit: int = DEFAULT_LIMIT
    ) -> Folder:
        """One page of what lies directly in a folder inside of what was sent; "" is the top. RunNotFoundError."""
        path = parse_text(folder, field="folder")
        prefix = path if not path or path.endswith("/") else f"{path}/"
        query = BrowseQuery(run_id=parse_id(run_id, field="run_id"), prefix=prefix, cursor=cursor, limit=limit)
        return Folder.of(await self._intake.browse_members(query))

    @asynccontextmanager
    async def open_file(
        self, file_id: UUID | str, *, start: int = 0, stop: int | None = None
    ) -> AsyncIterator[FileContent]:
        """A file's bytes, or those from `start` up to, not including, `stop`. FileNotFoundInRunError.

        Those of a member come out of its archive: MemberWithoutContentError for a folder or a link,
        MemberUnreadableError for one that is encrypted.
        """
        readable = await self._intake.read_file(parse_id(file_id, field="file_id"))
        async with readable.open(start=start, stop=stop) as chunks:
            yield FileContent(File.of(readable.member or readable.file), chunks)

    async def read_file(self, file_id: UUID | str) -> bytes:
        """All bytes of a file, in memory; open_file() is for large ones. FileNotFoundInRunError."""
        async with self.open_file(file_id) as content:
            return await content.read()

    async def download(self, file_id: UUID | str, target: str | os.PathLike[str], *, overwrite: bool = False) -> Path:
        """Saves a file at `target`, or under its own name in the folder `target`, and says where.

        It appears there whole and with the recorded digest, or not at all. FileExistsError unless `overwrite`.
        """
        async with self.open_file(file_id) as content:
            path = target_path(content.file, target, overwrite=overwrite)
            await save(content.file, content, path)
        return path

    async def sweep(
        self, *, dry_run: bool = False, on_finding: Callable[[SweepFinding], None] | None = None
    ) -> SweepReport:
        """Marks abandoned uploads failed and deletes what they left behind, once untouched for the grace period.

        The grace period is the setting FOREBAY_SWEEP_GRACE_SECONDS. A dry run only tells.
        """
        return await self._intake.sweep(SweepCommand(grace=self._sweep_grace, dry_run=dry_run, on_finding=on_finding))

    async def verify(
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
        of all. `on_damage` hears of each that is damaged. StorageUnavailableError when the store as a whole is down.
        """
        command = VerifyCommand(
            sample=Sample.parse(str(sample)) if sample is not None else None,
            older_than=older_than,
            max_bytes_per_second=max_bytes_per_second,
            on_damage=on_damage,
            on_progress=on_progress,
        )
        return await self._intake.verify_blobs(command)

    async def health(self) -> HealthReport:
        """Whether each part works; never raises for one that does not."""
        return await self.use_cases.system.check_health()

    async def system(self) -> SystemReport:
        """What this Forebay is, its settings in force (secrets masked), jobs that wait, workers that hold some."""
        return await self.use_cases.system.describe()

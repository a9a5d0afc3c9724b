"""A Forebay right here: the use cases on the database and blob store of the settings."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from uuid import UUID

from forebay.application.intake.browse_members import BrowseQuery
from forebay.application.intake.list_files import ListFilesQuery
from forebay.application.intake.list_runs import ListRunsQuery
from forebay.application.intake.receive_upload import ReceiveUploadCommand
from forebay.application.intake.results import RunWithFiles
from forebay.application.intake.sweep import SweepCommand, SweepFinding
from forebay.application.ports.sources import Room, UploadDetails, UploadSource
from forebay.application.use_cases import UseCases
from forebay.domain.intake.file import FileRole, StoredFile
from forebay.domain.intake.member import Member, MemberKind
from forebay.entrypoints.cli.gateway import (
    Content,
    FilesQuery,
    FolderQuery,
    Gateway,
    RunsQuery,
    UploadRequest,
    UploadResult,
)
from forebay.entrypoints.cli.local_alerts import LocalAlerts
from forebay.entrypoints.cli.local_system import system_view
from forebay.entrypoints.cli.system_views import SystemView
from forebay.entrypoints.cli.views import (
    ErrorView,
    FileView,
    FindingView,
    FolderView,
    HealthView,
    PageView,
    PartView,
    RunView,
    SweepView,
)


class LocalGateway(LocalAlerts):
    """Uses `use_cases` while they are open; does not close them."""

    def __init__(self, use_cases: UseCases, *, version: str, sweep_grace: timedelta) -> None:
        super().__init__(use_cases)
        self._system = use_cases.system
        self._version = version
        self._sweep_grace = sweep_grace

    async def upload(self, request: UploadRequest) -> UploadResult:
        receipt = await self._intake.receive_upload(
            ReceiveUploadCommand(source=_RequestSource(request), idempotency_key=request.idempotency_key)
        )
        return UploadResult(run=_run(receipt.stored), replayed=receipt.replayed)

    async def list_runs(self, query: RunsQuery) -> PageView[RunView]:
        page = await self._intake.list_runs(
            ListRunsQuery(where=query.where, order=query.order, cursor=query.cursor, limit=query.limit)
        )
        return PageView(items=[_run(item) for item in page.items], next_cursor=page.next_cursor)

    async def get_run(self, run_id: UUID) -> RunView:
        return _run(await self._intake.get_run(run_id))

    async def delete_run(self, run_id: UUID) -> None:
        await self._intake.delete_run(run_id)

    async def list_files(self, query: FilesQuery) -> PageView[FileView]:
        page = await self._intake.list_files(
            ListFilesQuery(
                run_id=query.run_id, role=query.role, prefix=query.prefix, cursor=query.cursor, limit=query.limit
            )
        )
        return PageView(items=[_file(item) for item in page.items], next_cursor=page.next_cursor)

    async def browse(self, query: FolderQuery) -> FolderView:
        page = await self._intake.browse_members(
            BrowseQuery(run_id=query.run_id, prefix=query.prefix, cursor=query.cursor, limit=query.limit)
        )
        return FolderView(
            items=[_file(member) for member in page.members], folders=list(page.folders), next_cursor=page.next_cursor
        )

    @asynccontextmanager
    async def read_file(self, file_id: UUID) -> AsyncIterator[Content]:
        readable = await self._intake.read_file(file_id)
        file = readable.file
        name = file.path.replace("\\", "/").rsplit("/", 1)[-1]
        async with readable.open() as chunks:
            yield Content(name=name, size_bytes=file.size_bytes, sha256=file.sha256, chunks=chunks)

    async def sweep(self, *, dry_run: bool) -> SweepView:
        findings: list[FindingView] = []

        def note(found: SweepFinding) -> None:
            findings.append(
                FindingView(kind=found.kind.value, name=found.name, size_bytes=found.size_bytes, reason=found.reason)
            )

        report = await self._intake.sweep(SweepCommand(grace=self._sweep_grace, dry_run=dry_run, on_finding=note))
        return SweepView(
            dry_run=report.dry_run,
            stale_runs=report.stale_runs,
            orphan_objects=report.orphan_objects,
            incomplete_objects=report.incomplete_objects,
            freed_bytes=report.freed_bytes,
            findings=findings,
        )

    async def health(self) -> HealthView:
        report = await self._system.check_health()
        return HealthView(
            status=_word(report.ok),
            version=self._version,
            parts={part.name: PartView(status=_word(part.ok), detail=part.detail) for part in report.parts},
        )

    async def system(self) -> SystemView:
        return system_view(await self._system.describe())


class _RequestSource:
    """The request as ReceiveUpload wants to see it: all fields are known before the first byte."""

    def __init__(self, request: UploadRequest) -> None:
        self._request = request
        self._taken = 0

    @property
    def file_name(self) -> str:
        return self._request.file_name

    @property
    def size_hint(self) -> int | None:
        return self._request.source.size

    @property
    def details(self) -> UploadDetails:
        return self._request.details

    async def read(self, room: Room) -> int | None:
        """Takes the room at once: nobody else uploads in this process, so a slow pipe holds up nobody."""
        read = await self._request.source.readinto(room())
        self._taken += read
        self._request.on_progress(self._taken)
        return read


def _run(result: RunWithFiles) -> RunView:
    run = result.run
    return RunView(
        id=run.id,
        type=run.type.value,
        label=run.label,
        notes=run.notes,
        owner=run.owner,
        parent_run_id=run.parent_run_id,
        documents=run.documents,
        status=run.status.value,
        error=ErrorView(code=run.error.code, detail=run.error.detail) if run.error else None,
        created_at=run.created_at,
        updated_at=run.updated_at,
        files=[_file(file) for file in result.files],
    )


def _file(file: StoredFile | Member) -> FileView:
    if isinstance(file, Member):
        return FileView(
            id=file.id,
            path=file.path,
            role=FileRole.MEMBER.value,
            kind=file.kind.value,
            media_type=file.media_type,
            size_bytes=file.size_bytes,
            sha256=file.sha256.hex if file.sha256 is not None else None,
            file_id=file.file_id,
            stored_path=file.stored_path,
            mtime=file.mtime,
            mode=file.mode,
            link_target=file.link_target,
            flags=sorted(flag.value for flag in file.flags),
        )
    return FileView(
        id=file.id,
        path=file.path,
        role=file.role.value,
        kind=MemberKind.FILE.value,
        media_type=file.media_type,
        size_bytes=file.size_bytes,
        sha256=file.sha256.hex,
        stored_path=file.path,
    )


def _word(ok: bool) -> str:
    return "ok" if ok else "failing"


def _proof(gateway: LocalGateway, request: UploadRequest) -> tuple[Gateway, UploadSource]:
    """What mypy must agree to."""
    return gateway, _RequestSource(request)

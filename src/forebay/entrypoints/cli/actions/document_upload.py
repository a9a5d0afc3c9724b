"""forebay documents upload: every file is tried, whatever became of the one before."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath
from uuid import UUID

from forebay.application.ports.document_records import DocumentFilter
from forebay.application.ports.sources import UploadDetails
from forebay.domain.documents.errors import DocumentNotFoundError
from forebay.domain.errors import ForebayError
from forebay.domain.intake.errors import InvalidFieldError, MissingFieldError
from forebay.domain.intake.filename import parse_file_name
from forebay.domain.intake.run import RunType
from forebay.domain.intake.text_fields import parse_label, parse_notes, parse_owner
from forebay.domain.paging import SortOrder
from forebay.entrypoints.cli.actions.waiting import ended, failure_in, newest_job
from forebay.entrypoints.cli.document_queries import DocumentsQuery
from forebay.entrypoints.cli.document_views import DocumentView
from forebay.entrypoints.cli.errors import Failure, failure_of
from forebay.entrypoints.cli.exit_codes import ExitCode
from forebay.entrypoints.cli.gateway import Gateway, UploadRequest
from forebay.entrypoints.cli.input_file import STANDARD_INPUT, open_input
from forebay.entrypoints.cli.options import Invocation
from forebay.entrypoints.cli.output import flush, one_line, print_failure, print_json, print_line
from forebay.entrypoints.cli.progress import progress
from forebay.entrypoints.cli.session import with_gateway


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadArguments:
    """As typed."""

    files: Sequence[str]
    label: str | None
    notes: str | None
    owner: str | None
    name: str | None
    wait: bool
    show_progress: bool
    as_json: bool


def upload(invocation: Invocation, given: UploadArguments) -> ExitCode:
    """The exit code of the first file that failed."""
    _check_single(given)
    details = UploadDetails(
        type=RunType.DOCUMENT,
        label=parse_label(given.label),
        notes=parse_notes(given.notes),
        owner=parse_owner(given.owner),
    )

    async def all_files(gateway: Gateway) -> ExitCode:
        code = ExitCode.OK
        for path in given.files:
            try:
                run_id = await _store(gateway, path, details, given)
                failure = await _read(gateway, path, run_id, given) if given.wait else None
                _print(await _document_of(gateway, run_id), as_json=given.as_json)
            except ForebayError as error:
                failure = failure_of(error)
            if failure is not None:
                print_failure(failure, as_json=given.as_json, about=path)
                code = code or failure.exit_code
        return code

    return with_gateway(invocation, all_files)


def _check_single(given: UploadArguments) -> None:
    """What speaks about one file must not be said about several."""
    if len(given.files) == 1:
        if given.files[0] == STANDARD_INPUT and given.name is None:
            raise MissingFieldError("standard input has no file name; give one with --name", field="--name")
        return
    if given.name is not None:
        raise InvalidFieldError(f"--name is about one file, but {len(given.files)} are given", field="--name")
    if STANDARD_INPUT in given.files:
        raise InvalidFieldError("standard input (-) cannot be combined with other files", field="FILE")


async def _store(gateway: Gateway, path: str, details: UploadDetails, given: UploadArguments) -> UUID:
    with open_input(path) as source:
        file_name = parse_file_name(given.name if given.name is not None else PurePath(path).name)
        with progress(file_name, source.size, shown=given.show_progress) as on_progress:
            stored = await gateway.upload(
                UploadRequest(file_name=file_name, details=details, source=source, on_progress=on_progress)
            )
    return stored.run.id


async def _read(gateway: Gateway, path: str, run_id: UUID, given: UploadArguments) -> Failure | None:
    """What went wrong with reading it, once that is over."""
    job = await newest_job(gateway, run_id)
    if job is None:
        return None
    return failure_in(await ended(gateway, job, name=PurePath(path).name, show_progress=given.show_progress))


async def _document_of(gateway: Gateway, run_id: UUID) -> DocumentView:
    """The one that was uploaded: what was attached to it came later."""
    query = DocumentsQuery(where=DocumentFilter(run_id=run_id), order=SortOrder.ASC, limit=1)
    page = await gateway.list_documents(query)
    if not page.items:
        raise DocumentNotFoundError(f"run {run_id} was stored, but has no document any more")
    return page.items[0]


def _print(document: DocumentView, *, as_json: bool) -> None:
    if as_json:
        print_json(document)
    else:
        category = f", {document.category}" if document.category is not None else ""
        print_line(one_line(f"{document.path}: {document.status} as document {document.id}{category}"))
    flush()

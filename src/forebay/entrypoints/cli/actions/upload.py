"""forebay upload: every file is tried, whatever became of the one before."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath

from forebay.application.ports.sources import UploadDetails
from forebay.domain.errors import ForebayError
from forebay.domain.ids import parse_id
from forebay.domain.intake.blob import Sha256
from forebay.domain.intake.errors import InvalidFieldError, MissingFieldError
from forebay.domain.intake.filename import parse_file_name
from forebay.domain.intake.run import RunType
from forebay.domain.intake.text_fields import parse_label, parse_notes, parse_owner
from forebay.entrypoints.cli.actions.waiting import ended, failure_in, newest_job
from forebay.entrypoints.cli.arguments import parse_key
from forebay.entrypoints.cli.errors import Failure, failure_of
from forebay.entrypoints.cli.exit_codes import ExitCode
from forebay.entrypoints.cli.gateway import Gateway, UploadRequest, UploadResult
from forebay.entrypoints.cli.input_file import STANDARD_INPUT, open_input
from forebay.entrypoints.cli.options import Invocation
from forebay.entrypoints.cli.output import flush, one_line, print_failure, print_json, print_line, size
from forebay.entrypoints.cli.progress import progress
from forebay.entrypoints.cli.session import with_gateway


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadArguments:
    """As typed."""

    files: Sequence[str]
    type: str
    label: str | None
    notes: str | None
    owner: str | None
    parent: str | None
    sha256: str | None
    documents: bool
    name: str | None
    idempotency_key: str | None
    wait: bool
    show_progress: bool
    as_json: bool


def upload(invocation: Invocation, given: UploadArguments) -> ExitCode:
    """The exit code of the first file that failed."""
    _check_single(given)
    details = UploadDetails(
        type=RunType.parse(given.type),
        label=parse_label(given.label),
        notes=parse_notes(given.notes),
        owner=parse_owner(given.owner),
        parent_run_id=parse_id(given.parent, field="parent_run_id") if given.parent else None,
        sha256=Sha256.parse(given.sha256) if given.sha256 is not None else None,
        documents=given.documents,
    )
    parse_key(given.idempotency_key)

    async def all_files(gateway: Gateway) -> ExitCode:
        code = ExitCode.OK
        for path in given.files:
            try:
                result = await _upload_one(gateway, path, details, given)
                failure = None
                if given.wait:
                    result, failure = await _processed(gateway, path, result, given)
                _print_result(result, given)
            except ForebayError as error:
                failure = failure_of(error)
            if failure is not None:
                print_failure(failure, as_json=given.as_json, about=path)
                code = code or failure.exit_code
        return code

    return with_gateway(invocation, all_files)


def _check_single(given: UploadArguments) -> None:
    """What speaks about one file must not be said about several."""
    only_one = {"--name": given.name, "--sha256": given.sha256, "--idempotency-key": given.idempotency_key}
    for option, value in only_one.items():
        if value is not None and len(given.files) > 1:
            raise InvalidFieldError(f"{option} is about one file, but {len(given.files)} are given", field=option)
    if STANDARD_INPUT in given.files:
        if len(given.files) > 1:
            raise InvalidFieldError("standard input (-) cannot be combined with other files", field="FILE")
        if given.name is None:
            raise MissingFieldError("standard input has no file name; give one with --name", field="--name")


async def _upload_one(gateway: Gateway, path: str, details: UploadDetails, given: UploadArguments) -> UploadResult:
    with open_input(path) as source:
        file_name = parse_file_name(given.name if given.name is not None else PurePath(path).name)
        with progress(file_name, source.size, shown=given.show_progress) as on_progress:
            return await gateway.upload(
                UploadRequest(
                    file_name=file_name,
                    details=details,
                    source=source,
                    idempotency_key=given.idempotency_key,
                    on_progress=on_progress,
                )
            )


async def _processed(
    gateway: Gateway, path: str, result: UploadResult, given: UploadArguments
) -> tuple[UploadResult, Failure | None]:
    """The run as it is once its job has ended, and what went wrong with that."""
    job = await newest_job(gateway, result.run.id)
    if job is None:
        return result, None
    done = await ended(gateway, job, name=PurePath(path).name, show_progress=given.show_progress)
    return replace(result, run=await gateway.get_run(result.run.id)), failure_in(done)


def _print_result(result: UploadResult, given: UploadArguments) -> None:
    run = result.run
    if given.as_json:
        print_json(run)
    else:
        already = "was stored before" if result.replayed and not given.wait else one_line(run.status)
        for file in run.files:
            print_line(
                f"{one_line(file.path)}: {already} as run {run.id}, {size(file.size_bytes)}, SHA-256 {file.sha256}"
            )
    flush()

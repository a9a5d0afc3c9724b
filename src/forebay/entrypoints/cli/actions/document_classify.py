"""forebay documents classify: a job for each run that the documents are of."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from forebay.domain.errors import ForebayError
from forebay.domain.ids import parse_id
from forebay.domain.intake.errors import InvalidFieldError, MissingFieldError
from forebay.entrypoints.cli.actions.jobs import print_changed
from forebay.entrypoints.cli.actions.waiting import ended, failure_in
from forebay.entrypoints.cli.errors import Failure, failure_of
from forebay.entrypoints.cli.exit_codes import ExitCode
from forebay.entrypoints.cli.gateway import Gateway
from forebay.entrypoints.cli.options import Invocation
from forebay.entrypoints.cli.output import print_failure
from forebay.entrypoints.cli.session import with_gateway

_KIND = "document_classification"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassifyArguments:
    """As typed."""

    documents: Sequence[str]
    run: str | None
    wait: bool
    show_progress: bool
    as_json: bool


def classify(invocation: Invocation, given: ClassifyArguments) -> ExitCode:
    """Each is tried; the exit code is that of the first that failed."""
    ids = [parse_id(document, field="DOCUMENT") for document in given.documents]
    run_id = parse_id(given.run, field="--run") if given.run is not None else None
    if run_id is None and not ids:
        raise MissingFieldError("nothing to classify; give documents or --run", field="DOCUMENT")
    if run_id is not None and ids:
        raise InvalidFieldError("--run is all documents of a run; leave out the others", field="--run")

    async def each(gateway: Gateway) -> ExitCode:
        if run_id is not None:
            return _told(await _classify(gateway, run_id, given), run_id, given)
        code = ExitCode.OK
        done: set[UUID] = set()
        for document_id in ids:
            try:
                run = (await gateway.get_document(document_id)).run_id
                failure = None if run in done else await _classify(gateway, run, given)
                done.add(run)
            except ForebayError as error:
                failure = failure_of(error)
            code = code or _told(failure, document_id, given)
        return code

    return with_gateway(invocation, each)


async def _classify(gateway: Gateway, run_id: UUID, given: ClassifyArguments) -> Failure | None:
    job = await gateway.start_job(run_id, kind=_KIND, idempotency_key=None)
    if given.wait:
        job = await ended(gateway, job, name=job.kind, show_progress=given.show_progress)
    print_changed(job, as_json=given.as_json)
    return failure_in(job) if given.wait else None


def _told(failure: Failure | None, about: UUID, given: ClassifyArguments) -> ExitCode:
    if failure is None:
        return ExitCode.OK
    print_failure(failure, as_json=given.as_json, about=str(about))
    return failure.exit_code

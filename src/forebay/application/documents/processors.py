"""What is done with documents, and with archives whose documents somebody wants."""

from datetime import datetime
from uuid import UUID

from forebay.application.ports.processing import ProcessingUnitOfWork
from forebay.application.processing.catalogue.processors import ARCHIVES
from forebay.application.processing.processor import ProcessingStep, Processor
from forebay.domain.documents.document import DocumentFailure, DocumentStatus
from forebay.domain.intake.run import RunType
from forebay.domain.processing.job import Job, JobError

_PAGE = 500
_UNDER_WAY = frozenset(status for status in DocumentStatus if not status.is_final)


def document_processors(
    *,
    catalogue: ProcessingStep,
    manifest: ProcessingStep,
    find: ProcessingStep,
    extract: ProcessingStep,
    classify: ProcessingStep,
    classify_again: ProcessingStep,
) -> tuple[Processor, ...]:
    """Documents by themselves, documents within archives, and classifying once more what was read before."""
    documents = frozenset({RunType.DOCUMENT})
    return (
        Processor(
            kind="document", run_types=documents, steps=(catalogue, find, extract, classify), given_up=fail_unfinished
        ),
        Processor(
            kind="archive_documents",
            run_types=ARCHIVES,
            steps=(catalogue, manifest, find, extract, classify),
            for_documents=True,
            given_up=fail_unfinished,
        ),
        Processor(
            kind="document_classification", run_types=documents | ARCHIVES, steps=(classify_again,), automatic=False
        ),
    )


async def fail_unfinished(work: ProcessingUnitOfWork, job: Job, error: JobError, at: datetime) -> None:
    """Documents that the job has not come to fail with it."""
    if job.run_id is None:
        return
    failure = DocumentFailure.saying(error.code, error.message)
    after: UUID | None = None
    while True:
        page = await work.documents.list_of_run(
            job.run_id, statuses=_UNDER_WAY, after=after, limit=_PAGE, for_update=True
        )
        for document in page:
            await work.documents.update(document.failed(failure, at=at))
        if len(page) < _PAGE:
            return
        after = page[-1].id

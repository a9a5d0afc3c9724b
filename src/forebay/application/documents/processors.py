"""What is done with documents, and with archives whose documents somebody wants."""

from forebay.application.processing.catalogue.processors import ARCHIVES
from forebay.application.processing.processor import ProcessingStep, Processor
from forebay.domain.intake.run import RunType


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
        Processor(kind="document", run_types=documents, steps=(catalogue, find, extract, classify)),
        Processor(
            kind="archive_documents",
            run_types=ARCHIVES,
            steps=(catalogue, manifest, find, extract, classify),
            for_documents=True,
        ),
        Processor(
            kind="document_classification", run_types=documents | ARCHIVES, steps=(classify_again,), automatic=False
        ),
    )

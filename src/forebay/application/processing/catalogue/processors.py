"""The processors that come with Forebay."""

from forebay.application.processing.processor import ProcessingStep, Processor
from forebay.domain.intake.run import RunType

ARCHIVES = frozenset({RunType.DS_ETC, RunType.INSTANCE_ETC, RunType.APP_BUNDLE, RunType.ARCHIVE})


def built_in(catalogue: ProcessingStep, manifest: ProcessingStep) -> tuple[Processor, ...]:
    """Archives get a catalogue and a manifest of what is in them; a file by itself is a catalogue of one."""
    return (
        Processor(kind="archive_catalogue", run_types=ARCHIVES, steps=(catalogue, manifest)),
        Processor(kind="file_catalogue", run_types=frozenset(RunType) - ARCHIVES, steps=(catalogue,)),
    )

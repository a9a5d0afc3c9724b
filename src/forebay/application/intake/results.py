"""What the use cases of intake answer with."""

from dataclasses import dataclass

from forebay.domain.intake.file import StoredFile
from forebay.domain.intake.run import IngestionRun


@dataclass(frozen=True, slots=True, kw_only=True)
class RunWithFiles:
    """A run and the files it was sent with (role `upload`)."""

    run: IngestionRun
    files: tuple[StoredFile, ...]

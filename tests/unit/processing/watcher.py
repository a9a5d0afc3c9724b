"""An observer that remembers."""

from dataclasses import dataclass, field

from forebay.application.ports.observer import ProcessingObserver
from forebay.domain.errors import ForebayError
from forebay.domain.processing.job import Job


@dataclass(slots=True)
class Watcher:
    """What workers told."""

    claims: list[tuple[float, bool]] = field(default_factory=list)
    steps: list[tuple[str, str]] = field(default_factory=list)
    outcomes: list[str] = field(default_factory=list)
    defects: list[BaseException] = field(default_factory=list)
    troubles: list[ForebayError] = field(default_factory=list)
    members: int = 0

    def job_claimed(self, job: Job, *, waited: float, taken_over: bool) -> None:
        self.claims.append((waited, taken_over))

    def step_ended(self, job: Job, step: str, *, outcome: str, seconds: float) -> None:
        self.steps.append((step, outcome))

    def job_ended(self, job: Job, *, outcome: str, seconds: float) -> None:
        self.outcomes.append(outcome)

    def defect(self, job: Job, error: BaseException) -> None:
        self.defects.append(error)

    def trouble(self, error: ForebayError) -> None:
        self.troubles.append(error)

    def catalogued(self, *, members: int, unpacked_bytes: int) -> None:
        self.members += members


def _fits(watcher: Watcher) -> ProcessingObserver:
    return watcher

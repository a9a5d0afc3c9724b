"""What workers tell about their work, for metrics and logs."""

from typing import Protocol

from forebay.domain.errors import ForebayError
from forebay.domain.processing.job import Job


class ProcessingObserver(Protocol):
    """Called as things happen; quick, and never raises. Times in seconds."""

    def job_claimed(self, job: Job, *, waited: float, taken_over: bool) -> None:
        """`waited`: since the job could be claimed. `taken_over`: its worker before went away."""
        ...

    def step_ended(self, job: Job, step: str, *, outcome: str, seconds: float) -> None:
        """`outcome`: succeeded, failed, or stopped before its end."""
        ...

    def job_ended(self, job: Job, *, outcome: str, seconds: float) -> None:
        """Of one attempt. `outcome`: succeeded, failed, cancelled, postponed, released or lost."""
        ...

    def defect(self, job: Job, error: BaseException) -> None:
        """A step raised what it should not: worth a traceback in the log."""
        ...

    def trouble(self, error: ForebayError) -> None:
        """Work cannot be had or recorded at present; it is tried again."""
        ...

    def catalogued(self, *, members: int, unpacked_bytes: int) -> None: ...

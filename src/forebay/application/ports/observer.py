"""What workers tell about their work, for metrics."""

from typing import Protocol


class ProcessingObserver(Protocol):
    """Called as things happen; quick, and never raises. Times in seconds."""

    def job_ended(self, kind: str, outcome: str, seconds: float) -> None:
        """`outcome`: succeeded, failed, cancelled, postponed, released or lost. `seconds`: of this attempt."""
        ...

    def step_ended(self, kind: str, step: str, outcome: str, seconds: float) -> None: ...

    def lease_taken_over(self, kind: str) -> None: ...

    def job_waited(self, kind: str, seconds: float) -> None:
        """From when the job was due until it was claimed."""
        ...

    def catalogued(self, members: int, unpacked_bytes: int) -> None: ...

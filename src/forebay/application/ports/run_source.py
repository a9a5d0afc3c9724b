"""Pulling run reports from where pipelines run."""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from typing import Protocol

from forebay.domain.pipelines.pipeline import Pipeline, Platform
from forebay.domain.pipelines.report import RunReport


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectedRecord:
    """A record that is no report: which one on its page (from 0), and why."""

    index: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcePage:
    """`cursor`: where to go on the next time, once these are recorded."""

    reports: Sequence[RunReport]
    rejected: Sequence[RejectedRecord]
    cursor: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceScope:
    """Whose runs a source has: of the enabled pipelines of `platform` that have an external id. `client`: by its name;

    None: of all clients.
    """

    client: str | None
    platform: Platform


class RunSource(Protocol):
    """One partner's API."""

    @property
    def name(self) -> str: ...

    def pages(self, pipeline: Pipeline, *, cursor: str | None) -> AsyncGenerator[SourcePage]:
        """What was reported of a pipeline behind `cursor` (None: all there is), page by page, oldest first.

        SourceUnavailableError when it does not answer in spite of all retries; SourceRefusedError when asking again is
        of no use: wrong token, unknown pipeline, an answer that cannot be understood.
        """
        ...


class RunSources(Protocol):
    """The sources that are configured."""

    @property
    def names(self) -> Sequence[str]: ...

    def get(self, name: str) -> RunSource:
        """UnknownSourceError names those there are."""
        ...

    def scope(self, name: str) -> SourceScope:
        """Which pipelines' runs are pulled from that source. UnknownSourceError."""
        ...

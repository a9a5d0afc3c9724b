"""No source of runs, where none is configured."""

from collections.abc import Sequence

from forebay.application.ports.run_source import RunSource, RunSources, SourceScope
from forebay.domain.pipelines.errors import UnknownSourceError


class NoSources:
    """Knows none, and says where they would be configured."""

    names: Sequence[str] = ()

    def get(self, name: str) -> RunSource:
        raise self._unknown(name)

    def scope(self, name: str) -> SourceScope:
        raise self._unknown(name)

    def _unknown(self, name: str) -> UnknownSourceError:
        return UnknownSourceError(
            f"there is no source {name[:100]!r}, and no other; name a file of sources in FOREBAY_SOURCES_FILE",
            field="source",
        )


def _fits(sources: NoSources) -> RunSources:
    return sources

"""All sources that are configured."""

from collections.abc import Mapping, Sequence

import httpx

from forebay.adapters.partner_http.fetching import PartnerClient, Patience
from forebay.adapters.partner_http.source import PartnerSource
from forebay.adapters.partner_http.source_config import SourceConfig
from forebay.application.ports.run_source import RunSources, SourceScope
from forebay.domain.pipelines.errors import UnknownSourceError


class PartnerSources:
    """Speak through `http`; do not close it."""

    def __init__(self, configs: Sequence[SourceConfig], http: httpx.AsyncClient, patience: Patience) -> None:
        self._configs: Mapping[str, SourceConfig] = {config.name: config for config in configs}
        self._http = http
        self._patience = patience

    @property
    def names(self) -> Sequence[str]:
        return tuple(self._configs)

    def get(self, name: str) -> PartnerSource:
        config = self._config(name)
        client = PartnerClient(
            self._http, source=config.name, timeout_seconds=config.timeout_seconds, patience=self._patience
        )
        return PartnerSource(config, client)

    def scope(self, name: str) -> SourceScope:
        return self._config(name).scope

    def _config(self, name: str) -> SourceConfig:
        if name not in self._configs:
            known = ", ".join(self._configs) or "none; name a file of sources in FOREBAY_SOURCES_FILE"
            raise UnknownSourceError(f"there is no source {name[:100]!r}; there are: {known}", field="source")
        return self._configs[name]


def _fits(sources: PartnerSources) -> RunSources:
    return sources

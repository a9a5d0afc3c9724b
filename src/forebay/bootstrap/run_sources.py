"""The sources of runs that FOREBAY_SOURCES_FILE configures."""

import asyncio
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from dotenv import dotenv_values

from forebay.adapters.system.clock import SystemClock
from forebay.adapters.system.no_sources import NoSources
from forebay.application.ports.run_source import RunSources
from forebay.bootstrap.settings import Settings
from forebay.version import __version__


@asynccontextmanager
async def open_sources(settings: Settings) -> AsyncIterator[RunSources]:
    """Nothing is asked before the first sync. SettingError names file, source and key of what is wrong."""
    if not settings.sources_file:
        yield NoSources()
        return
    from forebay.adapters.partner_http.fetching import Patience, open_http  # noqa: PLC0415 - `import forebay` is quick
    from forebay.adapters.partner_http.sources import PartnerSources  # noqa: PLC0415 - as above
    from forebay.adapters.partner_http.sources_file import read_sources  # noqa: PLC0415 - as above

    configs = await asyncio.to_thread(read_sources, Path(settings.sources_file), environ=_environ())
    async with open_http(version=__version__) as http:
        yield PartnerSources(configs, http, Patience(clock=SystemClock()))


def _environ() -> Mapping[str, str]:
    """Tokens are looked up as settings are: in the environment, then in `.env`."""
    file = Path(".env")
    kept = dotenv_values(file) if file.is_file() else {}
    return {**{name: value for name, value in kept.items() if value is not None}, **os.environ}

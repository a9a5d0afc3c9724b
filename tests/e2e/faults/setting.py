"""Where the processes of a test of faults work: settings, database, blobs."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from forebay.adapters.sql.migrate import upgrade
from forebay.bootstrap.settings import Settings, load_settings

BACKENDS = [
    pytest.param("postgres", marks=pytest.mark.adapter("postgres", "filesystem")),
    pytest.param("sqlite", marks=pytest.mark.adapter("sqlite", "filesystem")),
]


def quick_settings(folder: Path) -> dict[str, str]:
    """Short leases and retries, on SQLite and a folder."""
    return {
        "FOREBAY_DATA_DIR": str(folder / "data"),
        "FOREBAY_LEASE_SECONDS": "1",
        "FOREBAY_MAX_ATTEMPTS": "1000",
        "FOREBAY_RETRY_DELAYS": "0.1",
        "FOREBAY_RECOVERY_INTERVAL_SECONDS": "0.2",
        "FOREBAY_SWEEP_INTERVAL_SECONDS": "0",
        "FOREBAY_WORKER_PORT": "0",
        "FOREBAY_PORT": "0",
        "FOREBAY_LOG_FORMAT": "json",
    }


def settings_on(backend: str, folder: Path, request: pytest.FixtureRequest) -> dict[str, str]:
    """On an empty database of the kind."""
    environ = quick_settings(folder)
    if backend == "postgres":
        environ["FOREBAY_DATABASE_URL"] = request.getfixturevalue("postgres_url")
        upgrade(environ["FOREBAY_DATABASE_URL"])
    return environ


def as_settings(environ: Mapping[str, str], folder: Path) -> Settings:
    """What the processes of that environment see."""
    return load_settings(environ, env_file=folder / "none")

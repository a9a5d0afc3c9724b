"""What there is to say of this process and its settings. Secrets are masked here, once, for all who show them."""

import platform
from datetime import datetime

from forebay.application.system.installation import Installation, OwnWorker, SettingInForce
from forebay.bootstrap.optional_parts import optional_parts
from forebay.bootstrap.schemes import scheme_of
from forebay.bootstrap.setting_origins import setting_origins
from forebay.bootstrap.settings import PREFIX, Settings, describe, descriptions
from forebay.version import __version__

_REPLACED = "replaced"


def describe_installation(
    settings: Settings, *, started_at: datetime, worker: OwnWorker | None, replaced: frozenset[str]
) -> Installation:
    """`replaced`: which of database, blobs and queue are not those of the settings."""

    def kind(part: str, url: str) -> str:
        scheme = scheme_of(url)
        return _REPLACED if part in replaced else {"postgres": "postgresql"}.get(scheme, scheme)

    return Installation(
        version=__version__,
        python_version=platform.python_version(),
        platform=f"{platform.system()} {platform.release()} {platform.machine()}",
        started_at=started_at,
        database=kind("database", settings.database_url),
        blobs=kind("blobs", settings.blob_url),
        queue=kind("queue", settings.queue_url),
        worker=worker,
        settings=_in_force(settings),
        optional_parts=optional_parts(),
    )


def _in_force(settings: Settings) -> tuple[SettingInForce, ...]:
    shown = describe(settings)
    origins = setting_origins(settings)
    return tuple(
        SettingInForce(
            name=f"{PREFIX}{name.upper()}",
            value=shown[f"{PREFIX}{name.upper()}"],
            origin=origins[name],
            description=text,
        )
        for name, text in descriptions().items()
    )

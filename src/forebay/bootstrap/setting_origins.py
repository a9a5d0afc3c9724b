"""Where the value of each setting comes from."""

import os
from collections.abc import Mapping
from pathlib import Path

from dotenv import dotenv_values

from forebay.application.system.installation import SettingOrigin
from forebay.bootstrap.settings import PREFIX, Settings, load_settings
from forebay.domain.errors import SettingError

_NO_FILE = Path(os.devnull)
_DATA_DIR = f"{PREFIX}DATA_DIR"


def setting_origins(
    settings: Settings, environ: Mapping[str, str] | None = None, *, env_file: Path | None = None
) -> dict[str, SettingOrigin]:
    """By the setting's name. What neither the environment nor `.env` nor a default gives came as an argument."""
    file = Path(".env") if env_file is None else env_file
    given = os.environ if environ is None else environ
    written = dotenv_values(file) if file.is_file() else {}
    defaults = load_settings({_DATA_DIR: settings.data_dir}, env_file=_NO_FILE)
    usual_data_dir = load_settings({}, env_file=_NO_FILE).data_dir
    origins: dict[str, SettingOrigin] = {}
    for name in Settings.__struct_fields__:
        key = f"{PREFIX}{name.upper()}"
        value = getattr(settings, name)
        default = usual_data_dir if name == "data_dir" else getattr(defaults, name)
        said, origin = (given.get(key), SettingOrigin.ENVIRONMENT)
        if not said:
            said, origin = (written.get(key), SettingOrigin.FILE)
        if said:
            origins[name] = origin if _read(settings, name, said) == value else SettingOrigin.ARGUMENT
        else:
            origins[name] = SettingOrigin.DEFAULT if value == default else SettingOrigin.ARGUMENT
    return origins


def _read(settings: Settings, name: str, said: str) -> object:
    """What the text means as this setting; None when it means nothing."""
    try:
        read = load_settings({_DATA_DIR: settings.data_dir, f"{PREFIX}{name.upper()}": said}, env_file=_NO_FILE)
    except SettingError:
        return None
    return getattr(read, name)

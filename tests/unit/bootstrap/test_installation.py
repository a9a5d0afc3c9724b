"""What is said of an installation: its kinds, its settings with where they come from, what is missing. No secret."""

import re
import tomllib
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import pytest

from forebay.application.system.installation import Installation, OwnWorker, SettingOrigin
from forebay.bootstrap import optional_parts as parts_module
from forebay.bootstrap.installation import describe_installation
from forebay.bootstrap.optional_parts import optional_parts
from forebay.bootstrap.setting_origins import setting_origins
from forebay.bootstrap.settings import SECRETS, Settings, load_settings

ROOT = Path(__file__).parents[3]
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
SECRET = "geheim-0190b5a2"
URLS = {
    "database_url": f"postgresql://user:{SECRET}?#/@db.example/forebay",
    "blob_url": f"s3://bucket/x?secret_access_key={SECRET}&session_token={SECRET}&region=eu",
    "queue_url": f"rediss://:{SECRET}@broker.example:6379/0",
    "server": f"https://me:{SECRET}@forebay.example",
    "llm_url": f"https://llm.example/v1?api-key={SECRET}",
}


def described(settings: Settings, *, replaced: frozenset[str] = frozenset()) -> Installation:
    return describe_installation(settings, started_at=NOW, worker=OwnWorker(name="w", concurrency=2), replaced=replaced)


def test_no_secret_of_any_setting_is_in_it() -> None:
    settings = load_settings({}, env_file=Path("/nonexistent"), overrides={**dict.fromkeys(SECRETS, SECRET), **URLS})
    assert all(SECRET in str(getattr(settings, name)) for name in (*SECRETS, *URLS))
    shown = asdict(described(settings))
    assert SECRET not in str(shown)
    values = {one["name"]: one["value"] for one in shown["settings"]}
    assert all(values[f"FOREBAY_{name.upper()}"] == "***" for name in SECRETS)
    assert values["FOREBAY_QUEUE_URL"] == "rediss://:***@broker.example:6379/0"


@pytest.mark.parametrize("user", ["app@server", "ap?p", "app:12/", "app:1?/#"])
def test_no_password_of_a_database_is_in_it_however_odd_its_url(user: str) -> None:
    between = "" if ":" in user else ":"
    overrides = {"database_url": f"postgresql://{user}{between}{SECRET}@db.example/forebay"}
    shown = asdict(described(load_settings({}, env_file=Path("/nonexistent"), overrides=overrides)))
    assert SECRET not in str(shown)


def test_each_setting_is_there_with_what_it_is_for() -> None:
    settings = described(Settings()).settings
    assert [one.name for one in settings] == [f"FOREBAY_{name.upper()}" for name in Settings.__struct_fields__]
    assert all(one.description for one in settings)


@pytest.mark.parametrize(
    ("urls", "replaced", "kinds"),
    [
        (("sqlite:///x.db", "file:///x", "local:"), frozenset(), ("sqlite", "file", "local")),
        (("postgres://h/d", "s3://b/x", "redis://h"), frozenset(), ("postgresql", "s3", "redis")),
        (("postgresql+psycopg://h/d", "memory:", "memory:"), frozenset(), ("postgresql", "memory", "memory")),
        (("memory:", "memory:", "local:"), frozenset({"database", "blobs", "queue"}), ("replaced",) * 3),
    ],
)
def test_kinds_are_those_of_the_urls_unless_parts_were_brought_along(
    urls: tuple[str, str, str], replaced: frozenset[str], kinds: tuple[str, str, str]
) -> None:
    database, blobs, queue = urls
    found = described(Settings(database_url=database, blob_url=blobs, queue_url=queue), replaced=replaced)
    assert (found.database, found.blobs, found.queue) == kinds


def test_a_setting_comes_from_the_environment_or_the_file_or_an_argument_or_is_a_default(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("FOREBAY_PORT=1\nFOREBAY_HOST=file\nFOREBAY_LOG_LEVEL=debug\nFOREBAY_LEASE_SECONDS=\n")
    environ = {"FOREBAY_PORT": "2", "FOREBAY_HOST": "", "FOREBAY_OCR": "off", "FOREBAY_LLM_REDACT": "true"}
    settings = load_settings(environ, env_file=file, overrides={"ocr": "auto", "max_attempts": "7"})
    origins = setting_origins(settings, environ, env_file=file)
    said = {name: origin for name, origin in origins.items() if origin is not SettingOrigin.DEFAULT}
    assert said == {
        "port": SettingOrigin.ENVIRONMENT,
        "llm_redact": SettingOrigin.ENVIRONMENT,
        "host": SettingOrigin.FILE,
        "log_level": SettingOrigin.FILE,
        "ocr": SettingOrigin.ARGUMENT,
        "max_attempts": SettingOrigin.ARGUMENT,
    }


def test_what_follows_from_the_data_folder_is_a_default(tmp_path: Path) -> None:
    environ = {"FOREBAY_DATA_DIR": str(tmp_path / "ä b")}
    origins = setting_origins(load_settings(environ, env_file=tmp_path / "none"), environ, env_file=tmp_path / "none")
    assert origins["data_dir"] is SettingOrigin.ENVIRONMENT
    assert origins["database_url"] is origins["blob_url"] is SettingOrigin.DEFAULT


def test_a_variable_that_means_nothing_does_not_hide_what_was_given_instead(tmp_path: Path) -> None:
    environ = {"FOREBAY_PORT": "many"}
    origins = setting_origins(Settings(port=9), environ, env_file=tmp_path / "none")
    assert origins["port"] is SettingOrigin.ARGUMENT


def test_every_extra_is_an_optional_part() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    assert {part.name for part in optional_parts()} == {*extras, "tesseract"} - {"all"}


def test_a_part_that_is_missing_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts_module, "find_spec", lambda name: None if name in {"redis", "numpy"} else object())
    monkeypatch.setattr("shutil.which", lambda _: None)
    missing = {part.name: part.hint or "" for part in optional_parts() if not part.installed}
    assert set(missing) == {"celery", "classify", "tesseract"}
    assert missing["celery"] == "pip install 'forebay[celery]'"
    assert re.search("tesseract", missing["tesseract"])
    assert all(part.hint is None for part in optional_parts() if part.installed)

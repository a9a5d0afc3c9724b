"""Settings: where they come from, how they are checked, what is shown of them."""

from pathlib import Path

import pytest

from forebay.bootstrap.settings import describe, load_settings, mask
from forebay.domain.errors import SettingError


def test_the_environment_wins_over_the_file_and_arguments_over_both(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("FOREBAY_PORT=1\nFOREBAY_HOST=file\nFOREBAY_LOG_LEVEL=debug\nOTHER=x\n")
    settings = load_settings({"FOREBAY_PORT": "2", "FOREBAY_HOST": ""}, env_file=file, overrides={"log_level": "error"})
    assert (settings.port, settings.host, settings.log_level) == (2, "file", "error")


def test_everything_lies_in_the_data_folder_by_default(tmp_path: Path) -> None:
    settings = load_settings({"FOREBAY_DATA_DIR": str(tmp_path / "ä b")}, env_file=tmp_path / "none")
    assert settings.database_url == f"sqlite:///{tmp_path}/ä b/forebay.db"
    assert settings.blob_url == f"file://{tmp_path}/%C3%A4%20b/blobs"


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("FOREBAY_PORT", "many", "whole number"),
        ("FOREBAY_PORT", "70000", "65535"),
        ("FOREBAY_MAX_UPLOAD_BYTES", "0", ">= 1"),
        ("FOREBAY_UPLOAD_STALL_SECONDS", "-1", "> 0"),
        ("FOREBAY_LOG_FORMAT", "xml", "xml"),
    ],
)
def test_a_wrong_setting_is_named_with_its_value_and_what_was_expected(name: str, value: str, expected: str) -> None:
    with pytest.raises(SettingError, match=expected) as caught:
        load_settings({name: value}, env_file=Path("/nonexistent"))
    assert caught.value.field == name
    assert f"{name} is {value!r}" in caught.value.message


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://user:p@ss:w/rd@host/db", "postgresql://user:***@host/db"),
        ("postgresql://host/db?user=a&password=b", "postgresql://host/db?user=a&password=***"),
        ("s3://bucket/x?secret_key=abc&region=eu", "s3://bucket/x?secret_key=***&region=eu"),
        ("s3://AKIA:secret@bucket/x", "s3://AKIA:***@bucket/x"),
        ("sqlite:////data/a@b.db", "sqlite:////data/a@b.db"),
        ("postgresql://user:a?b#c@host/db", "postgresql://user:***@host/db"),
        ("postgresql+psycopg://user:a#b@host:5432/db?x=1", "postgresql+psycopg://user:***@host:5432/db?x=1"),
        ("redis://:p?w@host:6379/0", "redis://:***@host:6379/0"),
        ("http://host:8000/path?who=a@b", "http://host:8000/path?who=a@b"),
        ("https://me@corp.example:geheim@host", "https://me@corp.example:***@host"),
        ("postgresql://app@server:geheim@host/db", "postgresql://app@server:***@host/db"),
        ("postgresql://app:ge/h?eim@host/db", "postgresql://app:***@host/db"),
        ("postgresql://app:12/34@host/db", "postgresql://app:***@host/db"),
        ("postgresql://a?p#p:geheim@host/db", "postgresql://a?p#p:***@host/db"),
        ("postgresql://host:5432/db", "postgresql://host:5432/db"),
        ("amqp://service@corp:geheim@broker", "amqp://service@corp:***@broker"),
        ("redis://a:geheim@one/0;redis://a:geheim@two/0", "redis://a:***@two/0"),
        ("s3://bucket/x?endpoint_url=http://key:geheim@host:1/", "s3://bucket/x?endpoint_url=http://key:***@host:1/"),
    ],
)
def test_secrets_in_urls_are_masked(url: str, shown: str) -> None:
    assert mask(url) == shown


def test_what_is_shown_of_the_settings_is_masked(tmp_path: Path) -> None:
    settings = load_settings({"FOREBAY_DATABASE_URL": "postgresql://u:geheim@h/d"}, env_file=tmp_path / "none")
    assert "geheim" not in str(describe(settings))
    assert describe(settings)["FOREBAY_PORT"] == 8000


@pytest.mark.parametrize("name", ["lineage_token", "llm_api_key", "signing_key"])
def test_a_key_is_never_shown(tmp_path: Path, name: str) -> None:
    settings = load_settings({f"FOREBAY_{name.upper()}": "geheim"}, env_file=tmp_path / "none")
    assert getattr(settings, name) == "geheim"
    assert describe(settings)[f"FOREBAY_{name.upper()}"] == "***"
    assert "geheim" not in repr(settings)


def test_a_key_that_is_not_set_is_shown_as_such(tmp_path: Path) -> None:
    assert describe(load_settings({}, env_file=tmp_path / "none"))["FOREBAY_LLM_API_KEY"] == ""

"""The signer of links that the settings describe."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from forebay.application.ports.links import LinkTarget
from forebay.bootstrap.links import link_signer
from forebay.bootstrap.settings import Settings, load_settings
from forebay.domain.documents.errors import LinkInvalidError
from forebay.domain.errors import SettingError

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
TARGET = LinkTarget(file_id=UUID(int=7), expires_at=NOW + timedelta(minutes=5))


def settings_of(folder: Path, **given: str) -> Settings:
    environ = {f"FOREBAY_{name.upper()}": value for name, value in given.items()}
    return load_settings({"FOREBAY_DATA_DIR": str(folder), **environ}, env_file=Path("/none"))


def test_servers_with_the_same_key_understand_each_other(tmp_path: Path) -> None:
    one = link_signer(settings_of(tmp_path / "a", signing_key="x" * 32))
    other = link_signer(settings_of(tmp_path / "b", signing_key="x" * 32))
    assert other.verify(one.sign(TARGET), at=NOW) == TARGET
    assert not list(tmp_path.iterdir())


def test_without_one_the_key_lies_in_the_data_folder_from_the_first_link_on(tmp_path: Path) -> None:
    signer = link_signer(settings_of(tmp_path / "data"))
    assert not list(tmp_path.iterdir())
    token = signer.sign(TARGET)
    assert (tmp_path / "data" / "signing.key").is_file()
    assert link_signer(settings_of(tmp_path / "data")).verify(token, at=NOW) == TARGET


def test_what_is_kept_in_memory_leaves_no_key_behind(tmp_path: Path) -> None:
    settings = settings_of(tmp_path / "data", database_url="memory:")
    signer = link_signer(settings)
    assert signer.verify(signer.sign(TARGET), at=NOW) == TARGET
    assert not list(tmp_path.iterdir())
    with pytest.raises(LinkInvalidError):
        link_signer(settings).verify(signer.sign(TARGET), at=NOW)


def test_a_short_key_is_refused_and_not_repeated(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="FOREBAY_SIGNING_KEY has 6 characters") as caught:
        link_signer(settings_of(tmp_path, signing_key="geheim"))
    assert "geheim" not in caught.value.message

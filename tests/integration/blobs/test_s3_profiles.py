"""Whose credentials a store uses, where it is given a profile's, and what is said of those that cannot be."""

from pathlib import Path
from urllib.parse import urlencode
from uuid import uuid4

import pytest

from forebay.adapters.s3.store import open_s3_store
from forebay.domain.errors import SettingError, StorageUnavailableError
from forebay.domain.intake.blob import ObjectKey
from tests.services import S3Server

pytestmark = pytest.mark.adapter("s3")


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, s3_server: S3Server) -> Path:
    """Of AWS: a profile that the server knows and one that it does not. The variables are of one that it does not."""
    credentials = tmp_path / "credentials"
    credentials.write_text(
        f"[right]\naws_access_key_id = {s3_server.access_key}\naws_secret_access_key = {s3_server.secret_key}\n"
        "[wrong]\naws_access_key_id = nobody\naws_secret_access_key = none\n"
    )
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(credentials))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "nobody")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "none")
    return tmp_path


def url(server: S3Server, bucket: str, **options: str) -> str:
    options = {"endpoint_url": server.endpoint_url, "region": server.region, "addressing": "path", **options}
    return f"s3://{bucket}?{urlencode(options)}"


async def open_and_close(address: str) -> None:
    async with open_s3_store(address):
        pass


async def test_the_profile_counts_and_not_the_variables(files: Path, s3_server: S3Server, s3_bucket: str) -> None:
    key = ObjectKey.build(owner=None, run_id=uuid4(), name=uuid4(), extension=".txt")
    async with open_s3_store(url(s3_server, s3_bucket, profile="right")) as store:
        await store.put(key, b"kept")
        assert (await store.stat(key)).size_bytes == 4


async def test_the_variables_count_where_no_profile_is_named(files: Path, s3_server: S3Server, s3_bucket: str) -> None:
    with pytest.raises(StorageUnavailableError, match="refused us"):
        await open_and_close(url(s3_server, s3_bucket))


async def test_a_profile_that_the_server_does_not_know_is_refused(
    files: Path, s3_server: S3Server, s3_bucket: str
) -> None:
    with pytest.raises(StorageUnavailableError, match="or the profile, and what they may do"):
        await open_and_close(url(s3_server, s3_bucket, profile="wrong"))


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"profile": "missing"}, r"\(missing\) could not be found"),
        ({"region": "middle earth"}, "'middle earth' doesn't match a supported format"),
        ({"endpoint_url": "http://under_score"}, "Invalid endpoint: http://under_score"),
    ],
)
async def test_what_the_sdk_does_not_take_is_said_of_the_setting(
    files: Path, s3_server: S3Server, s3_bucket: str, options: dict[str, str], reason: str
) -> None:
    with pytest.raises(SettingError, match=f"FOREBAY_BLOB_URL.*{reason}"):
        await open_and_close(url(s3_server, s3_bucket, **options))


@pytest.mark.parametrize("login", ["user:hidden", ":hidden"])
async def test_a_password_in_a_variable_is_not_repeated(
    files: Path, monkeypatch: pytest.MonkeyPatch, login: str
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://{login}@under_score")
    with pytest.raises(SettingError, match="Invalid endpoint: http://under_score") as raised:
        await open_and_close("s3://bucket")
    assert "hidden" not in str(raised.value)


async def test_a_program_that_gives_no_credentials_is_a_store_that_is_away_and_is_not_quoted(files: Path) -> None:
    (files / "config").write_text("[profile broken]\ncredential_process = sh -c 'echo hidden >&2; exit 1'\n")
    with pytest.raises(StorageUnavailableError, match="nobody gives credentials") as raised:
        await open_and_close("s3://bucket?profile=broken")
    assert "hidden" not in str(raised.value)


async def test_a_program_for_credentials_that_is_not_there_is_named(files: Path) -> None:
    (files / "config").write_text("[profile broken]\ncredential_process = no-such-program\n")
    with pytest.raises(SettingError, match="no-such-program"):
        await open_and_close("s3://bucket?profile=broken")


async def test_one_half_of_credentials_is_not_enough(files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    with pytest.raises(SettingError, match="missing: AWS_SECRET_ACCESS_KEY"):
        await open_and_close("s3://bucket")


async def test_files_that_cannot_be_read_are_named(files: Path, s3_server: S3Server) -> None:
    (files / "config").write_text("no section\n")
    with pytest.raises(SettingError, match=f"Unable to parse config file: {files / 'config'}"):
        await open_and_close(url(s3_server, "bucket", profile="right"))

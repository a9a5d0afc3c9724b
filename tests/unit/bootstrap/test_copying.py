"""Where a copy may not go, told before anything is opened."""

from pathlib import Path

import pytest

from forebay.bootstrap.copying import open_copy
from forebay.bootstrap.settings import Settings
from forebay.domain.errors import SettingError

HERE = "s3://akey:hush@bucket/prefix?endpoint_url=http://127.0.0.1:1"


@pytest.mark.parametrize(
    "there",
    [
        HERE,
        "s3://bucket/prefix/?endpoint_url=http://127.0.0.1:1/",
        "s3://other:hush@bucket/prefix?endpoint_url=http%3A%2F%2F127.0.0.1:1&region=eu-west-1",
    ],
)
async def test_the_store_that_the_blobs_are_in_is_refused_and_no_secret_is_told(there: str, tmp_path: Path) -> None:
    settings = Settings(database_url=f"sqlite:///{tmp_path}/source.db", blob_url=HERE)
    with pytest.raises(SettingError, match="is where the blobs are") as caught:
        async with open_copy(settings, to_database=None, to_blobs=there):
            pass
    assert caught.value.field == "--to-blobs"
    assert "hush" not in str(caught.value)

"""What the URL of an S3 store may say, and how large its parts are."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forebay.adapters.s3.address import S3Address
from forebay.adapters.s3.part_size import LARGEST, MIB, SMALLEST, next_part_size
from forebay.domain.errors import SettingError

pytestmark = pytest.mark.adapter("s3")

TIB = 1024 * 1024 * MIB


def test_a_bucket_is_enough() -> None:
    assert S3Address.parse("s3://bucket") == S3Address(bucket="bucket")
    assert str(S3Address.parse("s3://bucket/")) == "s3://bucket/"


def test_everything_that_a_url_may_say() -> None:
    url = "s3://bucket/a%20folder/deep/?endpoint_url=https://s3.example.org:9000&region=eu-central-1&addressing=path"
    url += "&public_endpoint_url=https://files.example.org&profile=backup"
    address = S3Address.parse(url)
    assert address.prefix == "a folder/deep/"
    assert address.endpoint_url == "https://s3.example.org:9000"
    assert address.public_endpoint_url == "https://files.example.org"
    assert (address.region, address.addressing, address.profile) == ("eu-central-1", "path", "backup")


def test_credentials_are_taken_and_never_printed() -> None:
    address = S3Address.parse("s3://key:s%2Fecret@bucket/x")
    assert (address.access_key, address.secret_key) == ("key", "s/ecret")
    assert "ecret" not in f"{address} {address!r}"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("s3:///prefix", "s3://bucket/prefix"),
        ("http://bucket", "s3://bucket/prefix"),
        ("s3://bucket?endpoint=http://x", "endpoint_url, region, addressing, profile"),
        ("s3://bucket?endpoint_url=example.org", "http://host:port"),
        ("s3://bucket?endpoint_url=http://user:hidden@host", "without credentials"),
        ("s3://bucket?endpoint_url=http://:hidden@host", "without credentials"),
        ("s3://bucket?public_endpoint_url=files.example.org", "public_endpoint_url: expected http://host:port"),
        ("s3://bucket?addressing=dns", "path, virtual, auto"),
        ("s3://bucket?profile=", "profile: expected the name"),
        ("s3://key:hidden@bucket?profile=backup", "profile: expected either it or"),
        ("s3://bucket:9000/prefix", "s3://bucket/prefix"),
        ("s3://key@bucket", "both parts"),
        ("s3://[bucket", "s3://bucket/prefix"),
    ],
)
def test_a_wrong_url_is_told_what_was_expected(url: str, expected: str) -> None:
    with pytest.raises(SettingError) as raised:
        S3Address.parse(url)
    assert expected in str(raised.value)
    assert "FOREBAY_BLOB_URL" in str(raised.value)
    assert "hidden" not in str(raised.value)


def test_without_the_extra_the_error_says_what_to_install() -> None:
    script = "import sys; sys.modules['aioboto3'] = None; import forebay.adapters.s3.store"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=60)
    assert "SettingError: a blob store in S3 needs the package aioboto3" in done.stderr
    assert "pip install 'forebay[s3]'" in done.stderr


@given(size=st.integers(min_value=0, max_value=5 * TIB))
def test_of_a_known_size_all_parts_are_equal_and_few(size: int) -> None:
    part = next_part_size(size_hint=size, sent=0)
    assert part % MIB == 0
    assert max(SMALLEST, size // 900) <= part <= LARGEST or part == LARGEST
    assert size <= 1024 * part
    assert next_part_size(size_hint=size, sent=size // 2) == part


@pytest.mark.parametrize("size_hint", [None, 0, 1])
def test_of_an_unknown_size_the_parts_grow_so_that_the_largest_object_fits(size_hint: int | None) -> None:
    sent = parts = 0
    while sent < 5 * TIB:
        size = next_part_size(size_hint=size_hint, sent=sent)
        assert SMALLEST <= size <= LARGEST
        sent, parts = sent + size, parts + 1
    assert parts <= 10_000

"""The S3 server that tests get is real: it checks signatures, keeps whole objects, and survives being killed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.session import get_session

from tests.services.s3 import S3Server, s3

Connect = Callable[..., Any]  # botocore makes its client classes when it runs, so there is no type to name


@pytest.fixture
def connect() -> Iterator[Connect]:
    """A client of the given server, closed at the end."""
    with ExitStack() as stack:

        def connect(server: S3Server, *, secret_key: str | None = None) -> Any:
            client = get_session().create_client(
                "s3",
                endpoint_url=server.endpoint_url,
                region_name=server.region,
                config=Config(s3={"addressing_style": "path"}),
                aws_access_key_id=server.access_key,
                aws_secret_access_key=secret_key or server.secret_key,
            )
            stack.callback(client.close)
            return client

        yield connect


def test_an_object_comes_back_as_it_was_put(s3_server: S3Server, s3_bucket: str, connect: Connect) -> None:
    client = connect(s3_server)
    client.create_bucket(Bucket=s3_bucket)
    body = bytes(range(256)) * 40_000
    client.put_object(Bucket=s3_bucket, Key="folder/ä.bin", Body=body)
    assert client.get_object(Bucket=s3_bucket, Key="folder/ä.bin")["Body"].read() == body


def test_the_bucket_is_not_there_until_somebody_creates_it(
    s3_server: S3Server, s3_bucket: str, connect: Connect
) -> None:
    with pytest.raises(ClientError, match="NoSuchBucket"):
        connect(s3_server).put_object(Bucket=s3_bucket, Key="k", Body=b"x")


def test_a_wrong_secret_is_refused(s3_server: S3Server, connect: Connect) -> None:
    with pytest.raises(ClientError, match=s3_server.refusal):
        connect(s3_server, secret_key="wrong").list_buckets()


def test_a_bucket_is_deleted_after_use_with_all_that_is_in_it(s3_server: S3Server, connect: Connect) -> None:
    client = connect(s3_server)
    with s3_server.bucket() as name:
        client.create_bucket(Bucket=name)
        client.put_object(Bucket=name, Key="left", Body=b"behind")
        client.create_multipart_upload(Bucket=name, Key="begun")
    assert name not in [bucket["Name"] for bucket in client.list_buckets()["Buckets"]]


def test_a_killed_server_comes_back_with_what_was_stored(s3_server: S3Server, connect: Connect) -> None:
    assert s3_server.source  # the run has an S3 server; this test opens another, which it may kill
    with s3() as server, server.bucket() as bucket:
        connect(server).create_bucket(Bucket=bucket)
        connect(server).put_object(Bucket=bucket, Key="k", Body=b"kept")
        server.kill()
        server.start()
        assert connect(server).get_object(Bucket=bucket, Key="k")["Body"].read() == b"kept"

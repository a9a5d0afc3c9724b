"""Removing a test's bucket from an S3 server, with all that a test may have left in it."""

from __future__ import annotations

from typing import Any

from botocore.config import Config
from botocore.exceptions import ClientError, HTTPClientError
from botocore.session import get_session


def drop_bucket(name: str, *, endpoint_url: str, access_key: str, secret_key: str, region: str) -> None:
    """Abort the uploads in the bucket, delete its objects and the bucket; a missing bucket or server is no error.

    A test may have killed the server, and what it left behind goes with the server's folder anyway.
    """
    client: Any = get_session().create_client(
        "s3",
        endpoint_url=endpoint_url,
        region_name=region,
        aws_access_key_id=access_key,
        aws_secret_access_key=secret_key,
        config=Config(s3={"addressing_style": "path"}, connect_timeout=2, retries={"total_max_attempts": 1}),
    )
    try:
        for upload in client.list_multipart_uploads(Bucket=name).get("Uploads", []):
            client.abort_multipart_upload(Bucket=name, Key=upload["Key"], UploadId=upload["UploadId"])
        for page in client.get_paginator("list_objects_v2").paginate(Bucket=name):
            keys = [{"Key": item["Key"]} for item in page.get("Contents", [])]
            if keys:
                client.delete_objects(Bucket=name, Delete={"Objects": keys, "Quiet": True})
        client.delete_bucket(Bucket=name)
    except HTTPClientError:
        return
    except ClientError as error:
        if error.response["Error"]["Code"] != "NoSuchBucket":
            raise
    finally:
        client.close()

"""The URL of a store on a test's S3 server."""

from urllib.parse import urlencode

from tests.services import S3Server


def s3_url(server: S3Server, bucket: str, prefix: str = "") -> str:
    """With the credentials in it, so that no test depends on the environment."""
    options = urlencode({"endpoint_url": server.endpoint_url, "region": server.region, "addressing": "path"})
    return f"s3://{server.access_key}:{server.secret_key}@{bucket}/{prefix}?{options}"

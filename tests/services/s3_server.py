"""What a test can do with a running S3 server."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tests.services.buckets import drop_bucket
from tests.services.ready import wait_until_ready
from tests.services.sources import Server

REGION = "us-east-1"


@dataclass(frozen=True, slots=True, kw_only=True)
class S3Server(Server):
    """A running S3 server with one account that may do everything. Path-style addressing.

    `works`: whether the first object could be stored. `refusal`: what `program` calls a request that is signed wrongly.
    """

    endpoint_url: str
    access_key: str
    secret_key: str
    works: Callable[[], bool]
    program: str = "SeaweedFS"
    refusal: str = "SignatureDoesNotMatch"
    region: str = REGION

    @contextmanager
    def bucket(self) -> Iterator[str]:
        """A name that no bucket has yet; if somebody creates it, it is emptied and deleted at the end."""
        name = f"t-{secrets.token_hex(8)}"
        try:
            yield name
        finally:
            drop_bucket(
                name,
                endpoint_url=self.endpoint_url,
                access_key=self.access_key,
                secret_key=self.secret_key,
                region=self.region,
            )

    def kill(self) -> None:
        """End the server with SIGKILL; its data stays."""
        self.control.kill()

    def start(self) -> None:
        """Bring a killed server back on the same URL with the same data; returns when it takes objects."""
        self.control.start()
        self.wait()

    def wait(self) -> None:
        """Return when the first object can be stored; raises UnavailableError when the server exits instead."""
        wait_until_ready(self.control, self.works, what=self.program)

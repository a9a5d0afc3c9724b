"""S3 servers besides SeaweedFS that the contract is held to: versitygw and Garage. From containers only."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.session import get_session

from tests.services.containers import Recipe, container
from tests.services.s3_server import REGION, S3Server

VERSITYGW_PORT = 7070
GARAGE_PORT = 3900
GARAGE_CONFIG = Path(__file__).with_name("garage.toml")


def versitygw_recipe(access_key: str, secret_key: str, environ: Mapping[str, str] = os.environ) -> Recipe:
    """Objects are files of the container, with what is said of them in extended attributes."""
    return Recipe(
        image=environ.get("VERSITYGW_IMAGE") or "versity/versitygw:v1.8.0",
        command=["--port", f":{VERSITYGW_PORT}", "posix", "/tmp"],  # a folder that the image has
        ports=[VERSITYGW_PORT],
        env={"ROOT_ACCESS_KEY": access_key, "ROOT_SECRET_KEY": secret_key},
    )


def garage_recipe(access_key: str, secret_key: str, environ: Mapping[str, str] = os.environ) -> Recipe:
    """Garage 2.3 or newer, which makes its layout and a key that may create buckets by itself."""
    return Recipe(
        image=environ.get("GARAGE_IMAGE") or "dxflrs/garage:v2.4.1",
        command=["/garage", "server", "--single-node", "--default-access-key"],  # the image has no entrypoint
        ports=[GARAGE_PORT],
        env={
            "GARAGE_DEFAULT_ACCESS_KEY": access_key,
            "GARAGE_DEFAULT_SECRET_KEY": secret_key,
            "GARAGE_RPC_SECRET": secrets.token_hex(32),
        },
        files={"/etc/garage.toml": GARAGE_CONFIG},
    )


@contextmanager
def versitygw() -> Iterator[S3Server]:
    access_key, secret_key = secrets.token_hex(10), secrets.token_hex(20)
    recipe = versitygw_recipe(access_key, secret_key)
    with _started("versitygw", recipe, access_key, secret_key, refusal="SignatureDoesNotMatch") as server:
        yield server


@contextmanager
def garage() -> Iterator[S3Server]:
    access_key, secret_key = f"GK{secrets.token_hex(12)}", secrets.token_hex(32)  # it takes keys of this form only
    recipe = garage_recipe(access_key, secret_key)
    with _started("Garage", recipe, access_key, secret_key, refusal="AccessDenied") as server:
        yield server


@contextmanager
def _started(program: str, recipe: Recipe, access_key: str, secret_key: str, *, refusal: str) -> Iterator[S3Server]:
    with container(recipe) as running:
        (port,) = recipe.ports
        endpoint_url = f"http://{running.host}:{running.ports[port]}"
        server = S3Server(
            control=running,
            source=f"container image {recipe.image}",
            program=program,
            refusal=refusal,
            endpoint_url=endpoint_url,
            access_key=access_key,
            secret_key=secret_key,
            works=lambda: knows_the_key(endpoint_url, access_key, secret_key),
        )
        server.wait()
        yield server


def knows_the_key(endpoint_url: str, access_key: str, secret_key: str) -> bool:
    """Whether the server answers, and to this key: Garage makes it after it has begun to listen."""
    client: Any = get_session().create_client(
        "s3",
        endpoint_url=endpoint_url,
        region_name=REGION,
        aws_access_key_id=access_key,
        aws_secret_access_key=secret_key,
        config=Config(
            s3={"addressing_style": "path"}, connect_timeout=2, read_timeout=5, retries={"total_max_attempts": 1}
        ),
    )
    try:
        client.list_buckets()
    except (BotoCoreError, ClientError):
        return False
    finally:
        client.close()
    return True

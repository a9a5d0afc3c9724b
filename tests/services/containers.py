"""A server in a container, through testcontainers: whatever engine answers, whatever image is here or can be pulled."""

from __future__ import annotations

import gc
import io
import tarfile
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from docker.errors import DockerException, ImageNotFound, NotFound  # type: ignore[import-untyped]  # ships no types
from requests.exceptions import RequestException
from testcontainers.core.config import testcontainers_config
from testcontainers.core.container import DockerContainer, Reaper
from testcontainers.core.docker_client import DockerClient

from tests.services.network import NETWORK
from tests.services.processes import LOOPBACK, free_ports
from tests.services.ready import failure
from tests.services.sources import UnavailableError

STDIN = "forebay-test-input"
ENGINE_ERRORS = (DockerException, RequestException, OSError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """How a service runs in a container: the ports are those that it listens on inside.

    `files`: what it finds at which path, for reading. The engine must be on this machine then. `memory`: folders that
    are not on a disk, and how large they may get, such as 2g; they are empty again when it was killed.
    """

    image: str
    command: Sequence[str]
    ports: Sequence[int]
    env: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, Path] = field(default_factory=dict)
    memory: Mapping[str, str] = field(default_factory=dict)


class RunningContainer:
    """A started container; `ports` maps the ports inside to those of `host`, and they stay over a restart."""

    def __init__(self, container: DockerContainer, ports: Mapping[int, int]) -> None:
        self._container = container.get_wrapped_container()
        host = container.get_container_host_ip()
        self.host = LOOPBACK if host == "localhost" else host  # localhost may be ::1 first, where nothing listens
        self.ports = ports

    def start(self) -> None:
        with NETWORK.changing():
            self._container.start()

    def kill(self) -> None:
        with NETWORK.changing():
            self._container.kill()
            self._container.wait()

    def run(self, argv: Sequence[str], *, stdin: bytes = b"") -> bytes:
        """What a program inside writes to standard output. One that fails is an AssertionError with what it said."""
        command = list(argv)
        if stdin:
            self._container.put_archive("/tmp", _tar_of(STDIN, stdin))
            command = ["sh", "-c", f'exec "$@" </tmp/{STDIN}', "sh", *argv]
        code, (output, complaint) = self._container.exec_run(command, demux=True)
        assert code == 0, f"{argv[0]}: {(complaint or b'').decode(errors='replace')}"
        return output or b""

    def exited(self) -> str | None:
        self._container.reload()
        if self._container.status in {"created", "running", "restarting"}:
            return None
        log = self._container.logs(tail=8).decode(errors="replace")
        return " | ".join(log.strip().split("\n"))


@contextmanager
def container(recipe: Recipe) -> Iterator[RunningContainer]:
    """Run the recipe, and remove the container with its volumes at the end. Raises UnavailableError."""
    _prepare(recipe.image)
    ports = dict(zip(recipe.ports, free_ports(len(recipe.ports)), strict=True))
    with suppress(NotFound):  # a container that is gone already needs no removing
        try:
            made = DockerContainer(recipe.image).with_envs(**recipe.env).with_command(list(recipe.command))
            for inside, outside in ports.items():
                made.with_bind_ports(inside, outside)
            for path, file in recipe.files.items():
                made.with_volume_mapping(str(file), path, "ro")
            for path, size in recipe.memory.items():
                made.with_tmpfs_mount(path, f"size={size}")
            made.with_kwargs(**recipe.options)
        except ENGINE_ERRORS as error:
            raise UnavailableError(_one_line(error)) from error
        try:
            try:
                with NETWORK.changing():
                    made.start()
                running = RunningContainer(made, ports)
            except ENGINE_ERRORS as error:
                raise failure(f"image {recipe.image} does not run: {_one_line(error)}") from error
            yield running
        finally:
            with NETWORK.changing():
                made.stop()


def end_reaper() -> None:
    """Take away the container that would clear up if we were killed. The library would do so without asking others."""
    if not testcontainers_config.ryuk_disabled:
        with NETWORK.changing():
            Reaper.delete_instance()


def _tar_of(name: str, content: bytes) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        member = tarfile.TarInfo(name)
        member.size, member.mode = len(content), 0o644
        archive.addfile(member, io.BytesIO(content))
    return packed.getvalue()


def _prepare(image: str) -> None:
    if trouble := _engine_trouble():
        raise UnavailableError(f"no container engine answers ({trouble})")
    _have(image)
    if not testcontainers_config.ryuk_disabled:
        try:
            _have(testcontainers_config.ryuk_image)
        except UnavailableError:
            # The reaper only matters when the test run is killed; without it the tests still clean up after themselves.
            testcontainers_config.ryuk_disabled = True


def _engine_trouble() -> str | None:
    """Why no engine can be reached, None if one answers."""
    with warnings.catch_warnings():
        # The docker package leaves the socket of a failed connection to the garbage collector, which complains of it.
        warnings.simplefilter("ignore", ResourceWarning)
        try:
            with closing(DockerClient(timeout=10).client) as engine:
                engine.ping()
                return None
        except ENGINE_ERRORS as error:
            trouble = _one_line(error)
        gc.collect()
    return trouble


def _have(image: str) -> None:
    """Make sure that the image is here; pulling may take minutes, so the engine gets more time than for a ping."""
    with closing(DockerClient(timeout=600).client) as engine:
        try:
            engine.images.get(image)
        except ImageNotFound:
            try:
                engine.images.pull(*_name_and_tag(image))
            except ENGINE_ERRORS as error:
                raise UnavailableError(f"image {image} cannot be pulled ({_one_line(error)})") from error
        except ENGINE_ERRORS as error:
            raise UnavailableError(f"image {image} cannot be looked up ({_one_line(error)})") from error


def _name_and_tag(image: str) -> tuple[str, str | None]:
    if "@" in image:
        return image, None
    name, colon, tag = image.rpartition(":")
    return (name, tag) if colon and "/" not in tag else (image, "latest")


def _one_line(error: BaseException) -> str:
    """The engine's own explanation, or what was at the root of a chain of errors."""
    explanation = getattr(error, "explanation", None)
    while not explanation and (error.__cause__ or error.__context__):
        error = error.__cause__ or error.__context__ or error
    return " ".join(str(explanation or error).split())[:300]

"""`docker compose` on deploy/compose.yml, as a project of its own: a person's stack and settings are not touched."""

import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
FILE = ROOT / "deploy" / "compose.yml"
NEEDS_DOCKER = "make stack-test needs Docker, with a daemon that answers and the compose plugin"
_TAIL = "60"


class ComposeError(Exception):
    """A command of Docker's failed, or took too long; with what it wrote."""


@dataclass(frozen=True, slots=True)
class Container:
    """`health`: "" without a health check. `state` is running, exited and the like."""

    id: str
    service: str
    state: str
    health: str
    exit_code: int

    @property
    def is_well(self) -> bool:
        """Up and healthy, or done with what it was to do once."""
        return (self.state, self.health) == ("running", "healthy") or (self.state, self.exit_code) == ("exited", 0)


class Compose:
    """`images`: the environment's image variables and nothing else of it get through to the compose file."""

    def __init__(self, project: str, env_file: Path, images: Mapping[str, str]) -> None:
        self.project = project
        self._env_file = env_file
        self._images = dict(images)

    def __call__(self, *arguments: str, limit: float = 120) -> str:
        """What it wrote to standard output."""
        return run([*self._head(), *arguments], limit=limit, environ=self._environ())

    def start(self, arguments: Sequence[str]) -> "subprocess.Popen[bytes]":
        """Does not wait for it."""
        return subprocess.Popen([*self._head(), *arguments], env=self._environ(), stdin=subprocess.DEVNULL)

    def up(self, *arguments: str, limit: float = 300) -> None:
        """Returns when all that have a health check are healthy."""
        self("up", "--detach", "--wait", "--wait-timeout", f"{limit:.0f}", *arguments, limit=limit + 60)

    def containers(self) -> list[Container]:
        lines = self("ps", "--all", "--format", "json").splitlines()
        found = [json.loads(line) for line in lines]
        return [
            Container(one["ID"], one["Service"], one["State"], one.get("Health", ""), int(one["ExitCode"]))
            for one in found
        ]

    def of(self, service: str) -> list[Container]:
        return [one for one in self.containers() if one.service == service]

    def are_well(self) -> bool:
        return all(one.is_well for one in self.containers())

    def execute(self, service: str, *command: str, limit: float = 60) -> str:
        return self("exec", "-T", service, *command, limit=limit)

    def report(self) -> str:
        """For whoever has to find out what went wrong: the state of all, and the end of each one's log."""
        try:
            state = self("--profile", "*", "ps", "--all")
            logs = self("--profile", "*", "logs", "--no-color", "--timestamps", "--tail", _TAIL)
        except ComposeError as error:
            return str(error)
        return f"{state}\n{logs}"

    def remove(self) -> None:
        """With its volumes and networks, which are found by the project's name, whatever state they are in."""
        head = ["docker", "compose", "--project-name", self.project]
        folder = self._env_file.parent  # without a compose file, which would have to be right
        run([*head, "down", "--volumes", "--remove-orphans", "--timeout", "10"], limit=180, folder=folder)

    def _head(self) -> list[str]:
        project = ["--project-name", self.project, "--env-file", str(self._env_file)]
        return ["docker", "compose", *project, "--file", str(FILE)]

    def _environ(self) -> dict[str, str]:
        """A setting of the environment would win over the file."""
        kept = ("PATH", "HOME", "TMPDIR", "DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_CONFIG", "DOCKER_CERT_PATH")
        more = {name: os.environ[name] for name in (*kept, "DOCKER_TLS_VERIFY") if name in os.environ}
        return {**more, **self._images}


def run(
    command: Sequence[str], *, limit: float, environ: Mapping[str, str] | None = None, folder: Path | None = None
) -> str:
    """Its standard output. ComposeError when it fails or is not done in time."""
    try:
        done = subprocess.run(
            command,
            env=environ,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=limit,
            check=False,
            start_new_session=True,  # Ctrl-C is for us, who then take all down
        )
    except FileNotFoundError:
        raise ComposeError(f"There is no program {command[0]}.") from None
    except subprocess.TimeoutExpired as error:
        wrote = [part.decode(errors="replace") for part in (error.stdout, error.stderr) if isinstance(part, bytes)]
        raise ComposeError(f"{' '.join(command)} took more than {limit:g} s\n{''.join(wrote)}") from None
    if done.returncode:
        raise ComposeError(f"{' '.join(command)} failed with {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def image_variables(environ: Mapping[str, str]) -> dict[str, str]:
    """POSTGRES_IMAGE and the like, where they are set."""
    return {name: value for name, value in environ.items() if name.endswith("_IMAGE") and value}

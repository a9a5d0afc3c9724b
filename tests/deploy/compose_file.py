"""deploy/compose.yml and what it takes from its environment, as types."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import yaml  # type: ignore[import-untyped]  # ships no types
from msgspec import Struct

REPOSITORY = Path(__file__).parents[2]
DEPLOY = REPOSITORY / "deploy"
FILE = DEPLOY / "compose.yml"
EXAMPLE = DEPLOY / "compose.env.example"
_VARIABLE = re.compile(r"(?<!\$)\$\{(?P<name>[A-Z0-9_]+)(?P<mark>:-|:\?)?(?P<word>[^}]*)\}")


class Health(Struct, frozen=True, forbid_unknown_fields=True):
    test: list[str]
    interval: str
    timeout: str
    retries: int
    start_period: str


class Condition(Struct, frozen=True, forbid_unknown_fields=True):
    condition: str


class Logging(Struct, frozen=True):
    driver: str
    options: dict[str, str]


class Build(Struct, frozen=True):
    context: str
    dockerfile: str
    args: dict[str, str]


class EnvFile(Struct, frozen=True):
    path: str
    required: bool


class Service(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All that a service of ours may say: a new word is added here, and to what is checked of it."""

    image: str
    restart: str
    mem_limit: str
    logging: Logging
    networks: list[str]
    security_opt: list[str]
    build: Build | None = None
    pull_policy: str | None = None
    profiles: list[str] = []
    entrypoint: list[str] = []
    command: list[str] = []
    user: str | None = None
    init: bool = False
    read_only: bool = False
    cap_drop: list[str] = []
    cap_add: list[str] = []
    tmpfs: list[str] = []
    shm_size: str | None = None
    volumes: list[str] = []
    env_file: list[EnvFile] = []
    environment: dict[str, str] = {}
    ports: list[str] = []
    healthcheck: Health | None = None
    stop_grace_period: str | None = None
    depends_on: dict[str, Condition] = {}

    @property
    def is_forebay(self) -> bool:
        return self.image.startswith("${FOREBAY_IMAGE")

    @property
    def runs_once(self) -> bool:
        return self.restart == "no"


class Compose(Struct, frozen=True):
    name: str
    services: dict[str, Service]
    networks: dict[str, None]
    volumes: dict[str, None]


class Use(Struct, frozen=True):
    """Of a variable: `${name}`, or with `:-` or `:?` and a word behind it."""

    name: str
    mark: str
    word: str


def compose() -> Compose:
    return msgspec.convert(yaml.safe_load(FILE.read_text()), Compose)


def uses(text: str) -> list[Use]:
    """Of variables that compose puts in; `$${…}` is the shell's in a container."""
    return [Use(found["name"], found["mark"] or "", found["word"]) for found in _VARIABLE.finditer(text)]


def variables(text: str) -> dict[str, str]:
    """What a file of NAME=value lines sets."""
    lines = (line.partition("=") for line in text.splitlines() if line and not line.startswith("#"))
    return {name: value for name, _, value in lines}


def seconds(text: str) -> float:
    """Of `90s`, as compose writes it."""
    assert text.endswith("s")
    return float(text.removesuffix("s"))

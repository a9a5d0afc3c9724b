"""What a running Forebay consists of: known when it starts, and the same until it ends."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class SettingOrigin(StrEnum):
    """Where a setting's value comes from. `argument`: the command line, or the program that embeds Forebay."""

    DEFAULT = "default"
    FILE = "file"
    ENVIRONMENT = "environment"
    ARGUMENT = "argument"


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingInForce:
    """`name`: its environment variable. `value`: as it may be shown to anybody; secrets never come this far."""

    name: str
    value: str | int | float
    origin: SettingOrigin
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionalPart:
    """Something that may be left out. `hint`: how to install it, where it is missing."""

    name: str
    purpose: str
    installed: bool
    hint: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnWorker:
    """The worker inside this process: its name and how many jobs it has in its hands at a time."""

    name: str
    concurrency: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """This process, the kinds of its parts (`replaced`: a program brought its own), and its settings."""

    version: str
    python_version: str
    platform: str
    started_at: datetime
    database: str
    blobs: str
    queue: str
    worker: OwnWorker | None
    settings: tuple[SettingInForce, ...]
    optional_parts: tuple[OptionalPart, ...]

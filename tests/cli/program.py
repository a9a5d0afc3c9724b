"""`forebay` as the tests call it: inside this process, or as the process that a person starts."""

import gzip
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from forebay.application.system.copy_forebay import CopyForebay
from forebay.application.use_cases import UseCases
from forebay.bootstrap.cli import services
from forebay.bootstrap.copying import open_copy
from forebay.bootstrap.runtime import open_use_cases
from forebay.bootstrap.settings import load_settings
from forebay.entrypoints.cli.app import build_app
from forebay.entrypoints.cli.services import CliServices, CopyOptions

MAX_UPLOAD = 4 * 1024 * 1024
_INHERITED = ("PATH", "HOME", "TMPDIR", "SSL_CERT_FILE", "COVERAGE_PROCESS_START")


@dataclass(frozen=True, slots=True)
class Done:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def documents(self) -> list[Any]:
        return [json.loads(line) for line in self.out.split("\n") if line]

    @property
    def errors(self) -> list[Any]:
        return [json.loads(line) for line in self.err.splitlines()]


@dataclass(frozen=True, slots=True)
class Program:
    """`settings`: the FOREBAY_ variables it sees. `folder`: where it is started."""

    folder: Path
    settings: Mapping[str, str]

    def __call__(self, *arguments: str, code: int = 0) -> Done:
        """Inside this process; the exit code must be `code`."""
        done = self.any_code(*arguments)
        assert done.code == code, done
        return done

    def any_code(self, *arguments: str) -> Done:
        hidden = {name: None for name in os.environ if name.startswith("FOREBAY_")}
        result = CliRunner().invoke(
            build_app(quiet_services()), list(arguments), env={**hidden, **self.settings}, catch_exceptions=False
        )
        return Done(result.exit_code, result.stdout, result.stderr)

    def process(self, *arguments: str, stdin: bytes = b"", code: int = 0, **more: str) -> Done:
        """As a process of its own; `more` are further environment variables."""
        ended = subprocess.run(
            command(*arguments),
            input=stdin,
            capture_output=True,
            cwd=self.folder,
            env=self.environment(**more),
            timeout=120,
            check=False,
        )
        done = Done(ended.returncode, ended.stdout.decode(), ended.stderr.decode())
        assert done.code == code, done
        return done

    def environment(self, **more: str) -> dict[str, str]:
        inherited = {name: os.environ[name] for name in _INHERITED if name in os.environ}
        return {**inherited, "PYTHONWARNINGS": "error", **self.settings, **more}

    def file(self, name: str, content: bytes) -> Path:
        path = self.folder / name
        path.write_bytes(content)
        return path


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "forebay", *arguments]


def quiet_services() -> CliServices:
    """The real ones, but logging stays as pytest has set it up."""

    def opened() -> AbstractAsyncContextManager[UseCases]:
        return open_use_cases(load_settings())

    def copying(options: CopyOptions) -> AbstractAsyncContextManager[CopyForebay]:
        return open_copy(load_settings(), to_database=options.to_database, to_blobs=options.to_blobs)

    return replace(services(), open_use_cases=opened, open_copy=copying)


def archive(text: str = "hello") -> bytes:
    """A small file whose first bytes fit the types that want an archive."""
    return gzip.compress(text.encode(), mtime=0)


def large_archive(size: int, seed: int = 7) -> bytes:
    """One that does not fit in the memory kept for small files."""
    return archive() + bytes((seed + i * 31) % 251 for i in range(997)) * (size // 997 + 1)

"""`forebay --help` is quick because it loads next to nothing."""

import subprocess
import sys

import pytest

from tests.cli.program import Program

HEAVY = {
    "httpx",
    "sqlalchemy",
    "litestar",
    "structlog",
    "rich",
    "alembic",
    "uvicorn",
    "pydantic",
    "dependency_injector",
    "numpy",
    "openai",
    "anthropic",
    "pypdfium2",
    "rapidfuzz",
    "wordllama",
}


@pytest.mark.parametrize(
    ("arguments", "allowed"),
    [
        (["--help"], set()),
        (["upload", "--help"], {"pydantic"}),  # typer loads it to convert the first option that takes a value
        (["runs", "list", "--help"], {"pydantic"}),
        (["jobs", "events", "--help"], {"pydantic"}),
        (["documents", "search", "--help"], {"pydantic"}),
        (["categories", "edit", "--help"], {"pydantic"}),
        (["--version"], {"pydantic"}),
    ],
)
def test_help_loads_nothing_heavy(here: Program, arguments: list[str], allowed: set[str]) -> None:
    assert HEAVY & _loaded_by(here, arguments) <= allowed


def test_a_command_on_documents_loads_no_model_and_no_client(here: Program) -> None:
    models = {"numpy", "wordllama", "openai", "anthropic", "httpx", "pypdfium2", "markitdown", "lingua", "litestar"}
    loaded = _loaded_by(here, ["documents", "list"])
    assert "sqlalchemy" in loaded  # so something ran
    assert not models & loaded


def _loaded_by(here: Program, arguments: list[str]) -> set[str]:
    script = (
        "import sys; from forebay.__main__ import main; sys.argv[1:] = sys.argv[1].split('|'); main();"
        " sys.stderr.write(' '.join(m for m in sys.modules if '.' not in m))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, "|".join(arguments)],
        capture_output=True,
        text=True,
        check=True,
        cwd=here.folder,
        env=here.environment(),
    )
    return set(done.stderr.split())


def test_help_touches_nothing(here: Program) -> None:
    here.process("--help")
    assert list(here.folder.iterdir()) == []


def test_without_a_command_there_is_help(here: Program) -> None:
    done = here()
    assert done.out == here("--help").out
    for command in (
        *("serve", "worker", "migrate", "upload", "runs", "files", "jobs", "documents", "categories", "models"),
        *("sweep", "health", "system", "openapi", "config", "version"),
    ):
        assert f"\n  {command} " in done.out


def test_every_command_has_help(here: Program) -> None:
    commands = ["serve", "worker", "migrate", "upload", "models", "sweep", "health", "system", "openapi", "config"]
    commands += ["version"]
    commands += ["runs list", "runs show", "runs files", "runs parse", "runs delete", "files list", "files get"]
    commands += ["jobs list", "jobs show", "jobs events", "jobs artifacts", "jobs start", "jobs cancel", "jobs retry"]
    commands += [
        f"documents {name}"
        for name in (
            *("upload", "list", "search", "show", "text", "download", "preview"),
            *("correct", "delete", "classify", "learn"),
        )
    ]
    commands += [f"categories {name}" for name in ("list", "show", "add", "edit", "delete")]
    for command in commands:
        text = here(*command.split(), "--help").out
        assert text.startswith(f"Usage: forebay {command}")
        assert ("--json" in text) == (command not in {"serve", "worker"})

"""scripts/with-node: whose Node runs a command."""

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def node_beside(folder: Path, version: str) -> str:
    """The path of the node that a command gets where this version is first in PATH."""
    for name in ("node", "npm"):
        program = folder / name
        program.write_text(f"#!/bin/sh\necho v{version}\n")
        program.chmod(0o755)
    found = subprocess.run(
        [ROOT / "scripts" / "with-node", "sh", "-c", "command -v node"],
        env={**os.environ, "PATH": f"{folder}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=True,
    )
    return found.stdout.strip()


@pytest.mark.parametrize("version", ["24.15.0", "24.16.1", "26.0.0", "100.1.0"])
def test_that_of_the_system_is_used_where_it_is_new_enough(tmp_path: Path, version: str) -> None:
    assert node_beside(tmp_path, version) == str(tmp_path / "node")


@pytest.mark.parametrize("version", ["24.14.9", "24.9.0", "9.99.0", "20.20.2"])
def test_else_that_of_the_package(tmp_path: Path, version: str) -> None:
    node = node_beside(tmp_path, version)
    assert node == str(ROOT / ".venv" / ".node" / "node")
    said = subprocess.run(
        [ROOT / "scripts" / "with-node", "npm", "--version"],
        env={**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout[0].isdigit()

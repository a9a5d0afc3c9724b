"""Every example of docs/embedding.md and of the README runs as it stands."""

import os
import re
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from forebay import Forebay

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"^```python\n(?P<code>.*?)^```$", re.MULTILINE | re.DOTALL)
FILE_NAME = re.compile(r"# (?P<name>\w+\.py)\n")


def _blocks(page: str) -> list[str]:
    return [match["code"] for match in BLOCK.finditer((ROOT / page).read_text())]


SCRIPTS = [
    pytest.param(code, id=f"{page}-{number}")
    for page in ("docs/embedding.md", "README.md")
    for number, code in enumerate(_blocks(page), 1)
    if not FILE_NAME.match(code)
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with what the examples read: an archive, and the examples that are files."""
    with tarfile.open(tmp_path / "x.tar.gz", "w:gz") as archive:
        archive.add(ROOT / "README.md", "README.md")
    for code in _blocks("docs/embedding.md"):
        if match := FILE_NAME.match(code):
            (tmp_path / match["name"]).write_text(code)
    return tmp_path


def _run(folder: Path, *arguments: str, **settings: str) -> str:
    done = subprocess.run(
        [sys.executable, "-W", "error", *arguments],
        check=False,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder), **settings},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""
    return done.stdout


@pytest.mark.adapter("sqlite", "filesystem")
@pytest.mark.parametrize("code", SCRIPTS)
def test_examples_run_on_disk(folder: Path, code: str) -> None:
    _run(folder, "-c", code, FOREBAY_DATA_DIR=str(folder / "data"))


@pytest.mark.adapter("memory")
@pytest.mark.parametrize("code", SCRIPTS)
def test_examples_run_in_memory(folder: Path, code: str) -> None:
    _run(folder, "-c", code, FOREBAY_DATABASE_URL="memory:", FOREBAY_BLOB_URL="memory:")
    assert not (folder / "data").exists()


def test_the_example_of_a_store_passes_the_contract(folder: Path) -> None:
    options = ["asyncio_mode=auto", "asyncio_default_fixture_loop_scope=function"]
    (folder / "pytest.ini").write_text("\n".join(["[pytest]", *options]))
    output = _run(folder, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_my_store.py")
    assert re.search(r"\d{2} passed", output)
    assert "skipped" not in output


def test_the_examples_are_typed(folder: Path) -> None:
    for number, script in enumerate(SCRIPTS):
        (folder / f"example_{number}.py").write_text(str(script.values[0]))
    _run(
        folder,
        *("-m", "mypy", "--config-file", str(ROOT / "pyproject.toml"), "--cache-dir", str(folder / "cache")),
        *sorted(str(path) for path in folder.glob("*.py")),
        MYPYPATH=os.pathsep.join([str(folder), str(ROOT / "src")]),
    )


def test_the_page_names_every_method() -> None:
    page = (ROOT / "docs" / "embedding.md").read_text()
    methods = {name for name in dir(Forebay) if not name.startswith("_")}
    assert {name for name in methods if f"`{name}(" not in page} == set()

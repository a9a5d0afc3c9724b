"""The pages as `make web` left them, what they were made of, and which files a browser needs for the first of them."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import forebay.entrypoints.http

ROOT = Path(__file__).parents[2]
WEB = ROOT / "web"
STATIC = Path(forebay.entrypoints.http.__file__).parent / "static"
FIRST_PAGE = ("index.html", "src/features/overview/overview-page.tsx")


class NotBuiltError(Exception):
    """The pages that these tests are about are not there; the message says what to do."""


def require_built(static: Path = STATIC, web: Path = WEB) -> Path:
    """The folder with the pages. Raises NotBuiltError when there are none, or when a source is newer than they are."""
    index = static / "index.html"
    if not index.is_file():
        raise NotBuiltError("the pages are not built: run make web")
    built = index.stat().st_mtime
    newer = sorted(str(path.relative_to(web)) for path in _sources(web) if path.stat().st_mtime > built)
    if newer:
        more = f" and {len(newer) - 1} more" if len(newer) > 1 else ""
        raise NotBuiltError(f"web/{newer[0]}{more} changed after the pages were built: run make web")
    return static


def _sources(web: Path) -> Iterator[Path]:
    for name in ("index.html", "package-lock.json", "vite.config.ts"):
        if (web / name).is_file():
            yield web / name
    for folder in ("src", "public"):
        for path in (web / folder).rglob("*"):
            if path.is_file() and ".test." not in path.name and "testing" not in path.parts:
                yield path


def first_page_sizes(static: Path = STATIC) -> dict[str, int]:
    """The bytes, gzipped, of every file that a browser must have before it can show the first page; fonts aside."""
    manifest: dict[str, dict[str, Any]] = json.loads((static / ".vite" / "manifest.json").read_text())
    files = {"index.html", "theme.js"}
    waiting, seen = list(FIRST_PAGE), set[str]()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        chunk = manifest[name]
        files |= {chunk["file"], *chunk.get("css", ())}
        waiting += chunk.get("imports", ())
    return {name: len(gzip.compress((static / name).read_bytes(), mtime=0)) for name in sorted(files)}

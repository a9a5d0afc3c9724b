"""The files of the web pages, as the build left them, with what it packed beforehand."""

import asyncio
import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

INDEX = "index.html"
PLAIN = "identity"
_PACKED = {".br": "br", ".gz": "gzip"}  # the better first
_MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".gif": "image/gif",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".jpg": "image/jpeg",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".mjs": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".ttf": "font/ttf",
    ".txt": "text/plain; charset=utf-8",
    ".wasm": "application/wasm",
    ".webp": "image/webp",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
}  # a table of our own: that of the machine would differ from place to place


@dataclass(frozen=True, slots=True, kw_only=True)
class WebFile:
    """`bodies` by content coding; PLAIN is always among them."""

    media_type: str
    digest: str
    bodies: Mapping[str, bytes]

    def etag(self, coding: str) -> str:
        """One for each coding, as their bytes differ (RFC 9110, section 8.8.3)."""
        return f'"{self.digest}"' if coding == PLAIN else f'"{self.digest}-{coding}"'


class WebFiles:
    """What a folder holds when the server starts, kept in memory from then on.

    So no path leads anywhere else, and a server that runs while the pages are built anew goes on with those that fit
    together. Where there are no pages, find() looks again.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._found: Mapping[str, WebFile] = {}
        self._looking = asyncio.Lock()

    async def find(self, path: str) -> WebFile | None:
        """By its path in the folder. Files whose path has a part that begins with a dot are none of the pages."""
        if not self._found:
            async with self._looking:
                self._found = self._found or await asyncio.to_thread(_read, self._folder)
        return self.get(path)

    def get(self, path: str) -> WebFile | None:
        """As find(), of what was found before."""
        return self._found.get(path)


def _read(folder: Path) -> Mapping[str, WebFile]:
    if not (folder / INDEX).is_file():
        return {}
    paths = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    shown = {name for name in paths if not any(part.startswith(".") for part in name.split("/"))}
    return {name: _file(paths[name], paths[name].read_bytes()) for name in shown if not _is_packed(name, shown)}


def _is_packed(name: str, among: Collection[str]) -> bool:
    stem, dot, suffix = name.rpartition(".")
    return dot + suffix in _PACKED and stem in among


def _file(path: Path, plain: bytes) -> WebFile:
    bodies = {}
    for suffix, coding in _PACKED.items():
        packed = path.with_name(path.name + suffix)
        if packed.is_file():
            bodies[coding] = packed.read_bytes()
    return WebFile(
        media_type=_MEDIA_TYPES.get(path.suffix.lower(), "application/octet-stream"),
        digest=hashlib.sha256(plain).hexdigest()[:32],
        bodies=bodies | {PLAIN: plain},
    )


def choose_coding(accept_encoding: str, offered: Collection[str]) -> str:
    """The one with the highest weight, the first of equals (RFC 9110, section 12.5.3). PLAIN when none is wanted."""
    weights: dict[str, float] = {}
    for element in accept_encoding.split(","):
        name, *parameters = (part.strip().lower() for part in element.split(";"))
        weights[name] = _weight(parameters)
    best, highest = PLAIN, weights.get(PLAIN, 0.0)
    for coding in offered:
        weight = weights.get(coding, weights.get("*", 0.0))
        if coding != PLAIN and weight > 0 and (weight > highest or (best == PLAIN and weight == highest)):
            best, highest = coding, weight
    return best


def _weight(parameters: Collection[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return min(max(float(value), 0.0), 1.0)
            except ValueError:
                return 0.0
    return 1.0

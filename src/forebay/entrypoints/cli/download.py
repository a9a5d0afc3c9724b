"""Where a file's bytes go: checked against their SHA-256, and under their name only once they are whole."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol
from uuid import uuid4

from forebay.domain.intake.errors import InvalidFileNameError
from forebay.domain.intake.filename import parse_file_name
from forebay.entrypoints.cli.errors import ContentDamagedError, OutputExistsError, UnwritableFileError
from forebay.entrypoints.cli.gateway import Content
from forebay.entrypoints.cli.progress import OnProgress

STANDARD_OUTPUT = "-"


class Sink(Protocol):
    """Takes bytes in order."""

    def write(self, data: bytes, /) -> object: ...


def target_of(output: str | None, content: Content) -> Path:
    return named_target(output, content.name)


def named_target(output: str | None, own_name: str) -> Path:
    """The path that is meant. A name that came from elsewhere is used only if it is a plain one."""
    given = Path(output) if output is not None else Path()
    if output is not None and not given.is_dir():
        return given
    try:
        name = parse_file_name(own_name)
    except InvalidFileNameError as error:
        raise InvalidFileNameError(f"{error.message}; say with -o where to write it", field="file") from None
    if name.startswith("."):
        raise InvalidFileNameError(f"{name!r} would be a hidden file; say with -o where to write it", field="file")
    return given / name


async def receive(content: Content, sink: Sink, on_progress: OnProgress) -> None:
    """All bytes into `sink`. ContentDamagedError when they are not the ones that were stored."""
    digest = hashlib.sha256()
    count = 0
    async for chunk in content.chunks:
        digest.update(chunk)
        sink.write(chunk)
        count += len(chunk)
        on_progress(count)
    if digest.hexdigest() != content.sha256.hex:
        raise ContentDamagedError(
            f"{count} bytes with SHA-256 {digest.hexdigest()} arrived; expected {content.size_bytes} bytes with "
            f"{content.sha256}"
        )


@contextmanager
def new_file(target: Path, *, force: bool) -> Iterator[Sink]:
    """A file under a temporary name beside `target`, which it becomes, durably, when the context ends well."""
    check_target(target, force=force)
    part = target.with_name(f".{uuid4()}.part")
    try:
        # not tempfile: its files are private to the user, and this one shall have the usual permissions
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
    except OSError as error:
        raise _unwritable(target, error) from None
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        _publish(part, target, force=force)
    except OSError as error:
        raise _unwritable(target, error) from None
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def check_target(target: Path, *, force: bool) -> None:
    """Before the bytes are fetched: is there anything in the way?"""
    try:
        if target.exists() and not target.is_file():
            raise UnwritableFileError(f"{target} is not a regular file; use -o - to write to standard output")
        if os.path.lexists(target) and not force:
            raise OutputExistsError(f"{target} exists already; use --force to replace it")
    except OSError as error:
        raise _unwritable(target, error) from None


def _publish(part: Path, target: Path, *, force: bool) -> None:
    if not force:
        try:
            os.link(part, target)  # unlike a rename it never replaces what has come into being meanwhile
        except FileExistsError:
            raise OutputExistsError(f"{target} exists already; use --force to replace it") from None
        except OSError:
            check_target(target, force=False)  # a file system without hard links
        else:
            return
    part.replace(target)


def _unwritable(target: Path, error: OSError) -> UnwritableFileError:
    return UnwritableFileError(f"{target} cannot be written: {error.strerror or error}")

"""From the blob store into a file: whole and verified, or not at all."""

import asyncio
import errno
import hashlib
import os
import secrets
from collections.abc import AsyncIterator
from io import FileIO
from pathlib import Path

from forebay.application.cancellation import to_the_end
from forebay.domain.errors import InternalStateError
from forebay.entrypoints.library.results import File


def target_path(file: File, target: str | os.PathLike[str], *, overwrite: bool) -> Path:
    """The path itself, or in an existing folder the file's own name. FileExistsError unless it may be replaced."""
    path = Path(target)
    if path.is_dir():
        path /= Path(file.path).name or "file"
    if not overwrite and path.exists():
        raise FileExistsError(errno.EEXIST, "there is a file already; use overwrite=True to replace it", str(path))
    return path


async def save(file: File, chunks: AsyncIterator[bytes], path: Path) -> None:
    """Writes beside `path` and renames at the end. InternalStateError when the digest is not the recorded one."""
    part = path.with_name(f".forebay-{secrets.token_hex(8)}.part")
    digest = hashlib.sha256()
    try:
        with FileIO(part, "xb") as output:

            def write(chunk: bytes) -> None:
                digest.update(chunk)
                rest = memoryview(chunk)
                while rest:
                    rest = rest[output.write(rest) :]

            async for chunk in chunks:
                await to_the_end(asyncio.to_thread(write, chunk))
        if digest.hexdigest() != file.sha256:
            raise InternalStateError(
                f"file {file.id} is damaged in the blob store: SHA-256 {digest.hexdigest()}, recorded is {file.sha256}"
            )
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise

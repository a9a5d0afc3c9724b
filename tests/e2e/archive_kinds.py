"""Archives of every kind with the same files in them, and some that are refused."""

import gzip
import io
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from forebay.testing.archive_examples import MIB, digest, some_bytes, tar_info, tar_of, zip_of
from tests.unit.archives.packed import zstd_of

FILES = {
    "app/default/app.conf": b"[stanza]\nkey = value\n" * 4000,
    "app/default/empty.conf": b"",
    "app/local/größe.conf": "[größe]\n".encode(),
    "app/lookups/prices.bin": some_bytes(150_000),
    "readme.txt": b"read me\n",
}
_INNER = {"inner.tgz": tar_of(FILES, mode="w:gz"), "deep/inner.zip": zip_of(FILES), "outer.txt": b"outer\n"}


@dataclass(frozen=True)
class Example:
    """An archive, and what is in it by path."""

    content: bytes
    files: Mapping[str, bytes]

    @property
    def digests(self) -> dict[str, str]:
        return {path: digest(content) for path, content in self.files.items()}

    @property
    def manifest(self) -> bytes:
        """As `sha256sum` writes it, in the order of the paths."""
        return "".join(f"{sha256}  {path}\n" for path, sha256 in sorted(self.digests.items())).encode()


KINDS = {
    "tar": Example(tar_of(FILES), FILES),
    "tar.gz": Example(tar_of(FILES, mode="w:gz"), FILES),
    "tar.bz2": Example(tar_of(FILES, mode="w:bz2"), FILES),
    "tar.xz": Example(tar_of(FILES, mode="w:xz"), FILES),
    "tar.zst": Example(zstd_of(tar_of(FILES)), FILES),
    "zip": Example(zip_of(FILES), FILES),
    "nested": Example(
        tar_of(_INNER, mode="w:gz"),
        _INNER
        | {f"inner.tgz!/{path}": content for path, content in FILES.items()}
        | {f"deep/inner.zip!/{path}": content for path, content in FILES.items()},
    ),
}


def truncated() -> bytes:
    return tar_of(FILES)[:100_000]


def with_a_wrong_checksum() -> bytes:
    """That of its member `bad.bin`."""
    packed = bytearray(zip_of({"good.bin": b"9876543210", "bad.bin": b"0123456789"}, method=0))
    packed[packed.index(b"0123456789")] ^= 1
    return bytes(packed)


@cache
def bomb() -> bytes:
    """Some hundred times as large when it is unpacked."""
    head = tar_info("zeros", 80 * MIB)
    return gzip.compress(head.tobuf() + bytes(80 * MIB + 2 * tarfile.BLOCKSIZE), 1, mtime=0)


def larger_than(limit: int) -> bytes:
    """By what its header says; there is no need to unpack it."""
    out = io.BytesIO(tar_info("large", limit + 1).tobuf() + bytes(MIB))
    return gzip.compress(out.getvalue(), mtime=0)


def with_many_members(count: int) -> bytes:
    return tar_of({f"f{number}": b"" for number in range(count)})


def with_a_long_path(length: int) -> bytes:
    return tar_of({"p" * length: b"x"})


def inside_each_other(depth: int) -> bytes:
    packed = tar_of({"innermost": b"x"})
    for _ in range(depth - 1):
        packed = tar_of({"inner.tar": packed})
    return packed

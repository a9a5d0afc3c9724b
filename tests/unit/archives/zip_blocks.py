"""Zip archives record by record, also such as no program writes."""

import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A member as its headers say. `offset`: where the directory says it lies, when that is not where it does."""

    name: bytes
    data: bytes = b""
    size: int | None = None
    crc: int | None = None
    method: int = 0
    flags: int = 0
    host: int = 3
    attributes: int = 0o100644 << 16
    extra: bytes = b""
    date: int = (2023 - 1980) << 9 | 11 << 5 | 14
    time: int = 0
    local_name: bytes | None = None
    offset: int | None = None
    disk: int = 0


def local(part: Part) -> bytes:
    name = part.name if part.local_name is None else part.local_name
    head = struct.pack(
        "<4s5H3L2H", b"PK\x03\x04", 20, part.flags, part.method, part.time, part.date,
        _crc(part), len(part.data), _size(part), len(name), 0,
    )  # fmt: skip
    return head + name + part.data


def record(part: Part, offset: int) -> bytes:
    offset = offset if part.offset is None else part.offset
    head = struct.pack(
        "<4s4B4H3L5H2L", b"PK\x01\x02", 20, part.host, 20, 0, part.flags, part.method, part.time, part.date,
        _crc(part), len(part.data), _size(part), len(part.name), len(part.extra), 0, part.disk, 0, part.attributes,
        offset,
    )  # fmt: skip
    return head + part.name + part.extra


def end(count: int, size: int, offset: int, *, comment: bytes = b"", disk: int = 0) -> bytes:
    return struct.pack("<4s4H2LH", b"PK\x05\x06", disk, disk, count, count, size, offset, len(comment)) + comment


def zip_from(parts: Sequence[Part], *, count: int | None = None) -> bytes:
    out, directory = bytearray(), bytearray()
    for part in parts:
        directory += record(part, len(out))
        out += local(part)
    return bytes(out + directory) + end(len(parts) if count is None else count, len(directory), len(out))


def deflated(data: bytes) -> bytes:
    packing = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packing.compress(data) + packing.flush()


def _size(part: Part) -> int:
    return len(part.data) if part.size is None else part.size


def _crc(part: Part) -> int:
    return zlib.crc32(part.data) if part.crc is None else part.crc

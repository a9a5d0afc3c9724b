"""Tar archives block by block, also such as no program writes."""

import tarfile

from forebay.testing.archive_examples import tar_info

END = bytes(1024)


def header(name: str, size: int = 0, *, kind: bytes = tarfile.REGTYPE, link: str = "") -> bytes:
    return tar_info(name, size, kind=kind, link=link).tobuf(tarfile.USTAR_FORMAT)


def patched(block: bytes, changes: dict[int, bytes]) -> bytes:
    """The header with these bytes at these places, and the checksum made right."""
    out = bytearray(block)
    for place, data in changes.items():
        out[place : place + len(data)] = data
    out[148:156] = b" " * 8
    out[148:156] = b"%06o\0 " % sum(out)
    return bytes(out)


def padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % 512)


def pax(records: dict[str, bytes] | list[tuple[str, bytes]], *, kind: bytes = tarfile.XHDTYPE) -> bytes:
    """An extended header with these records."""
    data = b""
    for keyword, value in records.items() if isinstance(records, dict) else records:
        rest = b" " + keyword.encode() + b"=" + value + b"\n"
        length = len(rest) + 1
        while length != len(rest) + len(str(length)):
            length = len(rest) + len(str(length))
        data += str(length).encode() + rest
    return header("././@PaxHeader", len(data), kind=kind) + padded(data)


def octal(number: int) -> bytes:
    return b"%011o\0" % number

"""Encoded attachments, which are most of a large message: kept out of the parser, which would hold them often."""

import re
import secrets
from binascii import Error, a2b_base64
from collections.abc import Iterator
from typing import IO

_ENCODING = b"content-transfer-encoding:"
_LONGEST_LINE = 1 << 20


class SetAside:
    """Gives a message with a mark in place of what follows a header that says base64, up to the next line that begins

    with two hyphens, as boundaries do and base64 does not. A mark that was put somewhere else by mistake is taken back
    by restored() like any other.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._places: list[tuple[int, int]] = []
        token = secrets.token_hex(8).encode()  # nobody can write a mark into a message beforehand
        self._name = b"set-aside-" + token + b"-"
        self._mark = re.compile(re.escape(self._name) + rb"(\d+)")

    def lines(self) -> Iterator[bytes]:
        self._file.seek(0)
        in_header, encoded, start, at = True, False, None, 0
        while line := self._file.readline(_LONGEST_LINE):
            boundary = line.startswith(b"--")
            if start is not None:
                if not boundary:
                    at += len(line)
                    continue
                yield self._placed(start, at)
                start = None
            at += len(line)
            yield line
            if boundary:
                in_header, encoded = True, False
            elif in_header and not line.strip():
                in_header = False
                start = at if encoded else None
            elif in_header and line[: len(_ENCODING)].lower() == _ENCODING:
                encoded = b"base64" in line.lower()
        if start is not None:
            yield self._placed(start, at)

    def restored(self, data: bytes) -> bytes:
        """With what belongs in place of the marks."""
        if self._name not in data:
            return data
        whole = self._mark.fullmatch(data.strip())
        return self._original(whole) if whole else self._mark.sub(self._original, data)

    def decoded(self, data: bytes) -> bytes:
        """From base64. Signs that do not belong there are passed over, and what is cut short ends early."""
        data = self.restored(data)
        for padding in (b"", b"=", b"=="):
            try:
                return a2b_base64(data + padding if padding else data)
            except Error:
                continue
        return b""

    def _placed(self, start: int, stop: int) -> bytes:
        self._places.append((start, stop))
        return self._name + b"%d\r\n" % (len(self._places) - 1)

    def _original(self, mark: re.Match[bytes]) -> bytes:
        start, stop = self._places[int(mark[1])]
        self._file.seek(start)
        data = self._file.read(stop - start)
        return data.removesuffix(b"\n").removesuffix(b"\r")

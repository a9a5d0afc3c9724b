"""Where a part of a form may end, in memory that is not copied as a whole."""

_STEP = 256 * 1024  # copied and searched while it is still in the processor's cache; bytes.find is the fastest there is


def find_delimiter(data: memoryview, delimiter: bytes, *, step: int = _STEP) -> int:
    """Where the delimiter (CRLF, two dashes, the boundary) begins, be it cut off by the end; the length without one.

    A boundary holds no CR, so that only the last one in the data can begin a delimiter that the end cuts off.
    """
    overlap = len(delimiter) - 1
    for start in range(0, len(data), step):
        found = bytes(data[start : start + step + overlap]).find(delimiter)
        if found >= 0:
            return start + found
    tail = bytes(data[-overlap:])
    last = tail.rfind(b"\r")
    if last >= 0 and delimiter.startswith(tail[last:]):
        return len(data) - len(tail) + last
    return len(data)

"""How large the next part of a multipart upload is."""

MIB = 1024 * 1024
SMALLEST = 16 * MIB
LARGEST = 5 * 1024 * MIB  # the S3 protocol's limit on one part and on one PutObject
_PARTS_AIMED_AT = 900  # of the 10,000 that the protocol allows


def next_part_size(*, size_hint: int | None, sent: int) -> int:
    """max(16 MiB, size / 900) when the size is known, all parts equal; else parts grow with what was sent so far.

    Growing by 1/900 a part, 5 TiB (the protocol's limit on an object) take some 6,200 parts, so a size_hint that was
    far too low does no harm either.
    """
    expected = max(size_hint or 0, sent)
    wanted = -(-expected // _PARTS_AIMED_AT)
    return min(max(SMALLEST, -(-wanted // MIB) * MIB), LARGEST)

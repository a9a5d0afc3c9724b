"""Extended headers of tar: POSIX.1-2017 pax "Extended Header", and GNU tar's sparse keywords in them."""

from dataclasses import dataclass, field

from forebay.domain.intake.archive_errors import ArchiveBrokenError

MAX_BYTES = 1 << 20
MAX_EXTENTS = 500_000  # of a sparse file
_KEYWORDS = frozenset({
    "path", "linkpath", "size", "mtime", "GNU.sparse.major", "GNU.sparse.minor", "GNU.sparse.name", "GNU.sparse.size",
    "GNU.sparse.realsize", "GNU.sparse.map",
})  # fmt: skip
_DIGITS = frozenset(b"0123456789")


@dataclass(slots=True)
class PaxRecords:
    """The keywords that matter here, of one or more headers, later ones over earlier ones.

    `extents`: of sparse format 0.0, where keywords repeat.
    """

    values: dict[str, bytes] = field(default_factory=dict)
    extents: list[bytes] = field(default_factory=list)

    def read(self, data: bytes, what: str) -> None:
        """Adds the records `length keyword=value\\n` of one header; an empty value takes the keyword away."""
        at = 0
        while at < len(data):
            space = data.find(b" ", at, at + 12)
            digits = data[at:space] if space > at else b""
            length = int(digits) if digits and _DIGITS.issuperset(digits) else 0
            end = at + length
            equals = data.find(b"=", space, end)
            if equals < 0 or end > len(data) or data[end - 1 : end] != b"\n":
                raise ArchiveBrokenError(f"{what} has a damaged extended header; expected 'length keyword=value'")
            keyword, value = data[space + 1 : equals].decode(errors="backslashreplace"), data[equals + 1 : end - 1]
            if keyword in {"GNU.sparse.offset", "GNU.sparse.numbytes"}:
                self.extents.append(value)
                if len(self.extents) > 2 * MAX_EXTENTS:
                    raise ArchiveBrokenError(f"{what} has a sparse map of more than {MAX_EXTENTS:,} parts")
            elif keyword in _KEYWORDS:
                if value:
                    self.values[keyword] = value
                else:
                    self.values.pop(keyword, None)
            at = end

    def over(self, other: "PaxRecords") -> "PaxRecords":
        """These records on top of `other`, such as those of a global header."""
        if not other.values:
            return self
        return PaxRecords({**other.values, **self.values}, self.extents)

    def number(self, keyword: str, what: str) -> int | None:
        value = self.values.get(keyword)
        if value is None:
            return None
        return whole_number(value, f"{what} has a damaged extended header: {keyword}")

    def microseconds(self, keyword: str) -> int | None:
        """A time in seconds with a fraction, as microseconds; None when it is missing or is no such number."""
        text = self.values.get(keyword, b"").decode("ascii", errors="replace")
        seconds, _, fraction = text.partition(".")
        sign, digits = (-1, seconds[1:]) if seconds.startswith("-") else (1, seconds)
        fraction = fraction[:6].ljust(6, "0")
        if not (
            digits.isascii() and digits.isdigit() and fraction.isascii() and fraction.isdigit() and len(digits) < 16
        ):
            return None
        return sign * (int(digits) * 1_000_000 + int(fraction))


def whole_number(value: bytes, what: str) -> int:
    """A number of at most 20 decimal digits."""
    if not value or len(value) > 20 or not _DIGITS.issuperset(value):
        raise ArchiveBrokenError(f"{what} is {value[:40]!r}; expected a whole number")
    return int(value)

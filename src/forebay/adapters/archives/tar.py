"""Walking through a tar archive: POSIX.1-2017 pax and ustar, GNU tar, and what came before them.

The numbers of header blocks are read by the standard library's TarInfo.frombuf. The walk is ours, since TarFile keeps
every member in memory, reads extended headers of any size, calls itself for each of them, and takes a damaged header in
the middle for the end of the archive.
"""

import tarfile
from collections.abc import Iterator
from dataclasses import dataclass, field

from forebay.adapters.archives.budget import Budget
from forebay.adapters.archives.feeds import Reader
from forebay.adapters.archives.found import Found, Walk
from forebay.adapters.archives.pax import MAX_BYTES, PaxRecords
from forebay.adapters.archives.tar_member import Header, find
from forebay.domain.intake.archive_errors import ArchiveBrokenError, ArchiveTruncatedError

_ZERO = bytes(512)
_MAX_EXTENSIONS = 64  # headers in a row that only describe what follows


@dataclass(slots=True)
class TarWalk:
    """The members of a tar at whose beginning `reader` is made. `place`: where the tar lies, for people.

    It ends at a block of zeros. POSIX wants two, and fillers behind them; what follows the first is not looked at.
    """

    reader: Reader
    budget: Budget
    place: str
    _global: PaxRecords = field(default_factory=PaxRecords)
    _before: Found | None = None

    def members(self) -> Iterator[Found]:
        ordinal = 0
        while (header := self._header()) is not None:
            found, stored_end = find(header, self.reader, ordinal, self.budget, self.place)
            yield found
            self._before = found
            missing = -(-stored_end // 512) * 512 - self.reader.position
            if missing and self.reader.skip(missing) < missing:
                raise ArchiveTruncatedError(f"{self.place} ends in {found.name}")
            ordinal += 1

    def _header(self) -> Header | None:
        """The next header with all that the headers before it say about it; None at the end of the archive."""
        records, names = PaxRecords(), dict[bytes, bytes]()
        for count in range(_MAX_EXTENSIONS):
            block = self.reader.take(512)
            if block == _ZERO:
                if count:
                    raise ArchiveBrokenError(f"{self.place} has an extended header without a member {self._where()}")
                return None
            info = self._parse(block)
            if info.type in {tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK}:
                self.budget.check_path(info.size - 1, f"a member {self._where()} of {self.place}")
                names[info.type] = self._payload(info.size).split(b"\0", 1)[0]
            elif info.type in {tarfile.XHDTYPE, tarfile.SOLARIS_XHDTYPE}:
                records.read(self._payload(info.size), f"{self.place} {self._where()}")
            elif info.type == tarfile.XGLTYPE:
                self._global.read(self._payload(info.size), f"{self.place} {self._where()}")
            else:
                long_name, long_link = names.get(tarfile.GNUTYPE_LONGNAME), names.get(tarfile.GNUTYPE_LONGLINK)
                return Header(info, block, records.over(self._global), long_name, long_link)
        raise ArchiveBrokenError(f"{self.place} has more than {_MAX_EXTENSIONS} extended headers {self._where()}")

    def _parse(self, block: bytes) -> tarfile.TarInfo:
        if len(block) < 512:
            raise ArchiveTruncatedError(
                f"{self.place} ends {self._where()}; expected another header or the block of zeros that ends a tar"
            )
        try:
            info = tarfile.TarInfo.frombuf(block, "latin-1", "strict")
        except (tarfile.HeaderError, ValueError) as error:
            raise ArchiveBrokenError(f"{self.place} has a damaged header {self._where()} ({error})") from None
        if info.size < 0:
            raise ArchiveBrokenError(f"{self.place} has a header with a negative size {self._where()}")
        return info

    def _payload(self, size: int) -> bytes:
        """What an extended header says, in whole blocks."""
        if size > MAX_BYTES:
            raise ArchiveBrokenError(
                f"{self.place} has an extended header of {size:,} bytes {self._where()}; at most {MAX_BYTES:,} are read"
            )
        padded = self.reader.take(-(-size // 512) * 512)
        if len(padded) < size:
            raise ArchiveTruncatedError(f"{self.place} ends in an extended header {self._where()}")
        return padded[:size]

    def _where(self) -> str:
        return "at its beginning" if self._before is None else f"behind {self._before.name}"


def _proof(walk: TarWalk) -> Walk:
    return walk

"""Archives at random, as the standard library writes and reads them."""

import io
import tarfile
import zipfile
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from forebay.domain.intake.member import MemberKind
from forebay.testing.archive_examples import digest
from tests.unit.archives.in_process import entries_of

NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="/\\"), min_size=1, max_size=130)
PATHS = st.lists(NAMES, min_size=1, max_size=3).map("/".join)
CONTENTS = st.one_of(st.binary(max_size=2000), st.integers(0, 40_000).map(lambda size: b"z" * size))
TYPES = st.sampled_from([tarfile.REGTYPE, tarfile.REGTYPE, tarfile.DIRTYPE, tarfile.SYMTYPE, tarfile.LNKTYPE])


@st.composite
def headers(draw: st.DrawFn) -> tuple[tarfile.TarInfo, bytes]:
    info = tarfile.TarInfo(draw(PATHS))
    info.type, info.mode = draw(TYPES), draw(st.integers(0, 0o7777))
    info.mtime = draw(st.one_of(st.integers(0, 2**35), st.integers(-1000, -1)))
    data = draw(CONTENTS) if info.isreg() else b""
    info.size = len(data)
    info.linkname = draw(PATHS) if info.type in {tarfile.SYMTYPE, tarfile.LNKTYPE} else ""
    return info, data


@settings(max_examples=60, deadline=None)
@given(
    st.lists(headers(), max_size=6),
    st.sampled_from([tarfile.GNU_FORMAT, tarfile.PAX_FORMAT]),
    st.sampled_from(["w", "w:gz", "w:bz2", "w:xz"]),
    st.sampled_from([1, 700, 10_000, 1 << 20]),
)
def test_tars(members: list[tuple[tarfile.TarInfo, bytes]], form: int, mode: str, chunk_bytes: int) -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode, format=form) as tar:  # type: ignore[call-overload]  # any of its modes
        for info, data in members:
            tar.addfile(info, io.BytesIO(data))
    found = entries_of(out.getvalue(), chunk_bytes=chunk_bytes) if members or mode != "w" else []
    assert len(found) == len(members)
    out.seek(0)
    with tarfile.open(fileobj=out) as tar:
        for entry, info, (_, data) in zip(found, tar.getmembers(), members, strict=True):
            assert entry.stored_path.rstrip("/") == info.name.rstrip("/")
            assert (entry.mode, entry.mtime) == (info.mode, datetime.fromtimestamp(info.mtime, UTC))
            assert entry.link_target == (info.linkname or None)
            assert (entry.sha256.hex if entry.sha256 else None) == (digest(data) if info.isreg() else None)
            assert entry.size_bytes == info.size


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(PATHS, CONTENTS, max_size=6),
    st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]),
    st.booleans(),
    st.binary(max_size=50),
)
def test_zips(members: dict[str, bytes], method: int, streamed: bool, comment: bytes) -> None:
    class Unseekable(io.RawIOBase):
        """What zipfile writes data descriptors for."""

        def writable(self) -> bool:
            return True

        def write(self, data: bytes) -> int:  # type: ignore[override]  # zipfile writes bytes only
            return out.write(data)

    out = io.BytesIO()
    with zipfile.ZipFile(Unseekable() if streamed else out, "w", method) as archive:
        archive.comment = comment
        for name, data in members.items():
            archive.writestr(name, data)
    found = entries_of(out.getvalue())
    with zipfile.ZipFile(out) as archive:
        for entry, info in zip(found, archive.infolist(), strict=True):
            assert (entry.stored_path, entry.size_bytes) == (info.filename, info.file_size)
            assert entry.kind is MemberKind.FILE
            assert entry.sha256 is not None
            assert entry.sha256.hex == digest(members[info.filename])

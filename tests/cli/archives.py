"""Archives with something inside of them."""

import gzip
import io
import tarfile

CONF = b"[stanza]\nkey = value\n"


def bundle(seed: str = "app") -> bytes:
    """Two files in folders and a link."""
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w") as archive:
        for path, content in {f"{seed}/default/app.conf": CONF, f"{seed}/readme.txt": b"read me\n"}.items():
            member = tarfile.TarInfo(path)
            member.size, member.mtime = len(content), 1_700_000_000
            archive.addfile(member, io.BytesIO(content))
        link = tarfile.TarInfo(f"{seed}/link")
        link.type, link.linkname = tarfile.SYMTYPE, "readme.txt"
        archive.addfile(link)
    return gzip.compress(raw.getvalue(), mtime=0)


def cut_bundle() -> bytes:
    """One whose end is missing."""
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w") as archive:
        member = tarfile.TarInfo("a.txt")
        member.size = 100_000
        archive.addfile(member, io.BytesIO(b"a" * 100_000))
    return raw.getvalue()[:50_000]

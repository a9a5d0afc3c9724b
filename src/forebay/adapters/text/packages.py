"""Office documents are zip archives of XML: what they have in common."""

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Protocol
from xml.etree import ElementTree

from forebay.adapters.text.content import Content
from forebay.domain.documents.errors import DocumentBrokenError, DocumentEncryptedError, DocumentMemoryError
from forebay.domain.intake.signatures import OLE, detect

_MAX_RATIO = 200  # of a part; XML with much repetition packs to a hundredth
_FREE_BYTES = 64 << 20
_MAX_PARTS = 50_000
_PIECE = 64 << 10


class XmlTarget(Protocol):
    """What wants to know of elements and text as they come. `tag` is as in ElementTree: {namespace}name."""

    def start(self, tag: str, attributes: dict[str, str], /) -> object: ...
    def data(self, text: str, /) -> object: ...
    def end(self, tag: str, /) -> object: ...


@contextmanager
def package_of(content: Content) -> Iterator[zipfile.ZipFile]:
    """DocumentEncryptedError, DocumentBrokenError; DocumentMemoryError for one that unpacks to far more than it is."""
    content.file.seek(0)
    if detect(content.head(8)) is OLE:  # how Office keeps what it encrypts
        raise DocumentEncryptedError("the document opens with a password only; store it without one")
    content.file.seek(0)
    try:
        package = zipfile.ZipFile(content.file)
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise DocumentBrokenError(f"the document is damaged: {error}") from None
    with package:
        _check(package, content.size)
        yield package


def _check(package: zipfile.ZipFile, size: int) -> None:
    parts = package.infolist()
    if len(parts) > _MAX_PARTS:
        raise DocumentBrokenError(f"the document has {len(parts):,} parts; at most {_MAX_PARTS:,} are read")
    if any(part.flag_bits & 1 for part in parts):
        raise DocumentEncryptedError("parts of the document are encrypted; store it without a password")
    unpacked = sum(part.file_size for part in parts)
    if unpacked > max(_FREE_BYTES, _MAX_RATIO * size):
        raise DocumentMemoryError(
            f"the document unpacks to {unpacked:,} bytes from {size:,}, more than {_MAX_RATIO} times"
        )


@contextmanager
def part_of(package: zipfile.ZipFile, name: str) -> Iterator[IO[bytes]]:
    """The bytes of a part, to be read once. DocumentBrokenError without it, and for damage on the way."""
    try:
        with package.open(name) as part:
            yield part
    except KeyError:
        raise DocumentBrokenError(f"the document is damaged: it has no part {name!r}") from None
    except (zipfile.BadZipFile, ElementTree.ParseError, zlib.error, EOFError, NotImplementedError) as error:
        raise DocumentBrokenError(f"the document is damaged: {name!r}: {error}") from None


def xml_of(package: zipfile.ZipFile, name: str) -> ElementTree.Element:
    """A small part. Expat fetches nothing from outside, and (from 2.4.1) refuses entities that multiply."""
    with part_of(package, name) as part:
        return ElementTree.fromstring(part.read())  # noqa: S314 - see above; and this process may do nothing anyway


def walk_xml(package: zipfile.ZipFile, name: str, target: XmlTarget) -> None:
    """Tells `target` what comes, and keeps nothing."""
    parser = ElementTree.XMLParser(target=target)  # noqa: S314 - as in xml_of()
    with part_of(package, name) as part:
        while piece := part.read(_PIECE):
            parser.feed(piece)
        parser.close()

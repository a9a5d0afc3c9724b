"""EPUB (OCF and OPF, by the W3C): the chapters in the order of the spine, each of which is a page of HTML."""

import posixpath
import zipfile
from importlib.metadata import version
from urllib.parse import unquote
from xml.etree.ElementTree import Element

from forebay.adapters.text.charset import known_codec
from forebay.adapters.text.content import Content
from forebay.adapters.text.html import declared_charset
from forebay.adapters.text.markup import Shown
from forebay.adapters.text.messages import Findings, Job
from forebay.adapters.text.output import TextOutput
from forebay.adapters.text.packages import package_of, part_of, xml_of
from forebay.adapters.text.titles import sensible_title
from forebay.domain.documents.errors import DocumentEncryptedError

_CONTAINER = "META-INF/container.xml"
_ROOT = ".//{urn:oasis:names:tc:opendocument:xmlns:container}rootfile"
_OPF = "{http://www.idpf.org/2007/opf}"
_TITLE = ".//{http://purl.org/dc/elements/1.1/}title"
_PAGES = {"application/xhtml+xml", "text/html"}


def extract(content: Content, job: Job, output: TextOutput) -> Findings:
    with package_of(content) as package:
        if "META-INF/rights.xml" in package.namelist():
            raise DocumentEncryptedError("the book is protected against copying; store it without that")
        root = xml_of(package, _CONTAINER).find(_ROOT)
        path = "" if root is None else root.get("full-path", "")
        book = xml_of(package, path)
        names = set(package.namelist())
        for name in _spine(book, posixpath.dirname(path)):
            if name in names:
                for piece in Shown(_page(package, name)).pieces():
                    output.write(piece)
                output.write("\n")
        title = book.find(_TITLE)
    return Findings(
        title=sensible_title(None if title is None else title.text), reader="selectolax", version=version("selectolax")
    )


def _spine(book: Element, folder: str) -> list[str]:
    items = {
        item.get("id", ""): item.get("href", "")
        for item in book.iter(f"{_OPF}item")
        if item.get("media-type") in _PAGES
    }
    order = [items.get(ref.get("idref", "")) for ref in book.iter(f"{_OPF}itemref")]
    return [posixpath.normpath(posixpath.join(folder, unquote(href))) for href in order if href]


def _page(package: zipfile.ZipFile, name: str) -> str:
    with part_of(package, name) as part:
        data = part.read()
    return data.decode(known_codec(declared_charset(data) or "utf-8") or "utf-8", "replace")

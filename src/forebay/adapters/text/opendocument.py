"""OpenDocument texts and presentations (ISO/IEC 26300): paragraphs are lines, a slide is a page."""

import zipfile
from collections.abc import Callable
from platform import python_version

from forebay.adapters.text.content import Content
from forebay.adapters.text.messages import Findings, Job
from forebay.adapters.text.output import TextOutput
from forebay.adapters.text.packages import package_of, walk_xml, xml_of
from forebay.adapters.text.titles import sensible_title
from forebay.domain.documents.errors import DocumentEncryptedError

_NAMES = "urn:oasis:names:tc:opendocument:xmlns"
_TEXT, _TABLE = f"{{{_NAMES}:text:1.0}}", f"{{{_NAMES}:table:1.0}}"
_PAGE = f"{{{_NAMES}:drawing:1.0}}page"
_TITLE = "{http://purl.org/dc/elements/1.1/}title"
_PARAGRAPHS = {f"{_TEXT}p", f"{_TEXT}h"}
_CELLS = {f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"}
_ROW = f"{_TABLE}table-row"
_SIGNS = {f"{_TEXT}tab": "\t", f"{_TEXT}line-break": "\n"}
_SPACES, _COUNT = f"{_TEXT}s", f"{_TEXT}c"
_REMOVED = f"{_TEXT}tracked-changes"
_MOST_SPACES = 1000


def extract(content: Content, job: Job, output: TextOutput) -> Findings:
    pages = job.media_type.endswith(".presentation")
    with package_of(content) as package:
        _refuse_encrypted(package)
        title = _title(package)
        if pages:
            slides = _Slides(output)
            walk = _Walk(slides.parts.append, slides.end)
        else:
            walk = _Walk(output.write, lambda: None)
        walk_xml(package, "content.xml", walk)
    return Findings(
        page_starts=tuple(output.page_starts) if pages else None,
        title=sensible_title(title),
        reader="python-expat",
        version=python_version(),
    )


def _refuse_encrypted(package: zipfile.ZipFile) -> None:
    if "META-INF/manifest.xml" in package.namelist():
        manifest = xml_of(package, "META-INF/manifest.xml")
        if any(element.tag.endswith("}encryption-data") for element in manifest.iter()):
            raise DocumentEncryptedError("the document opens with a password only; store it without one")


def _title(package: zipfile.ZipFile) -> str | None:
    title = xml_of(package, "meta.xml").find(f".//{_TITLE}") if "meta.xml" in package.namelist() else None
    return None if title is None else title.text


class _Slides:
    """Keeps the text of a slide until it ends."""

    def __init__(self, output: TextOutput) -> None:
        self._output = output
        self.parts: list[str] = []

    def end(self) -> None:
        self._output.page("".join(self.parts))
        self.parts.clear()


class _Walk:
    """What the parser tells it: nothing is kept of what was read."""

    def __init__(self, write: Callable[[str], None], end_page: Callable[[], None]) -> None:
        self._write = write
        self._end_page = end_page
        self._paragraphs = self._cells = self._removed = 0  # that are open

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._paragraphs += tag in _PARAGRAPHS
        self._cells += tag in _CELLS
        self._removed += tag == _REMOVED
        if self._paragraphs and tag == _SPACES:
            count = attributes.get(_COUNT, "1")
            self.data(" " * min(int(count) if count.isdecimal() else 1, _MOST_SPACES))
        elif self._paragraphs and tag in _SIGNS:
            self.data(_SIGNS[tag])

    def data(self, text: str) -> None:
        if self._paragraphs and not self._removed:
            self._write(text)

    def end(self, tag: str) -> None:
        if tag in _PARAGRAPHS:
            if self._paragraphs == 1 or not self._cells:
                self.data(" " if self._cells else "\n")
            self._paragraphs -= 1
        elif tag in _CELLS:
            self._cells -= 1
            self._write("\t")
        elif tag == _ROW and not self._cells:
            self._write("\n")
        elif tag == _PAGE:
            self._end_page()
        elif tag == _REMOVED:
            self._removed -= 1

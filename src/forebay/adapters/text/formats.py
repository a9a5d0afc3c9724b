"""Which module reads which media type, and what has to be installed for it. Both sides of the socket know this."""

from dataclasses import dataclass
from importlib import import_module
from typing import Protocol, cast

from forebay.adapters.text.content import Content
from forebay.adapters.text.messages import Findings, Job
from forebay.adapters.text.output import TextOutput
from forebay.domain.documents.errors import DocumentTypeError

_TEXTUAL = frozenset({"application/json", "application/xml", "application/x-sh", "application/sql"})


@dataclass(frozen=True, slots=True)
class Format:
    """`name`: for people. `module`: has extract(). `extra`: what to install when the module's libraries are missing."""

    name: str
    module: str
    extra: str | None = None


_PACKAGE = "forebay.adapters.text"
_OFFICE = "office"
_OPEN_XML = "application/vnd.openxmlformats-officedocument"
_OPEN_DOCUMENT = "application/vnd.oasis.opendocument"
_PLAIN = Format("text", f"{_PACKAGE}.plain")
_FORMATS = {
    "application/pdf": Format("PDF", f"{_PACKAGE}.pdf"),
    "text/html": Format("HTML", f"{_PACKAGE}.html"),
    "application/xhtml+xml": Format("HTML", f"{_PACKAGE}.html"),
    "message/rfc822": Format("e-mail", f"{_PACKAGE}.mail"),
    f"{_OPEN_XML}.wordprocessingml.document": Format("Word documents (DOCX)", f"{_PACKAGE}.docx", _OFFICE),
    f"{_OPEN_XML}.wordprocessingml.template": Format("Word templates (DOTX)", f"{_PACKAGE}.docx", _OFFICE),
    f"{_OPEN_XML}.presentationml.presentation": Format("presentations (PPTX)", f"{_PACKAGE}.pptx", _OFFICE),
    f"{_OPEN_XML}.presentationml.slideshow": Format("presentations (PPSX)", f"{_PACKAGE}.pptx", _OFFICE),
    f"{_OPEN_XML}.spreadsheetml.sheet": Format("spreadsheets (XLSX)", f"{_PACKAGE}.spreadsheet", _OFFICE),
    "application/vnd.ms-excel": Format("spreadsheets (XLS)", f"{_PACKAGE}.spreadsheet", _OFFICE),
    f"{_OPEN_DOCUMENT}.spreadsheet": Format("spreadsheets (ODS)", f"{_PACKAGE}.spreadsheet", _OFFICE),
    f"{_OPEN_DOCUMENT}.text": Format("OpenDocument texts (ODT)", f"{_PACKAGE}.opendocument"),
    f"{_OPEN_DOCUMENT}.presentation": Format("OpenDocument presentations (ODP)", f"{_PACKAGE}.opendocument"),
    "application/epub+zip": Format("EPUB", f"{_PACKAGE}.epub"),
    "application/rtf": Format("RTF", f"{_PACKAGE}.rtf", _OFFICE),
    "text/rtf": Format("RTF", f"{_PACKAGE}.rtf", _OFFICE),
}


def bare_type(media_type: str) -> str:
    """Without parameters, in lower case."""
    return media_type.partition(";")[0].strip().lower()


def format_of(media_type: str) -> Format | None:
    """By the bare media type; None for what cannot be read."""
    bare = bare_type(media_type)
    found = _FORMATS.get(bare)
    if found is None and (bare.startswith("text/") or bare in _TEXTUAL):
        return _PLAIN
    return found


class Reader(Protocol):
    """A module that reads a format."""

    def extract(self, content: Content, job: Job, output: TextOutput) -> Findings:
        """Writes the text, and says what else there is. ExtractionError."""
        ...


def reader_of(found: Format) -> Reader:
    """DocumentTypeError says what to install when a library is missing. For child processes only."""
    try:
        return cast(Reader, import_module(found.module))
    except ImportError as error:
        package = f"forebay[{found.extra}]" if found.extra else error.name or "forebay"
        raise DocumentTypeError(
            f"to read {found.name} a library is missing ({error.name}): pip install '{package}'"
        ) from None

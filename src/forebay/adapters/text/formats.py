"""Which module reads which media type, and what has to be installed for it. Both sides of the socket know this."""

from dataclasses import dataclass

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


def format_of(media_type: str) -> Format | None:
    """By the media type without its parameters; None for what cannot be read."""
    bare = media_type.partition(";")[0].strip().lower()
    found = _FORMATS.get(bare)
    if found is None and (bare.startswith("text/") or bare in _TEXTUAL):
        return _PLAIN
    return found

"""The first page as a picture: of a PDF as it is printed, of all else its first lines."""

from contextlib import suppress

from forebay.adapters.text.content import Content
from forebay.adapters.text.drawing import png_of, png_of_text
from forebay.adapters.text.formats import format_of, reader_of
from forebay.adapters.text.messages import Job
from forebay.adapters.text.output import TextOutput, cleaned
from forebay.adapters.text.pdfium import opened
from forebay.domain.documents.errors import PreviewUnavailableError

_NARROWEST, _WIDEST = 16, 4096
_TALLEST = 3  # times the width; a receipt of many metres is cut off
_MAX_PIXELS = _TALLEST * _WIDEST**2
_CHARACTERS = 10_000


class EnoughError(Exception):
    """No more text is wanted."""


class Beginning(TextOutput):
    """Keeps the first characters, and ends the reading by EnoughError."""

    def write(self, text: str) -> None:
        super().write(text)
        self._check()

    def page(self, text: str) -> None:
        super().page(text)
        raise EnoughError

    def _check(self) -> None:
        if self.characters >= _CHARACTERS:
            raise EnoughError


def preview(content: Content, job: Job, width: int) -> bytes:
    """PNG. PreviewUnavailableError."""
    if not _NARROWEST <= width <= _WIDEST:
        raise PreviewUnavailableError(f"a width of {width} was asked for; expected {_NARROWEST} to {_WIDEST} pixels")
    if job.media_type == "application/pdf":
        return _first_page(content, width)
    found = format_of(job.media_type)
    if found is None:
        raise PreviewUnavailableError(f"documents of the media type {job.media_type!r} cannot be drawn")
    beginning = Beginning(lambda text: None, job.limits, sample_characters=_CHARACTERS)
    with suppress(EnoughError):
        reader_of(found).extract(content, job, beginning)
    return png_of_text(cleaned(beginning.sample).replace("\f", "\n"), width)


def _first_page(content: Content, width: int) -> bytes:
    with opened(content) as document, document.page(0) as page:
        if page is None:
            raise PreviewUnavailableError("the first page is damaged")
        wide, _ = page.size()
        picture = page.render(width / wide, _MAX_PIXELS, max_height=_TALLEST * width) if wide > 0 else None
    if picture is None:
        raise PreviewUnavailableError("the first page has no size")
    return png_of(picture)

"""Pictures as PNG, by Pillow: of what PDFium rendered, and of the first lines of a text."""

import io
import re
import unicodedata
from collections.abc import Iterator
from contextlib import suppress

from PIL import Image, ImageDraw, ImageFont

from forebay.adapters.text.pdfium import Picture
from forebay.domain.documents.errors import PreviewUnavailableError

_FONTS = ("DejaVuSans.ttf", "LiberationSans-Regular.ttf", "NotoSans-Regular.ttf", "Arial.ttf")
_SHAPE = 1.414  # of A4
_COLUMNS = 90
_SPACES = re.compile(r"[^\S\n]")  # fonts have few of them
_NOTHING = "\U0010ffff"  # no font has it
_MOST_FOREIGN = 0.05
_INK, _PAPER = (32, 32, 32), (255, 255, 255)


def png_of(picture: Picture) -> bytes:
    size = (picture.width, picture.height)
    return _png(Image.frombuffer("RGB", size, picture.pixels, "raw", "BGRX", picture.stride, 1))


def png_of_text(text: str, width: int) -> bytes:
    """A page with its first lines. PreviewUnavailableError when there are none, or the font has not their letters."""
    text = _SPACES.sub(" ", text.expandtabs(4)).strip("\n")
    if not text.strip():
        raise PreviewUnavailableError("the document has no text to be shown")
    text, font = _fitting(text, max(6.0, width / _COLUMNS * 1.8))
    height = round(width * _SHAPE)
    margin = width / 14
    step = font.size * 1.35
    image = Image.new("RGB", (width, height), _PAPER)
    draw = ImageDraw.Draw(image)
    lines = _wrapped(text, font, width - 2 * margin)
    at = margin
    while at + step < height - margin / 2 and (line := next(lines, None)) is not None:
        draw.text((margin, at), line, fill=_INK, font=font)
        at += step
    return _png(image)


def _fitting(text: str, size: float) -> tuple[str, ImageFont.FreeTypeFont]:
    """A font of this machine that has the letters; else Pillow's own, for which accents are left out."""
    for name in _FONTS:
        with suppress(OSError):
            font = ImageFont.truetype(name, size)
            if _is_drawable(text, font):
                return text, font
    plain = ImageFont.load_default(size)
    bare = "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
    if not isinstance(plain, ImageFont.FreeTypeFont) or not _is_drawable(bare, plain):
        raise PreviewUnavailableError("the document's letters cannot be drawn here: no font has them")
    return bare, plain


def _is_drawable(text: str, font: ImageFont.FreeTypeFont) -> bool:
    missing = bytes(font.getmask(_NOTHING))
    letters = [char for char in text if not char.isspace()]
    foreign = {char for char in set(letters) if bytes(font.getmask(char)) == missing}
    return sum(char in foreign for char in letters) <= _MOST_FOREIGN * len(letters)


def _wrapped(text: str, font: ImageFont.FreeTypeFont, width: float) -> Iterator[str]:
    for line in text.splitlines():
        shown = ""
        for word in line.split(" "):
            longer = f"{shown} {word}" if shown else word
            if font.getlength(longer) <= width:
                shown = longer
                continue
            if shown:
                yield shown
            shown = word
            while font.getlength(shown) > width:  # a word that is longer than the line
                fits = max(1, int(len(shown) * width / font.getlength(shown)))
                yield shown[:fits]
                shown = shown[fits:]
        yield shown


def _png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()

"""Office documents, books and scans for the tests: made with the libraries that read them, or by hand."""

import io
import zipfile
from collections.abc import Sequence

import docx
import pptx
from PIL import Image, ImageDraw, ImageFont
from pptx.util import Inches

from forebay.testing.text_examples import package_of

OPEN_XML = "application/vnd.openxmlformats-officedocument"
DOCX, PPTX = f"{OPEN_XML}.wordprocessingml.document", f"{OPEN_XML}.presentationml.presentation"
XLSX = f"{OPEN_XML}.spreadsheetml.sheet"
ODT, ODP = "application/vnd.oasis.opendocument.text", "application/vnd.oasis.opendocument.presentation"
EPUB = "application/epub+zip"
RTF = "application/rtf"
_XML = '<?xml version="1.0" encoding="UTF-8"?>'
_OFFICE = "urn:oasis:names:tc:opendocument:xmlns"


def docx_of() -> bytes:
    document = docx.Document()
    document.core_properties.title = "Minutes"
    document.sections[0].header.paragraphs[0].text = "In the header"
    document.add_heading("Heading", 1)
    paragraph = document.add_paragraph("One ")
    paragraph.add_run("bold").bold = True
    paragraph.add_run("\tafter a tab")
    table = document.add_table(rows=2, cols=2)
    for row in range(2):
        for column in range(2):
            table.cell(row, column).text = f"cell {row}{column}"
    document.add_paragraph("The end: žluťoučký 漢字")
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def pptx_of() -> bytes:
    presentation = pptx.Presentation()
    presentation.core_properties.title = "Slides"
    first = presentation.slides.add_slide(presentation.slide_layouts[1])
    first.shapes.title.text = "First slide"
    first.placeholders[1].text = "one\ntwo"
    first.notes_slide.notes_text_frame.text = "a note"
    second = presentation.slides.add_slide(presentation.slide_layouts[6])
    table = second.shapes.add_table(1, 2, Inches(1), Inches(1), Inches(4), Inches(1)).table
    table.cell(0, 0).text, table.cell(0, 1).text = "left", "right"
    out = io.BytesIO()
    presentation.save(out)
    return out.getvalue()


def xlsx_of(rows: Sequence[Sequence[str]], *, name: str = "Sheet") -> bytes:
    cells = "".join(
        "<row>" + "".join(f'<c t="inlineStr"><is><t>{value}</t></is></c>' for value in row) + "</row>" for row in rows
    )
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    return package_of(
        {
            "[Content_Types].xml": f'{_XML}<Types xmlns="{package}/content-types">'
            '<Default Extension="xml" ContentType="application/xml"/></Types>',
            "_rels/.rels": f'{_XML}<Relationships xmlns="{package}/relationships"><Relationship Id="r" '
            f'Type="{relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
            "xl/workbook.xml": f'{_XML}<workbook xmlns="{main}" xmlns:r="{relations}"><sheets>'
            f'<sheet name="{name}" sheetId="1" r:id="s"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": f'{_XML}<Relationships xmlns="{package}/relationships"><Relationship Id="s" '
            f'Type="{relations}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
            "xl/worksheets/sheet1.xml": f'{_XML}<worksheet xmlns="{main}"><sheetData>{cells}</sheetData></worksheet>',
        }
    )


def opendocument_of(body: str, *, title: str = "A title", manifest: str = "") -> bytes:
    spaces = " ".join(f'xmlns:{name}="{_OFFICE}:{full}:1.0"' for name, full in
                      (("office", "office"), ("text", "text"), ("table", "table"), ("draw", "drawing")))  # fmt: skip
    return package_of(
        {
            "META-INF/manifest.xml": f'{_XML}<m:manifest xmlns:m="{_OFFICE}:manifest:1.0">{manifest}</m:manifest>',
            "meta.xml": f'{_XML}<meta xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{title}</dc:title></meta>',
            "content.xml": f"{_XML}<office:document-content {spaces}>{body}</office:document-content>",
        }
    )


def epub_of(chapters: Sequence[str]) -> bytes:
    items = "".join(
        f'<item id="c{number}" href="c%20{number}.xhtml" media-type="application/xhtml+xml"/>'
        for number in range(len(chapters))
    )
    order = "".join(f'<itemref idref="c{number}"/>' for number in reversed(range(len(chapters))))
    return package_of(
        {
            "META-INF/container.xml": f'{_XML}<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container">'
            '<rootfiles><rootfile full-path="in/book.opf"/></rootfiles></container>',
            "in/book.opf": f'{_XML}<package xmlns="http://www.idpf.org/2007/opf" '
            'xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata><dc:title>The book</dc:title></metadata>'
            f"<manifest>{items}</manifest><spine>{order}</spine></package>",
        }
        | {f"in/c {number}.xhtml": text for number, text in enumerate(chapters)}
    )


def scan_of(lines: Sequence[str], *, pages: int = 1) -> bytes:
    """A PDF whose pages are pictures of text."""
    image = Image.new("L", (1240, 600), 255)
    draw = ImageDraw.Draw(image)
    for number, line in enumerate(lines):
        draw.text((100, 80 + 70 * number), line, fill=0, font=ImageFont.load_default(40))
    out = io.BytesIO()
    image.save(out, "PDF", resolution=150, save_all=True, append_images=[image] * (pages - 1))
    return out.getvalue()


def with_part(package: bytes, name: str, data: bytes) -> bytes:
    """The package with one part replaced, packed as well as can be."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            new.writestr(part, data if part == name else old.read(part))
    return out.getvalue()

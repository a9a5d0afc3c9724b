"""Small real documents, and waiting until they are read."""

import io
import struct
import zlib
from collections.abc import Sequence
from email.message import EmailMessage
from typing import Any

import docx
import httpx

from tests.http.api import Api
from tests.http.archives import processed

File = tuple[str, bytes]


def pdf(pages: Sequence[str], *, title: str = "") -> bytes:
    """A PDF with a line of text on each page (ISO 32000-1, section 7.5)."""
    kids = " ".join(f"{4 + 2 * number} 0 R" for number in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Count {len(pages)} /Kids [{kids}] >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for number, text in enumerate(pages):
        drawn = f"BT /F1 18 Tf 40 120 Td ({text}) Tj ET".encode()
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 400 200] /Resources << /Font << /F1 3 0 R >> >> "
            + f"/Contents {5 + 2 * number} 0 R >>".encode()
        )
        objects.append(f"<< /Length {len(drawn)} >>\nstream\n".encode() + drawn + b"\nendstream")
    objects.append(f"<< /Title ({title}) >>".encode())
    body, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(body))
        body += f"{number} 0 obj\n".encode() + content + b"\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    size = len(objects) + 1
    trailer = (
        f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n<< /Size {size} /Root 1 0 R /Info {size - 1} 0 R >>\n"
    )
    return body + trailer.encode() + f"startxref\n{len(body)}\n%%EOF\n".encode()


def word(*paragraphs: str) -> bytes:
    document = docx.Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    content = io.BytesIO()
    document.save(content)
    return content.getvalue()


def mail(subject: str, text: str, *attachments: File) -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "ann@example.org", "bob@example.org", subject
    message.set_content(text)
    for name, content in attachments:
        kind, _, subtype = ("application", "", "pdf") if name.endswith(".pdf") else ("text", "", "plain")
        message.add_attachment(content, maintype=kind, subtype=subtype, filename=name)
    return bytes(message)


def send(api: Api, *files: File, headers: dict[str, str] | None = None, **fields: str) -> httpx.Response:
    parts = [("file", (name, content)) for name, content in files]
    return api.client.post("/v1/documents", data=fields, files=parts, headers=headers)


def stored(api: Api, name: str, content: bytes, **fields: str) -> dict[str, Any]:
    """The document of one file, as it was answered."""
    response = send(api, (name, content), headers=None, **fields)
    assert response.status_code == 201, response.text
    (item,) = response.json()["items"]
    document: dict[str, Any] = item["document"]
    return document


def read(api: Api, name: str, content: bytes, **fields: str) -> dict[str, Any]:
    """The document of one file once the job of its run is over."""
    document = stored(api, name, content, **fields)
    processed(api, document["run_id"])
    return detail(api, document["id"])


def detail(api: Api, document_id: str) -> dict[str, Any]:
    response = api.client.get(f"/v1/documents/{document_id}")
    assert response.status_code == 200, response.text
    body: dict[str, Any] = response.json()
    return body


def documents(api: Api, **query: str | int) -> list[dict[str, Any]]:
    response = api.client.get("/v1/documents", params=query)
    assert response.status_code == 200, response.text
    items: list[dict[str, Any]] = response.json()["items"]
    return items


def png_size(content: bytes) -> tuple[int, int]:
    """Width and height of a PNG that decodes: every chunk's CRC fits, and the rows are all there."""
    assert content.startswith(b"\x89PNG\r\n\x1a\n")
    chunks: dict[bytes, bytes] = {}
    place = 8
    while place < len(content):
        (size,) = struct.unpack_from(">I", content, place)
        kind, data = content[place + 4 : place + 8], content[place + 8 : place + 8 + size]
        assert struct.unpack_from(">I", content, place + 8 + size)[0] == zlib.crc32(kind + data)
        chunks[kind] = chunks.get(kind, b"") + data
        place += 12 + size
    width, height, depth, colour = struct.unpack_from(">IIBB", chunks[b"IHDR"])
    channels = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[colour]
    assert len(zlib.decompress(chunks[b"IDAT"])) == height * (1 + -(-width * channels * depth // 8))
    assert b"IEND" in chunks
    return width, height

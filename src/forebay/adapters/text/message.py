"""E-mail messages (RFC 5322, MIME) by the standard library: which of their parts are the text, which are files."""

import email.policy
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.feedparser import BytesFeedParser
from email.message import Message
from typing import IO

from forebay.adapters.text.charset import guess, known_codec
from forebay.adapters.text.set_aside import SetAside
from forebay.domain.documents.errors import DocumentBrokenError

_LONGEST_HEADER = 64 << 10  # characters of a header that is taken apart; of longer ones the beginning is shown
_SHORT = 200  # "this message is in HTML" is no text
_SAMPLE_BYTES = 64 << 10
MAX_DEPTH = 100  # the standard library itself, which recurses, gives up at some 200
_HEADERS = ("Subject", "From", "To", "Cc", "Date")


@dataclass(frozen=True, slots=True)
class TextPart:
    """A part that is read as the message's own text."""

    text: str
    is_html: bool


@contextmanager
def bounded_depth() -> Iterator[None]:
    """DocumentBrokenError, with what was expected, in place of RecursionError."""
    try:
        yield
    except RecursionError:
        raise DocumentBrokenError(
            "the message has parts, messages or comments of a header within each other too deep to be read; "
            f"expected at most {MAX_DEPTH}"
        ) from None


class Mail:
    """One message."""

    def __init__(self, file: IO[bytes]) -> None:
        self._aside = SetAside(file)
        parser = BytesFeedParser(policy=email.policy.default)
        for line in self._aside.lines():
            parser.feed(line)
        self._message = parser.close()
        if not self._message.keys():
            raise DocumentBrokenError("this is no e-mail message: it has no header")
        self._body: list[Message] = []
        self._files: list[Message] = []
        self._sort(self._message, 0)

    def header(self, name: str) -> str:
        """Decoded, on one line; empty when there is none."""
        raw = next((str(raw) for key, raw in self._message.raw_items() if key.lower() == name.lower()), "")
        value = raw[:_LONGEST_HEADER]
        if len(raw) <= _LONGEST_HEADER:  # the standard library takes the square of the time for the addresses of more
            with suppress(Exception):  # and breaks down over some malformed headers
                value = str(self._message.get(name, ""))
        return " ".join(value.split())

    def headers(self) -> Iterator[tuple[str, str]]:
        """Those that people read, if they are there."""
        for name in _HEADERS:
            if value := self.header(name):
                yield name, value

    def texts(self) -> Iterator[TextPart]:
        for part in self._body:
            yield TextPart(self._text(part), part.get_content_type() == "text/html")

    def files(self) -> Iterator[tuple[str | None, str, bytes]]:
        """Name and media type as the message gives them, and the decoded bytes."""
        for part in self._files:
            yield _name(part), part.get_content_type(), self._bytes(part)

    def _sort(self, part: Message, depth: int) -> None:
        if depth > MAX_DEPTH:
            raise DocumentBrokenError(
                f"the message has parts within each other more than {MAX_DEPTH} deep; expected at most {MAX_DEPTH}"
            )
        kind = part.get_content_type()
        if kind == "message/rfc822" and depth:
            self._files.append(part)
        elif kind == "multipart/alternative":
            self._choose(_parts(part), depth)
        elif part.is_multipart() and kind != "message/rfc822":
            for inner in _parts(part):
                self._sort(inner, depth + 1)
        elif _is_file(part):
            self._files.append(part)
        elif kind in {"text/plain", "text/html"}:
            self._body.append(part)

    def _choose(self, parts: list[Message], depth: int) -> None:
        """Plain text if it says anything, else HTML; what else there is may hold files."""
        body: list[list[Message]] = []
        for part in parts:
            before = self._body
            self._body = []
            self._sort(part, depth + 1)
            body.append(self._body)
            self._body = before
        plain = [found for found in body if found and all(one.get_content_type() == "text/plain" for one in found)]
        rest = [found for found in body if found and found not in plain]
        said = sum(len(self._text(one).strip()) for found in plain for one in found)
        self._body.extend(plain[-1] if plain and (said > _SHORT or not rest) else rest[-1] if rest else [])

    def _bytes(self, part: Message) -> bytes:
        if part.get_content_type() == "message/rfc822":
            inner = _parts(part)
            return self._aside.restored(inner[0].as_bytes(policy=email.policy.compat32)) if inner else b""
        if str(part.get("Content-Transfer-Encoding", "")).strip().lower() == "base64":
            with suppress(UnicodeError):  # a character set that is none, and bytes that are not base64
                payload = part.get_payload()
                if isinstance(payload, str):
                    return self._aside.decoded(payload.encode("ascii", "ignore"))
        decoded = part.get_payload(decode=True)
        return self._aside.restored(decoded) if isinstance(decoded, bytes) else b""

    def _text(self, part: Message) -> str:
        data = self._bytes(part)
        codec = known_codec(part.get_content_charset() or "") or "utf-8"
        try:
            return data.decode(codec)
        except UnicodeDecodeError:
            return data.decode(guess(data[:_SAMPLE_BYTES]), "replace")


def _parts(part: Message) -> list[Message]:
    payload = part.get_payload()
    return [inner for inner in payload if isinstance(inner, Message)] if isinstance(payload, list) else []


def _is_file(part: Message) -> bool:
    if part.get_content_disposition() == "attachment" or _name(part):
        return True
    kind = part.get_content_maintype()
    if kind == "image" and part.get("Content-ID") is not None:
        return False  # a picture within the text
    return kind not in {"text", "multipart"}


def _name(part: Message) -> str | None:
    try:
        name = part.get_filename()
    except Exception:  # noqa: BLE001 - as with headers
        return None
    if name is None and part.get_content_type() == "message/rfc822":
        inner = _parts(part)
        subject = " ".join(str(inner[0].get("Subject", "")).split()) if inner else ""
        return f"{subject.replace('/', ' ').strip() or 'message'}.eml"
    return name

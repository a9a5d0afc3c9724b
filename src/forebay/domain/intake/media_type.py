"""The media type of an upload: what the bytes say, refined by the name."""

import mimetypes
import re

from forebay.domain.intake.signatures import BINARY, OLE, TEXT, ZIP, Signature

_PART = r"[A-Za-z0-9!#$&^_.+-]{1,127}"
_MEDIA_TYPE = re.compile(f"{_PART}/{_PART}")
_TYPES = mimetypes.MimeTypes()  # the built-in table: the machine's own files must not change what is recorded
_OWN = {  # what is recorded must not depend on the version of Python either: these came into its table late or moved
    ".conf": "text/plain",
    ".log": "text/plain",
    ".md": "text/markdown",
    ".js": "text/javascript",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".odt": "application/vnd.oasis.opendocument.text",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
    ".odp": "application/vnd.oasis.opendocument.presentation",
    ".epub": "application/epub+zip",
}


def choose_media_type(signature: Signature, name: str) -> str:
    """Bytes win over names; a name only refines a container (zip, OLE2) or text into something more exact."""
    if signature not in {ZIP, OLE, TEXT, BINARY}:
        return signature.media_type
    suffix = "." + name.rsplit(".", 1)[-1].lower() if "." in name else ""
    guess = _OWN.get(suffix) or _TYPES.guess_type(f"x{suffix}")[0]
    if guess is None or not _MEDIA_TYPE.fullmatch(guess):
        return signature.media_type
    if signature is TEXT:
        return guess if guess.startswith("text/") or guess in _TEXTUAL else TEXT.media_type
    if signature is ZIP:
        return guess if _zip_based(guess) else ZIP.media_type
    return guess if guess.startswith("application/") else signature.media_type


_TEXTUAL = {"application/json", "application/xml", "message/rfc822", "application/x-sh"}


def _zip_based(media_type: str) -> bool:
    return "openxmlformats" in media_type or "opendocument" in media_type or media_type == "application/epub+zip"

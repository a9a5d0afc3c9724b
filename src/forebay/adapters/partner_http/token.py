"""Bearer tokens: where they are kept, and that nobody prints them."""

from pathlib import Path

from forebay.domain.pipelines.errors import SourceRefusedError


def is_token(text: str) -> bool:
    """Whether it can be sent in a header: visible ASCII, no white space."""
    return bool(text) and text.isascii() and text.isprintable() and " " not in text


class GivenToken:
    """One that is known from the start."""

    def __init__(self, value: str) -> None:
        self._value = value

    def __call__(self) -> str:
        return self._value


class TokenFile:
    """One that stands in a file, which may be replaced at any time: it is read for every sync of a pipeline."""

    def __init__(self, file: Path, *, source: str) -> None:
        self._file = file
        self._source = source

    def __call__(self) -> str:
        """SourceRefusedError when there is none in the file."""
        try:
            text = self._file.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
            raise self._refusal(f"cannot be read: {reason}") from None
        if not is_token(text):
            raise self._refusal("holds no token: expected visible ASCII characters without white space between them")
        return text

    def _refusal(self, reason: str) -> SourceRefusedError:
        return SourceRefusedError(f"the token_file of the source {self._source!r}, {self._file}, {reason}")

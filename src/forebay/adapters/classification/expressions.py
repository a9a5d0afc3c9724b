"""Regular expressions that people wrote: they may be slow or wrong, and must harm nobody.

The `regex` package has a timeout, lets other threads run meanwhile, and knows Unicode's words and case. What its
timeout does not cover is compiling: counted repeats of repeats are unrolled, so their product is bounded before.
"""

import re
import time
import unicodedata
from collections.abc import Callable

import regex

from forebay.domain.documents.errors import InvalidRuleError

_MOST_REPEATS = 10_000
_COUNTED = re.compile(r"\{(\d*)(?:,(\d*))?\}")
_PROBED = 2_000  # characters
_PROBE_SECONDS = 0.2
_FLAGS = regex.IGNORECASE | regex.FULLCASE | regex.MULTILINE | regex.VERSION0


class OutOfTimeError(Exception):
    """A search took longer than it may. Never leaves this package."""


class Expression:
    """One, compiled once. Case is ignored; `^` and `$` match at lines."""

    def __init__(self, pattern: str) -> None:
        """InvalidRuleError, without the number of the rule."""
        self.pattern = pattern
        repeats = 1
        for least, most in _COUNTED.findall(pattern):
            repeats *= max(int(least or 0), int(most or 0), 1)
        if repeats > _MOST_REPEATS:
            raise InvalidRuleError(
                f"{pattern!r} repeats up to {repeats} times; expected counts whose product is at most {_MOST_REPEATS}",
                field="rules",
            )
        try:
            self._compiled = regex.compile(unicodedata.normalize("NFC", pattern), _FLAGS)
        except regex.error as error:
            raise InvalidRuleError(f"{pattern!r} is no regular expression: {error}", field="rules") from None
        except (RecursionError, MemoryError, OverflowError, ValueError):
            raise InvalidRuleError(f"{pattern!r} is too complicated for a regular expression", field="rules") from None

    def search(self, text: str, *, seconds: float) -> str | None:
        """What matched first, if not empty. OutOfTimeError."""
        try:
            found = self._compiled.search(text, timeout=seconds, concurrent=True)
        except (TimeoutError, MemoryError):
            raise OutOfTimeError from None
        return found.group() if found is not None and found.group() else None

    def probe(self) -> None:
        """InvalidRuleError for one that takes for ever on text made of its own characters, as bad ones do."""
        letters = [char for char in dict.fromkeys(self.pattern) if char.isalnum()] + [" ", "a", "0"]
        texts = [char * _PROBED + "\x01" for char in letters[:40]]
        texts.append("".join(letters) * (_PROBED // len(letters)) + "\x01")
        for text in texts:
            try:
                self.search(text, seconds=_PROBE_SECONDS)
            except OutOfTimeError:
                raise InvalidRuleError(
                    f"{self.pattern!r} takes too long; avoid repeats of what repeats, such as (a+)+", field="rules"
                ) from None


class Budget:
    """How long all expressions together may look at one document."""

    def __init__(self, seconds: float, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._end = clock() + seconds

    @property
    def left(self) -> float:
        return self._end - self._clock()

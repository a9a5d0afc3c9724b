"""Fixity: whether stored bytes are still what they were when they came."""

import re
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import ceil

from forebay.domain.intake.errors import InvalidFieldError

_COUNT = re.compile(r"[0-9]{1,18}", re.ASCII)
_SHARE = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,9})?)\s*%", re.ASCII)


class DamageKind(StrEnum):
    """There is no object, it has other bytes, or the store answers for others but cannot give this one."""

    MISSING = "missing"
    CORRUPT = "corrupt"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Sample:
    """So many blobs, or such a share of all of them."""

    count: int | None
    share: Fraction | None = None

    @classmethod
    def parse(cls, value: str) -> "Sample":
        """`1000`, `5%`, `0.5%`. InvalidFieldError."""
        text = value.strip()
        if _COUNT.fullmatch(text) and int(text) > 0:
            return cls(count=int(text))
        match = _SHARE.fullmatch(text)
        if match is not None and 0 < (percent := Fraction(match[1])) <= 100:
            return cls(count=None, share=percent / 100)
        raise InvalidFieldError(
            f"{value[:100]!r} is not a sample; expected how many blobs, such as 1000, or a share of them, such as 5%",
            field="sample",
        )

    def of(self, total: int) -> int:
        """How many of `total`; a share is rounded up, so that a small store is sampled, too."""
        return ceil(total * self.share) if self.share is not None else self.count or 0

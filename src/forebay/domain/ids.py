"""Ids as text."""

from uuid import UUID

from forebay.domain.intake.errors import InvalidFieldError


def parse_id(value: str, *, field: str) -> UUID:
    """The canonical form of RFC 9562, 8-4-4-4-12 hexadecimal digits; anything else is InvalidFieldError."""
    try:
        parsed = UUID(value)
    except ValueError:
        parsed = None
    if parsed is None or str(parsed) != value.lower():
        raise InvalidFieldError(
            f"{value[:100]!r} is not a UUID; expected the form 0190b5a2-7c1e-7cc3-98c4-dc0c0c07398f", field=field
        )
    return parsed

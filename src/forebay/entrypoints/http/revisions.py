"""Revisions as HTTP has them: a strong ETag in answers, If-Match in changes (RFC 9110, section 13.1.1)."""

import re
from collections.abc import Awaitable, Callable
from typing import Annotated, TypeVar

from litestar.datastructures import ResponseHeader
from litestar.exceptions import ClientException
from litestar.params import HeaderParameter

from forebay.domain.pipelines.errors import RevisionMismatchError

T = TypeVar("T")

ETAG = ResponseHeader(name="ETag", description="Its revision, for `If-Match`", required=False, documentation_only=True)

IfMatch = Annotated[
    str | None,
    HeaderParameter(
        name="If-Match", description='Required: the `ETag` of what the change is of, such as `"3"`; `*` for any.'
    ),
]
OptionalIfMatch = Annotated[
    str | None, HeaderParameter(name="If-Match", description="Disable it only if it is still as this `ETag` says.")
]
_TAGS = re.compile(r'\s*(W/)?"([\x21\x23-\x7e\x80-\xff]*)"\s*(?:,|$)')
_REVISION = re.compile(r"[1-9][0-9]{0,8}", re.ASCII)


def etag(revision: int) -> str:
    return f'"{revision}"'


def required(if_match: str | None) -> str:
    """428 when there is none: whoever changes something must say what the change is of."""
    if if_match is None:
        raise ClientException(
            'If-Match is missing; expected the ETag of what the change is of, such as "3", or * for any',
            status_code=428,
        )
    return if_match


async def change_matching(
    if_match: str | None, change: Callable[[int | None], Awaitable[T]], revision_now: Callable[[], Awaitable[int]]
) -> T:
    """Makes the change to the revision that the header names, or to any for `*` or none. RevisionMismatchError."""
    if if_match is None or if_match.strip() == "*":
        return await change(None)
    named = _revisions(if_match)
    now = await revision_now()
    if now not in named:
        raise _mismatch(now)
    try:
        return await change(now)
    except RevisionMismatchError:
        raise _mismatch(await revision_now()) from None


def _revisions(if_match: str) -> set[int]:
    """Weak tags never match; 400 for what is no list of tags."""
    position, named = 0, set[int]()
    while position < len(if_match) or not position:
        match = _TAGS.match(if_match, position)
        if match is None:
            raise ClientException(f'If-Match is {if_match[:100]!r}; expected an ETag in quotes, such as "3", or *')
        weak, tag = match.groups()
        if not weak and _REVISION.fullmatch(tag):
            named.add(int(tag))
        position = match.end()
    return named


def _mismatch(now: int) -> RevisionMismatchError:
    return RevisionMismatchError(
        f"it was changed meanwhile, and its ETag is now {etag(now)}; read it again and repeat the change",
        field="If-Match",
    )

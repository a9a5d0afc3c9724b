"""The names of members: what is stored, and the path that they are shown under."""

import re
from functools import lru_cache

from forebay.domain.intake.media_type import choose_media_type
from forebay.domain.intake.member import MemberFlag
from forebay.domain.intake.signatures import Signature

_CLEAN = re.compile(r"[^/\0]+(?:/[^/\0]+)*/?")
_DRIVE = re.compile(r"[A-Za-z]:(?=/|\Z)")
_SHOWN = 200

Flags = set[MemberFlag]


def decode_name(raw: bytes, flags: Flags) -> str:
    r"""The name as UTF-8. Bytes that are not, and NUL, which no database of ours keeps, are shown as \xNN."""
    try:
        name = raw.decode()
    except UnicodeDecodeError:
        flags.add(MemberFlag.UNDECODABLE_PATH)
        name = raw.decode(errors="backslashreplace")
    if "\0" in name:
        flags.add(MemberFlag.UNDECODABLE_PATH)
        name = name.replace("\0", "\\x00")
    return name


def normalise(name: str, flags: Flags, *, drives: bool = False) -> str:
    """The path without `.`, empty segments and a leading `/`; a `..` takes the segment before it away, if any.

    Nothing is left of a path such as `./` or `/`. `drives`: `C:` at the beginning is a drive of Windows.
    """
    if drives and _DRIVE.match(name):
        flags.add(MemberFlag.ABSOLUTE_PATH)
        name = name[2:]
    if name.startswith("/"):
        flags.add(MemberFlag.ABSOLUTE_PATH)
    if "." not in name and _CLEAN.fullmatch(name):
        return name.removesuffix("/")
    kept: list[str] = []
    for segment in name.split("/"):
        if segment == "..":
            flags.add(MemberFlag.PARENT_PATH)
            del kept[-1:]
        elif segment not in {"", "."}:
            kept.append(segment)
    return "/".join(kept)


def check_target(target: str, flags: Flags) -> None:
    """Flags what is unusual about where a link points to."""
    if target.startswith("/"):
        flags.add(MemberFlag.ABSOLUTE_PATH)
    if ".." in target.split("/"):
        flags.add(MemberFlag.PARENT_PATH)


def media_type(signature: Signature, path: str) -> str:
    """By the rule for uploads, with the last segment of the path as the name."""
    name = path.rpartition("/")[2]
    suffix = name.rpartition(".")[2] if "." in name else None
    return _media_type(signature, None if suffix is None or len(suffix) > _LONGEST_SUFFIX else suffix)


_LONGEST_SUFFIX = 32  # no type has a longer one, and what is remembered must stay small


@lru_cache(maxsize=1024)
def _media_type(signature: Signature, suffix: str | None) -> str:
    return choose_media_type(signature, "x" if suffix is None else f"x.{suffix}")


def shown(name: str) -> str:
    """A name in a message: quoted, escaped and not too long."""
    return repr(name if len(name) <= _SHOWN else f"{name[:_SHOWN]}...")

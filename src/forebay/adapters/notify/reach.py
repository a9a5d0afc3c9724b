"""What a destination of apprise reaches for on this machine: it is to send, and nothing else."""

from collections.abc import Iterator

from apprise import AppriseAttachment
from apprise.attachment.file import AttachFile

_ON_SCREENS = frozenset({"blink1", "dbus", "glib", "gnome", "macosx", "syslog", "windows"})  # on whose?
_IN_FILES = frozenset({"deltachat", "vapid"})  # keep their keys and books in files here
_DEPTH = 2  # a service, and what it signs with


def is_local(service: object) -> bool:
    """Whether it shows messages here, or works with files of its own."""
    return type(service).__module__.rpartition(".")[2] in _ON_SCREENS | _IN_FILES


def reads_files(service: object) -> bool:
    """Whether it was told to send, or to sign with, what stands in a file here: a template, a key."""
    return any(isinstance(part, AttachFile) for given in _given(service, _DEPTH) for part in given)


def _given(thing: object, depth: int) -> Iterator[AppriseAttachment]:
    for value in vars(thing).values() if hasattr(thing, "__dict__") else ():
        if isinstance(value, AppriseAttachment):
            yield value
        elif depth > 1 and type(value).__module__.startswith("apprise."):
            yield from _given(value, depth - 1)

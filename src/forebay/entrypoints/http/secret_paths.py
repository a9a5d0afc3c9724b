"""Paths that are as good as a password: whoever reads one in a log could use it."""

import re

_SECRET = re.compile(r"(?P<before>.*/links/+)[^/].*", re.IGNORECASE | re.DOTALL)


def shown_path(path: str) -> str:
    """The path, for logs and messages: without what stands behind `/links/`."""
    match = _SECRET.fullmatch(path)
    return f"{match['before']}\N{HORIZONTAL ELLIPSIS}" if match else path

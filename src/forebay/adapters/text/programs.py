"""What a process that reads documents may not do: libraries in it have no business with the network or programs."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

_FORBIDDEN = frozenset(
    {
        "ftplib.connect", "os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn", "os.startfile", "os.system",
        "socket.bind", "socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto",
        "urllib.Request", "webbrowser.open",
    }
)  # fmt: skip
_allowed: list[str] = []


def forbid() -> None:
    """For the rest of the process's life. It stops libraries that mean no harm, not machine code that does."""
    sys.addaudithook(_check)


@contextmanager
def may_run(program: str) -> Iterator[None]:
    """This one may be started in this context."""
    _allowed.append(program)
    try:
        yield
    finally:
        _allowed.remove(program)


def _check(event: str, arguments: tuple[object, ...]) -> None:
    if event in _FORBIDDEN or (event == "subprocess.Popen" and arguments[0] not in _allowed):
        raise PermissionError(f"{event} is not allowed where documents are read")

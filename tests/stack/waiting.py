"""Waiting for what other processes do: they give no event to await, so they are asked again and again."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def eventually(look: Callable[[], T | None], otherwise: Callable[[], str] | str, *, within: float = 90.0) -> T:
    """What `look` gives once it is something; AssertionError with `otherwise` when it is nothing for so long."""
    deadline = time.monotonic() + within
    while not (found := look()):
        if time.monotonic() > deadline:
            raise AssertionError(f"{otherwise if isinstance(otherwise, str) else otherwise()} (within {within:g} s)")
        time.sleep(0.1)
    return found

"""Who may change the addresses of this machine, and who needs them to stay, among the processes that run tests.

Chromium listens to the system: when an address comes or goes, it gives up every request that still waits for a
connection (net::ERR_NETWORK_CHANGED), wherever that goes to. Each container on a bridge brings an address and takes it
away. So a container starts and ends while no browser's test runs, and the other way round.
"""

from __future__ import annotations

import fcntl
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

TENTATIVE, CONFLICTING = 0x40, 0x08  # flags of an address, from include/uapi/linux/if_addr.h
ADDRESSES = Path("/proc/net/if_inet6")  # not there on other systems, where containers live on a machine of their own


@dataclass
class Network:
    """One lock for all processes that know its folder. Who came first is served first, so that nobody starves."""

    folder: Path
    addresses: Path = ADDRESSES
    patience_seconds: float = 10
    _stays_still: bool = field(default=False, init=False)
    _never_ready: set[str] = field(default_factory=set, init=False)

    @contextmanager
    def still(self) -> Iterator[None]:
        """Nobody changes an address within this block; those of containers that began before are ready when it begins.

        Several processes may be in such a block.
        """
        with closing(self._open("lock")) as lock:
            self._wait(lock, fcntl.LOCK_SH)
            self._await_addresses()
            self._stays_still = True
            try:
                yield
            finally:
                self._stays_still = False

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Addresses may come and go within this block: nobody else changes any, and nobody needs them to stay.

        Raises RuntimeError within a block of `still` in the same process, for which it would wait for ever.
        """
        if self._stays_still:
            raise RuntimeError("a container may not start or end while a test of the browser runs in the same process")
        with closing(self._open("lock")) as lock:
            self._wait(lock, fcntl.LOCK_EX)
            yield

    def _wait(self, lock: TextIO, mode: int) -> None:
        with closing(self._open("queue")) as queue:  # those who share the lock could hold it by turns for ever
            fcntl.flock(queue, fcntl.LOCK_EX)
            fcntl.flock(lock, mode)

    def _open(self, name: str) -> TextIO:
        self.folder.mkdir(mode=0o700, exist_ok=True)
        return (self.folder / name).open("w")

    def _await_addresses(self) -> None:
        """A new address is announced only when no neighbour objected, a second or two after it was given."""
        deadline = time.monotonic() + self.patience_seconds
        while waiting := self._tentative() - self._never_ready:
            if time.monotonic() > deadline:
                self._never_ready |= waiting  # an interface without a link
                return
            time.sleep(0.02)  # the system tells of it to those who speak its own protocol (netlink) alone

    def _tentative(self) -> set[str]:
        """As `address interface`."""
        try:
            lines = self.addresses.read_text().splitlines()
        except FileNotFoundError:
            return set()
        rows = [line.split() for line in lines]
        return {
            f"{address} {interface}"
            for address, _, _, _, flags, interface in rows
            if int(flags, 16) & TENTATIVE and not int(flags, 16) & CONFLICTING
        }


NETWORK = Network(Path(tempfile.gettempdir()) / f"forebay-tests-{os.getuid()}")

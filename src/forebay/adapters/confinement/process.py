"""A child process as its parent sees it."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from concurrent.futures import Executor
from contextlib import suppress
from pathlib import Path

from forebay.adapters.confinement.duty import Duty
from forebay.adapters.confinement.frames import HELLO, LENGTH, MAX_FRAME
from forebay.application.cancellation import to_the_end, until_done
from forebay.domain.errors import ForebayError, UnavailableError

_PACKAGE = str(Path(__file__).resolve().parents[2])
_START_SECONDS = 30.0
_RECEIVE_BYTES = 256 << 10
_END_SECONDS = 3.0  # between a child's closing its end and its own
# The child gets no environment, no site-packages hooks and no working directory of ours: only where the code lies. Our
# package without what its __init__ imports, which is the whole library: that halves the start and the memory.
_PROGRAM = (
    "import json, sys, types; sys.path[:], path = json.loads(sys.argv[3]); "
    "forebay = sys.modules['forebay'] = types.ModuleType('forebay'); forebay.__path__ = path; "
    "from importlib import import_module; import_module(sys.argv[4]).main(*map(int, sys.argv[1:3]))"
)
_KEPT_VARIABLES = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT")  # without them Python itself may not start


class ProcessEndedError(Exception):
    """The child closed its end or never opened it."""


class ConfinedProcess:
    """One child and the socket to it. For one event loop. `reusable`: it has answered all of its last job."""

    def __init__(self, duty: Duty, child: subprocess.Popen[bytes], sock: socket.socket, threads: Executor) -> None:
        self._duty = duty
        self._child = child
        self._socket = sock
        self._threads = threads
        self._received = bytearray()
        self.jobs = 0
        self.reusable = False

    @classmethod
    async def start(cls, duty: Duty, memory_bytes: int, spool_bytes: int, threads: Executor) -> "ConfinedProcess":
        """UnavailableError when the system gives no process."""
        starting = asyncio.get_running_loop().run_in_executor(threads, _spawn, duty, memory_bytes, spool_bytes)
        try:
            await until_done(starting)
        except asyncio.CancelledError:
            if not starting.cancelled() and starting.exception() is None:
                await cls(duty, *starting.result(), threads).end()
            raise
        try:
            process = cls(duty, *starting.result(), threads)
        except OSError as error:
            raise UnavailableError(f"no process to read {duty.plural} in can be started: {error.strerror}") from error
        try:
            async with asyncio.timeout(_START_SECONDS):
                hello = await process.receive()
        except (ProcessEndedError, TimeoutError):
            hello = b""
        except BaseException:
            await process.end()
            raise
        if hello != HELLO:
            await process.end()
            raise UnavailableError(f"a process to read {duty.plural} in was started but did not answer")
        return process

    @property
    def pid(self) -> int:
        return self._child.pid

    @property
    def alive(self) -> bool:
        return self._child.poll() is None

    async def send(self, data: bytes) -> None:
        """One frame. ProcessEndedError."""
        loop = asyncio.get_running_loop()
        try:
            if len(data) < _RECEIVE_BYTES:
                await loop.sock_sendall(self._socket, LENGTH.pack(len(data)) + data)
            else:
                await loop.sock_sendall(self._socket, LENGTH.pack(len(data)))
                await loop.sock_sendall(self._socket, data)
        except OSError as error:
            raise ProcessEndedError from error

    async def receive(self) -> bytes:
        """The next frame, with its kind in the first byte. ProcessEndedError."""
        while True:
            if len(self._received) >= LENGTH.size:
                (size,) = LENGTH.unpack_from(self._received)
                if not 0 < size <= MAX_FRAME:
                    raise ProcessEndedError
                if len(self._received) >= LENGTH.size + size:
                    frame = bytes(memoryview(self._received)[LENGTH.size : LENGTH.size + size])
                    del self._received[: LENGTH.size + size]
                    return frame
            try:
                more = await asyncio.get_running_loop().sock_recv(self._socket, _RECEIVE_BYTES)
            except OSError as error:
                raise ProcessEndedError from error
            if not more:
                raise ProcessEndedError
            self._received += more

    def interrupt(self) -> None:
        """Makes whoever waits for the child see its end."""
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)

    async def end(self) -> int:
        """Kills the child unless it has ended, waits for that, and says its return code. Idempotent."""
        self._child.kill()  # does nothing to one that was waited for

        def reap() -> int:
            code = self._child.wait()
            self._socket.close()
            return code

        return await to_the_end(asyncio.get_running_loop().run_in_executor(self._threads, reap))

    async def why(self) -> ForebayError:
        """What to say of a child that ended by itself."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_END_SECONDS + 0.1):
                await asyncio.get_running_loop().run_in_executor(self._threads, _wait_a_moment, self._child)
        has_ended = not self.alive
        code = await self.end()
        if has_ended:
            return _reason(self._duty, code)
        return self._duty.broken(  # and it was we who killed it
            f"the process that reads the {self._duty.noun} closed its end, or sent what is no frame, and went on"
        )


def _wait_a_moment(child: subprocess.Popen[bytes]) -> None:
    with suppress(subprocess.TimeoutExpired):
        child.wait(_END_SECONDS)


def _reason(duty: Duty, code: int) -> ForebayError:
    if code == -signal.SIGKILL:
        return (duty.killed or duty.memory)(
            f"the process that read the {duty.noun} was killed, most likely by the system for want of memory"
        )
    if code == -signal.SIGXCPU:
        return duty.timeout(f"reading the {duty.noun} took more time of the processor than it may take in all")
    if -code in duty.memory_signals:
        return duty.memory(f"the process that read the {duty.noun} gave up, most likely for want of memory")
    name = signal.Signals(-code).name if -code in set(signal.Signals) else f"exit code {code}"
    return duty.broken(f"the process that read the {duty.noun} broke down over it ({name})")


def _spawn(duty: Duty, memory_bytes: int, spool_bytes: int) -> tuple[subprocess.Popen[bytes], socket.socket]:
    if not sys.executable:
        raise UnavailableError(f"no process to read {duty.plural} in can be started: the path of Python is not known")
    places = json.dumps([sys.path, [_PACKAGE]])
    arguments = [str(memory_bytes), str(spool_bytes), places, duty.module]
    ours, childs = socket.socketpair()
    try:
        with childs:
            child = subprocess.Popen(  # noqa: S603 - our own program
                [sys.executable, "-I", "-S", "-X", "utf8", "-c", _PROGRAM, *arguments],
                stdin=childs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd="/",
                env={name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ},
                start_new_session=True,
            )
    except BaseException:
        ours.close()
        raise
    ours.setblocking(False)
    return child, ours

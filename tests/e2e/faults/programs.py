"""Real `forebay` processes that a test starts, ends by their id, and explains when it fails."""

import asyncio
import signal
import subprocess
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from tests.e2e.faults.starting import FreshStarter, Process, Starter

_SHOWN_LINES = 20
_SHOWN_PROGRAMS = 8
_END_SECONDS = 60


class Program:
    """One process and what it wrote. `exit_code` is None while it runs, and below zero when a signal ended it."""

    def __init__(self, arguments: Sequence[str], process: Process, log: Path) -> None:
        self.arguments = tuple(arguments)
        self.log = log
        self.pid = process.pid
        self.is_expected_to_end = False
        self._process = process

    @property
    def exit_code(self) -> int | None:
        return self._process.poll()

    def kill(self) -> None:
        """Ends it as a power cut would."""
        self.is_expected_to_end = True
        self._process.send_signal(signal.SIGKILL)  # nothing happens to one that was seen to end

    async def ended(self, *, seconds: float = _END_SECONDS) -> int:
        """The exit code, once it is there."""
        self.is_expected_to_end = True
        try:
            return await asyncio.to_thread(self._process.wait, seconds)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"{self} did not end within {seconds:.0f} s; it wrote:\n{self.tail()}") from None

    async def stop(self) -> int:
        """Asks it to stop in order, and waits for that. The exit code."""
        self.terminate()
        return await self.ended()

    def terminate(self) -> None:
        """Asks it to stop in order (SIGTERM)."""
        self.is_expected_to_end = True
        self._process.send_signal(signal.SIGTERM)

    def pause(self) -> None:
        """It does nothing until resume()."""
        self._process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        self._process.send_signal(signal.SIGCONT)

    def says(self, words: str) -> bool:
        return words in self.log.read_text(errors="replace")

    def tail(self) -> str:
        lines = self.log.read_text(errors="replace").splitlines()
        return "\n".join(f"    {line}" for line in lines[-_SHOWN_LINES:]) or "    (nothing)"

    def __str__(self) -> str:
        code = self.exit_code
        state = "runs" if code is None else f"ended with {code}"
        return f"`forebay {' '.join(self.arguments)}` (process {self.pid}, {state})"


class Fleet:
    """The processes of one test. Made by open_fleet(), which ends those that are left."""

    def __init__(self, folder: Path, environ: Mapping[str, str], starter: Starter) -> None:
        self.environ = dict(environ)
        self._starter = starter
        self.killed: list[Program] = []
        self._folder = folder
        self._programs: list[Program] = []

    def start(self, *arguments: str, **environ: str) -> Program:
        """`environ`: for this one besides what all have."""
        log = self._folder / f"{len(self._programs):03}-{arguments[0]}.log"
        program = Program(arguments, self._starter.start(arguments, {**self.environ, **environ}, log), log)
        self._programs.append(program)
        return program

    def living(self) -> list[Program]:
        return [program for program in self._programs if program.exit_code is None and not program.is_expected_to_end]

    def find(self, pid: int) -> Program | None:
        """The one with this id, if it runs and nobody has ended it yet."""
        return next((program for program in self.living() if program.pid == pid), None)

    async def kill(self, program: Program) -> None:
        """And waits until it is gone."""
        program.kill()
        self.killed.append(program)
        assert await program.ended() == -signal.SIGKILL, f"{program} ended before it was killed:\n{program.tail()}"

    def check(self) -> None:
        """No process has ended by itself."""
        for program in self._programs:
            if program.exit_code is not None and not program.is_expected_to_end:
                raise AssertionError(f"{program} ended by itself; it wrote:\n{program.tail()}")

    def logs(self) -> str:
        """Of those that run, and of the last ones that do not."""
        interesting = self.living() or self._programs
        return "\n".join(f"{program} wrote:\n{program.tail()}" for program in interesting[-_SHOWN_PROGRAMS:])

    async def end(self) -> None:
        for program in self._programs:
            program.kill()
        for program in self._programs:
            await program.ended()
        self._starter.close()


@asynccontextmanager
async def open_fleet(folder: Path, environ: Mapping[str, str], starter: Starter | None = None) -> AsyncIterator[Fleet]:
    """A failure inside shows what the processes wrote; none of them is left behind."""
    logs = folder / "logs"
    logs.mkdir(parents=True)
    fleet = Fleet(logs, environ, starter or FreshStarter())
    try:
        yield fleet
    except BaseException as error:
        error.add_note(fleet.logs())
        raise
    finally:
        await fleet.end()

"""Reading pictures of text: tesseract, a program of its own, given one page at a time."""

import ctypes
import re
import signal
import subprocess
import sys
from functools import cache
from time import monotonic

from forebay.adapters.text.messages import Ocr
from forebay.adapters.text.pdfium import Page, Picture
from forebay.adapters.text.programs import may_run

_DOTS_PER_INCH = 300  # what tesseract was trained for
_MAX_PIXELS = 24 << 20
_SHARE_OF_TIME = 0.7  # what is read by then is kept; the rest of the document still needs its pages read
_PAGE_SECONDS = 120.0
_PR_SET_PDEATHSIG = 1
_ENVIRONMENT = {"OMP_THREAD_LIMIT": "1", "LC_ALL": "C.UTF-8"}


class PageReader:
    """Reads pages until its time is over. `used`: it has read some; `failed`: it could not read some."""

    def __init__(self, ocr: Ocr | None, timeout_seconds: float) -> None:
        self._ocr = ocr
        self._until = monotonic() + timeout_seconds * _SHARE_OF_TIME
        self.used = False
        self.failed = False

    def read(self, page: Page) -> str:
        """Empty when it cannot be read."""
        left = min(self._until - monotonic(), _PAGE_SECONDS)
        if self._ocr is None or left <= 0:
            self.failed = True
            return ""
        picture = page.render(_DOTS_PER_INCH / 72, _MAX_PIXELS, gray=True)
        text = None if picture is None else _read(self._ocr, picture, left)
        if text is None:
            self.failed = True
            return ""
        self.used = True
        return text

    @property
    def version(self) -> str:
        return "" if self._ocr is None else f"+tesseract{_version(self._ocr.program)}({self._ocr.languages})"


def _read(ocr: Ocr, picture: Picture, seconds: float) -> str | None:
    arguments = [ocr.program, "stdin", "stdout", "-l", ocr.languages, "--dpi", str(_DOTS_PER_INCH)]
    try:
        with may_run(ocr.program):
            done = subprocess.run(  # noqa: S603 - the program of the settings
                arguments, input=picture.as_pgm(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                timeout=seconds, env=_ENVIRONMENT, preexec_fn=_end_with_parent, check=False,
            )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.decode(errors="replace").replace("\f", "") if done.returncode == 0 else None


@cache
def _version(program: str) -> str:
    try:
        with may_run(program):
            said = subprocess.run(  # noqa: S603 - as above
                [program, "--version"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=10, check=False
            ).stdout
    except (OSError, subprocess.SubprocessError):
        return ""
    found = re.search(rb"tesseract v?([\w.+-]+)", said)
    return found[1].decode() if found else ""


def _end_with_parent() -> None:
    """Should this process be killed, nobody would wait for the program any more."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)

"""The text extractor: warm child processes, started when they are first needed."""

import re
import shutil
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from forebay.adapters.text.extractor import TextOptions, open_text_extractor
from forebay.adapters.text.messages import Ocr
from forebay.application.ports.text import TextExtractor, TextLimits
from forebay.bootstrap.settings import Settings
from forebay.domain.errors import SettingError

_LANGUAGES = re.compile(r"[A-Za-z]\w*(\+[A-Za-z]\w*)*")


@asynccontextmanager
async def open_text(settings: Settings) -> AsyncIterator[TextExtractor]:
    """A process for each job at a time; previews have some of their own. SettingError when OCR is asked for in vain."""
    options = TextOptions(
        processes=max(1, settings.worker_concurrency),
        memory_bytes=settings.document_memory_bytes,
        spool_dir=Path(settings.spool_dir) if settings.spool_dir else None,
        ocr=ocr_of(settings),
    )
    async with open_text_extractor(options) as extractor:
        yield extractor


def text_limits(settings: Settings) -> TextLimits:
    return TextLimits(
        max_text_bytes=settings.document_max_text_bytes,
        max_pages=settings.document_max_pages,
        timeout_seconds=settings.document_timeout_seconds,
    )


def ocr_of(settings: Settings) -> Ocr | None:
    """The program that reads pictures; None when there is none or it is not wanted."""
    if not _LANGUAGES.fullmatch(settings.ocr_languages):
        raise SettingError(
            f"FOREBAY_OCR_LANGUAGES is {settings.ocr_languages!r}; expected tesseract's names, such as eng or eng+deu",
            field="FOREBAY_OCR_LANGUAGES",
        )
    program = None if settings.ocr == "off" else shutil.which("tesseract")
    if program is None and settings.ocr == "tesseract":
        raise SettingError(
            "FOREBAY_OCR is 'tesseract', but there is no such program in the PATH; install it (Debian: tesseract-ocr), "
            "or say auto or off",
            field="FOREBAY_OCR",
        )
    if program is None:
        return None
    missing = sorted(set(settings.ocr_languages.split("+")) - _installed(program))
    if missing and settings.ocr == "tesseract":
        raise SettingError(
            f"FOREBAY_OCR_LANGUAGES names {', '.join(missing)}, for which tesseract has no data; install it (Debian: "
            f"tesseract-ocr-{missing[0]}), or name others",
            field="FOREBAY_OCR_LANGUAGES",
        )
    return None if missing else Ocr(program, settings.ocr_languages)


def _installed(program: str) -> frozenset[str]:
    """The languages that tesseract has data for."""
    try:
        said = subprocess.run(  # noqa: S603 - found in the PATH
            [program, "--list-langs"], capture_output=True, text=True, timeout=10, check=False
        )
    except (OSError, subprocess.SubprocessError):
        return frozenset()
    return frozenset(line.strip() for line in said.stdout.splitlines())

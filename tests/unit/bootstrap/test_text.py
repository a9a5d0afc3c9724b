"""Whether pages are read by tesseract: by the settings, and by what is installed."""

from pathlib import Path

import pytest

from forebay.adapters.text.messages import Ocr
from forebay.bootstrap.settings import Settings
from forebay.bootstrap.text import ocr_of, text_limits
from forebay.domain.errors import SettingError


@pytest.fixture
def tesseract(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """One that has English and German."""
    program = tmp_path / "tesseract"
    program.write_text("#!/bin/sh\nprintf 'List of available languages (2):\\neng\\ndeu\\n'\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    return str(program)


@pytest.fixture
def no_tesseract(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))


@pytest.mark.usefixtures("no_tesseract")
def test_without_the_program_pages_stay_unread_unless_it_was_asked_for() -> None:
    assert ocr_of(Settings()) is None
    assert ocr_of(Settings(ocr="off")) is None
    with pytest.raises(SettingError, match="tesseract-ocr") as caught:
        ocr_of(Settings(ocr="tesseract"))
    assert caught.value.field == "FOREBAY_OCR"


def test_with_the_program_it_is_used_unless_it_is_off(tesseract: str) -> None:
    assert ocr_of(Settings()) == Ocr(tesseract, "eng")
    assert ocr_of(Settings(ocr="tesseract", ocr_languages="eng+deu")) == Ocr(tesseract, "eng+deu")
    assert ocr_of(Settings(ocr="off")) is None


@pytest.mark.usefixtures("tesseract")
def test_languages_without_data_are_named() -> None:
    assert ocr_of(Settings(ocr_languages="fra")) is None
    with pytest.raises(SettingError, match="tesseract-ocr-fra"):
        ocr_of(Settings(ocr="tesseract", ocr_languages="eng+fra"))


@pytest.mark.parametrize("languages", ["", "eng,deu", "--help", "eng+"])
def test_what_are_no_languages_is_refused(languages: str) -> None:
    with pytest.raises(SettingError, match="FOREBAY_OCR_LANGUAGES"):
        ocr_of(Settings(ocr_languages=languages))


def test_the_limits_come_from_the_settings() -> None:
    limits = text_limits(Settings(document_max_pages=3, document_max_text_bytes=5, document_timeout_seconds=7))
    assert (limits.max_pages, limits.max_text_bytes, limits.timeout_seconds) == (3, 5, 7)

"""Fetches the corpus into .corpus/: `python tests/corpus/fetch.py`. What is there already is not fetched again.

Needs apt-get and dpkg-deb (Debian, Ubuntu) with package lists that are up to date, and pip or uv. Nothing is installed.
"""

import gzip
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CORPUS = ROOT / ".corpus"
PAIRS, FILES = CORPUS / "pairs", CORPUS / "files"
DEBIAN = (
    "debian-policy",
    *(f"debian-faq{language}" for language in ("", "-de", "-fr", "-it", "-nl", "-ru")),
    *(f"debian-reference-{language}" for language in ("en", "de", "es", "fr", "it", "pt", "ja", "zh-cn")),
    *(f"developers-reference{language}" for language in ("", "-de", "-fr", "-ja")),
)
ANOTHER_TEXT = {"fhs-3.0"}  # the PDF and the text are of different editions
PYTHON = ("pypdf", "pikepdf", "ocrmypdf", "python-docx")
_WANTED = {".pdf", ".docx", ".html"}
_LARGEST = 64 << 20


def main() -> int:
    for place in (PAIRS, FILES):
        place.mkdir(parents=True, exist_ok=True)
    failed: list[str] = []
    for package, fetch in [*((name, _debian) for name in DEBIAN), *((name, _python) for name in PYTHON)]:
        mark = CORPUS / f"{package}.fetched"
        if mark.exists():
            continue
        try:
            with tempfile.TemporaryDirectory(dir=CORPUS) as folder:
                count = fetch(package, Path(folder))
        except (OSError, subprocess.SubprocessError, tarfile.TarError, ValueError) as error:
            failed.append(package)
            sys.stderr.write(f"corpus: {package} cannot be fetched: {error}\n")
            continue
        mark.write_text(f"{count}\n")
        sys.stdout.write(f"corpus: {count} documents of {package}\n")
    sys.stdout.write(f"corpus: {len(list(pairs()))} pairs with known text, {len(list(files()))} other files\n")
    return 1 if failed else 0


def pairs() -> Iterator[tuple[Path, Path]]:
    """PDFs, and their text as their authors published it."""
    for pdf in sorted(PAIRS.glob("*.pdf")):
        if (text := pdf.with_suffix(".txt")).exists():
            yield pdf, text


def files() -> Iterator[Path]:
    """Everything else: broken, encrypted and odd files among them."""
    return (path for path in sorted(FILES.rglob("*")) if path.is_file())


def _debian(package: str, folder: Path) -> int:
    _run(["apt-get", "-o", "APT::Sandbox::User=root", "download", package], folder)
    (archive,) = folder.glob("*.deb")
    unpacked = folder / "unpacked"
    _run(["dpkg-deb", "-x", str(archive), str(unpacked)], folder)
    found = {
        path.name.removesuffix(".gz"): path for path in unpacked.rglob("*") if path.is_file() and not path.is_symlink()
    }
    count = 0
    for name, path in found.items():
        text = found.get(f"{name.removesuffix('.pdf')}.txt")
        if name.endswith(".pdf") and text is not None and name.removesuffix(".pdf") not in ANOTHER_TEXT:
            stem = f"{package}--{name.removesuffix('.pdf')}"
            (PAIRS / f"{stem}.txt").write_bytes(_plain(text))
            (PAIRS / f"{stem}.pdf").write_bytes(_plain(path))
            count += 1
    if not count:
        raise ValueError("it holds no PDF with its text")
    return count


def _plain(path: Path) -> bytes:
    data = path.read_bytes()
    return gzip.decompress(data) if path.suffix == ".gz" else data


def _python(package: str, folder: Path) -> int:
    _run([*_pip(), "download", "--quiet", "--no-deps", "--no-binary", package, "--dest", ".", package], folder)
    (archive,) = folder.glob("*.tar.gz")
    count = 0
    with tarfile.open(archive) as tar:
        for member in tar:
            path = Path(member.name)
            if not member.isfile() or path.suffix.lower() not in _WANTED or member.size > _LARGEST:
                continue
            parts = path.parts[1:]
            if ".." in parts or (source := tar.extractfile(member)) is None:
                continue
            target = FILES / package / Path(*parts)
            target.parent.mkdir(parents=True, exist_ok=True)
            with source, target.open("wb") as out:
                shutil.copyfileobj(source, out)
            count += 1
    if not count:
        raise ValueError("it holds no documents")
    return count


def _pip() -> list[str]:
    own = [sys.executable, "-m", "pip"]
    if subprocess.run([*own, "--version"], capture_output=True, check=False).returncode == 0:
        return own
    return [str(ROOT / "scripts" / "uv"), "tool", "run", "pip"]


def _run(command: Sequence[str], folder: Path) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=600, check=False)
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines()
        raise ValueError(f"{' '.join(command[:3])} … said: {said[-1] if said else done.returncode}")


if __name__ == "__main__":
    sys.exit(main())

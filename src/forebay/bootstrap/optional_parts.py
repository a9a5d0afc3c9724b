"""What may be left out of an installation, and whether it was."""

import shutil
from importlib.util import find_spec

from forebay.application.system.installation import OptionalPart

_TESSERACT = "tesseract"
# By the name of the extra: what it is for, and the modules that come with it.
_EXTRAS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("postgres", "databases in PostgreSQL", ("psycopg",)),
    ("s3", "blobs in S3", ("aioboto3",)),
    ("celery", "Celery workers over Redis or RabbitMQ", ("celery", "redis")),
    ("fast", "reads gzip at twice the speed", ("isal",)),
    ("office", "text of Word, PowerPoint, Excel and RTF", ("python_calamine", "docx", "pptx", "striprtf")),
    ("language", "says which language a document is in", ("py3langid",)),
    ("classify", "the classifier local", ("numpy", "safetensors", "tokenizers", "wordllama")),
    ("llm", "the classifier llm", ("anthropic", "httpx2", "openai")),
    (
        "otel",
        "traces by OpenTelemetry",
        (
            "opentelemetry.sdk",
            "opentelemetry.exporter.otlp.proto.http",
            "opentelemetry.instrumentation.asgi",
        ),
    ),
    ("alerts", "messages about alerts", ("apprise", "standardwebhooks")),
)


def optional_parts() -> tuple[OptionalPart, ...]:
    """Each extra, and the program that reads pictures of text. Nothing is imported to find out."""
    extras = [_extra(name, purpose, modules) for name, purpose, modules in _EXTRAS]
    return (*extras, _tesseract())


def _extra(name: str, purpose: str, modules: tuple[str, ...]) -> OptionalPart:
    installed = _are_there(modules)
    hint = None if installed else f"pip install 'forebay[{name}]'"
    return OptionalPart(name=name, purpose=purpose, installed=installed, hint=hint)


def is_installed(extra: str) -> bool:
    return all(_are_there(modules) for name, _, modules in _EXTRAS if name == extra)


def _are_there(modules: tuple[str, ...]) -> bool:
    try:
        return all(find_spec(module) is not None for module in modules)
    except ModuleNotFoundError:  # not even what it would be a part of
        return False


def _tesseract() -> OptionalPart:
    installed = shutil.which(_TESSERACT) is not None
    hint = None if installed else "install the program tesseract with its languages, by the system's packages"
    return OptionalPart(name=_TESSERACT, purpose="reads pages that are pictures only", installed=installed, hint=hint)

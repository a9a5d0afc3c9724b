"""Settings: read once from the environment and `.env`, checked, frozen. Secrets never print."""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, get_args, get_origin

import msgspec
from dotenv import dotenv_values
from msgspec import Meta
from platformdirs import user_data_path

from forebay.domain.errors import SettingError

PREFIX = "FOREBAY_"
SECRETS = frozenset({"lineage_token", "llm_api_key", "signing_key"})
Positive = Annotated[int, Meta(ge=1)]
Seconds = Annotated[float, Meta(gt=0)]


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Every setting with its default. The environment variable is the upper-case name behind FOREBAY_."""

    data_dir: Annotated[str, Meta(description="Where the embedded default keeps its database and blobs.")] = ""
    database_url: Annotated[
        str,
        Meta(
            description="sqlite:///path, postgresql://user:password@host/db, memory:. Default: SQLite in the data dir."
        ),
    ] = ""
    blob_url: Annotated[
        str,
        Meta(
            description="file:///path, s3://bucket/prefix?endpoint_url=…&region=…&addressing=path|virtual or memory:. "
            "Default: a folder in the data dir. In an S3 URL public_endpoint_url=… is where clients find the server, "
            "for links to downloads; profile=… takes credentials of that name from AWS's files."
        ),
    ] = ""
    queue_url: Annotated[
        str,
        Meta(
            description="local: (workers look into the database), redis://host:port/db, rediss:// or amqp:// (Celery), "
            "memory:."
        ),
    ] = "local:"
    host: Annotated[str, Meta(description="Address that the server listens on.")] = "127.0.0.1"
    port: Annotated[int, Meta(ge=0, le=65535, description="Port that the server listens on; 0: any free one.")] = 8000
    server: Annotated[
        str, Meta(description="CLI only: URL of a remote Forebay to speak to, e.g. http://host:8000.")
    ] = ""
    max_upload_bytes: Annotated[Positive, Meta(description="Largest file accepted.")] = 16 * 1024**3
    upload_stall_seconds: Annotated[
        Seconds,
        Meta(
            description="An upload that brings less than upload_stall_bytes in this time is cut off; "
            "so is a request whose head takes longer, and a download of which the client takes nothing for so long."
        ),
    ] = 30.0
    upload_stall_bytes: Annotated[Positive, Meta(description="See upload_stall_seconds.")] = 16 * 1024
    shutdown_grace_seconds: Annotated[
        Seconds, Meta(description="How long a stopping server lets uploads and downloads under way finish.")
    ] = 30.0
    sweep_interval_seconds: Annotated[
        float, Meta(ge=0, description="How often the server sweeps; 0: never (run `forebay sweep` yourself).")
    ] = 900.0
    sweep_grace_seconds: Annotated[
        Annotated[float, Meta(ge=60)],
        Meta(description="How long a pending run or an unreferenced object must be untouched before a sweep takes it."),
    ] = 3600.0
    event_retention_days: Annotated[
        float,
        Meta(
            ge=0,
            description="How long the server's sweeps leave events of runs and jobs, and finished jobs that work on no "
            "run; 0: for ever.",
        ),
    ] = 90.0
    database_pool_size: Annotated[Positive, Meta(description="Connections to PostgreSQL for each process.")] = 10
    database_wait_seconds: Annotated[
        float, Meta(ge=0, description="How long a starting server waits for its database.")
    ] = 60.0
    worker_concurrency: Annotated[
        Annotated[int, Meta(ge=0)],
        Meta(description="Jobs that a worker has in its hands at a time; 0: no worker inside the server."),
    ] = 2
    worker_host: Annotated[
        str,
        Meta(description="Address on which workers answer /healthz, /readyz and /metrics."),
    ] = "127.0.0.1"
    worker_port: Annotated[
        int, Meta(ge=0, le=65535, description="And their port; 0: any free one, which is printed.")
    ] = 8001
    lease_seconds: Annotated[
        Annotated[float, Meta(ge=1)],
        Meta(description="How long a worker may be silent before others take its job over."),
    ] = 60.0
    max_attempts: Annotated[Positive, Meta(description="How often a job is tried before it fails.")] = 5
    retry_delays: Annotated[
        str, Meta(description="Seconds until a job is tried again, after its first, second … failure.")
    ] = "10,60,300"
    recovery_interval_seconds: Annotated[
        Seconds, Meta(description="How often jobs whose announcement got lost are announced again.")
    ] = 30.0
    archive_max_bytes: Annotated[Positive, Meta(description="What all members of an archive may unpack to.")] = (
        64 * 1024**3
    )
    archive_max_ratio: Annotated[
        Annotated[float, Meta(ge=1)], Meta(description="How many times its own size an archive may unpack to.")
    ] = 1000.0
    archive_max_members: Annotated[Positive, Meta(description="How many members an archive may have.")] = 1_000_000
    archive_max_path_bytes: Annotated[
        Annotated[int, Meta(ge=1, le=4096)],
        Meta(description="How long the path of a member may be; at most 4096, which HTTP can ask for."),
    ] = 4096
    archive_max_depth: Annotated[
        Positive, Meta(description="How deep archives may lie inside each other; 1: none inside is opened.")
    ] = 4
    archive_timeout_seconds: Annotated[Seconds, Meta(description="How long reading an archive may take.")] = 3600.0
    archive_memory_bytes: Annotated[
        Annotated[int, Meta(ge=64 * 1024**2)],
        Meta(description="How much memory a process that reads archives may have (Linux)."),
    ] = 256 * 1024**2
    document_memory_bytes: Annotated[
        Annotated[int, Meta(ge=128 * 1024**2)],
        Meta(description="How much memory a process that reads documents may have (Linux)."),
    ] = 512 * 1024**2
    document_timeout_seconds: Annotated[Seconds, Meta(description="How long reading a document may take.")] = 300.0
    document_max_text_bytes: Annotated[Positive, Meta(description="How much text a document may hold, as UTF-8.")] = (
        32 * 1024**2
    )
    document_max_pages: Annotated[Positive, Meta(description="How many pages a document may have.")] = 20_000
    ocr: Annotated[
        Literal["auto", "off", "tesseract"],
        Meta(description="Whether pages that are pictures only are read by tesseract; auto: where it is installed."),
    ] = "auto"
    ocr_languages: Annotated[
        str, Meta(description="The languages that tesseract is to expect, by its own names: eng, or eng+deu.")
    ] = "eng"
    classifiers: Annotated[
        str,
        Meta(
            description="Who says what kind of document something is, in the order in which they are asked: rules, "
            "local (needs forebay[classify]), llm. auto: rules, then local where it is installed. none: nobody."
        ),
    ] = "auto"
    classifier_local_threshold: Annotated[
        float, Meta(ge=0, le=1, description="Confidence below which the category of the classifier local is not taken.")
    ] = 0.6
    classifier_llm_threshold: Annotated[
        float, Meta(ge=0, le=1, description="Confidence below which a language model's category is not taken.")
    ] = 0.5
    llm_provider: Annotated[
        Literal["", "openai", "anthropic"],
        Meta(description="Language model for the classifier llm: openai (or a server that speaks its API), anthropic."),
    ] = ""
    llm_url: Annotated[
        str,
        Meta(
            description="Where the provider's API is: …/v1 for openai, what comes before /v1 for anthropic. "
            "Default: the provider's own."
        ),
    ] = ""
    llm_model: Annotated[str, Meta(description="The provider's name of the model.")] = ""
    llm_api_key: Annotated[
        str, Meta(description="The provider's key; may be left out for a server of your own that asks for none.")
    ] = ""
    llm_timeout_seconds: Annotated[
        Seconds,
        Meta(description="How long a language model may take to answer; with all repetitions three times as long."),
    ] = 30.0
    llm_max_input_tokens: Annotated[
        Annotated[int, Meta(ge=1000)],
        Meta(description="About how many tokens may be sent for a document; what is longer is cut at its end."),
    ] = 8_000
    llm_redact: Annotated[
        bool,
        Meta(
            description="Take e-mail and IP addresses, numbers of telephones, cards and accounts, and keys out of "
            "what is sent."
        ),
    ] = True
    link_seconds: Annotated[
        Annotated[int, Meta(ge=1, le=604_800)],
        Meta(description="How long a link to a download works, if who asks for it does not say."),
    ] = 900
    signing_key: Annotated[
        str,
        Meta(
            description="Signs links to downloads: at least 32 characters, the same for all servers of one database. "
            "Default: made once, in the data dir."
        ),
    ] = ""
    sources_file: Annotated[
        str,
        Meta(description="TOML file of the partners' APIs that runs of pipelines are pulled from; empty: none."),
    ] = ""
    sync_interval_seconds: Annotated[
        float,
        Meta(ge=0, description="How often servers and workers start a sync of each source; 0: never by themselves."),
    ] = 0.0
    lineage_token: Annotated[
        str,
        Meta(
            description="What clients of OpenLineage must send as `Authorization: Bearer …`, which is their "
            "OPENLINEAGE_API_KEY. Empty: none is asked for."
        ),
    ] = ""
    lineage_clients: Annotated[
        str,
        Meta(
            description="Whose pipelines OpenLineage's jobs are: pattern=client with commas between them; the first "
            "pattern that matches the namespace counts, as in prod-*=Acme,*=Others. Default: the client has the name "
            "of the namespace."
        ),
    ] = ""
    lineage_max_bytes: Annotated[
        Positive, Meta(description="Largest request with events of OpenLineage accepted, unpacked.")
    ] = 32 * 1024**2
    lineage_retention_days: Annotated[
        float,
        Meta(
            ge=0,
            description="How long the server's sweeps leave events of OpenLineage; what they said of runs stays. "
            "0: for ever.",
        ),
    ] = 0.0
    alert_interval_seconds: Annotated[
        float,
        Meta(
            ge=0,
            description="How often servers and workers look for late and stuck runs, beside looking at each change; "
            "0: this process neither looks nor sends messages about alerts.",
        ),
    ] = 30.0
    log_format: Annotated[
        Literal["auto", "json", "console"], Meta(description="auto: console on a terminal, JSON elsewhere.")
    ] = "auto"
    log_level: Annotated[
        Literal["debug", "info", "warning", "error"], Meta(description="The least severe lines to write.")
    ] = "info"
    spool_dir: Annotated[
        str,
        Meta(
            description="Folder for parts on their way to S3 and nested archives; empty: the system's temporary folder."
        ),
    ] = ""

    def __repr__(self) -> str:
        return f"Settings({describe(self)})"


def load_settings(
    environ: Mapping[str, str] | None = None,
    *,
    env_file: Path | None = None,
    overrides: Mapping[str, str] | None = None,
) -> Settings:
    """From the environment over `.env` over the defaults. SettingError names the variable and what was expected."""
    values: dict[str, str] = {}
    file = Path(".env") if env_file is None else env_file
    sources = [
        dotenv_values(file) if file.is_file() else {},
        os.environ if environ is None else environ,
        overrides or {},
    ]
    known = {f"{PREFIX}{name.upper()}": name for name in Settings.__struct_fields__}
    for source in sources:
        for key, value in source.items():
            name = known.get(key, key if source is overrides else None)
            if name is not None and value is not None and value != "":
                values[name] = value
    settings = _convert(values)
    return _with_places(settings)


def _convert(values: Mapping[str, str]) -> Settings:
    try:
        return msgspec.convert(values, Settings, strict=False)
    except msgspec.ValidationError as error:
        match = re.search(r"`\$\.(\w+)`", str(error))
        name = f"{PREFIX}{match.group(1).upper()}" if match else "a setting"
        given = _shown(match.group(1), values.get(match.group(1), "")) if match else ""
        reason = str(error).split(" - at")[0].partition(", got")[0].replace("`int`", "a whole number")
        reason = reason.replace("`float`", "a number").replace("Expected", "expected")
        raise SettingError(f"{name} is {given!r}: {reason}", field=name) from None


def _with_places(settings: Settings) -> Settings:
    data_dir = Path(settings.data_dir).expanduser() if settings.data_dir else user_data_path("forebay", appauthor=False)
    data_dir = data_dir.absolute()
    return msgspec.structs.replace(
        settings,
        data_dir=str(data_dir),
        database_url=settings.database_url or f"sqlite:///{data_dir / 'forebay.db'}",
        blob_url=settings.blob_url or (data_dir / "blobs").as_uri(),
    )


def describe(settings: Settings) -> dict[str, str | int | float]:
    """What is in force, by variable name, with passwords and keys in URLs masked."""
    shown: dict[str, str | int | float] = {}
    for name in Settings.__struct_fields__:
        value = getattr(settings, name)
        shown[f"{PREFIX}{name.upper()}"] = _shown(name, value) if isinstance(value, str) else value
    return shown


# From the first colon to the last @. Of URLs of the web that part ends where a path or a query begins, and a port may
# stand there; of others there are drivers that take any of these characters in a password.
_PASSWORD = re.compile(
    r"(?P<head>\bhttps?://[^/?#:]*):(?!\d*(?:[/?#]|$)).*@|(?P<other>\b(?!https?:)\w[\w+.-]*://[^/:]*):.*@", re.DOTALL
)


def _shown(name: str, value: str) -> str:
    return ("***" if value else "") if name in SECRETS else mask(value)


def mask(url: str) -> str:
    """The URL without its password and without the values of query parameters that hold a secret.

    Drivers differ in where they see a password end, and in which characters they take in it as they stand. So all is
    hidden that one of them could take for a piece of it; a URL that is hardly readable then is better than one that
    tells.
    """
    hidden = _PASSWORD.sub(lambda found: f"{found['head'] or found['other']}:***@", url)
    return re.sub(r"(?i)([?&][^=&#]*(?:secret|password|token|key|credential)[^=&#]*=)[^&#]*", r"\1***", hidden)


def example() -> str:
    """The text of `.env.example`: every setting, commented out, with its default."""
    lines = ["# Settings of Forebay. Copy to .env and change what you need; the environment wins over this file.", ""]
    defaults, text = Settings(), descriptions()
    for field in msgspec.structs.fields(Settings):
        lines.append(f"# {text[field.name]}")
        lines.append(f"#{PREFIX}{field.name.upper()}={getattr(defaults, field.name)}")
        lines.append("")
    return "\n".join(lines)


def descriptions() -> dict[str, str]:
    """What each setting is for, by its name, in the order of `.env.example`."""
    return {field.name: _description(field.type) for field in msgspec.structs.fields(Settings)}


def _description(annotation: object) -> str:
    for meta in get_args(annotation)[1:]:
        if isinstance(meta, Meta) and meta.description:
            return meta.description
    return _description(get_args(annotation)[0]) if get_origin(annotation) is Annotated else ""

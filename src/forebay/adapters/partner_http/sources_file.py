"""The file of sources: TOML, read strictly."""

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

import httpx
import msgspec
from msgspec import Meta

from forebay.adapters.partner_http.source_config import FIELDS, PATH, PLACE, SourceConfig
from forebay.adapters.partner_http.statuses import STATUSES, folded_status
from forebay.adapters.partner_http.token import GivenToken, TokenFile, is_token
from forebay.application.ports.run_source import SourceScope
from forebay.domain.errors import ForebayError, SettingError
from forebay.domain.pipelines.pipeline import Platform
from forebay.domain.pipelines.report import ReportedStatus
from forebay.domain.pipelines.texts import parse_name

SETTING = "FOREBAY_SOURCES_FILE"
_Name = Annotated[str, Meta(pattern=r"\A[A-Za-z0-9][A-Za-z0-9._-]{0,63}\Z")]
_Key = Annotated[str, Meta(min_length=1)]


class _Source(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A [[source]] as it is written."""

    name: _Name
    url: str
    token_env: _Key | None = None
    token_file: _Key | None = None
    client: str | None = None
    platform: Platform = Platform.VENDOR_API
    path: str = PATH
    page_size: Annotated[int, Meta(ge=1, le=10_000)] = 100
    max_pages: Annotated[int, Meta(ge=1, le=1_000_000)] = 10_000
    timeout_seconds: Annotated[float, Meta(gt=0, le=600)] = 10.0
    statuses: dict[_Key, ReportedStatus] = {}
    fields: dict[str, _Key | Annotated[list[_Key], Meta(min_length=1)]] = {}


class _Fault(Exception):  # noqa: N818 - a place and a sentence on their way to a SettingError
    def __init__(self, key: str, message: str) -> None:
        super().__init__(message)
        self.key = key


def read_sources(file: Path, *, environ: Mapping[str, str]) -> Sequence[SourceConfig]:
    """In the order of the file. SettingError names file, source and key, and says what was expected."""
    try:
        content = tomllib.loads(file.expanduser().read_text(encoding="utf-8"))
    except OSError as error:
        raise _error(file, f"it cannot be read: {error.strerror or error}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise _error(file, f"it is not TOML: {error}") from None
    if unknown := next((key for key in content if key != "source"), None):
        raise _error(file, f"there is no key {unknown!r}; each source begins with [[source]]")
    found: Any = content.get("source", [])
    if not isinstance(found, list):
        raise _error(file, "each source begins with [[source]], in two pairs of brackets")
    configs: dict[str, SourceConfig] = {}
    for number, raw in enumerate(found, start=1):
        name = raw.get("name") if isinstance(raw, dict) else None
        place = f"source {name!r}" if isinstance(name, str) and name else f"source number {number}"
        try:
            config = _config(raw, file.expanduser().parent, environ)
            if config.name in configs:
                raise _Fault("name", "there are two sources of this name")
        except _Fault as fault:
            raise _error(file, f"{place}: {fault.key}: {fault}") from None
        configs[config.name] = config
    return tuple(configs.values())


def _config(raw: object, folder: Path, environ: Mapping[str, str]) -> SourceConfig:
    try:
        source = msgspec.convert(raw, _Source)
    except msgspec.ValidationError as error:
        raise _translated(str(error)) from None
    return SourceConfig(
        name=source.name,
        url=_url(source.url),
        scope=SourceScope(client=_client(source.client), platform=source.platform),
        token=_token(source, folder, environ),
        path=_path(source.path),
        page_size=source.page_size,
        max_pages=source.max_pages,
        timeout_seconds=source.timeout_seconds,
        statuses={**STATUSES, **{folded_status(word): status for word, status in source.statuses.items()}},
        fields=_fields(source.fields),
    )


def _translated(message: str) -> _Fault:
    """From msgspec's words."""
    reason, _, place = message.partition(" - at `")
    if unknown := re.search(r"unknown field `(.*)`", reason):
        return _Fault(unknown[1], f"there is no such key; there are {', '.join(_Source.__struct_fields__)}")
    if missing := re.search(r"missing required field `(.*)`", reason):
        return _Fault(missing[1], "it is missing")
    key = re.sub(r"^(key in )?`?\$\.?", "", place).rstrip("`").removesuffix("[...]") or "it"
    return _Fault(key, reason.replace("Expected", "expected").replace("`", ""))


def _url(url: str) -> str:
    """Says nothing of what was given, since it may hold a password."""
    try:
        port = urlsplit(url).port
        parts = httpx.URL(url)
        good = parts.scheme in {"http", "https"} and bool(parts.host) and port != 0
        bare = not (parts.userinfo or parts.query or parts.fragment)
    except (httpx.InvalidURL, ValueError):
        good = bare = False
    if not good or not bare or "?" in url or "#" in url:
        raise _Fault("url", "expected https://host/path or http://host:port/path, without credentials, `?` and `#`")
    return url.rstrip("/")


def _path(path: str) -> str:
    if not path.startswith("/") or path.count(PLACE) != 1 or re.search(r"[{}?#\s]", path.replace(PLACE, "")):
        raise _Fault("path", f"expected one such as {PATH}, with {PLACE} in it once, without `?` and `#`")
    return path


def _client(client: str | None) -> str | None:
    try:
        return parse_name(client) if client is not None else None
    except ForebayError as error:
        raise _Fault("client", error.message) from None


def _token(source: _Source, folder: Path, environ: Mapping[str, str]) -> Callable[[], str] | None:
    if source.token_env is not None and source.token_file is not None:
        raise _Fault("token_file", "there is a token_env as well; leave one of them out")
    if source.token_env is not None:
        value = environ.get(source.token_env, "").strip()
        if not value:
            raise _Fault("token_env", f"the environment variable {source.token_env} is not set")
        if not is_token(value):
            raise _Fault("token_env", f"the environment variable {source.token_env} holds what no token has")
        return GivenToken(value)
    if source.token_file is not None:
        token = TokenFile(folder / Path(source.token_file).expanduser(), source=source.name)
        try:
            token()
        except ForebayError as error:
            raise _Fault("token_file", error.message) from None
        return token
    return None


def _fields(given: Mapping[str, str | list[str]]) -> Mapping[str, Sequence[str]]:
    if unknown := next((name for name in given if name not in FIELDS), None):
        raise _Fault(f"fields.{unknown}", f"there is no such field; there are {', '.join(FIELDS)}")
    return {**FIELDS, **{name: (keys,) if isinstance(keys, str) else tuple(keys) for name, keys in given.items()}}


def _error(file: Path, message: str) -> SettingError:
    return SettingError(f"{SETTING} ({file}): {message}", field=SETTING)

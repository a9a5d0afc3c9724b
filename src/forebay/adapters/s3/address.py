"""What the URL of an S3 store says."""

from dataclasses import dataclass, field
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from forebay.domain.errors import SettingError

SETTING = "FOREBAY_BLOB_URL"
_FORM = (
    "s3://bucket/prefix?endpoint_url=https://…&public_endpoint_url=https://…&region=…&addressing=path|virtual|auto"
    "&profile=…"
)
_OPTIONS = ("endpoint_url", "public_endpoint_url", "region", "addressing", "profile")
_ADDRESSING = ("path", "virtual", "auto")


@dataclass(frozen=True, slots=True, kw_only=True)
class S3Address:
    """`s3://bucket/prefix?endpoint_url=…&public_endpoint_url=…&region=…&addressing=path|virtual|auto&profile=…`.

    `public_endpoint_url`: where clients find the server that is `endpoint_url` to us; links are signed for it.
    Credentials come from the usual AWS variables or profile; `profile` names one of AWS's files, which then counts
    instead of them; `s3://key:secret@bucket` works too and is never printed.
    """

    bucket: str
    prefix: str = ""  # empty, or with a slash at its end
    endpoint_url: str | None = None
    public_endpoint_url: str | None = None
    region: str | None = None
    addressing: str = "auto"
    profile: str | None = None
    access_key: str | None = None
    secret_key: str | None = field(default=None, repr=False)

    @classmethod
    def parse(cls, url: str) -> "S3Address":
        """SettingError says what was expected, and repeats nothing that may be a secret."""
        parts = _split(url)
        bucket = parts.hostname if parts is not None and parts.scheme == "s3" else None
        if parts is None or not bucket or ":" in parts.netloc.rpartition("@")[2]:
            raise _wrong(f"expected {_FORM}")
        options = _options(parts)
        prefix = unquote(parts.path).strip("/")
        if bool(parts.username) != bool(parts.password):
            raise _wrong("credentials need both parts, as in s3://key:secret@bucket; better leave them to AWS_*")
        if parts.username and "profile" in options:
            raise _wrong("profile: expected either it or s3://key:secret@bucket, which both say who asks")
        return cls(
            bucket=bucket,
            prefix=f"{prefix}/" if prefix else "",
            endpoint_url=options.get("endpoint_url"),
            public_endpoint_url=options.get("public_endpoint_url"),
            region=options.get("region"),
            addressing=options.get("addressing", "auto"),
            profile=options.get("profile"),
            access_key=unquote(parts.username) if parts.username else None,
            secret_key=unquote(parts.password) if parts.password else None,
        )

    def __str__(self) -> str:
        place = f"s3://{self.bucket}/{self.prefix}"
        return f"{place} at {self.endpoint_url}" if self.endpoint_url else place


def _options(parts: SplitResult) -> dict[str, str]:
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    if unknown := sorted(options.keys() - set(_OPTIONS)):
        raise _wrong(f"the S3 URL has the unknown option {unknown[0]!r}; expected {', '.join(_OPTIONS)}")
    for name in ("endpoint_url", "public_endpoint_url"):
        target = _split(options.get(name, "http://default"))
        if target is None or target.scheme not in {"http", "https"} or not target.hostname or "@" in target.netloc:
            raise _wrong(f"{name}: expected http://host:port or https://host, without credentials")
    if (addressing := options.get("addressing", "auto")) not in _ADDRESSING:
        raise _wrong(f"addressing is {addressing!r}; expected {', '.join(_ADDRESSING)}")
    if not options.get("profile", "default"):
        raise _wrong("profile: expected the name of one in AWS's files, such as ~/.aws/credentials")
    return options


def _split(url: str) -> SplitResult | None:
    try:
        return urlsplit(url)
    except ValueError:  # such as a bracket without its other half
        return None


def _wrong(message: str) -> SettingError:
    return SettingError(f"{SETTING}: {message}", field=SETTING)

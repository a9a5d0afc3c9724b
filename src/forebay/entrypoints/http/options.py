"""What the HTTP entrypoint wants to know of the settings."""

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpOptions:
    """Limits in bytes and seconds; the version that /health tells. `lineage_token`: empty when none is asked for."""

    version: str
    max_upload_bytes: int
    upload_stall_seconds: float = 30.0
    upload_stall_bytes: int = 16 * 1024
    heartbeat_seconds: float = 15.0
    lineage_max_bytes: int = 32 * 1024 * 1024
    lineage_token: str = field(default="", repr=False)
    web_folder: Path = Path(__file__).parent / "static"  # where the build leaves the web pages

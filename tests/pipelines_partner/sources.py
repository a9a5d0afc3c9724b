"""Files of sources that name a PartnerApi."""

from pathlib import Path

from tests.pipelines_partner.api import TOKEN, PartnerApi


def sources_settings(folder: Path, api: PartnerApi, *, more: str = "") -> dict[str, str]:
    """The settings of a program that pulls from it as `acme`, ten records at a time. `more`: keys of that source."""
    file = folder / "sources.toml"
    file.write_text(
        f'[[source]]\nname = "acme"\nurl = "{api.url}"\ntoken_env = "ACME_TOKEN"\npage_size = 10\n'
        f"timeout_seconds = 60\n{more}"
    )
    return {"FOREBAY_SOURCES_FILE": str(file), "ACME_TOKEN": TOKEN}

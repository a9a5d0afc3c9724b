"""The system page: how each part is, what waits, and what is set."""

import re
from urllib.parse import urlsplit

from playwright.sync_api import expect

from tests.browser.site import Site, Visit

SECRETS = ("FOREBAY_LLM_API_KEY", "FOREBAY_LINEAGE_TOKEN")


def test_health_versions_and_settings_stand_there_and_no_secret_does(visit: Visit, site: Site) -> None:
    page = visit.open("/system", "System")
    main = page.get_by_role("main")
    for part in ("All parts work", "Database", "Blob store", "Queue", "Workers", "Optional parts"):
        expect(main).to_contain_text(part)
    expect(main).to_contain_text(site.api.client.get("/health").json()["version"])
    settings = page.get_by_role("table", name="Settings in force")
    for name in SECRETS:
        expect(settings.get_by_role("row").filter(has_text=name)).to_contain_text("***")
    text = main.inner_text()
    assert [name for name, secret in secrets_of(site).items() if secret in text] == []
    page.get_by_label("Find a setting").fill("sweep_interval")
    expect(settings.get_by_role("row").nth(1)).to_contain_text(re.compile("sweep_interval", re.IGNORECASE))


def secrets_of(site: Site) -> dict[str, str]:
    """Those that the server was started with: keys, and the passwords of its services."""
    given = site.api.server.settings
    passwords = {name: urlsplit(value).password for name, value in given.items() if "://" in value}
    return {name: given[name] for name in SECRETS} | {name: word for name, word in passwords.items() if word}

"""The system page: how each part is, what waits, and what is set."""

import re

from playwright.sync_api import expect

from tests.browser.site import Site, Visit


def test_health_versions_and_settings_stand_there_and_no_secret_does(visit: Visit, site: Site) -> None:
    page = visit.open("/system", "System")
    main = page.get_by_role("main")
    for part in ("All parts work", "Database", "Blob store", "Queue", "Workers", "Optional parts"):
        expect(main).to_contain_text(part)
    expect(main).to_contain_text(site.api.client.get("/health").json()["version"])
    settings = page.get_by_role("table", name="Settings in force")
    page.get_by_label("Find a setting").fill("sweep_interval")
    expect(settings.get_by_role("row").nth(1)).to_contain_text(re.compile("sweep_interval", re.IGNORECASE))
    text = main.inner_text()
    for name in ("AWS_SECRET_ACCESS_KEY", "AWS_ACCESS_KEY_ID"):
        if secret := site.api.server.settings.get(name):
            assert secret not in text

"""What every test may use: the services, and a summary that says what ran on what."""

pytest_plugins = ["tests.services.plugin"]

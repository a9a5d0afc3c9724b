"""Contract suites for ports; an outside adapter is held to the same ones."""

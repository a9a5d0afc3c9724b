"""Partners' APIs over HTTP, as sources of runs."""

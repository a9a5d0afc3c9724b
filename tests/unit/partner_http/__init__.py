"""Partners' APIs over HTTP."""

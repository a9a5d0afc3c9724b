"""The command line, on the embedded default and against a real server."""

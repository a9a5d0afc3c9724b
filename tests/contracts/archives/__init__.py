"""The reader of archives, held to its contract."""

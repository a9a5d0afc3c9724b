"""Use cases about Forebay itself."""

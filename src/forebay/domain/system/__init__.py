"""Rules about a Forebay as a whole."""

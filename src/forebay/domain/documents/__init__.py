"""Documents: what came in as text to be read, its category and why, and how it is searched."""

"""Documents: found, read, classified, searched and corrected."""

"""The first processor: what is inside the files that came in."""

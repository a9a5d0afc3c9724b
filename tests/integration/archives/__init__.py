"""The reader of archives in its processes: what is hostile, and what ends in between."""

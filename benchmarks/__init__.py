"""What Forebay costs and how fast it is, measured against other ways to do the same. See README.md beside this file."""

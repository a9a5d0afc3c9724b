"""What the commands do. Loaded only when a command runs, so that --help stays fast."""

"""Work on runs: jobs are begun, claimed, worked on, cancelled, repeated and shown."""

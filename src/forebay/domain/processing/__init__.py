"""Work on what came in: jobs, their steps, what happened and what came out."""

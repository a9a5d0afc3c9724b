"""Wrappers that measure what they wrap and change nothing else."""

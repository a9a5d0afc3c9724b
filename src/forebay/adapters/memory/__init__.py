"""Adapters that keep everything in memory: for unit tests, demonstrations and embedders."""

"""Classifiers, held to their contract."""

"""Classifiers: by rules, by what was learned on this machine, and by language models elsewhere."""

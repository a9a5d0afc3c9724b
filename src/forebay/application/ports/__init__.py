"""Ports: one Protocol for each need. Their docstrings are the specification that the contract suites check."""

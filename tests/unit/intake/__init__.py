"""Intake: its rules and its use cases."""

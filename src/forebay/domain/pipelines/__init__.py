"""Pipelines: clients, their pipelines, the runs they report, alert rules, alerts and health."""

"""Intake: a file arrives, is proven intact and is recorded as an ingestion run."""

"""The bodies of the HTTP API. Entities are never exposed directly."""

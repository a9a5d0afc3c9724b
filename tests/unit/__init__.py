"""Domain and use cases, on the adapters that keep everything in memory."""

"""The processes that read documents."""

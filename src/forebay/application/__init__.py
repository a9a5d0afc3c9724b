"""Use cases and the ports through which they see the world. Standard library only."""

"""Entities, value objects, state machines and the error tree. Standard library only; no I/O, clock or randomness."""

"""Forebay inside another program: every use case as a plain method, awaited or blocking."""

"""Forebay inside another Python program."""

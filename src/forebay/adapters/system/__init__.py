"""Clock and ids of the machine."""

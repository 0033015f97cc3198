"""The disk: what a project keeps, and the only code that reads and writes it."""

"""Rows join: what a new project's specification is, and how files become rows of the pool."""

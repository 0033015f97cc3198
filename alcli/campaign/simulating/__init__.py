"""Campaigns replayed on rows whose labels are known, and compared."""

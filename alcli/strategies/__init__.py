"""One file = one query strategy."""

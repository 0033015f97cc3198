"""One file = one stopping criterion."""

"""One file = one way to ask the strategies of another package."""

"""A batch is chosen: by the strategy, and by all else that has a place in it."""

"""What figures of a model are worth: scores, intervals, curves."""

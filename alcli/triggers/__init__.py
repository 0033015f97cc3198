"""One file = one retrain trigger."""

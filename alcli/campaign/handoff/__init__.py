"""A batch goes out to annotators, and what they return comes in."""

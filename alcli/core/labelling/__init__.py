"""What answers come to: what annotators agree on, and which labels look wrong."""

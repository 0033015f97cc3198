"""One file = one handoff format: text <-> rows; they open no files."""

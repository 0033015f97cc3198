"""What goes out to annotators as text, and what is read from it when it comes back: nothing of it is trusted."""

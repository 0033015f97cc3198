"""One file, one function, one frozen Outcome a command; none imports another."""

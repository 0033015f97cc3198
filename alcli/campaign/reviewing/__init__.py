"""Labels looked at again: which may be wrong, what is odd about them, who said what."""

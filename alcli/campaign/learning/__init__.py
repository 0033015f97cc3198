"""A model is made: what learns from what, fitted, checked, measured, kept; and what it may overlook."""

"""alcli: pool-based active learning with people in the middle, as an exchange of files."""

__version__ = "0.1.0"
